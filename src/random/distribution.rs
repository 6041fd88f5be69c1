//! Distributions as quantile functions: one uniform number in, one value out.

use std::sync::Arc;

use super::Stream;
use super::ahead::{exponential_quantile, lognormal};
use super::gamma::{gamma_lower, gamma_quantile};
use super::math;
use super::normal::{normal_cdf, normal_quantile};

/// One point of a measured quantile table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct QuantilePoint {
    /// The share of values at or below `value`, in 0..=1.
    pub probability: f64,
    /// The value, in the unit of the table.
    pub value: f64,
}

/// A distribution of a non-negative quantity. The unit is that of its parameters: nanoseconds for durations,
/// MB for memory.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "parameters carry their textbook names")]
pub enum Distribution {
    /// Always the same value; takes no draw.
    Constant(f64),
    Uniform {
        low: f64,
        high: f64,
    },
    Exponential {
        mean: f64,
    },
    /// What little mass lies below zero is drawn as zero: see [`Distribution::mass_below_zero`].
    Normal {
        mean: f64,
        sd: f64,
    },
    /// `mu` and `sigma` of the logarithm.
    LogNormal {
        mu: f64,
        sigma: f64,
    },
    /// `shape` k and `scale` θ; mean kθ.
    Gamma {
        shape: f64,
        scale: f64,
    },
    Weibull {
        scale: f64,
        shape: f64,
    },
    /// Minimum and tail exponent.
    Pareto {
        minimum: f64,
        alpha: f64,
    },
    /// Observed values in ascending order; each is equally likely.
    Empirical(Arc<[f64]>),
    /// A measured quantile table, log-linear between its points.
    QuantileTable(Arc<[QuantilePoint]>),
    /// Shares (that add up to 1) and what is drawn in each.
    Mixture(Arc<[(f64, Distribution)]>),
    /// A distribution plus a constant.
    Shifted(Arc<Distribution>, f64),
}

/// z of the 99th percentile of a standard normal variable.
const Z_99: f64 = 2.326_347_874_040_841;

impl Distribution {
    /// The lognormal distribution with this median and 99th percentile.
    pub fn lognormal_p50_p99(p50: f64, p99: f64) -> Self {
        Self::LogNormal { mu: math::ln(p50), sigma: math::ln(p99 / p50) / Z_99 }
    }

    /// The lognormal distribution with this median, and `sigma` of the logarithm.
    pub fn lognormal_median_sigma(median: f64, sigma: f64) -> Self {
        Self::LogNormal { mu: math::ln(median), sigma }
    }

    /// The lognormal distribution with this mean, and `sigma` of the logarithm.
    pub fn lognormal_mean_sigma(mean: f64, sigma: f64) -> Self {
        Self::LogNormal { mu: math::ln(mean) - 0.5 * sigma * sigma, sigma }
    }

    /// The gamma distribution with this mean and coefficient of variation; a constant when `cv` is zero.
    pub fn gamma_mean_cv(mean: f64, cv: f64) -> Self {
        let square = cv * cv;
        if square == 0.0 {
            Self::Constant(mean)
        } else {
            Self::Gamma { shape: 1.0 / square, scale: mean * square }
        }
    }

    /// The exponential distribution with this mean.
    pub fn exponential(mean: f64) -> Self {
        Self::Exponential { mean }
    }

    /// The uniform distribution on `low..high`.
    pub fn uniform(low: f64, high: f64) -> Self {
        Self::Uniform { low, high }
    }

    /// The value that is drawn when the uniform number is `u`, with 0 < u < 1; never negative.
    ///
    /// It is the quantile function, except that a mixture uses `u` first to choose a component and then, rescaled,
    /// to draw from it, so it ascends within each component only.
    #[inline(always)]
    pub fn quantile(&self, u: f64) -> f64 {
        match self {
            Self::Exponential { mean } => exponential_quantile(*mean, u),
            other => other.rarer_quantile(u),
        }
    }

