//! Records: where they come in, how lanes make batches of them, and what becomes of a failure (S56, S57).

use crate::engine::Rank;
use crate::random::Purpose;
use crate::scenario::model::{Poison, RecordStream, StreamId, StreamSource, Target};
use crate::units::{SimDuration, SimTime};

use super::super::consumers::Consumers;
use super::super::facts::{Fact, Observer, RecordStep, RequestTag, StreamChange, StreamFact};
use super::super::lane::{AfterFailure, Lane, LaneState, Record};
use super::super::lineage::Lineage;
use super::super::outcome::Outcome;
use super::super::source::{Given, Load, OrdinalStream, Source};
use super::invoke::Admission;
use super::{Asker, Event, Request, World};

/// One stream while it is simulated.
pub(super) struct StreamState<'s> {
    config: &'s RecordStream,
    next_ordinal: u64,
    /// Which shard and lane a record belongs to.
    partition: OrdinalStream,
    poison: OrdinalStream,
    consumers: Vec<u32>,
}

/// One event source mapping that reads a stream.
pub(super) struct ConsumerState {
    function: u32,
    /// Index among the stream sources of the function.
    index: usize,
    stream: u32,
    source: u32,
    pub first_lane: u32,
    pub lanes: u32,
    /// Of a Kafka topic: its consumers.
    pub consumers: Option<Consumers>,
}

/// A lane with the batch that it has in process.
pub(super) struct LanePlace {
    pub lane: Lane,
    consumer: u32,
    request: RequestTag,
    ordinal: u64,
    first_record: u64,
    attempts: u32,
    /// The request is open.
    pub is_open: bool,
    /// The last record has told the lane that it is there.
    is_called: bool,
    /// The tumbling window whose aggregate has begun.
    pub window: Option<u64>,
    /// The batch in process is the end of that window.
    pub is_final: bool,
}

impl LanePlace {
    /// A batch becomes this request.
    pub(super) fn open(&mut self, request: RequestTag, ordinal: u64, first_record: u64) {
        (self.request, self.ordinal, self.first_record) = (request, ordinal, first_record);
        (self.attempts, self.is_open) = (0, true);
    }
}

impl<'s, O: Observer> World<'s, O> {
    pub(super) fn build_streams(&mut self) {
        let scenario = self.scenario;
        for id in &self.cell.streams {
            let config = &scenario.streams[id.0 as usize];
            self.streams.push(StreamState {
                config,
                next_ordinal: 0,
                partition: OrdinalStream::new(scenario.seed, &config.name, Purpose::Partition),
                poison: OrdinalStream::new(scenario.seed, &config.name, Purpose::Poison),
                consumers: Vec::new(),
            });
        }
        for consumer in self.cell.consumers(scenario) {
            let (index, source) = (self.consumers.len() as u32, self.sources.len() as u32);
            self.sources.push(Source::of_batches(scenario.seed, &consumer.name));
            let stream = &mut self.streams[consumer.stream as usize];
            stream.consumers.push(index);
            let settings = &self.functions[consumer.function as usize].config.stream_sources[consumer.index];
            let stream_kind = stream.config.kind;
            let lanes = stream.config.shards * settings.parallelization_factor;
            let first_lane = self.lanes.len() as u32;
            self.consumers.push(ConsumerState {
                function: consumer.function,
                index: consumer.index,
                stream: consumer.stream,
                source,
                first_lane,
                lanes,
                consumers: self.kafka_consumers(stream_kind, lanes, settings),
            });
            let request = RequestTag { function: consumer.function, number: 0, born: SimTime::ZERO };
            self.lanes.extend((0..lanes).map(|_| LanePlace {
                lane: Lane::default(),
                consumer: index,
                request,
                ordinal: 0,
                first_record: 0,
                attempts: 0,
                is_open: false,
                is_called: false,
                window: None,
                is_final: false,
            }));
            self.tell_kafka_pollers(index);
        }
    }

