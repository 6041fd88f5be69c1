//! Topics, buckets and event buses, and whom they tell.

use crate::random::Distribution;
use crate::scenario::model::{
    FifoTopic, Function, PushId, PushKind, PushSource, Queue, QueueId, Subscription, Target,
};
use crate::units::SimDuration;

use super::cursor::Cursor;
use super::function::optional;
use super::{Names, lookup, queue, target};

/// The sections, in the order of [`PushId`].
pub(super) const SECTIONS: [(&str, PushKind); 3] =
    [("topics", PushKind::Topic), ("buckets", PushKind::Bucket), ("event_buses", PushKind::EventBus)];

/// All of them with their section and cursor.
fn entries<'a>(top: &Cursor<'a>) -> impl Iterator<Item = (PushKind, &'a str, Cursor<'a>)> {
    let sections = SECTIONS.map(|(section, kind)| (kind, top.find(section)));
    sections.into_iter().flat_map(|(kind, section)| {
        let entries: Vec<_> = section.iter().flat_map(Cursor::entries).collect();
        entries.into_iter().map(move |(name, cursor)| (kind, name, cursor))
    })
}

/// What each name stands for.
pub(super) fn names(top: &Cursor<'_>) -> std::collections::BTreeMap<String, (PushId, PushKind)> {
    let mut found = std::collections::BTreeMap::new();
    for (index, (kind, name, _)) in entries(top).enumerate() {
        found.entry(name.to_owned()).or_insert((PushId(index as u32), kind));
    }
    found
}

pub(super) fn read_all(top: &Cursor<'_>, names: &Names) -> Option<Vec<PushSource>> {
    let mut sources = Vec::new();
    let mut complete = true;
    for (kind, name, cursor) in entries(top) {
        match read(kind, name, &cursor, names) {
            Some(source) => sources.push(source),
            None => complete = false,
        }
    }
    complete.then_some(sources)
}

fn read(kind: PushKind, name: &str, source: &Cursor<'_>, names: &Names) -> Option<PushSource> {
    let delay = match source.find("delivery_delay") {
        Some(key) => key.distribution(),
        None => Some(Distribution::Constant(0.0)),
    };
    let errors = match source.find("delivery_errors") {
        Some(key) => key.share(),
        None => Some(0.0),
    };
    let fifo = if kind == PushKind::Topic { fifo(source) } else { Some(None) };
    let subscriptions = match kind {
        PushKind::Topic => listed(source, "subscribers", kind, names),
        PushKind::Bucket => listed(source, "notify", kind, names),
        PushKind::EventBus => rules(source, names),
    };
    Some(PushSource {
        name: name.to_owned(),
        kind,
        fifo: fifo?,
        delivery_delay: delay?,
        delivery_errors: errors?,
        subscriptions: subscriptions?,
    })
}

/// What makes a topic a FIFO topic, if it is one.
fn fifo(topic: &Cursor<'_>) -> Option<Option<FifoTopic>> {
    let is_fifo = topic.find("type").and_then(|key| key.choice(&[("standard", false), ("fifo", true)]));
    let (groups, ids) = (queue::message_groups(topic, is_fifo), queue::deduplication_ids(topic, is_fifo));
    let read = FifoTopic { message_groups: groups?.unwrap_or(1), deduplication_ids: ids? };
    Some(is_fifo?.then_some(read))
}

fn listed(source: &Cursor<'_>, key: &str, kind: PushKind, names: &Names) -> Option<Vec<Subscription>> {
    let mut subscriptions: Vec<Subscription> = Vec::new();
    let mut complete = true;
    for item in source.find(key).iter().flat_map(Cursor::items) {
        let filter = match item.find("filter") {
            Some(key) => key.share(),
            None => Some(1.0),
        };
        match (subscription(&item, kind, subscriptions.len() as u32, names), filter) {
            (Some(read), Some(filter)) => {
                check_repetition(&item, &subscriptions, &read);
                subscriptions.push(Subscription { filter, ..read });
            }
            _ => complete = false,
        }
    }
    complete.then_some(subscriptions)
}

