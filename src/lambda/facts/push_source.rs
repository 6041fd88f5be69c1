//! Facts about topics, buckets and event buses.

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
