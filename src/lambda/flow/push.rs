//! Topics, buckets and event buses: whom they tell, and when (S83).

use crate::engine::Rank;
use crate::random::Purpose;
use crate::scenario::model::{Mode, Overrides, PushId, PushSource, Target};

use super::super::facts::{Entry, Fact, Observer, PushChange, PushFact, RequestTag};
use super::super::fleet::span;
use super::super::handover::handover;
use super::super::lineage::Lineage;
use super::super::source::{Given, OrdinalStream, Source};
use super::{Asker, Event, Request, World};

/// One push source while it is simulated.
pub(super) struct PushState<'s> {
    config: &'s PushSource,
    next_ordinal: u64,
    filter: OrdinalStream,
    handover: OrdinalStream,
    delay: OrdinalStream,
    /// By subscription: the source of what it causes in a function.
    sources: Vec<Option<u32>>,
}

/// Something on its way to a subscriber.
#[derive(Debug)]
pub(super) struct Parcel {
    source: u32,
    subscription: u32,
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
        state.next_ordinal += 1;
        self.tell_push(source, PushChange::Published);
        for (index, subscription) in config.subscriptions.iter().enumerate() {
            let index = index as u32;
            let state = &mut self.push_sources[source as usize];
            // Targets of one rule are told of the same.
            if subscription.filter < 1.0
                && !state.filter.happens(subscription.filter, ordinal, subscription.rule)
            {
                self.tell_push(source, PushChange::Filtered { subscription: index });
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
            let parcel = Parcel { source, subscription: index, failures, is_delivered, is_record, lineage };
            if delay.nanos() == 0 {
                self.arrive_at_subscriber(&parcel, false);
            } else {
                self.tell_push(source, PushChange::Waits { subscription: index });
                let parcel = self.parcels.insert(parcel);
                self.agenda.push(self.now + delay, Rank::Timer, Event::HandOver { parcel });
            }
        }
    }

    pub(super) fn hand_over_parcel(&mut self, parcel: u32) {
        let parcel = self.parcels.remove(parcel);
        self.arrive_at_subscriber(&parcel, true);
    }

    fn arrive_at_subscriber(&mut self, parcel: &Parcel, has_waited: bool) {
        let Parcel { source, subscription, failures, is_delivered, .. } = *parcel;
        let config = &self.push_sources[source as usize].config.subscriptions[subscription as usize];
        if is_delivered {
            self.tell_push(source, PushChange::HandedOver { subscription, failures, has_waited });
            self.tell_subscriber(parcel, config.to);
            return;
        }
        let is_kept = config.dead_letter.is_some();
        self.tell_push(source, PushChange::GivenUp { subscription, failures, is_kept, has_waited });
        if let Some(queue) = config.dead_letter {
            let queue = self.local_queue(queue);
            self.put_record(queue);
        }
    }

    fn tell_subscriber(&mut self, parcel: &Parcel, to: Target) {
        let Parcel { source, subscription, is_record, lineage, .. } = *parcel;
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
            }
            Target::Queue(id) => {
                let queue = self.local_queue(id);
                // What only tells of an end is kept where nobody reads it.
                let is_offered = !is_record || !self.queues[queue as usize].readers.is_empty();
                self.send_in_chain(queue, Entry::Published, is_offered, lineage);
            }
            Target::Push(id) => {
                let other = self.local_push(id);
                self.publish(other, 1, is_record, lineage);
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

    /// What is on its way from each push source.
    pub(super) fn count_parcels(&self) -> Vec<u64> {
        let mut waiting = vec![0; self.push_sources.len()];
        for (_, parcel) in self.parcels.iter() {
            waiting[parcel.source as usize] += 1;
        }
        waiting
    }
}
