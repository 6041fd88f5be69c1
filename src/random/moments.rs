//! Moments of the distributions, all in closed form.

use super::distribution::{Distribution, QuantilePoint};
use super::gamma::{gamma_lower, gamma_upper};
use super::math;
use super::normal::{normal_cdf, normal_density};

impl Distribution {
    /// The mean; infinite for a Pareto tail exponent of 1 or less.
    pub fn mean(&self) -> f64 {
        match self {
            Self::Constant(value) => *value,
            Self::Uniform { low, high } => 0.5 * (low + high),
            Self::Exponential { mean } => *mean,
            Self::Normal { mean, sd } => expected_excess(*mean, *sd, 0.0),
            Self::LogNormal { mu, sigma } => math::exp(mu + 0.5 * sigma * sigma),
            Self::Gamma { shape, scale } => shape * scale,
            Self::Weibull { scale, shape } => scale * math::gamma(1.0 + 1.0 / shape),
            Self::Pareto { minimum, alpha } => {
                if *alpha <= 1.0 {
                    f64::INFINITY
                } else {
                    minimum * alpha / (alpha - 1.0)
                }
            }
            Self::Empirical(values) => values.iter().sum::<f64>() / values.len() as f64,
            Self::QuantileTable(points) => table_moment(points, 1),
            Self::Mixture(parts) => parts.iter().map(|(share, part)| share * part.mean()).sum(),
            Self::Shifted(inner, by) => inner.mean() + by,
        }
    }

    /// The variance; infinite for a Pareto tail exponent of 2 or less.
    pub fn variance(&self) -> f64 {
        match self {
            Self::Constant(_) => 0.0,
            Self::Uniform { low, high } => (high - low) * (high - low) / 12.0,
            Self::Exponential { mean } => mean * mean,
            // The mass below zero that a scenario may have, 10⁻⁶, does not show in the variance.
            Self::Normal { sd, .. } => sd * sd,
            Self::LogNormal { mu, sigma } => {
                math::exp(2.0 * mu + sigma * sigma) * math::exp_m1(sigma * sigma)
            }
            Self::Gamma { shape, scale } => shape * scale * scale,
            Self::Weibull { scale, shape } => {
                let first = math::gamma(1.0 + 1.0 / shape);
                scale * scale * (math::gamma(1.0 + 2.0 / shape) - first * first)
            }
            Self::Pareto { minimum, alpha } => {
                if *alpha <= 2.0 {
                    f64::INFINITY
                } else {
                    minimum * minimum * alpha / ((alpha - 1.0) * (alpha - 1.0) * (alpha - 2.0))
                }
            }
            Self::Empirical(values) => {
                let mean = self.mean();
                values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / values.len() as f64
            }
            Self::QuantileTable(points) => {
                let mean = self.mean();
                (table_moment(points, 2) - mean * mean).max(0.0)
            }
            Self::Mixture(parts) => {
                let mean = self.mean();
                parts
                    .iter()
                    .map(|(share, part)| {
                        let off = part.mean() - mean;
                        share * (part.variance() + off * off)
                    })
                    .sum()
            }
            Self::Shifted(inner, _) => inner.variance(),
        }
    }

    /// Standard deviation over mean; zero when the mean is zero.
    pub fn cv(&self) -> f64 {
        let mean = self.mean();
        if mean == 0.0 { 0.0 } else { self.variance().sqrt() / mean }
    }

    /// E min(X, `limit`): the mean of what is cut at a limit.
    pub fn truncated_mean(&self, limit: f64) -> f64 {
        if limit <= 0.0 {
            return 0.0;
        }
        if limit.is_infinite() {
            return self.mean();
        }
        match self {
            Self::Constant(value) => value.min(limit),
            Self::Uniform { low, high } => {
                if limit <= *low {
                    limit
                } else if limit >= *high {
                    0.5 * (low + high)
                } else {
                    (0.5 * (limit * limit - low * low) + limit * (high - limit)) / (high - low)
                }
            }
            Self::Exponential { mean } => mean * -math::exp_m1(-limit / mean),
            Self::Normal { mean, sd } => {
                expected_excess(*mean, *sd, 0.0) - expected_excess(*mean, *sd, limit)
            }
            Self::LogNormal { mu, sigma } => lognormal_truncated_mean(*mu, *sigma, limit),
            Self::Gamma { shape, scale } => {
                let x = limit / scale;
                shape * scale * gamma_lower(shape + 1.0, x) + limit * gamma_upper(*shape, x)
            }
            Self::Weibull { scale, shape } => {
                let inverse = 1.0 / shape;
                scale * math::gamma(1.0 + inverse) * gamma_lower(inverse, math::pow(limit / scale, *shape))
            }
            Self::Pareto { minimum, alpha } => pareto_truncated_mean(*minimum, *alpha, limit),
            Self::Empirical(values) => {
                values.iter().map(|value| value.min(limit)).sum::<f64>() / values.len() as f64
            }
            Self::QuantileTable(points) => table_truncated_mean(points, limit),
            Self::Mixture(parts) => {
                parts.iter().map(|(share, part)| share * part.truncated_mean(limit)).sum()
            }
            Self::Shifted(inner, by) => {
                if limit <= *by {
                    limit
                } else {
                    by + inner.truncated_mean(limit - by)
                }
            }
        }
    }

