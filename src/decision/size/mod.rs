//! `size`: the smallest value of a limit that meets a condition.
//!
//! Every value is simulated with the same seeds, so that neighbours differ only by the limit. Where the condition fails below
//! some value and holds from there on, doubling and bisection find that value. Whether it does is not taken for granted:
//! further values on both sides are tried, and the answer says what was found.

mod document;
pub mod schedule;
mod search;

use serde::Serialize;

use crate::experiment::{Head, Runner, Spread, estimate};
use crate::report::estimate::Estimate;
use crate::scenario::metric::{Metric, MetricUnit};
use crate::scenario::model::{Scenario, Threshold, ThresholdSubject};
use crate::scenario::plan::Change;
use crate::scenario::{Problems, Template};

pub use document::document;
use search::Search;

/// What is asked.
#[derive(Clone, Debug)]
pub struct Wish {
    /// The limit, as a dotted path to a whole number.
    pub path: String,
    /// The smallest and the greatest value that are tried; `None`: what the scenario accepts.
    pub within: Option<(u64, u64)>,
    /// Runs of each value.
    pub replications: u32,
}

/// Why there is no answer.
#[derive(Debug)]
pub enum SizeRefusal {
    /// No value can be set.
    Problems(Problems),
    /// In words.
    Words(String),
}

/// What `size` answers.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract; docs/experiments.md describes them")]
pub struct Sizing {
    #[serde(flatten)]
    pub head: Head,
    pub path: String,
    pub conditions: Vec<String>,
    /// What each condition compares with, in the unit of its measured value.
    pub limits: Vec<f64>,
    /// The smallest value that meets all conditions; absent where none of those tried does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<u64>,
    /// The smallest and the greatest value that could be tried.
    pub within: (u64, u64),
    /// Whether smaller values could be set and were not asked for.
    #[serde(skip)]
    pub is_cut: bool,
    /// Whether the conditions failed at every value tried below the answer and held at every one above.
    pub monotone: bool,
    /// In rising order.
    pub tried: Vec<Tried>,
    pub remarks: Vec<String>,
}

/// One value.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract; docs/experiments.md describes them")]
pub struct Tried {
    pub value: u64,
    pub holds: bool,
    /// What each condition measured, in the unit of its limit; absent where a run had no value.
    pub measured: Vec<Option<Estimate>>,
}

const METHOD: &str = "a condition holds where the mean of the runs meets it; every value has the same seeds";
/// The verb, as it stands before the path.
pub const VERB: &str = "size";
/// Values beyond this are not limits of anything.
const GREATEST: u64 = 10_000_000;

/// Searches the smallest value at `wish.path` with which all thresholds of the scenario hold.
///
/// # Errors
/// When there is no threshold, or nothing can be set at the path.
pub fn size(template: &Template, wish: &Wish, runner: &Runner<'_>) -> Result<Sizing, SizeRefusal> {
    let scenario = template.scenario();
    if scenario.thresholds.is_empty() {
        let words = "there is no condition: say which, e.g. --until \"api.throttle_rate < 0.1%\", or write `thresholds`";
        return Err(SizeRefusal::Words(words.to_owned()));
    }
    let within = within(template, wish)?;
    let below = within.0.checked_sub(1);
    let is_cut = below.is_some_and(|below| template.with(&change(template, &wish.path, below)).is_ok());
    let mut search = Search::new(template, wish, within, runner);
    let answer = search.smallest();
    let monotone = search.is_monotone();
    let remarks = remarks(&search, answer, monotone, &scenario.thresholds);
    Ok(Sizing {
        head: Head::of(scenario, "size", wish.replications, METHOD),
        path: wish.path.clone(),
        conditions: conditions(scenario),
        limits: scenario.thresholds.iter().map(|one| one.limit).collect(),
        answer,
        within,
        is_cut,
        monotone,
        tried: search.into_tried(),
        remarks,
    })
}

fn change(template: &Template, path: &str, value: u64) -> [Change; 1] {
    [template.at_subject(VERB, path, &value.to_string())]
}

/// The values that the scenario accepts at the path, as far as they were asked for.
fn within(template: &Template, wish: &Wish) -> Result<(u64, u64), SizeRefusal> {
    let accepts = |value: u64| template.with(&change(template, &wish.path, value)).is_ok();
    let (from, to) = wish.within.unwrap_or((0, GREATEST));
    let Some(first) = first_accepted(&accepts, from, to) else {
        let problems = template.with(&change(template, &wish.path, from)).err();
        return Err(problems
            .map_or_else(|| SizeRefusal::Words("no value can be set".to_owned()), SizeRefusal::Problems));
    };
    let (mut last, mut refused) = (first, None);
    while last < to {
        let next = doubled(last).min(to);
        if !accepts(next) {
            refused = Some(next);
            break;
        }
        last = next;
    }
    while let Some(too_many) = refused.filter(|too_many| too_many - last > 1) {
        let middle = last.midpoint(too_many);
        if accepts(middle) { last = middle } else { refused = Some(middle) }
    }
    Ok((first, last))
}

