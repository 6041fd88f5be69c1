//! Flags of the verbs that make many runs, and what they mean for the scenario.

use clap::Args;

use super::flags::Flags;
use super::status::Failure;
use coldstart::scenario::ExperimentFlag;

/// Section of the help.
pub(super) const EXPERIMENT: &str = "Experiment";

/// How sure the intervals are.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct IntervalArguments {
    /// Probability with which an interval holds the true value [default: 95%]
    #[arg(long, value_name = "SHARE", help_heading = EXPERIMENT)]
    confidence: Option<String>,
    /// Half width of an interval, relative to its mean, for which the number of further runs is told [default: 5%]
    #[arg(long, value_name = "SHARE", help_heading = EXPERIMENT)]
    precision: Option<String>,
}

impl IntervalArguments {
    /// As flags about `experiment:`, with the number of replications.
    pub(super) fn flags(&self, flags: &Flags) -> Vec<ExperimentFlag> {
        let mut all: Vec<ExperimentFlag> = Vec::new();
        all.extend(flags.replications.map(ExperimentFlag::Replications));
        all.extend(self.confidence.clone().map(ExperimentFlag::Confidence));
        all.extend(self.precision.clone().map(ExperimentFlag::Precision));
        all
    }
}

/// Which metrics tables and pictures show.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct MetricArguments {
    /// Show this metric, e.g. api.latency.p99 (repeatable) [default: what a reader looks for first]
    #[arg(long = "metric", value_name = "METRIC", help_heading = EXPERIMENT)]
    metrics: Vec<String>,
}

impl MetricArguments {
    /// As flags about `experiment:`.
    pub(super) fn flags(&self) -> impl Iterator<Item = ExperimentFlag> {
        self.metrics.iter().cloned().map(ExperimentFlag::Metric)
    }
}

/// Why a scenario does not suit an experiment, in words.
pub(super) fn refused(words: &str) -> Failure {
    Failure::usage(format!("error: {words}"))
}

/// A verb that makes one run refuses to make several.
pub(super) fn refuse_replications(flags: &Flags, verb: &str) -> Result<(), Failure> {
    match flags.replications {
        Some(2..) => Err(Failure::usage(format!(
            "error: `coldstart {verb}` looks at one run, so --replications has nothing to do\nUse it with run, report, \
             plot, sweep, compare, tune, size or cost."
        ))),
        _ => Ok(()),
    }
}
