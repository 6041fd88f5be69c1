//! Event source mappings of a function, by the rules of F 5.1.

use crate::scenario::model::{Arrivals, Function, Queue, QueueSource, StreamSource};
use crate::units::SimDuration;

use super::cursor::Cursor;
use super::function::optional;
use super::{Names, lookup, queue_rules, schedules, stream};

/// The queues and the streams that a function reads, and its schedules.
pub(super) type Sources = (Vec<QueueSource>, Vec<StreamSource>, Vec<Arrivals>);

pub(super) fn read_all(function: &Cursor<'_>, names: &Names) -> Option<Sources> {
    let mut sources: Vec<QueueSource> = Vec::new();
    let mut streams: Vec<StreamSource> = Vec::new();
    let mut planned: Vec<Arrivals> = Vec::new();
    let mut complete = true;
    for source in function.find("event_sources").iter().flat_map(Cursor::items) {
        let kinds = ["queue", "stream", "schedule"].iter().filter(|kind| source.find(kind).is_some()).count();
        if kinds == 1 && source.find("schedule").is_some() {
            match schedules::source(&source) {
                Some(read) => planned.push(read),
                None => complete = false,
            }
            continue;
        }
        if kinds != 1 {
            let problem = source.problem("an event source is a `queue`, a `stream` or a `schedule`");
            source
                .report(problem.hint("e.g. {queue: jobs}, {stream: clicks} or {schedule: rate(5 minutes)}"));
            // What else is wrong with it is said, too.
            let _ = (read(&source, names), stream::source(&source, names));
            complete = false;
            continue;
        }
        if source.find("stream").is_some() {
            match stream::source(&source, names) {
                Some(read) if streams.iter().any(|other| other.stream == read.stream) => {
                    report_repetition(&source);
                }
                Some(read) => streams.push(read),
                None => complete = false,
            }
            continue;
        }
        check_keys_of_streams(&source);
        match read(&source, names) {
            Some(read) => {
                check_repetition(&source, &sources, &read);
                sources.push(read);
            }
            None => complete = false,
        }
    }
    complete.then_some((sources, streams, planned))
}

/// What means something for a stream alone.
fn check_keys_of_streams(source: &Cursor<'_>) {
    const OF_STREAMS: [&str; 10] = [
        "parallelization_factor",
        "bisect",
        "max_retry_attempts",
        "max_record_age",
        "poll_interval",
        "enabled_at",
        "starting_position",
        "starting_position_timestamp",
        "tumbling_window",
        "enhanced_fan_out",
    ];
    for key in OF_STREAMS.iter().filter_map(|key| source.find(key)) {
        let problem = key.problem(format!("`{}` belongs to streams", key.name()));
        key.report(problem.aws_says("Unsupported parameter for given event source mapping type."));
    }
}

fn read(source: &Cursor<'_>, names: &Names) -> Option<QueueSource> {
    if let Some(key) = source.find("on_failure") {
        let problem = key.problem("a queue has no on-failure destination; it has its own `redrive`");
        key.report(
            problem.aws_says("Unsupported DestinationConfig parameter for given event source mapping type."),
        );
    }
    let queue = source.find("queue").and_then(|key| lookup(&key, "queue", &names.queues));
    let size = batch_size(source);
    let window = window(source);
    if let (Some(size), Some(SimDuration::ZERO)) = (size, window)
        && size > 10
    {
        let key = source.find("batch_size").unwrap_or_else(|| source.clone());
        let problem = key.problem(format!("a `batch_size` of {size} needs a `batch_window`"));
        key.report(problem.hint("e.g. batch_window: 1s").aws_says(
            "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10",
        ));
    }
    let concurrency = optional(source.find("max_concurrency"), |key| {
        let count = key.count(0, 10_000_000)?;
        if !(2..=1_000).contains(&count) {
            let problem = key
                .problem(format!("`max_concurrency` must be from 2 to 1000; found {}", key.node.described()));
            key.report(problem.aws_rejects("MaximumConcurrency is from 2 to 1,000"));
            if count == 0 {
                return None;
            }
        }
        Some(count as u32)
    });
    let reports = source.find("report_batch_item_failures").and_then(|key| key.boolean());
    let filter = source.find("filter").and_then(|key| key.share());
    let provisioned = optional(source.find("provisioned_pollers"), queue_rules::provisioned);
    Some(QueueSource {
        queue: queue?,
        batch_size: size?,
        batch_window: window?,
        max_concurrency: concurrency?,
        reports_item_failures: reports?,
        filter: filter?,
        provisioned_pollers: provisioned?,
    })
}

