//! Versions, aliases and deployments.

use super::section;
use super::table::{Cell, Column, Table};
use crate::report::deployed;
use crate::report::figures::{millis, percent, thousands};
use crate::report::model::{PartReport, Report};

pub(super) fn render(report: &Report) -> String {
    let deployments: String = report
        .deployments
        .iter()
        .map(|deployment| {
            let words = deployed::words(deployment).join(" · ");
            format!("<p>{}: {}</p>\n", super::escape(&deployment.function), super::escape(&words))
        })
        .collect();
    let content = format!("{}{deployments}", parts(report).render());
    section("Versions, aliases and deployments", &content)
}

fn parts(report: &Report) -> Table {
    let mut table = Table::new(&[
        ("Function", Column::Name),
        ("Version or alias", Column::Text),
        ("Invocations", Column::Number),
        ("Throttled", Column::Number),
        ("Failed", Column::Number),
        ("Cold starts", Column::Number),
        ("p50", Column::Number),
        ("p99", Column::Number),
        ("Peak", Column::Number),
    ]);
    for (name, function) in &report.functions {
        for (version, part) in &function.versions {
            table.row(cells(name, &format!("version {version}"), part));
        }
        for (alias, part) in &function.aliases {
            table.row(cells(name, &format!("alias {alias}"), part));
        }
    }
    table
}

fn cells(function: &str, part_name: &str, part: &PartReport) -> Vec<Cell> {
    let failed = part.errors + part.timeouts + part.out_of_memory;
    let span = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), millis);
    let share = percent(part.error_rate.unwrap_or(0.0));
    vec![
        function.into(),
        part_name.into(),
        thousands(part.invocations).into(),
        Cell::marked(thousands(part.throttles.total), "bad", part.throttles.total > 0),
        Cell::marked(format!("{} ({share})", thousands(failed)), "bad", failed > 0),
        thousands(part.cold_starts).into(),
        span(part.latency_ms.p50).into(),
        span(part.latency_ms.p99).into(),
        thousands(part.concurrency.peak.into()).into(),
    ]
}
