//! Parts of a function in the report: versions, aliases, provisioned concurrency, deployments.

use serde::Serialize;

use super::{Concurrency, Distribution, Throttles};

/// One version or alias of a function. Its statistics are parts of the function's.
#[derive(Clone, Debug, Default, Serialize)]
#[expect(missing_docs, reason = "the JSON names are those of a function; docs/report.md describes them")]
pub struct PartReport {
    pub attempts: u64,
    pub invocations: u64,
    pub succeeded: u64,
    pub errors: u64,
    pub timeouts: u64,
    pub out_of_memory: u64,
    pub throttles: Throttles,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub throttle_rate: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_rate: Option<f64>,
    pub cold_starts: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cold_start_rate: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cold_starts_first_s: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cold_starts_last_s: Option<f64>,
    pub latency_ms: Distribution,
    pub duration_ms: Distribution,
    pub init_ms: Distribution,
    pub concurrency: Concurrency,
    /// Environments of a version; an alias has none of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environments_created: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environments_alive: Option<u64>,
    /// Billed GB-seconds of its invocations, Inits included.
    pub billed_gb_s: f64,
}

/// Provisioned concurrency of a function.
#[derive(Clone, Debug, Default, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract")]
pub struct ProvisionedReport {
    /// Asked for when the run ended.
    pub requested: u32,
    /// Usable when the run ended.
    pub allocated: u32,
    pub invocations: u64,
    pub spillover: u64,
    /// Allocations that ended FAILED, with `FUNCTION_ERROR_INIT_FAILURE`.
    #[serde(skip_serializing_if = "is_zero")]
    pub failed: u64,
    /// Capacities that auto scaling asked for and the account or the reservation had no room for.
    #[serde(skip_serializing_if = "is_zero")]
    pub refused: u64,
    /// The greatest of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused_max: Option<u32>,
    /// Busy environments per usable one, over time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub utilization: Option<f64>,
    /// Billed GB-seconds held, each block rounded up to five minutes.
    pub held_gb_s: f64,
    /// The first thousand changes.
    pub changes: Vec<ProvisionedStep>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the serialiser's signature")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// From `at_s` on there was this much provisioned concurrency.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "plain")]
pub struct ProvisionedStep {
    pub at_s: f64,
    /// Version or alias; absent for the bare name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub qualifier: Option<String>,
    pub requested: u32,
    pub allocated: u32,
}

/// What became of a deployment.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the JSON names are those of the scenario; docs/report.md describes them")]
pub struct DeploymentReport {
    pub function: String,
    pub alias: String,
    pub version: String,
    pub strategy: String,
    /// `completed`, `rolled back`, or `under way` when the run ended.
    pub outcome: &'static str,
    /// Each shift of traffic.
    pub steps: Vec<DeploymentStep>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completed_s: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rolled_back_s: Option<f64>,
    /// The alarm that went off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rolled_back_by: Option<String>,
}

/// From `at_s` on the new version has this share of the traffic.
#[derive(Clone, Copy, Debug, Serialize)]
#[expect(missing_docs, reason = "plain")]
pub struct DeploymentStep {
    pub at_s: f64,
    pub weight: f64,
}
