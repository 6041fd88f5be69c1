//! What requests, events and messages can be sent to.

use super::{FunctionId, PushId, QueueId, StreamId};

/// An entity that takes what is sent to it: the target of traffic, of destinations and of what functions pass on.
///
/// A kind that is built gets its variant here; the compiler then names every place where it can arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "plain")]
pub enum Target {
    Function(FunctionId),
    Queue(QueueId),
    Stream(StreamId),
    Push(PushId),
}
