//! A sample of spans of time: exact while it is small, an HDR histogram above (S70).

use hdrhistogram::Histogram;

use crate::units::SimDuration;

/// Values that are kept one by one; above, the histogram takes over.
pub const EXACT_VALUES: usize = 10_000;
/// Significant digits of the histogram: relative error at most 0.1 %.
const DIGITS: u8 = 3;

/// Spans of time and their nearest-rank percentiles. Count, minimum, maximum and mean are always exact.
#[derive(Clone, Debug, Default)]
pub struct Sample {
    count: u64,
    sum_nanos: u128,
    min: u64,
    max: u64,
    exact: Vec<u64>,
    histogram: Option<Box<Histogram<u64>>>,
}

impl Sample {
    /// Adds a value.
    #[inline]
    pub fn record(&mut self, value: SimDuration) {
        let nanos = value.nanos();
        self.min = if self.count == 0 { nanos } else { self.min.min(nanos) };
        self.max = self.max.max(nanos);
        self.count += 1;
        self.sum_nanos += u128::from(nanos);
        match &mut self.histogram {
            Some(histogram) => record(histogram, nanos),
            None => self.record_exactly(nanos),
        }
    }

    fn record_exactly(&mut self, nanos: u64) {
        if self.exact.len() < EXACT_VALUES {
            self.exact.push(nanos);
            return;
        }
        let mut histogram = Histogram::new(DIGITS).expect("three digits are valid");
        histogram.auto(true);
        for value in self.exact.drain(..) {
            record(&mut histogram, value);
        }
        record(&mut histogram, nanos);
        self.exact = Vec::new();
        self.histogram = Some(Box::new(histogram));
    }

    /// Forgets all values, and keeps the memory for the next ones.
    pub fn clear(&mut self) {
        self.exact.clear();
        (self.count, self.sum_nanos, self.min, self.max) = (0, 0, 0, 0);
        if let Some(histogram) = &mut self.histogram {
            histogram.reset();
        }
    }

    /// How many values.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Smallest value, ms; `None` without values.
    pub fn min_ms(&self) -> Option<f64> {
        (self.count > 0).then(|| self.min as f64 / 1e6)
    }

    /// Greatest value, ms.
    pub fn max_ms(&self) -> Option<f64> {
        (self.count > 0).then(|| self.max as f64 / 1e6)
    }

    /// Mean, ms.
    pub fn mean_ms(&self) -> Option<f64> {
        (self.count > 0).then(|| self.sum_nanos as f64 / self.count as f64 / 1e6)
    }

    /// Whether percentiles are exact, not within 0.1 %.
    pub fn is_exact(&self) -> bool {
        self.histogram.is_none()
    }

    /// Nearest-rank percentiles in ms at ascending `shares` (0 < share ≤ 1); `None` without values.
    pub fn quantiles_ms<const N: usize>(&self, shares: [f64; N]) -> Option<[f64; N]> {
        let mut values = [0.0; N];
        self.ascending_quantiles(&shares, |index, value| values[index] = value);
        (self.count > 0).then_some(values)
    }

    /// At most `points` points (value in ms, share of values at or below it) of the distribution function.
    pub fn cdf(&self, points: usize) -> Vec<(f64, f64)> {
        let Some(first) = self.min_ms() else { return Vec::new() };
        let shares: Vec<f64> = (1..=points).map(|point| point as f64 / points as f64).collect();
        let mut curve = vec![(first, 0.0)];
        self.ascending_quantiles(&shares, |index, value| curve.push((value, shares[index])));
        curve.dedup();
        curve
    }

    /// Tells the value at each of the ascending `shares`, in one pass over the values.
    fn ascending_quantiles(&self, shares: &[f64], mut tell: impl FnMut(usize, f64)) {
        if self.count == 0 {
            return;
        }
        let mut ranks = shares.iter().map(|share| nearest_rank(*share, self.count)).enumerate().peekable();
        let Some(histogram) = &self.histogram else {
            let mut sorted = self.exact.clone();
            sorted.sort_unstable();
            return ranks.for_each(|(index, rank)| tell(index, sorted[rank as usize - 1] as f64 / 1e6));
        };
        let mut seen = 0;
        for step in histogram.iter_recorded() {
            seen += step.count_since_last_iteration();
            let value = self.within(histogram, step.value_iterated_to()) as f64 / 1e6;
            while let Some((index, _)) = ranks.next_if(|(_, rank)| *rank <= seen) {
                tell(index, value);
            }
        }
    }
}

impl Sample {
    /// The value that stands for a bucket: the minimum or maximum where it holds them, which are exact, else its middle.
    fn within(&self, histogram: &Histogram<u64>, value: u64) -> u64 {
        let bucket = histogram.lowest_equivalent(value)..=histogram.highest_equivalent(value);
        if bucket.contains(&self.min) {
            self.min
        } else if bucket.contains(&self.max) {
            self.max
        } else {
            histogram.median_equivalent(value)
        }
    }
}

#[inline]
fn record(histogram: &mut Histogram<u64>, nanos: u64) {
    histogram.record(nanos).expect("a histogram that resizes itself takes any value");
}

/// The rank, from 1, of the value that a share of `share` of `count` values does not exceed.
fn nearest_rank(share: f64, count: u64) -> u64 {
    // A share such as 0.99 is a little above or below; a hundredth of a rank never matters otherwise.
    ((share * count as f64 - 1e-9 * count as f64).ceil() as u64).clamp(1, count)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: impl IntoIterator<Item = u64>) -> Sample {
        let mut sample = Sample::default();
        for value in values {
            sample.record(SimDuration::from_millis(value));
        }
        sample
    }

    #[test]
    fn percentiles_are_nearest_rank() {
        let sample = of(1..=10);
        assert_eq!(sample.quantiles_ms([0.5, 0.9, 0.91, 1.0]), Some([5.0, 9.0, 10.0, 10.0]));
        assert_eq!((sample.min_ms(), sample.mean_ms()), (Some(1.0), Some(5.5)));
        assert_eq!(of([]).quantiles_ms([0.5]), None);
    }

    #[test]
    fn a_hundred_values_have_their_99th_as_p99() {
        assert_eq!(of(1..=100).quantiles_ms([0.99]), Some([99.0]));
        assert_eq!(of(1..=1_000).quantiles_ms([0.999]), Some([999.0]));
    }

    #[test]
    fn a_large_sample_is_within_a_thousandth() {
        let sample = of(1..=50_000);
        assert!(!sample.is_exact());
        let [p50, p99] = sample.quantiles_ms([0.5, 0.99]).expect("values");
        assert!((p50 - 25_000.0).abs() <= 25.0 && (p99 - 49_500.0).abs() <= 49.5, "{p50} {p99}");
        assert_eq!((sample.max_ms(), sample.mean_ms()), (Some(50_000.0), Some(25_000.5)));
    }
}
