//! Streams and event source mappings that read them, by the rules of F 5.1.

use crate::scenario::model::{Function, RecordStream, StartingPosition, StreamKind, StreamSource};
use crate::units::{SimDuration, SimTime};

use super::cursor::Cursor;
use super::function::optional;
use super::{Names, lookup, stream_kinds};

const DAY: SimDuration = SimDuration::from_secs(86_400);

pub(super) fn read_all(top: &Cursor<'_>) -> Option<Vec<RecordStream>> {
    let mut streams = Vec::new();
    let mut complete = true;
    for (name, stream) in top.find("streams").iter().flat_map(Cursor::entries) {
        match read(name, &stream) {
            Some(stream) => streams.push(stream),
            None => complete = false,
        }
    }
    complete.then_some(streams)
}

fn read(name: &str, stream: &Cursor<'_>) -> Option<RecordStream> {
    let kind = stream.find("type").and_then(|key| key.choice(&StreamKind::NAMES));
    let shards = stream_kinds::shards(stream, kind);
    let retention = stream.find("retention").and_then(|key| retention(&key, kind));
    let keys = optional(stream.find("partition_keys"), |key| key.count(1, 1_000_000_000));
    Some(RecordStream {
        name: name.to_owned(),
        kind: kind?,
        shards: shards? as u32,
        retention: retention?,
        partition_keys: keys?,
    })
}

fn retention(key: &Cursor<'_>, kind: Option<StreamKind>) -> Option<SimDuration> {
    let retention = key.duration()?;
    if kind.is_some_and(|kind| !kind.has_shards()) {
        if retention == SimDuration::ZERO {
            key.report(key.problem("`retention` must be above zero"));
        }
        return Some(retention);
    }
    let most = if kind == Some(StreamKind::Dynamodb) { DAY } else { DAY.saturating_mul(365) };
    if retention < DAY || retention > most {
        let accepted = if most == DAY { "24h".to_owned() } else { "from 24h to 365d".to_owned() };
        let problem = key.problem(format!("`retention` must be {accepted}; found {}", key.node.described()));
        key.report(
            problem.aws_rejects("the retention period is 24 to 8,760 hours, and 24 hours for DynamoDB"),
        );
    }
    Some(retention)
}

/// An entry of `event_sources` that names a stream.
pub(super) fn source(source: &Cursor<'_>, names: &Names) -> Option<StreamSource> {
    // What the table fills in is the default of queues.
    let given = |key: &Cursor<'_>| key.node.place != crate::scenario::tree::Place::DEFAULT;
    for name in ["max_concurrency", "filter"] {
        if let Some(key) = source.find(name).filter(given) {
            key.report(
                key.problem(format!("`{name}` belongs to queues"))
                    .hint("a stream has `parallelization_factor`"),
            );
        }
    }
    let stream = source.find("stream").and_then(|key| lookup(&key, "stream", &names.streams));
    let size = match source.find("batch_size").filter(given) {
        Some(key) => key.count(1, 10_000),
        None => Some(100),
    };
    let kind = stream.and_then(|id| names.stream_kinds[id.0 as usize]);
    let window = match source.find("batch_window").filter(given) {
        None if kind.is_some_and(|kind| !kind.has_shards()) => Some(stream_kinds::WINDOW),
        _ => super::event_source::window(source),
    };
    let factor = match source.find("parallelization_factor") {
        Some(key) => key.count(1, 10_000).inspect(|factor| {
            if *factor > 10 {
                let problem =
                    key.problem(format!("`parallelization_factor` must be from 1 to 10; found {factor}"));
                key.report(problem.aws_rejects("ParallelizationFactor is from 1 to 10"));
            }
        }),
        None => Some(1),
    };
    let flag = |name: &str| match source.find(name) {
        Some(key) => key.boolean(),
        None => Some(false),
    };
    let (bisect, reports) = (flag("bisect"), flag("report_batch_item_failures"));
    let retries =
        optional(source.find("max_retry_attempts"), |key| key.count(0, 10_000).map(|count| count as u32));
    let age = optional(source.find("max_record_age"), |key| {
        let age = key.duration()?;
        if age < SimDuration::from_secs(60) || age > SimDuration::from_secs(604_800) {
            let problem = key
                .problem(format!("`max_record_age` must be from 60s to 7d; found {}", key.node.described()));
            key.report(problem.aws_rejects("MaximumRecordAgeInSeconds is -1 or from 60 to 604,800"));
        }
        Some(age)
    });
    let on_failure = optional(source.find("on_failure"), |key| stream_kinds::destination(key, names));
    let interval = match source.find("poll_interval") {
        Some(key) => key.duration(),
        None => Some(SimDuration::ZERO),
    };
    let enabled_at = match source.find("enabled_at") {
        Some(key) => key.duration(),
        None => Some(SimDuration::ZERO),
    };
    let position = starting_position(source);
    let tumbling = optional(source.find("tumbling_window"), tumbling_window);
    let fan_out = flag("enhanced_fan_out");
    let provisioned = optional(source.find("provisioned_pollers"), super::queue_rules::provisioned);
    Some(StreamSource {
        stream: stream?,
        batch_size: size? as u32,
        batch_window: window?,
        parallelization_factor: stream_kinds::lanes(kind, factor? as u32),
        bisect: bisect?,
        max_retry_attempts: retries?,
        max_record_age: age?,
        on_failure: on_failure?,
        reports_item_failures: reports?,
        poll_interval: interval?,
        enabled_at: SimTime::ZERO + enabled_at?,
        starting_position: position?,
        tumbling_window: tumbling?,
        enhanced_fan_out: fan_out?,
        provisioned_pollers: provisioned?,
    })
}

