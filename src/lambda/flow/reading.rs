//! How a stream is read: from when on, how fast, and in which windows (S86-S88).

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
    pub(super) fn must_wait(&self, lane: u32, settings: &StreamSource) -> Option<SimTime> {
        let records = &self.lanes[lane as usize].lane;
        // What a split has left has been read.
        let oldest = records.records.front().filter(|_| !records.has_piece())?;
        let there = oldest.arrived + self.on_its_way(settings);
        let free = self.shard_is_free(lane, settings);
        Some(there.max(free).max(settings.enabled_at)).filter(|at| *at > self.now)
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
        self.open_window(lane, window, settings);
        if !self.lanes[lane as usize].lane.has_piece() {
            self.read_shard(lane, size, settings);
        }
        size
    }

    /// Reading takes its time; the next read of the shard waits for it.
    fn read_shard(&mut self, lane: u32, records: u32, settings: &StreamSource) {
        let (request, ..) = self.lane_in_words(lane);
        let bytes = self.functions[request.function as usize].config.payload.request.count();
        let stream = &self.scenario.streams[settings.stream.0 as usize];
        if bytes == 0 || stream.kind != StreamKind::Kinesis {
            return;
        }
        let rate = self.scenario.platform.shard_read_rate.count();
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