/// Targets of one rule are told of the same events.
fn rules(bus: &Cursor<'_>, names: &Names) -> Option<Vec<Subscription>> {
    let mut subscriptions: Vec<Subscription> = Vec::new();
    let mut complete = true;
    for (rule, cursor) in bus.find("rules").iter().flat_map(Cursor::items).enumerate() {
        let pattern = match cursor.find("pattern") {
            Some(key) => key.share(),
            None => Some(1.0),
        };
        let targets: Vec<_> = cursor.find("targets").iter().flat_map(Cursor::items).collect();
        if targets.len() > 5 {
            let key = cursor.find("targets").unwrap_or_else(|| cursor.clone());
            let problem = key.problem(format!("a rule has at most five targets; found {}", targets.len()));
            key.report(
                problem.aws_rejects("the requested resource exceeds the maximum number allowed: 5 targets"),
            );
        }
        for item in targets {
            match (subscription(&item, PushKind::EventBus, rule as u32, names), pattern) {
                (Some(read), Some(filter)) => subscriptions.push(Subscription { filter, ..read }),
                _ => complete = false,
            }
        }
    }
    complete.then_some(subscriptions)
}

/// A name, or a map with `to`.
fn subscription(item: &Cursor<'_>, kind: PushKind, rule: u32, names: &Names) -> Option<Subscription> {
    let to = if item.text().is_some() { Some(item.clone()) } else { item.find("to") };
    let to = to.and_then(|key| told(&key, kind, names));
    let attempts = optional(item.find("max_retry_attempts"), |key| key.count(0, 185));
    let age = optional(item.find("max_event_age"), |key| {
        let age = key.duration()?;
        if age < SimDuration::from_secs(60) || age > SimDuration::from_secs(86_400) {
            let problem = key
                .problem(format!("`max_event_age` must be from 60s to 24h; found {}", key.node.described()));
            key.report(problem.aws_rejects("MaximumEventAgeInSeconds of a target is from 60 to 86,400"));
        }
        Some(age)
    });
    let dead_letter = optional(item.find("dead_letter"), |key| lookup(key, "queue", &names.queues));
    let is_bus = kind == PushKind::EventBus;
    Some(Subscription {
        to: to?,
        rule,
        filter: 1.0,
        max_retry_attempts: attempts?.map(|count| count as u32).or(is_bus.then_some(185)),
        max_event_age: age?.or(is_bus.then(|| SimDuration::from_secs(86_400))),
        dead_letter: dead_letter?,
    })
}

/// Whom a push source may tell.
fn told(key: &Cursor<'_>, kind: PushKind, names: &Names) -> Option<Target> {
    let found = target::target(key, names)?;
    let Target::Push(id) = found else { return Some(found) };
    let other = names.pushes.values().find(|(known, _)| *known == id).map(|(_, kind)| *kind);
    let fits = matches!(
        (kind, other),
        (PushKind::Bucket, Some(PushKind::Topic | PushKind::EventBus))
            | (PushKind::EventBus, Some(PushKind::Topic))
    );
    if !fits {
        let (takes, words) = match kind {
            PushKind::Topic => {
                ("a topic has functions and queues as subscribers", "Invalid parameter: Endpoint")
            }
            PushKind::Bucket => (
                "a bucket notifies functions, queues, topics and event buses",
                "Unable to validate the destination",
            ),
            PushKind::EventBus => {
                ("a rule has functions, queues and topics as targets here", "Parameter is not valid")
            }
        };
        let problem = key.problem(format!("{} cannot be told: {takes}", key.node.described()));
        key.report(problem.aws_rejects(words));
        return None;
    }
    Some(found)
}

fn check_repetition(item: &Cursor<'_>, earlier: &[Subscription], read: &Subscription) {
    if earlier.iter().any(|other| other.to == read.to) {
        item.report(item.problem("it is told already").hint("each subscriber stands here once"));
    }
}

