//! Errors of the service, blocked calls and traffic of a VPC, as the report has them.

use crate::observe::SurroundingCounts;
use crate::scenario::model::Function;

use super::model::{BlockedCalls, LogSubscriptionReport, NetworkReport, ServiceErrors};

const MB: f64 = 1_048_576.0;

pub(super) fn service_errors(counts: &SurroundingCounts) -> Option<ServiceErrors> {
    let mut found = ServiceErrors::default();
    for (fault, count) in counts.faults().filter(|(_, count)| *count > 0) {
        found.total += count;
        *found.by_exception.entry(fault.exception()).or_default() += count;
    }
    (found.total > 0).then_some(found)
}

pub(super) fn blocked_calls(counts: &SurroundingCounts) -> Option<BlockedCalls> {
    let SurroundingCounts { no_route, access_denied, key, .. } = *counts;
    (no_route + access_denied + key > 0).then_some(BlockedCalls { no_route, access_denied, key })
}

/// What the filters on the log of a function have passed on, where it has any.
pub(super) fn log_subscription(
    function: &Function,
    counts: Option<&SurroundingCounts>,
) -> Option<LogSubscriptionReport> {
    let filters = function.surroundings.log_subscriptions.len();
    let delivered = counts.map_or([0; 2], |counts| counts.logs_delivered);
    let by_filter = (filters > 1).then_some(delivered);
    (filters > 0).then(|| LogSubscriptionReport { delivered: delivered.iter().sum(), by_filter })
}

pub(super) fn network(counts: &SurroundingCounts) -> Option<NetworkReport> {
    let (nat, endpoint) = (counts.nat_bytes, counts.endpoint_bytes);
    let report = NetworkReport { nat_mb: nat as f64 / MB, endpoint_mb: endpoint as f64 / MB };
    (nat + endpoint > 0).then_some(report)
}