    /// A draw; a constant takes none.
    #[inline(always)]
    pub fn sample(&self, stream: &mut Stream) -> f64 {
        stream.draw(self)
    }

    fn rarer_quantile(&self, u: f64) -> f64 {
        match self {
            Self::Constant(value) => *value,
            Self::Uniform { low, high } => low + (high - low) * u,
            Self::LogNormal { mu, sigma } => lognormal(*mu, *sigma, normal_quantile(u)),
            Self::Normal { mean, sd } => (mean + sd * normal_quantile(u)).max(0.0),
            Self::Gamma { shape, scale } => scale * gamma_quantile(*shape, u),
            Self::Weibull { scale, shape } => scale * math::pow(-math::ln_1p(-u), 1.0 / shape),
            Self::Pareto { minimum, alpha } => minimum * math::exp(-math::ln(1.0 - u) / alpha),
            Self::Empirical(values) => values[nearest_rank(values.len(), u)],
            Self::QuantileTable(points) => table_quantile(points, u),
            Self::Mixture(parts) => mixture_value(parts, u),
            Self::Shifted(inner, by) => (inner.quantile(u) + by).max(0.0),
            Self::Exponential { .. } => self.quantile(u),
        }
    }

    /// The probability of a value at or below `x`.
    pub fn cdf(&self, x: f64) -> f64 {
        if x < 0.0 {
            return 0.0;
        }
        match self {
            Self::Constant(value) => f64::from(u8::from(x >= *value)),
            Self::Uniform { low, high } => {
                if x >= *high {
                    1.0
                } else {
                    ((x - low) / (high - low)).max(0.0)
                }
            }
            Self::Exponential { mean } => -math::exp_m1(-x / mean),
            Self::Normal { mean, sd } => normal_cdf((x - mean) / sd),
            Self::LogNormal { mu, sigma } => {
                if x == 0.0 {
                    0.0
                } else {
                    normal_cdf((math::ln(x) - mu) / sigma)
                }
            }
            Self::Gamma { shape, scale } => gamma_lower(*shape, x / scale),
            Self::Weibull { scale, shape } => -math::exp_m1(-math::pow(x / scale, *shape)),
            Self::Pareto { minimum, alpha } => {
                if x <= *minimum {
                    0.0
                } else {
                    1.0 - math::pow(minimum / x, *alpha)
                }
            }
            Self::Empirical(values) => {
                values.partition_point(|value| *value <= x) as f64 / values.len() as f64
            }
            Self::QuantileTable(points) => table_cdf(points, x),
            Self::Mixture(parts) => parts.iter().map(|(share, part)| share * part.cdf(x)).sum(),
            Self::Shifted(inner, by) => inner.cdf(x - by),
        }
    }

    /// The mass of a normal distribution below zero, which a scenario may not have; zero for all others.
    pub fn mass_below_zero(&self) -> f64 {
        match self {
            Self::Normal { mean, sd } if *sd > 0.0 => normal_cdf(-mean / sd),
            Self::Mixture(parts) => parts.iter().map(|(share, part)| share * part.mass_below_zero()).sum(),
            Self::Shifted(inner, _) => inner.mass_below_zero(),
            _ => 0.0,
        }
    }
}

/// Index of the ⌈u·n⌉-th smallest value.
fn nearest_rank(count: usize, u: f64) -> usize {
    ((u * count as f64).ceil() as usize).clamp(1, count) - 1
}

fn table_quantile(points: &[QuantilePoint], u: f64) -> f64 {
    let above = points.partition_point(|point| point.probability < u);
    if above == 0 {
        return points[0].value;
    }
    let low = points[above - 1];
    let Some(high) = points.get(above) else { return low.value };
    let fraction = (u - low.probability) / (high.probability - low.probability);
    if low.value <= 0.0 {
        return low.value + (high.value - low.value) * fraction;
    }
    low.value * math::exp(math::ln(high.value / low.value) * fraction)
}

