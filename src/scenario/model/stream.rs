//! Streams and the event source mappings that read them (S56).

use super::{ProvisionedPollers, Target};
use crate::units::{SimDuration, SimTime};

/// Index of a stream in [`super::Scenario::streams`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId(pub u32);

/// A stream of records in shards.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordStream {
    /// Name in the scenario.
    pub name: String,
    /// Whose.
    pub kind: StreamKind,
    /// Shards, or partitions of a Kafka topic; each keeps its records in order.
    pub shards: u32,
    /// Records older than this are gone.
    pub retention: SimDuration,
    /// Different partition keys; `None`: each record has a key of its own.
    pub partition_keys: Option<u64>,
}

/// Whose stream it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "AWS's names")]
pub enum StreamKind {
    Kinesis,
    Dynamodb,
    /// A topic of Apache Kafka (S100).
    Kafka,
    /// A queue of Amazon MQ for Apache `ActiveMQ` (S101).
    Activemq,
    /// A queue of Amazon MQ for `RabbitMQ` (S101).
    Rabbitmq,
    /// The change stream of Amazon `DocumentDB` (S101).
    Documentdb,
}

impl StreamKind {
    /// All, with their names in scenarios and reports.
    pub const NAMES: [(&'static str, Self); 6] = [
        ("kinesis", Self::Kinesis),
        ("dynamodb", Self::Dynamodb),
        ("kafka", Self::Kafka),
        ("activemq", Self::Activemq),
        ("rabbitmq", Self::Rabbitmq),
        ("documentdb", Self::Documentdb),
    ];

    /// Its name in scenarios and reports.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }

    /// AWS's name.
    pub fn service(self) -> &'static str {
        match self {
            Self::Kinesis => "Kinesis",
            Self::Dynamodb => "DynamoDB Streams",
            Self::Kafka => "Apache Kafka",
            Self::Activemq | Self::Rabbitmq => "Amazon MQ",
            Self::Documentdb => "Amazon DocumentDB",
        }
    }

    /// It is read by pollers of shards; the others by consumers.
    pub fn has_shards(self) -> bool {
        matches!(self, Self::Kinesis | Self::Dynamodb)
    }
}

/// Which records a new event source mapping begins with (S86).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StartingPosition {
    /// The oldest that there is.
    TrimHorizon,
    /// The first that comes when the mapping is enabled.
    Latest,
    /// The first that came at this time or later.
    AtTimestamp(SimTime),
}

/// Lambda reads a stream (S56, S57).
#[derive(Clone, Debug, PartialEq)]
pub struct StreamSource {
    /// Which.
    pub stream: StreamId,
    /// Most records of an invocation.
    pub batch_size: u32,
    /// How long a batch is gathered after its first record.
    pub batch_window: SimDuration,
    /// Batches of a shard at once; of an `ActiveMQ` queue the consumers that Lambda has there.
    pub parallelization_factor: u32,
    /// A batch that fails is split in two.
    pub bisect: bool,
    /// Further attempts after a function error; `None` is without end.
    pub max_retry_attempts: Option<u32>,
    /// Records older than this are given up.
    pub max_record_age: Option<SimDuration>,
    /// Where the description of a batch goes that was given up.
    pub on_failure: Option<Target>,
    /// The function reports the first record that failed; the batch goes on from there.
    pub reports_item_failures: bool,
    /// How often an idle shard is looked at; zero is always.
    pub poll_interval: SimDuration,
    /// Before this time nothing is read.
    pub enabled_at: SimTime,
    /// With which record it begins.
    pub starting_position: StartingPosition,
    /// Records are aggregated over windows of this length (S87).
    pub tumbling_window: Option<SimDuration>,
    /// Records are pushed, at a rate that no other reader shares (S88).
    pub enhanced_fan_out: bool,
    /// Of a Kafka topic: pollers that are kept and paid for (S104).
    pub provisioned_pollers: Option<ProvisionedPollers>,
}

impl StreamSource {
    /// Whether a record that comes at `at` is among those that the mapping reads.
    pub fn reads(&self, at: SimTime) -> bool {
        match self.starting_position {
            StartingPosition::TrimHorizon => true,
            StartingPosition::Latest => at >= self.enabled_at,
            StartingPosition::AtTimestamp(from) => at >= from,
        }
    }

    /// The window that a record of this time belongs to, where there are windows.
    pub fn window_of(&self, at: SimTime) -> Option<u64> {
        self.tumbling_window.map(|length| at.nanos() / length.nanos())
    }

    /// When a window ends.
    pub fn window_ends(&self, window: u64) -> Option<SimTime> {
        self.tumbling_window.map(|length| SimTime::ZERO + length.saturating_mul(window + 1))
    }
}
