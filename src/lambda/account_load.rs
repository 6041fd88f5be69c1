//! What a cell asked of the account, recorded for the check that no limit would have refused it.

use crate::units::{SimDuration, SimTime};

/// Intervals that are kept at the most; when they are full, neighbours are joined.
const MOST_INTERVALS: usize = 512;

const SECOND_NANOS: u64 = 1_000_000_000;

/// Greatest concurrency and busiest second in each interval of a grid whose step doubles as the run goes on, so that
/// memory does not grow with the length of a run. A coarser grid makes the later check stricter, never wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountLoad {
    step_seconds: u64,
    intervals: Vec<Interval>,
    /// Unreserved concurrency now: seconds in which nothing happens keep it.
    current: u32,
    /// The second that is being counted, and what it has admitted.
    second: (u64, u32),
}

/// What was asked in one interval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Interval {
    /// Greatest unreserved concurrency.
    pub concurrency: u32,
    /// Requests admitted in the busiest second.
    pub requests_per_second: u32,
}

impl Default for AccountLoad {
    fn default() -> Self {
        Self { step_seconds: 1, intervals: Vec::new(), current: 0, second: (0, 0) }
    }
}

impl AccountLoad {
    /// A request was admitted; so much of the unreserved pool is in use now.
    pub fn admitted(&mut self, now: SimTime, unreserved_in_flight: u32) {
        let second = now.nanos() / SECOND_NANOS;
        self.second = if self.second.0 == second { (second, self.second.1 + 1) } else { (second, 1) };
        let admitted = self.second.1;
        let interval = self.reach(now);
        interval.concurrency = interval.concurrency.max(unreserved_in_flight);
        interval.requests_per_second = interval.requests_per_second.max(admitted);
        self.current = unreserved_in_flight;
    }

    /// Invocations ended, or moved into or out of the unreserved pool with a reservation.
    pub fn ended(&mut self, now: SimTime, unreserved_in_flight: u32) {
        let interval = self.reach(now);
        interval.concurrency = interval.concurrency.max(unreserved_in_flight);
        self.current = unreserved_in_flight;
    }

    /// Length of an interval.
    pub fn step(&self) -> SimDuration {
        SimDuration::from_secs(self.step_seconds)
    }

    /// Joins neighbours until the step is `step`, which is the present one times a power of two.
    pub fn coarsen(&mut self, step: SimDuration) {
        while self.step() < step {
            self.double();
        }
    }

    /// The intervals up to the last in which anything happened.
    pub fn intervals(&self) -> &[Interval] {
        &self.intervals
    }

    /// What runs after the last interval.
    pub fn afterwards(&self) -> Interval {
        Interval { concurrency: self.current, requests_per_second: 0 }
    }

    fn reach(&mut self, now: SimTime) -> &mut Interval {
        loop {
            let index = (now.nanos() / SECOND_NANOS / self.step_seconds) as usize;
            if index < MOST_INTERVALS {
                if self.intervals.len() <= index {
                    self.intervals.resize(index + 1, self.afterwards());
                }
                return &mut self.intervals[index];
            }
            self.double();
        }
    }

    fn double(&mut self) {
        self.step_seconds *= 2;
        let join = |one: Interval, other: Interval| Interval {
            concurrency: one.concurrency.max(other.concurrency),
            requests_per_second: one.requests_per_second.max(other.requests_per_second),
        };
        let pairs = self.intervals.chunks(2);
        self.intervals = pairs.map(|pair| pair.iter().copied().reduce(join).unwrap_or_default()).collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> SimTime {
        SimTime::ZERO + SimDuration::from_secs(seconds)
    }

    #[test]
    fn a_year_takes_no_more_room_than_an_hour_and_keeps_the_greatest() {
        let mut load = AccountLoad::default();
        load.admitted(at(5), 7);
        load.admitted(at(5), 8);
        load.ended(at(6), 1);
        load.admitted(at(31_536_000), 2);
        assert!(load.intervals().len() <= MOST_INTERVALS);
        assert_eq!(load.intervals()[0], Interval { concurrency: 8, requests_per_second: 2 });
        assert_eq!(load.intervals()[1].concurrency, 1, "what runs on is carried over");
    }
}
