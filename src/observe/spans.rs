//! Latencies and handler durations of one function.
//!
//! A warm invocation that ran to its end has one number for both, and nearly all are like that. Such numbers wait in a
//! buffer until their interval of the time series is over; its percentiles are selected there, and the histogram of both
//! quantities takes them in one go (measured on W1: 150 instructions an invocation less than three histograms).

use crate::units::SimDuration;

use super::sample::{Sample, nearest_rank};
use super::selection::order_statistics;

/// Numbers of one interval that are kept one by one; an interval with more has percentiles from a histogram.
const BUFFERED: usize = 16_384;

/// Latencies and durations while the run goes on.
// In this order in memory, as everything that each invocation touches.
#[derive(Clone, Debug, Default)]
#[repr(C)]
pub(super) struct Spans {
    /// Of this interval: latency and duration in one, ns.
    same: Vec<u64>,
    /// Of this interval: latencies that are not durations, or do not count, ns.
    others: Vec<u64>,
    /// Of this interval, when there are many.
    spilled: Sample,
    both: Sample,
    latency: Sample,
    duration: Sample,
}

impl Spans {
    /// An invocation whose latency is its duration.
    #[inline(always)]
    pub(super) fn same(&mut self, span: SimDuration) {
        if self.same.len() == BUFFERED {
            self.spill();
        }
        self.same.push(span.nanos());
    }

    /// A latency of the present interval; it `counts` when it belongs to the statistics.
    pub(super) fn latency(&mut self, latency: SimDuration, counts: bool) {
        if self.others.len() == BUFFERED {
            self.spill();
        }
        self.others.push(latency.nanos());
        if counts {
            self.latency.record(latency);
        }
    }

    /// A duration that is no latency.
    pub(super) fn duration(&mut self, duration: SimDuration) {
        self.duration.record(duration);
    }

    /// The present interval is over: median and 99th percentile of its latencies, ms.
    pub(super) fn close_interval(&mut self) -> Option<[f64; 2]> {
        if self.spilled.count() > 0 {
            self.spill();
            let quantiles = self.spilled.quantiles_ms([0.5, 0.99]);
            self.spilled.clear();
            return quantiles;
        }
        self.both.record_all(&self.same);
        self.same.append(&mut self.others);
        let last = self.same.len().checked_sub(1)?;
        let [middle, high] = [0.5, 0.99].map(|share| nearest_rank(share, last as u64 + 1) as usize - 1);
        let percentiles = order_statistics(&mut self.same, [middle, high], &mut self.others);
        self.others.clear();
        self.same.clear();
        Some(percentiles.map(|nanos| nanos as f64 / 1e6))
    }

    /// All latencies and all durations, reduced to `outline` where there is one.
    pub(super) fn finish(mut self, outline: Option<&[f64]>) -> [Sample; 2] {
        debug_assert!(self.same.is_empty() && self.others.is_empty(), "the last interval is closed");
        if let Some(shares) = outline {
            Sample::outline([&mut self.latency, &mut self.duration], &self.both, shares);
            return [self.latency, self.duration];
        }
        // Once for both.
        self.both.sort();
        [self.latency, self.duration].map(|mut sample| {
            sample.absorb(&self.both);
            sample.close();
            sample
        })
    }

    #[cold]
    fn spill(&mut self) {
        self.both.record_all(&self.same);
        for buffer in [&mut self.same, &mut self.others] {
            self.spilled.record_all(buffer);
            buffer.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that look random, ms.
    fn scattered(count: u64) -> impl Iterator<Item = SimDuration> {
        (0..count).map(|number| SimDuration::from_millis(number * 7_919 % 1_000))
    }

    #[test]
    fn one_number_for_both_is_in_both() {
        for count in [0, 1, 2, 99, 1_000, 9_000, 40_000] {
            let (mut spans, mut wanted) = (Spans::default(), Sample::default());
            for span in scattered(count) {
                spans.same(span);
                wanted.record(span);
            }
            let found = spans.close_interval();
            // An interval is exact for longer than the whole.
            if count < 9_001 {
                assert_eq!(found, wanted.quantiles_ms([0.5, 0.99]), "{count}");
            }
            let shares = [0.1, 0.5, 0.999];
            for sample in spans.finish(None) {
                assert_eq!(
                    (sample.quantiles_ms(shares), sample.mean_ms()),
                    (wanted.quantiles_ms(shares), wanted.mean_ms())
                );
            }
        }
    }

    #[test]
    fn what_does_not_count_is_in_the_interval_only() {
        let mut spans = Spans::default();
        spans.latency(SimDuration::from_millis(1), false);
        spans.latency(SimDuration::from_millis(3), true);
        spans.duration(SimDuration::from_millis(2));
        spans.same(SimDuration::from_millis(4));
        assert_eq!(spans.close_interval(), Some([3.0, 4.0]));
        assert_eq!(spans.close_interval(), None);
        let [latency, duration] = spans.finish(None);
        assert_eq!((latency.count(), latency.min_ms(), latency.max_ms()), (2, Some(3.0), Some(4.0)));
        assert_eq!((duration.count(), duration.min_ms()), (2, Some(2.0)));
    }
}
