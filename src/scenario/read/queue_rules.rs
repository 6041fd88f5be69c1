//! What AWS refuses about queues and those who read and fill them: types that do not go together, provisioned pollers.

use crate::platform::Profile;
use crate::scenario::model::{Function, Queue, QueueId, QueueSource, Redrive, Target};
use crate::units::SimDuration;

use super::cursor::Cursor;

/// `ProvisionedPollerConfig` of an event source, as far as it can be read alone.
pub(super) fn provisioned(key: &Cursor<'_>) -> Option<crate::scenario::model::ProvisionedPollers> {
    let count = |name: &str| key.find(name).and_then(|key| key.count(1, 10_000_000));
    let (minimum, maximum) = (count("min"), count("max"));
    let (minimum, maximum) = (minimum?, maximum?);
    if minimum > maximum {
        key.report(key.problem(format!("`min` ({minimum}) is above `max` ({maximum})")));
    }
    Some(crate::scenario::model::ProvisionedPollers { minimum: minimum as u32, maximum: maximum as u32 })
}

/// Everything about queues that can only be said when all is read.
pub(super) fn check(top: &Cursor<'_>, functions: &[Function], queues: &[Queue], profile: &Profile) {
    check_dead_letters(top, queues);
    let Some(section) = top.find("functions") else { return };
    for ((_, cursor), function) in section.entries().zip(functions) {
        check_destinations(&cursor, function, queues);
        let Some(list) = cursor.find("event_sources") else { continue };
        let of_queues = list.items().filter(|item| item.find("queue").is_some());
        for (item, source) in of_queues.zip(&function.event_sources) {
            if queues[source.queue.0 as usize].is_fifo() {
                check_fifo_source(&item, source);
            }
            check_provisioned(&item, source, profile);
        }
    }
}

fn check_fifo_source(item: &Cursor<'_>, source: &QueueSource) {
    let key = |name: &str| item.find(name).unwrap_or_else(|| item.clone());
    if source.batch_size > 10 {
        let problem = key("batch_size")
            .problem(format!("a FIFO queue has batches of at most 10; found {}", source.batch_size));
        item.report(problem.aws_rejects("BatchSize is at most 10 for FIFO queues"));
    }
    if source.batch_window > SimDuration::ZERO {
        let problem = key("batch_window").problem("a FIFO queue has no batching window");
        item.report(problem.aws_rejects("MaximumBatchingWindowInSeconds is not supported for FIFO queues"));
    }
    if source.provisioned_pollers.is_some() {
        let problem = key("provisioned_pollers").problem("a FIFO queue has no provisioned pollers");
        item.report(problem.aws_rejects("ProvisionedPollerConfig is not supported for FIFO queues"));
    }
}

fn check_provisioned(item: &Cursor<'_>, source: &QueueSource, profile: &Profile) {
    let Some(pollers) = source.provisioned_pollers else { return };
    let Some(key) = item.find("provisioned_pollers") else { return };
    let Some(rules) = profile.sqs_provisioned else {
        let message = format!("there are no provisioned pollers in {}", profile.name);
        key.report(key.problem(message).hint("they came in 2025-11; use `platform: aws-lambda/2026-11`"));
        return;
    };
    check_poller_bounds(&key, Some(pollers), rules.minimum, rules.maximum);
    if source.max_concurrency.is_some() {
        let problem = key.problem("`provisioned_pollers` and `max_concurrency` exclude each other");
        key.report(problem.aws_rejects("ProvisionedPollerConfig and ScalingConfig cannot be used together"));
    }
}

/// What `ProvisionedPollerConfig` may say.
pub(super) fn check_poller_bounds(
    key: &Cursor<'_>,
    pollers: Option<crate::scenario::model::ProvisionedPollers>,
    [least, most_of_minimum]: [u32; 2],
    most: u32,
) {
    let Some(pollers) = pollers else { return };
    let bounds = [("min", pollers.minimum, least, most_of_minimum), ("max", pollers.maximum, least, most)];
    for (name, found, least, most) in bounds {
        if !(least..=most).contains(&found) {
            let key = key.find(name).unwrap_or_else(|| key.clone());
            let problem = key.problem(format!("`{name}` must be from {least} to {most}; found {found}"));
            let words = if name == "min" { "MinimumPollers" } else { "MaximumPollers" };
            key.report(problem.aws_rejects(&format!("{words} is from {least} to {most}")));
        }
    }
}

/// A dead-letter queue has the type of the queue whose messages it takes.
fn check_dead_letters(top: &Cursor<'_>, queues: &[Queue]) {
    let Some(section) = top.find("queues") else { return };
    for ((_, cursor), queue) in section.entries().zip(queues) {
        let Some(redrive) = queue.redrive else { continue };
        let dead_letter = &queues[redrive.dead_letter.0 as usize];
        if dead_letter.is_fifo() != queue.is_fifo() {
            let key = cursor.find("redrive").and_then(|block| block.find("dlq")).unwrap_or(cursor);
            let problem = key.problem(format!(
                "`{}` is a {} queue, and its dead-letter queue `{}` is a {} queue",
                queue.name,
                kind(queue),
                dead_letter.name,
                kind(dead_letter)
            ));
            key.report(problem.aws_says(
                "The dead-letter queue of a FIFO queue must also be a FIFO queue. Similarly, the dead-letter queue of a standard queue must also be a standard queue.",
            ));
        }
    }
}

fn kind(queue: &Queue) -> &'static str {
    if queue.is_fifo() { "FIFO" } else { "standard" }
}

/// Dead letters and records of a function go to standard queues (F 4.3).
fn check_destinations(cursor: &Cursor<'_>, function: &Function, queues: &[Queue]) {
    let settings = &function.asynchronous;
    let targets = [
        ("dead_letter", settings.dead_letter),
        ("on_failure", settings.on_failure),
        ("on_success", settings.on_success),
    ];
    for (name, target) in targets {
        if let Some(Target::Queue(QueueId(id))) = target
            && queues[id as usize].is_fifo()
        {
            let key =
                cursor.find("async").and_then(|block| block.find(name)).unwrap_or_else(|| cursor.clone());
            let message = format!("`{}` is a FIFO queue", queues[id as usize].name);
            let what = if name == "dead_letter" { "dead-letter targets" } else { "destinations" };
            key.report(key.problem(message).aws_rejects(&format!(
                "only standard SQS queues and standard SNS topics can be {what} of a function"
            )));
        }
    }
}

/// Messages are moved back to a queue of the same type.
pub(super) fn check_redrives(top: &Cursor<'_>, redrives: &[Redrive], queues: &[Queue]) {
    for redrive in redrives {
        let [from, to] = [redrive.from, redrive.to].map(|id| &queues[id.0 as usize]);
        if from.is_fifo() != to.is_fifo() {
            let cursor = top.find("events").unwrap_or_else(|| top.clone());
            let message = format!("`{}` is a {} queue and `{}` is none", from.name, kind(from), to.name);
            cursor
                .report(cursor.problem(message).aws_rejects("messages are moved between queues of one type"));
        }
    }
}
