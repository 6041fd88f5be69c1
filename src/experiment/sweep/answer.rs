//! What a sweep answers, as plain data: its JSON and CSV.

use indexmap::IndexMap;
use serde::Serialize;

use crate::experiment::head::Head;
use crate::experiment::replications::{estimate, thresholds_held};
use crate::experiment::tally::Tally;
use crate::report::estimate::{Estimate, ThresholdHeld};

use super::Sweep;

/// The whole answer.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract; docs/experiments.md describes them")]
pub struct SweepAnswer {
    #[serde(flatten)]
    pub head: Head,
    /// The fields with their values, as written.
    pub fields: IndexMap<String, Vec<String>>,
    pub points: Vec<SweepPoint>,
    pub remarks: Vec<String>,
}

/// One point.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract; docs/experiments.md describes them")]
pub struct SweepPoint {
    pub values: IndexMap<String, String>,
    pub metrics: IndexMap<String, Estimate>,
    pub thresholds: Vec<ThresholdHeld>,
}

const METHOD: &str = "mean of the runs of a point, interval by Student's t; every point has the same seeds";

impl Sweep<'_> {
    /// The answer, from what all points gave.
    pub fn answer(&self, tallies: &[Tally]) -> SweepAnswer {
        let scenario = self.template.scenario();
        let mut remarks = self.template.remarks(self.grid.axes().iter().map(|axis| axis.path.as_str()));
        if self.replications < 2 {
            remarks.push(
                "One run for each point: how far another seed would scatter is not shown; --replications 10 gives intervals."
                    .to_owned(),
            );
        }
        let values = |axis: &crate::scenario::plan::Axis| {
            axis.values.iter().map(crate::scenario::plan::Change::value).collect()
        };
        SweepAnswer {
            head: Head::of(scenario, "sweep", self.replications, METHOD),
            fields: self.grid.axes().iter().map(|axis| (axis.path.clone(), values(axis))).collect(),
            points: tallies.iter().enumerate().map(|(point, tally)| self.point(point, tally)).collect(),
            remarks,
        }
    }

    fn point(&self, point: usize, tally: &Tally) -> SweepPoint {
        let scenario = self.template.scenario();
        let settings = &scenario.experiment;
        let paths = self.grid.axes().iter().map(|axis| axis.path.clone());
        let estimate = |(index, metric): (usize, &crate::scenario::metric::Metric)| {
            let spread = tally.spread(index)?;
            Some((
                metric.name.clone(),
                estimate(metric.unit(), spread, settings.confidence, settings.precision),
            ))
        };
        SweepPoint {
            values: paths.zip(self.grid.labels(point)).collect(),
            metrics: self.metrics.iter().enumerate().filter_map(estimate).collect(),
            thresholds: thresholds_held(scenario, tally),
        }
    }
}

/// A row per point: its values, and of each metric the mean and half the width of its interval.
pub fn csv(answer: &SweepAnswer) -> String {
    let mut metrics: Vec<&String> = Vec::new();
    for name in answer.points.iter().flat_map(|point| point.metrics.keys()) {
        if !metrics.contains(&name) {
            metrics.push(name);
        }
    }
    let mut rows = vec![{
        let mut header: Vec<String> = answer.fields.keys().cloned().collect();
        header.push("runs".to_owned());
        header.extend(metrics.iter().flat_map(|name| [(*name).clone(), format!("{name} half_width")]));
        header
    }];
    for point in &answer.points {
        let mut row: Vec<String> = point.values.values().cloned().collect();
        row.push(answer.head.replications.to_string());
        for name in &metrics {
            let estimate = point.metrics.get(*name);
            row.push(estimate.map_or_else(String::new, |one| one.mean.to_string()));
            row.push(
                estimate.and_then(|one| one.half_width).map_or_else(String::new, |half| half.to_string()),
            );
        }
        rows.push(row);
    }
    crate::report::csv::lines(&rows)
}
