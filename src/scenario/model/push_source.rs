//! What tells others that something has happened, and calls functions for that: SNS topics, S3 buckets, EventBridge (S83).

use super::{Distribution, QueueId, Target};
use crate::units::SimDuration;

/// Index of a push source in [`super::Scenario::push_sources`]: topics, then buckets, then event buses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PushId(pub u32);

/// A topic, a bucket or an event bus.
#[derive(Clone, Debug, PartialEq)]
pub struct PushSource {
    /// Name in the scenario.
    pub name: String,
    /// Which of them.
    pub kind: PushKind,
    /// Of a FIFO topic: its groups and ids.
    pub fifo: Option<FifoTopic>,
    /// From what happens to its delivery.
    pub delivery_delay: Distribution,
    /// Share of attempts to hand over that fail.
    pub delivery_errors: f64,
    /// Whom it tells, in the order of the file.
    pub subscriptions: Vec<Subscription>,
}

/// What a FIFO topic keeps in order, and apart (S103).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FifoTopic {
    /// How many message groups there are.
    pub message_groups: u32,
    /// How many deduplication ids its publishers use; without, each message has one of its own.
    pub deduplication_ids: Option<u64>,
}

/// Which push source it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PushKind {
    /// An SNS topic.
    Topic,
    /// Notifications of an S3 bucket.
    Bucket,
    /// An EventBridge event bus with its rules.
    EventBus,
}

impl PushKind {
    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Topic => "topic",
            Self::Bucket => "bucket",
            Self::EventBus => "event bus",
        }
    }
}

/// Somebody who is told.
#[derive(Clone, Debug, PartialEq)]
pub struct Subscription {
    /// Who.
    pub to: Target,
    /// Subscriptions with one number are told of the same: targets of one rule.
    pub rule: u32,
    /// Share of what happens that matches.
    pub filter: f64,
    /// Of an event bus: attempts after the first.
    pub max_retry_attempts: Option<u32>,
    /// Of an event bus: no attempt is made later than this after the event.
    pub max_event_age: Option<SimDuration>,
    /// Where goes what could not be handed over.
    pub dead_letter: Option<QueueId>,
}
