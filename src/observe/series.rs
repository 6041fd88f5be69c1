//! Values over time on a grid of at most so many intervals.
//!
//! The step starts at 1 s and doubles whenever the grid is full. It starts larger where the length of the run is known,
//! so that doubling is the exception.

use std::borrow::Cow;

use crate::units::{SimDuration, SimTime};

/// Room for so many intervals is taken at first.
const FIRST_INTERVALS: usize = 64;

/// One function's values per interval.
// In this order in memory: what every invocation touches shares lines of the cache (measured on W6: docs/performance.md).
#[derive(Clone, Debug)]
#[repr(C)]
pub struct Series {
    /// What has happened in the interval that the run has reached. Most facts are about it, and find it without a
    /// division or a look into the grid.
    present: Interval,
    present_begins: SimTime,
    step: SimDuration,
    limit: usize,
    /// Without what is in `present`.
    intervals: Vec<Interval>,
    present_index: usize,
}

/// What happened in one interval.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[allow(missing_docs, reason = "the names of the report")]
pub struct Interval {
    pub concurrency_max: u32,
    /// Concurrency integrated over time, ns.
    pub concurrency_nanos: u64,
    pub requests: u64,
    pub throttles: u64,
    pub errors: u64,
    pub cold_starts: u64,
    pub created: u32,
    pub retired: u32,
    /// Billed MB·ms, for the share of the cost.
    pub mb_ms: u64,
    /// Request charges.
    pub charges: u64,
    /// Percentiles of the latencies that ended in the interval, ms; where intervals were joined, the greater one.
    pub p50_ms: Option<f64>,
    pub p99_ms: Option<f64>,
}

impl Interval {
    /// Two neighbours as one.
    fn join(first: Self, second: Self) -> Self {
        Self {
            concurrency_max: first.concurrency_max.max(second.concurrency_max),
            concurrency_nanos: first.concurrency_nanos.saturating_add(second.concurrency_nanos),
            requests: first.requests + second.requests,
            throttles: first.throttles + second.throttles,
            errors: first.errors + second.errors,
            cold_starts: first.cold_starts + second.cold_starts,
            created: first.created + second.created,
            retired: first.retired + second.retired,
            mb_ms: first.mb_ms + second.mb_ms,
            charges: first.charges + second.charges,
            p50_ms: greater(first.p50_ms, second.p50_ms),
            p99_ms: greater(first.p99_ms, second.p99_ms),
        }
    }
}

pub(super) fn greater(one: Option<f64>, other: Option<f64>) -> Option<f64> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.max(other)),
        (value, None) | (None, value) => value,
    }
}

impl Series {
    /// An empty grid of at most `limit` intervals of `step`.
    pub fn new(step: SimDuration, limit: usize) -> Self {
        Self {
            step,
            limit,
            intervals: vec![Interval::default()],
            present: Interval::default(),
            present_index: 0,
            present_begins: SimTime::ZERO,
        }
    }

    /// The interval of `at`, to be counted in.
    #[inline]
    pub fn at(&mut self, at: SimTime) -> &mut Interval {
        let into_present = at.nanos().wrapping_sub(self.present_begins.nanos());
        if into_present < self.step.nanos() { &mut self.present } else { self.at_another(at) }
    }

    #[inline(never)]
    fn at_another(&mut self, at: SimTime) -> &mut Interval {
        let index = self.find(at);
        &mut self.intervals[index]
    }

    /// The interval that the run has reached, to be counted in.
    #[inline(always)]
    pub fn present(&mut self) -> &mut Interval {
        &mut self.present
    }

    /// The end of that interval.
    pub fn present_ends(&self) -> SimTime {
        self.present_begins + self.step
    }

    /// The index of the interval of `at`, which may join neighbours to make room. The present interval is another one
    /// only after [`Self::enter`].
    pub fn find(&mut self, at: SimTime) -> usize {
        loop {
            let index = (at.nanos() / self.step.nanos()) as usize;
            if index < self.intervals.len() {
                return index;
            }
            if index >= self.limit {
                self.double();
                continue;
            }
            if index >= self.intervals.capacity() {
                let room = (2 * self.intervals.len()).max(FIRST_INTERVALS).clamp(index + 1, self.limit);
                self.intervals.reserve_exact(room - self.intervals.len());
            }
            self.intervals.resize(index + 1, Interval::default());
            return index;
        }
    }

    /// Index of the interval that the run has reached.
    pub fn present_index(&self) -> usize {
        self.present_index
    }

    /// The run has reached the interval `index`.
    pub fn enter(&mut self, index: usize) {
        self.settle();
        self.place_present(index);
    }

    /// What has happened in the present interval goes to the grid: before anybody looks at [`Self::intervals`].
    pub fn settle(&mut self) {
        let present = std::mem::take(&mut self.present);
        let interval = &mut self.intervals[self.present_index];
        *interval = Interval::join(*interval, present);
    }

    fn place_present(&mut self, index: usize) {
        self.present_index = index;
        self.present_begins = SimTime::from_nanos(index as u64 * self.step.nanos());
    }

    /// Gives back memory for intervals that have not come yet: they may still come.
    pub fn shrink(&mut self) {
        self.intervals.shrink_to_fit();
    }

    /// With neighbours joined until the step is `step`, which is the present one times a power of two.
    pub fn coarsened(&self, step: SimDuration) -> Cow<'_, Self> {
        let mut coarsened = Cow::Borrowed(self);
        while coarsened.step < step {
            coarsened.to_mut().double();
        }
        coarsened
    }

    /// The length of an interval.
    pub fn step(&self) -> SimDuration {
        self.step
    }

    /// All intervals so far, when they are settled.
    pub fn intervals(&self) -> &[Interval] {
        debug_assert_eq!(self.present, Interval::default(), "somebody has settled");
        &self.intervals
    }

    #[cold]
    fn double(&mut self) {
        self.settle();
        self.step = self.step.saturating_mul(2);
        self.intervals = self
            .intervals
            .chunks(2)
            .map(|pair| pair.iter().copied().reduce(Interval::join).unwrap_or_default())
            .collect();
        self.place_present(self.present_index / 2);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_grid_doubles_its_step_and_loses_nothing() {
        let mut series = Series::new(SimDuration::from_secs(1), 4);
        for second in 0..10 {
            series.at(SimTime::ZERO + SimDuration::from_secs(second)).requests += 1;
        }
        series.settle();
        assert_eq!(series.step(), SimDuration::from_secs(4));
        let requests: Vec<u64> = series.intervals().iter().map(|interval| interval.requests).collect();
        assert_eq!(requests, [4, 4, 2]);
    }

    #[test]
    fn the_present_interval_stays_the_same_when_neighbours_are_joined() {
        let mut series = Series::new(SimDuration::from_secs(1), 4);
        let at = SimTime::ZERO + SimDuration::from_secs(3);
        let index = series.find(at);
        series.enter(index);
        series.present().errors += 1;
        series.find(SimTime::ZERO + SimDuration::from_secs(9));
        series.settle();
        assert_eq!((series.present_index(), series.intervals()[0].errors), (0, 1));
        assert_eq!(series.present_ends(), SimTime::ZERO + SimDuration::from_secs(4));
    }
}
