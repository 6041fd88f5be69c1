//! One function and what it does.

use std::sync::Arc;

use crate::platform::{Arch, PackageType};
use crate::random::Distribution;
use crate::units::{Bytes, Memory, SimDuration};

use super::{
    Alias, Emission, OutgoingCall, PerRecord, Presigns, ProvisionedConcurrency, Qualifier, QueueSource,
    SnapStart, StreamSource, Surroundings, Target, TmpFiles, Version,
};

/// One Lambda function, `$LATEST`.
// In this order in memory: what every invocation touches shares lines of the cache (measured on W6: docs/performance.md).
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct Function {
    /// Name in the scenario.
    pub name: String,
    /// How long the handler takes.
    pub handler: Handler,
    /// When an idle environment leaves (S16).
    pub keep_alive: KeepAlive,
    /// Share of idle periods that end early, at a uniform point of their length.
    pub early_end: f64,
    /// Probability that an attempt ends in a handler exception.
    pub errors: f64,
    /// Probability that an attempt ends in a runtime exit.
    pub crashes: f64,
    /// Events whose every attempt fails.
    pub poison: Poison,
    /// Peak memory of an invocation in MB; above [`Self::memory`] it is killed.
    pub max_memory_used: Option<Distribution>,
    /// Size of /tmp.
    pub ephemeral_storage: Memory,
    /// What is kept there, if anything.
    pub tmp: Option<TmpFiles>,
    /// Payload sizes.
    pub payload: Payload,
    /// Function timeout.
    pub timeout: SimDuration,
    /// Memory size, which decides the CPU share.
    pub memory: Memory,
    /// How CPU work turns into time.
    pub cpu_model: CpuModel,
    /// Instruction set.
    pub arch: Arch,
    /// Zip or image.
    pub package: PackageType,
    /// Runtime identifier, where one is given.
    pub runtime: Option<String>,
    /// Handler, layers and package as they are written: another text is other code (S19).
    pub code: String,
    /// Whether the runtime is a managed one (not `provided.*`, not `custom`).
    pub managed_runtime: bool,
    /// What a cold start consists of.
    pub cold_start: ColdStart,
    /// `SnapStart`, where it has any; then the Init of [`Self::cold_start`] is the restore from a warm cache.
    pub snapstart: Option<SnapStart>,
    /// Probability that an Init fails.
    pub init_errors: f64,
    /// What an invocation writes to `CloudWatch` Logs.
    pub log_volume: Bytes,
    /// Reserved concurrency, if set.
    pub reserved_concurrency: Option<u32>,
    /// Age after which an environment takes no new request; `None` is never.
    pub maximum_age: Option<Distribution>,
    /// Share of age-outs that are replaced by a pre-initialised successor.
    pub proactive_replacement: f64,
    /// Asynchronous invocation settings.
    pub asynchronous: Asynchronous,
    /// URLs that its invocations make, for others to use later.
    pub presigns: Option<Presigns>,
    /// Queues that Lambda polls for it.
    pub event_sources: Vec<QueueSource>,
    /// Whether it says how long its handler runs. If not, only its versions can be invoked.
    pub has_handler: bool,
    /// Provisioned concurrency of its bare name; in a version, of that version.
    pub provisioned: Option<ProvisionedConcurrency>,
    /// How its environments live on provisioned concurrency, where it has any.
    pub held: Option<Arc<Function>>,
    /// Published versions, in the order of the file. They are the same in every change.
    pub versions: Arc<[Version]>,
    /// Aliases, in the order of the file.
    pub aliases: Vec<Alias>,
    /// Streams that Lambda reads for it.
    pub stream_sources: Vec<StreamSource>,
    /// Schedules that invoke it.
    pub schedules: Vec<super::Arrivals>,
    /// What its handler calls, in order, when its own work is done.
    pub calls: Vec<OutgoingCall>,
    /// What it passes on when it succeeds.
    pub emits: Vec<Emission>,
    /// What it has around it: key, role, network.
    pub surroundings: Surroundings,
}

impl Function {
    /// The name by which it, or a version or alias of it, is called.
    pub fn called(&self, qualifier: Option<Qualifier>) -> String {
        let behind = match qualifier {
            None => return self.name.clone(),
            Some(Qualifier::Version(index)) => &self.versions[index].name,
            Some(Qualifier::Alias(index)) => &self.aliases[index].name,
        };
        format!("{}:{behind}", self.name)
    }

    /// Whether the end of an invocation is not all: it calls, passes on, or somebody reads its log.
    pub fn has_partners(&self) -> bool {
        !(self.calls.is_empty() && self.emits.is_empty() && self.surroundings.log_subscriptions.is_empty())
    }
}

