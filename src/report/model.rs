//! The report as plain data. Its serialisation is the JSON report of the contract: fixed key order, no
//! wall-clock times, absent means not applicable.

mod cost;
mod event_sources;
mod fates;
mod leftovers;
mod outside;
mod parts;
mod series;
mod surroundings;

use indexmap::IndexMap;
use serde::Serialize;

use super::estimate::{BatchMeans, Replications};
use crate::lambda::outcome::ThrottleCause;
use crate::units::Usd;

pub use cost::{CostLine, CostReport, WasteLine};
pub use event_sources::{
    EventSourceReport, MessageReport, PushSourceReport, QueueReport, ScheduleReport, SqsRequestsReport,
    StreamReport,
};
pub use fates::OwnerFates;
pub use leftovers::{PresignedUrls, RefusedUrls, TmpReport};
pub use outside::{BlockedCalls, LogSubscriptionReport, NetworkReport, ServiceErrors};
pub use parts::{DeploymentReport, DeploymentStep, PartReport, ProvisionedReport, ProvisionedStep};
pub use series::{
    ClientSeries, DownstreamSeries, FunctionSeries, GatewaySeries, QueueSeries, StreamSeries, TimeSeries,
};
pub use surroundings::{ClientReport, ConnectionsReport, DownstreamReport, GatewayReport, RefusedCalls};

/// Version of the JSON layout.
pub const SCHEMA_VERSION: u32 = 1;

/// Everything that one run has to say.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract; docs/report.md describes them")]
pub struct Report {
    pub schema_version: u32,
    pub tool: Tool,
    pub scenario: ScenarioIdentity,
    pub platform: String,
    pub region: String,
    pub seed: u64,
    /// End of the run, s.
    pub simulated_s: f64,
    /// Hash of everything that happened.
    pub digest: String,
    /// Limits in force at the start.
    pub account: AccountReport,
    pub functions: IndexMap<String, FunctionReport>,
    pub queues: IndexMap<String, QueueReport>,
    /// Event source mappings, by `QUEUE->FUNCTION`.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub event_sources: IndexMap<String, EventSourceReport>,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub streams: IndexMap<String, StreamReport>,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub topics: IndexMap<String, PushSourceReport>,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub buckets: IndexMap<String, PushSourceReport>,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub event_buses: IndexMap<String, PushSourceReport>,
    /// By the name of their traffic.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub schedules: IndexMap<String, ScheduleReport>,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub gateways: IndexMap<String, GatewayReport>,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub downstreams: IndexMap<String, DownstreamReport>,
    pub clients: IndexMap<String, ClientReport>,
    /// In order of time.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub deployments: Vec<DeploymentReport>,
    pub cost: CostReport,
    pub ledger: Ledger,
    /// The same by who kept the books.
    pub fates: Vec<OwnerFates>,
    pub thresholds: Vec<ThresholdResult>,
    pub assumptions: Vec<AssumptionUsed>,
    pub caveats: Vec<Caveat>,
    /// What further runs with other seeds say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replications: Option<Replications>,
    /// What the parts of this run say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batch_means: Option<BatchMeans>,
    pub time_series: TimeSeries,
}

/// The program that made the report.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "plain")]
pub struct Tool {
    pub name: &'static str,
    pub version: &'static str,
}

/// Which scenario was run.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "plain")]
pub struct ScenarioIdentity {
    pub name: String,
    pub sha256: String,
}

/// Account limits; absent means unlimited.
#[derive(Clone, Debug, Serialize)]
pub struct AccountReport {
    /// Concurrent executions of the region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<u32>,
    /// What is left for functions without reserved concurrency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unreserved_concurrency: Option<u32>,
    /// Requests per second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requests_per_second: Option<f64>,
}

