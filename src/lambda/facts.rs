//! Facts: what has happened, told to observers. The model computes no statistic; an observer changes nothing.

mod detail;
mod downstream;
mod errand;
mod gateway;
mod push_source;
mod queue;
mod stream;
mod surroundings;
mod watch;

use crate::scenario::model::{Arch, Mode};
use crate::units::{Memory, SimDuration, SimTime};

use super::course::Course;
use super::lapse::Lapse;
use super::meter::{Billed, Consumption, Tariff};
use super::outcome::{Fate, Rejection, ThrottleCause};
use super::parts::Served;
use super::presign::UrlUse;
use super::retry::EventEnd;

pub use detail::{Detail, Onward};
pub use downstream::{DownstreamChange, DownstreamFact};
pub use errand::ErrandStep;
pub use gateway::{GatewayChange, GatewayFact};
pub use push_source::{Became, ParcelStep, PushChange, PushFact};
pub use queue::{BatchChange, BatchFact, Entry, MessageChange, PollersFact, QueueFact};
pub use stream::{RecordStep, StreamChange, StreamFact};
pub use surroundings::{ExitChange, ExitFact, FaultFact};
pub use watch::Watched;

/// Receives every fact of a run, in the order in which it becomes known.
///
/// Facts about idle environments ([`Fact::Lapse`]) carry a time of their own, which may be past.
pub trait Observer {
    /// Whether the observer wants [`Fact::Considered`] and [`Fact::Detail`], which cost time to put together.
    const DETAILED: bool = false;

    /// `fact` happened at `now`.
    fn observe(&mut self, now: SimTime, fact: &Fact);

    /// No request begins or ends after `now`. Only what shows later follows: lapses, messages that expire.
    #[inline]
    fn rest(&mut self, now: SimTime) {
        let _ = now;
    }

    /// [`Fact::Offered`]. The four facts of every invocation have a way of their own: taken apart, they never exist in
    /// memory (measured on W1: 55 instructions an invocation less). Who does not need that leaves these as they are.
    #[inline(always)]
    fn offered(&mut self, now: SimTime, request: RequestTag, mode: Mode) {
        self.observe(now, &Fact::Offered { request, mode });
    }

    /// [`Fact::Started`].
    #[inline(always)]
    fn started(&mut self, now: SimTime, started: &Started) {
        self.observe(now, &Fact::Started(*started));
    }

    /// [`Fact::Ended`].
    #[inline(always)]
    fn ended(&mut self, now: SimTime, invocation: &Invocation, settlement: &Settlement) {
        self.observe(now, &Fact::Ended(Ended::new(invocation, settlement)));
    }

    /// [`Fact::Closed`].
    #[inline(always)]
    fn closed(&mut self, now: SimTime, request: RequestTag, mode: Mode, fate: Fate) {
        self.observe(now, &Fact::Closed { request, mode, fate });
    }
}

impl Observer for () {
    #[inline(always)]
    fn observe(&mut self, _now: SimTime, _fact: &Fact) {}
}

impl<A: Observer, B: Observer> Observer for (A, B) {
    const DETAILED: bool = A::DETAILED || B::DETAILED;

    #[inline(always)]
    fn observe(&mut self, now: SimTime, fact: &Fact) {
        self.0.observe(now, fact);
        self.1.observe(now, fact);
    }

    fn rest(&mut self, now: SimTime) {
        self.0.rest(now);
        self.1.rest(now);
    }

    #[inline(always)]
    fn offered(&mut self, now: SimTime, request: RequestTag, mode: Mode) {
        self.0.offered(now, request, mode);
        self.1.offered(now, request, mode);
    }

    #[inline(always)]
    fn started(&mut self, now: SimTime, started: &Started) {
        self.0.started(now, started);
        self.1.started(now, started);
    }

    #[inline(always)]
    fn ended(&mut self, now: SimTime, invocation: &Invocation, settlement: &Settlement) {
        self.0.ended(now, invocation, settlement);
        self.1.ended(now, invocation, settlement);
    }

    #[inline(always)]
    fn closed(&mut self, now: SimTime, request: RequestTag, mode: Mode, fate: Fate) {
        self.0.closed(now, request, mode, fate);
        self.1.closed(now, request, mode, fate);
    }
}

impl<A: Observer> Observer for Option<A> {
    const DETAILED: bool = A::DETAILED;

