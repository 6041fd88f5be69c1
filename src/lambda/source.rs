//! Sources of requests and the draws that belong to their requests (S3).

use crate::random::{Distribution, Entity, Purpose, Stream};
use crate::scenario::model::{Function, Handler, Overrides, Payload, PerRecord, Poison};
use crate::units::SimDuration;

use super::cpu;
use super::fleet::span;

/// Where requests come from: a traffic source, or a destination of another function.
// In this order in memory: what every invocation touches shares lines of the cache (measured on W6: docs/performance.md).
#[repr(C)]
pub struct Source {
    next_ordinal: u64,
    /// Nothing but the handler is overridden.
    keeps_outcome: bool,
    /// Of an event source mapping: the batch that is drawn for.
    load: Option<Load>,
    duration: OrdinalStream,
    handler_error: OrdinalStream,
    /// What requests of this source have instead of the function's own values.
    pub overrides: Overrides,
    memory_used: OrdinalStream,
    crash: OrdinalStream,
    poison: OrdinalStream,
    queue_latency: OrdinalStream,
    /// The name that addresses the draws.
    pub name: String,
    cpu_work: OrdinalStream,
    io_wait: OrdinalStream,
    network: OrdinalStream,
    gateway_latency: OrdinalStream,
    call_latency: OrdinalStream,
    emission: OrdinalStream,
    backoff: OrdinalStream,
    jitter: OrdinalStream,
    delivery_delay: OrdinalStream,
    delivery_error: OrdinalStream,
    presigned_use: OrdinalStream,
    log_delivery: OrdinalStream,
    /// CPU work and waiting of records, where a function has such.
    records: Option<Box<RecordStreams>>,
    /// Records in batches so far.
    next_record: u64,
    seed: u64,
}

/// What a trace says about one request, in place of draws.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "as in a trace's row")]
pub struct Given {
    pub duration: Option<SimDuration>,
    pub init: Option<SimDuration>,
    pub payload_bytes: Option<u64>,
}

/// What becomes of one run of the handler, before timeout and memory have their say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the draws of S58")]
pub struct Mishaps {
    pub raises: bool,
    pub exits: bool,
    pub exceeds_memory: bool,
}

/// The batch that the next draw of a mapping is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Load {
    /// Ordinal of its first record among all of the mapping.
    pub first: u64,
    /// Records in it.
    pub records: u32,
    /// A record makes the whole invocation fail.
    pub fails: bool,
}

impl Source {
    /// The batches of the event source mapping called `name`.
    pub fn of_batches(seed: u64, name: &str) -> Self {
        Self { keeps_outcome: false, ..Self::new(seed, name, Overrides::default()) }
    }

    /// The next draw is about this batch.
    pub fn load(&mut self, load: Load) {
        self.load = Some(load);
    }

    /// So many records leave; returns the ordinal of the first.
    pub fn next_records(&mut self, count: u32) -> u64 {
        self.next_record += u64::from(count);
        self.next_record - u64::from(count)
    }

    /// The source called `name`.
    pub fn new(seed: u64, name: &str, overrides: Overrides) -> Self {
        let entity = Entity::new(seed, name);
        let stream = |purpose| OrdinalStream::of(entity.stream(purpose));
        let Overrides { errors, max_memory_used, payload, .. } = &overrides;
        Self {
            name: name.to_owned(),
            keeps_outcome: errors.is_none() && max_memory_used.is_none() && payload.is_none(),
            overrides,
            next_ordinal: 0,
            duration: stream(Purpose::Duration),
            cpu_work: stream(Purpose::CpuWork),
            io_wait: stream(Purpose::IoWait),
            handler_error: stream(Purpose::HandlerError),
            crash: stream(Purpose::Crash),
            poison: stream(Purpose::Poison),
            memory_used: stream(Purpose::MemoryUsed),
            network: stream(Purpose::Network),
            gateway_latency: stream(Purpose::GatewayLatency),
            call_latency: stream(Purpose::CallLatency),
            emission: stream(Purpose::Emission),
            backoff: stream(Purpose::ClientBackoff),
            jitter: stream(Purpose::AsyncJitter),
            queue_latency: stream(Purpose::QueueLatency),
            delivery_delay: stream(Purpose::DeliveryDelay),
            delivery_error: stream(Purpose::DeliveryError),
            presigned_use: stream(Purpose::PresignedUse),
            log_delivery: stream(Purpose::LogDelivery),
            records: None,
            next_record: 0,
            load: None,
            seed,
        }
    }

    /// The ordinal of the next request, from 0.
    #[inline(always)]
    pub fn next_ordinal(&mut self) -> u64 {
        self.next_ordinal += 1;
        self.next_ordinal - 1
    }

    /// Requests that there have been.
    pub fn requests(&self) -> u64 {
        self.next_ordinal
    }

    /// Payload sizes of this source's requests to `function`.
    pub fn payload(&self, function: &Function) -> Payload {
        self.overrides.payload.unwrap_or(function.payload)
    }

