//! The greatest number busy since the start: cold starts of a pool that never lets an environment go.

use crate::random::math;

/// P(N reaches `level` within `horizon`), for the number busy N of an unlimited group that starts empty:
/// Poisson arrivals of `arrival_rate`, exponential service of mean `mean_service`.
///
/// Without expiry and init time the cold starts up to `horizon` are the maximum of N, so this is P(cold ≥ level).
/// Uniformisation (Jensen): the chain is watched at the jumps of a Poisson process that is faster than it, so
/// every term is positive and nothing cancels. The effort is `level` × the expected number of those jumps.
pub fn reaches(level: u32, arrival_rate: f64, mean_service: f64, horizon: f64) -> f64 {
    if level == 0 {
        return 1.0;
    }
    let size = level as usize;
    let clock = clock_rate(level, arrival_rate, mean_service);
    let jumps = clock * horizon;
    let last = (jumps + 9.0 * jumps.sqrt() + 30.0) as u64;
    let (up, ln_jumps) = (arrival_rate / clock, math::ln(jumps));
    let mut state = vec![0.0; size];
    state[0] = 1.0;
    let (mut below, mut ln_weight) = (0.0, -jumps);
    for jump in 0..=last {
        below += math::exp(ln_weight) * state.iter().sum::<f64>();
        ln_weight += ln_jumps - math::ln(jump as f64 + 1.0);
        let mut from_below = 0.0;
        for busy in 0..size {
            let down = busy as f64 / mean_service / clock;
            let from_above =
                state.get(busy + 1).map_or(0.0, |above| above * (busy as f64 + 1.0) / mean_service / clock);
            let here = state[busy];
            state[busy] = here * (1.0 - up - down) + from_below + from_above;
            from_below = here * up;
        }
    }
    (1.0 - below).max(0.0)
}

/// Mean number of cold starts up to `horizon` without expiry, from nothing: Σ P(N reaches n).
pub fn mean_cold_starts(arrival_rate: f64, mean_service: f64, horizon: f64) -> f64 {
    let mut mean = 0.0;
    for level in 1.. {
        let reached = reaches(level, arrival_rate, mean_service, horizon);
        mean += reached;
        if reached < 1e-12 {
            break;
        }
    }
    mean
}

/// Additions that [`mean_cold_starts`] takes, to ask before calling it.
pub fn effort(arrival_rate: f64, mean_service: f64, horizon: f64) -> f64 {
    let load = arrival_rate * mean_service;
    let levels = load + 9.0 * load.sqrt() + 20.0;
    0.5 * levels * levels * clock_rate(levels as u32, arrival_rate, mean_service) * horizon
}

fn clock_rate(level: u32, arrival_rate: f64, mean_service: f64) -> f64 {
    arrival_rate + f64::from(level.saturating_sub(1)) / mean_service
}
