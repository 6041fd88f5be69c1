//! Cold starts of a pool that reuses the most recently used environment first.
//!
//! With Poisson arrivals, exponential service, no init time and an idle timeout, the idle environments form a
//! stack: the one that is taken when the number busy goes from j − 1 to j was released at the last step from j to
//! j − 1. So a start is cold iff the excursion below j lasted longer than the keep-alive:
//! P(cold) = Σⱼ πⱼ₋₁ P(τⱼ > K) and E idle = λ Σⱼ πⱼ₋₁ E min(τⱼ, K), where π is the distribution of the number busy
//! (Poisson, cut at the limit) and τⱼ the first passage of the birth–death chain from j − 1 to j. The law of τⱼ
//! is a sum of exponentials, whose rates are the eigenvalues of a tridiagonal matrix.

use super::poisson;
use super::tridiagonal::Tridiagonal;
use crate::random::math;

/// How long an environment may idle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum IdleTime {
    /// Always as long.
    Fixed(f64),
    /// Drawn for each idle period.
    Uniform {
        /// Shortest.
        low: f64,
        /// Longest.
        high: f64,
    },
}

/// Means of the pool in its steady state.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pool {
    /// Share of admitted requests that are cold.
    pub p_cold: f64,
    /// Share of requests that are refused because the limit is reached; zero without one.
    pub p_throttled: f64,
    /// Mean number of idle environments.
    pub mean_idle: f64,
    /// Mean number of busy environments.
    pub mean_busy: f64,
}

/// The pool under `arrival_rate`, with mean service time `mean_service`, `idle_time` and at most `limit` busy.
///
/// The effort grows with the cube of the load; at 100 erlangs it is a fraction of a second.
pub fn most_recently_used_pool(
    arrival_rate: f64,
    mean_service: f64,
    idle_time: IdleTime,
    limit: Option<u32>,
) -> Pool {
    let busy = busy_distribution(arrival_rate * mean_service, limit);
    let highest = limit.map_or(busy.len(), |limit| busy.len().min(limit as usize));
    let (mut p_cold, mut mean_idle) = (0.0, 0.0);
    for level in 1..=highest {
        let (longer, time) = excursion(arrival_rate, mean_service, idle_time, &busy[..level]);
        p_cold += longer;
        mean_idle += arrival_rate * time;
    }
    let p_throttled = limit.and_then(|limit| busy.get(limit as usize)).copied().unwrap_or(0.0);
    let mean_busy = busy.iter().enumerate().map(|(count, share)| count as f64 * share).sum();
    // Rounding can leave a vanishing share just below zero.
    Pool { p_cold: p_cold.max(0.0) / (1.0 - p_throttled), p_throttled, mean_idle, mean_busy }
}

/// π₀, π₁, … as far as it matters, or up to the limit.
fn busy_distribution(load: f64, limit: Option<u32>) -> Vec<f64> {
    let far = (load + 12.0 * load.sqrt() + 25.0) as u64;
    let last = limit.map_or(far, |limit| far.min(u64::from(limit)));
    let shares: Vec<f64> = (0..=last).map(|count| poisson::pmf(count, load)).collect();
    let total: f64 = shares.iter().sum();
    shares.into_iter().map(|share| share / total).collect()
}

/// πⱼ₋₁ P(τⱼ > K) and πⱼ₋₁ E min(τⱼ, K), for j = the number of states below.
fn excursion(arrival_rate: f64, mean_service: f64, idle_time: IdleTime, below: &[f64]) -> (f64, f64) {
    let size = below.len();
    let departures = |busy: usize| busy as f64 / mean_service;
    let mut rows: Vec<[f64; 2]> = below.iter().map(|share| [0.0, share.sqrt()]).collect();
    rows[size - 1][0] = 1.0;
    // Minus the generator, made symmetric by √π on both sides.
    let mut generator = Tridiagonal {
        diagonal: (0..size).map(|busy| arrival_rate + departures(busy)).collect(),
        beside: (0..size).map(|busy| -(arrival_rate * departures(busy + 1)).sqrt()).collect(),
        rows,
    };
    generator.diagonalise();
    let root = below[size - 1].sqrt();
    let (mut longer, mut time) = (0.0, 0.0);
    for (rate, [start, whole]) in generator.diagonal.iter().zip(&generator.rows) {
        let weight = root * start * whole;
        let rate = rate.max(1e-300);
        let (survives, spends) = idle_time.outlasted_by(rate);
        longer += weight * survives;
        time += weight * spends;
    }
    (longer, time)
}

impl IdleTime {
    /// E e^(−θK) and E (1 − e^(−θK))/θ for the idle time K.
    fn outlasted_by(self, rate: f64) -> (f64, f64) {
        match self {
            Self::Fixed(time) => (math::exp(-rate * time), -math::exp_m1(-rate * time) / rate),
            Self::Uniform { low, high } => {
                let width = rate * (high - low);
                let spread = if width < 1e-9 { 1.0 - 0.5 * width } else { -math::exp_m1(-width) / width };
                let survives = math::exp(-rate * low) * spread;
                // For small rates 1 − e^(−θK) ≈ θ E K without cancellation.
                let time = if rate * high < 1e-6 { 0.5 * (low + high) } else { (1.0 - survives) / rate };
                (survives, time)
            }
        }
    }
}
