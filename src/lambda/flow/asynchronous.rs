//! An asynchronous event: accepted, tried, tried again, and the end of its road (S41-S45).

use crate::engine::Rank;
use crate::scenario::model::{AsyncJitter, Asynchronous, Mode, Target};
use crate::units::SimDuration;

use super::super::facts::{Fact, MessageKind, MessageSent, Observer, Onward};
use super::super::lineage::Lineage;
use super::super::outcome::{Fate, Outcome};
use super::super::retry::{self, AfterAttempt, EventEnd, LONGEST_CHAIN};
use super::invoke::Admission;
use super::{Asker, Event, Request, World};

/// An event in the function's internal queue.
#[derive(Debug)]
pub(super) struct AsyncEvent {
    request: Request,
    /// Runs that ended in a function error.
    errors: u32,
    /// Throttles since the last run.
    throttles: u32,
    /// Runs in all.
    runs: u32,
    /// Error type of the last run.
    last_error: Option<&'static str>,
    /// The functions that it has come through (F 3.5).
    pub lineage: Lineage,
    /// How it ended, while its delivery is due.
    ending: Option<Ending>,
}

/// What is to be delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    /// A success record; the event itself has ended.
    Success,
    /// Dead letter and failure record; the event ends with their delivery.
    Failure(EventEnd),
}

impl AsyncEvent {
    /// Whether its fate is still open.
    pub(super) fn is_open(&self) -> bool {
        self.ending != Some(Ending::Success)
    }
}

