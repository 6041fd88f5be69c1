//! Topics, buckets and event buses: whom they tell, and when (S83).

use std::collections::BTreeMap;

use crate::engine::Rank;
use crate::random::Purpose;
use crate::scenario::model::{Mode, Overrides, PushId, PushKind, PushSource, Target};

use crate::units::SimTime;

use super::super::deduplication::{Deduplication, Intake};
use super::super::facts::{Became, Entry, Fact, Observer, ParcelStep, PushChange, PushFact, RequestTag};
use super::super::fleet::span;
use super::super::handover::handover;
use super::super::lineage::Lineage;
use super::super::source::{Given, OrdinalStream, Source};
use super::queue::group_of;
use super::{Asker, Event, Request, World};

/// One push source while it is simulated.
pub(super) struct PushState<'s> {
    config: &'s PushSource,
    next_ordinal: u64,
    filter: OrdinalStream,
    handover: OrdinalStream,
    delay: OrdinalStream,
    /// Of a FIFO topic: which group a message is of, and when the last of each subscription and group is handed over.
    group: OrdinalStream,
    last_of_group: BTreeMap<(u32, u32), SimTime>,
    /// Of a FIFO topic whose publishers use an id more than once.
    deduplication: Option<(Deduplication, OrdinalStream)>,
    /// By subscription: the source of what it causes in a function.
    sources: Vec<Option<u32>>,
}

/// What is left of a push source at the end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PushRemains {
    /// Messages that it was told, duplicates included.
    pub told: u64,
    /// Deliveries on their way.
    pub waiting: u64,
}

/// Something on its way to a subscriber.
#[derive(Debug)]
pub(super) struct Parcel {
    source: u32,
    /// Which message of its source.
    ordinal: u64,
    subscription: u32,
    /// Of a FIFO topic: its message group.
    group: Option<u32>,
    failures: u32,
    is_delivered: bool,
    /// It tells of something that has ended elsewhere.
    is_record: bool,
    lineage: Lineage,
}