    pub(super) fn stream_settings(&self, consumer: u32) -> &'s StreamSource {
        let state = &self.consumers[consumer as usize];
        &self.functions[state.function as usize].config.stream_sources[state.index]
    }

    /// New records come into a stream; each of its readers will see them.
    pub(super) fn records_arrive(&mut self, stream: u32, count: u64) {
        for _ in 0..count {
            let now = self.now;
            let state = &mut self.streams[stream as usize];
            let ordinal = state.next_ordinal;
            state.next_ordinal += 1;
            let place = state.place_of(ordinal);
            for index in 0..self.streams[stream as usize].consumers.len() {
                let consumer = self.streams[stream as usize].consumers[index];
                let is_poison = self.is_poison_record(stream, consumer, ordinal);
                let lane = self.lane_for(consumer, place);
                let record = Record { ordinal, arrived: now, is_poison };
                self.tell_stream(lane, StreamChange::Entered);
                if O::DETAILED {
                    self.tell_record(lane, record, RecordStep::Entered);
                }
                if self.stream_settings(consumer).reads(now) {
                    self.lanes[lane as usize].lane.records.push_back(record);
                    self.watch_lag(consumer);
                    self.call_lane(lane);
                } else {
                    self.skip(lane, record);
                }
            }
        }
    }

    /// Nobody will read this record for the mapping.
    fn skip(&mut self, lane: u32, record: Record) {
        self.tell_stream(lane, StreamChange::Skipped);
        if O::DETAILED {
            self.tell_record(lane, record, RecordStep::Skipped);
        }
    }

    fn is_poison_record(&mut self, stream: u32, consumer: u32, ordinal: u64) -> bool {
        let function = self.consumers[consumer as usize].function;
        match &self.functions[function as usize].config.poison {
            Poison::Share(share) => {
                *share > 0.0 && self.streams[stream as usize].poison.happens(*share, ordinal, 0)
            }
            Poison::Ordinals(ordinals) => ordinals.binary_search(&ordinal).is_ok(),
        }
    }

    /// Something may be there for a lane: it looks after all else at this instant, or at its next poll.
    fn call_lane(&mut self, lane: u32) {
        let place = &self.lanes[lane as usize];
        let settings = self.stream_settings(place.consumer);
        let waits = matches!(place.lane.state, LaneState::Idle | LaneState::Gathering);
        let has_batch = place.lane.records.len() >= self.most_records(lane, settings) as usize;
        if place.is_called || !waits || (place.lane.state == LaneState::Gathering && !has_batch) {
            return;
        }
        let at = if place.lane.state == LaneState::Gathering { self.now } else { self.next_poll(settings) };
        let at = self.readable_at(lane, at);
        self.lanes[lane as usize].is_called = true;
        self.agenda.push(at, Rank::Receive, Event::LaneLooks { lane });
    }

    /// When the shard is polled next: at once, or at a multiple of the interval.
    fn next_poll(&self, settings: &StreamSource) -> SimTime {
        match settings.poll_interval.nanos() {
            0 => self.now,
            interval => SimTime::from_nanos(self.now.nanos().div_ceil(interval) * interval),
        }
    }

    /// A lane that does nothing, or gathers, looks for a batch.
    pub(super) fn lane_looks(&mut self, lane: u32) {
        self.lanes[lane as usize].is_called = false;
        let waits = matches!(self.lanes[lane as usize].lane.state, LaneState::Idle | LaneState::Gathering);
        if !waits {
            return;
        }
        self.shed_old(lane);
        let settings = self.stream_settings(self.lanes[lane as usize].consumer);
        if settings.tumbling_window.is_some() && self.window_is_over(lane) {
            return self.begin_final(lane);
        }
        let place = &mut self.lanes[lane as usize];
        if place.lane.records.is_empty() {
            place.lane.state = LaneState::Idle;
            return self.release_consumer(lane);
        }
        if let Some(later) = self.must_wait(lane, settings) {
            self.lanes[lane as usize].is_called = true;
            return self.agenda.push(later, Rank::Receive, Event::LaneLooks { lane });
        }
        let most = self.most_records(lane, settings);
        let place = &mut self.lanes[lane as usize];
        // The window was opened by the first record, when it came (S57).
        let opened = place.lane.records.front().map_or(self.now, |oldest| oldest.arrived);
        let closes = opened + settings.batch_window;
        let is_ready = place.lane.has_piece() || place.lane.next_size(most) >= most;
        if is_ready || closes <= self.now {
            return self.begin_batch(lane);
        }
        if place.lane.state == LaneState::Idle {
            place.lane.state = LaneState::Gathering;
            place.lane.receipt += 1;
            let receipt = place.lane.receipt;
            self.agenda.push(closes, Rank::Receive, Event::LaneGoesOn { lane, receipt });
        }
    }

    /// A window has closed, or a wait is over.
    pub(super) fn lane_goes_on(&mut self, lane: u32, receipt: u32) {
        if self.lanes[lane as usize].lane.receipt != receipt {
            return;
        }
        let was_open = self.lanes[lane as usize].is_open;
        self.shed_old(lane);
        let place = &self.lanes[lane as usize];
        let is_over = if place.is_final {
            self.final_is_too_old(lane)
        } else {
            place.lane.records.is_empty() || (was_open && place.lane.size == 0)
        };
        if is_over {
            self.lanes[lane as usize].is_final = false;
            self.batch_is_over(lane);
        } else if was_open {
            self.invoke_lane(lane);
        } else {
            let settings = self.stream_settings(place.consumer);
            match self.must_wait(lane, settings) {
                Some(later) => {
                    self.agenda.push(later, Rank::Receive, Event::LaneGoesOn { lane, receipt });
                }
                None => self.begin_batch(lane),
            }
        }
    }

    /// The end of a window has no records that could expire; it is tried for as long as a record would be.
    fn final_is_too_old(&self, lane: u32) -> bool {
        let (request, consumer, _) = self.lane_in_words(lane);
        let retention = self.streams[self.consumers[consumer as usize].stream as usize].config.retention;
        let most = self.stream_settings(consumer).max_record_age.map_or(retention, |age| age.min(retention));
        self.now.since(request.born) >= most
    }

    /// Records of a batch: its size, and 6 MB (S57).
    fn most_records(&self, lane: u32, settings: &StreamSource) -> u32 {
        let function = self.lanes[lane as usize].request.function;
        let bytes = self.functions[function as usize].config.payload.request.count();
        if bytes == 0 {
            return settings.batch_size;
        }
        let fit = self.scenario.platform.sync_request_maximum.count() / bytes;
        settings.batch_size.min(u32::try_from(fit).unwrap_or(u32::MAX)).max(1)
    }

    fn begin_batch(&mut self, lane: u32) {
        if !self.has_consumer(lane) {
            let place = &mut self.lanes[lane as usize];
            // Who is next is called.
            (place.lane.state, place.is_called) = (LaneState::Idle, true);
            return;
        }
        let settings = self.stream_settings(self.lanes[lane as usize].consumer);
        let most = self.most_records(lane, settings);
        self.offered += 1;
        let size = self.lanes[lane as usize].lane.next_size(most);
        let size = self.within_window_and_rate(lane, size, settings);
        let place = &mut self.lanes[lane as usize];
        place.lane.begin(size);
        let request = RequestTag { function: place.request.function, number: self.offered, born: self.now };
        let source = &mut self.sources[self.consumers[place.consumer as usize].source as usize];
        let (ordinal, first) = (source.next_ordinal(), source.next_records(size));
        place.open(request, ordinal, first);
        self.tell_stream(lane, StreamChange::Batched { size, is_full: size >= most, is_final: false });
        self.invoke_lane(lane);
    }

    pub(super) fn invoke_lane(&mut self, lane: u32) {
        let now = self.now;
        let place = &mut self.lanes[lane as usize];
        place.lane.receipt += 1;
        place.lane.state = LaneState::Running;
        // The end of a window has no records.
        let iterator_age = place.lane.batch().last().map(|last| now.since(last.arrived));
        let request = Request {
            tag: place.request,
            source: self.consumers[place.consumer as usize].source,
            ordinal: place.ordinal,
            attempt: place.attempts,
            run: place.lane.errors(),
            given: Given::default(),
            asker: Asker::Lane { lane },
        };
        place.attempts += 1;
        self.tell_stream(lane, StreamChange::Sent { iterator_age });
        if O::DETAILED {
            self.tell_records(lane, (0, self.lanes[lane as usize].lane.size), RecordStep::Carried);
        }
        self.load_lane(request.source, lane);
        let change = match self.attempt(request) {
            Admission::Admitted(_) => return,
            Admission::Refused(_) => StreamChange::Throttled,
            Admission::Failed(_) => StreamChange::Faulted,
        };
        let wait = self.lanes[lane as usize].lane.throttled();
        self.tell_stream(lane, change);
        self.wait(lane, wait);
    }

    /// What the next draw of a mapping is about: the records of a batch (S58).
    pub(super) fn load_lane(&mut self, source: u32, lane: u32) {
        let place = &self.lanes[lane as usize];
        let reports = self.stream_settings(place.consumer).reports_item_failures;
        let fails = !reports && place.lane.batch().any(|record| record.is_poison);
        let load = Load { first: place.first_record, records: place.lane.size, fails };
        self.sources[source as usize].load(load);
    }

    fn wait(&mut self, lane: u32, wait: SimDuration) {
        let place = &mut self.lanes[lane as usize];
        place.lane.state = LaneState::BackingOff;
        place.lane.receipt += 1;
        let event = Event::LaneGoesOn { lane, receipt: place.lane.receipt };
        let rank = if wait == SimDuration::ZERO { Rank::Receive } else { Rank::Timer };
        self.agenda.push(self.now + wait, rank, event);
    }

    /// The invocation of a batch has ended.
    pub(super) fn lane_ran(&mut self, lane: u32, outcome: Outcome) {
        let place = &self.lanes[lane as usize];
        let settings = self.stream_settings(place.consumer);
        let first_poison = place.lane.batch().position(|record| record.is_poison).map(|place| place as u32);
        let first_failed = first_poison.filter(|_| settings.reports_item_failures);
        let was_final = std::mem::take(&mut self.lanes[lane as usize].is_final);
        if outcome == Outcome::Succeeded && first_failed.is_none() {
            let size = self.lanes[lane as usize].lane.size;
            self.done_with(lane, size);
            return self.batch_is_over(lane);
        }
        self.tell_stream(lane, StreamChange::Failed);
        // Only code that ran to its end can report.
        let reported = first_failed.filter(|_| outcome == Outcome::Succeeded);
        match self.lanes[lane as usize].lane.failed(settings, reported) {
            AfterFailure::GivenUp { .. } => {
                let size = self.lanes[lane as usize].lane.size;
                self.give_up(lane, size);
                self.batch_is_over(lane);
            }
            AfterFailure::Again { done, wait } => {
                // The end of a window is tried again as it is.
                self.lanes[lane as usize].is_final = was_final;
                self.done_with(lane, done);
                if self.lanes[lane as usize].lane.begins_anew() {
                    self.close_batch(lane);
                }
                self.wait(lane, wait);
            }
        }
    }

    fn done_with(&mut self, lane: u32, count: u32) {
        if count > 0 {
            if O::DETAILED {
                self.tell_records(lane, (0, count), RecordStep::Processed);
            }
            self.lanes[lane as usize].lane.take(count);
            self.tell_stream(lane, StreamChange::Processed { count });
        }
    }

    /// Records are given up; a description of them goes to the mapping's queue, if it has one.
    fn give_up(&mut self, lane: u32, count: u32) {
        let settings = self.stream_settings(self.lanes[lane as usize].consumer);
        if O::DETAILED {
            let is_kept = settings.on_failure.is_some();
            self.tell_records(lane, (0, count), RecordStep::GivenUp { too_old: false, is_kept });
        }
        self.lanes[lane as usize].lane.take(count);
        self.describe_given_up(lane, count, settings);
    }

    fn describe_given_up(&mut self, lane: u32, count: u32, settings: &StreamSource) {
        let is_kept = settings.on_failure.is_some();
        if count > 0 {
            self.tell_stream(lane, StreamChange::GivenUp { count, is_kept });
        }
        match settings.on_failure {
            Some(Target::Queue(queue)) => {
                let queue = self.local_queue(queue);
                self.put_record(queue);
            }
            Some(Target::Push(id)) => {
                let source = self.local_push(id);
                self.publish(source, 1, true, Lineage::NEW);
            }
            Some(Target::Function(_) | Target::Stream(_)) => unreachable!("AWS has no such destination"),
            None => {}
        }
    }

    /// What is too old leaves, the oldest first: for the stream, or for the mapping.
    fn shed_old(&mut self, lane: u32) {
        let now = self.now;
        let consumer = &self.consumers[self.lanes[lane as usize].consumer as usize];
        let retention = self.streams[consumer.stream as usize].config.retention;
        let settings = self.stream_settings(self.lanes[lane as usize].consumer);
        let is_kept = settings.on_failure.is_some();
        let (mut expired, mut too_old) = (0, 0);
        while let Some(oldest) = self.lanes[lane as usize].lane.records.front().copied() {
            let age = now.since(oldest.arrived);
            let step = if age >= retention {
                expired += 1;
                RecordStep::Expired
            } else if settings.max_record_age.is_some_and(|most| age > most) {
                too_old += 1;
                RecordStep::GivenUp { too_old: true, is_kept }
            } else {
                break;
            };
            if O::DETAILED {
                self.tell_record(lane, oldest, step);
            }
            self.lanes[lane as usize].lane.shed_oldest();
        }
        if expired > 0 {
            self.tell_stream(lane, StreamChange::Expired { count: expired });
        }
        if too_old > 0 {
            self.describe_given_up(lane, too_old, settings);
        }
    }

    fn close_batch(&mut self, lane: u32) {
        let place = &mut self.lanes[lane as usize];
        if std::mem::replace(&mut place.is_open, false) {
            self.closed += 1;
            self.tell_stream(lane, StreamChange::Ended);
        }
    }

    /// The lane is free and looks again, after all else at this instant.
    fn batch_is_over(&mut self, lane: u32) {
        self.close_batch(lane);
        let place = &mut self.lanes[lane as usize];
        place.lane.size = 0;
        place.lane.receipt += 1;
        place.lane.state = LaneState::Idle;
        let consumer = place.consumer;
        if !std::mem::replace(&mut place.is_called, true) {
            let at = self.next_poll(self.stream_settings(consumer));
            self.agenda.push(at, Rank::Receive, Event::LaneLooks { lane });
        }
        self.release_consumer(lane);
    }

    /// Draws of the batches of a mapping.
    pub(super) fn consumer_source(&self, consumer: u32) -> u32 {
        self.consumers[consumer as usize].source
    }

    /// The request of a lane, its mapping, and its index among the lanes of that.
    pub(super) fn lane_in_words(&self, lane: u32) -> (RequestTag, u32, u32) {
        let place = &self.lanes[lane as usize];
        (place.request, place.consumer, lane - self.consumers[place.consumer as usize].first_lane)
    }

    pub(super) fn tell_stream(&mut self, lane: u32, change: StreamChange) {
        let place = &self.lanes[lane as usize];
        let stream = self.consumers[place.consumer as usize].stream;
        let fact = StreamFact { stream, consumer: place.consumer, request: place.request, change };
        self.tell(Fact::Stream(fact));
    }

    /// Of the batch of a lane: its first record among all that left, and how many come before one that the function
    /// fails on.
    pub(super) fn sound_records(&self, lane: u32) -> (u64, u32) {
        let place = &self.lanes[lane as usize];
        // The end of a window passes on what was aggregated.
        if place.lane.size == 0 {
            return (place.first_record, 1);
        }
        let sound = place.lane.batch().take_while(|record| !record.is_poison).count();
        (place.first_record, sound as u32)
    }

    /// Index of a stream within the cell.
    pub(super) fn local_stream(&self, id: StreamId) -> u32 {
        self.cell.streams.binary_search(&id).expect("cells are closed under streams") as u32
    }

    /// Records in each stream that are not done with, once for each reader.
    pub(super) fn count_records(&self) -> Vec<u64> {
        let mut left = vec![0; self.streams.len()];
        for place in &self.lanes {
            let stream = self.consumers[place.consumer as usize].stream;
            left[stream as usize] += place.lane.records.len() as u64;
        }
        left
    }
}

impl StreamState<'_> {
    /// Where a record belongs among all shards and lanes, in 0..1.
    fn place_of(&mut self, ordinal: u64) -> f64 {
        let drawn = self.partition.uniform(ordinal, 0);
        let Some(keys) = self.config.partition_keys else { return drawn };
        // A key is spread over the shards as its hash is (splitmix64).
        let mut hash = (drawn * keys as f64) as u64;
        hash = hash.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((hash ^ (hash >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}
