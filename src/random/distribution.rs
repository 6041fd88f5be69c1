//! Distributions as quantile functions: one uniform number in, one value out.

use std::sync::Arc;

use super::Stream;
use super::math;

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

impl Distribution {
    /// The value that is drawn when the uniform number is `u`, with 0 < u < 1.
    pub fn quantile(&self, u: f64) -> f64 {
        match self {
            Self::Constant(value) => *value,
            Self::Uniform { low, high } => low + (high - low) * u,
            Self::Exponential { mean } => -mean * math::ln(1.0 - u),
            _ => todo!("written next"),
        }
    }

    /// A draw; a constant takes none.
    #[inline]
    pub fn sample(&self, stream: &mut Stream) -> f64 {
        match self {
            Self::Constant(value) => *value,
            other => other.quantile(stream.uniform()),
        }
    }
}