fn batch_size(source: &Cursor<'_>) -> Option<u32> {
    source.find("batch_size")?.count(1, 10_000).map(|size| size as u32)
}

pub(super) fn window(source: &Cursor<'_>) -> Option<SimDuration> {
    let key = source.find("batch_window")?;
    let window = key.duration()?;
    let second = SimDuration::from_secs(1);
    if window > SimDuration::from_secs(300) || !window.nanos().is_multiple_of(second.nanos()) {
        let problem = key.problem(format!(
            "`batch_window` must be whole seconds up to 300s; found {}",
            key.node.described()
        ));
        key.report(problem.aws_rejects("MaximumBatchingWindowInSeconds is from 0 to 300"));
    }
    Some(window)
}

/// A function reads a queue through one mapping.
fn check_repetition(source: &Cursor<'_>, earlier: &[QueueSource], read: &QueueSource) {
    if earlier.iter().any(|other| other.queue == read.queue) {
        report_repetition(source);
    }
}

fn report_repetition(source: &Cursor<'_>) {
    let problem = source.problem("the function reads this source already");
    source
        .report(problem.aws_rejects("an event source mapping with this source and function already exists"));
}

/// The visibility timeout of a queue is not shorter than the timeout of a function that reads it (F 5.2).
pub(super) fn check_visibility(top: &Cursor<'_>, functions: &[Function], queues: &[Queue]) {
    let Some(section) = top.find("functions") else { return };
    for ((_, cursor), function) in section.entries().zip(functions) {
        let Some(list) = cursor.find("event_sources") else { continue };
        let of_queues = list.items().filter(|item| item.find("queue").is_some());
        for (item, source) in of_queues.zip(&function.event_sources) {
            let queue = &queues[source.queue.0 as usize];
            if queue.visibility_timeout == SimDuration::ZERO {
                let key = item.find("queue").unwrap_or(item);
                let problem =
                    key.problem(format!("`{}` is read, and its visibility timeout is zero", queue.name));
                key.report(problem.hint("a failed message would come back at the same instant, for ever"));
            } else if queue.visibility_timeout < function.timeout {
                let key = item.find("queue").unwrap_or(item);
                let seconds = |span: SimDuration| span.nanos() / 1_000_000_000;
                let message = format!(
                    "the visibility timeout of `{}` ({}) is shorter than the timeout of `{}` ({})",
                    queue.name, queue.visibility_timeout, function.name, function.timeout
                );
                key.report(key.problem(message).aws_says(&format!(
                    "Queue visibility timeout: {} seconds is less than Function timeout: {} seconds",
                    seconds(queue.visibility_timeout),
                    seconds(function.timeout)
                )));
            }
        }
    }
}

/// While the clock runs the settings of a mapping may change, but not what is read by whom.
pub(super) fn check_same(top: &Cursor<'_>, after: &[Function], before: &[Function]) {
    let queues = |function: &Function| {
        let polled = |source: &QueueSource| (source.queue, source.provisioned_pollers);
        let queues = function.event_sources.iter().map(polled).collect::<Vec<_>>();
        let lanes = |source: &StreamSource| {
            (source.stream, source.parallelization_factor, source.provisioned_pollers)
        };
        (queues, function.stream_sources.iter().map(lanes).collect::<Vec<_>>(), function.schedules.clone())
    };
    let Some(section) = top.find("functions") else { return };
    for ((_, cursor), (after, before)) in section.entries().zip(after.iter().zip(before)) {
        if queues(after) != queues(before) {
            let key = cursor.find("event_sources").unwrap_or(cursor);
            let problem =
                key.problem("event sources cannot come, go or read another source while the clock runs");
            key.report(problem.hint(
                "their settings can change, e.g. set: {functions.worker.event_sources.0.max_concurrency: 20}",
            ));
        }
    }
}
