//! Replications: the same scenario with other seeds.

use std::convert::Infallible;

use crate::report::estimate::{Estimate, Replications, ThresholdHeld};
use crate::report::model::{Caveat, Report};
use crate::scenario::metric::{Metric, MetricUnit};
use crate::scenario::model::Scenario;

use super::runner::{Run, Runner};
use super::seeds::replication_seed;
use super::spread::Spread;
use super::tracked::{tracked, values};

/// How the intervals are made, for the report.
const METHOD: &str =
    "mean of the runs, interval by Student's t; of a percentile: of the percentiles of the runs";

/// The report of replication 0 with what `replications` runs together say. `first` is that report, if it has been made
/// already.
///
/// The interval of a percentile is Student's, too, of the percentiles that the runs have. It is an interval for the
/// percentile of a run of this length; from that of an endless run it differs by about a rank of the sample.
pub fn replicate(
    scenario: &Scenario,
    replications: u32,
    runner: &Runner<'_>,
    first: Option<Report>,
) -> Report {
    let metrics = tracked(scenario);
    let mut gathered = Gathered::new(scenario, &metrics, replications);
    let mut reported = first;
    if let Some(report) = &reported {
        gathered.add(&Reduced::of(report, &metrics));
    }
    let begun = u32::from(reported.is_some());
    let runs: Vec<Run> = (begun..replications).map(|replication| Run { variant: 0, replication }).collect();
    let reduce = |run: Run, report: Report| {
        let reduced = Reduced::of(&report, &metrics);
        (reduced, (run.replication == 0).then(|| Box::new(report)))
    };
    let Ok(()) = runner.each(
        &runs,
        |_| scenario.clone(),
        reduce,
        |_, (reduced, report)| {
            gathered.add(&reduced);
            reported = reported.take().or(report.map(|report| *report));
            Ok::<(), Infallible>(())
        },
    );
    let mut report = reported.expect("replication 0 is always run");
    report.caveats.retain(|caveat| caveat.code != "one_run");
    report.caveats.push(Caveat {
        code: "replications",
        text: format!(
            "All but the replications is the run with seed {}; they say how far {replications} runs scatter.",
            report.seed
        ),
    });
    report.replications = Some(gathered.finish(scenario));
    report
}

/// What is kept of a run.
struct Reduced {
    values: Vec<Option<f64>>,
    passed: Vec<bool>,
}

impl Reduced {
    fn of(report: &Report, metrics: &[Metric]) -> Self {
        let passed = report.thresholds.iter().map(|threshold| threshold.passed).collect();
        Self { values: values(report, metrics), passed }
    }
}

/// What the runs so far say.
struct Gathered<'g> {
    metrics: &'g [Metric],
    replications: u32,
    spreads: Vec<Spread>,
    held: Vec<u32>,
}

impl<'g> Gathered<'g> {
    fn new(scenario: &Scenario, metrics: &'g [Metric], replications: u32) -> Self {
        Self {
            metrics,
            replications,
            spreads: vec![Spread::default(); metrics.len()],
            held: vec![0; scenario.thresholds.len()],
        }
    }

    fn add(&mut self, run: &Reduced) {
        for (spread, value) in self.spreads.iter_mut().zip(&run.values) {
            if let Some(value) = value {
                spread.add(*value);
            }
        }
        for (held, passed) in self.held.iter_mut().zip(&run.passed) {
            *held += u32::from(*passed);
        }
    }

    fn finish(self, scenario: &Scenario) -> Replications {
        let settings = &scenario.experiment;
        let threshold = |(threshold, held): (&crate::scenario::model::Threshold, &u32)| ThresholdHeld {
            metric: threshold.metric.clone(),
            expression: threshold.expression.clone(),
            held: *held,
            runs: self.replications,
            strict: threshold.strict,
        };
        Replications {
            runs: self.replications,
            seeds: (0..self.replications).map(|index| replication_seed(scenario.seed, index)).collect(),
            confidence: settings.confidence,
            precision: settings.precision,
            method: METHOD,
            metrics: self
                .metrics
                .iter()
                .zip(&self.spreads)
                .filter(|(_, spread)| spread.count() > 0)
                .map(|(metric, spread)| {
                    let estimate = estimate(metric.unit(), spread, settings.confidence, settings.precision);
                    (metric.name.clone(), estimate)
                })
                .collect(),
            thresholds: scenario.thresholds.iter().zip(&self.held).map(threshold).collect(),
        }
    }
}

/// The mean of some values with its interval.
pub(super) fn estimate(unit: MetricUnit, spread: &Spread, confidence: f64, precision: f64) -> Estimate {
    Estimate {
        unit,
        runs: spread.count(),
        mean: spread.mean(),
        half_width: spread.half_width(confidence),
        min: spread.min(),
        max: spread.max(),
        more_runs: spread.more_for(precision, confidence),
    }
}
