//! Keys of event source mappings: which queue a function reads, and how.

use super::{Fallback, Key, Shape};

const PROVISIONED: &[Key] = &[
    Key::new(
        "min",
        Shape::Count(1, 10_000),
        Fallback::Text("2"),
        "MinimumPollers: always there. AWS: 2 to 200.",
    ),
    Key::new(
        "max",
        Shape::Count(1, 10_000),
        Fallback::Text("200"),
        "MaximumPollers: never more. AWS: 2 to 10,000.",
    ),
];

/// Keys of an entry of `event_sources`.
pub(super) const EVENT_SOURCE: &[Key] = &[
    Key::new(
        "queue",
        Shape::Text,
        Fallback::Nothing("another kind of source"),
        "Queue that Lambda polls for the function, one of `queues` (S50).",
    ),
    Key::new(
        "batch_size",
        Shape::Count(1, 10_000),
        Fallback::Text("10"),
        "Most messages of an invocation; of a stream 100 records unless given. AWS: above 10 it needs a `batch_window`.",
    ),
    Key::new(
        "batch_window",
        Shape::Duration,
        Fallback::Text("0s"),
        "How long a batch is gathered after its first message (S57); of Kafka, Amazon MQ and DocumentDB 500 ms unless given. AWS: whole seconds up to 300.",
    ),
    Key::new(
        "max_concurrency",
        Shape::Count(2, 1_000),
        Fallback::Nothing("1,250, the ceiling of pollers"),
        "MaximumConcurrency: batches of the queue that are processed at once (S51). It keeps the pollers from receiving.",
    ),
    Key::new(
        "report_batch_item_failures",
        Shape::Bool,
        Fallback::Text("false"),
        "The function reports which items failed, and only these come back (S54).",
    ),
    Key::new(
        "on_failure",
        Shape::Text,
        Fallback::Nothing("the `redrive` of the queue"),
        "Of a stream: queue, topic or bucket that gets the description of a batch that is given up (S56). With a queue it is refused, as AWS refuses it: that has its own `redrive` (S54).",
    ),
    Key::new(
        "stream",
        Shape::Text,
        Fallback::Nothing("another kind of source"),
        "Stream that Lambda reads for the function, one of `streams` (S56).",
    ),
    Key::new(
        "parallelization_factor",
        Shape::Count(1, 10),
        Fallback::Nothing("1"),
        "Batches of a shard at once; records of one partition key stay in order.",
    ),
    Key::new(
        "bisect",
        Shape::Bool,
        Fallback::Nothing("`false`"),
        "A batch that fails is split in two, which uses up no retry.",
    ),
    Key::new(
        "max_retry_attempts",
        Shape::Count(0, 10_000),
        Fallback::Nothing("until the retention of the stream ends"),
        "Further attempts after a function error; then the batch is given up.",
    ),
    Key::new(
        "max_record_age",
        Shape::Duration,
        Fallback::Nothing("the retention of the stream"),
        "Records older than this are given up. AWS: 60 s to 7 days.",
    ),
    Key::new(
        "poll_interval",
        Shape::Duration,
        Fallback::Nothing("`0s`"),
        "How often a shard without a batch is looked at. AWS: once a second for Kinesis, four times for DynamoDB.",
    ),
    Key::new(
        "filter",
        Shape::Share,
        Fallback::Text("100%"),
        "FilterCriteria: the share of messages of a queue that match. The others are deleted and invoke nothing (S84).",
    ),
    Key::new(
        "provisioned_pollers",
        Shape::Block(PROVISIONED),
        Fallback::Nothing("pollers come and go as S50 says"),
        "ProvisionedPollerConfig: pollers of a queue (S82) or a Kafka topic (S104) that are kept, and paid for by the hour. Not beside `max_concurrency`.",
    ),
    Key::new(
        "enabled_at",
        Shape::Duration,
        Fallback::Nothing("`0s`"),
        "Of a stream: when the mapping is enabled; before that nothing is read (S86).",
    ),
    Key::new(
        "starting_position",
        Shape::Choice(&["TRIM_HORIZON", "LATEST", "AT_TIMESTAMP"]),
        Fallback::Nothing("`TRIM_HORIZON`"),
        "Of a stream: with which record it begins (S86): the oldest, the first that comes when the mapping is enabled, or the first from \
         `starting_position_timestamp` on (not of DynamoDB). Amazon MQ has none.",
    ),
    Key::new(
        "starting_position_timestamp",
        Shape::Duration,
        Fallback::Nothing("none"),
        "With `AT_TIMESTAMP`: the time, from the start of the run.",
    ),
    Key::new(
        "tumbling_window",
        Shape::Duration,
        Fallback::Nothing("none"),
        "Of a stream: records are aggregated over windows of this length (S87), 1 s to 15 min: no batch crosses the end of a window, and one more \
         invocation ends each.",
    ),
    Key::new(
        "enhanced_fan_out",
        Shape::Bool,
        Fallback::Nothing("`false`"),
        "Of a Kinesis stream: records are pushed some 70 ms after they came, and nobody shares the 2 MB/s of each shard (S88).",
    ),
    Key::new(
        "schedule",
        super::traffic::SCHEDULE,
        Fallback::Nothing("another kind of source"),
        "`rate(...)` or `cron(...)` with the six fields of AWS, in UTC: a rule of EventBridge invokes the function asynchronously (S83), until other traffic ends or to the horizon.",
    ),
];
