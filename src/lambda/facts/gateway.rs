//! Facts about requests that come through a gateway.

use crate::units::SimDuration;

use super::super::gateway::Reply;
use super::RequestTag;

/// Something happened to a request, or to an attempt of a client, in a gateway.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GatewayFact {
    /// Index of the gateway within the cell.
    pub gateway: u32,
    /// Which request.
    pub request: RequestTag,
    /// What happened.
    pub change: GatewayChange,
}

/// What happened in a gateway.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum GatewayChange {
    /// It came.
    Came,
    /// The gateway has waited long enough; the function runs on.
    GaveUp,
    /// The caller has its answer.
    Answered {
        /// What it is.
        reply: Reply,
        /// HTTP status.
        status: u16,
        /// Since it came.
        latency: SimDuration,
        /// No client stands in between, who may try again.
        is_final: bool,
    },
}
