//! Gateways as the report has them.

use crate::observe::GatewayStatistics;
use crate::scenario::model::Gateway;

use super::build::distribution;
use super::model::GatewayReport;

pub(super) fn report(gateway: &Gateway, statistics: &GatewayStatistics) -> GatewayReport {
    let answers = statistics.by_status.iter();
    GatewayReport {
        kind: gateway.kind.name(),
        requests: statistics.requests,
        succeeded: statistics.succeeded,
        refused: statistics.refused,
        throttled: statistics.throttled,
        errors: statistics.errors,
        timeouts: statistics.timeouts,
        unfinished: statistics.requests - statistics.by_status.values().sum::<u64>(),
        by_status: answers.map(|(status, count)| (status.to_string(), *count)).collect(),
        latency_ms: distribution(&statistics.latency),
    }
}