    /// Whether payloads of this source's requests are not the function's.
    #[inline(always)]
    pub fn has_own_payload(&self) -> bool {
        self.overrides.payload.is_some()
    }

    /// Whether requests of this source have payloads, errors and a use of memory as the function has them.
    #[inline(always)]
    pub fn keeps_outcome(&self) -> bool {
        self.keeps_outcome
    }

    /// How long run `run` (from 0) of request `ordinal` in `function` takes.
    #[inline(always)]
    pub fn duration(&mut self, ordinal: u64, run: u32, function: &Function, given: Given) -> SimDuration {
        match given.duration {
            Some(duration) => duration,
            None => self.draw_duration(ordinal, run, function),
        }
    }

    /// What becomes of run `run` (from 0) of request `ordinal` in `function`.
    #[inline(never)]
    pub fn mishaps(&mut self, ordinal: u64, run: u32, function: &Function) -> Mishaps {
        let errors = self.overrides.errors.unwrap_or(function.errors);
        let raises = self.handler_error.happens(errors, ordinal, run)
            || match self.load {
                Some(load) => load.fails,
                None => self.is_poison(ordinal, &function.poison),
            };
        let exits = self.crash.happens(function.crashes, ordinal, run);
        let exceeds_memory = self
            .memory_used(ordinal, run, function)
            .is_some_and(|used| used > f64::from(function.memory.mb()));
        Mishaps { raises, exits, exceeds_memory }
    }

    /// Peak memory of run `run` of request `ordinal` in `function`, MB; `None` where nobody says.
    pub fn memory_used(&mut self, ordinal: u64, run: u32, function: &Function) -> Option<f64> {
        let used = self.overrides.max_memory_used.as_ref().or(function.max_memory_used.as_ref())?;
        Some(self.memory_used.draw(used, ordinal, run))
    }

    /// Time on the network there and back, of attempt `attempt` of request `ordinal`.
    pub fn network(&mut self, network: &Distribution, ordinal: u64, attempt: u32) -> SimDuration {
        span(self.network.draw(network, ordinal, attempt))
    }

    /// How long call `step` (from 0) of run `run` of request `ordinal` takes.
    pub fn call_latency(&mut self, latency: &Distribution, ordinal: u64, run: u32, step: u32) -> SimDuration {
        span(self.call_latency.draw(latency, ordinal, one_of_many(run, step)))
    }

    /// Whether run `run` of request `ordinal` passes on what stands at place `index` of its list.
    pub fn emits(&mut self, share: f64, ordinal: u64, run: u32, index: u32) -> bool {
        share >= 1.0 || self.emission.happens(share, ordinal, one_of_many(run, index))
    }

    /// Time in a gateway there and back, of attempt `attempt` of request `ordinal`.
    pub fn gateway_latency(&mut self, latency: &Distribution, ordinal: u64, attempt: u32) -> SimDuration {
        span(self.gateway_latency.draw(latency, ordinal, attempt))
    }

    /// Uniform in (0, 1): how much of its back-off a client waits after attempt `attempt`.
    pub fn backoff_jitter(&mut self, ordinal: u64, attempt: u32) -> f64 {
        self.backoff.uniform(ordinal, attempt)
    }

    /// Uniform in (0, 1): how much of its back-off an event waits after its `throttles`-th throttle.
    pub fn async_jitter(&mut self, ordinal: u64, throttles: u32) -> f64 {
        self.jitter.uniform(ordinal, throttles)
    }

    /// From acceptance of event `ordinal` to its first attempt.
    pub fn queue_latency(&mut self, latency: &Distribution, ordinal: u64) -> SimDuration {
        span(self.queue_latency.draw(latency, ordinal, 0))
    }

    /// From the end of event `ordinal` to its delivery.
    pub fn delivery_delay(&mut self, delay: &Distribution, ordinal: u64) -> SimDuration {
        span(self.delivery_delay.draw(delay, ordinal, 0))
    }

    /// From the end of run `run` of request `ordinal` to the use of the URL that it made.
    pub fn presigned_use(&mut self, after: &Distribution, ordinal: u64, run: u32) -> SimDuration {
        span(self.presigned_use.draw(after, ordinal, run))
    }

    /// From the end of run `run` of request `ordinal` to the delivery of its log lines by this filter.
    pub fn log_delivery(
        &mut self,
        (filter, delay): (u32, &Distribution),
        ordinal: u64,
        run: u32,
    ) -> SimDuration {
        // Runs are few, so that the second filter finds draws of its own far away.
        span(self.log_delivery.draw(delay, ordinal, run | filter << 31))
    }

    /// Whether delivery number `delivery` of event `ordinal` fails.
    pub fn delivery_fails(&mut self, share: f64, ordinal: u64, delivery: u32) -> bool {
        self.delivery_error.happens(share, ordinal, delivery)
    }

