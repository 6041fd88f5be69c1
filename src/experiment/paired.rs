//! What two variants that met the same random numbers differ in.
//!
//! Replication r of both has the same seed, so that both see the same arrivals; the difference of a pair scatters less than the
//! values do. Its interval is Student's, of the differences. The ratio of the means has the interval of the ratio of two sums
//! (the delta method): the spread of xᵢ − R·yᵢ.

use serde::Serialize;

use crate::scenario::metric::MetricUnit;

use super::replications::estimate;
use super::spread::Spread;
use crate::report::estimate::Estimate;

/// How a metric differs between two variants.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract; docs/experiments.md describes them")]
pub struct Difference {
    pub baseline: Estimate,
    pub variant: Estimate,
    /// Variant minus baseline, in the unit of the metric.
    pub difference: f64,
    /// The interval is difference ± this; absent with a single pair.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub half_width: Option<f64>,
    /// Whether the interval leaves out zero; with a single pair, never.
    pub significant: bool,
    /// Mean of the baseline by that of the variant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ratio: Option<Ratio>,
    /// Variance of the difference of independent runs by that of pairs: so many times as many runs would be needed without
    /// common random numbers. Absent where pairs do not scatter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variance_ratio: Option<f64>,
}

/// A ratio of means.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract; docs/experiments.md describes them")]
pub struct Ratio {
    pub value: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub half_width: Option<f64>,
}

/// Differences below this share of the values are the rounding of sums.
const ROUNDING: f64 = 1e-9;

/// The difference over pairs of runs in which both have a value; `None` without any.
pub fn difference(
    unit: MetricUnit,
    pairs: impl Iterator<Item = (Option<f64>, Option<f64>)>,
    confidence: f64,
    precision: f64,
) -> Option<Difference> {
    let pairs: Vec<(f64, f64)> =
        pairs.filter_map(|(baseline, variant)| Some((baseline?, variant?))).collect();
    if pairs.is_empty() {
        return None;
    }
    let baseline = Spread::of(pairs.iter().map(|pair| pair.0));
    let variant = Spread::of(pairs.iter().map(|pair| pair.1));
    let apart = Spread::of(pairs.iter().map(|(baseline, variant)| variant - baseline));
    let half_width = apart.half_width(confidence);
    let size = baseline.mean().abs().max(variant.mean().abs());
    let differs = apart.mean().abs() > ROUNDING * size;
    let unpaired = baseline.variance().zip(variant.variance()).map(|(one, other)| one + other);
    let variance_ratio = unpaired
        .zip(apart.variance())
        .filter(|(_, paired)| *paired > (ROUNDING * size) * (ROUNDING * size))
        .map(|(unpaired, paired)| unpaired / paired);
    Some(Difference {
        baseline: estimate(unit, &baseline, confidence, precision),
        variant: estimate(unit, &variant, confidence, precision),
        difference: apart.mean(),
        half_width,
        significant: differs && half_width.is_some_and(|half| apart.mean().abs() > half),
        ratio: ratio(&pairs, &baseline, &variant, confidence),
        variance_ratio,
    })
}

fn ratio(pairs: &[(f64, f64)], baseline: &Spread, variant: &Spread, confidence: f64) -> Option<Ratio> {
    if variant.mean() == 0.0 || baseline.mean() == 0.0 {
        return None;
    }
    let value = baseline.mean() / variant.mean();
    let deviations = Spread::of(pairs.iter().map(|(one, other)| one - value * other));
    let half_width = deviations.half_width(confidence).map(|half| half / variant.mean().abs());
    Some(Ratio { value, half_width })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &[(f64, f64)]) -> Difference {
        let pairs = pairs.iter().map(|(one, other)| (Some(*one), Some(*other)));
        difference(MetricUnit::Millis, pairs, 0.95, 0.05).unwrap()
    }

    /// Differences 1, 2, 3: mean 2, s = 1, t(2) = 4.3027, half width 4.3027 / √3 = 2.4841.
    #[test]
    fn the_interval_of_a_difference_by_hand() {
        let found = of(&[(10.0, 11.0), (20.0, 22.0), (30.0, 33.0)]);
        assert!((found.difference - 2.0).abs() < 1e-12);
        assert!((found.half_width.unwrap() - 2.484_137_711).abs() < 1e-6, "{found:?}");
        assert!(!found.significant);
        // Variances 100 and 121 against 1.
        assert!((found.variance_ratio.unwrap() - 221.0).abs() < 1e-9);
        // 20 / 22 exactly in every pair: the ratio does not scatter.
        let ratio = found.ratio.unwrap();
        assert!((ratio.value - 20.0 / 22.0).abs() < 1e-12 && ratio.half_width.unwrap() < 1e-9);
    }

    #[test]
    fn what_is_the_same_in_every_pair_is_no_difference_and_what_always_differs_alike_is() {
        let same = of(&[(1.0, 1.0), (5.0, 5.0)]);
        assert!(!same.significant && same.difference == 0.0 && same.variance_ratio.is_none());
        let shifted = of(&[(1.0, 2.0), (5.0, 6.0)]);
        assert!(shifted.significant && shifted.half_width == Some(0.0));
    }

    #[test]
    fn one_pair_says_nothing_about_significance() {
        let found = of(&[(1.0, 2.0)]);
        assert!(!found.significant && found.half_width.is_none());
    }
}