    #[inline(always)]
    fn observe(&mut self, now: SimTime, fact: &Fact) {
        if let Some(observer) = self {
            observer.observe(now, fact);
        }
    }

    fn rest(&mut self, now: SimTime) {
        if let Some(observer) = self {
            observer.rest(now);
        }
    }

    #[inline(always)]
    fn offered(&mut self, now: SimTime, request: RequestTag, mode: Mode) {
        if let Some(observer) = self {
            observer.offered(now, request, mode);
        }
    }

    #[inline(always)]
    fn started(&mut self, now: SimTime, started: &Started) {
        if let Some(observer) = self {
            observer.started(now, started);
        }
    }

    #[inline(always)]
    fn ended(&mut self, now: SimTime, invocation: &Invocation, settlement: &Settlement) {
        if let Some(observer) = self {
            observer.ended(now, invocation, settlement);
        }
    }

    #[inline(always)]
    fn closed(&mut self, now: SimTime, request: RequestTag, mode: Mode, fate: Fate) {
        if let Some(observer) = self {
            observer.closed(now, request, mode, fate);
        }
    }
}

/// Which request a fact is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestTag {
    /// Index of the function within the cell.
    pub function: u32,
    /// Number of the request in order of arrival within the cell, from 1.
    pub number: u64,
    /// When it arrived first.
    pub born: SimTime,
}

/// Something that has happened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fact {
    /// A client request, asynchronous event or dry run entered.
    Offered {
        /// Which.
        request: RequestTag,
        /// Invocation type.
        mode: Mode,
    },
    /// What was offered has ended, once and for all.
    Closed {
        /// Which.
        request: RequestTag,
        /// Invocation type.
        mode: Mode,
        /// Where it ended.
        fate: Fate,
    },
    /// Refused at the door, before any attempt.
    Rejected {
        /// Which.
        request: RequestTag,
        /// Why.
        why: Rejection,
    },
    /// A dry run was answered.
    DryRunAnswered {
        /// Which.
        request: RequestTag,
        /// 204, or an error.
        accepted: bool,
    },
    /// An attempt found no place.
    Refused {
        /// Which.
        request: RequestTag,
        /// Invocation type.
        mode: Mode,
        /// Earlier attempts of the same request.
        attempt: u32,
        /// By which rule.
        cause: ThrottleCause,
        /// Which part of the function was asked.
        served: Served,
    },
    /// An attempt met an error of the service.
    Faulted(FaultFact),
    /// A call of a function came to its way out.
    Exit(ExitFact),
    /// What an attempt found when it asked for an environment; only for detailed observers.
    Considered(Considered),
    /// What a step was worked out from; only for detailed observers.
    Detail(Detail),
    /// An attempt was admitted.
    Started(Started),
    /// An invocation ended.
    Ended(Ended),
    /// An invocation of a function that uses `/tmp` ended.
    StorageUsed {
        /// Which.
        request: RequestTag,
        /// Bytes that it found there of earlier invocations.
        found_bytes: u64,
    },
    /// A presigned URL was made, and this will have become of it when it is used.
    UrlPresigned {
        /// By which request.
        request: RequestTag,
        /// Whether it was served.
        url: UrlUse,
    },
    /// Concurrency is held by an environment that serves another request than the one it was created for.
    Held {
        /// Index of the function.
        function: u32,
    },
    /// An environment finished its Init, but the request that it was created for is served elsewhere.
    LetGo {
        /// Index of the function.
        function: u32,
        /// Its instruction set.
        arch: Arch,
        /// What its Init adds to the bill.
        consumption: Consumption,
    },
    /// Something happened to an environment that was idle.
    Lapse {
        /// Index of the function, or of a version behind the functions.
        function: u32,
        /// Its instruction set.
        arch: Arch,
        /// What a replacement's Init adds to the bill.
        consumption: Consumption,
        /// What happened.
        lapse: Lapse,
    },
    /// An asynchronous event was accepted (202).
    EventAccepted {
        /// Which.
        request: RequestTag,
    },
    /// An asynchronous event will be tried again.
    EventRetry {
        /// Which.
        request: RequestTag,
        /// After a throttle, not after a function error.
        throttled: bool,
        /// The wait.
        wait: SimDuration,
    },
    /// An asynchronous event ended.
    EventEnded {
        /// Which.
        request: RequestTag,
        /// `None` is success.
        end: Option<EventEnd>,
    },
    /// A dead letter or a destination record could not be delivered.
    DeliveryFailed {
        /// Whose.
        request: RequestTag,
        /// A dead letter, not a destination record.
        dead_letter: bool,
    },
    /// A dead letter or a destination record arrived in a queue, which [`Fact::Queue`] tells, too.
    MessageSent(MessageSent),
    /// Something happened to messages of a queue.
    Queue(QueueFact),
    /// A FIFO queue has accepted a message that it will not deliver, as it knows its deduplication id (S103).
    Deduplicated {
        /// Index of the queue.
        queue: u32,
    },
    /// Something happened to a batch of an event source mapping.
    Batch(BatchFact),
    /// Pollers of an event source mapping came or went.
    Pollers(PollersFact),
    /// Something happened at a topic, a bucket or an event bus.
    Push(PushFact),
    /// Something happened to records of a stream.
    Stream(StreamFact),
    /// Something happened to a call or a connection of a function.
    Downstream(DownstreamFact),
    /// The recursive-loop detection kept a call or a message from a function (F 3.5).
    RecursionStopped {
        /// Index of that function.
        function: u32,
    },
    /// The lines of an invocation have reached whoever has subscribed to the log of this function.
    LogsDelivered {
        /// Index of the function.
        function: u32,
        /// Index among its filters.
        filter: u32,
    },
    /// Something happened to a request in a gateway.
    Gateway(GatewayFact),
    /// A client starts a call.
    CallOpened {
        /// Index of the client within the cell.
        client: u32,
        /// Which.
        request: RequestTag,
    },
    /// A client sends an attempt.
    CallAttempted {
        /// Index of the client.
        client: u32,
        /// Which.
        request: RequestTag,
        /// Earlier attempts.
        attempt: u32,
    },
    /// A client stops waiting for an attempt, which goes on without it.
    CallAbandoned {
        /// Index of the client.
        client: u32,
        /// Which.
        request: RequestTag,
        /// Earlier attempts.
        attempt: u32,
    },
    /// A client would try again but its retry quota is empty.
    RetryDenied {
        /// Index of the client.
        client: u32,
        /// Which.
        request: RequestTag,
    },
    /// A client has its final answer.
    CallClosed {
        /// Index of the client.
        client: u32,
        /// Which.
        request: RequestTag,
        /// The answer.
        fate: Fate,
        /// Attempts it took.
        attempts: u32,
    },
    /// The configuration of a function changed.
    Reconfigured {
        /// Index of the function.
        function: u32,
        /// Its environments were retired.
        retired: bool,
    },
    /// Provisioned concurrency was asked for, or became ready.
    Provisioned(ProvisionedFact),
    /// A deployment went on.
    Deployment {
        /// Index among the deployments of the scenario.
        deployment: u32,
        /// What happened.
        change: DeploymentChange,
    },
}

