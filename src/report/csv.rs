//! The report as CSV files: totals per function, values over time, the bill; and what many runs or the parts of one say.

use csv::Writer;

use super::estimate::{BatchMeans, Replications};
use super::model::{Distribution, FunctionReport, Report};

/// Names of the files. The last two are written where there are replications or batch means.
pub const NAMES: [&str; 5] =
    ["summary.csv", "timeseries.csv", "cost.csv", "replications.csv", "batch_means.csv"];

/// Name of the file of a sweep.
pub const SWEEP: &str = "sweep.csv";

/// File names and contents, in the order of [`NAMES`].
pub fn render(report: &Report) -> Vec<(&'static str, String)> {
    let [totals, values, bill, runs, parts] = NAMES;
    let mut files = vec![(totals, summary(report)), (values, time_series(report)), (bill, cost(report))];
    files.extend(report.replications.as_ref().map(|found| (runs, replications(found))));
    files.extend(report.batch_means.as_ref().map(|found| (parts, batch_means(found))));
    files
}

/// Rows of cells, the first with the names of the columns.
pub fn lines(rows: &[Vec<String>]) -> String {
    let Some((columns, rest)) = rows.split_first() else { return String::new() };
    let mut table = Table::new(columns);
    for row in rest {
        table.row(row);
    }
    table.finish()
}

/// Lines of cells; the first names the columns.
struct Table(Writer<Vec<u8>>);

impl Table {
    fn new(columns: &[String]) -> Self {
        let mut table = Self(Writer::from_writer(Vec::new()));
        table.row(columns);
        table
    }

    fn row(&mut self, cells: &[String]) {
        self.0.write_record(cells).expect("rows have the length of the header, and memory takes them");
    }

    fn finish(self) -> String {
        let bytes = self.0.into_inner().expect("memory takes every byte");
        String::from_utf8(bytes).expect("cells are text")
    }
}

