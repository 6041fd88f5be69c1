//! What `experiment:` asks for: how far results scatter.

use super::Scenario;
use super::metric::Metric;
use super::model::{Arrivals, RateProfile};
use crate::units::SimTime;

/// Settings of experiments.
#[derive(Clone, Debug, PartialEq)]
pub struct Experiment {
    /// Runs with different seeds; `None` is a single run.
    pub replications: Option<u32>,
    /// Parts of one long run whose means are compared.
    pub batches: Option<u32>,
    /// Probability with which an interval holds the true value.
    pub confidence: f64,
    /// Relative half width for which the number of further runs is told.
    pub precision: f64,
    /// Metrics that tables and pictures of several points show; empty for those that a reader looks for first.
    pub metrics: Vec<Metric>,
}

impl Default for Experiment {
    fn default() -> Self {
        Self { replications: None, batches: None, confidence: 0.95, precision: 0.05, metrics: Vec::new() }
    }
}

/// Why the traffic of a scenario is not the same from the end of the warm-up to its own end; `None` when it is.
///
/// Parts of one run can be compared only where it is.
pub fn unsteady(scenario: &Scenario) -> Option<String> {
    let end = scenario.traffic_end();
    if !scenario.changes.is_empty() {
        return Some("`events` change the configuration while the clock runs".to_owned());
    }
    if end == SimTime::MAX || end <= scenario.warmup {
        return Some("no traffic comes after the warm-up".to_owned());
    }
    scenario.traffic.iter().find_map(|source| {
        let name = &source.name;
        if source.end().is_some_and(|until| until <= scenario.warmup) {
            return None;
        }
        let changes = match &source.arrivals {
            Arrivals::Rate { profile: RateProfile::Constant(_), .. }
            | Arrivals::OnOff { .. }
            | Arrivals::Renewal(_)
            | Arrivals::Users { .. }
            | Arrivals::Every(_) => None,
            Arrivals::Rate { .. } => Some("has a rate that changes"),
            Arrivals::Trace(_) => Some("comes from a trace"),
            Arrivals::Burst(_) => Some("comes all at once"),
            Arrivals::Cron(_) => Some("follows the calendar"),
        };
        if let Some(changes) = changes {
            return Some(format!("the traffic `{name}` {changes}"));
        }
        if source.at > scenario.warmup {
            return Some(format!("the traffic `{name}` begins after the warm-up"));
        }
        let ends = source.end().is_some_and(|until| until < end);
        ends.then(|| format!("the traffic `{name}` ends before the rest"))
    })
}
