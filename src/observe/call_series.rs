//! Calls of a client over time, on a grid of at most so many intervals.

use crate::units::{SimDuration, SimTime};

use super::statistics::Window;

/// What happened to the calls of a client, interval by interval.
#[derive(Clone, Debug)]
pub struct CallSeries {
    step: SimDuration,
    limit: usize,
    intervals: Vec<CallInterval>,
}

/// One interval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CallInterval {
    /// Calls that began.
    pub calls: u64,
    /// Attempts after the first.
    pub retries: u64,
    /// Calls that ended well.
    pub succeeded: u64,
    /// Calls that ended otherwise, with the last answer or without one.
    pub failed: u64,
}

impl CallInterval {
    fn join(first: Self, second: Self) -> Self {
        Self {
            calls: first.calls + second.calls,
            retries: first.retries + second.retries,
            succeeded: first.succeeded + second.succeeded,
            failed: first.failed + second.failed,
        }
    }
}

impl CallSeries {
    /// Nothing has happened yet, on the grid of `window`.
    pub fn new(window: Window) -> Self {
        Self { step: window.step, limit: window.intervals, intervals: Vec::new() }
    }

    /// The interval of `now`.
    pub fn at(&mut self, now: SimTime) -> &mut CallInterval {
        let mut index = (now.nanos() / self.step.nanos()) as usize;
        while index >= self.limit.max(1) {
            self.double();
            index /= 2;
        }
        if self.intervals.len() <= index {
            self.intervals.resize(index + 1, CallInterval::default());
        }
        &mut self.intervals[index]
    }

    fn double(&mut self) {
        self.step = self.step.saturating_mul(2);
        let pairs = self.intervals.chunks(2);
        self.intervals = pairs
            .map(|pair| pair.iter().copied().fold(CallInterval::default(), CallInterval::join))
            .collect();
    }

    /// The length of an interval.
    pub fn step(&self) -> SimDuration {
        self.step
    }

    /// So many intervals of length `step`, which is its own times a power of two.
    pub fn on_grid(&self, step: SimDuration, points: usize) -> Vec<CallInterval> {
        let mut coarser = self.clone();
        while coarser.step < step {
            coarser.double();
        }
        coarser.intervals.resize(points, CallInterval::default());
        coarser.intervals
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_grid_has_intervals_of_twice_the_length_and_loses_no_call() {
        let mut series = CallSeries { step: SimDuration::from_secs(1), limit: 4, intervals: Vec::new() };
        let at = |seconds: u64| SimTime::ZERO + SimDuration::from_secs(seconds);
        for second in [0, 1, 1, 3, 6] {
            series.at(at(second)).calls += 1;
        }
        assert_eq!(series.step(), SimDuration::from_secs(2));
        let calls = |step: u64, points: usize| -> Vec<u64> {
            series.on_grid(SimDuration::from_secs(step), points).iter().map(|one| one.calls).collect()
        };
        assert_eq!(calls(2, 4), [3, 1, 0, 1]);
        assert_eq!(calls(4, 3), [4, 1, 0]);
    }
}
