//! The modelled service. Its file list reads like the table of contents of the developer guide.
//!
//! Parts (`account`, `concurrency`, `scaling`, `request_rate`, `fleet`, `course`, `cpu`, `retry`, `client`, `rate_limiter`, `meter`, `source`,
//! `queue`, `messages`, `message_groups`, `batches`, `pollers`, `poller_backoff`, `parts`, `alarm`, `gateway`, `provisioned`, `autoscaling`, `downstream`, `errands`, `lineage`, `lane`, `consumers`, `shard_reads`, `deduplication`)
//! own private state and answer with verdicts. [`flow`] owns the order of steps and holds no arithmetic.
//! [`facts`] are what observers are told.

pub mod account;
pub mod account_load;
pub mod alarm;
pub mod autoscaling;
pub mod batches;
pub mod cell;
pub mod client;
pub mod concurrency;
pub mod consumers;
pub mod course;
pub mod cpu;
pub mod deduplication;
pub mod downstream;
pub mod errands;
pub mod facts;
pub mod fault;
pub mod fleet;
pub mod flow;
pub mod gateway;
pub mod handover;
pub mod lane;
pub mod lapse;
pub mod lineage;
pub mod message_groups;
pub mod messages;
pub mod meter;
mod network;
pub mod outcome;
pub mod parts;
pub mod poller_backoff;
pub mod pollers;
pub mod presign;
pub mod provisioned;
pub mod queue;
pub mod rate_limiter;
pub mod request_rate;
pub mod retry;
pub mod scaling;
pub mod shard_reads;
pub mod source;
pub mod tmp;
