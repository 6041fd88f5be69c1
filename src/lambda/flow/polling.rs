//! Pollers of a queue: receive, gather, invoke, delete or wait for the visibility timeout (S50-S54, S57).

use crate::engine::Rank;
use crate::random::Purpose;
use crate::scenario::model::{Poison, QueueSource, SqsThrottleRetry};
use crate::units::{SimDuration, SimTime};

use super::super::batches::{BatchState, Held};
use super::super::facts::{BatchChange, BatchFact, Fact, MessageChange, Observer, QueueFact, RequestTag};
use super::super::messages::Messages;
use super::super::outcome::Outcome;
use super::super::pollers::Pollers;
use super::super::retry;
use super::super::source::{Given, Load, OrdinalStream, Source};
use super::invoke::Admission;
use super::queue::QueueEvent;
use super::{Asker, Event, Request, World};

/// One event source mapping while it is simulated.
pub(super) struct MappingState {
    /// Index of the function within the cell.
    pub function: u32,
    /// Index among the event sources of the function, whose configuration may change.
    index: usize,
    /// Index of the queue within the cell.
    pub queue: u32,
    /// Draws of its batches.
    source: u32,
    pub pollers: Pollers,
    /// Which messages match.
    pub filter: OrdinalStream,
    /// The batch that is being gathered.
    gathering: Option<u32>,
    /// It is made when its function is Active.
    begins: SimTime,
    /// A receive is on the agenda for this instant.
    is_called: bool,
    /// A receive is on the agenda for when provisioned pollers have time again, less is held back, or it begins.
    is_put_off: bool,
}

impl<'s, O: Observer> World<'s, O> {
    pub(super) fn build_mappings(&mut self) {
        let scenario = self.scenario;
        for mapping in self.cell.mappings(scenario) {
            let (index, source) = (self.mappings.len() as u32, self.sources.len() as u32);
            self.sources.push(Source::of_batches(scenario.seed, &mapping.name));
            self.queues[mapping.queue as usize].readers.push(index);
            let config = self.functions[mapping.function as usize].config;
            let settings = &config.event_sources[mapping.index];
            let rules = self.poller_rules(mapping.function, settings);
            self.mappings.push(MappingState {
                function: mapping.function,
                index: mapping.index,
                queue: mapping.queue,
                source,
                pollers: Pollers::new(rules),
                filter: OrdinalStream::new(scenario.seed, &mapping.name, Purpose::Filter),
                gathering: None,
                begins: SimTime::ZERO,
                is_called: false,
                is_put_off: false,
            });
            self.tell_pollers(index, settings);
            if let Some(created) = config.surroundings.created {
                self.mappings[index as usize].begins = created.active;
                self.receive_at(index, created.active);
            }
        }
    }