/// Provisioned concurrency of a qualifier changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProvisionedFact {
    /// Index of the function.
    pub function: u32,
    /// Index of the pool within the cell.
    pub pool: u32,
    /// Index of the version or alias; `None` is the bare name.
    pub part: Option<u32>,
    /// Instruction set of its environments.
    pub arch: Arch,
    /// Memory size of its environments.
    pub memory: Memory,
    /// How much there is now.
    pub change: ProvisionedChange,
    /// Auto scaling asked for so many, and the account or the reservation had no room.
    pub refused: Option<u32>,
}

/// How much provisioned concurrency there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProvisionedChange {
    /// Asked for, and paid for.
    pub requested: u32,
    /// Usable.
    pub ready: u32,
    /// The code does not initialise: nothing is usable, and nothing is paid for.
    pub failed: bool,
}

/// What happened to the alias of a deployment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeploymentChange {
    /// The new version has so many tenths of the traffic.
    Shifted {
        /// 10 is all of it.
        tenths: u32,
    },
    /// An alarm took the alias back.
    RolledBack {
        /// Index among the alarms of the deployment.
        alarm: u32,
    },
}

/// What an attempt found when it asked for an environment (S30).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Considered {
    /// Which request.
    pub request: RequestTag,
    /// Earlier attempts of the same request.
    pub attempt: u32,
    /// Invocations of the function that ran already.
    pub in_flight: u32,
    /// The function's reserved concurrency.
    pub reserved: Option<u32>,
    /// Invocations in the unreserved pool.
    pub unreserved_in_flight: u32,
    /// Size of the unreserved pool.
    pub unreserved_limit: Option<u32>,
    /// Idle environments, expired ones not yet noticed included.
    pub idle: usize,
    /// Tokens left to create environments of the function.
    pub scaling_tokens: Option<u64>,
    /// Tokens left to create environments in the region.
    pub regional_tokens: Option<u64>,
    /// Requests that the account's request rate still allows.
    pub account_rate_tokens: Option<u64>,
    /// Requests that the function's own request rate still allows.
    pub reserved_rate_tokens: Option<u64>,
}

