//! Messages: where they come in, when they are visible, and how they leave for a dead-letter queue.

use std::collections::BTreeMap;

use crate::engine::{Rank, compact};
use crate::random::Purpose;
use crate::scenario::model::{Queue, Target};
use crate::traffic::ArrivalStream;
use crate::units::{SimDuration, SimTime};

use super::super::deduplication::{Deduplication, Intake};
use super::super::facts::{Entry, Fact, MessageChange, Observer, QueueFact};
use super::super::lineage::Lineage;
use super::super::messages::Messages;
use super::super::queue::MessageQueue;
use super::super::source::OrdinalStream;
use super::{Event, World};

compact! {
    /// Something the agenda will do with a queue, its pollers or a batch.
    #[derive(Clone, Copy, Debug)]
    pub(super) enum QueueEvent {
        /// A traffic source sends messages.
        Feed { feed: u32 },
        /// A delayed message becomes visible.
        DelayEnds { queue: u32 },
        /// The pollers of a mapping look for messages.
        Receive { mapping: u32 },
        /// More pollers are due.
        PollersGrow { mapping: u32 },
        /// A receive that was put off is due: provisioned pollers have time again, less is held back, or the mapping begins.
        ReceivePutOff { mapping: u32 },
        /// A batch has been gathered long enough.
        WindowCloses { batch: u32, receipt: u32 },
        /// A poller tries a throttled batch again.
        Retry { batch: u32, receipt: u32 },
        /// The next message is moved back.
        Redrive { redrive: u32, moved: u32 },
        /// Received messages become visible again.
        VisibilityEnds { batch: u32, receipt: u32 },
    }
}

/// One queue while it is simulated.
pub(super) struct QueueState<'s> {
    pub config: &'s Queue,
    pub messages: MessageQueue,
    /// Which messages are poison: a matter of the message, wherever it is moved.
    pub poison: OrdinalStream,
    /// Which group a message of a FIFO queue belongs to.
    group: OrdinalStream,
    /// Where ids are used more than once: those seen lately, and which one each message has.
    deduplication: Option<(Deduplication, OrdinalStream)>,
    /// Messages that somebody has sent with a request, duplicates included.
    sends: u64,
    /// Mappings that read it.
    pub readers: Vec<u32>,
    /// Index of its dead-letter queue within the cell.
    pub dead_letter: Option<u32>,
    /// The end of a delay is on the agenda.
    delay_is_watched: bool,
    /// Messages of the ledger that came in, and that left for good.
    pub offered: u64,
    pub closed: u64,
    /// By redrive that has begun: messages that it moves from here.
    to_move_back: BTreeMap<u32, u64>,
}

/// What a feed sends to, by index within the cell.
#[derive(Clone, Copy, Debug)]
enum Fed {
    Queue(u32),
    Stream(u32),
    Push(u32),
}

/// A traffic source that sends messages.
pub(super) struct Feed {
    to: Fed,
    arrivals: ArrivalStream,
}

