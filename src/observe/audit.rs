//! The audit: the same counts once more, derived from other facts, and compared at the end of every run.

use crate::lambda::cell::Cell;
use crate::lambda::facts::{Fact, Invocation, Observer, RequestTag, Settlement, Started};
use crate::lambda::flow::Remains;
use crate::lambda::lapse::Lapse;
use crate::lambda::outcome::Fate;
use crate::lambda::parts::Parts;
use crate::scenario::model::{Mode, Scenario};
use crate::units::SimTime;

use super::counts::FateCounts;
use super::downstream::DownstreamBooks;
use super::gateway::GatewayBooks;
use super::push_source::PushBooks;
use super::queue::MappingStatistics;
use super::queue_audit::{MappingBooks, QueueBooks};
use super::statistics::Statistics;
use super::stream::StreamBooks;

/// Books of one cell, kept independently of [`Statistics`].
#[derive(Clone, Debug)]
pub struct Audit {
    /// By place: functions, then versions.
    books: Vec<Books>,
    parts: Parts,
    queues: Vec<QueueBooks>,
    mappings: Vec<MappingBooks>,
    gateways: Vec<GatewayBooks>,
    downstreams: Vec<DownstreamBooks>,
    streams: Vec<StreamBooks>,
    push_sources: Vec<PushBooks>,
}

// In this order in memory: what every invocation touches is one line of the cache.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C, align(64))]
struct Books {
    /// Of a function with all its versions.
    offered: u64,
    last_seen: SimTime,
    /// What `$LATEST` of a function, or a version, did.
    place: PlaceBooks,
    /// Of a function with all its versions, by fate.
    closed: [u64; 12],
    faulted: u64,
    held: u64,
    let_go: u64,
}

/// Invocations and environments of one place.
#[derive(Clone, Copy, Debug, Default)]
struct PlaceBooks {
    started: u64,
    ended: u64,
    created: u64,
    retired: u64,
}

impl Audit {
    /// Empty books.
    pub fn new(scenario: &Scenario, cell: &Cell) -> Self {
        let parts = Parts::of(scenario, cell);
        Self {
            books: vec![Books::default(); parts.places() as usize],
            parts,
            queues: vec![QueueBooks::default(); cell.queues.len()],
            mappings: vec![MappingBooks::default(); cell.mappings(scenario).len()],
            gateways: vec![GatewayBooks::default(); cell.gateways.len()],
            downstreams: vec![DownstreamBooks::default(); cell.downstreams.len()],
            streams: vec![StreamBooks::new(scenario.platform.shard_reads_per_second); cell.streams.len()],
            push_sources: vec![PushBooks::default(); cell.push_sources.len()],
        }
    }

    /// Compares the books with what is left and with the statistics.
    ///
    /// # Panics
    /// When anything was lost or counted twice: that is a bug, never a result.
    pub fn verify(&self, remains: &Remains, statistics: &Statistics) {
        let mut open = 0;
        for (index, (books, function)) in self.functions().iter().zip(&statistics.functions).enumerate() {
            let closed: u64 = books.closed.iter().sum();
            let fates = &function.fates;
            assert_eq!(books.offered, fates.offered, "offered, function {index}");
            assert_eq!(closed, fates.closed(), "closed, function {index}");
            assert_eq!(books.closed, by_fate(fates), "fates, function {index}");
            let errors = books.closed[Fate::ServiceError as usize];
            assert!(errors <= books.faulted, "errors of the service without one, function {index}");
            open += books.offered.checked_sub(closed).expect("nothing ends twice");
        }
        self.verify_places(remains, statistics);
        for (index, (books, queue)) in self.queues.iter().zip(&statistics.queues).enumerate() {
            open += books.verify(index, &remains.queues[index], queue, &statistics.sqs.queues()[index]);
        }
        for (index, (books, stream)) in self.streams.iter().zip(&statistics.streams).enumerate() {
            open += books.verify(index, remains.streams[index], stream);
        }
        for (index, (books, source)) in self.push_sources.iter().zip(&statistics.push_sources).enumerate() {
            open += books.verify(index, &remains.push_sources[index], source);
        }
        assert_eq!(open, remains.open, "what is open and what is still in flight or waiting");
        let mappings = self.mappings.iter().zip(&statistics.mappings).enumerate();
        let verify = |(index, (books, mapping)): (usize, (&MappingBooks, &MappingStatistics))| {
            books.verify(mapping.in_process, statistics.sqs.polling(index))
        };
        let deleted: u64 = mappings.map(verify).sum();
        let of_queues: u64 = statistics.queues.iter().map(|queue| queue.deleted).sum();
        assert_eq!(deleted, of_queues, "deleted");
        for (index, (books, gateway)) in self.gateways.iter().zip(&statistics.gateways).enumerate() {
            books.verify(index, remains.gateways[index], gateway);
        }
        for (index, (books, downstream)) in self.downstreams.iter().zip(&statistics.downstreams).enumerate() {
            books.verify(index, remains.downstreams[index], downstream);
        }
    }
}

