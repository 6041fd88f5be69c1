//! What only detailed observers are told: who narrates a single request or message.

use crate::scenario::model::Target;

use super::super::client::{Failure, Retry};
use super::super::course::{HandlerRun, Preparation};
use super::super::messages::Messages;
use super::{ErrandStep, ParcelStep, RecordStep, RequestTag};

/// What a step was worked out from; only for detailed observers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Detail {
    /// Where a request comes from.
    Entered {
        /// Which.
        request: RequestTag,
        /// Index of the traffic source.
        source: u32,
        /// Ordinal of the request in its source, from 0.
        ordinal: u64,
        /// Size of its payload.
        payload_bytes: u64,
        /// Index of the client that sends it.
        client: Option<u32>,
        /// The user of a closed model who sends it, from 0.
        user: Option<u32>,
    },
    /// What was drawn for a run of the handler, the moment its environment is known.
    Planned {
        /// Which request.
        request: RequestTag,
        /// What runs before the handler.
        preparation: Preparation,
        /// The handler.
        handler: HandlerRun,
    },
    /// A client decided whether to try again.
    RetryDecided {
        /// Which request.
        request: RequestTag,
        /// After what.
        failure: Failure,
        /// What it does.
        verdict: Retry,
        /// Tokens that the retry took.
        cost: u32,
        /// Tokens that are left; `None` is no quota.
        tokens_left: Option<u32>,
    },
    /// A function got something as an event of its own.
    PassedOn {
        /// What it comes from.
        request: RequestTag,
        /// The new event.
        onward: RequestTag,
        /// Why.
        why: Onward,
    },
    /// An invocation has succeeded and passes a message on.
    Emitted {
        /// The request that it served.
        request: RequestTag,
        /// To whom; not to a function.
        to: Target,
    },
    /// Something happened to a call that an invocation makes.
    Errand {
        /// The request that it serves.
        request: RequestTag,
        /// What happened.
        step: ErrandStep,
    },
    /// Something happened to what a topic, a bucket or an event bus was told.
    Parcel {
        /// Index of the push source.
        source: u32,
        /// Which of its messages, from 0.
        ordinal: u64,
        /// What happened.
        step: ParcelStep,
    },
    /// A batch leaves for a function with these messages, and maybe more.
    Carries {
        /// The request that the batch is.
        request: RequestTag,
        /// Index of the mapping among those of queues.
        mapping: u32,
        /// Which.
        messages: Messages,
    },
    /// Something happened to one record.
    Record {
        /// The request that the batch is, or the last one was.
        request: RequestTag,
        /// Index of the mapping among those of streams.
        consumer: u32,
        /// Index of the lane among those of the mapping.
        lane: u32,
        /// Ordinal of the record in its stream, from 0.
        ordinal: u64,
        /// The function fails on it.
        is_poison: bool,
        /// What happened.
        step: RecordStep,
    },
}

impl Detail {
    /// The request that it is about, if it is about one.
    pub fn request(&self) -> Option<RequestTag> {
        match self {
            Self::Entered { request, .. }
            | Self::Planned { request, .. }
            | Self::RetryDecided { request, .. }
            | Self::PassedOn { request, .. }
            | Self::Emitted { request, .. }
            | Self::Errand { request, .. }
            | Self::Carries { request, .. }
            | Self::Record { request, .. } => Some(*request),
            Self::Parcel { .. } => None,
        }
    }
}

/// Why a function gets an event of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Onward {
    /// It is a destination, and gets the record of an event that has ended.
    Destination,
    /// An invocation has succeeded and passes it on.
    Emission,
    /// It reads the log of the other.
    Log,
}
