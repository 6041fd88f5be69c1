//! What stood in the way of a function from outside: the service's own errors, and the network.

use indexmap::IndexMap;
use serde::Serialize;

/// Attempts that the service could not serve: neither throttles nor errors of the function.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "plain")]
pub struct ServiceErrors {
    pub total: u64,
    /// By the exception of AWS.
    pub by_exception: IndexMap<&'static str, u64>,
}

/// Calls that could not succeed, whatever their callees did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct BlockedCalls {
    /// No way led out of the VPC: they waited for a connection in vain.
    pub no_route: u64,
    /// The execution role did not allow them.
    pub access_denied: u64,
    /// The key could not be used.
    pub key: u64,
}

/// Bytes that left a VPC, or came in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct NetworkReport {
    /// Through NAT gateways, MB.
    pub nat_mb: f64,
    /// Through interface endpoints, MB.
    pub endpoint_mb: f64,
}

/// What the subscription filter of a function's log has passed on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LogSubscriptionReport {
    /// Invocations that another function was told of.
    pub delivered: u64,
    /// The same by filter, in the order of the scenario, where there are two.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by_filter: Option<[u64; 2]>,
}
