//! The functions: what happened, how long it took, why it was refused.

use super::section;
use super::table::{Cell, Column, Table};
use crate::report::around;
use crate::report::figures::{decimal, dollars, millis, percent, seconds, short, thousands};
use crate::report::foremost;
use crate::report::model::{Distribution, FunctionReport, Report};

/// Rows of a table; beyond, a sentence says how many there are.
const SHOWN: usize = 200;

pub(super) fn render(report: &Report) -> String {
    if report.functions.is_empty() {
        return String::new();
    }
    let (functions, left_out) = foremost::functions(report, SHOWN);
    let mut content = overview(&functions, report.cost.priced);
    if left_out > 0 {
        content.push_str(&format!(
            "<p class=\"soft\">and {} more (these have the most throttles, then cost): see the CSV or JSON report</p>\n",
            thousands(left_out as u64)
        ));
    }
    content.push_str(&titled("Latency and duration", &latency(&functions)));
    content.push_str(&titled("Concurrency and environments", &environments(&functions)));
    content.push_str(&titled("Throttles by cause", &throttles(&functions)));
    content.push_str(&titled("Failures by cause", &failures(&functions)));
    content.push_str(&titled("Asynchronous events", &asynchronous(&functions)));
    content.push_str(&titled("Around functions", &around(&functions)));
    section("Functions", &content)
}

fn titled(title: &str, table: &Table) -> String {
    let table = table.render();
    if table.is_empty() { table } else { format!("<h3>{title}</h3>\n{table}") }
}

type Functions<'a> = [(&'a str, &'a FunctionReport)];

fn with_share(count: u64, share: Option<f64>) -> String {
    match share {
        Some(share) if count > 0 => format!("{} ({})", thousands(count), percent(share)),
        _ => thousands(count),
    }
}

fn overview(functions: &Functions<'_>, is_priced: bool) -> String {
    let mut table = Table::new(&[
        ("Function", Column::Name),
        ("Memory", Column::Number),
        ("Invocations", Column::Number),
        ("Throttled", Column::Number),
        ("Failed", Column::Number),
        ("Cold starts", Column::Number),
        ("p50", Column::Number),
        ("p99", Column::Number),
        ("Peak", Column::Number),
        ("Cost", Column::Number),
    ]);
    for (name, function) in functions {
        let failed = function.errors + function.timeouts + function.out_of_memory;
        table.row(vec![
            (*name).into(),
            format!(
                "{} MB {}",
                thousands(function.configuration.memory_mb.into()),
                function.configuration.arch
            )
            .into(),
            thousands(function.invocations).into(),
            Cell::marked(
                with_share(function.throttles.total, function.throttle_rate),
                "bad",
                function.throttles.total > 0,
            ),
            Cell::marked(with_share(failed, function.error_rate), "bad", failed > 0),
            with_share(function.cold_starts, function.cold_start_rate).into(),
            span(function.latency_ms.p50).into(),
            span(function.latency_ms.p99).into(),
            thousands(function.concurrency.peak.into()).into(),
            if is_priced { dollars(function.cost_usd) } else { "–".to_owned() }.into(),
        ]);
    }
    table.render()
}

fn span(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), millis)
}

/// A row of a distribution, for functions, clients and whatever else takes time.
pub(super) fn distribution_cells(name: &str, what: &str, distribution: &Distribution) -> Vec<Cell> {
    let mut cells: Vec<Cell> = vec![name.into(), what.into(), thousands(distribution.count).into()];
    let quantiles = [
        distribution.mean,
        distribution.min,
        distribution.p50,
        distribution.p90,
        distribution.p95,
        distribution.p99,
        distribution.p99_9,
        distribution.max,
    ];
    cells.extend(quantiles.map(|value| span(value).into()));
    cells
}

/// Columns of [`distribution_cells`].
pub(super) const DISTRIBUTION: [(&str, Column); 11] = [
    ("", Column::Name),
    ("", Column::Text),
    ("Count", Column::Number),
    ("Mean", Column::Number),
    ("Min", Column::Number),
    ("p50", Column::Number),
    ("p90", Column::Number),
    ("p95", Column::Number),
    ("p99", Column::Number),
    ("p99.9", Column::Number),
    ("Max", Column::Number),
];

fn latency(functions: &Functions<'_>) -> Table {
    let mut table = Table::new(&DISTRIBUTION);
    for (name, function) in functions {
        let named = [
            ("latency", &function.latency_ms),
            ("duration", &function.duration_ms),
            ("init", &function.init_ms),
            ("client latency", &function.client_latency_ms),
        ];
        for (what, distribution) in named.into_iter().filter(|(_, distribution)| distribution.count > 0) {
            table.row(distribution_cells(name, what, distribution));
        }
    }
    table
}

