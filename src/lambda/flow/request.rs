//! A request on its way to an environment, who asked for it, and what is kept until its invocation ends.

use crate::scenario::model::Mode;

use super::super::facts::{Invocation, RequestTag};
use super::super::source::Given;

/// Who asked for an invocation. When it ends, the asker decides what follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asker {
    /// A caller that takes the first answer.
    Caller,
    /// A user of a closed model, who then thinks.
    User { user: u32 },
    /// An attempt of a client's call.
    Call { call: u32, attempt: u16 },
    /// An asynchronous event.
    Event { event: u32 },
    /// A batch of messages that a poller has received.
    Batch { batch: u32 },
    /// A gateway, for somebody.
    Gateway { passage: u32 },
    /// A handler that waits for its answer.
    Errand { errand: u32 },
    /// A lane of a shard, for its batch.
    Lane { lane: u32 },
}

/// A request on its way to an environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Request {
    pub(super) tag: RequestTag,
    pub(super) source: u32,
    pub(super) ordinal: u64,
    /// Earlier attempts to get an environment.
    pub(super) attempt: u32,
    /// Earlier runs of the handler.
    pub(super) run: u32,
    pub(super) given: Given,
    pub(super) asker: Asker,
}

impl Asker {
    /// The invocation type that it stands for.
    #[inline]
    pub(super) fn mode(self) -> Mode {
        match self {
            Self::Caller
            | Self::User { .. }
            | Self::Call { .. }
            | Self::Batch { .. }
            | Self::Gateway { .. }
            | Self::Errand { .. }
            | Self::Lane { .. } => Mode::Sync,
            Self::Event { .. } => Mode::Async,
        }
    }
}

/// What is kept about an invocation until its end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    pub(super) invocation: Invocation,
    pub(super) asker: Asker,
}
