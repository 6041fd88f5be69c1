//! Versions, aliases and deployments.

use std::fmt::Write as _;

use super::escape;
use super::surroundings::table;
use crate::report::deployed;
use crate::report::figures::{millis, percent, thousands};
use crate::report::model::{PartReport, Report};

pub(super) fn write(text: &mut String, report: &Report) {
    let heads = ["version or alias", "invocations", "throttled", "failed", "cold starts", "p99"];
    let rows = report.functions.iter().flat_map(|(name, function)| {
        let parts = function.versions.iter().chain(&function.aliases);
        parts.map(move |(part_name, part)| (format!("{name}:{part_name}"), cells(part)))
    });
    table(text, &heads, rows);
    for (index, deployment) in report.deployments.iter().enumerate() {
        let words = deployed::words(deployment).join(", ");
        let line = format!("{}: {}", escape(&deployment.function), escape(&words));
        let _ = writeln!(text, "{}- {line}", if index == 0 { "\n" } else { "" });
    }
}

fn cells(part: &PartReport) -> Vec<String> {
    vec![
        thousands(part.invocations),
        thousands(part.throttles.total),
        percent(part.error_rate.unwrap_or(0.0)),
        thousands(part.cold_starts),
        part.latency_ms.p99.map_or_else(|| "–".to_owned(), millis),
    ]
}