impl<O: Observer> World<'_, O> {
    /// 202: the event is in the queue. `lineage` is the chain that it has come through.
    pub(super) fn accept_event(&mut self, request: Request, lineage: Lineage) {
        let settings = self.event_settings(&request);
        let source = &mut self.sources[request.source as usize];
        let latency = source.queue_latency(&settings.queue_latency, request.ordinal);
        let event =
            AsyncEvent { request, errors: 0, throttles: 0, runs: 0, last_error: None, lineage, ending: None };
        let index = self.events.insert(event);
        self.events.at_mut(index).request.asker = Asker::Event { event: index };
        self.tell(Fact::EventAccepted { request: request.tag });
        let max_age = settings.max_event_age;
        if self.lineages.invocations(lineage, request.tag.function) >= LONGEST_CHAIN {
            self.tell(Fact::RecursionStopped { function: request.tag.function });
            self.end_event(index, EventEnd::RecursionDetected);
        } else if latency > max_age {
            self.end_event(index, EventEnd::EventAgeExceeded);
        } else if latency == SimDuration::ZERO && lineage.is_new() {
            self.attempt_event(index);
        } else if latency == SimDuration::ZERO {
            // Passed on while something else completes: it asks after all completions of this instant (S2).
            self.agenda.push(self.now, Rank::Arrival, Event::AttemptDue { event: index });
        } else {
            self.agenda.push(self.now + latency, Rank::Timer, Event::AttemptDue { event: index });
        }
    }

    /// The queue hands the event to the function.
    pub(super) fn attempt_event(&mut self, index: u32) {
        let request = self.events.at(index).request;
        let state = &self.functions[request.tag.function as usize];
        if state.concurrency.is_switched_off() {
            return self.end_event(index, EventEnd::ZeroReservedConcurrency);
        }
        match self.attempt(request) {
            Admission::Admitted(_) => {
                let event = self.events.at_mut(index);
                event.throttles = 0;
                event.runs += 1;
            }
            Admission::Refused(_) | Admission::Failed(_) => self.event_throttled(index),
        }
    }

    fn event_throttled(&mut self, index: u32) {
        let jitter_switch = self.scenario.assumptions.async_jitter;
        let event = self.events.at_mut(index);
        event.throttles += 1;
        event.request.attempt += 1;
        let request = event.request;
        let throttles = event.throttles;
        let jitter = match jitter_switch {
            AsyncJitter::Nothing => 1.0,
            AsyncJitter::Full => {
                self.sources[request.source as usize].async_jitter(request.ordinal, request.attempt)
            }
        };
        let age = self.now.since(request.tag.born);
        let max_age = self.event_settings(&request).max_event_age;
        let next = retry::after_throttle(throttles, jitter, age, max_age, &self.scenario.platform);
        self.follow(index, next, true);
    }

    /// A run of the event has ended.
    pub(super) fn event_ran(&mut self, index: u32, outcome: Outcome) {
        let event = self.events.at_mut(index);
        event.last_error = outcome.error_type();
        if outcome == Outcome::Succeeded {
            return self.event_succeeded(index);
        }
        event.errors += 1;
        event.request.attempt += 1;
        event.request.run += 1;
        let (request, errors) = (event.request, event.errors);
        let settings = self.event_settings(&request);
        let age = self.now.since(request.tag.born);
        let next = retry::after_function_error(
            errors,
            settings.max_retry_attempts,
            age,
            settings.max_event_age,
            &self.scenario.platform,
        );
        self.follow(index, next, false);
    }

    fn follow(&mut self, index: u32, next: AfterAttempt, throttled: bool) {
        match next {
            AfterAttempt::RetryAfter(wait) => {
                let request = self.events.at(index).request.tag;
                self.tell(Fact::EventRetry { request, throttled, wait });
                self.agenda.push(self.now + wait, Rank::Timer, Event::AttemptDue { event: index });
            }
            AfterAttempt::Ends(end) => self.end_event(index, end),
        }
    }

    fn event_succeeded(&mut self, index: u32) {
        let request = self.events.at(index).request;
        self.tell(Fact::EventEnded { request: request.tag, end: None });
        self.close(request.tag, Mode::Async, Fate::Succeeded);
        if self.event_settings(&request).on_success.is_none() {
            self.events.remove(index);
            return;
        }
        self.schedule_delivery(index, Ending::Success);
    }

    fn end_event(&mut self, index: u32, end: EventEnd) {
        let request = self.events.at(index).request.tag;
        self.tell(Fact::EventEnded { request, end: Some(end) });
        self.schedule_delivery(index, Ending::Failure(end));
    }

    fn schedule_delivery(&mut self, index: u32, ending: Ending) {
        let event = self.events.at_mut(index);
        event.ending = Some(ending);
        let request = event.request;
        let settings = self.event_settings(&request);
        let source = &mut self.sources[request.source as usize];
        let delay = source.delivery_delay(&settings.delivery_delay, request.ordinal);
        if delay == SimDuration::ZERO {
            self.deliver(index);
        } else {
            self.agenda.push(self.now + delay, Rank::Timer, Event::Delivery { event: index });
        }
    }

    /// The end of the road: what leaves, leaves here.
    pub(super) fn deliver(&mut self, index: u32) {
        let event = self.events.remove(index);
        let request = event.request.tag;
        let settings = self.event_settings(&event.request);
        let (dead_letter, on_failure, on_success) =
            (settings.dead_letter, settings.on_failure, settings.on_success);
        match event.ending.expect("a delivery follows an ending") {
            Ending::Success => {
                if let Some(target) = on_success {
                    let _ = self.deliver_record(&event, target, None);
                }
            }
            Ending::Failure(end) => {
                let dead_lettered =
                    dead_letter.is_some_and(|target| self.deliver_dead_letter(&event, target, end));
                let recorded =
                    on_failure.is_some_and(|target| self.deliver_record(&event, target, Some(end)));
                let fate = match end {
                    _ if dead_lettered || recorded => Fate::DeadLettered,
                    EventEnd::EventAgeExceeded => Fate::Expired,
                    EventEnd::RetriesExhausted
                    | EventEnd::ZeroReservedConcurrency
                    | EventEnd::RecursionDetected => Fate::Dropped,
                };
                self.close(request, Mode::Async, fate);
            }
        }
    }

    fn deliver_dead_letter(&mut self, event: &AsyncEvent, target: Target, end: EventEnd) -> bool {
        let is_denied = self.event_settings(&event.request).denied.dead_letter;
        if is_denied || self.delivery_fails(event, 0) {
            self.tell(Fact::DeliveryFailed { request: event.request.tag, dead_letter: true });
            return false;
        }
        self.hand_over(event, target, MessageKind::DeadLetter, Some(end));
        true
    }

    fn deliver_record(&mut self, event: &AsyncEvent, target: Target, end: Option<EventEnd>) -> bool {
        let denied = self.event_settings(&event.request).denied;
        let is_denied = if end.is_some() { denied.on_failure } else { denied.on_success };
        if is_denied || self.delivery_fails(event, 1) {
            self.tell(Fact::DeliveryFailed { request: event.request.tag, dead_letter: false });
            return false;
        }
        self.hand_over(event, target, MessageKind::DestinationRecord, end);
        true
    }

    fn delivery_fails(&mut self, event: &AsyncEvent, delivery: u32) -> bool {
        let request = &event.request;
        let share = self.event_settings(request).delivery_errors;
        self.sources[request.source as usize].delivery_fails(share, request.ordinal, delivery)
    }

    fn hand_over(&mut self, event: &AsyncEvent, target: Target, kind: MessageKind, end: Option<EventEnd>) {
        match target {
            Target::Queue(id) => {
                let queue = self.local_queue(id);
                self.put_record(queue);
                self.tell(Fact::MessageSent(MessageSent {
                    queue,
                    request: event.request.tag,
                    source: event.request.source,
                    ordinal: event.request.ordinal,
                    kind,
                    end,
                    error: event.last_error,
                    runs: event.runs,
                }));
            }
            Target::Function(id) => self.pass_on(event, self.local(id)),
            Target::Push(id) => {
                let lineage = self.lineages.through(event.lineage, event.request.tag.function);
                let source = self.local_push(id);
                self.publish(source, 1, true, lineage);
            }
            Target::Stream(_) => unreachable!("a stream is no destination"),
        }
    }

    /// A destination that is a function gets the record as an asynchronous event of its own.
    fn pass_on(&mut self, event: &AsyncEvent, target: u32) {
        let from = event.request.tag;
        let lineage = self.lineages.through(event.lineage, from.function);
        let source = self.onward_source(from.function, (target, None));
        self.pass_event((from, Onward::Destination), target, source, lineage);
    }
}

impl<'s, O: Observer> World<'s, O> {
    /// What holds for an event: the settings of the version that it names, or those of the function. (AWS keeps them by qualifier.)
    fn event_settings(&self, request: &Request) -> &'s Asynchronous {
        let function = request.tag.function;
        let caller = self.callers.get(request.source as usize).and_then(Option::as_ref);
        let place = caller.map_or(function, |caller| caller.part);
        let named = if place < self.parts.places() { place } else { function };
        &self.functions[named as usize].config.asynchronous
    }
}
