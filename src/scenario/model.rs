//! A scenario as the simulator sees it: every value typed, resolved and within AWS's limits.
//!
//! It is made by `read` (from YAML) and nothing else; what is here cannot be invalid. Durations that vary are
//! [`Distribution`]s in nanoseconds.

mod assumptions;
mod client;
mod downstream;
mod event_source;
mod function;
mod gateway;
mod presigns;
mod pricing;
mod provisioned;
mod push_source;
mod queue;
mod snapstart;
mod stream;
mod surroundings;
mod target;
mod threshold;
mod tmp;
mod traffic;
mod version;

pub use super::experiment::Experiment;
pub use assumptions::{
    Assumptions, AsyncJitter, EnvironmentChoice, ScalingBucket, SqsErrorBackoff, SqsRamp, SqsThrottleRetry,
    SuppressedInit,
};
pub use client::{Backoff, Client, RetryQuota};
pub use downstream::{
    Callee, Disturbance, DisturbanceKind, Downstream, DownstreamId, Emission, OutgoingCall, Overload,
};
pub use event_source::{ProvisionedPollers, QueueSource};
pub use function::{
    Asynchronous, ColdStart, CpuModel, DeniedDeliveries, FirstInvoke, Function, Handler, KeepAlive, Payload,
    Poison,
};
pub use gateway::{Gateway, GatewayKind, GatewayLimit};
pub use presigns::Presigns;
pub use pricing::{ListedPlan, Pricing, SavingsPlan};
pub use provisioned::{AutoScaling, ProvisionedConcurrency, Recurrence, ScheduledAction, Statistic};
pub use push_source::{FifoTopic, PushId, PushKind, PushSource, Subscription};
pub use queue::{PerRecord, Queue, Redrive, RedrivePolicy};
pub use snapstart::{SnapStart, SnapStartCache};
pub use stream::{RecordStream, StartingPosition, StreamId, StreamKind, StreamSource};
pub use surroundings::{
    ColdImage, Creation, CustomerKey, Inactivity, KeyState, LogPattern, LogSubscription, Obstacle,
    Surroundings, Vpc, Way,
};
pub use target::Target;
pub use threshold::{Aggregate, Comparison, FunctionPart, Threshold, ThresholdSubject};
pub use tmp::TmpFiles;
pub use traffic::{Arrivals, Mode, Overrides, PointLaw, RateProfile, Trace, Traffic};
pub use version::{Alarm, AlarmQuantity, Alias, Deployment, Qualifier, Strategy, Version};

pub use crate::input::CronSchedule;
use crate::platform::Profile;
pub use crate::platform::{Arch, Metered, PackageType, Service};
use crate::random::Distribution;
use crate::units::{SimDuration, SimTime};

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
    /// Topics, then buckets, then event buses, each in the order of the file.
    pub push_sources: Vec<PushSource>,
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

    /// KMS among the downstreams, where a function has a customer key.
    pub fn key_service(&self) -> Option<DownstreamId> {
        self.totals.key_service
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
    /// KMS among the downstreams.
    pub key_service: Option<DownstreamId>,
}

impl Totals {
    /// What follows from `functions`, `traffic` and `horizon`.
    pub fn of(functions: &[Function], traffic: &[Traffic], horizon: Option<SimTime>) -> Self {
        let last = traffic.iter().map(|source| source.end().unwrap_or(SimTime::MAX)).max();
        let last = last.unwrap_or(SimTime::ZERO);
        let service = |function: &Function| function.surroundings.key.as_ref().map(|key| key.service);
        let of_any = |function: &Function| {
            let of_versions = || function.versions.iter().find_map(|version| service(&version.config));
            service(function).or_else(of_versions)
        };
        Self {
            key_service: functions.iter().find_map(of_any),
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
