//! A scenario as the simulator sees it: every value typed, resolved and within AWS's limits.
//!
//! It is made by `read` (from YAML) and nothing else; what is here cannot be invalid. Durations that vary are
//! [`Distribution`]s in nanoseconds.

mod assumptions;
mod downstream;
mod event_source;
mod gateway;
mod presigns;
mod pricing;
mod provisioned;
mod queue;
mod stream;
mod target;
mod threshold;
mod tmp;
mod version;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

pub use super::experiment::Experiment;
pub use assumptions::{
    Assumptions, AsyncJitter, EnvironmentChoice, ScalingBucket, SqsRamp, SqsThrottleRetry, SuppressedInit,
};
pub use downstream::{
    Callee, Disturbance, DisturbanceKind, Downstream, DownstreamId, Emission, OutgoingCall, Overload,
};
pub use event_source::QueueSource;
pub use gateway::{Gateway, GatewayKind, GatewayLimit};
pub use presigns::Presigns;
pub use pricing::{ListedPlan, Pricing, SavingsPlan};
pub use provisioned::{AutoScaling, ProvisionedConcurrency, Recurrence, ScheduledAction, Statistic};
pub use queue::{PerRecord, Queue, Redrive, RedrivePolicy};
pub use stream::{RecordStream, StreamId, StreamKind, StreamSource};
pub use target::Target;
pub use threshold::{Aggregate, Comparison, FunctionPart, Threshold, ThresholdSubject};
pub use tmp::TmpFiles;
pub use version::{Alarm, AlarmQuantity, Alias, Deployment, Qualifier, Strategy, Version};

pub use crate::input::CronSchedule;
use crate::platform::Profile;
pub use crate::platform::{Arch, Metered, PackageType, Service};
use crate::random::Distribution;
use crate::units::{Bytes, Memory, Rate, SimDuration, SimTime};

/// Index of a function in [`Scenario::functions`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FunctionId(pub u32);

/// Index of a queue in [`Scenario::queues`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QueueId(pub u32);

/// Index of a client in [`Scenario::clients`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientId(pub u32);

/// Index of a gateway in [`Scenario::gateways`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GatewayId(pub u32);

/// A whole scenario.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Name given in the file, or the file's stem.
    pub name: String,
    /// Free text; may be empty.
    pub description: String,
    /// SHA-256 of the file as it was read, in hexadecimal.
    pub sha256: String,
    /// The dated rules of the platform.
    pub platform: Profile,
    /// AWS region, `us-east-1`.
    pub region: String,
    /// Calendar time of t = 0, seconds since 1970-01-01T00:00:00Z.
    pub start_unix_s: i64,
    /// The one seed.
    pub seed: u64,
    /// Nothing is simulated at or after this instant.
    pub horizon: Option<SimTime>,
    /// Requests that arrive earlier are left out of the statistics.
    pub warmup: SimTime,
    /// Limits of the account in this region.
    pub account: Account,
    /// Functions in the order of the file.
    pub functions: Vec<Function>,
    /// Queues in the order of the file.
    pub queues: Vec<Queue>,
    /// Streams in the order of the file.
    pub streams: Vec<RecordStream>,
    /// Clients in the order of the file.
    pub clients: Vec<Client>,
    /// Gateways in the order of the file.
    pub gateways: Vec<Gateway>,
    /// Downstreams in the order of the file.
    pub downstreams: Vec<Downstream>,
    /// Traffic sources in the order of the file.
    pub traffic: Vec<Traffic>,
    /// Changes while the clock runs, in order of time.
    pub changes: Vec<ControlChange>,
    /// Deployments, in order of time.
    pub deployments: Vec<Deployment>,
    /// Times from which on messages are moved back, in the order of the file.
    pub redrives: Vec<Redrive>,
    /// Times in which downstreams are not as usual.
    pub disturbances: Vec<Disturbance>,
    /// Pass/fail conditions on the report.
    pub thresholds: Vec<Threshold>,
    /// Switches of undocumented behaviour.
    pub assumptions: Assumptions,
    /// How the bill is computed.
    pub pricing: Pricing,
    /// Many runs that answer one question.
    pub experiment: Experiment,
    /// What AWS would reject but `allow_invalid` lets through; and other remarks of validation.
    pub warnings: Vec<String>,
    /// Functions whose `init` came from the measured table of the default runtime (S13a).
    pub functions_on_default_runtime: Vec<FunctionId>,
    /// What follows from all functions and all traffic.
    pub totals: Totals,
}

