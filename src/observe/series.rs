//! Values over time on a grid of at most so many intervals.
//!
//! The step starts at 1 s and doubles whenever the grid is full. It starts larger where the length of the run is known,
//! so that doubling is the exception.

use crate::units::{SimDuration, SimTime};

use super::sample::Sample;

/// One function's values per interval.
#[derive(Clone, Debug)]
pub struct Series {
    step: SimDuration,
    limit: usize,
    level: u32,
    accounted: SimTime,
    /// End of the interval that `accounted` lies in.
    interval_ends: SimTime,
    intervals: Vec<Interval>,
    /// The interval that was used last, so that most calls need no division: index, beginning, end.
    recent: (usize, SimTime, SimTime),
    latencies: Sample,
    latencies_of: usize,
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

fn greater(one: Option<f64>, other: Option<f64>) -> Option<f64> {
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
            level: 0,
            accounted: SimTime::ZERO,
            interval_ends: SimTime::ZERO + step,
            intervals: vec![Interval::default()],
            recent: (0, SimTime::ZERO, SimTime::ZERO + step),
            latencies: Sample::default(),
            latencies_of: 0,
        }
    }

    /// The interval of `at`, to be counted in.
    #[inline]
    pub fn at(&mut self, at: SimTime) -> &mut Interval {
        let index = self.index_of(at);
        &mut self.intervals[index]
    }

    #[inline]
    fn index_of(&mut self, at: SimTime) -> usize {
        let (index, begins, ends) = self.recent;
        if at >= begins && at < ends { index } else { self.find(at) }
    }

    fn find(&mut self, at: SimTime) -> usize {
        let mut index = (at.nanos() / self.step.nanos()) as usize;
        if index >= self.intervals.len() {
            index = self.grow(at);
        }
        let begins = SimTime::from_nanos(index as u64 * self.step.nanos());
        self.recent = (index, begins, begins + self.step);
        index
    }

    /// Concurrency is `level` from `now` on.
    #[inline]
    pub fn concurrency(&mut self, now: SimTime, level: u32) {
        self.account_until(now);
        self.level = level;
        let interval = self.at(now);
        interval.concurrency_max = interval.concurrency_max.max(level);
    }

    /// A request ended at `now` with this latency.
    #[inline]
    pub fn latency(&mut self, now: SimTime, latency: SimDuration) {
        let index = self.index_of(now);
        if index != self.latencies_of {
            self.close_latencies();
            self.latencies_of = self.index_of(now);
        }
        self.latencies.record(latency);
    }

    /// The run ends at `end`.
    pub fn finish(&mut self, end: SimTime) {
        self.account_until(end);
        self.close_latencies();
    }

    /// Joins neighbours until the step is `step`, which is the present one times a power of two.
    pub fn coarsen(&mut self, step: SimDuration) {
        while self.step < step {
            self.double();
        }
    }

    /// The length of an interval.
    pub fn step(&self) -> SimDuration {
        self.step
    }

    /// All intervals so far.
    pub fn intervals(&self) -> &[Interval] {
        &self.intervals
    }

    #[inline]
    fn account_until(&mut self, now: SimTime) {
        if now >= self.interval_ends {
            self.cross_intervals(now);
        }
        let nanos = now.since(self.accounted).nanos().saturating_mul(u64::from(self.level));
        let at = self.accounted;
        let interval = self.at(at);
        interval.concurrency_nanos = interval.concurrency_nanos.saturating_add(nanos);
        self.accounted = now;
    }

    /// Hands each whole interval up to `now` its part of the present level.
    fn cross_intervals(&mut self, now: SimTime) {
        self.at(now);
        let level = self.level;
        loop {
            let ends = self.end_of_interval(self.accounted);
            self.interval_ends = ends;
            if now < ends {
                return;
            }
            let at = self.accounted;
            let nanos = ends.since(at).nanos().saturating_mul(u64::from(level));
            let interval = self.at(at);
            interval.concurrency_nanos = interval.concurrency_nanos.saturating_add(nanos);
            self.accounted = ends;
            let next = self.at(ends);
            next.concurrency_max = next.concurrency_max.max(level);
        }
    }

    fn end_of_interval(&self, at: SimTime) -> SimTime {
        let step = self.step.nanos();
        SimTime::from_nanos((at.nanos() / step + 1).saturating_mul(step))
    }

    fn close_latencies(&mut self) {
        if let Some([p50, p99]) = self.latencies.quantiles_ms([0.5, 0.99]) {
            let at = SimTime::from_nanos(self.latencies_of as u64 * self.step.nanos());
            let interval = self.at(at);
            interval.p50_ms = greater(interval.p50_ms, Some(p50));
            interval.p99_ms = greater(interval.p99_ms, Some(p99));
            self.latencies.clear();
        }
    }

    #[cold]
    fn grow(&mut self, at: SimTime) -> usize {
        loop {
            let index = (at.nanos() / self.step.nanos()) as usize;
            if index < self.limit {
                self.intervals.resize(self.intervals.len().max(index + 1), Interval::default());
                return index;
            }
            self.double();
        }
    }

    fn double(&mut self) {
        self.step = self.step.saturating_mul(2);
        self.latencies_of /= 2;
        self.interval_ends = self.end_of_interval(self.accounted);
        self.recent = (0, SimTime::ZERO, SimTime::ZERO);
        self.intervals = self
            .intervals
            .chunks(2)
            .map(|pair| pair.iter().copied().reduce(Interval::join).unwrap_or_default())
            .collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at_ms(millis: u64) -> SimTime {
        SimTime::ZERO + SimDuration::from_millis(millis)
    }

    #[test]
    fn each_interval_gets_its_part_of_the_concurrency() {
        let mut series = Series::new(SimDuration::from_secs(1), 100);
        series.concurrency(at_ms(500), 2);
        series.concurrency(at_ms(2_250), 1);
        series.finish(at_ms(3_000));
        let seconds: Vec<f64> =
            series.intervals().iter().map(|interval| interval.concurrency_nanos as f64 / 1e9).collect();
        assert_eq!(seconds, [1.0, 2.0, 1.25, 0.0]);
        let greatest: Vec<u32> = series.intervals().iter().map(|interval| interval.concurrency_max).collect();
        assert_eq!(greatest, [2, 2, 2, 1]);
    }

    #[test]
    fn a_full_grid_doubles_its_step_and_loses_nothing() {
        let mut series = Series::new(SimDuration::from_secs(1), 4);
        for second in 0..10 {
            series.at(at_ms(second * 1_000)).requests += 1;
            series.concurrency(at_ms(second * 1_000), 3);
            series.latency(at_ms(second * 1_000), SimDuration::from_millis(second));
        }
        series.finish(at_ms(10_000));
        assert_eq!(series.step(), SimDuration::from_secs(4));
        let requests: Vec<u64> = series.intervals().iter().map(|interval| interval.requests).collect();
        assert_eq!(requests, [4, 4, 2]);
        let nanos: u64 = series.intervals().iter().map(|interval| interval.concurrency_nanos).sum();
        assert_eq!(nanos, 30_000_000_000);
        let p99: Vec<Option<f64>> = series.intervals().iter().map(|interval| interval.p99_ms).collect();
        assert_eq!(p99, [Some(3.0), Some(7.0), Some(9.0)]);
    }
}
