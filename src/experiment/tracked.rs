//! Which metrics are followed through the runs of an experiment, and their values in one run.

use crate::report::measure;
use crate::report::model::Report;
use crate::scenario::metric::{Metric, OfCost, Owners, Subject};
use crate::scenario::model::Scenario;

/// With more functions only the headline of each is followed, so that memory stays small.
const EVERYTHING_OF: usize = 20;

/// Every metric of a scenario with few functions, the headline of one with many; and those that it names.
pub fn tracked(scenario: &Scenario) -> Vec<Metric> {
    let mut all = Metric::all(&Owners::of(scenario));
    if scenario.functions.len() > EVERYTHING_OF {
        let named = &scenario.experiment.metrics;
        let is_prorated = |metric: &Metric| metric.subject == Subject::Cost(OfCost::Prorated);
        all.retain(|metric| metric.is_headline() || is_prorated(metric) || named.contains(metric));
    }
    all
}

/// The metrics that tables show.
#[derive(Clone, Debug)]
pub struct Shown {
    /// In the order of the tables.
    pub metrics: Vec<Metric>,
    /// Somebody asked for them: then nothing is left out.
    pub named: bool,
}

/// Those that the scenario names, or those that a reader looks for first.
pub fn shown(scenario: &Scenario) -> Shown {
    let named = !scenario.experiment.metrics.is_empty();
    let metrics = if named {
        scenario.experiment.metrics.clone()
    } else {
        tracked(scenario).into_iter().filter(Metric::is_headline).collect()
    };
    Shown { metrics, named }
}

/// The values of `metrics` in a run.
pub fn values(report: &Report, metrics: &[Metric]) -> Vec<Option<f64>> {
    metrics.iter().map(|metric| value(report, metric)).collect()
}

/// The value of one, also where the run has other functions than the scenario that the metric is of.
fn value(report: &Report, metric: &Metric) -> Option<f64> {
    let at = |names: &mut dyn Iterator<Item = &String>, index: u32| names.nth(index as usize).cloned();
    let owner = match metric.subject {
        Subject::Function(id, _) => at(&mut report.functions.keys(), id.0),
        Subject::Queue(id, _) => at(&mut report.queues.keys(), id.0),
        Subject::Client(id, _) => at(&mut report.clients.keys(), id.0),
        Subject::Cost(_) | Subject::Ledger(_) => return measure(report, metric.subject),
    };
    let is_owner = |owner: String| metric.name.strip_prefix(&owner).is_some_and(|rest| rest.starts_with('.'));
    if owner.is_some_and(is_owner) {
        return measure(report, metric.subject);
    }
    let owners = Owners {
        functions: report.functions.keys().map(String::as_str).collect(),
        queues: report.queues.keys().map(String::as_str).collect(),
        clients: report.clients.keys().map(String::as_str).collect(),
    };
    measure(report, Metric::find(&metric.name, &owners).ok()?.subject)
}
