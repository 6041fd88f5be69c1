//! Cold starts of a function that is called so rarely that one environment serves it (negligible service time).

use crate::random::{Distribution, math};

/// P(cold) of Poisson arrivals: the gap is longer than the keep-alive, e^(−λT).
pub fn rare_poisson(arrival_rate: f64, keep_alive: f64) -> f64 {
    math::exp(-arrival_rate * keep_alive)
}

/// P(cold) of Poisson arrivals when each idle period has a length of its own, uniform on `low..high`:
/// (e^(−λ low) − e^(−λ high)) / (λ (high − low)).
pub fn rare_poisson_uniform(arrival_rate: f64, low: f64, high: f64) -> f64 {
    let width = arrival_rate * (high - low);
    if width == 0.0 {
        return rare_poisson(arrival_rate, low);
    }
    rare_poisson(arrival_rate, low) * -math::exp_m1(-width) / width
}

/// P(cold) of renewal arrivals: P(gap > keep-alive).
pub fn renewal(gap: &Distribution, keep_alive: f64) -> f64 {
    1.0 - gap.cdf(keep_alive)
}

/// What becomes of the one environment of a rarely called function.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SingleEnvironment {
    /// Share of requests that are cold.
    pub p_cold: f64,
    /// Mean time from creation to removal.
    pub mean_life: f64,
    /// Mean number of requests that one environment serves.
    pub requests_per_environment: f64,
    /// Mean number of environments.
    pub mean_environments: f64,
}

/// Poisson arrivals, negligible service, fixed keep-alive: an environment serves a geometric number of requests.
pub fn single_environment(arrival_rate: f64, keep_alive: f64) -> SingleEnvironment {
    let p_cold = rare_poisson(arrival_rate, keep_alive);
    SingleEnvironment {
        p_cold,
        mean_life: (1.0 - p_cold) / (arrival_rate * p_cold),
        requests_per_environment: 1.0 / p_cold,
        mean_environments: 1.0 - p_cold,
    }
}

/// P(cold) of Poisson arrivals with negligible service when environments idle for at most `keep_alive` and
/// serve nothing after the age `maximum_age`; `None` where the alternating series loses its digits (short
/// keep-alive, very frequent calls).
///
/// 1/(1 + m), with m the mean number of warm requests of an environment:
/// m = λ Σⱼ (−λ)ʲ [e^(−jλT) (L − jT)₊ʲ⁺¹ − e^(−(j+1)λT) (L − (j+1)T)₊ʲ⁺¹] / (j + 1)!,
/// the integral over 0..L of the renewal density of gaps that are cut at T.
pub fn with_maximum_age(arrival_rate: f64, keep_alive: f64, maximum_age: f64) -> Option<f64> {
    let mut sum = 0.0;
    let mut largest = 0.0_f64;
    let mut sign = 1.0;
    let mut j = 0.0;
    while j * keep_alive < maximum_age {
        let ln_factorial = math::ln_gamma(j + 2.0);
        let part = |k: f64| {
            let left = arrival_rate * (maximum_age - k * keep_alive);
            if left <= 0.0 {
                return 0.0;
            }
            math::exp((j + 1.0) * math::ln(left) - k * arrival_rate * keep_alive - ln_factorial)
        };
        let term = part(j) - part(j + 1.0);
        largest = largest.max(term.abs());
        sum += sign * term;
        sign = -sign;
        j += 1.0;
    }
    (sum > 0.0 && largest < 1e7 * (1.0 + sum)).then(|| 1.0 / (1.0 + sum))
}

/// The number of cold requests at the start of even arrivals from nothing: until the first environment is free
/// again, ⌈λ (I + S)⌉.
pub fn start_up_storm(arrival_rate: f64, init_and_service: f64) -> u64 {
    // 20/s × 0.55 s is 11, and not 12 because 0.55 is no double.
    (arrival_rate * init_and_service - 1e-9).ceil().max(0.0) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keep_alive_without_spread_is_a_fixed_one() {
        assert_eq!(rare_poisson_uniform(0.01, 300.0, 300.0), rare_poisson(0.01, 300.0));
    }

    #[test]
    fn the_series_says_when_it_has_no_digits_left() {
        assert_eq!(with_maximum_age(10.0, 0.05, 720.0), None);
    }

    #[test]
    fn a_start_up_storm_ends_when_the_first_environment_is_free() {
        assert_eq!(start_up_storm(20.0, 0.52), 11);
        assert_eq!(start_up_storm(20.0, 0.55), 11);
        assert_eq!(start_up_storm(20.0, 0.0), 0);
    }
}