impl Scenario {
    /// The end of all traffic, at most the horizon (S72).
    pub fn traffic_end(&self) -> SimTime {
        self.totals.traffic_end
    }
}

/// What follows from all functions and all traffic. It is worked out once: each of very many cells asks for it, and
/// would otherwise look at all the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Totals {
    /// The end of all traffic, at most the horizon (S72).
    pub traffic_end: SimTime,
    /// Reserved concurrency of all functions.
    pub reserved_concurrency: u32,
}

impl Totals {
    /// What follows from `functions`, `traffic` and `horizon`.
    pub fn of(functions: &[Function], traffic: &[Traffic], horizon: Option<SimTime>) -> Self {
        let last = traffic.iter().map(|source| source.end().unwrap_or(SimTime::MAX)).max();
        let last = last.unwrap_or(SimTime::ZERO);
        Self {
            traffic_end: horizon.map_or(last, |horizon| horizon.min(last)),
            reserved_concurrency: functions.iter().filter_map(|function| function.reserved_concurrency).sum(),
        }
    }
}

/// Limits shared by all functions of the region. `None` is unlimited.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Account {
    /// Concurrent executions.
    pub concurrency: Option<u32>,
    /// Synchronous requests per second, 10 × concurrency unless given.
    pub requests_per_second: Option<f64>,
    /// How fast environments may be added.
    pub scaling: Scaling,
}

/// How fast new on-demand environments may be created (S32).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scaling {
    /// No limit.
    Unlimited,
    /// Each function has its own bucket: `capacity` tokens, `refill` per `per`.
    PerFunction(TokenRule),
    /// One bucket for the whole region (before 2023-11).
    Regional(TokenRule),
}

/// A token bucket's parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenRule {
    /// Tokens when full, and at the start.
    pub capacity: u64,
    /// Tokens added per `per`.
    pub refill: u64,
    /// The span that `refill` refers to.
    pub per: SimDuration,
}

/// One Lambda function, `$LATEST`.
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    /// Name in the scenario.
    pub name: String,
    /// Runtime identifier, where one is given.
    pub runtime: Option<String>,
    /// Whether the runtime is a managed one (not `provided.*`, not `custom`).
    pub managed_runtime: bool,
    /// Instruction set.
    pub arch: Arch,
    /// Zip or image.
    pub package: PackageType,
    /// Memory size, which decides the CPU share.
    pub memory: Memory,
    /// Function timeout.
    pub timeout: SimDuration,
    /// Size of /tmp.
    pub ephemeral_storage: Memory,
    /// What is kept there, if anything.
    pub tmp: Option<TmpFiles>,
    /// What a cold start consists of.
    pub cold_start: ColdStart,
    /// Probability that an Init fails.
    pub init_errors: f64,
    /// How long the handler takes.
    pub handler: Handler,
    /// How CPU work turns into time.
    pub cpu_model: CpuModel,
    /// Peak memory of an invocation in MB; above [`Self::memory`] it is killed.
    pub max_memory_used: Option<Distribution>,
    /// Probability that an attempt ends in a handler exception.
    pub errors: f64,
    /// Probability that an attempt ends in a runtime exit.
    pub crashes: f64,
    /// Events whose every attempt fails.
    pub poison: Poison,
    /// Payload sizes.
    pub payload: Payload,
    /// What an invocation writes to `CloudWatch` Logs.
    pub log_volume: Bytes,
    /// Reserved concurrency, if set.
    pub reserved_concurrency: Option<u32>,
    /// When an idle environment leaves (S16).
    pub keep_alive: KeepAlive,
    /// Age after which an environment takes no new request; `None` is never.
    pub maximum_age: Option<Distribution>,
    /// Share of age-outs that are replaced by a pre-initialised successor.
    pub proactive_replacement: f64,
    /// Share of idle periods that end early, at a uniform point of their length.
    pub early_end: f64,
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
    /// What its handler calls, in order, when its own work is done.
    pub calls: Vec<OutgoingCall>,
    /// What it passes on when it succeeds.
    pub emits: Vec<Emission>,
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

