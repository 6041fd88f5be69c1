//! What one function does over time: concurrency, the grid of intervals, and the percentiles of each interval.

use crate::units::SimTime;

use super::sample::Sample;
use super::series::{Interval, Series, greater};
use super::spans::Spans;
use super::statistics::Window;
use super::time_weighted::TimeWeighted;

/// Time is accounted for up to the last change of concurrency. Where an interval or the window begins or ends, the time
/// is divided; between two such boundaries a change costs one comparison.
// In this order in memory: what every invocation touches shares lines of the cache (measured on W6: docs/performance.md).
#[derive(Clone, Debug)]
#[repr(C)]
pub(super) struct Timeline {
    /// The next end of an interval, or beginning or end of the window.
    boundary: SimTime,
    accounted: SimTime,
    /// The window is open.
    watched: bool,
    level: TimeWeighted,
    /// Concurrency integrated over what is accounted for of the present interval, ns.
    level_nanos: u128,
    series: Series,
    spans: Spans,
    window: Window,
}

impl Timeline {
    pub(super) fn new(window: Window) -> Self {
        let mut timeline = Self {
            window,
            level: TimeWeighted::new(window.from),
            series: Series::new(window.step, window.intervals),
            spans: Spans::default(),
            accounted: SimTime::ZERO,
            level_nanos: 0,
            boundary: SimTime::ZERO,
            watched: false,
        };
        timeline.set_boundary();
        timeline
    }

    /// Concurrency goes up by one.
    #[inline(always)]
    pub(super) fn start(&mut self, now: SimTime) {
        self.advance(now);
        self.level.change(self.level.level() + 1);
        let level = self.level.level();
        let interval = self.series.present();
        interval.concurrency_max = interval.concurrency_max.max(level);
        if now >= self.window.from {
            self.level.watch_peak(now);
        }
    }

    /// Concurrency goes down by one.
    #[inline(always)]
    pub(super) fn end(&mut self, now: SimTime) {
        self.advance(now);
        let level = self.level.level().checked_sub(1).expect("concurrency is never negative");
        self.level.change(level);
    }

    /// The interval that the run has reached; exact after [`Self::start`] and [`Self::end`] at the same instant.
    #[inline(always)]
    pub(super) fn present(&mut self) -> &mut Interval {
        self.series.present()
    }

    /// The interval of any instant.
    #[inline(always)]
    pub(super) fn at(&mut self, at: SimTime) -> &mut Interval {
        self.series.at(at)
    }

    /// Latencies and durations; after [`Self::start`] or [`Self::end`] at the same instant.
    #[inline(always)]
    pub(super) fn spans(&mut self) -> &mut Spans {
        &mut self.spans
    }

    /// Concurrency stays what it is at `now`: all latencies and all durations, reduced to `outline` where there is one.
    pub(super) fn rest(&mut self, now: SimTime, outline: Option<&[f64]>) -> [Sample; 2] {
        self.advance(now);
        self.close_interval();
        self.series.shrink();
        std::mem::take(&mut self.spans).finish(outline)
    }

    /// The run is over.
    pub(super) fn finish(&mut self, end: SimTime) {
        self.advance(end);
        self.close_interval();
        self.series.settle();
        self.level.close();
    }

    pub(super) fn concurrency(&self) -> &TimeWeighted {
        &self.level
    }

    pub(super) fn series(&self) -> &Series {
        &self.series
    }

    #[inline(always)]
    fn advance(&mut self, now: SimTime) {
        if now >= self.boundary {
            self.cross(now);
        }
        self.spend(now);
    }

    #[inline(always)]
    fn spend(&mut self, until: SimTime) {
        let nanos = until.since(self.accounted).nanos();
        self.accounted = until;
        if self.watched {
            self.level.spend(nanos);
        }
        self.level_nanos += u128::from(nanos) * u128::from(self.level.level());
    }

    /// Accounts for the time up to the last boundary that is not after `now`.
    #[cold]
    #[inline(never)]
    fn cross(&mut self, now: SimTime) {
        while self.boundary <= now {
            let boundary = self.boundary;
            self.spend(boundary);
            if boundary >= self.series.present_ends() {
                self.enter_interval(boundary);
            }
            self.set_boundary();
            // A level that lasts into the window counts from its beginning.
            if self.watched && boundary == self.window.from && now > boundary {
                self.level.watch_peak(boundary);
            }
        }
    }

    fn enter_interval(&mut self, at: SimTime) {
        let next = self.series.find(at);
        if next != self.series.present_index() {
            self.close_interval();
            self.series.enter(next);
            let level = self.level.level();
            let interval = self.series.present();
            interval.concurrency_max = interval.concurrency_max.max(level);
        }
    }

