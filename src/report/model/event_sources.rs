//! What Lambda polls for its functions.

use indexmap::IndexMap;
use serde::Serialize;

use super::Distribution;

/// One queue.
#[derive(Clone, Debug, Default, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract")]
pub struct QueueReport {
    pub sent: u64,
    pub received: u64,
    pub deleted: u64,
    pub dead_lettered: u64,
    pub expired: u64,
    /// Moved back to another queue.
    pub redriven: u64,
    /// Deleted because they did not match a filter.
    pub filtered: u64,
    /// Accepted by a FIFO queue and not delivered: their deduplication ids were known. Not among the sent.
    pub deduplicated: u64,
    pub depth: u64,
    pub depth_max: u64,
    pub oldest_age_max_s: f64,
    /// Age of the oldest message when the run ended; 0 when empty.
    pub oldest_age_at_end_s: f64,
    pub drained_at_s: Option<f64>,
    /// From entering to the first receive.
    #[serde(skip_serializing_if = "Distribution::is_empty")]
    pub wait_ms: Distribution,
    /// What SQS charges.
    pub requests: SqsRequestsReport,
    /// The first messages with their attributes (dead letters).
    pub first_messages: Vec<MessageReport>,
}

/// Requests to SQS about a queue, each once for every 64 KB of it.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct SqsRequestsReport {
    /// Messages that were sent, one by one.
    pub sends: u64,
    /// Receives that brought messages.
    pub receives: u64,
    /// Receives of idle pollers.
    pub empty_receives: u64,
    /// Deletes, of up to ten messages.
    pub deletes: u64,
}

/// One event source mapping.
#[derive(Clone, Debug, Default, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract")]
pub struct EventSourceReport {
    /// Batches that left for the function.
    pub batches: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batch_size_mean: Option<f64>,
    /// Batches that had no room for more.
    pub full: u64,
    /// Invocations without records that ended a tumbling window.
    pub window_ends: u64,
    /// Attempts of batches that were throttled.
    pub throttled: u64,
    /// Attempts of batches that the service failed to serve.
    #[serde(skip_serializing_if = "is_zero")]
    pub service_errors: u64,
    /// Invocations after which messages were left to come back.
    pub failed: u64,
    /// Messages that were processed although another batch had deleted them already.
    pub duplicates: u64,
    /// Most batches in process at once.
    pub concurrent_batches_max: u64,
    /// Most pollers of a queue at once, or consumers of a Kafka topic.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pollers_max: Option<u32>,
}

/// A message as a reader of the queue would see it.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "plain")]
pub struct MessageReport {
    pub sent_s: f64,
    pub from: String,
    /// Dead letter: the raw event. Destination: a JSON record.
    pub kind: &'static str,
    /// Attributes `RequestID`, `ErrorCode`, `ErrorMessage` of a dead letter, or `condition` and
    /// `approximateInvokeCount` of
    /// a record.
    pub attributes: IndexMap<&'static str, String>,
}

/// One stream; a record counts once for each function that reads it.
#[derive(Clone, Debug, Default, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract; docs/report.md describes them")]
pub struct StreamReport {
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub shards: u32,
    pub records: u64,
    pub processed: u64,
    /// Given up, with a description in a queue.
    pub dead_lettered: u64,
    /// Given up, without.
    pub dropped: u64,
    /// Gone with the retention of the stream.
    pub expired: u64,
    /// Before the position where their mapping begins: nobody reads them. The ledger counts them as expired.
    pub skipped: u64,
    /// Reads of the shards of a Kinesis stream that brought records, by readers without enhanced fan-out.
    pub reads: u64,
    /// Reads that came too soon after others of the shard.
    pub read_throttles: u64,
    pub unfinished: u64,
    /// Age of the last record of each batch when it is sent.
    pub iterator_age_ms: Distribution,
    /// The same when the last batch was sent.
    pub iterator_age_at_end_s: f64,
}

impl super::Report {
    /// Topics, buckets and event buses, each with its kind and name.
    pub fn push_sources(&self) -> impl Iterator<Item = (&'static str, &str, &PushSourceReport)> {
        let kinds = [("topic", &self.topics), ("bucket", &self.buckets), ("event bus", &self.event_buses)];
        kinds.into_iter().flat_map(|(kind, sources)| {
            sources.iter().map(move |(name, source)| (kind, name.as_str(), source))
        })
    }
}

/// A topic, a bucket or an event bus.
#[derive(Clone, Debug, Default, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract; docs/report.md describes them")]
pub struct PushSourceReport {
    /// Messages, objects or events.
    pub published: u64,
    /// Accepted by a FIFO topic and not delivered, as of a queue. Not among the published.
    pub deduplicated: u64,
    /// By subscriber: handed over.
    pub delivered: IndexMap<String, u64>,
    /// Deliveries left out by a filter or pattern.
    pub filtered: u64,
    pub failed_attempts: u64,
    /// Deliveries that were given up: in a dead-letter queue, and lost.
    pub dead_lettered: u64,
    pub lost: u64,
    /// Deliveries that had not arrived when the run ended.
    pub on_the_way: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the serialiser's signature")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// A schedule that invokes a function.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ScheduleReport {
    /// With the version or alias that it names.
    pub function: String,
    /// `rate(5 minutes)` or `cron(0 9 * * ? *)`.
    pub schedule: String,
    /// Invocation type.
    pub mode: &'static str,
    /// How often its time has come.
    pub fired: u64,
}
