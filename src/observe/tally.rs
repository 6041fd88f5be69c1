//! How often each value came: the counters of an HDR histogram without its ceremony.
//!
//! A histogram of the library checks its range, looks after its extremes and may resize itself at every value. Here a
//! value is a shift, an addition and a counter; the library gets the counts when somebody asks (measured on W1: 45
//! instructions an invocation less).

use hdrhistogram::Histogram;

/// Significant digits: relative error at most 0.1 %.
const DIGITS: u8 = 3;
/// Values below this have a counter each; above, each doubling has half as many. The library's rule for three digits.
const FINE: u64 = 2_048;

/// Counters by bucket, as many as the greatest value needs.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    counts: Vec<u64>,
}

impl Tally {
    /// Counts a value.
    #[inline(always)]
    pub(super) fn record(&mut self, value: u64) {
        let index = bucket::<FINE>(value);
        if let Some(count) = self.counts.get_mut(index) {
            *count += 1;
        } else {
            self.grow(index, 1);
        }
    }

    /// Counts all of `values`.
    #[inline]
    pub(super) fn record_all(&mut self, values: &[u64]) {
        for &value in values {
            self.record(value);
        }
    }

    /// Counts everything that `other` has counted.
    pub(super) fn absorb(&mut self, other: &Self) {
        if other.counts.len() > self.counts.len() {
            self.counts.resize(other.counts.len(), 0);
        }
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            *count += more;
        }
    }

    /// Forgets everything, and keeps the memory.
    pub(super) fn clear(&mut self) {
        self.counts.fill(0);
    }

    /// The same as a histogram of the library.
    pub(super) fn histogram(&self) -> Histogram<u64> {
        let mut histogram = Histogram::new(DIGITS).expect("three digits are valid");
        histogram.auto(true);
        for (index, &count) in self.counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            histogram
                .record_n(lowest_of::<FINE>(index), count)
                .expect("a histogram that resizes itself takes any value");
        }
        histogram
    }

    #[cold]
    fn grow(&mut self, index: usize, count: u64) {
        self.counts.resize(index + 1, 0);
        self.counts[index] = count;
    }
}

/// The bucket of a value, where values below `FINE` (a power of two) have one each and above each doubling has half as
/// many.
#[inline(always)]
pub(super) fn bucket<const FINE: u64>(value: u64) -> usize {
    let doublings = (u64::BITS - FINE.ilog2()) - (value | (FINE - 1)).leading_zeros();
    (u64::from(doublings) * (FINE / 2) + (value >> doublings)) as usize
}

/// The lowest value of a bucket.
pub(super) fn lowest_of<const FINE: u64>(index: usize) -> u64 {
    let index = index as u64;
    let doublings = (index / (FINE / 2)).saturating_sub(1);
    (index - doublings * (FINE / 2)) << doublings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_buckets_are_those_of_the_library() {
        let mut library = Histogram::<u64>::new(DIGITS).expect("three digits are valid");
        library.auto(true);
        let mut tally = Tally::default();
        for number in 0..200_000_u64 {
            let value = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (24 + number % 40);
            assert_eq!(lowest_of::<FINE>(bucket::<FINE>(value)), library.lowest_equivalent(value), "{value}");
            library.record(value).expect("it resizes itself");
            tally.record(value);
        }
        assert_eq!(tally.histogram(), library);
    }

    #[test]
    fn two_tallies_are_one() {
        let of = |values: std::ops::Range<u64>| {
            let mut tally = Tally::default();
            values.for_each(|value| tally.record(value * 997));
            tally
        };
        let mut parts = of(0..500);
        parts.absorb(&of(500..9_000));
        assert_eq!(parts.counts, of(0..9_000).counts);
    }
}
