//! Who reads what has no pollers of shards: consumers of Kafka topics and of `ActiveMQ` queues (S100, S101).

use crate::engine::Rank;
use crate::scenario::model::{StreamKind, StreamSource};

use super::super::consumers::Consumers;
use super::super::facts::{Observer, StreamChange};
use super::{Event, World};

impl<O: Observer> World<'_, O> {
    pub(super) fn kafka_consumers(
        &self,
        kind: StreamKind,
        partitions: u32,
        settings: &StreamSource,
    ) -> Option<Consumers> {
        let platform = &self.scenario.platform;
        let interval = platform.kafka_lag_interval;
        (kind == StreamKind::Kafka).then(|| {
            match (settings.provisioned_pollers, platform.kafka_provisioned) {
                (Some(pollers), Some(rules)) => {
                    Consumers::provisioned(partitions, interval, pollers, rules.batches)
                }
                _ => Consumers::new(partitions, interval, platform.kafka_scaling_looks),
            }
        })
    }

    /// How many provisioned pollers a mapping has now, where it has such.
    pub(super) fn tell_kafka_pollers(&mut self, consumer: u32) {
        let state = &self.consumers[consumer as usize];
        if let Some(pollers) = state.consumers.as_ref().and_then(Consumers::pollers) {
            self.tell_stream(state.first_lane, StreamChange::Pollers { pollers });
        }
    }

    /// Bytes a second that the provisioned pollers of a mapping read, together.
    pub(super) fn throughput_of_pollers(&self, consumer: u32) -> Option<u64> {
        let pollers = self.consumers[consumer as usize].consumers.as_ref().and_then(Consumers::pollers)?;
        let rules = self.scenario.platform.kafka_provisioned?;
        Some(rules.throughput.count() * u64::from(pollers))
    }

    /// The lane of a record whose place among all is `place`, in 0..1. A queue of `ActiveMQ` gives it to the consumer with the
    /// fewest.
    pub(super) fn lane_for(&self, consumer: u32, place: f64) -> u32 {
        let state = &self.consumers[consumer as usize];
        let kind = self.scenario.streams[self.stream_settings(consumer).stream.0 as usize].kind;
        if kind == StreamKind::Activemq {
            let waiting = |lane: &u32| self.lanes[*lane as usize].lane.records.len();
            let lanes = state.first_lane..state.first_lane + state.lanes;
            return lanes.min_by_key(waiting).expect("there is a consumer");
        }
        state.first_lane + (place * f64::from(state.lanes)) as u32
    }

    /// There is a record: the lag is looked at every minute from now on.
    pub(super) fn watch_lag(&mut self, consumer: u32) {
        let from = self.now.max(self.stream_settings(consumer).enabled_at);
        let consumers = self.consumers[consumer as usize].consumers.as_mut();
        if let Some(at) = consumers.and_then(|consumers| consumers.watch(from)) {
            self.agenda.push(at, Rank::Timer, Event::LagLook { consumer });
            self.tell_kafka_pollers(consumer);
        }
    }

    /// A minute is over.
    pub(super) fn lag_look(&mut self, consumer: u32) {
        let state = &self.consumers[consumer as usize];
        let lanes = state.first_lane..state.first_lane + state.lanes;
        let with_records =
            lanes.filter(|lane| !self.lanes[*lane as usize].lane.records.is_empty()).count() as u32;
        let consumers = self.consumers[consumer as usize].consumers.as_mut().expect("a Kafka topic");
        if let Some(at) = consumers.look(with_records) {
            self.agenda.push(at, Rank::Timer, Event::LagLook { consumer });
        }
        self.tell_kafka_pollers(consumer);
        self.call_lanes_in_line(consumer);
    }

    /// Whether a batch of the lane may begin: a consumer works for it.
    pub(super) fn has_consumer(&mut self, lane: u32) -> bool {
        let (_, consumer, _) = self.lane_in_words(lane);
        let Some(consumers) = &mut self.consumers[consumer as usize].consumers else { return true };
        let has_one = consumers.takes(lane);
        if has_one {
            let count = consumers.count();
            self.tell_stream(lane, StreamChange::Taken { consumers: count });
        }
        has_one
    }

    /// The batch of a lane is over, or has vanished.
    pub(super) fn release_consumer(&mut self, lane: u32) {
        let (_, consumer, _) = self.lane_in_words(lane);
        if let Some(consumers) = &mut self.consumers[consumer as usize].consumers {
            consumers.release(lane);
            self.call_lanes_in_line(consumer);
        }
    }

    fn call_lanes_in_line(&mut self, consumer: u32) {
        while let Some(lane) =
            self.consumers[consumer as usize].consumers.as_mut().and_then(Consumers::serve_next)
        {
            self.agenda.push(self.now, Rank::Receive, Event::LaneLooks { lane });
        }
    }
}