fn environments(functions: &Functions<'_>) -> Table {
    let mut table = Table::new(&[
        ("Function", Column::Name),
        ("Limit", Column::Text),
        ("Mean", Column::Number),
        ("p99 by time", Column::Number),
        ("Peak", Column::Number),
        ("Environments", Column::Number),
        ("Retired", Column::Number),
        ("Mean busy + idle", Column::Number),
        ("Billed GB-s", Column::Number),
        ("of which Init", Column::Number),
    ]);
    let number = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), short);
    for (name, function) in functions {
        let (concurrency, environments) = (&function.concurrency, &function.environments);
        let kind = &function.configuration.concurrency_limit_kind;
        let limit = function.configuration.concurrency_limit;
        let peak = match concurrency.peak_s {
            Some(at) => format!("{} at {}", thousands(concurrency.peak.into()), seconds(at)),
            None => thousands(concurrency.peak.into()),
        };
        table.row(vec![
            (*name).into(),
            limit.map_or("none".to_owned(), |limit| format!("{} ({kind})", thousands(limit.into()))).into(),
            number(concurrency.mean).into(),
            concurrency.p99.map_or("–".to_owned(), |p99| thousands(p99.into())).into(),
            Cell::marked(peak, "remark", limit.is_some_and(|limit| concurrency.peak >= limit)),
            thousands(environments.created).into(),
            thousands(environments.retired).into(),
            format!("{} + {}", number(environments.mean_busy), number(environments.mean_idle)).into(),
            decimal(function.gb_s.handler + function.gb_s.init, 3).into(),
            decimal(function.gb_s.init, 3).into(),
        ]);
    }
    table
}

fn throttles(functions: &Functions<'_>) -> Table {
    let mut table = Table::new(&[
        ("Function", Column::Name),
        ("Cause", Column::Text),
        ("Throttled", Column::Number),
        ("Reason that AWS gives", Column::Text),
        ("All between", Column::Number),
    ]);
    for (name, function) in functions.iter().filter(|(_, function)| function.throttles.total > 0) {
        let throttles = &function.throttles;
        let period = match (throttles.first_s, throttles.last_s) {
            (Some(first), Some(last)) => format!("{} and {}", seconds(first), seconds(last)),
            _ => "–".to_owned(),
        };
        for (cause, count, reason) in
            throttles.by_cause.named().into_iter().filter(|(_, count, _)| *count > 0)
        {
            table.row(vec![
                (*name).into(),
                cause.into(),
                thousands(count).into(),
                reason.into(),
                period.clone().into(),
            ]);
        }
    }
    table
}

fn failures(functions: &Functions<'_>) -> Table {
    let mut table = Table::new(&[
        ("Function", Column::Name),
        ("Handler exceptions", Column::Number),
        ("Runtime exits", Column::Number),
        ("Failed inits", Column::Number),
        ("Responses too large", Column::Number),
        ("/tmp full", Column::Number),
        ("Timeouts", Column::Number),
        ("Out of memory", Column::Number),
        ("Rejected", Column::Number),
    ]);
    for (name, function) in functions {
        let causes = function.errors_by_cause;
        let counts = [
            causes.handler,
            causes.runtime_exit,
            causes.init,
            causes.response_too_large,
            causes.storage_full,
            function.timeouts,
            function.out_of_memory,
            function.rejected,
        ];
        if counts.iter().any(|count| *count > 0) {
            let mut cells: Vec<Cell> = vec![(*name).into()];
            cells.extend(counts.map(|count| thousands(count).into()));
            table.row(cells);
        }
    }
    table
}

/// Keys, roles, networks, states, logs, snapshots and what was bought: where there is anything to tell.
fn around(functions: &Functions<'_>) -> Table {
    let mut table =
        Table::new(&[("Function", Column::Name), ("What", Column::Text), ("Figures", Column::Prose)]);
    for (name, function) in functions {
        for row in around::all(function) {
            table.row(vec![
                (*name).into(),
                row.what.into(),
                Cell::marked(row.pieces.join(" · "), "bad", row.is_bad),
            ]);
        }
    }
    table
}

fn asynchronous(functions: &Functions<'_>) -> Table {
    let mut table = Table::new(&[
        ("Function", Column::Name),
        ("Received", Column::Number),
        ("Succeeded", Column::Number),
        ("Retries", Column::Number),
        ("DLQ or destination", Column::Number),
        ("Dropped", Column::Number),
        ("Expired", Column::Number),
        ("Pending", Column::Number),
        ("Oldest", Column::Number),
    ]);
    for (name, function) in functions.iter().filter(|(_, function)| function.asynchronous.received > 0) {
        let events = &function.asynchronous;
        table.row(vec![
            (*name).into(),
            thousands(events.received).into(),
            thousands(events.succeeded).into(),
            thousands(events.retried).into(),
            thousands(events.dead_lettered).into(),
            thousands(events.dropped).into(),
            thousands(events.expired).into(),
            thousands(events.pending).into(),
            seconds(events.age_s.max).into(),
        ]);
    }
    table
}
