//! The side of an asynchronous event: its queue, its retries, its end (S41-S45).

use crate::lambda::cell::Cell;
use crate::lambda::facts::{Detail, Fact, MessageKind, MessageSent, Onward};
use crate::lambda::retry::EventEnd;
use crate::observe::narrator::Scene;
use crate::report::messages;
use crate::units::{SimDuration, SimTime};

use super::paper::Step;
use super::request::{Teller, at_clock};
use super::words::{self, span};

impl Teller<'_> {
    pub(super) fn event_fact(&mut self, at: SimTime, fact: &Fact, place: usize) {
        match fact {
            Fact::EventAccepted { .. } => self.accepted(at),
            Fact::EventRetry { throttled, wait, .. } => self.event_retry(at, *throttled, *wait),
            Fact::EventEnded { end: Some(end), .. } => self.event_ends(at, *end, place),
            Fact::DeliveryFailed { dead_letter, .. } => {
                let what = if *dead_letter { "the dead letter" } else { "the destination record" };
                let text = format!("The delivery of {what} fails: it is counted, and what it held is lost.");
                self.paper.write(Step::new(at, text).rules(&["S45"]));
            }
            Fact::MessageSent(message) => self.message(at, message),
            Fact::Detail(Detail::PassedOn { request, onward, why }) if request == &self.story.request => {
                let target = &self.scenario.functions[onward.function as usize].name;
                let number = onward.number;
                let (text, rule) = match why {
                    Onward::Destination => (
                        format!(
                            "A record of how it ended goes to the destination {target}, as a new event: request {number}."
                        ),
                        "S45",
                    ),
                    Onward::Emission => (
                        format!("It has succeeded, and passes a new event on to {target}: request {number}."),
                        "S49",
                    ),
                    Onward::Log => (
                        format!("What it has logged reaches {target} as a new event: request {number}."),
                        "S69",
                    ),
                };
                self.paper.write(Step::new(at, text).rules(&[rule]));
            }
            _ => {}
        }
    }

    fn accepted(&mut self, at: SimTime) {
        let settings = &words::function(self.scenario, self.story.request.function, at).asynchronous;
        let text = format!(
            "Lambda answers 202 and puts it into the function's internal queue. It may be retried {} after function \
             errors, and become {} old.",
            match settings.max_retry_attempts {
                0 => "never".to_owned(),
                1 => "once".to_owned(),
                2 => "twice".to_owned(),
                more => format!("{more} times"),
            },
            span(settings.max_event_age)
        );
        self.paper.write(Step::new(at, text).rules(&["S41", "S43"]));
    }

    fn event_retry(&mut self, at: SimTime, throttled: bool, wait: SimDuration) {
        let next = at_clock(at + wait);
        if throttled {
            self.throttles += 1;
            let law = if self.throttles == 1 {
                " After throttles the waits are 1, 2, 4 … 256, then 300 s each; they use up no retry."
            } else {
                ""
            };
            let text =
                format!("The event stays in the queue and is tried again after {}, {next}.{law}", span(wait));
            self.paper.write(Step::new(at, text).rules(&["S42"]));
            return;
        }
        self.errors += 1;
        self.throttles = 0;
        let settings = &words::function(self.scenario, self.story.request.function, at).asynchronous;
        let text = format!(
            "Retry {} of {} comes {} after the end of the failed run, {next}.",
            self.errors,
            settings.max_retry_attempts,
            span(wait)
        );
        self.paper.write(Step::new(at, text).rules(&["S41"]));
    }

    fn event_ends(&mut self, at: SimTime, end: EventEnd, place: usize) {
        let settings = &words::function(self.scenario, self.story.request.function, at).asynchronous;
        let age = at.since(self.story.request.born);
        let (text, rule) = match end {
            EventEnd::RetriesExhausted => {
                (format!("Its {} retries are used up: the event ends.", settings.max_retry_attempts), "S41")
            }
            EventEnd::EventAgeExceeded => (
                format!(
                    "It is {} old, and at its next attempt it would be older than the {} it may become: it ends now, \
                     without waiting for that.",
                    span(age),
                    span(settings.max_event_age)
                ),
                "S43",
            ),
            EventEnd::ZeroReservedConcurrency => (
                "The function has reserved concurrency 0: the event ends without an attempt.".to_owned(),
                "S44",
            ),
            EventEnd::RecursionDetected => (
                "The recursive-loop detection stops it: too many functions have passed it on.".to_owned(),
                "S45",
            ),
        };
        let kept = settings.dead_letter.is_some() || settings.on_failure.is_some();
        let lost = if kept { "" } else { " No dead-letter queue and no destination keeps it: it is gone." };
        debug_assert!(matches!(self.story.scenes[place].1, Scene::Fact(_)));
        self.paper
            .write(Step::new(at, format!("{text} Condition: {}.{lost}", end.condition())).rules(&[rule]));
    }

    fn message(&mut self, at: SimTime, message: &MessageSent) {
        let queue = &self.scenario.queues[message.queue as usize].name;
        let id = messages::request_id(self.scenario, &Cell::whole(self.scenario), message);
        let (what, attributes) = match message.kind {
            MessageKind::DeadLetter => (
                format!("The raw event goes to the dead-letter queue {queue} with three attributes:"),
                messages::dead_letter_attributes(message, id),
            ),
            MessageKind::DestinationRecord => (
                format!("A record of how it ended goes to the destination {queue}, among other fields with:"),
                messages::record_attributes(message, id),
            ),
        };
        let fields: Vec<String> =
            attributes.iter().map(|(name, value)| format!("{name} = {value}")).collect();
        let text = format!("{what} {}.", fields.join(", "));
        self.paper.write(Step::new(at, text).rules(&["S45"]));
    }
}
