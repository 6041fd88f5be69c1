//! Streams as the report has them.

use crate::observe::StreamStatistics;
use crate::scenario::model::{RecordStream, StreamKind};

use super::build::distribution;
use super::model::StreamReport;

pub(super) fn report(stream: &RecordStream, statistics: &StreamStatistics) -> StreamReport {
    let fates = &statistics.fates;
    StreamReport {
        kind: match stream.kind {
            StreamKind::Kinesis => "kinesis",
            StreamKind::Dynamodb => "dynamodb",
        },
        shards: stream.shards,
        records: fates.offered,
        processed: fates.succeeded,
        dead_lettered: fates.dead_lettered,
        dropped: fates.dropped,
        expired: fates.expired,
        unfinished: fates.offered - fates.closed(),
        iterator_age_ms: distribution(&statistics.iterator_age),
        iterator_age_at_end_s: statistics.iterator_age_last.seconds(),
    }
}
