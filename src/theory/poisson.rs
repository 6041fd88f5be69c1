//! The number of busy environments without a limit: M/G/∞.

use crate::random::{Distribution, gamma_upper, math, normal_quantile};

/// Little's law: the mean number inside is the arrival rate times the mean time inside.
pub fn little(arrival_rate: f64, mean_time: f64) -> f64 {
    arrival_rate * mean_time
}

/// The probability of exactly `count` when `mean` are expected.
pub fn pmf(count: u64, mean: f64) -> f64 {
    if mean == 0.0 {
        return f64::from(u8::from(count == 0));
    }
    let count = count as f64;
    math::exp(count * math::ln(mean) - mean - math::ln_gamma(count + 1.0))
}

/// The probability of at most `count`: the upper tail of a gamma variable of shape count + 1.
pub fn cdf(count: u64, mean: f64) -> f64 {
    gamma_upper(count as f64 + 1.0, mean)
}

/// The smallest count that is not exceeded with probability `p`, 0 < p < 1.
pub fn quantile(p: f64, mean: f64) -> u64 {
    let guess = mean + normal_quantile(p) * mean.sqrt();
    let mut count = guess.max(0.0) as u64;
    while count > 0 && cdf(count - 1, mean) >= p {
        count -= 1;
    }
    while cdf(count, mean) < p {
        count += 1;
    }
    count
}

/// Mean number busy at time `since_start` when Poisson arrivals begin with nothing busy; the number is Poisson
/// with this mean: λ ∫₀ᵗ P(S > u) du = λ E min(S, t).
pub fn busy_from_empty(arrival_rate: f64, service: &Distribution, since_start: f64) -> f64 {
    arrival_rate * service.truncated_mean(since_start)
}
