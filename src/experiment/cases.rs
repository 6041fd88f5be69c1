//! Cases that are run with the same seeds, each reduced to its metrics run by run.

use crate::report::model::Report;
use crate::scenario::metric::Metric;
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
