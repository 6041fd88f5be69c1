//! Which metrics are followed through the runs of an experiment, and their values in one run.

use crate::report::measure;
use crate::report::model::Report;
use crate::scenario::metric::{Metric, Owners};
use crate::scenario::model::Scenario;

/// With more functions only the headline of each is followed, so that memory stays small.
const EVERYTHING_OF: usize = 20;

/// Every metric of a scenario with few functions, the headline of one with many.
pub fn tracked(scenario: &Scenario) -> Vec<Metric> {
    let all = Metric::all(&Owners::of(scenario));
    if scenario.functions.len() <= EVERYTHING_OF {
        return all;
    }
    all.into_iter().filter(Metric::is_headline).collect()
}

/// The values of `metrics` in a run.
pub fn values(report: &Report, metrics: &[Metric]) -> Vec<Option<f64>> {
    metrics.iter().map(|metric| measure(report, metric.subject)).collect()
}
