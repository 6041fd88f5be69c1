//! Who calls functions, and what functions call.

use indexmap::IndexMap;
use serde::Serialize;

use super::Distribution;

/// One gateway.
#[derive(Clone, Debug, Default, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract; docs/report.md describes them")]
pub struct GatewayReport {
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Requests, and attempts of clients.
    pub requests: u64,
    pub succeeded: u64,
    /// Refused by its own rate and burst; no function saw them.
    pub refused: u64,
    /// Throttled by Lambda.
    pub throttled: u64,
    /// Function errors.
    pub errors: u64,
    /// 504: the function ran on.
    pub timeouts: u64,
    pub unfinished: u64,
    /// Answers by HTTP status.
    pub by_status: IndexMap<String, u64>,
    /// From coming to the answer, all answers included.
    pub latency_ms: Distribution,
}

/// One downstream, over the whole run.
#[derive(Clone, Debug, Default, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract; docs/report.md describes them")]
pub struct DownstreamReport {
    pub calls: u64,
    pub succeeded: u64,
    pub refused: RefusedCalls,
    /// Calls that failed because no connection came about.
    pub connection_errors: u64,
    /// Calls that waited for their turn.
    pub queued: u64,
    /// The function timeout ended their wait.
    pub gave_up_waiting: u64,
    /// The function timeout ended them.
    pub abandoned: u64,
    pub unfinished: u64,
    pub concurrency_max: u64,
    pub connections: ConnectionsReport,
    pub wait_ms: Distribution,
    pub latency_ms: Distribution,
}

/// Calls that failed at the door of a downstream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "plain")]
pub struct RefusedCalls {
    pub outage: u64,
    pub connections: u64,
    pub concurrency: u64,
    pub rate: u64,
    /// Only of KMS: the key could not be used.
    #[serde(skip_serializing_if = "is_zero")]
    pub key: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the serialiser's signature")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// Connections to a downstream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[expect(missing_docs, reason = "plain")]
pub struct ConnectionsReport {
    pub opened: u64,
    pub peak: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peak_s: Option<f64>,
    pub at_end: u64,
}

/// One client.
#[derive(Clone, Debug, Default, Serialize)]
#[expect(missing_docs, reason = "plain")]
pub struct ClientReport {
    pub calls: u64,
    pub succeeded: u64,
    pub failed: u64,
    pub throttled: u64,
    pub timed_out: u64,
    pub unfinished: u64,
    pub attempts: u64,
    pub retries: u64,
    /// Retries that the quota forbade.
    pub retries_denied: u64,
    /// Attempts that were abandoned by the client and ran on.
    pub abandoned: u64,
    pub client_latency_ms: Distribution,
    /// Calls by number of attempts, from 1.
    pub calls_by_attempts: Vec<u64>,
}
