//! The life of one message of a queue, or of one record of a stream, hop by hop.

use std::collections::BTreeSet;

use crate::lambda::cell::{Cell, Consumer, Mapping};
use crate::lambda::facts::{BatchChange, Ended, Entry, Fact, MessageChange, QueueFact, RecordStep, Started};
use crate::lambda::outcome::Outcome;
use crate::observe::narrator::{Carriage, MessageName, MessageScene, MessageStory};
use crate::report::figures::{counted, thousands};
use crate::scenario::model::{Function, Queue, Scenario};
use crate::units::SimTime;

use super::invocation;
use super::paper::{self, Paper, Step};
use super::parcel;
use super::words::{self, environment, nth, span};

/// The life of one message.
pub fn message(scenario: &Scenario, story: &MessageStory) -> String {
    let teller = Teller::new(scenario, story);
    let headline = paper::paragraph(&teller.headline());
    let mut mentioned = BTreeSet::new();
    let steps = teller.tell().render(&mut mentioned);
    format!("{headline}\n{steps}\n{}", paper::legend(&mentioned))
}

struct Teller<'a> {
    scenario: &'a Scenario,
    story: &'a MessageStory,
    mappings: Vec<Mapping>,
    consumers: Vec<Consumer>,
    paper: Paper,
    /// The queue that it is in.
    queue: Option<u32>,
    /// How often it was received in this queue.
    receives: u64,
    /// How often it was sent to a function.
    sent: u64,
    /// The batch that it left with last.
    carriage: Option<Carriage>,
    /// How the last invocation ended.
    outcome: Option<Outcome>,
    throttles: u64,
}

impl<'a> Teller<'a> {
    fn new(scenario: &'a Scenario, story: &'a MessageStory) -> Self {
        let cell = Cell::whole(scenario);
        Self {
            scenario,
            story,
            mappings: cell.mappings(scenario),
            consumers: cell.consumers(scenario),
            paper: Paper::default(),
            queue: None,
            receives: 0,
            sent: 0,
            carriage: None,
            outcome: None,
            throttles: 0,
        }
    }

    fn headline(&self) -> String {
        let (kind, number, place) = match self.story.name {
            MessageName::InQueue { queue, ordinal } => ("Message", ordinal + 1, &self.queue_at(queue).name),
            MessageName::InStream { stream, ordinal } => {
                ("Record", ordinal + 1, &self.scenario.streams[stream as usize].name)
            }
            MessageName::InPush { source, ordinal } => {
                let source = &self.scenario.push_sources[source as usize];
                (parcel::kind(source.kind), ordinal + 1, &source.name)
            }
        };
        let (number, of) = (thousands(number), thousands(self.story.entered));
        let fate = self.fate();
        format!("{kind} {number} of {of} that came into {place} first: {fate}.")
    }

    /// How it ended, and when.
    fn fate(&self) -> String {
        if let MessageName::InPush { source, ordinal } = self.story.name {
            return parcel::fate(self.scenario, self.story, (source, ordinal));
        }
        let Some((born, _)) = self.story.scenes.first() else { return "nothing is known of it".to_owned() };
        let after = |at: SimTime| format!("after {}", span(at.since(*born)));
        let ends = self.story.scenes.iter().rev().find_map(|(at, scene)| match scene {
            MessageScene::Queue(fact) => match fact.change {
                MessageChange::Deleted => Some(format!("processed and deleted {}", after(*at))),
                MessageChange::Filtered => Some(format!("filtered out {}", after(*at))),
                MessageChange::Expired { .. } => Some(format!("expired {}", after(*at))),
                MessageChange::Entered(Entry::DeadLetter) => {
                    Some(format!("it lies in {} since {}", self.queue_at(fact.queue).name, words::clock(*at)))
                }
                MessageChange::Entered(Entry::Redrive) => {
                    Some(format!("still in {} when the run ends", self.queue_at(fact.queue).name))
                }
                _ => None,
            },
            MessageScene::Record { step, .. } => match step {
                RecordStep::Processed => Some(format!("processed {}", after(*at))),
                RecordStep::GivenUp { .. } => Some(format!("given up {}", after(*at))),
                RecordStep::Expired => Some(format!("expired {}", after(*at))),
                RecordStep::Skipped => Some("not read by anyone".to_owned()),
                RecordStep::Entered | RecordStep::Carried => None,
            },
            MessageScene::Carried(_) | MessageScene::Batch(_) | MessageScene::Parcel { .. } => None,
        });
        ends.unwrap_or_else(|| "still there when the run ends".to_owned())
    }

