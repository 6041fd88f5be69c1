//! Cases that are run with the same seeds, each reduced to its metrics run by run.

use crate::report::model::Report;
use crate::scenario::metric::{Metric, OfCost};
use crate::scenario::model::Scenario;

use super::runner::{Run, Runner};
use super::tally::Reduced;

/// What one case gave.
#[derive(Clone, Debug)]
pub struct Case {
    /// Run by run.
    pub runs: Vec<Reduced>,
    /// The first run.
    pub first: Report,
}

impl Case {
    /// The values of a metric, run by run.
    pub fn values(&self, metric: usize) -> impl Iterator<Item = Option<f64>> + '_ {
        self.runs.iter().map(move |run| run.values[metric])
    }

    /// In how many runs a threshold held.
    pub fn held(&self, threshold: usize) -> u32 {
        self.runs.iter().filter(|run| run.passed.get(threshold) == Some(&true)).count() as u32
    }
}

/// The cost that cases are compared by. Where something is paid for more time than the run has (5 minutes begun, 3 hours at
/// least), that time would outweigh everything else, and the bill of a run says little about a month: then it is the prorated
/// one.
pub fn judged_cost(cases: &[Case]) -> OfCost {
    let is_rounded = |case: &Case| {
        let cost = &case.first.cost;
        cost.prorated.is_some_and(|prorated| prorated != cost.total)
    };
    if cases.iter().any(is_rounded) { OfCost::Prorated } else { OfCost::Total }
}

/// Simulates `count` cases, `replications` runs of each; `scenario` is asked for each once.
pub fn cases(
    count: usize,
    scenario: impl Fn(usize) -> Scenario + Sync,
    metrics: &[Metric],
    replications: u32,
    runner: &Runner<'_>,
) -> Vec<Case> {
    let runs: Vec<Run> = Run::all(count, replications).collect();
    let mut found: Vec<Case> = Vec::new();
    let reduce = |run: Run, report: Report| {
        (Reduced::of(&report, metrics), (run.replication == 0).then(|| Box::new(report)))
    };
    let Ok(()) = runner.each(&runs, scenario, reduce, |_, (reduced, first)| {
        match (first, found.last_mut()) {
            (Some(first), _) => found.push(Case { runs: vec![reduced], first: *first }),
            (None, Some(case)) => case.runs.push(reduced),
            (None, None) => {}
        }
        Ok::<(), std::convert::Infallible>(())
    });
    found
}