fn starting_position(source: &Cursor<'_>) -> Option<StartingPosition> {
    let timestamp = source.find("starting_position_timestamp");
    let at = timestamp.as_ref().map(Cursor::duration);
    let chosen = match source.find("starting_position") {
        Some(key) => key.choice(&[("TRIM_HORIZON", 0), ("LATEST", 1), ("AT_TIMESTAMP", 2)])?,
        None => 0,
    };
    match (chosen, &timestamp) {
        (2, None) => {
            let problem = source.problem("`AT_TIMESTAMP` needs `starting_position_timestamp`");
            source.report(problem.hint("e.g. starting_position_timestamp: 10m"));
            return None;
        }
        (0 | 1, Some(key)) => {
            let problem = key.problem("a timestamp means something with `AT_TIMESTAMP` alone");
            key.report(problem.hint("starting_position: AT_TIMESTAMP"));
        }
        _ => {}
    }
    Some(match chosen {
        0 => StartingPosition::TrimHorizon,
        1 => StartingPosition::Latest,
        _ => StartingPosition::AtTimestamp(SimTime::ZERO + at??),
    })
}

fn tumbling_window(key: &Cursor<'_>) -> Option<SimDuration> {
    let window = key.duration()?;
    let second = SimDuration::from_secs(1);
    if window < second || window > second.saturating_mul(900) {
        let message = format!("`tumbling_window` must be from 1s to 15m; found {}", key.node.described());
        key.report(key.problem(message).aws_rejects("TumblingWindowInSeconds is from 0 to 900"));
        return None;
    }
    Some(window)
}

/// Somebody reads what is sent to a stream.
pub(super) fn check_readers(top: &Cursor<'_>, functions: &[Function], streams: &[RecordStream]) {
    let Some(section) = top.find("streams") else { return };
    for (index, ((_, cursor), stream)) in section.entries().zip(streams).enumerate() {
        let reads = |function: &Function| {
            function.stream_sources.iter().any(|source| source.stream.0 as usize == index)
        };
        if !functions.iter().any(reads) {
            let problem = cursor.problem(format!("no function reads the stream `{}`", stream.name));
            cursor.report(problem.hint("e.g. event_sources: [{stream: NAME}] of a function"));
        }
    }
}