    fn close_interval(&mut self) {
        let level_nanos = u64::try_from(std::mem::take(&mut self.level_nanos)).unwrap_or(u64::MAX);
        let interval = self.series.present();
        interval.concurrency_nanos = interval.concurrency_nanos.saturating_add(level_nanos);
        if let Some([p50, p99]) = self.spans.close_interval() {
            let interval = self.series.present();
            interval.p50_ms = greater(interval.p50_ms, Some(p50));
            interval.p99_ms = greater(interval.p99_ms, Some(p99));
        }
    }

    fn set_boundary(&mut self) {
        let Window { from, to, .. } = self.window;
        self.watched = self.accounted >= from && self.accounted < to;
        let edges = [from, to].into_iter().filter(|edge| *edge > self.accounted);
        self.boundary = edges.fold(self.series.present_ends(), SimTime::min);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::SimDuration;

    fn at_ms(millis: u64) -> SimTime {
        SimTime::ZERO + SimDuration::from_millis(millis)
    }

    fn timeline(from_ms: u64, to_ms: u64, intervals: usize) -> Timeline {
        let step = SimDuration::from_secs(1);
        Timeline::new(Window { from: at_ms(from_ms), to: at_ms(to_ms), step, intervals, curve_points: 200 })
    }

    #[test]
    fn each_interval_gets_its_part_of_the_concurrency() {
        let mut timeline = timeline(0, 3_000, 100);
        timeline.start(at_ms(500));
        timeline.start(at_ms(500));
        timeline.end(at_ms(2_250));
        timeline.finish(at_ms(3_000));
        let intervals = timeline.series().intervals();
        let seconds: Vec<f64> =
            intervals.iter().map(|interval| interval.concurrency_nanos as f64 / 1e9).collect();
        assert_eq!(seconds, [1.0, 2.0, 1.25, 0.0]);
        let greatest: Vec<u32> = intervals.iter().map(|interval| interval.concurrency_max).collect();
        assert_eq!(greatest, [2, 2, 2, 1]);
    }

    #[test]
    fn time_counts_within_the_window_and_peaks_after_its_beginning() {
        let mut timeline = timeline(10, 30, 100);
        (0..5).for_each(|_| timeline.start(at_ms(0)));
        (0..4).for_each(|_| timeline.end(at_ms(20)));
        (0..2).for_each(|_| timeline.start(at_ms(25)));
        (0..4).for_each(|_| timeline.start(at_ms(40)));
        timeline.finish(at_ms(50));
        // 10 ms at 5, 5 ms at 1, 5 ms at 3.
        assert_eq!(timeline.concurrency().moments().map(|(mean, _)| mean), Some(3.5));
        assert_eq!(timeline.concurrency().peak(), (7, at_ms(40)));
    }

    #[test]
    fn a_level_that_lasts_into_the_window_is_its_peak_from_there_on() {
        let mut timeline = timeline(10, 30, 100);
        timeline.start(at_ms(0));
        timeline.end(at_ms(20));
        timeline.finish(at_ms(30));
        assert_eq!(timeline.concurrency().peak(), (1, at_ms(10)));
    }

    #[test]
    fn percentiles_of_joined_intervals_are_the_greater_ones() {
        let mut timeline = timeline(0, 10_000, 4);
        for second in 0..10 {
            timeline.start(at_ms(second * 1_000));
            timeline.end(at_ms(second * 1_000));
            timeline.spans().same(SimDuration::from_millis(second));
        }
        timeline.finish(at_ms(10_000));
        assert_eq!(timeline.series().step(), SimDuration::from_secs(4));
        let p99: Vec<Option<f64>> =
            timeline.series().intervals().iter().map(|interval| interval.p99_ms).collect();
        assert_eq!(p99, [Some(3.0), Some(7.0), Some(9.0)]);
    }
    #[test]
    fn joined_intervals_keep_the_concurrency_of_both() {
        let mut timeline = timeline(0, 10_000, 4);
        timeline.start(at_ms(500));
        timeline.start(at_ms(1_500));
        // Looked at beyond the grid, which doubles while the present interval is open.
        timeline.at(at_ms(5_000)).throttles += 1;
        timeline.end(at_ms(6_000));
        timeline.rest(at_ms(6_000), None);
        timeline.finish(at_ms(7_500));
        let series = timeline.series();
        let seconds: Vec<f64> =
            series.intervals().iter().map(|interval| interval.concurrency_nanos as f64 / 1e9).collect();
        assert_eq!((series.step(), seconds), (SimDuration::from_secs(2), vec![2.0, 4.0, 4.0, 1.5]));
    }
}
