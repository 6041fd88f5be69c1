//! Downstreams as the report has them.

use crate::lambda::downstream::Refusal;
use crate::observe::DownstreamStatistics;

use super::build::distribution;
use super::model::{ConnectionsReport, DownstreamReport, RefusedCalls};

pub(super) fn report(statistics: &DownstreamStatistics) -> DownstreamReport {
    let refused = |refusal: Refusal| statistics.refused[refusal as usize];
    let ended = statistics.succeeded
        + statistics.refused.iter().sum::<u64>()
        + statistics.gave_up_waiting
        + statistics.abandoned;
    DownstreamReport {
        calls: statistics.calls,
        succeeded: statistics.succeeded,
        refused: RefusedCalls {
            outage: refused(Refusal::Outage),
            connections: refused(Refusal::Connections),
            concurrency: refused(Refusal::Concurrency),
            rate: refused(Refusal::Rate),
            key: refused(Refusal::Key),
        },
        connection_errors: statistics.connection_errors(),
        queued: statistics.queued,
        gave_up_waiting: statistics.gave_up_waiting,
        abandoned: statistics.abandoned,
        unfinished: statistics.calls - ended,
        concurrency_max: statistics.busy_max,
        connections: ConnectionsReport {
            opened: statistics.opened,
            peak: statistics.connections_max,
            peak_s: (statistics.connections_max > 0).then(|| statistics.connections_max_at.seconds()),
            at_end: statistics.connections,
        },
        wait_ms: distribution(&statistics.wait),
        latency_ms: distribution(&statistics.latency),
    }
}
