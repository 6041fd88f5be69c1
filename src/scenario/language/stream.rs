//! Keys of streams.

use super::{Fallback, Key, Shape};

/// Keys of a stream.
pub(super) const STREAM: &[Key] = &[
    Key::new(
        "type",
        Shape::Choice(&["kinesis", "dynamodb", "kafka", "activemq", "rabbitmq", "documentdb"]),
        Fallback::Text("kinesis"),
        "A Kinesis data stream, the stream of a DynamoDB table, a topic of Apache Kafka (S100), a queue of Amazon MQ for ActiveMQ or RabbitMQ, \
         or the change stream of Amazon DocumentDB (S101).",
    ),
    Key::new(
        "shards",
        Shape::Count(1, 10_000),
        Fallback::Text("1"),
        "Shards; each keeps its records in order (S56).",
    ),
    Key::new(
        "partitions",
        Shape::Count(1, 10_000),
        Fallback::Nothing("1, where it is a Kafka topic"),
        "Partitions of a Kafka topic; each keeps its records in order, and has at most one consumer (S100).",
    ),
    Key::new(
        "retention",
        Shape::Duration,
        Fallback::Text("24h"),
        "Records older than this are gone. Kinesis: 24 h to 365 days; DynamoDB: 24 h; the others: what the broker says.",
    ),
    Key::new(
        "partition_keys",
        Shape::Count(1, 1_000_000_000),
        Fallback::Nothing("a key of its own for each record"),
        "Different partition keys. Records of one key are in one shard, and one lane of it, in order.",
    ),
];