impl Audit {
    /// The books of functions.
    fn functions(&self) -> &[Books] {
        &self.books[..self.parts.functions() as usize]
    }

    /// Invocations and environments of each place, and of each function as the sum of its places.
    fn verify_places(&self, remains: &Remains, statistics: &Statistics) {
        let mut sums = vec![PlaceBooks::default(); self.functions().len()];
        for (place, (books, alive)) in self.books.iter().zip(&remains.alive).enumerate() {
            let books = books.place;
            assert_eq!(books.created, books.retired + alive, "environments, place {place}");
            if place >= self.functions().len() {
                let version = &statistics.functions[place];
                assert_eq!(books.created, version.environments.created, "environments, place {place}");
                let busy = u64::from(version.concurrency().level());
                assert_eq!(books.started - books.ended, busy, "in flight, place {place}");
            }
            let restores = statistics.snapstart.as_ref().and_then(|snapstart| snapstart.of_place(place));
            if let Some(restores) = restores {
                assert_eq!(books.created, restores, "restores, place {place}");
            }
            let sum = &mut sums[self.parts.function_of(place as u32) as usize];
            sum.started += books.started;
            sum.ended += books.ended;
            sum.created += books.created;
            sum.retired += books.retired;
        }
        for (index, (sum, function)) in sums.iter().zip(&statistics.functions).enumerate() {
            let environments = function.environments;
            assert_eq!(sum.created, environments.created, "environments, function {index}");
            assert_eq!(sum.retired, environments.retired, "environments that left, function {index}");
            let books = &self.books[index];
            let busy = sum.started + books.held - sum.ended - books.let_go;
            assert_eq!(busy, u64::from(function.concurrency().level()), "in flight, function {index}");
        }
    }

    fn lapsed(&mut self, place: u32, lapse: Lapse) {
        let books = &mut self.books[place as usize].place;
        match lapse {
            Lapse::Retired { .. } => books.retired += 1,
            Lapse::Replacement { .. } | Lapse::Allocated { .. } => books.created += 1,
            Lapse::IdlePeriodEnded { .. } => {}
        }
    }
}

fn by_fate(fates: &FateCounts) -> [u64; 12] {
    let mut counts = [0; 12];
    counts[Fate::Succeeded as usize] = fates.succeeded;
    counts[Fate::Throttled as usize] = fates.throttled;
    counts[Fate::FunctionError as usize] = fates.function_error;
    counts[Fate::TimedOut as usize] = fates.timed_out;
    counts[Fate::OutOfMemory as usize] = fates.out_of_memory;
    counts[Fate::ClientTimeout as usize] = fates.client_timeout;
    counts[Fate::Rejected as usize] = fates.rejected;
    counts[Fate::DeadLettered as usize] = fates.dead_lettered;
    counts[Fate::Dropped as usize] = fates.dropped;
    counts[Fate::Expired as usize] = fates.expired;
    counts[Fate::GatewayTimeout as usize] = fates.gateway_timeout;
    counts[Fate::ServiceError as usize] = fates.service_error;
    counts
}

