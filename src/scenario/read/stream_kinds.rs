//! What each kind of stream has, and what AWS refuses of it (F 5.1, F 5.5).

use crate::platform::Profile;
use crate::scenario::model::{
    Function, PushKind, RecordStream, StartingPosition, StreamKind, StreamSource, Target,
};
use crate::scenario::tree::Place;
use crate::units::SimDuration;

use super::cursor::Cursor;
use super::{Names, queue_rules, target};

/// How long Lambda gathers a batch of Kafka, Amazon MQ and `DocumentDB` where nothing is said (F 5.1).
pub(super) const WINDOW: SimDuration = SimDuration::from_millis(500);

/// Batches of a shard at once, or consumers that Lambda has at a queue (S101).
pub(super) fn lanes(kind: Option<StreamKind>, factor: u32) -> u32 {
    match kind {
        Some(StreamKind::Activemq) => 5,
        Some(kind) if !kind.has_shards() => 1,
        _ => factor,
    }
}

fn given(key: &Cursor<'_>) -> bool {
    key.node.place != Place::DEFAULT
}

/// Kinds of all streams, in the order of the file; `None` where it cannot be read, which is said elsewhere.
pub(super) fn kinds(top: &Cursor<'_>) -> Vec<Option<StreamKind>> {
    let kind = |stream: &Cursor<'_>| {
        let text = stream.find("type")?.node.text()?;
        StreamKind::NAMES.iter().find(|(name, _)| *name == text).map(|(_, kind)| *kind)
    };
    top.find("streams").iter().flat_map(Cursor::entries).map(|(_, stream)| kind(&stream)).collect()
}

/// Shards of a stream, or partitions of a Kafka topic; the others have one order.
pub(super) fn shards(stream: &Cursor<'_>, kind: Option<StreamKind>) -> Option<u64> {
    let count = |key: &Cursor<'_>| key.count(1, 10_000);
    let (shards, partitions) = (stream.find("shards"), stream.find("partitions"));
    let Some(kind) = kind else { return shards.as_ref().and_then(count) };
    if let Some(key) = partitions.as_ref().filter(|_| kind != StreamKind::Kafka) {
        key.report(key.problem("`partitions` belongs to Kafka topics").hint("type: kafka"));
    }
    if let Some(key) = shards.as_ref().filter(|key| given(key) && !kind.has_shards()) {
        let problem = key.problem(format!("{} has no shards", kind.service()));
        let hint = if kind == StreamKind::Kafka { "a topic has `partitions`" } else { "leave it out" };
        key.report(problem.hint(hint));
    }
    match kind {
        StreamKind::Kafka => partitions.as_ref().map_or(Some(1), count),
        kind if kind.has_shards() => shards.as_ref().and_then(count),
        _ => {
            if let Some(key) = stream.find("partition_keys") {
                key.report(key.problem(format!("{} has no partition keys", kind.service())));
            }
            Some(1)
        }
    }
}

/// Where the description of a batch goes that is given up: a queue, a topic or a bucket (F 5.1).
pub(super) fn destination(key: &Cursor<'_>, names: &Names) -> Option<Target> {
    let name = key.text()?;
    let is_refused =
        names.functions.contains_key(name) || matches!(names.pushes.get(name), Some((_, PushKind::EventBus)));
    if is_refused && !names.queues.contains_key(name) {
        let message = format!("`{name}` cannot be the on-failure destination of an event source mapping");
        let problem = key.problem(message).hint("it can be a queue, a topic or a bucket");
        key.report(problem.aws_rejects("the destination is an SQS queue, an SNS topic or an S3 bucket"));
        return None;
    }
    target::target(key, names)
}

/// Keys of a mapping that this kind has not.
fn unsupported(kind: StreamKind) -> &'static [&'static str] {
    const FOR_MQ: &[&str] = &[
        "parallelization_factor",
        "tumbling_window",
        "enhanced_fan_out",
        "poll_interval",
        "bisect",
        "max_retry_attempts",
        "max_record_age",
        "report_batch_item_failures",
        "on_failure",
        "starting_position",
    ];
    match kind {
        StreamKind::Kinesis => &[],
        StreamKind::Dynamodb => &FOR_MQ[2..3],
        StreamKind::Kafka => &FOR_MQ[..4],
        StreamKind::Documentdb => &FOR_MQ[..9],
        StreamKind::Activemq | StreamKind::Rabbitmq => FOR_MQ,
    }
}

/// What a mapping asks of a stream is there.
pub(super) fn check(top: &Cursor<'_>, functions: &[Function], streams: &[RecordStream], profile: &Profile) {
    let Some(section) = top.find("functions") else { return };
    for ((_, cursor), function) in section.entries().zip(functions) {
        let entries = cursor.find("event_sources");
        let of_streams = entries.iter().flat_map(Cursor::items).filter(|item| item.find("stream").is_some());
        for (item, source) in of_streams.zip(&function.stream_sources) {
            let kind = streams[source.stream.0 as usize].kind;
            for key in unsupported(kind).iter().filter_map(|name| item.find(name)).filter(given) {
                report_unsupported(&key, kind);
            }
            if source.provisioned_pollers.is_some() {
                check_provisioned(&item, source, kind, profile);
            }
            if let (StreamKind::Dynamodb, StartingPosition::AtTimestamp(_)) = (kind, source.starting_position)
            {
                let key = item.find("starting_position").unwrap_or_else(|| item.clone());
                let problem = key.problem("a DynamoDB stream cannot be read from a timestamp on");
                key.report(
                    problem.aws_rejects("AT_TIMESTAMP is supported for Kinesis, not for DynamoDB Streams"),
                );
            }
        }
    }
}

/// `ProvisionedPollerConfig`: Kafka alone among streams has it (F 5.1).
fn check_provisioned(item: &Cursor<'_>, source: &StreamSource, kind: StreamKind, profile: &Profile) {
    let key = item.find("provisioned_pollers").unwrap_or_else(|| item.clone());
    if kind != StreamKind::Kafka {
        let problem = key.problem(format!("{} has no provisioned pollers", kind.service()));
        key.report(
            problem
                .hint("queues and Kafka topics have")
                .aws_says("Unsupported parameter for given event source mapping type."),
        );
        return;
    }
    let Some(rules) = profile.kafka_provisioned else {
        let message = format!("there are no provisioned pollers of Kafka in {}", profile.name);
        key.report(key.problem(message).hint("they came in 2024-11"));
        return;
    };
    queue_rules::check_poller_bounds(&key, source.provisioned_pollers, rules.minimum, rules.maximum);
}

fn report_unsupported(key: &Cursor<'_>, kind: StreamKind) {
    let problem = match key.name() {
        "enhanced_fan_out" if kind == StreamKind::Dynamodb => {
            if key.boolean() == Some(true) {
                let problem = key.problem("a DynamoDB stream has no enhanced fan-out");
                key.report(problem.aws_rejects("enhanced fan-out needs a consumer of a Kinesis data stream"));
            }
            return;
        }
        "on_failure" => key
            .problem(format!("a mapping of {} has no on-failure destination", kind.service()))
            .aws_says("Unsupported DestinationConfig parameter for given event source mapping type."),
        name => key
            .problem(format!("a mapping of {} has no `{name}`", kind.service()))
            .aws_says("Unsupported parameter for given event source mapping type."),
    };
    key.report(problem);
}