    #[inline(always)]
    fn draw_duration(&mut self, ordinal: u64, run: u32, function: &Function) -> SimDuration {
        match self.overrides.handler.as_ref().unwrap_or(&function.handler) {
            Handler::Duration(duration) => span(self.duration.draw(duration, ordinal, run)),
            Handler::Work { cpu, io, threads, per_record } => {
                let mut work = span(self.cpu_work.draw(cpu, ordinal, run));
                let mut wait = span(self.io_wait.draw(io, ordinal, run));
                if let Some(per_record) = per_record {
                    let streams = self
                        .records
                        .get_or_insert_with(|| Box::new(RecordStreams::new(self.seed, &self.name)));
                    let records = self.load.map_or((ordinal, 1), |load| (load.first, load.records));
                    let (cpu, io) = streams.draw(per_record, records, run);
                    (work, wait) = (work + cpu, wait + io);
                }
                cpu::elapsed(work, function.memory, *threads, function.cpu_model) + wait
            }
        }
    }

    /// A poisonous event is so in every run (S58).
    #[inline(always)]
    fn is_poison(&mut self, ordinal: u64, poison: &Poison) -> bool {
        match poison {
            Poison::Share(share) => self.poison.happens(*share, ordinal, 0),
            Poison::Ordinals(ordinals) => ordinals.binary_search(&ordinal).is_ok(),
        }
    }
}

/// An attempt number for draw `index` of run `run`, where a run has several of one kind.
fn one_of_many(run: u32, index: u32) -> u32 {
    run * MOST_OF_ONE_KIND + index
}

/// Calls of a function at most, and what it passes on at most.
pub const MOST_OF_ONE_KIND: u32 = 100;

/// What records add to the work of an invocation.
struct RecordStreams {
    cpu: OrdinalStream,
    io: OrdinalStream,
}

impl RecordStreams {
    fn new(seed: u64, name: &str) -> Self {
        let stream = |purpose| OrdinalStream::new(seed, name, purpose);
        Self { cpu: stream(Purpose::RecordCpu), io: stream(Purpose::RecordIo) }
    }

    /// CPU work and waiting of so many records from number `first` on; each has the draw of its number.
    fn draw(
        &mut self,
        per_record: &PerRecord,
        (first, count): (u64, u32),
        run: u32,
    ) -> (SimDuration, SimDuration) {
        let sum = |stream: &mut OrdinalStream, part: &Distribution| match part {
            Distribution::Constant(each) => span(*each).saturating_mul(u64::from(count)),
            other => (first..first + u64::from(count))
                .map(|record| span(stream.draw(other, record, run)))
                .fold(SimDuration::ZERO, |sum, draw| sum + draw),
        };
        (sum(&mut self.cpu, &per_record.cpu), sum(&mut self.io, &per_record.io))
    }
}

/// A stream whose draw number `ordinal` belongs to request `ordinal`.
pub(super) struct OrdinalStream {
    stream: Stream,
    /// Ordinal of the next sequential draw.
    next: u64,
}

impl OrdinalStream {
    /// The stream of `purpose` of the entity called `name`.
    pub(super) fn new(seed: u64, name: &str, purpose: Purpose) -> Self {
        Self::of(Stream::new(seed, name, purpose))
    }

    fn of(stream: Stream) -> Self {
        Self { stream, next: 0 }
    }

    #[inline(always)]
    pub(super) fn draw(&mut self, distribution: &Distribution, ordinal: u64, run: u32) -> f64 {
        match distribution {
            Distribution::Constant(value) => *value,
            other if self.is_next(ordinal, run) => {
                self.next += 1;
                self.stream.draw(other)
            }
            other => other.quantile(self.uniform_out_of_order(ordinal, run)),
        }
    }

    #[inline(always)]
    pub(super) fn happens(&mut self, share: f64, ordinal: u64, run: u32) -> bool {
        share > 0.0 && self.uniform(ordinal, run) < share
    }

    /// First runs mostly come in order and read on.
    #[inline(always)]
    fn is_next(&self, ordinal: u64, run: u32) -> bool {
        run == 0 && ordinal == self.next
    }

    #[inline(always)]
    pub(super) fn uniform(&mut self, ordinal: u64, run: u32) -> f64 {
        if self.is_next(ordinal, run) {
            self.next += 1;
            return self.stream.uniform();
        }
        self.uniform_out_of_order(ordinal, run)
    }

    /// What was skipped is read past, each draw once.
    #[inline(never)]
    fn uniform_out_of_order(&mut self, ordinal: u64, run: u32) -> f64 {
        if run > 0 || ordinal < self.next {
            return self.stream.uniform_at(ordinal, run);
        }
        while self.next < ordinal {
            self.stream.uniform();
            self.next += 1;
        }
        self.next += 1;
        self.stream.uniform()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draw_is_the_same_whether_read_in_order_or_not() {
        let stream = || OrdinalStream::new(1, "a", Purpose::Duration);
        let mut in_order = stream();
        let drawn: Vec<f64> = (0..10).map(|ordinal| in_order.uniform(ordinal, 0)).collect();
        let mut jumping = stream();
        for ordinal in [3, 7, 2, 9, 0, 8] {
            assert_eq!(jumping.uniform(ordinal, 0), drawn[ordinal as usize], "ordinal {ordinal}");
        }
        assert_ne!(jumping.uniform(3, 1), drawn[3]);
    }
}
