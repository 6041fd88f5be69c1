//! Queues.

use super::{Distribution, QueueId};
use crate::units::{Rate, SimDuration, SimTime};

/// A queue.
#[derive(Clone, Debug, PartialEq)]
pub struct Queue {
    /// Name in the scenario.
    pub name: String,
    /// Of a FIFO queue: how many message groups there are (S55).
    pub message_groups: Option<u32>,
    /// Of a FIFO queue: how many deduplication ids its senders use; without, each message has one of its own (S103).
    pub deduplication_ids: Option<u64>,
    /// Messages in it at the start.
    pub backlog: u64,
    /// How long a received message is invisible.
    pub visibility_timeout: SimDuration,
    /// Messages older than this are gone.
    pub retention: SimDuration,
    /// How long a new message is invisible.
    pub delay: SimDuration,
    /// Where messages go that were received too often.
    pub redrive: Option<RedrivePolicy>,
}

impl Queue {
    /// Whether messages of a group stay in order.
    pub fn is_fifo(&self) -> bool {
        self.message_groups.is_some()
    }
}

/// `RedrivePolicy` of a queue (S53).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RedrivePolicy {
    /// Dead-letter queue.
    pub dead_letter: QueueId,
    /// Receives after which a message goes there.
    pub max_receive_count: u32,
}

/// Messages of a dead-letter queue are moved back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Redrive {
    /// From when on.
    pub at: SimTime,
    /// Queue that is emptied.
    pub from: QueueId,
    /// Queue that gets them.
    pub to: QueueId,
    /// How fast.
    pub rate: Rate,
}

/// What each record of a batch adds to the work of an invocation.
#[derive(Clone, Debug, PartialEq)]
pub struct PerRecord {
    /// CPU work, nanoseconds at one vCPU.
    pub cpu: Distribution,
    /// Waiting.
    pub io: Distribution,
}