    fn tell(mut self) -> Paper {
        let story = self.story;
        for (at, scene) in &story.scenes {
            match scene {
                MessageScene::Queue(fact) => self.queue_fact(*at, fact),
                MessageScene::Carried(carriage) => self.carried(*at, *carriage),
                MessageScene::Record { mapping, lane, step } => self.record(*at, *mapping, *lane, *step),
                MessageScene::Batch(fact) => self.batch_fact(*at, fact),
                MessageScene::Parcel { source, ordinal, step } => {
                    if let Some(step) = parcel::step(self.scenario, (*at, *source, *ordinal), *step) {
                        self.paper.write(step);
                    }
                }
            }
        }
        if story.left_out > 0 {
            let last = story.scenes.last().map_or(SimTime::ZERO, |(at, _)| *at);
            self.write(last, format!("{} more scenes are left out.", story.left_out), &[]);
        }
        self.paper
    }

    fn write(&mut self, at: SimTime, text: impl Into<String>, rules: &[&'static str]) {
        self.paper.write(Step::new(at, text).rules(rules));
    }

    fn queue_at(&self, queue: u32) -> &'a Queue {
        &self.scenario.queues[queue as usize]
    }

    fn queue_fact(&mut self, at: SimTime, fact: &QueueFact) {
        let queue = self.queue_at(fact.queue);
        match fact.change {
            MessageChange::Entered(entry) => self.entered(at, fact.queue, entry),
            MessageChange::Received => {
                self.receives += 1;
                let most = queue
                    .redrive
                    .map_or(String::new(), |redrive| format!(" of at most {}", redrive.max_receive_count));
                let text = format!(
                    "A poller receives it: {} receive{most}. Nobody else sees it for {}, its visibility timeout.",
                    nth(self.receives),
                    span(queue.visibility_timeout)
                );
                self.write(at, text, &["S50"]);
            }
            MessageChange::Returned => {
                let text = format!(
                    "Its visibility timeout of {} is over: it is visible again.",
                    span(queue.visibility_timeout)
                );
                self.write(at, text, &["S54"]);
            }
            MessageChange::Deleted => {
                self.write(at, "It has been processed: the poller deletes it.", &["S54"]);
            }
            MessageChange::Filtered => {
                self.write(at, "It does not match the filter of the mapping, and is deleted.", &["S84"]);
            }
            MessageChange::DeadLettered => {
                let text = format!(
                    "It has been received {}. At this receive, which would be one too many, {} lets it go.",
                    counted(self.receives, "time", "times"),
                    queue.name
                );
                self.write(at, text, &["S53"]);
            }
            MessageChange::Redriven => {
                self.write(at, format!("The redrive takes it out of {}.", queue.name), &["S53"]);
            }
            MessageChange::Expired { .. } => {
                let text = format!(
                    "It has lain in {} for {}, its retention, and is lost.",
                    queue.name,
                    span(queue.retention)
                );
                self.write(at, text, &["S53"]);
            }
        }
    }

