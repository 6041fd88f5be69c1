//! What several runs, or the parts of one, say together: means with their confidence intervals, as plain data.

use indexmap::IndexMap;
use serde::Serialize;

use crate::scenario::metric::MetricUnit;

/// Replications of a run.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract; docs/report.md describes them")]
pub struct Replications {
    pub runs: u32,
    /// Seed of each run, in order; the first is that of the report.
    pub seeds: Vec<u64>,
    /// Probability with which an interval holds the true value.
    pub confidence: f64,
    /// Relative half width that `more_runs` is for.
    pub precision: f64,
    pub method: &'static str,
    pub metrics: IndexMap<String, Estimate>,
    pub thresholds: Vec<ThresholdHeld>,
}

/// A mean over runs with its confidence interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract; docs/report.md describes them")]
pub struct Estimate {
    #[serde(serialize_with = "unit_name")]
    pub unit: MetricUnit,
    /// Runs in which there was a value.
    pub runs: u64,
    pub mean: f64,
    /// The interval is mean ± this; absent with a single value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub half_width: Option<f64>,
    pub min: f64,
    pub max: f64,
    /// Further runs until the half width is `precision` × mean; absent where no number is enough.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub more_runs: Option<u64>,
}

/// In how many runs a threshold held.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract; docs/report.md describes them")]
pub struct ThresholdHeld {
    pub metric: String,
    pub expression: String,
    pub held: u32,
    pub runs: u32,
    pub strict: bool,
}

impl Replications {
    /// Whether a threshold that decides the exit status failed in any run.
    pub fn a_strict_threshold_failed(&self) -> bool {
        self.thresholds.iter().any(|one| one.strict && one.held < one.runs)
    }
}

/// Parts of one long run.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract; docs/report.md describes them")]
pub struct BatchMeans {
    pub batches: u32,
    /// Length of a part, s.
    pub batch_s: f64,
    /// The parts begin here, s: the end of the warm-up.
    pub from_s: f64,
    pub to_s: f64,
    pub confidence: f64,
    pub method: &'static str,
    pub metrics: IndexMap<String, BatchEstimate>,
    /// The warm-up that the run seems to need, s, where that is more than it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggested_warmup_s: Option<f64>,
    /// What to know before trusting the intervals.
    pub remarks: Vec<String>,
}

/// A value of a whole run with the interval that its parts give.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract; docs/report.md describes them")]
pub struct BatchEstimate {
    #[serde(serialize_with = "unit_name")]
    pub unit: MetricUnit,
    /// Of the whole run after the warm-up.
    pub value: f64,
    /// The interval is value ± this; absent where the run is too short for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub half_width: Option<f64>,
    /// Correlation of neighbouring parts: near 0 where they are long enough.
    pub neighbours_correlation: f64,
    /// Why there is no interval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub too_short: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn unit_name<S: serde::Serializer>(unit: &MetricUnit, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(unit.name())
}