/// Settings of asynchronous invocation.
#[derive(Clone, Debug, PartialEq)]
pub struct Asynchronous {
    /// Further attempts after a function error, 0..=2.
    pub max_retry_attempts: u32,
    /// Events older than this end.
    pub max_event_age: SimDuration,
    /// Dead-letter queue of the function.
    pub dead_letter: Option<QueueId>,
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
}

/// A caller that waits, gives up and tries again.
#[derive(Clone, Debug, PartialEq)]
pub struct Client {
    /// Name in the scenario.
    pub name: String,
    /// Time on the network there and back, drawn per attempt; half each way.
    pub network: Distribution,
    /// Patience per attempt; `None` waits for ever.
    pub timeout: Option<SimDuration>,
    /// Attempts in all, at least 1.
    pub attempts: u32,
    /// Wait before a retry.
    pub backoff: Backoff,
    /// What limits retries.
    pub retry_quota: RetryQuota,
    /// The client measures its rate and slows down after throttles (`adaptive` retry mode).
    pub adapts_rate: bool,
    /// Whether the client may call `lambda:InvokeFunction`.
    pub may_invoke: bool,
}

/// Wait before retry i = 0, 1, …
#[derive(Clone, Debug, PartialEq)]
pub enum Backoff {
    /// At once.
    Nothing,
    /// Always the same.
    Fixed(SimDuration),
    /// min(base · 2^i, cap), no jitter.
    Exponential {
        /// First wait.
        base: SimDuration,
        /// Longest wait.
        cap: SimDuration,
    },
    /// rand(0, 1) · min(base · 2^i, cap), with a base of its own after a throttle.
    FullJitter {
        /// First upper bound after any failure but a throttle.
        base: SimDuration,
        /// First upper bound after a throttle.
        throttle_base: SimDuration,
        /// Longest wait.
        cap: SimDuration,
    },
    /// rand(0, 1) · base · 2^i without a cap (boto3 `legacy`).
    LegacyJitter {
        /// First upper bound.
        base: SimDuration,
    },
}

/// What limits the retries of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryQuota {
    /// Nothing but the number of attempts.
    Unlimited,
    /// A token bucket.
    Tokens {
        /// One bucket for all calls of this client (one process), or one for each call.
        shared: bool,
        /// Tokens when full, and at the start.
        capacity: u32,
        /// Taken by a retry after a throttle.
        throttle_cost: u32,
        /// Taken by a retry after a timeout.
        timeout_cost: u32,
        /// Taken by any other retry.
        other_cost: u32,
    },
}

/// Invocation type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "AWS's names")]
pub enum Mode {
    Sync,
    Async,
    DryRun,
}

/// One source of requests.
#[derive(Clone, Debug)]
pub struct Traffic {
    /// Name given, or made from the target: it addresses the random streams.
    pub name: String,
    /// Who gets the requests; a trace's rows may name other functions.
    pub to: Target,
    /// The version or alias of the function that is called.
    pub qualifier: Option<Qualifier>,
    /// Invocation type.
    pub mode: Mode,
    /// Who calls; `None` is a caller that waits for ever and never retries, at no distance.
    pub client: Option<ClientId>,
    /// What stands in between; `None` is the Invoke API.
    pub via: Option<GatewayId>,
    /// When requests come.
    pub arrivals: Arrivals,
    /// Start.
    pub at: SimTime,
    /// End, exclusive; `None` goes on to the horizon (or to the end of the trace, burst or schedule).
    pub until: Option<SimTime>,
    /// What these requests have instead of the function's own values.
    pub overrides: Overrides,
}

