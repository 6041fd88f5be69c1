//! Streams as the report has them.

use crate::observe::StreamStatistics;
use crate::scenario::model::RecordStream;

use super::build::distribution;
use super::model::StreamReport;

pub(super) fn report(stream: &RecordStream, statistics: &StreamStatistics) -> StreamReport {
    let fates = &statistics.fates;
    StreamReport {
        kind: stream.kind.name(),
        shards: stream.shards,
        records: fates.offered,
        processed: fates.succeeded,
        dead_lettered: fates.dead_lettered,
        dropped: fates.dropped,
        expired: fates.expired - statistics.skipped,
        skipped: statistics.skipped,
        reads: statistics.reads,
        read_throttles: statistics.read_throttles,
        unfinished: fates.offered - fates.closed(),
        iterator_age_ms: distribution(&statistics.iterator_age),
        iterator_age_at_end_s: statistics.iterator_age_last.seconds(),
    }
}
