//! How numbers scatter: mean, variance and confidence intervals of values that were added one by one, always in the
//! order of the runs, so that the sums are the same on any number of threads.

use serde::{Deserialize, Serialize};

use crate::random::{normal_quantile, student_quantile};

/// Values that scatter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    count: u64,
    mean: f64,
    /// Sum of squared deviations from the mean.
    squares: f64,
    min: f64,
    max: f64,
}

/// More further runs than this are not worth a number.
const MOST_RUNS: u64 = 1_000_000_000;

impl Spread {
    /// Of some values.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let mut spread = Self::default();
        values.into_iter().for_each(|value| spread.add(value));
        spread
    }

    /// Adds a value (Welford's recurrence, which does not cancel).
    pub fn add(&mut self, value: f64) {
        let first = self.count == 0;
        self.min = if first { value } else { self.min.min(value) };
        self.max = if first { value } else { self.max.max(value) };
        self.count += 1;
        let from_mean = value - self.mean;
        self.mean += from_mean / self.count as f64;
        self.squares += from_mean * (value - self.mean);
    }

    /// How many values.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Their mean; 0 without values.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// The least of them.
    pub fn min(&self) -> f64 {
        self.min
    }

    /// The greatest of them.
    pub fn max(&self) -> f64 {
        self.max
    }

    /// The sample variance; `None` for fewer than two values.
    pub fn variance(&self) -> Option<f64> {
        (self.count > 1).then(|| self.squares / (self.count - 1) as f64)
    }

    /// Half the width of the confidence interval of the mean by Student's t; `None` for fewer than two values.
    pub fn half_width(&self, confidence: f64) -> Option<f64> {
        let variance = self.variance()?;
        Some(student(self.count - 1, confidence) * (variance / self.count as f64).sqrt())
    }

    /// How many more values it would take until the interval is `precision` × mean to either side, if they scatter as
    /// these do; `None` where no number would be enough or it is beyond counting.
    pub fn more_for(&self, precision: f64, confidence: f64) -> Option<u64> {
        let wanted = precision * self.mean.abs();
        let deviation = self.variance()?.sqrt();
        let enough =
            |count: u64| student(count - 1, confidence) * deviation / (count as f64).sqrt() <= wanted;
        if enough(self.count) {
            return Some(0);
        }
        // The normal law asks for too few; Student's needs a handful more.
        let ratio = normal_quantile(0.5 + 0.5 * confidence) * deviation / wanted;
        let estimate = ratio * ratio;
        if !(estimate.is_finite() && estimate < MOST_RUNS as f64) {
            return None;
        }
        let (mut low, mut high) = (self.count, (estimate.ceil() as u64).max(self.count) + 30);
        while high - low > 1 {
            let middle = low.midpoint(high);
            if enough(middle) {
                high = middle;
            } else {
                low = middle;
            }
        }
        Some(high - self.count)
    }
}

/// The two-sided quantile of Student's t.
pub(super) fn student(freedom: u64, confidence: f64) -> f64 {
    student_quantile(freedom as f64, 0.5 + 0.5 * confidence)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: f64, wanted: f64) {
        assert!((found - wanted).abs() < 1e-9 * wanted.abs().max(1.0), "{found} is not {wanted}");
    }

    /// 4, 6, 5, 9: mean 6, squares 4 + 0 + 1 + 9 = 14, variance 14/3; t(3) = 3.182446305.
    #[test]
    fn mean_variance_and_interval_of_four_values_by_hand() {
        let spread = Spread::of([4.0, 6.0, 5.0, 9.0]);
        near(spread.mean(), 6.0);
        near(spread.variance().unwrap(), 14.0 / 3.0);
        near(spread.half_width(0.95).unwrap(), 3.182_446_305_284_263 * (14.0_f64 / 12.0).sqrt());
        assert_eq!((spread.min(), spread.max()), (4.0, 9.0));
    }

    #[test]
    fn one_value_has_no_interval_and_equal_values_have_none_to_either_side() {
        assert_eq!(Spread::of([3.0]).half_width(0.95), None);
        assert_eq!(Spread::of([0.1, 0.1, 0.1]).half_width(0.95), Some(0.0));
        assert_eq!(Spread::of([0.1, 0.1, 0.1]).more_for(0.05, 0.95), Some(0));
    }

    #[test]
    fn the_number_of_further_runs_is_the_least_that_is_enough() {
        let spread = Spread::of([90.0, 100.0, 110.0, 100.0]);
        let deviation = spread.variance().unwrap().sqrt();
        let half = |count: u64| student(count - 1, 0.95) * deviation / (count as f64).sqrt();
        let more = spread.more_for(0.05, 0.95).unwrap();
        assert!(half(4 + more) <= 5.0 && half(4 + more - 1) > 5.0, "{more}");
        assert_eq!(spread.more_for(1.0, 0.95), Some(0));
        assert_eq!(Spread::of([-1.0, 1.0]).more_for(0.05, 0.95), None, "nothing is 5 % of zero");
    }
}
