//! A sample of spans of time: exact while it is small, an HDR histogram above (S70).

use hdrhistogram::Histogram;

use crate::units::SimDuration;

use super::selection::ascending_order_statistics;
use super::tally::Tally;

/// Values that are kept one by one; above, the histogram takes over.
pub const EXACT_VALUES: usize = 10_000;

/// Room for so many is taken when the first come together.
const FIRST_VALUES: usize = 256;

/// Spans of time and their nearest-rank percentiles. Count, minimum, maximum and mean are always exact.
#[derive(Clone, Debug, Default)]
pub struct Sample {
    count: u64,
    sum_nanos: u128,
    min: u64,
    max: u64,
    values: Values,
}

#[derive(Clone, Debug)]
enum Values {
    /// One by one.
    Exact(Vec<u64>),
    /// By bucket.
    Counted(Tally),
    /// One by one in ascending order, when nothing more will come.
    Sorted(Box<[u64]>),
    /// When nothing more will come: a value for each bucket that is not empty and how often, in ascending order. A tenth of
    /// the counters' size or less.
    Closed(Box<[(u64, u64)]>),
    /// Only the answers: ascending (share, value in ms).
    Outline { points: Box<[(f64, f64)]>, is_exact: bool },
}

impl Default for Values {
    fn default() -> Self {
        Self::Exact(Vec::new())
    }
}

impl Sample {
    /// Adds a value.
    #[inline]
    pub fn record(&mut self, value: SimDuration) {
        self.record_all(&[value.nanos()]);
    }

    /// Adds values, in nanoseconds.
    ///
    /// # Panics
    /// After [`Self::close`].
    #[inline]
    pub fn record_all(&mut self, nanos: &[u64]) {
        let Some(&first) = nanos.first() else { return };
        if self.count == 0 {
            self.min = first;
        }
        for &value in nanos {
            self.min = self.min.min(value);
            self.max = self.max.max(value);
            self.sum_nanos += u128::from(value);
        }
        self.count += nanos.len() as u64;
        if let Values::Counted(tally) = &mut self.values {
            tally.record_all(nanos);
        } else {
            self.record_exactly(nanos);
        }
    }

    fn record_exactly(&mut self, nanos: &[u64]) {
        match &mut self.values {
            Values::Exact(exact) if self.count <= EXACT_VALUES as u64 => {
                if exact.capacity() == 0 && nanos.len() > 1 {
                    exact.reserve(FIRST_VALUES);
                }
                exact.extend_from_slice(nanos);
            }
            Values::Exact(_) => self.tally().record_all(nanos),
            _ => panic!("nothing comes after the end"),
        }
    }

    /// Adds the values of `other`.
    ///
    /// # Panics
    /// When either is closed.
    pub fn absorb(&mut self, other: &Self) {
        if other.count == 0 {
            return;
        }
        self.absorb_moments(other);
        match (&mut self.values, &other.values) {
            (Values::Exact(mine), Values::Exact(theirs)) if self.count <= EXACT_VALUES as u64 => {
                mine.extend_from_slice(theirs);
            }
            (_, Values::Exact(theirs)) => self.tally().record_all(theirs),
            (_, Values::Counted(theirs)) => self.tally().absorb(theirs),
            _ => panic!("nothing comes after the end"),
        }
    }

    fn absorb_moments(&mut self, other: &Self) {
        if other.count == 0 {
            return;
        }
        self.min = if self.count == 0 { other.min } else { self.min.min(other.min) };
        self.max = self.max.max(other.max);
        self.count += other.count;
        self.sum_nanos += other.sum_nanos;
    }

    /// The tally, into which the values go that were kept one by one.
    fn tally(&mut self) -> &mut Tally {
        if let Values::Exact(exact) = &mut self.values {
            let mut tally = Tally::default();
            tally.record_all(exact);
            self.values = Values::Counted(tally);
        }
        match &mut self.values {
            Values::Counted(tally) => tally,
            _ => panic!("nothing comes after the end"),
        }
    }

    /// Brings values that are kept one by one into ascending order.
    pub fn sort(&mut self) {
        if let Values::Exact(exact) = &mut self.values {
            exact.sort_unstable();
        }
    }

