//! What happens to the calls of one invocation, for detailed observers.

use crate::scenario::model::Obstacle;
use crate::units::SimDuration;

use super::super::downstream::Refusal;
use super::super::outcome::Outcome;
use super::RequestTag;

/// What happens to a call. A downstream is told by its index, a function by the request that it gets.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ErrandStep {
    /// It calls a downstream.
    Calls {
        /// Which.
        downstream: u32,
    },
    /// It waits for its turn there.
    Queued {
        /// Where.
        downstream: u32,
    },
    /// The downstream begins to serve it.
    Began {
        /// Which.
        downstream: u32,
        /// So long it has waited.
        waited: SimDuration,
    },
    /// The downstream has answered.
    Answered {
        /// Which.
        downstream: u32,
        /// So long it took.
        latency: SimDuration,
    },
    /// The downstream has refused it, and the handler fails.
    Refused {
        /// Which.
        downstream: u32,
        /// Why.
        refusal: Refusal,
    },
    /// The function timeout ends it.
    CutOff {
        /// Whom it had called.
        downstream: u32,
    },
    /// It does not get out of the function.
    Blocked {
        /// Why.
        obstacle: Obstacle,
    },
    /// A function runs for it.
    Asks {
        /// The request that this is.
        asked: RequestTag,
    },
    /// The function that it asked has ended.
    Heard {
        /// The request that this was.
        asked: RequestTag,
        /// How.
        outcome: Outcome,
    },
    /// The function that it asks does not run: it is throttled, or Lambda fails.
    TurnedAway {
        /// The request that this was.
        asked: RequestTag,
    },
    /// The function timeout ends its wait; what it asked for goes on.
    Abandons {
        /// The request that this is.
        asked: RequestTag,
    },
    /// The function has been invoked too often in this chain.
    LoopStopped {
        /// Its index.
        function: u32,
    },
}