/// One function.
#[derive(Clone, Debug, Default, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract; docs/report.md describes them")]
pub struct FunctionReport {
    /// What the reader needs to know of the configuration.
    pub configuration: FunctionConfiguration,
    pub requests: u64,
    pub attempts: u64,
    pub invocations: u64,
    pub succeeded: u64,
    /// Function errors but timeouts and out of memory.
    pub errors: u64,
    pub timeouts: u64,
    pub out_of_memory: u64,
    /// The parts of `errors`.
    pub errors_by_cause: ErrorsByCause,
    /// Refused at the door, never an attempt: payload too large, caller not allowed.
    pub rejected: u64,
    /// Dry runs, by answer.
    pub dry_runs: DryRuns,
    pub throttles: Throttles,
    /// Attempts that the service could not serve.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_errors: Option<ServiceErrors>,
    /// Calls that could not succeed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocked_calls: Option<BlockedCalls>,
    /// Invocations of which a subscriber of its log was told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_subscription: Option<LogSubscriptionReport>,
    /// What went through gateways and endpoints of a VPC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network: Option<NetworkReport>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub throttle_rate: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_rate: Option<f64>,
    pub cold_starts: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cold_start_rate: Option<f64>,
    /// First and last cold start, s.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cold_starts_first_s: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cold_starts_last_s: Option<f64>,
    /// Inits that ran inside an invocation (after a reset, or after the 10 s limit).
    pub suppressed_inits: u64,
    /// Present where the function or a version of it has `SnapStart`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapstart: Option<SnapStartReport>,
    /// Of a function that uses `/tmp`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tmp: Option<TmpReport>,
    /// Of a function that makes presigned URLs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub presigned_urls: Option<PresignedUrls>,
    pub latency_ms: Distribution,
    /// From a client's first attempt to its final answer, network and back-off included.
    pub client_latency_ms: Distribution,
    pub duration_ms: Distribution,
    pub init_ms: Distribution,
    pub billed_ms_total: u64,
    /// Calls, events and messages that the recursive-loop detection kept from it.
    pub recursions_stopped: u64,
    pub concurrency: Concurrency,
    pub environments: Environments,
    #[serde(rename = "async")]
    pub asynchronous: AsyncReport,
    /// Provisioned concurrency of all its qualifiers; absent without any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provisioned: Option<ProvisionedReport>,
    /// Published versions, by name.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub versions: IndexMap<String, PartReport>,
    /// Aliases, by name.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub aliases: IndexMap<String, PartReport>,
    pub gb_s: GbSeconds,
    pub cost_usd: Usd,
    /// Points (latency in ms, share of completed invocations at or below) for plots.
    pub latency_cdf: Vec<(f64, f64)>,
    /// Hash of what happened to this function.
    pub digest: String,
}

/// Configuration shown beside the results.
#[derive(Clone, Debug, Default, Serialize)]
#[expect(missing_docs, reason = "plain")]
pub struct FunctionConfiguration {
    pub memory_mb: u32,
    pub arch: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runtime: Option<String>,
    pub timeout_s: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reserved_concurrency: Option<u32>,
    /// The concurrency limit in force and its name: reserved, account or unlimited.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concurrency_limit: Option<u32>,
    pub concurrency_limit_kind: String,
}

/// Function errors by cause.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "plain")]
pub struct ErrorsByCause {
    pub handler: u64,
    pub runtime_exit: u64,
    pub init: u64,
    pub response_too_large: u64,
    pub storage_full: u64,
}

/// Answers to dry runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "plain")]
pub struct DryRuns {
    pub accepted: u64,
    pub rejected: u64,
}

/// Refused attempts.
#[derive(Clone, Debug, Default, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract")]
pub struct Throttles {
    pub total: u64,
    pub by_cause: ThrottlesByCause,
    /// The `Reason` that AWS would give, by name.
    pub by_reason: IndexMap<&'static str, u64>,
    pub first_s: Option<f64>,
    pub last_s: Option<f64>,
}

/// Refused attempts by the rule that refused (S34).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract")]
pub struct ThrottlesByCause {
    pub reserved_concurrency: u64,
    pub account_concurrency: u64,
    pub scaling_rate: u64,
    pub account_request_rate: u64,
    pub reserved_request_rate: u64,
}

impl ThrottlesByCause {
    /// Each cause with its name, its count and the `Reason` that AWS gives (S34).
    pub fn named(self) -> [(&'static str, u64, &'static str); 5] {
        ThrottleCause::ALL.map(|cause| {
            let count = match cause {
                ThrottleCause::ReservedConcurrency => self.reserved_concurrency,
                ThrottleCause::AccountConcurrency => self.account_concurrency,
                ThrottleCause::ScalingRate => self.scaling_rate,
                ThrottleCause::AccountRequestRate => self.account_request_rate,
                ThrottleCause::ReservedRequestRate => self.reserved_request_rate,
            };
            (cause.name(), count, cause.reason())
        })
    }
}