/// An attempt was admitted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Started {
    /// Which request.
    pub request: RequestTag,
    /// Invocation type.
    pub mode: Mode,
    /// An environment was created for it.
    pub cold: bool,
    /// Since when its environment had been idle, unless it was created.
    pub idle_since: Option<SimTime>,
    /// Order of creation of the environment within the function.
    pub environment: u64,
    /// Invocations of the function that run now, this one included.
    pub in_flight: u32,
    /// Which part of the function serves it.
    pub served: Served,
}

/// What is known of an invocation from its admission on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Invocation {
    /// Which request.
    pub request: RequestTag,
    /// Index of the traffic source (or internal source) within the cell.
    pub source: u32,
    /// Ordinal of the request in its source, from 0.
    pub ordinal: u64,
    /// Earlier attempts of the same request.
    pub attempt: u32,
    /// Earlier runs of the same request.
    pub run: u32,
    /// When the attempt was admitted.
    pub admitted: SimTime,
    /// An environment was created for it.
    pub cold: bool,
    /// What happens until its end.
    pub course: Course,
    /// Request charges: 1, and more for large asynchronous payloads.
    pub request_charges: u64,
}

/// What the end of an invocation adds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settlement {
    /// Order of creation of the environment within the function.
    pub environment: u64,
    /// Billed milliseconds.
    pub billed: Billed,
    /// What the course has as its Init was the restore of a snapshot.
    pub restored: bool,
    /// What billed milliseconds are multiplied by.
    pub tariff: Tariff,
    /// Which part of the function served it.
    pub served: Served,
}

/// An invocation ended: [`Invocation`] and [`Settlement`] in one, to be kept.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "as there")]
pub struct Ended {
    pub request: RequestTag,
    pub source: u32,
    pub ordinal: u64,
    pub attempt: u32,
    pub run: u32,
    pub admitted: SimTime,
    pub cold: bool,
    pub environment: u64,
    pub course: Course,
    pub billed: Billed,
    pub restored: bool,
    pub request_charges: u64,
    pub tariff: Tariff,
    pub served: Served,
}

impl Ended {
    /// Both in one.
    pub fn new(invocation: &Invocation, settlement: &Settlement) -> Self {
        let Invocation { request, source, ordinal, attempt, run, admitted, cold, course, request_charges } =
            *invocation;
        let Settlement { environment, billed, restored, tariff, served } = *settlement;
        Self {
            request,
            source,
            ordinal,
            attempt,
            run,
            admitted,
            cold,
            environment,
            course,
            billed,
            restored,
            request_charges,
            tariff,
            served,
        }
    }

    /// Taken apart again.
    pub fn taken_apart(&self) -> (Invocation, Settlement) {
        let Self { request, source, ordinal, attempt, run, admitted, cold, course, request_charges, .. } =
            *self;
        let Self { environment, billed, restored, tariff, served, .. } = *self;
        (
            Invocation { request, source, ordinal, attempt, run, admitted, cold, course, request_charges },
            Settlement { environment, billed, restored, tariff, served },
        )
    }
}

/// A dead letter or a destination record arrived in a queue.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MessageSent {
    /// Index of the queue within the cell.
    pub queue: u32,
    /// The event it is about.
    pub request: RequestTag,
    /// Index of the traffic source (or internal source) of the event within the cell.
    pub source: u32,
    /// Ordinal of the event in its source, from 0.
    pub ordinal: u64,
    /// A dead letter with the raw event, or a destination record.
    pub kind: MessageKind,
    /// Why the event ended; `None` is success.
    pub end: Option<EventEnd>,
    /// Error type of the last run, if there was one.
    pub error: Option<&'static str>,
    /// Runs of the function.
    pub runs: u32,
}

/// What a message of ours is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageKind {
    /// The raw event with three attributes.
    DeadLetter,
    /// A JSON record.
    DestinationRecord,
}
