//! What the runs of one point of an experiment say: small enough to be kept for many points, and to be written into a file.

use serde::{Deserialize, Serialize};

use crate::report::model::Report;
use crate::scenario::metric::Metric;

use super::spread::Spread;
use super::tracked::values;

/// What is kept of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Reduced {
    /// Values of the metrics that are followed.
    pub values: Vec<Option<f64>>,
    /// Whether each threshold held.
    pub passed: Vec<bool>,
}

impl Reduced {
    /// Of a report.
    pub fn of(report: &Report, metrics: &[Metric]) -> Self {
        let passed = report.thresholds.iter().map(|threshold| threshold.passed).collect();
        Self { values: values(report, metrics), passed }
    }
}

/// How the metrics scatter over some runs, and in how many of them each threshold held.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tally {
    runs: u32,
    spreads: Vec<Spread>,
    held: Vec<u32>,
}

impl Tally {
    /// Adds a run; runs are added in their order, so that the sums are always the same.
    pub fn add(&mut self, run: &Reduced) {
        self.runs += 1;
        self.spreads.resize(run.values.len().max(self.spreads.len()), Spread::default());
        self.held.resize(run.passed.len().max(self.held.len()), 0);
        for (spread, value) in self.spreads.iter_mut().zip(&run.values) {
            if let Some(value) = value {
                spread.add(*value);
            }
        }
        for (held, passed) in self.held.iter_mut().zip(&run.passed) {
            *held += u32::from(*passed);
        }
    }

    /// How many runs.
    pub fn runs(&self) -> u32 {
        self.runs
    }

    /// How a metric scatters; `None` where it never had a value.
    pub fn spread(&self, metric: usize) -> Option<&Spread> {
        self.spreads.get(metric).filter(|spread| spread.count() > 0)
    }

    /// In how many runs each threshold held.
    pub fn held(&self) -> &[u32] {
        &self.held
    }
}