impl<O: Observer> World<'_, O> {
    pub(super) fn build_queues(&mut self) {
        let scenario = self.scenario;
        for (index, id) in self.cell.queues.iter().enumerate() {
            let config = &scenario.queues[id.0 as usize];
            let dead_letter = config.redrive.map(|redrive| self.local_queue(redrive.dead_letter));
            self.queues.push(QueueState {
                config,
                messages: MessageQueue::new(index as u32, config),
                poison: OrdinalStream::new(scenario.seed, &config.name, Purpose::Poison),
                group: OrdinalStream::new(scenario.seed, &config.name, Purpose::MessageGroup),
                deduplication: self.deduplication(&config.name, config.deduplication_ids),
                sends: 0,
                readers: Vec::new(),
                dead_letter,
                delay_is_watched: false,
                offered: 0,
                closed: 0,
                to_move_back: BTreeMap::new(),
            });
        }
    }

    /// The deduplication of a FIFO queue or topic, if its senders use an id more than once.
    pub(super) fn deduplication(
        &self,
        name: &str,
        ids: Option<u64>,
    ) -> Option<(Deduplication, OrdinalStream)> {
        let interval = self.scenario.platform.deduplication_interval;
        let draws = || OrdinalStream::new(self.scenario.seed, name, Purpose::Deduplication);
        ids.map(|ids| (Deduplication::new(ids, interval), draws()))
    }

    /// Backlogs and traffic to queues, once everything else stands.
    pub(super) fn build_feeds(&mut self) {
        let scenario = self.scenario;
        for queue in 0..self.queues.len() as u32 {
            let backlog = self.queues[queue as usize].config.backlog;
            if backlog > 0 {
                self.put(queue, backlog as u32, Entry::Backlog, true, Lineage::NEW);
            }
        }
        for &index in &self.cell.feeds {
            let traffic = &scenario.traffic[index];
            let to = match traffic.to {
                Target::Queue(id) => Fed::Queue(self.local_queue(id)),
                Target::Stream(id) => Fed::Stream(self.local_stream(id)),
                Target::Push(id) => Fed::Push(self.local_push(id)),
                Target::Function(_) => continue,
            };
            let feed = self.feeds.len() as u32;
            let arrivals =
                ArrivalStream::new(traffic, scenario.seed, scenario.start_unix_s, scenario.horizon);
            self.feeds.push(Feed { to, arrivals });
            self.schedule_next_message(feed);
        }
    }

    fn schedule_next_message(&mut self, feed: u32) {
        if let Some(at) = self.feeds[feed as usize].arrivals.next_arrival() {
            self.agenda.push(at, Rank::Arrival, Event::Queue(QueueEvent::Feed { feed }));
        }
    }

    pub(super) fn dispatch_queue(&mut self, event: QueueEvent) {
        match event {
            QueueEvent::Feed { feed } => self.messages_arrive(feed),
            QueueEvent::DelayEnds { queue } => self.delay_ends(queue),
            QueueEvent::Receive { mapping } => self.receive(mapping),
            QueueEvent::PollersGrow { mapping } => self.pollers_grow(mapping),
            QueueEvent::ReceivePutOff { mapping } => self.receive_put_off(mapping),
            QueueEvent::WindowCloses { batch, receipt } => self.window_closes(batch, receipt),
            QueueEvent::Retry { batch, receipt } => self.retry_batch(batch, receipt),
            QueueEvent::Redrive { redrive, moved } => self.move_back(redrive, moved),
            QueueEvent::VisibilityEnds { batch, receipt } => self.visibility_ends(batch, receipt),
        }
    }

    fn messages_arrive(&mut self, feed: u32) {
        let state = &self.feeds[feed as usize];
        let (to, count) = (state.to, state.arrivals.multiplicity());
        self.schedule_next_message(feed);
        let queue = match to {
            Fed::Queue(queue) => queue,
            Fed::Stream(stream) => return self.records_arrive(stream, count),
            Fed::Push(source) => return self.publish(source, count, false, Lineage::NEW),
        };
        self.put(queue, count as u32, Entry::Traffic, true, Lineage::NEW);
    }

    /// A function's dead letter or destination record comes into a queue. It is offered there if somebody reads it; else
    /// it lies there as what is left of something that has ended.
    pub(super) fn put_record(&mut self, queue: u32) {
        let is_read = !self.queues[queue as usize].readers.is_empty();
        self.put(queue, 1, Entry::Record, is_read, Lineage::NEW);
    }

    /// New messages come into a queue.
    pub(super) fn put(&mut self, queue: u32, count: u32, entry: Entry, is_offered: bool, lineage: Lineage) {
        self.expire_messages(queue);
        let state = &self.queues[queue as usize];
        let differ =
            state.config.message_groups.is_some_and(|groups| groups > 1) || state.deduplication.is_some();
        if differ {
            for _ in 0..count {
                if self.is_taken_in(queue, entry) {
                    let group = self.draw_group(queue);
                    self.send(queue, (1, group), entry, is_offered, lineage);
                }
            }
        } else {
            self.send(queue, (count, 0), entry, is_offered, lineage);
        }
        self.look_at(queue);
    }

    /// A message of a FIFO topic comes into a queue; it keeps its group, and the topic has looked at its id.
    pub(super) fn put_in_group(&mut self, queue: u32, group: u32, is_offered: bool, lineage: Lineage) {
        self.expire_messages(queue);
        let group = if self.queues[queue as usize].config.is_fifo() { group } else { 0 };
        self.send(queue, (1, group), Entry::Published, is_offered, lineage);
        self.look_at(queue);
    }

    fn look_at(&mut self, queue: u32) {
        if !self.watch_delay(queue) {
            self.call_pollers(queue);
        }
    }

    /// Whether a message that is sent will be delivered, or is a duplicate (S103). A backlog and what SQS moves itself are not looked at.
    fn is_taken_in(&mut self, queue: u32, entry: Entry) -> bool {
        let state = &mut self.queues[queue as usize];
        let Some((deduplication, draws)) = state.deduplication.as_mut().filter(|_| is_sent(entry)) else {
            return true;
        };
        match deduplication.send(draws.uniform(state.sends, 0), self.now) {
            Intake::Taken => true,
            Intake::Duplicate => {
                state.sends += 1;
                self.tell(Fact::Deduplicated { queue });
                false
            }
        }
    }

    fn draw_group(&mut self, queue: u32) -> u32 {
        let state = &mut self.queues[queue as usize];
        let groups = state.config.message_groups.unwrap_or(1);
        group_of(&mut state.group, state.messages.next_ordinal(), groups)
    }

    /// So many messages of one group come into a queue.
    fn send(
        &mut self,
        queue: u32,
        (count, group): (u32, u32),
        entry: Entry,
        is_offered: bool,
        lineage: Lineage,
    ) {
        let now = self.now;
        let state = &mut self.queues[queue as usize];
        state.sends += u64::from(count) * u64::from(is_sent(entry));
        let messages = state.messages.send(now, count, group, is_offered, lineage);
        if is_offered {
            state.offered += u64::from(count);
        }
        self.tell(Fact::Queue(QueueFact { queue, messages, change: MessageChange::Entered(entry) }));
    }

    /// Schedules the end of the delay of the first message that is not visible yet, if there is one and somebody reads it.
    fn watch_delay(&mut self, queue: u32) -> bool {
        let now = self.now;
        let state = &mut self.queues[queue as usize];
        let Some(at) = state.messages.next_visible(now).filter(|_| !state.readers.is_empty()) else {
            return false;
        };
        if !std::mem::replace(&mut state.delay_is_watched, true) {
            self.agenda.push(at, Rank::Timer, Event::Queue(QueueEvent::DelayEnds { queue }));
        }
        true
    }

    fn delay_ends(&mut self, queue: u32) {
        self.queues[queue as usize].delay_is_watched = false;
        self.call_pollers(queue);
        self.watch_delay(queue);
    }

    /// What was received too often leaves for the dead-letter queue (S53).
    pub(super) fn move_exhausted(&mut self, queue: u32) {
        let Some(target) = self.queues[queue as usize].dead_letter else { return };
        self.expire_messages(target);
        let is_read = !self.queues[target as usize].readers.is_empty();
        for index in 0..self.exhausted.len() {
            let messages = self.exhausted[index];
            self.leave(queue, messages, MessageChange::DeadLettered);
            let moved = Messages { is_offered: is_read, moves: messages.moves + 1, ..messages };
            let state = &mut self.queues[target as usize];
            state.messages.accept(self.now, moved);
            if is_read {
                state.offered += u64::from(messages.count);
            }
            let change = MessageChange::Entered(Entry::DeadLetter);
            self.tell(Fact::Queue(QueueFact { queue: target, messages: moved, change }));
        }
        self.exhausted.clear();
        self.call_pollers(target);
    }

    pub(super) fn build_redrives(&mut self) {
        for (index, redrive) in self.scenario.redrives.iter().enumerate() {
            if self.cell.queues.contains(&redrive.from) {
                let event = QueueEvent::Redrive { redrive: index as u32, moved: 0 };
                self.agenda.push(redrive.at, Rank::Control, Event::Queue(event));
            }
        }
    }

    /// Moves one message back to where it is read, as a new one; the next follows as the rate says. Only what lay there at
    /// the beginning is moved: a poison message that comes back would be moved for ever.
    fn move_back(&mut self, index: u32, moved: u32) {
        let redrive = self.scenario.redrives[index as usize];
        let (from, to) = (self.local_queue(redrive.from), self.local_queue(redrive.to));
        self.expire_messages(from);
        let source = &mut self.queues[from as usize];
        let lying = || source.messages.lying().map(|messages| u64::from(messages.count)).sum();
        if u64::from(moved) >= *source.to_move_back.entry(index).or_insert_with(lying) {
            return;
        }
        let Some(messages) = self.queues[from as usize].messages.take_out(self.now) else { return };
        self.leave(from, messages, MessageChange::Redriven);
        self.expire_messages(to);
        let times = messages.moves + 1;
        let moved_back = Messages { sent: self.now, is_offered: true, moves: times, ..messages };
        let state = &mut self.queues[to as usize];
        state.messages.accept(self.now, moved_back);
        state.offered += 1;
        let change = MessageChange::Entered(Entry::Redrive);
        self.tell(Fact::Queue(QueueFact { queue: to, messages: moved_back, change }));
        self.call_pollers(to);
        let next = redrive.at + SimDuration::from_nanos(redrive.rate.nanos_for(f64::from(moved + 1)) as u64);
        let event = QueueEvent::Redrive { redrive: index, moved: moved + 1 };
        self.agenda.push(next, Rank::Control, Event::Queue(event));
    }

    /// Messages leave a queue for good.
    #[inline]
    pub(super) fn leave(&mut self, queue: u32, messages: Messages, change: MessageChange) {
        if messages.is_offered {
            self.queues[queue as usize].closed += u64::from(messages.count);
        }
        self.tell(Fact::Queue(QueueFact { queue, messages, change }));
    }

    #[inline]
    pub(super) fn expire_messages(&mut self, queue: u32) {
        let (now, observer) = (self.now, &mut self.observer);
        let QueueState { messages, closed, .. } = &mut self.queues[queue as usize];
        messages.expire(now, |at: SimTime, old| {
            if old.is_offered {
                *closed += u64::from(old.count);
            }
            let change = MessageChange::Expired { at };
            observer.observe(now, &Fact::Queue(QueueFact { queue, messages: old, change }));
        });
    }

    /// What lies in a queue or is held by a batch, counted from there: all messages, those of the ledger, and when the
    /// oldest was sent.
    pub(super) fn count_messages(&self, queue: u32) -> QueueRemains {
        let state = &self.queues[queue as usize];
        let mut remains = QueueRemains { sends: state.sends, ..QueueRemains::default() };
        let mut count = |messages: Messages| {
            remains.depth += u64::from(messages.count);
            remains.open += u64::from(messages.count) * u64::from(messages.is_offered);
            remains.oldest = Some(remains.oldest.map_or(messages.sent, |oldest| oldest.min(messages.sent)));
        };
        state.messages.lying().for_each(&mut count);
        let own = |mapping: u32| self.mappings[mapping as usize].queue == queue;
        for batch in self.batches.iter().filter(|batch| own(batch.mapping)) {
            let held = batch.held.iter().map(|held| held.messages);
            held.flat_map(|messages| state.messages.existing(messages)).for_each(&mut count);
        }
        assert_eq!(state.offered, state.closed + remains.open, "messages were lost: {}", state.config.name);
        remains
    }
}

/// The group of the message with this ordinal, any of them as likely as the others.
pub(super) fn group_of(draws: &mut OrdinalStream, ordinal: u64, groups: u32) -> u32 {
    if groups < 2 {
        return 0;
    }
    ((draws.uniform(ordinal, 0) * f64::from(groups)) as u32).min(groups - 1)
}

/// Whether somebody sends such messages, each with a request of its own.
fn is_sent(entry: Entry) -> bool {
    match entry {
        Entry::Traffic | Entry::Record | Entry::Emitted | Entry::Published => true,
        Entry::Backlog | Entry::DeadLetter | Entry::Redrive => false,
    }
}

/// What is left in a queue at the end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QueueRemains {
    /// Messages in it, those in flight included.
    pub depth: u64,
    /// Of them, messages of the ledger.
    pub open: u64,
    /// When the oldest was sent.
    pub oldest: Option<SimTime>,
    /// Messages that somebody has sent, duplicates included.
    pub sends: u64,
}
