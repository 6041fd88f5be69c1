//! Arrivals whose rate varies: a daily cycle, and on-off sources.

use std::f64::consts::TAU;

use crate::random::math;

/// Busy environments under Poisson arrivals of rate λ₀ (1 + A sin 2πt/P) with exponential service.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SinusoidalLoad {
    /// Mean over a cycle.
    pub mean: f64,
    /// Greatest expected number.
    pub peak: f64,
    /// Smallest expected number.
    pub trough: f64,
    /// By how much the extremes come later than those of the rate.
    pub lag: f64,
}

/// Eick, Massey and Whitt, Management Science 39 (1993) 241–252: the load swings with relative amplitude
/// A/√(1 + (ωS)²) and lags by arctan(ωS)/ω.
pub fn sinusoidal_load(
    mean_rate: f64,
    relative_amplitude: f64,
    period: f64,
    mean_service: f64,
) -> SinusoidalLoad {
    let frequency = TAU / period;
    let turn = frequency * mean_service;
    let mean = mean_rate * mean_service;
    let swing = mean * relative_amplitude / (1.0 + turn * turn).sqrt();
    SinusoidalLoad { mean, peak: mean + swing, trough: mean - swing, lag: math::atan2(turn, 1.0) / frequency }
}

/// Mean and variance of the number busy when Poisson arrivals of rate `rate_on` are switched on and off for
/// exponential times, with exponential service and no limit.
///
/// The interrupted Poisson process of Kuczura, Bell System Technical Journal 52 (1973) 437–448: peakedness
/// 1 + λγ / ((γ + ω)(1 + γ + ω)) with rates in units of 1/S.
pub fn on_off_load(rate_on: f64, mean_on: f64, mean_off: f64, mean_service: f64) -> (f64, f64) {
    let mean = rate_on * mean_service * mean_on / (mean_on + mean_off);
    let (leaves_on, leaves_off) = (mean_service / mean_on, mean_service / mean_off);
    let both = leaves_on + leaves_off;
    let peakedness = 1.0 + rate_on * mean_service * leaves_on / (both * (1.0 + both));
    (mean, mean * peakedness)
}