    #[inline]
    pub(super) fn settings(&self, mapping: u32) -> &'s QueueSource {
        let state = &self.mappings[mapping as usize];
        let config = self.functions[state.function as usize].config;
        &config.event_sources[state.index]
    }

    /// Something may be visible in a queue: pollers with a free slot will look, after all else at this instant (S2).
    #[inline]
    pub(super) fn call_pollers(&mut self, queue: u32) {
        for place in 0..self.queues[queue as usize].readers.len() {
            let mapping = self.queues[queue as usize].readers[place];
            self.call_poller(mapping);
        }
    }

    #[inline]
    fn call_poller(&mut self, mapping: u32) {
        let most = self.settings(mapping).max_concurrency;
        let state = &mut self.mappings[mapping as usize];
        let can_take = state.gathering.is_some() || state.pollers.has_free_slot(most);
        if !can_take {
            return self.receive_when_less_is_held_back(mapping, most);
        }
        if !std::mem::replace(&mut state.is_called, true) {
            self.agenda.push(self.now, Rank::Receive, Event::Queue(QueueEvent::Receive { mapping }));
        }
    }

    /// Every free slot takes a batch, in the order of the queue.
    pub(super) fn receive(&mut self, mapping: u32) {
        let settings = self.settings(mapping);
        self.wake_pollers(mapping, settings);
        let state = &mut self.mappings[mapping as usize];
        state.is_called = false;
        let queue = state.queue;
        self.expire_messages(queue);
        while let Some(batch) = self.batch_to_fill(mapping, settings) {
            let is_full = self.fill(batch, queue, settings);
            if self.batches.at(batch).size() == 0 {
                self.mappings[mapping as usize].pollers.release();
                self.batches.close(batch);
                break;
            }
            if !is_full && settings.batch_window > SimDuration::ZERO {
                self.gather_on(mapping, batch, settings);
                break;
            }
            self.mappings[mapping as usize].gathering = None;
            self.batch_leaves(batch, is_full);
        }
        self.poll_is_over(mapping, settings);
    }

    /// The batch that is being gathered, or a new one if there is something to receive and a slot for it.
    #[inline]
    fn batch_to_fill(&mut self, mapping: u32, settings: &QueueSource) -> Option<u32> {
        let state = &mut self.mappings[mapping as usize];
        if state.gathering.is_some() {
            return state.gathering;
        }
        let has_visible = self.queues[state.queue as usize].messages.has_visible(self.now);
        if !has_visible || self.now < state.begins {
            return None;
        }
        if !state.pollers.has_free_slot(settings.max_concurrency) {
            self.receive_when_less_is_held_back(mapping, settings.max_concurrency);
            return None;
        }
        if let Some(at) = state.pollers.paced(self.now) {
            self.receive_at(mapping, at);
            return None;
        }
        state.pollers.occupy();
        Some(self.batches.open(mapping))
    }

    /// The back-off after errors is looked at again at the end of the minute (S81).
    #[inline]
    fn receive_when_less_is_held_back(&mut self, mapping: u32, max_concurrency: Option<u32>) {
        if let Some(at) = self.mappings[mapping as usize].pollers.held_back_until(max_concurrency) {
            self.receive_at(mapping, at.max(self.now));
        }
    }

    fn receive_at(&mut self, mapping: u32, at: SimTime) {
        let state = &mut self.mappings[mapping as usize];
        if !std::mem::replace(&mut state.is_put_off, true) {
            self.agenda.push(at, Rank::Receive, Event::Queue(QueueEvent::ReceivePutOff { mapping }));
        }
    }

    pub(super) fn receive_put_off(&mut self, mapping: u32) {
        self.mappings[mapping as usize].is_put_off = false;
        self.receive(mapping);
    }

    /// Receives into `batch` what it has room for; whether it is full then.
    #[inline]
    fn fill(&mut self, batch: u32, queue: u32, settings: &QueueSource) -> bool {
        let limit = self.largest_batch(self.batches.at(batch).mapping, settings);
        if settings.filter >= 1.0 {
            return self.fill_once(batch, queue, limit);
        }
        loop {
            let size = self.batches.at(batch).size();
            let is_full = self.fill_once(batch, queue, limit);
            let received = self.batches.at(batch).size() - size;
            // What was received at this instant may have joined; what matches does so each time it is asked.
            let from = self.batches.at(batch).held.partition_point(|held| held.at < self.now);
            let left_out = self.sift(batch, from, settings.filter);
            // A batch of a FIFO queue is of one group.
            let is_settled = self.queues[queue as usize].config.is_fifo() && received > left_out;
            if left_out == 0 || received == 0 || is_settled {
                return is_full && left_out == 0;
            }
        }
    }

    /// As [`Self::fill`], whatever matches a filter or not.
    #[inline]
    fn fill_once(&mut self, batch: u32, queue: u32, limit: u32) -> bool {
        let now = self.now;
        let place = self.batches.at_mut(batch);
        let (size, earlier) = (place.size(), place.held.len());
        let state = &mut self.queues[queue as usize];
        let in_flight = u64::from(self.scenario.platform.sqs_in_flight_maximum);
        let room =
            u64::from(limit.saturating_sub(size)).min(in_flight.saturating_sub(state.messages.in_flight()));
        let max_receives = state.config.redrive.map(|redrive| redrive.max_receive_count);
        let observer = &mut self.observer;
        let received = state.messages.receive(
            now,
            room as u32,
            max_receives,
            |messages| {
                let change = MessageChange::Received;
                observer.observe(now, &Fact::Queue(QueueFact { queue, messages, change }));
                place.hold(now, messages);
            },
            &mut self.exhausted,
        );
        if !self.exhausted.is_empty() {
            self.move_exhausted(queue);
        }
        if received.count > 0 {
            self.mark_poison(batch, earlier);
            let mapping = self.batches.at(batch).mapping;
            self.mappings[mapping as usize].pollers.pace(now, received.count);
        }
        size + received.count >= limit
    }

    /// Messages of a batch: its size, and 6 MB (S57).
    #[inline]
    fn largest_batch(&self, mapping: u32, settings: &QueueSource) -> u32 {
        let function = self.mappings[mapping as usize].function;
        let bytes = self.functions[function as usize].config.payload.request.count();
        if bytes == 0 {
            return settings.batch_size;
        }
        let fit = self.scenario.platform.sync_request_maximum.count() / bytes;
        settings.batch_size.min(u32::try_from(fit).unwrap_or(u32::MAX)).max(1)
    }

    /// The batch is not full: it is gathered until its window closes, which its first message has opened.
    fn gather_on(&mut self, mapping: u32, batch: u32, settings: &QueueSource) {
        let state = &mut self.mappings[mapping as usize];
        if state.gathering.replace(batch).is_some() {
            return;
        }
        let receipt = self.batches.at(batch).receipt;
        let closes = self.now + settings.batch_window;
        self.agenda.push(closes, Rank::Receive, Event::Queue(QueueEvent::WindowCloses { batch, receipt }));
        let visible = self.visible_again(batch);
        if visible.is_some_and(|at| at <= closes) {
            self.watch_visibility(batch);
        }
    }

    pub(super) fn window_closes(&mut self, batch: u32, receipt: u32) {
        let place = self.batches.at(batch);
        if !self.batches.is_current(batch, receipt) || place.state != BatchState::Gathering {
            return;
        }
        let mapping = place.mapping;
        let (queue, settings) = (self.mappings[mapping as usize].queue, self.settings(mapping));
        // Everything visible at this instant can share the batch (S2).
        self.expire_messages(queue);
        let is_full = self.fill(batch, queue, settings);
        self.mappings[mapping as usize].gathering = None;
        self.batch_leaves(batch, is_full);
        self.call_poller(mapping);
    }

    /// What a poll has left decides about more pollers, and about fewer.
    #[inline]
    fn poll_is_over(&mut self, mapping: u32, settings: &QueueSource) {
        let now = self.now;
        let state = &mut self.mappings[mapping as usize];
        let queue = &self.queues[state.queue as usize].messages;
        let is_waiting = queue.has_visible(now);
        state.pollers.rest(now, !is_waiting && queue.in_flight() == 0);
        if is_waiting && let Some(at) = state.pollers.plan_growth(now, settings.max_concurrency) {
            self.agenda.push(at, Rank::Receive, Event::Queue(QueueEvent::PollersGrow { mapping }));
        }
        self.tell_pollers(mapping, settings);
    }

    pub(super) fn pollers_grow(&mut self, mapping: u32) {
        let (now, most) = (self.now, self.settings(mapping).max_concurrency);
        let queue = self.mappings[mapping as usize].queue;
        self.expire_messages(queue);
        let is_waiting = self.queues[queue as usize].messages.has_visible(now);
        self.mappings[mapping as usize].pollers.grow(is_waiting, most);
        if is_waiting {
            self.receive(mapping);
        }
    }

    /// A batch becomes a request to the function.
    #[inline]
    fn batch_leaves(&mut self, batch: u32, is_full: bool) {
        self.offered += 1;
        let place = self.batches.at_mut(batch);
        let mapping = place.mapping;
        let state = &self.mappings[mapping as usize];
        let request = RequestTag { function: state.function, number: self.offered, born: self.now };
        place.request = request;
        let source = &mut self.sources[state.source as usize];
        place.ordinal = source.next_ordinal();
        place.first_record = source.next_records(place.size());
        let change = BatchChange::Left { size: place.size(), is_full };
        self.tell(Fact::Batch(BatchFact { mapping, request, change }));
        if O::DETAILED {
            self.tell_carried(batch);
        }
        self.invoke_batch(batch);
    }

    #[inline]
    fn invoke_batch(&mut self, batch: u32) {
        let place = self.batches.at(batch);
        let request = Request {
            tag: place.request,
            source: self.mappings[place.mapping as usize].source,
            ordinal: place.ordinal,
            attempt: place.attempts,
            run: 0,
            given: Given::default(),
            asker: Asker::Batch { batch },
        };
        self.load_batch(request.source, batch);
        match self.attempt(request) {
            Admission::Admitted(end) => {
                self.batches.at_mut(batch).state = BatchState::Running;
                let visible = self.visible_again(batch);
                if visible.is_some_and(|visible| end.is_none_or(|end| end > visible)) {
                    self.watch_visibility(batch);
                }
            }
            Admission::Refused(_) => {
                self.batch_turned_away(batch, |retries| BatchChange::Throttled { retries });
            }
            Admission::Failed(_) => {
                self.batch_turned_away(batch, |retries| BatchChange::Faulted { retries });
            }
        }
    }

    /// What the next draw of a mapping is about: the messages of a batch (S58).
    pub(super) fn load_batch(&mut self, source: u32, batch: u32) {
        let place = self.batches.at(batch);
        let reports = self.settings(place.mapping).reports_item_failures;
        let load =
            Load { first: place.first_record, records: place.size(), fails: !reports && place.has_poison() };
        self.sources[source as usize].load(load);
    }

    /// What S52 says of a throttle holds for an error of the service, too.
    fn batch_turned_away(&mut self, batch: u32, told: fn(bool) -> BatchChange) {
        let place = self.batches.at_mut(batch);
        place.attempts += 1;
        let (mapping, request, attempts, receipt) =
            (place.mapping, place.request, place.attempts, place.receipt);
        let again = match self.scenario.assumptions.sqs_throttle_retry {
            SqsThrottleRetry::Nothing => None,
            SqsThrottleRetry::UntilVisibility => Some(self.now + retry::poller_backoff(attempts)),
        };
        let again = again.filter(|at| self.visible_again(batch).is_some_and(|visible| *at < visible));
        let change = told(again.is_some());
        self.tell(Fact::Batch(BatchFact { mapping, request, change }));
        if let Some(at) = again {
            self.batches.at_mut(batch).state = BatchState::Retrying;
            self.agenda.push(at, Rank::Timer, Event::Queue(QueueEvent::Retry { batch, receipt }));
        } else {
            self.closed += 1;
            self.forget_overdue(batch);
            self.wait_for_visibility(batch);
            self.mappings[mapping as usize].pollers.release();
        }
    }

    pub(super) fn retry_batch(&mut self, batch: u32, receipt: u32) {
        if self.batches.is_current(batch, receipt) && self.batches.at(batch).state == BatchState::Retrying {
            let mapping = self.batches.at(batch).mapping;
            self.invoke_batch(batch);
            self.call_poller(mapping);
        }
    }

    /// The invocation of a batch has ended: what was processed is deleted, the rest waits (S54).
    #[inline]
    pub(super) fn batch_ran(&mut self, batch: u32, outcome: Outcome) {
        self.closed += 1;
        let place = self.batches.at(batch);
        let (mapping, request, size) = (place.mapping, place.request, place.size());
        let queue = self.mappings[mapping as usize].queue;
        self.count_run(mapping, self.settings(mapping), outcome != Outcome::Succeeded);
        let (mut deleted, mut duplicates) = (0, 0);
        if outcome == Outcome::Succeeded {
            (deleted, duplicates) = self.delete_processed(batch, queue);
        }
        self.forget_overdue(batch);
        let change = BatchChange::Ended { deleted, duplicates, failed: size - deleted - duplicates };
        self.tell(Fact::Batch(BatchFact { mapping, request, change }));
        if self.batches.at(batch).held.is_empty() {
            self.batches.close(batch);
        } else {
            self.wait_for_visibility(batch);
        }
        self.mappings[mapping as usize].pollers.release();
        self.call_poller(mapping);
    }

    /// Deletes what a batch has processed; poison remains in it. Returns what was deleted, and what had been deleted before.
    #[inline]
    fn delete_processed(&mut self, batch: u32, queue: u32) -> (u32, u32) {
        let (now, observer) = (self.now, &mut self.observer);
        let place = self.batches.at_mut(batch);
        let state = &mut self.queues[queue as usize];
        let (mut deleted, mut duplicates) = (0, 0);
        let mut delete = |messages: Messages, overdue: bool| {
            let done = state.messages.delete(messages, overdue, |gone| {
                if gone.is_offered {
                    state.closed += u64::from(gone.count);
                }
                let fact = QueueFact { queue, messages: gone, change: MessageChange::Deleted };
                observer.observe(now, &Fact::Queue(fact));
            });
            deleted += done.count;
            duplicates += done.again;
        };
        // In a FIFO queue what comes after the first failure was not processed.
        let is_fifo = state.config.is_fifo();
        let mut has_failed = false;
        let mut stays = |messages: &Messages| {
            has_failed |= messages.is_poison;
            messages.is_poison || (is_fifo && has_failed)
        };
        // What is visible again was received before the rest.
        place.overdue.retain(|messages| {
            let stays = stays(messages);
            if !stays {
                delete(*messages, true);
            }
            stays
        });
        place.held.retain(|held| {
            let stays = stays(&held.messages);
            if !stays {
                delete(held.messages, false);
            }
            stays
        });
        (deleted, duplicates)
    }

    /// A batch that will delete nothing more lets go of what is visible again already.
    fn forget_overdue(&mut self, batch: u32) {
        let place = self.batches.at_mut(batch);
        let queue = self.mappings[place.mapping as usize].queue;
        for messages in place.overdue.drain(..) {
            self.queues[queue as usize].messages.forget(messages);
        }
    }

    fn wait_for_visibility(&mut self, batch: u32) {
        if self.batches.at(batch).held.is_empty() {
            self.batches.close(batch);
            return;
        }
        self.batches.at_mut(batch).state = BatchState::Waiting;
        self.watch_visibility(batch);
    }

    /// When the first of a batch's messages is visible again.
    #[inline]
    fn visible_again(&self, batch: u32) -> Option<SimTime> {
        let place = self.batches.at(batch);
        let queue = self.mappings[place.mapping as usize].queue;
        Some(place.received_first()? + self.queues[queue as usize].config.visibility_timeout)
    }

    fn watch_visibility(&mut self, batch: u32) {
        let Some(at) = self.visible_again(batch) else { return };
        let place = self.batches.at_mut(batch);
        if !std::mem::replace(&mut place.is_watched, true) {
            let receipt = place.receipt;
            let event = Event::Queue(QueueEvent::VisibilityEnds { batch, receipt });
            self.agenda.push(at.max(self.now), Rank::Timer, event);
        }
    }

    /// Messages of a batch are visible again; if it still runs, another batch may get them too.
    pub(super) fn visibility_ends(&mut self, batch: u32, receipt: u32) {
        if !self.batches.is_current(batch, receipt) {
            return;
        }
        let now = self.now;
        let place = self.batches.at_mut(batch);
        place.is_watched = false;
        let (state, queue) = (place.state, self.mappings[place.mapping as usize].queue);
        let timeout = self.queues[queue as usize].config.visibility_timeout;
        let due = self.batches.at(batch).held.partition_point(|held| held.at + timeout <= now);
        for index in 0..due {
            let Held { messages, .. } = self.batches.at(batch).held[index];
            if state == BatchState::Waiting {
                self.queues[queue as usize].messages.give_back(now, messages);
            } else {
                self.queues[queue as usize].messages.give_back_a_copy(now, messages);
                self.batches.at_mut(batch).overdue.push(messages);
            }
            self.tell(Fact::Queue(QueueFact { queue, messages, change: MessageChange::Returned }));
        }
        self.batches.at_mut(batch).held.drain(..due);
        match (state, self.batches.at(batch).held.is_empty()) {
            (BatchState::Waiting, true) => self.batches.close(batch),
            (_, true) => {}
            (_, false) => self.watch_visibility(batch),
        }
        self.call_pollers(queue);
    }

    /// Finds out which of the messages that were added from place `from` on the function fails on.
    #[inline]
    fn mark_poison(&mut self, batch: u32, from: usize) {
        let function = self.mappings[self.batches.at(batch).mapping as usize].function;
        let config = self.functions[function as usize].config;
        if config.poison != Poison::Share(0.0) {
            self.divide_poison(batch, from, &config.poison);
        }
    }

    fn divide_poison(&mut self, batch: u32, from: usize, poison: &Poison) {
        self.divided.clear();
        self.divided.extend(self.batches.at_mut(batch).held.drain(from..));
        for index in 0..self.divided.len() {
            let held = self.divided[index];
            for message in held.messages.each() {
                let stream = &mut self.queues[message.origin as usize].poison;
                let is_poison = match poison {
                    Poison::Share(share) => stream.happens(*share, message.first, 0),
                    Poison::Ordinals(ordinals) => ordinals.binary_search(&message.first).is_ok(),
                };
                self.batches.at_mut(batch).hold(held.at, Messages { is_poison, ..message });
            }
        }
    }
}