/// What happens before the handler of a cold request.
#[derive(Clone, Debug, PartialEq)]
pub enum ColdStart {
    /// The phases of S13.
    Phases {
        /// Placement and code fetch: the caller waits, nothing is billed.
        placement: Distribution,
        /// Init of runtime and function code.
        init: Distribution,
        /// User code on top of `init`.
        init_extra: Option<Distribution>,
        /// Extra of the first invoke.
        first_invoke: FirstInvoke,
    },
    /// `cold_duration`: the whole response of a cold request, in place of init and handler.
    Whole(Distribution),
}

/// Extra time of the first invoke in a fresh runtime.
#[derive(Clone, Debug, PartialEq)]
pub enum FirstInvoke {
    /// None.
    Nothing,
    /// A given span.
    Fixed(Distribution),
    /// CPU work in nanoseconds at one full vCPU, stretched by the function's CPU share (S14).
    CpuWork(f64),
}

/// How long the handler runs.
#[derive(Clone, Debug, PartialEq)]
pub enum Handler {
    /// Independent of memory (S22).
    Duration(Distribution),
    /// CPU work at one full vCPU, then waiting (S20).
    Work {
        /// CPU work, nanoseconds at one vCPU.
        cpu: Distribution,
        /// Waiting that memory does not change.
        io: Distribution,
        /// Threads that share the work evenly.
        threads: u32,
        /// What each record adds.
        per_record: Option<Box<PerRecord>>,
    },
}

/// How CPU work turns into time (S21).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "S21's names")]
pub enum CpuModel {
    Quota,
    Proportional,
}

/// Events whose every attempt fails.
#[derive(Clone, Debug, PartialEq)]
pub enum Poison {
    /// Each event with this probability.
    Share(f64),
    /// The events with these ordinals, counted from 0 per traffic source.
    Ordinals(Vec<u64>),
}

impl Poison {
    /// Whether no event is poisonous.
    pub fn is_none(&self) -> bool {
        match self {
            Self::Share(share) => *share == 0.0,
            Self::Ordinals(ordinals) => ordinals.is_empty(),
        }
    }
}

/// Payload sizes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "plain")]
pub struct Payload {
    pub request: Bytes,
    pub response: Bytes,
}

/// When an idle environment leaves (S16).
#[derive(Clone, Debug, PartialEq)]
pub enum KeepAlive {
    /// Each idle period has this length. Apart from those that are drawn, because every invocation ends with one (measured on
    /// W1: 11 instructions).
    Fixed(SimDuration),
    /// Each idle period has a length of its own, drawn when it begins.
    IdlePeriod(Distribution),
    /// Never.
    Never,
    /// Every `period` of idleness of the whole pool, max(1, ⌊n/2⌋) of n idle environments leave, least recently
    /// used first (`aws-2020-pool`).
    PoolHalving {
        /// 380 s as measured.
        period: SimDuration,
    },
    /// An environment leaves when its function has been idle for `function_idle`, or itself for
    /// `environment_idle` (`aws-2020-logs`; the age limit of that preset is in `maximum_age`).
    FunctionIdle {
        /// 640 s as fitted.
        function_idle: SimDuration,
        /// 1,200 s as fitted.
        environment_idle: SimDuration,
    },
}

impl KeepAlive {
    /// Idle periods of these lengths, ns; a fixed one is rounded as a draw would be.
    pub fn of_length(nanos: Distribution) -> Self {
        match nanos {
            Distribution::Constant(nanos) => Self::Fixed(SimDuration::from_drawn(nanos)),
            drawn => Self::IdlePeriod(drawn),
        }
    }

    /// Lengths of the idle periods, ns; `None` where they do not decide when an environment leaves.
    pub fn length(&self) -> Option<Distribution> {
        match self {
            Self::Fixed(length) => Some(Distribution::Constant(length.nanos() as f64)),
            Self::IdlePeriod(length) => Some(length.clone()),
            Self::Never | Self::PoolHalving { .. } | Self::FunctionIdle { .. } => None,
        }
    }
}

/// Deliveries that the execution role does not allow: they are lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names of the keys")]
pub struct DeniedDeliveries {
    pub dead_letter: bool,
    pub on_failure: bool,
    pub on_success: bool,
}

/// Settings of asynchronous invocation.
#[derive(Clone, Debug, PartialEq)]
pub struct Asynchronous {
    /// Further attempts after a function error, 0..=2.
    pub max_retry_attempts: u32,
    /// Events older than this end.
    pub max_event_age: SimDuration,
    /// Dead-letter queue of the function.
    pub dead_letter: Option<Target>,
    /// On-failure destination.
    pub on_failure: Option<Target>,
    /// On-success destination.
    pub on_success: Option<Target>,
    /// From acceptance to the first attempt.
    pub queue_latency: Distribution,
    /// From the end of the road to the dead-letter queue or destination.
    pub delivery_delay: Distribution,
    /// Probability that a delivery fails and the event is lost.
    pub delivery_errors: f64,
    /// What the execution role does not allow Lambda to deliver (S94).
    pub denied: DeniedDeliveries,
}