    fn entered(&mut self, at: SimTime, index: u32, entry: Entry) {
        self.queue = Some(index);
        self.receives = 0;
        let queue = self.queue_at(index);
        let name = &queue.name;
        let readers: Vec<&str> = self
            .mappings
            .iter()
            .filter(|mapping| mapping.queue == index)
            .map(|mapping| self.scenario.functions[mapping.function as usize].name.as_str())
            .collect();
        let read = match readers.as_slice() {
            [] => " Nobody reads this queue.".to_owned(),
            readers => format!(" It is read for {}.", readers.join(", ")),
        };
        let text = match entry {
            Entry::Backlog => format!("It lies in {name} when the run begins."),
            Entry::Traffic => format!("It is sent to {name}."),
            Entry::Published => format!("It is delivered to {name}."),
            Entry::Record => format!("A function's event has ended, and its record is sent to {name}."),
            Entry::Emitted => format!("A function has succeeded and passes it on to {name}."),
            Entry::DeadLetter => format!("It comes into {name}, the dead-letter queue."),
            Entry::Redrive => format!("It is moved to {name}, where its receives are counted anew."),
        };
        let delayed = if queue.delay > crate::units::SimDuration::ZERO && entry != Entry::Backlog {
            format!(" It is visible after {}.", span(queue.delay))
        } else {
            String::new()
        };
        let rules: &[&'static str] = match entry {
            Entry::Record => &["S45"],
            Entry::Emitted => &["S49"],
            Entry::DeadLetter | Entry::Redrive => &["S53"],
            Entry::Backlog | Entry::Traffic | Entry::Published => &["S50"],
        };
        self.write(at, format!("{text}{delayed}{read}"), rules);
    }

    /// The function and the name of the mapping of a batch.
    fn reader(&self, mapping: u32) -> (&'a Function, &str, bool) {
        let (function, name, reports) = match self.story.name {
            MessageName::InQueue { .. } => {
                let mapping = &self.mappings[mapping as usize];
                let function = &self.scenario.functions[mapping.function as usize];
                (function, &mapping.name, function.event_sources[mapping.index].reports_item_failures)
            }
            MessageName::InStream { .. } => {
                let mapping = &self.consumers[mapping as usize];
                let function = &self.scenario.functions[mapping.function as usize];
                (function, &mapping.name, function.stream_sources[mapping.index].reports_item_failures)
            }
            MessageName::InPush { .. } => unreachable!("a push source makes no batches"),
        };
        (function, name, reports)
    }

    fn carried(&mut self, at: SimTime, carriage: Carriage) {
        self.sent += 1;
        self.throttles = 0;
        self.carriage = Some(carriage);
        let (function, name, _) = self.reader(carriage.mapping);
        let company = match carriage.size {
            1 => "alone".to_owned(),
            size => format!("with {}", counted(u64::from(size - 1), "other", "others")),
        };
        let what = if carriage.is_poison {
            format!(" It is poison: {} fails on it in every run.", function.name)
        } else {
            String::new()
        };
        let text = format!(
            "It leaves by {name}, {company}: the poller invokes {} synchronously ({} time).{what}",
            function.name,
            nth(self.sent)
        );
        self.write(at, text, &["S57", if carriage.is_poison { "S58" } else { "S57" }]);
    }

    fn batch_fact(&mut self, at: SimTime, fact: &Fact) {
        match fact {
            Fact::Refused { cause, .. } => {
                self.throttles += 1;
                let text = format!("The batch is throttled ({}).", cause.name());
                self.write(at, text, &["S34"]);
                if matches!(self.story.name, MessageName::InStream { .. }) {
                    self.write(
                        at,
                        "A throttle is no attempt; the lane waits, and everything behind it.",
                        &["S56"],
                    );
                }
            }
            Fact::Faulted(fact) => {
                let (status, exception) = (fact.fault.status(), fact.fault.exception());
                let text = format!(
                    "Lambda itself fails: {status} {exception}. No throttle, but the poller waits as after one."
                );
                self.write(at, text, &[fact.fault.rule()]);
            }
            Fact::Started(started) => self.started(at, started),
            Fact::Ended(ended) => self.ended(at, ended),
            Fact::Batch(fact) => self.batch_change(at, fact.change),
            _ => {}
        }
    }

    fn started(&mut self, at: SimTime, started: &Started) {
        let name = environment(started.environment);
        let how = if started.cold { "cold" } else { "warm" };
        let running = counted(u64::from(started.in_flight), "invocation", "invocations");
        self.write(
            at,
            format!("The batch starts {how} in {name}; with it {running} of the function run."),
            &["S10"],
        );
    }

