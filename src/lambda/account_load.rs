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
    /// What the second that is being counted has admitted.
    admitted: u32,
    /// The end of that second, ns.
    second_ends: u64,
    /// The end of the last of `intervals`, ns. Until then nobody needs to divide (measured on W3: some 90 instructions an
    /// invocation less).
    interval_ends: u64,
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
        Self {
            step_seconds: 1,
            intervals: Vec::new(),
            current: 0,
            admitted: 0,
            second_ends: 0,
            interval_ends: 0,
        }
    }
}

impl AccountLoad {
    /// A request was admitted; so much of the unreserved pool is in use now.
    #[inline]
    pub fn admitted(&mut self, now: SimTime, unreserved_in_flight: u32) {
        if now.nanos() >= self.second_ends {
            self.second_ends = (now.nanos() / SECOND_NANOS + 1).saturating_mul(SECOND_NANOS);
            self.admitted = 0;
        }
        self.admitted += 1;
        let admitted = self.admitted;
        let interval = self.reach(now);
        interval.concurrency = interval.concurrency.max(unreserved_in_flight);
        interval.requests_per_second = interval.requests_per_second.max(admitted);
        self.current = unreserved_in_flight;
    }

    /// Invocations ended, or moved into or out of the unreserved pool with a reservation.
    #[inline]
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

    /// The interval of `now`, which is the last one: time only goes forwards.
    #[inline]
    fn reach(&mut self, now: SimTime) -> &mut Interval {
        if now.nanos() >= self.interval_ends {
            self.extend(now);
        }
        self.intervals.last_mut().expect("the interval of the present exists")
    }

    #[cold]
    #[inline(never)]
    fn extend(&mut self, now: SimTime) {
        let second = now.nanos() / SECOND_NANOS;
        while second / self.step_seconds >= MOST_INTERVALS as u64 {
            self.double();
        }
        let index = second / self.step_seconds;
        self.intervals.resize((index as usize + 1).max(self.intervals.len()), self.afterwards());
        self.interval_ends = ((index + 1) * self.step_seconds).saturating_mul(SECOND_NANOS);
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
