//! Consumers of a Kafka topic: how many Lambda has, and which lanes they work for (S100).

use std::collections::{BTreeSet, VecDeque};

use crate::scenario::model::ProvisionedPollers;
use crate::units::{SimDuration, SimTime};

/// Consumers of one event source mapping. A lane is a partition; a consumer has one batch at a time.
#[derive(Debug)]
pub struct Consumers {
    partitions: u32,
    interval: SimDuration,
    /// Consumers that come or go at a look at the lag.
    step: u32,
    there: u32,
    /// Of provisioned pollers: how many there are.
    provisioned: Option<Provisioned>,
    holders: BTreeSet<u32>,
    line: VecDeque<u32>,
    /// The next look, or the last one where nothing is looked at any more.
    look: SimTime,
    is_watching: bool,
}

impl Consumers {
    /// One consumer, and after `looks` looks at a lag one for each partition.
    pub fn new(partitions: u32, interval: SimDuration, looks: u32) -> Self {
        Self {
            partitions,
            interval,
            step: (partitions - 1).div_ceil(looks),
            there: 1,
            provisioned: None,
            holders: BTreeSet::new(),
            line: VecDeque::new(),
            look: SimTime::ZERO,
            is_watching: false,
        }
    }

    /// As many as provisioned pollers have batches at once, but one for each partition at most (S104).
    pub fn provisioned(
        partitions: u32,
        interval: SimDuration,
        pollers: ProvisionedPollers,
        each: u32,
    ) -> Self {
        let provisioned = Provisioned { bounds: pollers, each, now: pollers.minimum };
        let there = provisioned.batches().min(partitions);
        Self { there, provisioned: Some(provisioned), ..Self::new(partitions, interval, 1) }
    }

    /// Provisioned pollers that there are, if that is what there is.
    pub fn pollers(&self) -> Option<u32> {
        self.provisioned.map(|provisioned| provisioned.now)
    }

    /// Whether a consumer works for the lane from now on; otherwise it stands in line.
    #[must_use]
    pub fn takes(&mut self, lane: u32) -> bool {
        if self.holders.contains(&lane) {
            return true;
        }
        let is_free = self.line.is_empty() && (self.holders.len() as u32) < self.there;
        if is_free {
            self.holders.insert(lane);
        } else {
            self.line.push_back(lane);
        }
        is_free
    }

    /// The consumer of a lane has done its batch.
    pub fn release(&mut self, lane: u32) {
        self.holders.remove(&lane);
    }

    /// The first lane in line, where a consumer is free; it has it now.
    pub fn serve_next(&mut self) -> Option<u32> {
        if self.holders.len() as u32 >= self.there {
            return None;
        }
        let lane = self.line.pop_front()?;
        self.holders.insert(lane);
        Some(lane)
    }

    /// There is a record: when the lag is looked at next, if nobody looks yet. What went with looks at no lag is gone.
    pub fn watch(&mut self, now: SimTime) -> Option<SimTime> {
        if self.partitions == 1 || std::mem::replace(&mut self.is_watching, true) {
            return None;
        }
        let looks = now.since(self.look).nanos() / self.interval.nanos();
        let busy = self.holders.len() as u32;
        match &mut self.provisioned {
            Some(provisioned) if now >= self.look => {
                self.there = provisioned.look(0, busy).min(self.partitions);
            }
            Some(_) => {}
            None => {
                let gone = u64::from(self.step).saturating_mul(looks).min(u64::from(self.there - 1));
                self.there -= gone as u32;
            }
        }
        let next = now.nanos() / self.interval.nanos() + 1;
        self.look = SimTime::ZERO + self.interval.saturating_mul(next);
        Some(self.look)
    }

    /// The lag is looked at: consumers come while more partitions have records than there are consumers, and go while fewer have.
    /// Returns when it is looked at next, while there are records.
    pub fn look(&mut self, with_records: u32) -> Option<SimTime> {
        let busy = self.holders.len() as u32;
        if let Some(provisioned) = &mut self.provisioned {
            self.there = provisioned.look(with_records, busy).min(self.partitions);
        } else if with_records > self.there {
            self.there = (self.there + self.step).min(self.partitions);
        } else {
            let busy = busy.max(with_records).max(1);
            self.there = self.there.saturating_sub(self.step).max(busy);
        }
        let has_records = with_records > 0;
        self.is_watching = has_records;
        if has_records {
            self.look += self.interval;
        }
        has_records.then_some(self.look)
    }

