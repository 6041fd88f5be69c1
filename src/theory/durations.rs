//! What limits, rounding and mixing do to a duration.

use crate::random::{Distribution, math};

/// A duration that is cut at a timeout.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimedOut {
    /// Share that is cut.
    pub p_timeout: f64,
    /// Mean of what is billed: E min(X, τ), before rounding.
    pub mean_billed: f64,
    /// Mean of those that finish.
    pub mean_success: f64,
}

/// `duration` under a timeout. For a lognormal E min(X, τ) = e^(μ + σ²/2) Φ(z − σ) + τ (1 − Φ(z)), z = (ln τ − μ)/σ.
pub fn with_timeout(duration: &Distribution, timeout: f64) -> TimedOut {
    let p_timeout = 1.0 - duration.cdf(timeout);
    let mean_billed = duration.truncated_mean(timeout);
    TimedOut { p_timeout, mean_billed, mean_success: (mean_billed - timeout * p_timeout) / (1.0 - p_timeout) }
}

/// Mean of an exponential duration of mean `mean` rounded up to whole units: 1/(1 − e^(−1/mean)).
pub fn mean_rounded_up_exponential(mean: f64) -> f64 {
    -1.0 / math::exp_m1(-1.0 / mean)
}

/// The value that is not exceeded with probability `p`, by halving on the distribution function. For a mixture
/// this is the true quantile of the whole.
pub fn quantile(distribution: &Distribution, p: f64) -> f64 {
    let (mut low, mut high) = (distribution.minimum(), distribution.minimum().max(1e-300));
    while distribution.cdf(high) < p {
        high *= 2.0;
    }
    while high - low > 1e-15 * high {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if distribution.cdf(middle) < p {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}
