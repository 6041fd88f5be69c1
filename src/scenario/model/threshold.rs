//! Conditions on the report.

use super::{DownstreamId, FunctionId, Qualifier, QueueId, StreamId};
use crate::scenario::metric::Subject;
use crate::units::SimDuration;

/// A condition on the report.
#[derive(Clone, Debug, PartialEq)]
pub struct Threshold {
    /// `api.latency`.
    pub metric: String,
    /// `p99 < 500ms`, as written.
    pub expression: String,
    /// What is measured.
    pub subject: ThresholdSubject,
    /// `p99`, `max`, `mean` …; `None` for a plain value.
    pub aggregate: Option<Aggregate>,
    /// How the value is compared.
    pub comparison: Comparison,
    /// What it is compared with: ms for latencies and durations, a share for rates, a number or seconds for
    /// gauges, dollars for costs.
    pub limit: f64,
    /// `for 2m`: it has to hold in every window of this length, in whole seconds.
    pub window: Option<SimDuration>,
    /// Whether a failure decides the exit status.
    pub strict: bool,
}

/// A function, or a version or alias of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FunctionPart {
    /// The function.
    pub function: FunctionId,
    /// Which part; `None` is all of it.
    pub qualifier: Option<Qualifier>,
}

impl From<FunctionId> for FunctionPart {
    fn from(function: FunctionId) -> Self {
        Self { function, qualifier: None }
    }
}

/// The quantity behind a threshold's metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the contract's metric names")]
pub enum ThresholdSubject {
    Latency(FunctionPart),
    ClientLatency(FunctionPart),
    Duration(FunctionPart),
    Throttles(FunctionPart),
    ThrottleRate(FunctionPart),
    ErrorRate(FunctionPart),
    ColdStartRate(FunctionPart),
    Concurrency(FunctionPart),
    QueueDepth(QueueId),
    DrainedAt(QueueId),
    OldestMessageAge(QueueId),
    ConnectionErrors(DownstreamId),
    IteratorAge(StreamId),
    CostTotal,
    CostMonthly,
    /// Any other metric of the report.
    Metric(Subject),
}

/// An aggregate of a distribution or gauge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Aggregate {
    /// Smallest value.
    Min,
    /// Mean.
    Mean,
    /// Largest value.
    Max,
    /// The percentile, in 0..=100.
    Percentile(f64),
}

/// How a value is compared with its limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "plain")]
pub enum Comparison {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
}

impl Comparison {
    /// Whether `value` compares so with `limit`.
    pub fn holds(self, value: f64, limit: f64) -> bool {
        match self {
            Self::Less => value < limit,
            Self::LessOrEqual => value <= limit,
            Self::Greater => value > limit,
            Self::GreaterOrEqual => value >= limit,
            Self::Equal => value == limit,
            Self::NotEqual => value != limit,
        }
    }
}