fn table_cdf(points: &[QuantilePoint], x: f64) -> f64 {
    let above = points.partition_point(|point| point.value <= x);
    if above == 0 {
        return 0.0;
    }
    let low = points[above - 1];
    // What lies beyond the last point is drawn as its value.
    let Some(high) = points.get(above) else { return 1.0 };
    let fraction = if low.value <= 0.0 {
        (x - low.value) / (high.value - low.value)
    } else {
        math::ln(x / low.value) / math::ln(high.value / low.value)
    };
    low.probability + (high.probability - low.probability) * fraction
}

fn mixture_value(parts: &[(f64, Distribution)], u: f64) -> f64 {
    let mut below = 0.0;
    let last = parts.len() - 1;
    for (index, (share, part)) in parts.iter().enumerate() {
        if u < below + share || index == last {
            return part.quantile(inside_unit((u - below) / share));
        }
        below += share;
    }
    unreachable!("a mixture has parts, and the last takes what is left")
}

/// The number, moved inside (0, 1) by at most what rounding may have moved it outside.
fn inside_unit(u: f64) -> f64 {
    const SMALLEST: f64 = 0.5 / (1_u64 << 52) as f64;
    // A share of zero at the end of the list gives 0/0.
    if u.is_nan() { 0.5 } else { u.clamp(SMALLEST, 1.0 - SMALLEST) }
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::super::Purpose;
    use super::*;

    fn every_distribution() -> Vec<(&'static str, Distribution)> {
        let table = [(0.0, 10.0), (0.01, 12.0), (0.5, 20.0), (0.99, 80.0), (1.0, 200.0)]
            .map(|(probability, value)| QuantilePoint { probability, value });
        vec![
            ("uniform", Distribution::uniform(2.0, 5.0)),
            ("exponential", Distribution::exponential(3.0)),
            ("normal", Distribution::Normal { mean: 50.0, sd: 9.0 }),
            ("lognormal", Distribution::lognormal_p50_p99(90.0, 600.0)),
            ("gamma cv 2", Distribution::gamma_mean_cv(3.0, 2.0)),
            ("gamma cv 0.3", Distribution::gamma_mean_cv(3.0, 0.3)),
            ("gamma cv 0.005", Distribution::gamma_mean_cv(3.0, 0.005)),
            ("weibull", Distribution::Weibull { scale: 4.0, shape: 0.5 }),
            ("pareto", Distribution::Pareto { minimum: 2.0, alpha: 3.5 }),
            ("empirical", Distribution::Empirical(vec![1.0, 2.0, 2.0, 7.0].into())),
            ("quantile table", Distribution::QuantileTable(table.into())),
            (
                "mixture",
                Distribution::Mixture(
                    vec![(0.95, Distribution::uniform(1.0, 2.0)), (0.05, Distribution::exponential(20.0))]
                        .into(),
                ),
            ),
            ("shifted", Distribution::Shifted(Arc::new(Distribution::exponential(3.0)), 4.0)),
        ]
    }

    fn digest(distribution: &Distribution) -> String {
        let mut stream = Stream::new(42, "golden", Purpose::Duration);
        let mut hash = Sha256::new();
        for _ in 0..10_000 {
            hash.update(distribution.sample(&mut stream).to_bits().to_le_bytes());
        }
        let bytes = hash.finalize();
        format!("{:016x}", u64::from_be_bytes(bytes[..8].try_into().unwrap()))
    }

    /// These bits are part of the product. They change if the platform's own mathematics creeps in.
    #[test]
    fn the_bits_of_ten_thousand_draws_are_frozen() {
        let found: Vec<String> = every_distribution()
            .iter()
            .map(|(name, distribution)| format!("{name} {}", digest(distribution)))
            .collect();
        assert_eq!(found, GOLDEN);
    }

    const GOLDEN: [&str; 13] = [
        "uniform 9fb00efdfbe3b3c5",
        "exponential 72e7c4cc81c4f83a",
        "normal 058d6d834e34a56f",
        "lognormal 5349eabb51f9812f",
        "gamma cv 2 3e131342e9001c2b",
        "gamma cv 0.3 617f3ba445c39264",
        "gamma cv 0.005 cd86c982f7ea501f",
        "weibull e41ff9c8bd62bff0",
        "pareto cf32f0ae14e6b224",
        "empirical 788dd8e8a7e81437",
        "quantile table 260b3da917ccbfb0",
        "mixture ce7150d3be9d09d8",
        "shifted f6cd2b5ef1ce4c89",
    ];

    #[test]
    fn draws_have_the_mean_variance_and_distribution_function_that_are_claimed() {
        const DRAWS: u32 = 200_000;
        for (name, distribution) in every_distribution() {
            let values: Vec<f64> =
                (0..DRAWS).map(|i| distribution.quantile((f64::from(i) + 0.5) / f64::from(DRAWS))).collect();
            assert!(values.iter().all(|value| *value >= distribution.minimum()), "{name}");
            let mean = values.iter().sum::<f64>() / f64::from(DRAWS);
            let variance = values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / f64::from(DRAWS);
            assert!(
                (mean / distribution.mean() - 1.0).abs() < 1e-3,
                "{name}: {mean} {}",
                distribution.mean()
            );
            assert!((variance / distribution.variance() - 1.0).abs() < 2e-2, "{name}: {variance}");
            let limit = distribution.quantile(0.6);
            let cut = values.iter().map(|x| x.min(limit)).sum::<f64>() / f64::from(DRAWS);
            assert!((cut / distribution.truncated_mean(limit) - 1.0).abs() < 1e-4, "{name}: {cut}");
            let below = values.iter().filter(|x| **x <= limit).count() as f64 / f64::from(DRAWS);
            assert!((below - distribution.cdf(limit)).abs() < 1e-4, "{name}: {below}");
        }
    }

    #[test]
    fn a_constant_takes_no_draw() {
        let mut stream = Stream::new(1, "f", Purpose::Duration);
        let mut untouched = stream.clone();
        assert_eq!(Distribution::Constant(7.0).sample(&mut stream), 7.0);
        assert_eq!(stream.uniform(), untouched.uniform());
        assert!(Distribution::Constant(7.0).is_constant() && !Distribution::exponential(1.0).is_constant());
    }

    #[test]
    fn lognormal_parameters_of_three_kinds_say_what_they_mean() {
        let by_quantiles = Distribution::lognormal_p50_p99(90.0, 600.0);
        assert!((by_quantiles.quantile(0.5) - 90.0).abs() < 1e-9);
        assert!((by_quantiles.quantile(0.99) - 600.0).abs() < 1e-9);
        assert!((Distribution::lognormal_mean_sigma(5.0, 0.8).mean() - 5.0).abs() < 1e-12);
        assert!((Distribution::lognormal_median_sigma(5.0, 0.8).cdf(5.0) - 0.5).abs() < 1e-12);
    }

    #[test]
    fn a_normal_distribution_tells_what_lies_below_zero() {
        let normal = Distribution::Normal { mean: 4.0, sd: 1.0 };
        assert!((normal.mass_below_zero() / 3.167_124_183_311_99e-5 - 1.0).abs() < 1e-12);
        assert_eq!(Distribution::Normal { mean: 1.0, sd: 1.0 }.quantile(1e-6), 0.0);
    }

    #[test]
    fn the_extreme_uniform_numbers_give_finite_values_that_are_not_negative() {
        let smallest = 0.5 / (1_u64 << 52) as f64;
        for (name, distribution) in every_distribution() {
            for u in [smallest, 0.5, 0.95, 1.0 - smallest] {
                let value = distribution.quantile(u);
                assert!(value.is_finite() && value >= 0.0, "{name} at {u}: {value}");
            }
        }
    }

    #[test]
    fn an_empirical_distribution_draws_the_nearest_rank() {
        let observed = Distribution::Empirical(vec![1.0, 2.0, 3.0, 4.0].into());
        assert_eq!([0.2, 0.25, 0.26, 0.99].map(|u| observed.quantile(u)), [1.0, 1.0, 2.0, 4.0]);
    }
}
