//! Requests to SQS, which are what SQS charges: sends, receives (the empty ones, too) and deletes (S80).

use crate::lambda::cell::Cell;
use crate::lambda::facts::{BatchChange, BatchFact, Entry, MessageChange, PollersFact, QueueFact};
use crate::lambda::pollers::MESSAGES_OF_A_POLL;
use crate::scenario::model::{Metered, Queue, Scenario, Service};
use crate::units::{SimDuration, SimTime};

use super::metering::MeteredUsage;
use super::polling::Polling;
use super::statistics::Window;

/// Requests about one queue.
#[derive(Clone, Debug)]
pub struct SqsRequests {
    window: Window,
    long_poll: SimDuration,
    /// Bytes of a message, and of what is charged as one request.
    message: u64,
    chunk: u64,
    charge: Metered,
    /// What is billed, where SQS is on the bill.
    pub metered: Option<MeteredUsage>,
    /// Messages that a filter left out since the last batch.
    left_out: u32,
    /// Requests by kind, each counted once for every 64 KB.
    pub sends: u64,
    /// Receives that brought messages.
    pub receives: u64,
    /// Receives that came back empty after 20 s.
    pub empty_receives: u64,
    /// Deletes, of up to ten messages.
    pub deletes: u64,
    /// By mapping that reads it.
    polling: Vec<(u32, Polling)>,
}

/// The requests about all queues of a cell.
#[derive(Clone, Debug)]
pub struct SqsRequestsOfCell {
    queues: Vec<SqsRequests>,
    /// By mapping: index of its queue, and its place there.
    places: Vec<(u32, u32)>,
    /// By mapping: index of its function.
    functions: Vec<u32>,
}

impl SqsRequestsOfCell {
    /// Nothing has happened yet.
    pub fn new(scenario: &Scenario, cell: &Cell, window: Window) -> Self {
        let of = |id: &crate::scenario::model::QueueId| {
            SqsRequests::new(scenario, &scenario.queues[id.0 as usize], window)
        };
        let mut queues: Vec<SqsRequests> = cell.queues.iter().map(of).collect();
        let (mut places, mut functions) = (Vec::new(), Vec::new());
        for (index, mapping) in cell.mappings(scenario).into_iter().enumerate() {
            let function = &scenario.functions[cell.functions[mapping.function as usize].0 as usize];
            let rules = scenario.platform.sqs_provisioned;
            let provisioned = function.event_sources[mapping.index].provisioned_pollers;
            let each = provisioned.and(rules).map_or(1, |rules| rules.batches);
            let queue = &mut queues[mapping.queue as usize];
            places.push((mapping.queue, queue.polling.len() as u32));
            functions.push(mapping.function);
            queue.polling.push((index as u32, Polling::new(window, scenario.start_unix_s, each)));
            queue.message = queue.message.max(function.payload.request.count());
        }
        Self { queues, places, functions }
    }

    /// By index of the queue within the cell.
    pub fn queues(&self) -> &[SqsRequests] {
        &self.queues
    }

    /// What provisioned pollers of a function cost, by its index within the cell.
    pub fn poller_time(&self, function: usize) -> impl Iterator<Item = &MeteredUsage> {
        let own = self.functions.iter().enumerate().filter(move |(_, of)| **of as usize == function);
        own.filter_map(|(mapping, _)| self.polling(mapping).billed.as_ref())
    }

    /// The pollers of a mapping.
    pub fn polling(&self, mapping: usize) -> &Polling {
        let (queue, place) = self.places[mapping];
        &self.queues[queue as usize].polling[place as usize].1
    }

    #[inline]
    fn of_mapping(&mut self, mapping: u32) -> (&mut SqsRequests, usize) {
        let (queue, place) = self.places[mapping as usize];
        (&mut self.queues[queue as usize], place as usize)
    }

