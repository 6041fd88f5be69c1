//! A step of load against the scaling rate of 1,000 and 100 a second (TB).

use super::oracle;
use crate::simulated::report;

const UNLIMITED_BUT_FOR_SCALING: &str = "
account: {concurrency: unlimited, requests_per_second: unlimited}
defaults: {init: 0ms, max_age: never, keep_alive: never, proactive_replacement: 0%, timeout: 15m}
";

/// The total within the row's margin of its discrete value, the first throttle within two gaps.
fn check(id: &str, margin: f64) {
    let row = oracle(id);
    let (lam, service) = (row.input("lam"), row.input("service_s"));
    let report = report(&format!(
        "{UNLIMITED_BUT_FOR_SCALING}\nfunctions: {{f: {{duration: {service}s}}}}
traffic: [{{to: f, arrivals: even, rate: {lam}/s, for: 120s}}]"
    ));
    let function = &report.functions["f"];
    let throttles = &function.throttles;
    assert_eq!(throttles.by_cause.scaling_rate, throttles.total);
    row.agrees("total_throttled_discrete", throttles.total as f64, margin);
    row.agrees("first_throttle_s", throttles.first_s.unwrap(), 2.0 / lam);
    row.agrees("cold_starts", function.cold_starts as f64, 0.0);
    // The cycle recursion: accepted in cycle k of one service each is min(λS, 1000 + 100 S (k + 1)).
    let in_cycle = |k: u32| (1_000.0 + 100.0 * service * f64::from(k + 1)).min(lam * service);
    let fluid: f64 = (0..40).map(|k| lam * service - in_cycle(k)).sum();
    row.agrees("total_throttled_fluid", fluid, 1e-6);
    let last_cycle = (0..40).filter(|&k| in_cycle(k) < lam * service).max().unwrap();
    // Single requests stay behind the fluid in the cycle after: the few by which the discrete total is greater.
    let (last, end) = (throttles.last_s.unwrap(), service * f64::from(last_cycle + 2));
    assert!(last < end, "{id}: the last throttle at {last} s is not before {end} s");
}

#[test]
fn a_step_of_load_is_throttled_until_the_bucket_has_given_enough_environments() {
    check("TB-1000-10", 26.0);
    check("TB-500-5", 14.0);
}
