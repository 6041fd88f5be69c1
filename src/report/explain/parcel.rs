//! What a topic, a bucket or an event bus was told, and what became of it at each subscriber (S83).

use crate::lambda::facts::{Became, ParcelStep};
use crate::observe::narrator::{MessageScene, MessageStory};
use crate::report::figures::{counted, thousands};
use crate::scenario::model::{PushKind, Scenario, Target};
use crate::units::SimTime;

use super::paper::Step;
use super::words::{self, span};

/// What one of its messages is called.
pub(super) fn kind(kind: PushKind) -> &'static str {
    match kind {
        PushKind::Topic => "Message",
        PushKind::Bucket => "Object",
        PushKind::EventBus => "Event",
    }
}

/// How it ended at each of its subscribers.
pub(super) fn fate(scenario: &Scenario, story: &MessageStory, own: (u32, u64)) -> String {
    let (mut told, mut lost, mut ways, mut open) = (Vec::new(), Vec::new(), 0, 0_u32);
    let subscriptions = &scenario.push_sources[own.0 as usize].subscriptions;
    let name = |subscription: u32| name(scenario, subscriptions[subscription as usize].to);
    for (_, scene) in &story.scenes {
        let MessageScene::Parcel { source, ordinal, step } = scene else { continue };
        if (*source, *ordinal) != own {
            continue;
        }
        match step {
            ParcelStep::HandedOver { subscription, .. } => told.push(name(*subscription)),
            ParcelStep::GivenUp { subscription, .. } => lost.push(name(*subscription)),
            ParcelStep::Deduplicated => return "a duplicate, of which nobody is told".to_owned(),
            ParcelStep::Filtered { .. } => ways += 1,
            ParcelStep::Waits { .. } => open += 1,
            ParcelStep::Told { .. } | ParcelStep::Became { .. } => {}
        }
    }
    let left = (open as usize).saturating_sub(told.len() + lost.len());
    let mut parts = Vec::new();
    if !told.is_empty() {
        parts.push(format!("handed over to {}", told.join(", ")));
    }
    if !lost.is_empty() {
        parts.push(format!("given up for {}", lost.join(", ")));
    }
    if ways > 0 {
        parts.push(format!("no match for {}", counted(ways, "subscriber", "subscribers")));
    }
    if left > 0 {
        parts.push("still on its way when the run ends".to_owned());
    }
    if parts.is_empty() { "nobody is told".to_owned() } else { parts.join("; ") }
}

/// One step of its life.
pub(super) fn step(
    scenario: &Scenario,
    (at, source, ordinal): (SimTime, u32, u64),
    step: ParcelStep,
) -> Option<Step> {
    let config = &scenario.push_sources[source as usize];
    let to = |subscription: u32| name(scenario, config.subscriptions[subscription as usize].to);
    let own = &config.name;
    let (text, rules): (String, &[&'static str]) = match step {
        ParcelStep::Told { group } => {
            let what = match config.kind {
                PushKind::Topic => format!("Message {} is published to {own}.", thousands(ordinal + 1)),
                PushKind::Bucket => format!("Object {} is put into {own}.", thousands(ordinal + 1)),
                PushKind::EventBus => format!("Event {} is sent to {own}.", thousands(ordinal + 1)),
            };
            let groups = config.fifo.map_or(1, |fifo| fifo.message_groups);
            match group {
                Some(group) => {
                    (format!("{what} It is of message group {} of {groups}.", group + 1), &["S103"])
                }
                None => (what, &["S83"]),
            }
        }
        ParcelStep::Deduplicated => {
            let interval = span(scenario.platform.deduplication_interval);
            let text = format!(
                "Its deduplication id was taken in less than {interval} ago: it is accepted, and nobody is told."
            );
            (text, &["S103"])
        }
        ParcelStep::Filtered { subscription } => {
            (format!("It does not match what {} is told of.", to(subscription)), &["S83"])
        }
        ParcelStep::Waits { subscription, until } => {
            (format!("It sets out for {}, until {}.", to(subscription), words::clock(until)), &["S83"])
        }
        ParcelStep::HandedOver { subscription, failures } => {
            let after = match failures {
                0 => String::new(),
                more => format!(" after {} that failed", counted(more.into(), "attempt", "attempts")),
            };
            (format!("{own} hands it over to {}{after}.", to(subscription)), &["S83"])
        }
        ParcelStep::Became { what, .. } => return became(scenario, at, what),
        ParcelStep::GivenUp { subscription, failures, is_kept } => {
            let queue = config.subscriptions[subscription as usize].dead_letter.filter(|_| is_kept);
            let then = match queue {
                Some(queue) => format!("it goes to {}", scenario.queues[queue.0 as usize].name),
                None => "nobody keeps it".to_owned(),
            };
            let tried = counted(failures.into(), "attempt", "attempts");
            (format!("{tried} to hand it over to {} have failed: {then}.", to(subscription)), &["S83"])
        }
    };
    Some(Step::new(at, text).rules(rules))
}

/// What it is where it was handed over; where that is another push source, its own steps tell it.
fn became(scenario: &Scenario, at: SimTime, what: Became) -> Option<Step> {
    let (text, rule) = match what {
        Became::Request(request) => {
            let function = &scenario.functions[request.function as usize].name;
            let number = request.number;
            let text = format!(
                "There it is an asynchronous event of {function}: request {} (explain --request {number}).",
                thousands(number)
            );
            (text, "S41")
        }
        Became::Message { queue, ordinal } => {
            let queue = &scenario.queues[queue as usize].name;
            let number = ordinal + 1;
            let text = format!(
                "There it is message {} of {queue} (explain --message {number} --in {queue}).",
                thousands(number)
            );
            (text, "S50")
        }
        Became::Told { .. } => return None,
        Became::Nothing => {
            ("There it ends: the queue knows its deduplication id, or a loop is stopped.".to_owned(), "S103")
        }
    };
    Some(Step::new(at, text).rules(&[rule]))
}

/// The name of a subscriber.
pub(super) fn name(scenario: &Scenario, to: Target) -> &str {
    match to {
        Target::Function(id) => &scenario.functions[id.0 as usize].name,
        Target::Queue(id) => &scenario.queues[id.0 as usize].name,
        Target::Stream(id) => &scenario.streams[id.0 as usize].name,
        Target::Push(id) => &scenario.push_sources[id.0 as usize].name,
    }
}
