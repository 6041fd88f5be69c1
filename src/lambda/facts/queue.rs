//! Facts about messages and about the batches that event source mappings make of them.

use crate::units::SimTime;

use super::super::messages::Messages;
use super::RequestTag;

/// Something happened to messages.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct QueueFact {
    /// Index of the queue within the cell.
    pub queue: u32,
    /// Which messages.
    pub messages: Messages,
    /// What happened.
    pub change: MessageChange,
}

/// What happened to messages.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MessageChange {
    /// They came in.
    Entered(Entry),
    /// A poller received them.
    Received,
    /// They are visible again.
    Returned,
    /// They were processed and deleted.
    Deleted,
    /// They did not match the filter of the mapping, and were deleted.
    Filtered,
    /// They were received too often and went to the dead-letter queue.
    DeadLettered,
    /// They were moved back to another queue.
    Redriven,
    /// They became too old.
    Expired {
        /// When; possibly some time ago.
        at: SimTime,
    },
}

/// How messages come into a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// They were there at the start.
    Backlog,
    /// A traffic source sent them.
    Traffic,
    /// A function's dead letter or destination record.
    Record,
    /// A function passed them on.
    Emitted,
    /// A topic, a bucket or an event bus delivered them.
    Published,
    /// They were received too often in another queue.
    DeadLetter,
    /// They were moved back from a dead-letter queue.
    Redrive,
}

/// Something happened to a batch of an event source mapping.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BatchFact {
    /// Index of the mapping within the cell.
    pub mapping: u32,
    /// The request that the batch is.
    pub request: RequestTag,
    /// What happened.
    pub change: BatchChange,
}

/// What happened to a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchChange {
    /// It left for the function.
    Left {
        /// Messages in it.
        size: u32,
        /// It had no room for more.
        is_full: bool,
    },
    /// It was throttled.
    Throttled {
        /// Its poller will try again.
        retries: bool,
    },
    /// Lambda itself failed to run it.
    Faulted {
        /// Its poller will try again.
        retries: bool,
    },
    /// Its invocation ended.
    Ended {
        /// Messages that were deleted.
        deleted: u32,
        /// Messages that were processed although another batch had deleted them.
        duplicates: u32,
        /// Messages that wait for their visibility timeout.
        failed: u32,
    },
}

/// Pollers of a mapping came or went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PollersFact {
    /// Index of the mapping within the cell.
    pub mapping: u32,
    /// When; possibly some time ago, as it becomes known when somebody polls.
    pub at: SimTime,
    /// Pollers from then on.
    pub pollers: u32,
}
