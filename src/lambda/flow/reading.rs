//! How a stream is read: from when on, how fast, and in which windows (S86-S88, S102).

use crate::engine::Rank;
use crate::scenario::model::{StreamKind, StreamSource};
use crate::units::{SimDuration, SimTime};

use super::super::facts::{Observer, RequestTag, StreamChange};
use super::{Event, World};

impl<O: Observer> World<'_, O> {
    /// Not before the mapping is enabled.
    pub(super) fn readable_at(&self, lane: u32, at: SimTime) -> SimTime {
        let (_, consumer, _) = self.lane_in_words(lane);
        at.max(self.stream_settings(consumer).enabled_at)
    }

    /// Until when a lane with records cannot read: the oldest is on its way, or the shard has been read at its rate.
    pub(super) fn must_wait(&mut self, lane: u32, settings: &StreamSource) -> Option<SimTime> {
        let records = &self.lanes[lane as usize].lane;
        // What a split has left has been read.
        let oldest = records.records.front().copied().filter(|_| !records.has_piece())?;
        let there = oldest.arrived + self.on_its_way(settings);
        let free = self.shard_is_free(lane, settings);
        let at = there.max(free).max(settings.enabled_at);
        if at > self.now {
            return Some(at);
        }
        let may_read = self.may_read_at(lane, oldest.arrived, settings);
        if may_read > self.now {
            self.tell_stream(lane, StreamChange::ReadThrottled);
        }
        Some(may_read).filter(|at| *at > self.now)
    }

    /// Readers without enhanced fan-out ask the shards of a Kinesis stream, so many times a second together (S102).
    fn asks(&self, settings: &StreamSource) -> bool {
        let kind = self.scenario.streams[settings.stream.0 as usize].kind;
        kind == StreamKind::Kinesis && !settings.enhanced_fan_out
    }

    /// When a lane can have a record that came at `arrived`: at once where it has been read already.
    fn may_read_at(&mut self, lane: u32, arrived: SimTime, settings: &StreamSource) -> SimTime {
        if !self.asks(settings) {
            return self.now;
        }
        let (_, consumer, _) = self.lane_in_words(lane);
        let (stream, _, shard) = self.shard_of(lane, settings);
        if self.shard_reads.has_read(consumer, shard, arrived) {
            return self.now;
        }
        self.shard_reads.next_read((stream, shard), self.now)
    }

    /// Of the oldest `size` records of a lane, those that have been read, or are read now with all others of the shard.
    fn read_what_came(&mut self, lane: u32, size: u32, settings: &StreamSource) -> u32 {
        let (_, consumer, _) = self.lane_in_words(lane);
        let (stream, _, shard) = self.shard_of(lane, settings);
        let records = &self.lanes[lane as usize].lane.records;
        let reads = &self.shard_reads;
        let is_read = |arrived: SimTime| reads.has_read(consumer, shard, arrived);
        let known = records.iter().take(size as usize).take_while(|record| is_read(record.arrived)).count();
        if known < size as usize && self.shard_reads.next_read((stream, shard), self.now) <= self.now {
            self.shard_reads.read(consumer, (stream, shard), self.now);
            self.tell_stream(lane, StreamChange::Read);
            return size;
        }
        known as u32
    }

    /// From the arrival of a record until a reader has it.
    fn on_its_way(&self, settings: &StreamSource) -> SimDuration {
        if settings.enhanced_fan_out { self.scenario.platform.fan_out_latency } else { SimDuration::ZERO }
    }

    /// When the shard of a lane may be read again: what is read takes its time at 2 MB/s, for all readers together, or for one
    /// with enhanced fan-out.
    fn shard_is_free(&self, lane: u32, settings: &StreamSource) -> SimTime {
        let (stream, reader, shard) = self.shard_of(lane, settings);
        let key = (stream, reader, shard);
        self.shards_read.get(&key).copied().unwrap_or(SimTime::ZERO)
    }

    /// The stream, its reader (`None`: all that share) and the shard of a lane.
    fn shard_of(&self, lane: u32, settings: &StreamSource) -> (u32, Option<u32>, u32) {
        let (_, consumer, place) = self.lane_in_words(lane);
        if settings.provisioned_pollers.is_some() {
            // The pollers of a mapping share their throughput, whatever the partition.
            return (settings.stream.0, Some(consumer), 0);
        }
        let reader = settings.enhanced_fan_out.then_some(consumer);
        (settings.stream.0, reader, place / settings.parallelization_factor)
    }

    /// A batch of at most `size` records: of one window, of what has come, and read at the rate of the shard.
    pub(super) fn within_window_and_rate(&mut self, lane: u32, size: u32, settings: &StreamSource) -> u32 {
        let records = &self.lanes[lane as usize].lane.records;
        let there = self.now;
        let way = self.on_its_way(settings);
        let window = records.front().and_then(|oldest| settings.window_of(oldest.arrived));
        let fits = |arrived: SimTime| {
            settings.window_of(arrived) == window && (way == SimDuration::ZERO || arrived + way <= there)
        };
        let size = if window.is_none() && way == SimDuration::ZERO {
            size
        } else {
            records.iter().take(size as usize).take_while(|record| fits(record.arrived)).count() as u32
        };
        let has_piece = self.lanes[lane as usize].lane.has_piece();
        let size =
            if has_piece || !self.asks(settings) { size } else { self.read_what_came(lane, size, settings) };
        self.open_window(lane, window, settings);
        if !has_piece {
            self.read_shard(lane, size, settings);
        }
        size
    }

    /// Reading takes its time; the next read of the shard waits for it.
    fn read_shard(&mut self, lane: u32, records: u32, settings: &StreamSource) {
        let (request, consumer, _) = self.lane_in_words(lane);
        let bytes = self.functions[request.function as usize].config.payload.request.count();
        let rate = match self.scenario.streams[settings.stream.0 as usize].kind {
            StreamKind::Kinesis => Some(self.scenario.platform.shard_read_rate.count()),
            _ => self.throughput_of_pollers(consumer),
        };
        let Some(rate) = rate.filter(|_| bytes > 0) else { return };
        let takes = SimDuration::from_nanos(bytes * u64::from(records) * 1_000_000_000 / rate);
        let free = self.shard_is_free(lane, settings).max(self.now) + takes;
        let key = self.shard_of(lane, settings);
        self.shards_read.insert(key, free);
    }

    /// The aggregate of a window begins with its first record, and ends when it is over.
    fn open_window(&mut self, lane: u32, window: Option<u64>, settings: &StreamSource) {
        let place = &mut self.lanes[lane as usize];
        if place.window == window {
            return;
        }
        place.window = window;
        if let Some(ends) = window.and_then(|window| settings.window_ends(window)) {
            self.agenda.push(ends.max(self.now), Rank::Receive, Event::LaneLooks { lane });
        }
    }

    /// Whether a window has been aggregated, is over, and has no more records.
    pub(super) fn window_is_over(&self, lane: u32) -> bool {
        let (_, consumer, _) = self.lane_in_words(lane);
        let settings = self.stream_settings(consumer);
        let place = &self.lanes[lane as usize];
        let Some(window) = place.window else { return false };
        let is_over = settings.window_ends(window).is_some_and(|ends| ends <= self.now);
        let next = place.lane.records.front().and_then(|oldest| settings.window_of(oldest.arrived));
        is_over && next != Some(window)
    }

    /// One more invocation, without records, ends the aggregate of a window.
    pub(super) fn begin_final(&mut self, lane: u32) {
        self.offered += 1;
        let born = self.now;
        let (request, consumer, _) = self.lane_in_words(lane);
        let source = self.consumer_source(consumer);
        let request = RequestTag { function: request.function, number: self.offered, born };
        let source = &mut self.sources[source as usize];
        let (ordinal, first) = (source.next_ordinal(), source.next_records(0));
        let place = &mut self.lanes[lane as usize];
        place.lane.begin(0);
        (place.window, place.is_final) = (None, true);
        place.open(request, ordinal, first);
        self.tell_stream(lane, StreamChange::Batched { size: 0, is_full: false, is_final: true });
        self.invoke_lane(lane);
    }
}