    #[inline]
    pub(super) fn queue(&mut self, now: SimTime, fact: &QueueFact) {
        let queue = &mut self.queues[fact.queue as usize];
        match fact.change {
            MessageChange::Entered(Entry::Traffic | Entry::Record | Entry::Emitted | Entry::Published) => {
                let requests = u64::from(fact.messages.count) * queue.chunks(1);
                queue.sends += requests;
                queue.charge(now, requests);
            }
            MessageChange::Filtered => queue.left_out += fact.messages.count,
            _ => {}
        }
    }

    /// A send of a duplicate is charged like any other.
    pub(super) fn deduplicated(&mut self, now: SimTime, queue: u32) {
        let queue = &mut self.queues[queue as usize];
        let requests = queue.chunks(1);
        queue.sends += requests;
        queue.charge(now, requests);
    }

    #[inline]
    pub(super) fn batch(&mut self, now: SimTime, fact: &BatchFact) {
        let (queue, place) = self.of_mapping(fact.mapping);
        queue.polling[place].1.batch(now, fact);
        match fact.change {
            BatchChange::Left { size, .. } => queue.received(now, size),
            BatchChange::Ended { deleted, duplicates, .. } => queue.deleted(now, deleted + duplicates),
            BatchChange::Throttled { .. } | BatchChange::Faulted { .. } => {}
        }
    }

    #[inline]
    pub(super) fn pollers(&mut self, fact: &PollersFact) {
        let (queue, place) = self.of_mapping(fact.mapping);
        queue.polling[place].1.pollers(fact);
    }

    pub(super) fn finish(&mut self, end: SimTime) {
        self.queues.iter_mut().for_each(|queue| queue.finish(end));
    }
}

impl SqsRequests {
    fn new(scenario: &Scenario, queue: &Queue, window: Window) -> Self {
        let is_billed = scenario.pricing.includes(Service::Sqs);
        Self {
            window,
            long_poll: scenario.platform.sqs_long_poll,
            message: 0,
            chunk: scenario.platform.sqs_request_chunk.count(),
            charge: if queue.is_fifo() { Metered::SqsFifoRequests } else { Metered::SqsRequests },
            metered: is_billed.then(|| MeteredUsage::new(scenario.start_unix_s)),
            left_out: 0,
            sends: 0,
            receives: 0,
            empty_receives: 0,
            deletes: 0,
            polling: Vec::new(),
        }
    }

    /// All of them.
    pub fn total(&self) -> u64 {
        self.sends + self.receives + self.empty_receives + self.deletes
    }

    /// What so many messages in one request are charged as.
    #[inline]
    fn chunks(&self, messages: u32) -> u64 {
        (self.message * u64::from(messages)).div_ceil(self.chunk).max(1)
    }

    #[inline]
    fn charge(&mut self, now: SimTime, requests: u64) {
        if let Some(metered) = &mut self.metered {
            metered.add(now, self.charge, u128::from(requests), self.window.counts(now));
        }
    }

    /// A batch left; what the filter left out came with it.
    #[inline]
    fn received(&mut self, now: SimTime, size: u32) {
        let left_out = std::mem::take(&mut self.left_out);
        let messages = size + left_out;
        let (full, rest) = (messages / MESSAGES_OF_A_POLL, messages % MESSAGES_OF_A_POLL);
        let mut requests = u64::from(full) * self.chunks(MESSAGES_OF_A_POLL);
        requests += if rest > 0 { self.chunks(rest) } else { 0 };
        self.receives += requests;
        self.charge(now, requests);
        if left_out > 0 {
            self.deleted(now, left_out);
        }
    }

    #[inline]
    fn deleted(&mut self, now: SimTime, messages: u32) {
        let requests = u64::from(messages.div_ceil(MESSAGES_OF_A_POLL));
        self.deletes += requests;
        self.charge(now, requests);
    }

    fn finish(&mut self, end: SimTime) {
        if self.left_out > 0 {
            self.received(end, 0);
        }
        for (_, polling) in &mut self.polling {
            polling.finish(end);
            let (months, steady) = polling.idle().whole(self.long_poll);
            self.empty_receives += months.iter().sum::<u128>() as u64;
            if let Some(metered) = &mut self.metered {
                metered.add_months(self.charge, &months);
                metered.add_steady(self.charge, steady);
            }
        }
    }
}
