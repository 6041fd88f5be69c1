//! Facts about what stands around a function: faults of the service, calls that cannot succeed, bytes on their way.

use crate::scenario::model::{Mode, Obstacle, Way};

use super::super::fault::Fault;
use super::super::parts::Served;
use super::RequestTag;

/// An attempt met an error of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FaultFact {
    /// Which request.
    pub request: RequestTag,
    /// Invocation type.
    pub mode: Mode,
    /// Earlier attempts of the same request.
    pub attempt: u32,
    /// Which error.
    pub fault: Fault,
    /// Which part of the function was asked.
    pub served: Served,
}

/// A call of a function came to its way out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExitFact {
    /// Index of the function.
    pub function: u32,
    /// What happened.
    pub change: ExitChange,
}

/// What became of a call at its way out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitChange {
    /// It cannot succeed.
    Blocked(Obstacle),
    /// It goes through a gateway or an endpoint, with so many bytes there and back.
    Passed {
        /// Which way.
        way: Way,
        /// Bytes.
        bytes: u64,
    },
}