    /// Nothing more will come: keeps only what answers need.
    #[allow(clippy::stable_sort_primitive, reason = "it merges runs, which the other one does not")]
    pub fn close(&mut self) {
        self.values = match std::mem::take(&mut self.values) {
            Values::Exact(mut exact) => {
                // Mostly a long run that is in order and a few others, which this sort merges.
                exact.sort();
                Values::Sorted(exact.into_boxed_slice())
            }
            Values::Counted(tally) => Values::Closed(self.buckets(&tally.histogram()).collect()),
            closed => closed,
        };
    }

    /// Nothing more will come to any of `samples`: each takes in the values of `more` and keeps only the percentiles at the
    /// ascending `shares`; others can't be asked for any more.
    ///
    /// # Panics
    /// When one of them is closed.
    pub fn outline<const N: usize>(mut samples: [&mut Self; N], more: &Self, shares: &[f64]) {
        let few = shares.len() as u64 + 1..=EXACT_VALUES as u64;
        let has_few = |sample: &&mut Self| few.contains(&(sample.count + more.count));
        if let Values::Exact(shared) = &more.values
            && samples.iter().all(has_few)
        {
            let own = samples.each_mut().map(|sample| sample.take_exact());
            let ranks =
                |count| shares.iter().map(move |share| nearest_rank(*share, count as u64) as usize - 1);
            let found = ascending_order_statistics(shared, own, ranks);
            for (sample, nanos) in samples.into_iter().zip(found) {
                let points = shares.iter().copied().zip(nanos.into_iter().map(|nanos| nanos as f64 / 1e6));
                sample.absorb_moments(more);
                sample.values = Values::Outline { points: points.collect(), is_exact: true };
            }
            return;
        }
        for sample in samples {
            sample.outline_alone(more, shares);
        }
    }

    fn outline_alone(&mut self, more: &Self, shares: &[f64]) {
        self.absorb(more);
        self.close();
        if matches!(&self.values, Values::Sorted(values) if values.len() <= shares.len()) {
            return;
        }
        let is_exact = self.is_exact();
        let mut points = Vec::with_capacity(shares.len());
        self.ascending_quantiles(shares, |index, value| points.push((shares[index], value)));
        self.values = Values::Outline { points: points.into_boxed_slice(), is_exact };
    }

    /// The values that were kept one by one; none are left.
    fn take_exact(&mut self) -> Vec<u64> {
        match &mut self.values {
            Values::Exact(exact) => std::mem::take(exact),
            _ => panic!("few values are kept one by one until the end"),
        }
    }

