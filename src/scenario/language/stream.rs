//! Keys of streams.

use super::{Fallback, Key, Shape};

/// Keys of a stream.
pub(super) const STREAM: &[Key] = &[
    Key::new(
        "type",
        Shape::Choice(&["kinesis", "dynamodb"]),
        Fallback::Text("kinesis"),
        "A Kinesis data stream, or the stream of a DynamoDB table.",
    ),
    Key::new(
        "shards",
        Shape::Count(1, 10_000),
        Fallback::Text("1"),
        "Shards; each keeps its records in order (S56).",
    ),
    Key::new(
        "retention",
        Shape::Duration,
        Fallback::Text("24h"),
        "Records older than this are gone. AWS: 24 h to 365 days; 24 h for DynamoDB.",
    ),
    Key::new(
        "partition_keys",
        Shape::Count(1, 1_000_000_000),
        Fallback::Nothing("a key of its own for each record"),
        "Different partition keys. Records of one key are in one shard, and one lane of it, in order.",
    ),
];
