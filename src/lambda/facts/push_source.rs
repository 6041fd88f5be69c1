//! Facts about topics, buckets and event buses.

use crate::units::SimTime;

use super::RequestTag;

/// Something happened at a push source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PushFact {
    /// Index of the push source within the cell.
    pub source: u32,
    /// What happened.
    pub change: PushChange,
}

/// What happened at a push source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PushChange {
    /// A message was published, an object put, an event sent.
    Published,
    /// It was accepted and will not be delivered: its deduplication id is known (S103).
    Deduplicated,
    /// It does not match this subscription.
    Filtered {
        /// Its index.
        subscription: u32,
    },
    /// It will be delivered later, or be given up then.
    Waits {
        /// For which subscription.
        subscription: u32,
    },
    /// It was handed over.
    HandedOver {
        /// For which subscription.
        subscription: u32,
        /// Attempts that had failed.
        failures: u32,
        /// It had to wait, as [`Self::Waits`] said.
        has_waited: bool,
    },
    /// Every attempt failed.
    GivenUp {
        /// For which subscription.
        subscription: u32,
        /// Attempts.
        failures: u32,
        /// It is in a dead-letter queue.
        is_kept: bool,
        /// It had to wait.
        has_waited: bool,
    },
}

/// What happens to one message, for detailed observers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParcelStep {
    /// It was published, put or sent.
    Told {
        /// Of a FIFO topic: its message group, from 0.
        group: Option<u32>,
    },
    /// It was accepted and nobody is told: its deduplication id is known.
    Deduplicated,
    /// It does not match this subscription.
    Filtered {
        /// Its index.
        subscription: u32,
    },
    /// It is on its way.
    Waits {
        /// For which subscription.
        subscription: u32,
        /// When it is handed over, or given up.
        until: SimTime,
    },
    /// It is handed over; what it becomes is told next.
    HandedOver {
        /// For which subscription.
        subscription: u32,
        /// Attempts that had failed.
        failures: u32,
    },
    /// What it has become there.
    Became {
        /// For which subscription.
        subscription: u32,
        /// What.
        what: Became,
    },
    /// Every attempt has failed.
    GivenUp {
        /// For which subscription.
        subscription: u32,
        /// Attempts.
        failures: u32,
        /// It is in a dead-letter queue.
        is_kept: bool,
    },
}

/// What a message becomes where it is handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Became {
    /// An asynchronous event of a function.
    Request(RequestTag),
    /// A message of a queue (by index), by its ordinal there.
    Message {
        /// Which queue.
        queue: u32,
        /// Which message, from 0.
        ordinal: u64,
    },
    /// A message of another push source (by index), by its ordinal there.
    Told {
        /// Which push source.
        source: u32,
        /// Which message, from 0.
        ordinal: u64,
    },
    /// Nothing: a queue knew its deduplication id, or a loop was stopped.
    Nothing,
}