    fn ended(&mut self, at: SimTime, ended: &Ended) {
        self.outcome = Some(ended.course.outcome);
        let billed = ended.billed.handler_ms + ended.billed.init_ms;
        let text = format!(
            "The invocation ends after {}: {}. Billed: {} ms.",
            span(at.since(ended.admitted)),
            invocation::described(ended.course.outcome),
            thousands(billed)
        );
        self.write(at, text, &["S60"]);
        if let (MessageName::InStream { .. }, Some(cause)) = (self.story.name, self.cause()) {
            self.write(at, format!("The batch has failed: {cause}."), &["S56"]);
        }
    }

    /// Why the message is not done with; `None` when it is.
    fn cause(&self) -> Option<String> {
        let (outcome, carriage) = (self.outcome?, self.carriage?);
        let (function, _, reports) = self.reader(carriage.mapping);
        if outcome == Outcome::Succeeded {
            return (reports && carriage.is_poison)
                .then(|| format!("{} has reported it as failed", function.name));
        }
        Some(match (outcome, carriage.is_poison, carriage.poison) {
            (Outcome::HandlerError, true, _) if !reports => {
                "the function fails on this very message".to_owned()
            }
            (Outcome::HandlerError, false, 1..) if !reports => {
                "the function fails on another message of the batch, and does not report which".to_owned()
            }
            (outcome, ..) => format!("{}, whatever was in the batch", invocation::described(outcome)),
        })
    }

    fn batch_change(&mut self, at: SimTime, change: BatchChange) {
        let Some(queue) = self.queue.map(|queue| self.queue_at(queue)) else { return };
        match change {
            BatchChange::Throttled { retries: true } | BatchChange::Faulted { retries: true } => {
                self.write(at, "The poller keeps the batch and will try again.", &["S52"]);
            }
            BatchChange::Throttled { retries: false } | BatchChange::Faulted { retries: false } => {
                let text = format!(
                    "The poller lets go of the batch. The receive counts all the same; it waits for the end of its \
                     visibility timeout, {} after the receive.",
                    span(queue.visibility_timeout)
                );
                self.write(at, text, &["S52"]);
            }
            BatchChange::Ended { .. } => {
                if let Some(cause) = self.cause() {
                    let text = format!(
                        "It stays in {}: {cause}. Lambda does not shorten its visibility timeout.",
                        queue.name
                    );
                    self.write(at, text, &["S54"]);
                }
            }
            BatchChange::Left { .. } => {}
        }
    }

    fn record(&mut self, at: SimTime, mapping: u32, lane: u32, step: RecordStep) {
        let consumer = &self.consumers[mapping as usize];
        let function = &self.scenario.functions[consumer.function as usize];
        let settings = &function.stream_sources[consumer.index];
        let stream = &self.scenario.streams[consumer.stream as usize];
        let (text, rules): (String, &[&'static str]) = match step {
            RecordStep::Entered => {
                let factor = settings.parallelization_factor;
                let shard = lane / factor + 1;
                let place = if factor == 1 {
                    format!("shard {shard} of {}", stream.shards)
                } else {
                    format!("shard {shard} of {}, lane {} of {factor}", stream.shards, lane % factor + 1)
                };
                (
                    format!("It comes into {place}, where {} reads it by {}.", function.name, consumer.name),
                    &["S56"],
                )
            }
            RecordStep::Carried => return,
            RecordStep::Skipped => {
                (format!("{} begins behind it, and never reads it.", consumer.name), &["S86"])
            }
            RecordStep::Processed => {
                (format!("{} is done with it: the lane goes on behind it.", function.name), &["S56"])
            }
            RecordStep::GivenUp { too_old, is_kept } => {
                let why =
                    if too_old { "it is older than the mapping allows" } else { "the retries are used up" };
                let kept = if is_kept {
                    "A description of its batch goes to the mapping's queue; its content does not."
                } else {
                    "Nobody keeps it."
                };
                (format!("{} gives it up: {why}. {kept}", consumer.name), &["S56"])
            }
            RecordStep::Expired => (
                format!(
                    "The retention of {}, {}, is over, and it is lost.",
                    stream.name,
                    span(stream.retention)
                ),
                &["S56"],
            ),
        };
        self.write(at, text, rules);
    }
}