    /// Forgets all values, and keeps the memory for the next ones.
    pub fn clear(&mut self) {
        (self.count, self.sum_nanos, self.min, self.max) = (0, 0, 0, 0);
        match &mut self.values {
            Values::Exact(exact) => exact.clear(),
            Values::Counted(tally) => tally.clear(),
            _ => self.values = Values::default(),
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
        matches!(self.values, Values::Exact(_) | Values::Sorted(_) | Values::Outline { is_exact: true, .. })
    }

    /// Nearest-rank percentiles in ms at ascending `shares` (0 < share ≤ 1); `None` without values.
    ///
    /// # Panics
    /// When [`Self::outline`] has left one of them out.
    pub fn quantiles_ms<const N: usize>(&self, shares: [f64; N]) -> Option<[f64; N]> {
        let mut values = [0.0; N];
        self.ascending_quantiles(&shares, |index, value| values[index] = value);
        (self.count > 0).then_some(values)
    }

    /// At most `points` points (value in ms, share of values at or below it) of the distribution function.
    pub fn cdf(&self, points: usize) -> Vec<(f64, f64)> {
        let Some(first) = self.min_ms() else { return Vec::new() };
        let shares: Vec<f64> = curve_shares(points).collect();
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
        match &self.values {
            Values::Exact(exact) => {
                let mut sorted = exact.clone();
                sorted.sort_unstable();
                ranks.for_each(|(index, rank)| tell(index, sorted[rank as usize - 1] as f64 / 1e6));
            }
            Values::Sorted(sorted) => {
                ranks.for_each(|(index, rank)| tell(index, sorted[rank as usize - 1] as f64 / 1e6));
            }
            Values::Counted(tally) => {
                walk(self.buckets(&tally.histogram()), &mut ranks, tell);
            }
            Values::Closed(buckets) => walk(buckets.iter().copied(), &mut ranks, tell),
            Values::Outline { points, .. } => {
                for (index, share) in shares.iter().enumerate() {
                    let found = points.binary_search_by(|(known, _)| known.total_cmp(share));
                    tell(index, points[found.expect("the outline has what will be asked for")].1);
                }
            }
        }
    }

    /// A value for each bucket that is not empty, and how often.
    fn buckets<'h>(&self, histogram: &'h Histogram<u64>) -> impl Iterator<Item = (u64, u64)> + use<'h, '_> {
        histogram
            .iter_recorded()
            .map(|step| (self.within(histogram, step.value_iterated_to()), step.count_since_last_iteration()))
    }

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

/// Goes through ascending (value, count) and tells the value at each of the ascending ranks.
fn walk(
    steps: impl Iterator<Item = (u64, u64)>,
    ranks: &mut std::iter::Peekable<impl Iterator<Item = (usize, u64)>>,
    mut tell: impl FnMut(usize, f64),
) {
    let mut seen = 0;
    for (value, count) in steps {
        seen += count;
        while let Some((index, _)) = ranks.next_if(|(_, rank)| *rank <= seen) {
            tell(index, value as f64 / 1e6);
        }
    }
}

/// The shares at which a curve of so many points has its points.
pub(super) fn curve_shares(points: usize) -> impl Iterator<Item = f64> {
    (1..=points).map(move |point| point as f64 / points as f64)
}

/// The rank, from 1, of the value that a share of `share` of `count` values does not exceed.
pub(super) fn nearest_rank(share: f64, count: u64) -> u64 {
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
    fn it_does_not_matter_how_the_values_come_together() {
        for [one, other] in [[20_u64, 30], [6_000, 7_000], [20, 12_000], [12_000, 20], [11_000, 12_000]] {
            let whole = of((1..=one).chain(500..500 + other));
            let mut parts = of(1..=one);
            parts.absorb(&of(500..500 + other));
            let answers = |sample: &Sample| {
                (
                    sample.quantiles_ms([0.001, 0.5, 0.999]),
                    sample.mean_ms(),
                    sample.is_exact(),
                    sample.cdf(20),
                )
            };
            assert_eq!(answers(&parts), answers(&whole));
            parts.close();
            assert_eq!(answers(&parts), answers(&whole), "closed");
        }
    }

    #[test]
    fn an_outline_answers_as_the_whole_did() {
        let shares = [0.05, 0.5, 0.99, 1.0];
        // Few enough to be kept, few enough to be exact, and more.
        for count in [3, 4, 5, 500, 10_000, 10_001, 20_000] {
            let (whole, mut outline) = (of(1..=count), of(1..=count / 3));
            let mut other = of(1..=count / 3);
            Sample::outline([&mut outline, &mut other], &of(count / 3 + 1..=count), &shares);
            assert_eq!(other.quantiles_ms(shares), outline.quantiles_ms(shares), "{count}");
            let mut alone = of(1..=count);
            Sample::outline([&mut alone], &of([]), &shares);
            let extremes = |sample: &Sample| (sample.quantiles_ms(shares), sample.min_ms(), sample.max_ms());
            assert_eq!(extremes(&alone), extremes(&whole), "{count}");
            assert_eq!(extremes(&outline), extremes(&whole), "{count}");
            assert_eq!(outline.quantiles_ms([0.5, 1.0]), whole.quantiles_ms([0.5, 1.0]), "{count}");
            assert_eq!(
                (outline.is_exact(), outline.mean_ms()),
                (whole.is_exact(), whole.mean_ms()),
                "{count}"
            );
        }
    }

    #[test]
    fn samples_of_any_size_are_outlined_together() {
        let shares = [0.05, 0.5, 0.99, 1.0];
        // Own values of one and of the other, and common ones: few, exact and counted in all combinations.
        for [one, other, common] in [
            [0, 0, 0],
            [0, 1, 3],
            [0, 6_000, 2],
            [0, 6_000, 5_000],
            [12_000, 3, 5_000],
            [12_000, 0, 0],
            [2, 1, 20_000],
        ] {
            let more = of(500..500 + common);
            let samples = [of(0..one), of(700..700 + other)];
            let wanted = samples.clone().map(|mut sample| {
                sample.absorb(&more);
                sample
            });
            let [mut first, mut second] = samples;
            Sample::outline([&mut first, &mut second], &more, &shares);
            for (found, wanted) in [first, second].iter().zip(&wanted) {
                let answers = |sample: &Sample| {
                    (sample.quantiles_ms(shares), sample.mean_ms(), sample.is_exact(), sample.max_ms())
                };
                assert_eq!(answers(found), answers(wanted), "{one} {other} {common}");
            }
        }
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
