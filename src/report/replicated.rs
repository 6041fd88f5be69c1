//! Replications and batch means as rows of text that all renderings share.

use super::estimate::{BatchEstimate, BatchMeans, Estimate, Replications};
use super::estimate_text::{interval, owner, quantity, range};
use super::figures::{counted, seconds, thousands};
use super::foremost;
use super::model::Report;
use crate::random::math;
use crate::scenario::metric::{Metric, MetricUnit, Owners};

/// Functions whose rows are shown; of more, those with the most throttles and cost.
const SHOWN: usize = 8;

/// One metric.
pub(super) struct Row {
    /// Function, queue, client, `cost` or `ledger`; empty where it is that of the row before.
    pub owner: String,
    /// `latency p99`.
    pub quantity: String,
    /// `340 ± 12 ms`.
    pub interval: String,
    /// The least and the greatest value of a run; or the correlation of neighbouring parts.
    pub spread: String,
    /// Further runs; or why there is no interval.
    pub remark: String,
}

/// What a section says.
pub(super) struct Section {
    /// `20 runs: seed 42 and 19 drawn from it`.
    pub heading: String,
    /// How the intervals are made.
    pub method: String,
    /// Names of the columns behind the interval.
    pub columns: [String; 2],
    pub rows: Vec<Row>,
    /// Sentences below the table.
    pub remarks: Vec<String>,
}

/// The replications of a report, if it has any.
pub(super) fn replications(report: &Report) -> Option<Section> {
    let replications = report.replications.as_ref()?;
    let runs = replications.runs;
    let (rows, zeros, left_out) = rows(report, |name| {
        let estimate = replications.metrics.get(name)?;
        Some((estimate.max == 0.0 && estimate.min == 0.0, cells_of_runs(estimate, runs)))
    });
    let mut remarks = Vec::new();
    if !zeros.is_empty() {
        remarks.push(none_in_any_run(&zeros, replications));
    }
    remarks.extend(left_out);
    Some(Section {
        heading: format!(
            "{} runs: seed {} and {} drawn from it",
            thousands(runs.into()),
            report.seed,
            thousands(u64::from(runs) - 1)
        ),
        method: format!("{} intervals: {}", confidence(replications.confidence), replications.method),
        columns: [
            "range of the runs".to_owned(),
            format!("more runs for ±{}", share(replications.precision)),
        ],
        rows,
        remarks,
    })
}

fn cells_of_runs(estimate: &Estimate, runs: u32) -> [String; 3] {
    let text = interval(estimate.unit, estimate.mean, estimate.half_width);
    let range = if estimate.min == estimate.max {
        "the same in all".to_owned()
    } else {
        range(estimate.unit, estimate.min, estimate.max)
    };
    let more = estimate.more_runs.map_or_else(|| "–".to_owned(), thousands);
    let remark = if estimate.runs < u64::from(runs) {
        format!("{more} (a value in {} runs)", thousands(estimate.runs))
    } else {
        more
    };
    [text, range, remark]
}

/// With no event in n runs, the probability of a run with one is below 1 − α^(1/n): no assumption but independent runs.
fn none_in_any_run(zeros: &[String], replications: &Replications) -> String {
    let alpha = 1.0 - replications.confidence;
    let below = 1.0 - math::pow(alpha, 1.0 / f64::from(replications.runs));
    format!(
        "{}: 0 in every run (so, with {} confidence, in at least {} of all runs).",
        zeros.join(", "),
        confidence(replications.confidence),
        format_args!("{}%", ((1.0 - below) * 100.0).floor())
    )
}

/// The batch means of a report, if it has any.
pub(super) fn batch_means(report: &Report) -> Option<Section> {
    let batches = report.batch_means.as_ref()?;
    let (rows, zeros, left_out) = rows(report, |name| {
        let estimate = batches.metrics.get(name)?;
        Some((estimate.value == 0.0, cells_of_batches(estimate)))
    });
    let mut remarks = batches.remarks.clone();
    if !zeros.is_empty() {
        remarks.push(format!("{}: 0 in every part.", zeros.join(", ")));
    }
    remarks.extend(left_out);
    Some(Section {
        heading: heading_of_batches(batches),
        method: format!("{} intervals: {}", confidence(batches.confidence), batches.method),
        columns: ["neighbours' correlation".to_owned(), String::new()],
        rows,
        remarks,
    })
}

fn heading_of_batches(batches: &BatchMeans) -> String {
    format!(
        "{} of {}, from {} to {}",
        counted(batches.batches.into(), "part", "parts"),
        seconds(batches.batch_s),
        seconds(batches.from_s),
        seconds(batches.to_s)
    )
}

fn cells_of_batches(estimate: &BatchEstimate) -> [String; 3] {
    [
        interval(estimate.unit, estimate.value, estimate.half_width),
        super::figures::fixed(estimate.neighbours_correlation, 2),
        estimate.too_short.clone().unwrap_or_default(),
    ]
}

type Found = (Vec<Row>, Vec<String>, Option<String>);

/// Rows of the headline metrics that `cells` knows; names of those that are zero everywhere; what was left out.
fn rows(report: &Report, cells: impl Fn(&str) -> Option<(bool, [String; 3])>) -> Found {
    let (functions, rest) = foremost::functions(report, SHOWN);
    let owners = Owners {
        functions: functions.iter().map(|(name, _)| *name).collect(),
        queues: report.queues.keys().map(String::as_str).take(SHOWN).collect(),
        clients: report.clients.keys().map(String::as_str).take(SHOWN).collect(),
    };
    let mut rows: Vec<Row> = Vec::new();
    let mut zeros = Vec::new();
    let mut last_owner = String::new();
    for metric in Metric::all(&owners).iter().filter(|metric| metric.is_headline()) {
        let Some((zero, [interval, spread, remark])) = cells(&metric.name) else { continue };
        let owner = owner(metric, &owners);
        let quantity = quantity(&metric.name, owner);
        if zero {
            if metric.unit() == MetricUnit::Share {
                zeros.push(format!("{owner} {quantity}"));
            }
            continue;
        }
        let shown = if last_owner == owner { String::new() } else { owner.to_owned() };
        owner.clone_into(&mut last_owner);
        rows.push(Row { owner: shown, quantity, interval, spread, remark });
    }
    let left_out =
        (rest > 0).then(|| format!("And {} more functions: use --json FILE.", thousands(rest as u64)));
    (rows, zeros, left_out)
}

fn confidence(share: f64) -> String {
    self::share(share)
}

/// `95%`, `99.9%`.
fn share(share: f64) -> String {
    format!("{}%", super::figures::decimal(share * 100.0, 2))
}
