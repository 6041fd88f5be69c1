//! Replications: the same scenario with other seeds.

use std::convert::Infallible;

use crate::report::estimate::{Estimate, Replications, ThresholdHeld};
use crate::report::model::{Caveat, Report};
use crate::scenario::metric::{Metric, MetricUnit};
use crate::scenario::model::{Scenario, Threshold};

use super::runner::{Run, Runner};
use super::seeds::replication_seed;
use super::spread::Spread;
use super::tally::{Reduced, Tally};
use super::tracked::tracked;

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
    let mut tally = Tally::default();
    let mut reported = first;
    if let Some(report) = &reported {
        tally.add(&Reduced::of(report, &metrics));
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
            tally.add(&reduced);
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
    report.replications = Some(finish(scenario, &metrics, &tally));
    report
}

/// What the runs together say.
fn finish(scenario: &Scenario, metrics: &[Metric], tally: &Tally) -> Replications {
    let settings = &scenario.experiment;
    let estimated = |(index, metric): (usize, &Metric)| {
        let spread = tally.spread(index)?;
        let estimate = estimate(metric.unit(), spread, settings.confidence, settings.precision);
        Some((metric.name.clone(), estimate))
    };
    Replications {
        runs: tally.runs(),
        seeds: (0..tally.runs()).map(|index| replication_seed(scenario.seed, index)).collect(),
        confidence: settings.confidence,
        precision: settings.precision,
        method: METHOD,
        metrics: metrics.iter().enumerate().filter_map(estimated).collect(),
        thresholds: thresholds_held(scenario, tally),
    }
}

/// In how many runs each threshold of `scenario` held.
pub(super) fn thresholds_held(scenario: &Scenario, tally: &Tally) -> Vec<ThresholdHeld> {
    let threshold = |(threshold, held): (&Threshold, &u32)| ThresholdHeld {
        metric: threshold.metric.clone(),
        expression: threshold.expression.clone(),
        held: *held,
        runs: tally.runs(),
        strict: threshold.strict,
    };
    scenario.thresholds.iter().zip(tally.held()).map(threshold).collect()
}

/// The mean of some values with its interval.
pub fn estimate(unit: MetricUnit, spread: &Spread, confidence: f64, precision: f64) -> Estimate {
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
