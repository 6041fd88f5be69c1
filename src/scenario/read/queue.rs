//! Queues and their redrive.

use crate::scenario::model::{Function, Queue, Redrive, RedrivePolicy};
use crate::units::{Rate, SimDuration, SimTime};

use super::cursor::Cursor;
use super::function::optional;
use super::{Names, lookup};

pub(super) fn read_all(top: &Cursor<'_>, names: &Names) -> Option<Vec<Queue>> {
    let mut queues = Vec::new();
    let mut complete = true;
    for (name, queue) in top.find("queues").iter().flat_map(Cursor::entries) {
        match read(name, &queue, names) {
            Some(queue) => queues.push(queue),
            None => complete = false,
        }
    }
    complete.then_some(queues)
}

fn read(name: &str, queue: &Cursor<'_>, names: &Names) -> Option<Queue> {
    let is_fifo = queue.find("type").and_then(|key| key.choice(&[("standard", false), ("fifo", true)]));
    let groups = message_groups(queue, is_fifo);
    let ids = deduplication_ids(queue, is_fifo);
    let backlog = queue.find("backlog").and_then(|key| key.count(0, 1_000_000_000));
    // SQS: VisibilityTimeout from 0 to 43,200 s, MessageRetentionPeriod from 60 s to 1,209,600 s, DelaySeconds to 900 s.
    let visibility =
        in_seconds(queue, "visibility_timeout", 0, 43_200, "from 0s to 12h", "VisibilityTimeout");
    let retention =
        in_seconds(queue, "retention", 60, 1_209_600, "from 60s to 14d", "MessageRetentionPeriod");
    let delay = in_seconds(queue, "delay", 0, 900, "from 0s to 15m", "DelaySeconds");
    let redrive = optional(queue.find("redrive"), |block| redrive_policy(block, name, names));
    Some(Queue {
        name: name.to_owned(),
        message_groups: if is_fifo? { Some(groups?.unwrap_or(1)) } else { groups.map(|_| None)? },
        deduplication_ids: ids?,
        backlog: backlog?,
        visibility_timeout: visibility?,
        retention: retention?,
        delay: delay?,
        redrive: redrive?,
    })
}

/// How many message groups a queue or a topic has, if it says so.
pub(super) fn message_groups(entity: &Cursor<'_>, is_fifo: Option<bool>) -> Option<Option<u32>> {
    optional(entity.find("message_groups"), |key| {
        check_fifo(key, is_fifo);
        key.count(1, 1_000_000).map(|count| count as u32)
    })
}

/// How many deduplication ids the senders of a queue or a topic use, if it says so.
pub(super) fn deduplication_ids(entity: &Cursor<'_>, is_fifo: Option<bool>) -> Option<Option<u64>> {
    optional(entity.find("deduplication_ids"), |key| {
        check_fifo(key, is_fifo);
        key.count(1, 1_000_000_000)
    })
}

fn check_fifo(key: &Cursor<'_>, is_fifo: Option<bool>) {
    if is_fifo == Some(false) {
        let problem = key.problem(format!("`{}` belongs to FIFO queues and FIFO topics", key.name()));
        key.report(problem.hint("add `type: fifo`, or leave it out"));
    }
}

fn in_seconds(
    queue: &Cursor<'_>,
    key: &str,
    least: u64,
    most: u64,
    accepted: &str,
    parameter: &str,
) -> Option<SimDuration> {
    let key = queue.find(key)?;
    let span = key.duration()?;
    if span < SimDuration::from_secs(least) || span > SimDuration::from_secs(most) {
        let problem =
            key.problem(format!("`{}` must be {accepted}; found {}", key.name(), key.node.described()));
        key.report(problem.aws_says(&format!("Invalid value for the parameter {parameter}.")));
    }
    Some(span)
}

fn redrive_policy(block: &Cursor<'_>, own_name: &str, names: &Names) -> Option<RedrivePolicy> {
    let dlq = block.find("dlq").and_then(|key| {
        let queue = lookup(&key, "queue", &names.queues)?;
        if key.text() == Some(own_name) {
            key.report(key.problem(format!("`{own_name}` cannot be its own dead-letter queue")));
        }
        Some(queue)
    });
    let count = block.find("max_receive_count").and_then(|key| key.count(1, 1_000));
    Some(RedrivePolicy { dead_letter: dlq?, max_receive_count: count? as u32 })
}

/// An entry of `events` that moves messages back.
pub(super) fn redrive(at: Option<SimTime>, block: &Cursor<'_>, names: &Names) -> Option<Redrive> {
    let queue = |key: &str| block.find(key).and_then(|key| lookup(&key, "queue", &names.queues));
    let (from, to) = (queue("from"), queue("to"));
    let rate = match block.find("rate") {
        Some(key) => key.rate().filter(|rate| {
            if rate.is_zero() {
                key.report(key.problem("`rate` must be above zero"));
            }
            !rate.is_zero()
        }),
        None => Some(Rate::per_second(500.0)),
    };
    if from.is_some() && from == to {
        let key = block.find("to").unwrap_or_else(|| block.clone());
        key.report(key.problem("messages cannot be moved to where they are"));
        return None;
    }
    Some(Redrive { at: at?, from: from?, to: to?, rate: rate? })
}

/// What is moved back lies in a queue that nobody reads.
pub(super) fn check_redrives(
    top: &Cursor<'_>,
    functions: &[Function],
    redrives: &[Redrive],
    queues: &[Queue],
) {
    for redrive in redrives {
        let reads = |function: &&Function| function.event_sources.iter().any(|one| one.queue == redrive.from);
        if let Some(reader) = functions.iter().find(reads) {
            let key = top.find("events").unwrap_or_else(|| top.clone());
            let name = &queues[redrive.from.0 as usize].name;
            let problem = key.problem(format!(
                "`{name}` is read by `{}`, so nothing waits there to be moved",
                reader.name
            ));
            key.report(problem.hint("a redrive empties a dead-letter queue that no function reads"));
        }
    }
}
