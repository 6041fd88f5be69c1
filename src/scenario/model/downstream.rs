//! What functions call and pass on, and what goes wrong there.

use super::{Distribution, FunctionId, Obstacle, Qualifier, Target, Way};
use crate::units::{Bytes, Rate, SimDuration, SimTime};

/// Index of a downstream in [`super::Scenario::downstreams`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DownstreamId(pub u32);

/// A dependency of functions: a database, an API of somebody else's (S48).
#[derive(Clone, Debug, PartialEq)]
pub struct Downstream {
    /// Name in the scenario.
    pub name: String,
    /// Connections that it takes.
    pub max_connections: Option<u32>,
    /// Calls that it serves at once.
    pub max_concurrency: Option<u32>,
    /// Calls that it takes per unit of time.
    pub rate: Option<Rate>,
    /// What becomes of a call above that.
    pub on_overload: Overload,
    /// Calls borrow connections from a pool; environments hold none.
    pub has_proxy: bool,
}

/// What becomes of a call that is too much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overload {
    /// It fails.
    Refuse,
    /// It waits.
    Queue,
}

/// A call that a handler makes, when its own work is done.
#[derive(Clone, Debug, PartialEq)]
pub struct OutgoingCall {
    /// To whom.
    pub to: Callee,
    /// Which version or alias of a function.
    pub qualifier: Option<Qualifier>,
    /// How long a downstream takes, or the way to a function.
    pub latency: Distribution,
    /// Connections that each environment holds.
    pub connections: u32,
    /// Which way it takes (S28).
    pub way: Way,
    /// Why it cannot succeed.
    pub obstacle: Option<Obstacle>,
    /// Bytes there and back.
    pub data: Bytes,
    /// How long the caller waits for a connection where no way leads.
    pub connect_timeout: SimDuration,
}

/// Who is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "plain")]
pub enum Callee {
    Function(FunctionId),
    Downstream(DownstreamId),
    /// The way of the emission with this index, where a VPC or a role may stand in it. What is emitted leaves when the
    /// invocation has succeeded.
    Receiver(u32),
}

/// What a handler passes on when it succeeds (S49).
#[derive(Clone, Debug, PartialEq)]
pub struct Emission {
    /// To whom.
    pub to: Target,
    /// Which version or alias of a function.
    pub qualifier: Option<Qualifier>,
    /// Of each request or record.
    pub probability: f64,
}

/// A time in which a downstream is not as usual.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "plain")]
pub struct Disturbance {
    pub at: SimTime,
    /// Exclusive.
    pub until: SimTime,
    pub downstream: DownstreamId,
    pub kind: DisturbanceKind,
}

/// What is not as usual.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum DisturbanceKind {
    /// Every call fails at once, or gets no answer.
    Outage {
        /// It gets no answer.
        hangs: bool,
    },
    /// Every call takes longer.
    Slow {
        /// By this.
        by: SimDuration,
    },
}
