//! Deduplication ids that a FIFO queue or topic has seen lately (S103).

use std::collections::{BTreeMap, VecDeque};

use crate::units::{SimDuration, SimTime};

/// The ids of the messages that were taken in within the deduplication interval.
#[derive(Debug)]
pub struct Deduplication {
    /// Different ids that senders use.
    ids: u64,
    interval: SimDuration,
    taken: BTreeMap<u64, SimTime>,
    in_order: VecDeque<(SimTime, u64)>,
}

/// What becomes of a message that is sent.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intake {
    /// It is taken in.
    Taken,
    /// It is accepted, and not delivered: its id was taken in less than an interval ago.
    Duplicate,
}

impl Deduplication {
    /// Nothing has been sent yet.
    pub fn new(ids: u64, interval: SimDuration) -> Self {
        Self { ids, interval, taken: BTreeMap::new(), in_order: VecDeque::new() }
    }

    /// A message is sent whose id is drawn as `uniform` says, from 0 to 1. A duplicate does not prolong the interval of its id.
    pub fn send(&mut self, uniform: f64, now: SimTime) -> Intake {
        while let Some((at, id)) = self.in_order.front().copied().filter(|(at, _)| *at + self.interval <= now)
        {
            self.in_order.pop_front();
            debug_assert_eq!(self.taken.get(&id), Some(&at), "an id is taken in once an interval");
            self.taken.remove(&id);
        }
        let id = ((uniform * self.ids as f64) as u64).min(self.ids - 1);
        if self.taken.contains_key(&id) {
            return Intake::Duplicate;
        }
        self.taken.insert(id, now);
        self.in_order.push_back((now, id));
        Intake::Taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_taken_again_when_five_minutes_are_over() {
        let mut ids = Deduplication::new(2, SimDuration::from_secs(300));
        let at = |seconds: u64| SimTime::ZERO + SimDuration::from_secs(seconds);
        assert_eq!(ids.send(0.2, at(0)), Intake::Taken);
        assert_eq!(ids.send(0.7, at(10)), Intake::Taken);
        assert_eq!(ids.send(0.4, at(200)), Intake::Duplicate);
        assert_eq!(ids.send(0.1, at(299)), Intake::Duplicate);
        assert_eq!(ids.send(0.1, at(300)), Intake::Taken, "duplicates do not prolong the interval");
        assert_eq!(ids.send(0.9, at(309)), Intake::Duplicate);
        assert_eq!(ids.send(1.0, at(310)), Intake::Taken);
    }
}