impl Observer for Audit {
    #[inline(always)]
    fn offered(&mut self, _now: SimTime, request: RequestTag, _mode: Mode) {
        self.books[request.function as usize].offered += 1;
    }

    #[inline(always)]
    fn started(&mut self, _now: SimTime, started: &Started) {
        let place = started.served.version.unwrap_or(started.request.function);
        let books = &mut self.books[place as usize].place;
        books.started += 1;
        books.created += u64::from(started.cold);
    }

    #[inline(always)]
    fn ended(&mut self, _now: SimTime, invocation: &Invocation, settlement: &Settlement) {
        let place = settlement.served.version.unwrap_or(invocation.request.function);
        self.books[place as usize].place.ended += 1;
    }

    #[inline(always)]
    fn closed(&mut self, now: SimTime, request: RequestTag, _mode: Mode, fate: Fate) {
        let books = &mut self.books[request.function as usize];
        assert!(books.last_seen <= now && request.born <= now, "time ran backwards");
        books.last_seen = now;
        books.closed[fate as usize] += 1;
    }

    #[inline(always)]
    fn observe(&mut self, now: SimTime, fact: &Fact) {
        match fact {
            Fact::Offered { request, mode } => self.offered(now, *request, *mode),
            Fact::Closed { request, mode, fate } => self.closed(now, *request, *mode, *fate),
            Fact::Started(started) => self.started(now, started),
            Fact::Ended(ended) => {
                let (invocation, settlement) = ended.taken_apart();
                self.ended(now, &invocation, &settlement);
            }
            Fact::Held { function } => self.books[*function as usize].held += 1,
            Fact::LetGo { function, .. } => self.books[*function as usize].let_go += 1,
            Fact::Lapse { function, lapse, .. } => self.lapsed(*function, *lapse),
            Fact::Faulted(fact) => self.books[fact.request.function as usize].faulted += 1,
            Fact::Queue(fact) => self.queues[fact.queue as usize].observe(fact),
            Fact::Batch(fact) => self.mappings[fact.mapping as usize].observe(fact),
            Fact::Deduplicated { queue } => self.queues[*queue as usize].deduplicated += 1,
            Fact::Push(fact) => self.push_sources[fact.source as usize].observe(fact),
            Fact::Pollers(fact) => self.mappings[fact.mapping as usize].pollers(fact),
            Fact::Gateway(fact) => self.gateways[fact.gateway as usize].observe(fact),
            Fact::Stream(fact) => self.streams[fact.stream as usize].observe(now, fact),
            Fact::Downstream(fact) => self.downstreams[fact.downstream as usize].observe(fact),
            Fact::Rejected { .. }
            | Fact::DryRunAnswered { .. }
            | Fact::Refused { .. }
            | Fact::Exit(_)
            | Fact::LogsDelivered { .. }
            | Fact::Considered(_)
            | Fact::Detail(_)
            | Fact::EventAccepted { .. }
            | Fact::EventRetry { .. }
            | Fact::EventEnded { .. }
            | Fact::MessageSent(_)
            | Fact::DeliveryFailed { .. }
            | Fact::CallOpened { .. }
            | Fact::CallAttempted { .. }
            | Fact::CallAbandoned { .. }
            | Fact::RetryDenied { .. }
            | Fact::CallClosed { .. }
            | Fact::RecursionStopped { .. }
            | Fact::StorageUsed { .. }
            | Fact::UrlPresigned { .. }
            | Fact::Reconfigured { .. }
            | Fact::Provisioned(_)
            | Fact::Deployment { .. } => {}
        }
    }
}