/// What is absent is an empty cell.
fn cell(value: Option<impl ToString>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

const TOTALS: [&str; 32] = [
    "function",
    "memory_mb",
    "arch",
    "concurrency_limit",
    "concurrency_limit_kind",
    "requests",
    "attempts",
    "invocations",
    "succeeded",
    "errors",
    "timeouts",
    "out_of_memory",
    "rejected",
    "throttles",
    "throttles_reserved_concurrency",
    "throttles_account_concurrency",
    "throttles_scaling_rate",
    "throttles_account_request_rate",
    "throttles_reserved_request_rate",
    "throttle_rate",
    "error_rate",
    "cold_starts",
    "cold_start_rate",
    "concurrency_mean",
    "concurrency_peak",
    "environments_created",
    "async_received",
    "async_dead_lettered",
    "billed_ms_total",
    "gb_s_handler",
    "gb_s_init",
    "cost_usd",
];

fn summary(report: &Report) -> String {
    let mut columns = owned(&TOTALS);
    for quantity in ["latency_ms", "duration_ms", "init_ms"] {
        columns.extend(QUANTILES.iter().map(|quantile| format!("{quantity}_{quantile}")));
    }
    let mut table = Table::new(&columns);
    for (name, function) in &report.functions {
        let mut cells = totals(name, function);
        for distribution in [&function.latency_ms, &function.duration_ms, &function.init_ms] {
            cells.extend(quantiles(distribution));
        }
        table.row(&cells);
    }
    table.finish()
}

fn totals(name: &str, function: &FunctionReport) -> Vec<String> {
    let causes = function.throttles.by_cause;
    vec![
        name.to_owned(),
        function.configuration.memory_mb.to_string(),
        function.configuration.arch.clone(),
        cell(function.configuration.concurrency_limit),
        function.configuration.concurrency_limit_kind.clone(),
        function.requests.to_string(),
        function.attempts.to_string(),
        function.invocations.to_string(),
        function.succeeded.to_string(),
        function.errors.to_string(),
        function.timeouts.to_string(),
        function.out_of_memory.to_string(),
        function.rejected.to_string(),
        function.throttles.total.to_string(),
        causes.reserved_concurrency.to_string(),
        causes.account_concurrency.to_string(),
        causes.scaling_rate.to_string(),
        causes.account_request_rate.to_string(),
        causes.reserved_request_rate.to_string(),
        cell(function.throttle_rate),
        cell(function.error_rate),
        function.cold_starts.to_string(),
        cell(function.cold_start_rate),
        cell(function.concurrency.mean),
        function.concurrency.peak.to_string(),
        function.environments.created.to_string(),
        function.asynchronous.received.to_string(),
        function.asynchronous.dead_lettered.to_string(),
        function.billed_ms_total.to_string(),
        function.gb_s.handler.to_string(),
        function.gb_s.init.to_string(),
        function.cost_usd.to_string(),
    ]
}

const QUANTILES: [&str; 9] = ["count", "mean", "min", "p50", "p90", "p95", "p99", "p99_9", "max"];

fn quantiles(distribution: &Distribution) -> [String; QUANTILES.len()] {
    [
        distribution.count.to_string(),
        cell(distribution.mean),
        cell(distribution.min),
        cell(distribution.p50),
        cell(distribution.p90),
        cell(distribution.p95),
        cell(distribution.p99),
        cell(distribution.p99_9),
        cell(distribution.max),
    ]
}

/// A row per function and interval; `t_s` is the interval's start.
fn time_series(report: &Report) -> String {
    let columns = [
        "t_s",
        "function",
        "requests",
        "throttles",
        "errors",
        "cold_starts",
        "concurrency",
        "concurrency_mean",
        "environments",
        "p50_ms",
        "p99_ms",
    ];
    let mut table = Table::new(&owned(&columns));
    let series = &report.time_series;
    for (name, function) in &series.functions {
        for (index, requests) in function.requests.iter().enumerate() {
            table.row(&[
                (index as f64 * series.step_s).to_string(),
                name.clone(),
                requests.to_string(),
                cell(function.throttles.get(index)),
                cell(function.errors.get(index)),
                cell(function.cold_starts.get(index)),
                cell(function.concurrency.get(index)),
                cell(function.concurrency_mean.get(index)),
                cell(function.environments.get(index)),
                cell(function.p50_ms.get(index).copied().flatten()),
                cell(function.p99_ms.get(index).copied().flatten()),
            ]);
        }
    }
    table.finish()
}

/// A row per metric.
fn replications(found: &Replications) -> String {
    let columns = ["metric", "unit", "runs", "mean", "half_width", "min", "max", "more_runs"];
    let mut table = Table::new(&owned(&columns));
    for (metric, estimate) in &found.metrics {
        table.row(&[
            metric.clone(),
            estimate.unit.name().to_owned(),
            estimate.runs.to_string(),
            estimate.mean.to_string(),
            cell(estimate.half_width),
            estimate.min.to_string(),
            estimate.max.to_string(),
            cell(estimate.more_runs),
        ]);
    }
    table.finish()
}

/// A row per metric.
fn batch_means(found: &BatchMeans) -> String {
    let columns = ["metric", "unit", "value", "half_width", "neighbours_correlation", "too_short"];
    let mut table = Table::new(&owned(&columns));
    for (metric, estimate) in &found.metrics {
        table.row(&[
            metric.clone(),
            estimate.unit.name().to_owned(),
            estimate.value.to_string(),
            cell(estimate.half_width),
            estimate.neighbours_correlation.to_string(),
            cell(estimate.too_short.as_ref()),
        ]);
    }
    table.finish()
}

/// The bill of the run, then the bill of a month.
fn cost(report: &Report) -> String {
    let columns = ["period", "service", "item", "function", "quantity", "unit", "rate_usd", "amount_usd"];
    let mut table = Table::new(&owned(&columns));
    for (period, lines) in [("run", &report.cost.lines), ("month", &report.cost.monthly_lines)] {
        for line in lines {
            table.row(&[
                period.to_owned(),
                line.service.to_owned(),
                line.item.clone(),
                cell(line.function.clone()),
                line.quantity.to_string(),
                line.unit.to_owned(),
                line.rate.clone(),
                line.amount.to_string(),
            ]);
        }
    }
    table.finish()
}
