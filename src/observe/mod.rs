//! Observers: what is made of the facts. Statistics, time series, the audit, digests and the attempt log.
//!
//! An observer never changes the model; memory does not grow with the number of invocations.

pub mod attempts;
pub mod audit;
mod counts;
mod digest;
mod function;
pub mod narrator;
mod sample;
mod selection;
mod series;
mod spans;
mod statistics;
mod tally;
mod time_weighted;
mod timeline;
mod usage;

pub use counts::{
    AsyncCounts, ClientStatistics, FateCounts, InvocationCounts, QueueStatistics, ThrottleCounts,
};
pub use function::FunctionStatistics;
pub use sample::Sample;
pub use series::Series;
pub use statistics::{Statistics, Window};
pub use time_weighted::TimeWeighted;
pub use usage::Usage;