/// Twice the value, and one after nought.
fn doubled(value: u64) -> u64 {
    value.saturating_mul(2).max(1)
}

/// The conditions as they are written.
fn conditions(scenario: &Scenario) -> Vec<String> {
    scenario.thresholds.iter().map(|one| format!("{} {}", one.metric, one.expression)).collect()
}

/// Values that are tried one by one before the steps grow.
const ONE_BY_ONE: u64 = 20;

/// The smallest value that is accepted: some limits begin above one, at what something else needs. Beyond the first values
/// the steps are an eighth of the value, so what accepts a narrower band is found only `within` bounds that are near it.
fn first_accepted(accepts: &impl Fn(u64) -> bool, from: u64, to: u64) -> Option<u64> {
    let (mut refused, mut value) = (None, from);
    while !accepts(value) {
        if value >= to {
            return None;
        }
        refused = Some(value);
        let step = if value - from < ONE_BY_ONE { 1 } else { (value / 8).max(1) };
        value = value.saturating_add(step).min(to);
    }
    while let Some(too_few) = refused.filter(|too_few| value - too_few > 1) {
        let middle = too_few.midpoint(value);
        if accepts(middle) { value = middle } else { refused = Some(middle) }
    }
    Some(value)
}

/// What the runs of one value say about the conditions.
fn tried(value: u64, scenario: &Scenario, runs: &[Vec<Option<f64>>]) -> Tried {
    let (thresholds, settings) = (&scenario.thresholds, &scenario.experiment);
    let measured: Vec<Option<Estimate>> = thresholds
        .iter()
        .enumerate()
        .map(|(index, threshold)| {
            let values: Option<Vec<f64>> = runs.iter().map(|run| run.get(index).copied().flatten()).collect();
            Some(estimate(unit(threshold), &Spread::of(values?), settings.confidence, settings.precision))
        })
        .collect();
    let all = thresholds.iter().zip(&measured).all(|(threshold, measured)| {
        measured.is_some_and(|one| threshold.comparison.holds(one.mean, threshold.limit))
    });
    Tried { value, holds: all, measured }
}

/// The unit of a threshold's limit.
fn unit(threshold: &Threshold) -> MetricUnit {
    match threshold.subject {
        ThresholdSubject::Metric(subject) => Metric { name: String::new(), subject }.unit(),
        ThresholdSubject::Latency(_) | ThresholdSubject::ClientLatency(_) | ThresholdSubject::Duration(_) => {
            MetricUnit::Millis
        }
        ThresholdSubject::ThrottleRate(_)
        | ThresholdSubject::ErrorRate(_)
        | ThresholdSubject::ColdStartRate(_) => MetricUnit::Share,
        ThresholdSubject::DrainedAt(_)
        | ThresholdSubject::OldestMessageAge(_)
        | ThresholdSubject::IteratorAge(_) => MetricUnit::Seconds,
        ThresholdSubject::CostTotal | ThresholdSubject::CostMonthly => MetricUnit::Dollars,
        ThresholdSubject::Throttles(_)
        | ThresholdSubject::Concurrency(_)
        | ThresholdSubject::QueueDepth(_)
        | ThresholdSubject::ConnectionErrors(_) => MetricUnit::Count,
    }
}

fn remarks(
    search: &Search<'_>,
    answer: Option<u64>,
    monotone: bool,
    thresholds: &[Threshold],
) -> Vec<String> {
    let mut remarks = Vec::new();
    if !monotone {
        let list = |holds: bool| {
            let values: Vec<String> =
                search.tried().filter(|one| one.holds == holds).map(|one| one.value.to_string()).collect();
            values.join(", ")
        };
        remarks.push(format!(
            "More is not always better here: of the values tried it holds at {} and fails at {}. The answer is the smallest \
             that was seen to hold; values between those tried may behave otherwise.",
            list(true),
            list(false)
        ));
    }
    for value in answer.into_iter().flat_map(|answer| [answer.checked_sub(1), Some(answer)]).flatten() {
        let Some(one) = search.tried().find(|one| one.value == value) else { continue };
        for (threshold, measured) in thresholds.iter().zip(&one.measured) {
            let Some(estimate) = measured else { continue };
            let near = estimate.half_width.is_some_and(|half| (estimate.mean - threshold.limit).abs() < half);
            if near {
                remarks.push(format!(
                    "At {value} the interval of {} holds the limit itself: more --replications would make sure.",
                    threshold.metric
                ));
            }
        }
    }
    remarks
}
