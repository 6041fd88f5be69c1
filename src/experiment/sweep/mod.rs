//! `sweep`: every combination of some values, each with the same seeds.
//!
//! A point is the unit of work: it is simulated as a whole, reduced to a [`Tally`], and can be written to a file and read back
//! without losing a bit. So a sweep that was killed goes on behind its last whole point, and parts made on different machines
//! are the same as one sweep.

mod answer;
mod document;

use sha2::{Digest, Sha256};

use crate::scenario::metric::Metric;
use crate::scenario::{Problems, Scenario, Template};

use super::grid::{Grid, MOST_POINTS};
use super::runner::{Run, Runner};
use super::tally::{Reduced, Tally};
use super::tracked::tracked;

pub use answer::{SweepAnswer, SweepPoint, csv};
pub use document::document;

/// Why there is nothing to sweep.
#[derive(Debug)]
pub enum SweepRefusal {
    /// Combinations of values are wrong.
    Problems(Problems),
    /// In words.
    Words(String),
}

/// A sweep that can be made: all of its points have been read.
pub struct Sweep<'t> {
    template: &'t Template,
    grid: Grid,
    points: usize,
    metrics: Vec<Metric>,
    replications: u32,
}

impl<'t> Sweep<'t> {
    /// Checks every point.
    ///
    /// # Errors
    /// When there is no field, when there are too many points, or with all that is wrong with their scenarios.
    pub fn new(template: &'t Template) -> Result<Self, SweepRefusal> {
        let scenario = template.scenario();
        Self::of(template, tracked(scenario), scenario.experiment.replications.unwrap_or(1))
    }

    /// The same with other metrics and replications.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn of(template: &'t Template, metrics: Vec<Metric>, replications: u32) -> Result<Self, SweepRefusal> {
        let grid = Grid::new(template.plan().axes.clone());
        if grid.axes().is_empty() {
            let words = "nothing is swept: say which values, e.g. --over \"functions.api.memory=512MB..2048MB step 256MB\", or \
                         under `experiment: {sweep: {…}}`";
            return Err(SweepRefusal::Words(words.to_owned()));
        }
        let Some(points) = grid.points() else {
            return Err(SweepRefusal::Words(format!("these are more than {MOST_POINTS} points")));
        };
        // A single field was checked value by value when it was read.
        if grid.axes().len() > 1 {
            template.check((0..points).map(|point| grid.changes(point))).map_err(SweepRefusal::Problems)?;
        }
        Ok(Self { template, grid, points, metrics, replications })
    }

    /// Number of points.
    pub fn points(&self) -> usize {
        self.points
    }

    /// Its points.
    pub fn grid(&self) -> &Grid {
        &self.grid
    }

    /// The scenario of a point.
    pub fn scenario(&self, point: usize) -> Scenario {
        self.template.with(&self.grid.changes(point)).expect("every point has been checked")
    }

    /// A hash of all that decides the results: points of sweeps with the same one belong together.
    ///
    /// # Errors
    /// When a trace can no longer be read.
    pub fn identity(&self) -> std::io::Result<String> {
        let mut hash = Sha256::new();
        hash.update(self.template.identity()?);
        hash.update(format!("{} replications", self.replications));
        for axis in self.grid.axes() {
            hash.update(format!("\n{}", axis.path));
            axis.values.iter().for_each(|value| hash.update(format!("\n= {}", value.value())));
        }
        for metric in &self.metrics {
            hash.update(format!("\n{}", metric.name));
        }
        Ok(hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect())
    }

    /// Simulates `points` (in rising order) and hands each to `take` as soon as it and all before it are done.
    ///
    /// # Errors
    /// The first error of `take`.
    pub fn simulate<E>(
        &self,
        points: &[usize],
        runner: &Runner<'_>,
        mut take: impl FnMut(usize, Tally) -> Result<(), E>,
    ) -> Result<(), E> {
        let all = 0..self.replications;
        let runs: Vec<Run> = points
            .iter()
            .flat_map(|point| all.clone().map(|replication| Run { variant: *point, replication }))
            .collect();
        let mut tally = Tally::default();
        runner.each(
            &runs,
            |point| self.scenario(point),
            |_, report| Reduced::of(&report, &self.metrics),
            |run, reduced| {
                tally.add(&reduced);
                if run.replication + 1 == self.replications {
                    take(run.variant, std::mem::take(&mut tally))
                } else {
                    Ok(())
                }
            },
        )
    }
}
