//! A level over time: its greatest value in each interval of a grid of at most so many.

use crate::units::{SimDuration, SimTime};

use super::statistics::Window;

/// The greatest values of a level. Levels that are known only when somebody looks are asked for at the ends of intervals.
#[derive(Clone, Debug)]
pub struct Gauge {
    step: SimDuration,
    limit: usize,
    highest: Vec<u64>,
    level: u64,
    /// End of the last interval.
    ends: SimTime,
}

impl Gauge {
    /// At 0, on the grid of `window`.
    pub fn new(window: Window) -> Self {
        Self {
            step: window.step,
            limit: window.intervals,
            highest: vec![0],
            level: 0,
            ends: SimTime::ZERO + window.step,
        }
    }

    /// The level is another one from `now` on.
    #[inline]
    pub fn set(&mut self, now: SimTime, level: u64) {
        let before = self.level;
        self.reach(now, |_| before);
        self.level = level;
        self.raise(level);
    }

    /// The run has come to `now`; `value_at` knows the level at the end of an interval, and at the start of the next.
    #[inline]
    pub fn reach(&mut self, now: SimTime, value_at: impl FnMut(SimTime) -> u64) {
        if now >= self.ends {
            self.go_on(now, value_at);
        }
    }

    /// At this instant it was that high.
    #[inline]
    pub fn raise(&mut self, value: u64) {
        if let Some(last) = self.highest.last_mut() {
            *last = value.max(*last);
        }
    }

    #[inline(never)]
    fn go_on(&mut self, now: SimTime, mut value_at: impl FnMut(SimTime) -> u64) {
        while now >= self.ends {
            let (value, ended) = (value_at(self.ends), self.ends);
            self.raise(value);
            if self.highest.len() >= self.limit {
                self.double();
            }
            if self.ends == ended {
                self.highest.push(value);
                self.ends += self.step;
            }
        }
    }

    fn double(&mut self) {
        self.step = self.step.saturating_mul(2);
        self.highest = self.highest.chunks(2).map(|pair| pair.iter().copied().max().unwrap_or(0)).collect();
        self.ends = SimTime::ZERO + self.step.saturating_mul(self.highest.len() as u64);
    }

    /// The length of an interval.
    pub fn step(&self) -> SimDuration {
        self.step
    }

    /// The greatest value in each of so many intervals of length `step`, which is its own times a power of two.
    pub fn on_grid(&self, step: SimDuration, points: usize) -> Vec<u64> {
        let mut coarser = self.clone();
        while coarser.step < step {
            coarser.double();
        }
        coarser.highest.resize(points, 0);
        coarser.highest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(intervals: usize) -> Window {
        let (from, to, step) = (SimTime::ZERO, SimTime::MAX, SimDuration::from_secs(1));
        Window { from, to, step, intervals, curve_points: 2 }
    }

    fn at(seconds: u64) -> SimTime {
        SimTime::ZERO + SimDuration::from_secs(seconds)
    }

    #[test]
    fn a_level_lasts_until_it_changes_and_an_interval_keeps_its_greatest() {
        let mut gauge = Gauge::new(window(10));
        gauge.set(at(0), 5);
        gauge.set(at(0), 2);
        gauge.set(at(3), 1);
        gauge.set(at(5), 0);
        assert_eq!(gauge.on_grid(SimDuration::from_secs(1), 7), [5, 2, 2, 2, 1, 1, 0]);
    }

    #[test]
    fn a_full_grid_doubles_its_step() {
        for limit in [3, 4] {
            let mut gauge = Gauge::new(window(limit));
            for second in 0..8 {
                gauge.set(at(second), second);
            }
            assert_eq!(gauge.on_grid(SimDuration::from_secs(4), 2), [3, 7], "{limit} intervals");
        }
    }
}
