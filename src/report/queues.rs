//! Queues and event source mappings as the report has them.

use crate::lambda::cell::Cell;
use crate::observe::{MappingStatistics, QueueStatistics, SqsRequests};
use crate::scenario::model::Scenario;
use crate::units::SimTime;

use super::build::{Observed, distribution};
use super::messages;
use super::model::{EventSourceReport, QueueReport, SqsRequestsReport};

impl Observed {
    /// Requests to SQS about all queues, in the order of the file.
    pub(super) fn sqs_requests(&self) -> Vec<(usize, &SqsRequests)> {
        let of_cells = self.cells.iter().flat_map(|cell| {
            cell.cell.queues.iter().map(|id| id.0 as usize).zip(cell.statistics.sqs.queues())
        });
        let mut requests: Vec<_> = of_cells.collect();
        requests.sort_by_key(|(id, _)| *id);
        requests
    }
}

pub(super) fn report(
    scenario: &Scenario,
    statistics: &QueueStatistics,
    requests: &SqsRequests,
    cell: &Cell,
) -> QueueReport {
    QueueReport {
        sent: statistics.sent,
        received: statistics.received,
        deleted: statistics.deleted,
        dead_lettered: statistics.dead_lettered,
        expired: statistics.expired,
        redriven: statistics.redriven,
        filtered: statistics.filtered,
        deduplicated: statistics.deduplicated,
        depth: statistics.depth,
        depth_max: statistics.depth_max,
        oldest_age_max_s: statistics.oldest_age_max_nanos as f64 / 1e9,
        oldest_age_at_end_s: statistics.oldest_age_at_end_nanos as f64 / 1e9,
        drained_at_s: statistics.drained.map(SimTime::seconds),
        wait_ms: distribution(&statistics.wait),
        requests: SqsRequestsReport {
            sends: requests.sends,
            receives: requests.receives,
            empty_receives: requests.empty_receives,
            deletes: requests.deletes,
        },
        first_messages: messages::describe(scenario, statistics, cell),
    }
}

/// A mapping by its name, `jobs->worker`.
pub(super) fn event_source((name, statistics): (String, &MappingStatistics)) -> (String, EventSourceReport) {
    let report = EventSourceReport {
        batches: statistics.batches,
        batch_size_mean: statistics.mean_size(),
        full: statistics.full,
        window_ends: statistics.window_ends,
        throttled: statistics.throttled,
        service_errors: statistics.service_errors,
        failed: statistics.failed,
        duplicates: statistics.duplicates,
        concurrent_batches_max: statistics.in_process_max,
        pollers_max: statistics.pollers_max,
    };
    (name, report)
}