impl<O: Observer> World<'_, O> {
    pub(super) fn build_push_sources(&mut self) {
        let scenario = self.scenario;
        for id in &self.cell.push_sources {
            let config = &scenario.push_sources[id.0 as usize];
            let stream = |purpose| OrdinalStream::new(scenario.seed, &config.name, purpose);
            self.push_sources.push(PushState {
                config,
                next_ordinal: 0,
                filter: stream(Purpose::Filter),
                handover: stream(Purpose::Handover),
                delay: stream(Purpose::DeliveryDelay),
                group: stream(Purpose::MessageGroup),
                last_of_group: BTreeMap::new(),
                deduplication: self
                    .deduplication(&config.name, config.fifo.and_then(|fifo| fifo.deduplication_ids)),
                sources: vec![None; config.subscriptions.len()],
            });
        }
        for link in self.cell.push_links(scenario) {
            let source = self.sources.len() as u32;
            self.sources.push(Source::new(scenario.seed, &link.name, Overrides::default()));
            self.push_sources[link.source as usize].sources[link.subscription as usize] = Some(source);
        }
    }

    /// Something happens `count` times: everybody whom it concerns is told.
    pub(super) fn publish(&mut self, source: u32, count: u64, is_record: bool, lineage: Lineage) {
        for _ in 0..count {
            self.publish_once(source, is_record, lineage);
        }
    }

    fn publish_once(&mut self, source: u32, is_record: bool, lineage: Lineage) {
        let state = &mut self.push_sources[source as usize];
        let (ordinal, config) = (state.next_ordinal, state.config);
        // Loop detection does not see through EventBridge (S49).
        let lineage = if config.kind == PushKind::EventBus { Lineage::NEW } else { lineage };
        state.next_ordinal += 1;
        if let Some((deduplication, draws)) = &mut state.deduplication
            && deduplication.send(draws.uniform(ordinal, 0), self.now) == Intake::Duplicate
        {
            self.tell_parcel((source, ordinal), ParcelStep::Told { group: None });
            self.tell_parcel((source, ordinal), ParcelStep::Deduplicated);
            return self.tell_push(source, PushChange::Deduplicated);
        }
        let group = config.fifo.map(|fifo| group_of(&mut state.group, ordinal, fifo.message_groups));
        self.tell_push(source, PushChange::Published);
        self.tell_parcel((source, ordinal), ParcelStep::Told { group });
        for (index, subscription) in config.subscriptions.iter().enumerate() {
            let index = index as u32;
            let state = &mut self.push_sources[source as usize];
            // Targets of one rule are told of the same.
            if subscription.filter < 1.0
                && !state.filter.happens(subscription.filter, ordinal, subscription.rule)
            {
                self.tell_push(source, PushChange::Filtered { subscription: index });
                self.tell_parcel((source, ordinal), ParcelStep::Filtered { subscription: index });
                continue;
            }
            let mut delay = span(state.delay.draw(&config.delivery_delay, ordinal, index));
            let (mut failures, mut is_delivered) = (0, true);
            if config.delivery_errors > 0.0 {
                let uniform = state.handover.uniform(ordinal, index);
                let course = handover(config.kind, config.delivery_errors, subscription, uniform);
                delay += course.after;
                (failures, is_delivered) = (course.failures, course.is_delivered);
            }
            let at = self.in_turn((source, index), group, self.now + delay);
            let parcel = Parcel {
                source,
                ordinal,
                subscription: index,
                group,
                failures,
                is_delivered,
                is_record,
                lineage,
            };
            if at == self.now && delay.nanos() == 0 {
                self.arrive_at_subscriber(&parcel, false);
            } else {
                self.tell_push(source, PushChange::Waits { subscription: index });
                let step = ParcelStep::Waits { subscription: index, until: at };
                self.tell_parcel((source, ordinal), step);
                let parcel = self.parcels.insert(parcel);
                self.agenda.push(at, Rank::Timer, Event::HandOver { parcel });
            }
        }
    }

    /// When a message can be handed over that is ready at `at`: in a FIFO topic not before those of its group that came earlier.
    fn in_turn(&mut self, (source, subscription): (u32, u32), group: Option<u32>, at: SimTime) -> SimTime {
        let Some(group) = group else { return at };
        let last =
            self.push_sources[source as usize].last_of_group.entry((subscription, group)).or_insert(at);
        *last = at.max(*last);
        *last
    }

    pub(super) fn hand_over_parcel(&mut self, parcel: u32) {
        let parcel = self.parcels.remove(parcel);
        self.arrive_at_subscriber(&parcel, true);
    }

    fn arrive_at_subscriber(&mut self, parcel: &Parcel, has_waited: bool) {
        let Parcel { source, ordinal, subscription, failures, is_delivered, .. } = *parcel;
        let config = &self.push_sources[source as usize].config.subscriptions[subscription as usize];
        if is_delivered {
            self.tell_push(source, PushChange::HandedOver { subscription, failures, has_waited });
            self.tell_parcel((source, ordinal), ParcelStep::HandedOver { subscription, failures });
            let what = self.tell_subscriber(parcel, config.to);
            self.tell_parcel((source, ordinal), ParcelStep::Became { subscription, what });
            return;
        }
        let is_kept = config.dead_letter.is_some();
        self.tell_push(source, PushChange::GivenUp { subscription, failures, is_kept, has_waited });
        self.tell_parcel((source, ordinal), ParcelStep::GivenUp { subscription, failures, is_kept });
        if let Some(queue) = config.dead_letter {
            let queue = self.local_queue(queue);
            self.put_record(queue);
        }
    }

    fn tell_subscriber(&mut self, parcel: &Parcel, to: Target) -> Became {
        let Parcel { source, subscription, group, is_record, lineage, .. } = *parcel;
        match to {
            Target::Function(id) => {
                let function = self.local(id);
                let link = self.push_sources[source as usize].sources[subscription as usize];
                let link = link.expect("every function that is told has a source");
                let ordinal = self.sources[link as usize].next_ordinal();
                self.offered += 1;
                let tag = RequestTag { function, number: self.offered, born: self.now };
                self.open(tag, Mode::Async);
                let (given, asker) = (Given::default(), Asker::Caller);
                let request = Request { tag, source: link, ordinal, attempt: 0, run: 0, given, asker };
                self.accept_event(request, lineage);
                Became::Request(tag)
            }
            Target::Queue(id) => {
                let queue = self.local_queue(id);
                // What only tells of an end is kept where nobody reads it.
                let is_offered = !is_record || !self.queues[queue as usize].readers.is_empty();
                let ordinal = self.queues[queue as usize].messages.next_ordinal();
                match group {
                    Some(_) if self.stops_loop(queue, lineage) => {}
                    Some(group) => self.put_in_group(queue, group, is_offered, lineage),
                    None => self.send_in_chain(queue, Entry::Published, is_offered, lineage),
                }
                let is_there = self.queues[queue as usize].messages.next_ordinal() > ordinal;
                if is_there { Became::Message { queue, ordinal } } else { Became::Nothing }
            }
            Target::Push(id) => {
                let other = self.local_push(id);
                let ordinal = self.push_sources[other as usize].next_ordinal;
                self.publish(other, 1, is_record, lineage);
                Became::Told { source: other, ordinal }
            }
            Target::Stream(_) => unreachable!("a stream is not told"),
        }
    }

    fn tell_push(&mut self, source: u32, change: PushChange) {
        self.tell(Fact::Push(PushFact { source, change }));
    }

    /// Index of a push source within the cell.
    pub(super) fn local_push(&self, id: PushId) -> u32 {
        self.cell.push_sources.binary_search(&id).expect("cells are closed under push sources") as u32
    }

    /// What each push source was told, and what is on its way.
    pub(super) fn count_parcels(&self) -> Vec<PushRemains> {
        let told = |state: &PushState<'_>| PushRemains { told: state.next_ordinal, waiting: 0 };
        let mut remains: Vec<PushRemains> = self.push_sources.iter().map(told).collect();
        for (_, parcel) in self.parcels.iter() {
            remains[parcel.source as usize].waiting += 1;
        }
        remains
    }
}