    /// Whether every draw is the same value.
    pub fn is_constant(&self) -> bool {
        self.variance() == 0.0
    }

    /// The greatest value that no draw is below.
    pub fn minimum(&self) -> f64 {
        match self {
            Self::Constant(value) => *value,
            Self::Uniform { low, .. } => *low,
            Self::Pareto { minimum, .. } => *minimum,
            Self::Empirical(values) => values[0],
            Self::QuantileTable(points) => points[0].value,
            Self::Mixture(parts) => {
                parts.iter().map(|(_, part)| part.minimum()).fold(f64::INFINITY, f64::min)
            }
            Self::Shifted(inner, by) => inner.minimum() + by,
            Self::LogNormal { mu, sigma } if *sigma == 0.0 => math::exp(*mu),
            Self::Normal { mean, sd } if *sd == 0.0 => *mean,
            Self::Exponential { .. }
            | Self::Normal { .. }
            | Self::LogNormal { .. }
            | Self::Gamma { .. }
            | Self::Weibull { .. } => 0.0,
        }
    }
}

/// E max(X − `limit`, 0) of a normal variable.
fn expected_excess(mean: f64, sd: f64, limit: f64) -> f64 {
    if sd == 0.0 {
        return (mean - limit).max(0.0);
    }
    let z = (limit - mean) / sd;
    (mean - limit) * normal_cdf(-z) + sd * normal_density(z)
}

/// e^(μ + σ²/2) Φ(z − σ) + limit · Φ(−z), z = (ln limit − μ)/σ.
fn lognormal_truncated_mean(mu: f64, sigma: f64, limit: f64) -> f64 {
    if sigma == 0.0 {
        return math::exp(mu).min(limit);
    }
    let z = (math::ln(limit) - mu) / sigma;
    math::exp(mu + 0.5 * sigma * sigma) * normal_cdf(z - sigma) + limit * normal_cdf(-z)
}

fn pareto_truncated_mean(minimum: f64, alpha: f64, limit: f64) -> f64 {
    if limit <= minimum {
        limit
    } else if alpha == 1.0 {
        minimum * (1.0 + math::ln(limit / minimum))
    } else {
        minimum + minimum / (alpha - 1.0) * (1.0 - math::pow(minimum / limit, alpha - 1.0))
    }
}

/// The mean of the value to the power `power` (1 or 2).
fn table_moment(points: &[QuantilePoint], power: u8) -> f64 {
    let raised = |value: f64| if power == 2 { value * value } else { value };
    let first = points[0];
    let last = points[points.len() - 1];
    let mut sum = first.probability * raised(first.value) + (1.0 - last.probability) * raised(last.value);
    for pair in points.windows(2) {
        let mass = pair[1].probability - pair[0].probability;
        sum += mass * segment_mean(pair[0].value, pair[1].value, power);
    }
    sum
}

/// The mean of value^power along a segment that is linear in ln value (linear in value from zero).
fn segment_mean(low: f64, high: f64, power: u8) -> f64 {
    if low <= 0.0 {
        return if power == 2 { (low * low + low * high + high * high) / 3.0 } else { 0.5 * (low + high) };
    }
    let logarithm = math::ln(high / low) * f64::from(power);
    let start = if power == 2 { low * low } else { low };
    if logarithm == 0.0 { start } else { start * math::exp_m1(logarithm) / logarithm }
}

fn table_truncated_mean(points: &[QuantilePoint], limit: f64) -> f64 {
    let mut cut: Vec<QuantilePoint> =
        points.iter().copied().take_while(|point| point.value < limit).collect();
    if cut.len() == points.len() {
        return table_moment(points, 1);
    }
    let share = Distribution::QuantileTable(points.into()).cdf(limit);
    cut.push(QuantilePoint {
        probability: share.max(cut.last().map_or(0.0, |point| point.probability)),
        value: limit,
    });
    table_moment(&cut, 1)
}
