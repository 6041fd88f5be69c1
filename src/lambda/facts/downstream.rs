//! Facts about downstreams: calls and connections.

use crate::units::{SimDuration, SimTime};

use super::super::downstream::Refusal;

/// Something happened to a call or a connection of a function.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DownstreamFact {
    /// Index of the downstream within the cell.
    pub downstream: u32,
    /// Index of the function that calls.
    pub function: u32,
    /// What happened.
    pub change: DownstreamChange,
}

/// What happened to a call or a connection.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum DownstreamChange {
    /// A call came.
    Called,
    /// It waits for its turn.
    Queued,
    /// It failed at the door.
    Refused(Refusal),
    /// It is served.
    Began {
        /// So long it has waited.
        waited: SimDuration,
    },
    /// It has been served.
    Ended {
        /// How long that took.
        latency: SimDuration,
    },
    /// A Decrypt for an Init, whose time belongs to that Init.
    Decrypted {
        /// When; possibly some time ago.
        at: SimTime,
        /// `None`: it was served.
        refused: Option<Refusal>,
    },
    /// The function timeout ended its wait.
    GaveUpWaiting,
    /// The function timeout ended it.
    Abandoned,
    /// An environment has opened connections.
    Connected {
        /// How many.
        count: u32,
    },
    /// An environment has let go of its connections.
    Disconnected {
        /// How many.
        count: u32,
        /// When; possibly some time ago.
        at: SimTime,
    },
}