/// Dead letters go to standard queues; standard topics and S3 deliver to standard queues only, FIFO topics to queues alone.
pub(super) fn check_queues(top: &Cursor<'_>, sources: &[PushSource], queues: &[Queue]) {
    let is_fifo = |id: QueueId| queues[id.0 as usize].is_fifo();
    for ((_, _, cursor), source) in entries(top).zip(sources) {
        for subscription in &source.subscriptions {
            if source.fifo.is_some() {
                check_fifo_subscription(&cursor, source, subscription, queues);
                continue;
            }
            let told = match subscription.to {
                Target::Queue(id) if source.kind != PushKind::EventBus => Some(id),
                _ => None,
            };
            for id in told.into_iter().chain(subscription.dead_letter).filter(|id| is_fifo(*id)) {
                let message = format!(
                    "`{}` is a FIFO queue, and `{}` delivers to standard queues",
                    queues[id.0 as usize].name, source.name
                );
                cursor.report(cursor.problem(message).aws_rejects(
                    "FIFO SQS Queues can not be subscribed to standard SNS topics, nor notified by S3",
                ));
            }
        }
    }
    check_who_tells_fifo_topics(top, sources);
}

fn check_fifo_subscription(
    cursor: &Cursor<'_>,
    source: &PushSource,
    subscription: &Subscription,
    queues: &[Queue],
) {
    if !matches!(subscription.to, Target::Queue(_)) {
        let key = cursor.find("subscribers").unwrap_or_else(|| cursor.clone());
        let problem =
            key.problem(format!("`{}` is a FIFO topic, which delivers to queues alone", source.name));
        key.report(
            problem
                .hint("subscribe a FIFO queue, and let the function read that")
                .aws_rejects("the endpoint protocol of a FIFO topic must be Amazon SQS"),
        );
    }
    if let Some(queue) =
        subscription.dead_letter.map(|id| &queues[id.0 as usize]).filter(|one| !one.is_fifo())
    {
        let message = format!("`{}` is a standard queue, and `{}` a FIFO topic", queue.name, source.name);
        cursor.report(
            cursor.problem(message).aws_rejects("the dead-letter queue of a FIFO topic must be a FIFO queue"),
        );
    }
}

/// Neither S3 nor EventBridge tells a FIFO topic.
fn check_who_tells_fifo_topics(top: &Cursor<'_>, sources: &[PushSource]) {
    for ((_, _, cursor), source) in entries(top).zip(sources) {
        for subscription in &source.subscriptions {
            let Target::Push(id) = subscription.to else { continue };
            if sources[id.0 as usize].fifo.is_some() {
                let message = format!(
                    "`{}` is a FIFO topic, and `{}` tells standard topics",
                    sources[id.0 as usize].name, source.name
                );
                cursor.report(
                    cursor
                        .problem(message)
                        .aws_rejects("neither S3 notifications nor EventBridge support SNS FIFO topics"),
                );
            }
        }
    }
}

/// Dead letters and records of a function go to standard topics (F 4.3).
pub(super) fn check_destinations(top: &Cursor<'_>, functions: &[Function], sources: &[PushSource]) {
    let Some(section) = top.find("functions") else { return };
    for ((_, cursor), function) in section.entries().zip(functions) {
        let settings = &function.asynchronous;
        let ends = [settings.dead_letter, settings.on_failure, settings.on_success].into_iter().flatten();
        let given_up = function.stream_sources.iter().filter_map(|source| source.on_failure);
        for target in ends.chain(given_up) {
            let Target::Push(id) = target else { continue };
            let topic = &sources[id.0 as usize];
            if topic.fifo.is_some() {
                let problem = cursor.problem(format!("`{}` is a FIFO topic", topic.name));
                cursor.report(problem.aws_rejects(
                    "only standard SQS queues and standard SNS topics can be dead-letter targets or destinations of a function",
                ));
            }
        }
    }
}