impl Traffic {
    /// The function that gets the requests, if it is one.
    pub fn function(&self) -> Option<FunctionId> {
        match self.to {
            Target::Function(id) => Some(id),
            Target::Queue(_) | Target::Stream(_) => None,
        }
    }

    /// The end of this source's traffic; `None` goes on to the horizon.
    pub fn end(&self) -> Option<SimTime> {
        match &self.arrivals {
            Arrivals::Burst(_) => Some(self.at),
            Arrivals::Trace(trace) => {
                let last = self.at + trace.last;
                Some(self.until.map_or(last, |until| until.min(last)))
            }
            Arrivals::Rate { .. }
            | Arrivals::OnOff { .. }
            | Arrivals::Renewal(_)
            | Arrivals::Users { .. }
            | Arrivals::Every(_)
            | Arrivals::Cron(_) => self.until,
        }
    }
}

/// Values that a payload class replaces; `None` keeps the function's.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(missing_docs, reason = "same meaning as on Function")]
pub struct Overrides {
    pub handler: Option<Handler>,
    pub errors: Option<f64>,
    pub payload: Option<Payload>,
    pub max_memory_used: Option<Distribution>,
}

/// When requests come.
#[derive(Clone, Debug, PartialEq)]
pub enum Arrivals {
    /// A point process whose rate may vary.
    Rate {
        /// How arrivals scatter around the rate.
        law: PointLaw,
        /// The rate over time.
        profile: RateProfile,
    },
    /// Poisson at `rate` while on, nothing while off; starts on.
    OnOff {
        /// Rate while on.
        rate: Rate,
        /// Length of an on period.
        on: Distribution,
        /// Length of an off period.
        off: Distribution,
    },
    /// Independent gaps; the first request comes after one gap.
    Renewal(Distribution),
    /// Rows of a file.
    Trace(Trace),
    /// So many at one instant.
    Burst(u64),
    /// A closed model: each user calls, waits for the answer, thinks, and calls again.
    Users {
        /// Users, all calling at the start.
        count: u32,
        /// Between an answer and the next call.
        think_time: Distribution,
    },
    /// `rate(...)` : every `period`, the first after one period.
    Every(SimDuration),
    /// `cron(...)`: instants from the calendar.
    Cron(CronSchedule),
}

/// How arrivals scatter around a rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PointLaw {
    /// Evenly spaced in the integral of the rate.
    Even,
    /// Poisson.
    Poisson,
    /// Gamma-distributed gaps (in the integral of the rate) with this coefficient of variation.
    Gamma {
        /// Standard deviation over mean of a gap.
        cv: f64,
    },
}

/// A rate over time, counted from the source's start.
#[derive(Clone, Debug, PartialEq)]
pub enum RateProfile {
    /// Always the same.
    Constant(Rate),
    /// From `start`, linearly to each target in turn.
    Stages {
        /// Rate at the start.
        start: Rate,
        /// Duration and rate at its end.
        stages: Vec<(SimDuration, Rate)>,
    },
    /// mid + amplitude · sin(2πt/period).
    Diurnal {
        /// Highest rate.
        peak: Rate,
        /// Lowest rate.
        trough: Rate,
        /// Length of a cycle.
        period: SimDuration,
    },
}

/// A trace file, streamed: `t[,function][,duration_ms][,init_ms][,payload]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    /// The file, resolved against the scenario's folder.
    pub path: PathBuf,
    /// Functions that the trace may name. Empty: the trace has no `function` column.
    pub functions: BTreeMap<String, FunctionId>,
    /// Instant of the last row, counted from the source's start.
    pub last: SimDuration,
}

/// The state of the configuration from an instant on (`events: - {at, set}`).
#[derive(Clone, Debug)]
pub struct ControlChange {
    /// When.
    pub at: SimTime,
    /// What was set, as written: dotted path and value.
    pub assignments: Vec<(String, String)>,
    /// Account limits from then on.
    pub account: Account,
    /// All functions from then on, in the same order.
    pub functions: Vec<Function>,
}
