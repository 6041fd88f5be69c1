//! The yardstick: what the ingredients of W1 cost on this machine without the model around them.
//!
//! Arrivals and durations are drawn one by one, ends wait in a binary heap, idle environments in a stack, latencies go into
//! a log-linear histogram; no limits, no keep-alive, no clients, no books. A machine that does this twice as fast should do W1
//! twice as fast, so a workload is best told in bare loops.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Instant;

use coldstart::random::math;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

const SECOND: f64 = 1e9;

/// Invocations of W1 in a bare loop; returns the wall-clock ns of each.
pub fn nanos_each(invocations: u64) -> f64 {
    let start = Instant::now();
    let (mut arrivals, mut durations) = (ChaCha8Rng::seed_from_u64(1), ChaCha8Rng::seed_from_u64(2));
    let mut ends: BinaryHeap<Reverse<(u64, u32)>> = BinaryHeap::new();
    let (mut idle, mut environments) = (Vec::new(), 0_u32);
    let mut histogram = vec![0_u64; 64 * 1_024];
    let (mut arrives, mut cold) = (0_u64, 0_u64);
    for _ in 0..invocations {
        arrives += exponential(&mut arrivals, SECOND / 100.0);
        while let Some(Reverse((at, environment))) = ends.peek().copied().filter(|end| end.0.0 <= arrives) {
            debug_assert!(at <= arrives);
            ends.pop();
            idle.push(environment);
        }
        let duration = exponential(&mut durations, SECOND);
        let (environment, latency) = idle.pop().map_or_else(
            || {
                environments += 1;
                cold += 1;
                (environments, duration + 500_000_000)
            },
            |environment| (environment, duration),
        );
        ends.push(Reverse((arrives + latency, environment)));
        let doublings = 54_u32.saturating_sub(latency.leading_zeros());
        histogram[doublings as usize * 1_024 + (latency >> doublings) as usize % 1_024] += 1;
    }
    assert_eq!(histogram.iter().sum::<u64>(), invocations, "every latency is somewhere");
    assert!(cold >= 100, "about a hundred run at once");
    start.elapsed().as_secs_f64() * 1e9 / invocations as f64
}

fn exponential(generator: &mut ChaCha8Rng, mean: f64) -> u64 {
    let uniform = ((generator.next_u64() >> 12) as f64 + 0.5) * (1.0 / (1_u64 << 52) as f64);
    (mean * -math::ln(uniform)) as u64
}