/// Summary of a sample; with `count` 0 nothing else is present.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract")]
pub struct Distribution {
    pub count: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p50: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p90: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p95: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p99: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p99_9: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
}

impl Distribution {
    /// Whether nothing was measured.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }
}

/// Concurrent executions; quantiles are of time.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract")]
pub struct Concurrency {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variance: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p50: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p90: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p99: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p99_9: Option<u32>,
    pub peak: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peak_s: Option<f64>,
    /// In flight when the run ended.
    pub at_end: u32,
}

/// Execution environments over time.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract")]
pub struct Environments {
    pub created: u64,
    /// Of them, pre-initialised successors of old ones (S17).
    pub replacements: u64,
    pub retired: u64,
    pub alive: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean_busy: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean_idle: Option<f64>,
    pub peak: u32,
    /// Mean life of the retired ones, s.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean_life_s: Option<f64>,
}

/// Asynchronous invocation.
#[derive(Clone, Debug, Default, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract")]
pub struct AsyncReport {
    pub received: u64,
    pub attempts: u64,
    pub retried: u64,
    pub succeeded: u64,
    pub dead_lettered: u64,
    pub dropped: u64,
    pub expired: u64,
    /// CloudWatch `AsyncEventsDropped`: every event that ended without success.
    pub events_dropped: u64,
    pub dead_letter_errors: u64,
    pub destination_delivery_failures: u64,
    /// Still queued or retrying at the end.
    pub pending: u64,
    pub age_s: AsyncAge,
}

/// Age of asynchronous events when they ended.
#[derive(Clone, Debug, Default, Serialize)]
pub struct AsyncAge {
    /// Greatest age, s.
    pub max: f64,
    /// Mean age at the successful end, s.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean_succeeded: Option<f64>,
}

/// Billed GB-seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract")]
pub struct GbSeconds {
    pub handler: f64,
    pub init: f64,
    pub provisioned: f64,
}

/// Where everything that was offered ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract")]
pub struct Ledger {
    pub offered: u64,
    pub succeeded: u64,
    pub throttled: u64,
    /// Function errors, timeouts, out of memory, rejections and client timeouts, as the caller saw them.
    pub failed: u64,
    pub dead_lettered: u64,
    pub dropped: u64,
    pub expired: u64,
    pub unfinished: u64,
    pub balanced: bool,
    /// The parts of `failed`.
    pub failed_by_cause: FailedByCause,
}

/// The parts of [`Ledger::failed`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "plain")]
pub struct FailedByCause {
    pub function_error: u64,
    pub timed_out: u64,
    pub out_of_memory: u64,
    pub client_timeout: u64,
    pub rejected: u64,
    pub gateway_timeout: u64,
    pub service_error: u64,
}

/// Environments that began with the restore of a snapshot.
#[derive(Clone, Debug, Serialize)]
pub struct SnapStartReport {
    /// All of the run, successors of environments that were too old included: what is paid for.
    pub restores: u64,
    /// How long those took that an invocation waited for.
    pub restore_ms: Distribution,
}

/// A threshold and how it went.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract")]
pub struct ThresholdResult {
    pub metric: String,
    pub expression: String,
    /// Absent when nothing was measured; the threshold then fails.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    pub passed: bool,
    pub strict: bool,
    /// Length of its windows, s; absent where it is about the whole run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window_s: Option<f64>,
    /// Where the window with that value begins, s.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window_from_s: Option<f64>,
    /// Values of the windows that follow one another, for schedules.
    #[serde(skip)]
    pub each_window: Vec<Option<f64>>,
}

/// An assumption that the run depended on.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract")]
pub struct AssumptionUsed {
    pub name: &'static str,
    pub value: String,
    /// documented, recorded, measured or ours.
    pub provenance: &'static str,
    pub rule: &'static str,
}

/// The truth about a result.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract")]
pub struct Caveat {
    pub code: &'static str,
    pub text: String,
}
