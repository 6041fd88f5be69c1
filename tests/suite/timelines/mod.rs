//! Small scenarios with constant durations, worked out by hand: every instant, count and cause is exact.

mod admission;
mod asynchronous;
mod billing;
mod chains;
mod changes;
mod clients;
mod doors;
mod downstreams;
mod edges;
mod ends;
mod gateways;
mod idleness;
mod log_lines;
mod partners;
mod presigned;
mod provisioned;
mod queues;
mod request_rates;
mod resets;
mod snapstart;
mod sqs_requests;
mod storage;
mod streams;
mod surroundings;
mod ties;
mod versions;