    /// How many there are.
    pub fn count(&self) -> u32 {
        self.there
    }
}

/// Provisioned pollers.
#[derive(Clone, Copy, Debug)]
struct Provisioned {
    bounds: ProvisionedPollers,
    /// Batches of each at once.
    each: u32,
    now: u32,
}

impl Provisioned {
    /// As many as so many partitions need, and not fewer than work; returns the batches that they can have at once.
    fn look(&mut self, with_records: u32, busy: u32) -> u32 {
        let needed = with_records.max(busy).div_ceil(self.each);
        self.now = needed.clamp(self.bounds.minimum, self.bounds.maximum);
        self.batches()
    }

    fn batches(self) -> u32 {
        self.now.saturating_mul(self.each)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: SimDuration = SimDuration::from_secs(60);

    fn at(seconds: u64) -> SimTime {
        SimTime::ZERO + SimDuration::from_secs(seconds)
    }

    #[test]
    fn three_looks_at_a_lag_bring_a_consumer_for_each_partition() {
        let mut consumers = Consumers::new(10, MINUTE, 3);
        assert_eq!(consumers.watch(at(7)), Some(at(60)));
        assert_eq!(consumers.watch(at(8)), None);
        let taken: Vec<u32> = (0..10).filter(|lane| consumers.takes(*lane)).collect();
        assert_eq!(taken, [0]);
        let mut counts = Vec::new();
        for look in 1..=4 {
            assert_eq!(consumers.look(10), Some(at(60 * (look + 1))));
            counts.push(consumers.count());
            while consumers.serve_next().is_some() {}
        }
        assert_eq!(counts, [4, 7, 10, 10]);
    }

    #[test]
    fn consumers_with_nothing_to_do_go_as_they_came() {
        let mut consumers = Consumers::new(7, MINUTE, 3);
        let _ = consumers.watch(at(0));
        let _ = (0..7).filter(|lane| consumers.takes(*lane)).count();
        for _ in 0..3 {
            let _ = consumers.look(7);
            while consumers.serve_next().is_some() {}
        }
        assert_eq!(consumers.count(), 7);
        (0..7).for_each(|lane| consumers.release(lane));
        assert_eq!((consumers.look(0), consumers.count()), (None, 5));
        // The last look was at 240 s; two more have passed at 365 s.
        assert_eq!((consumers.watch(at(365)), consumers.count()), (Some(at(420)), 1));
    }

    #[test]
    fn provisioned_pollers_have_five_batches_each_between_minimum_and_maximum() {
        let pollers = ProvisionedPollers { minimum: 1, maximum: 3 };
        let mut consumers = Consumers::provisioned(18, MINUTE, pollers, 5);
        assert_eq!((consumers.count(), consumers.pollers()), (5, Some(1)));
        let _ = consumers.watch(at(0));
        let _ = consumers.look(7);
        assert_eq!((consumers.count(), consumers.pollers()), (10, Some(2)));
        let _ = consumers.look(18);
        assert_eq!((consumers.count(), consumers.pollers()), (15, Some(3)));
        let _ = consumers.look(0);
        assert_eq!((consumers.count(), consumers.pollers()), (5, Some(1)));
        let few = Consumers::provisioned(2, MINUTE, pollers, 5);
        assert_eq!(few.count(), 2, "one for each partition at most");
    }

    #[test]
    fn lanes_stand_in_line_for_a_consumer() {
        let mut consumers = Consumers::new(3, MINUTE, 3);
        assert_eq!((consumers.takes(2), consumers.takes(0), consumers.takes(1)), (true, false, false));
        consumers.release(2);
        assert!(!consumers.takes(2));
        assert_eq!((consumers.serve_next(), consumers.serve_next()), (Some(0), None));
        assert!(consumers.takes(0));
    }
}
