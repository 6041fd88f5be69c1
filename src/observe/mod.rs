//! Observers: what is made of the facts. Statistics, time series, the audit, digests and the attempt log.
//!
//! An observer never changes the model; memory does not grow with the number of invocations.

pub mod attempts;
pub mod audit;
mod counts;
mod digest;
mod downstream;
mod function;
mod gateway;
mod gauge;
mod kinesis;
mod log_lines;
mod metering;
pub mod narrator;
mod oldest;
mod polling;
mod provisioned;
mod push_source;
mod queue;
mod queue_audit;
mod sample;
mod selection;
mod series;
mod sliding;
mod snapstart;
mod spans;
mod sqs_requests;
mod statistics;
mod stream;
mod surroundings;
mod tally;
mod time_weighted;
mod timeline;
mod usage;

pub use counts::{AsyncCounts, ClientStatistics, FateCounts, InvocationCounts, ThrottleCounts, UrlCounts};
pub use digest::Digest;
pub use downstream::DownstreamStatistics;
pub use function::FunctionStatistics;
pub use gateway::GatewayStatistics;
pub use gauge::Gauge;
pub use kinesis::KinesisCharges;
pub use log_lines::{LogLines, LoggedInvocation};
pub use metering::{MeteredUsage, Metering, Waste, Wasted};
pub use provisioned::{CapacityChange, OfFunction as ProvisionedOfFunction, ProvisionedStatistics};
pub use push_source::PushStatistics;
pub use queue::{MappingStatistics, QueueStatistics};
pub use sample::Sample;
pub use series::Series;
pub use sliding::SlidingWindows;
pub use snapstart::SnapStartStatistics;
pub use sqs_requests::SqsRequests;
pub use statistics::{REPORTED_SHARES, Statistics, Window};
pub use stream::StreamStatistics;
pub use surroundings::SurroundingCounts;
pub use time_weighted::TimeWeighted;
pub use usage::Usage;
