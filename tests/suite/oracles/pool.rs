//! Which environment takes which request (TRACE-P), and how many there ever are (MAX).

use coldstart::{Options, simulate};

use super::{four_sigma, oracle};
use crate::simulated::{UNBOUND, attempts, by_admission, scenario, tries};

#[test]
fn eight_requests_go_to_the_environments_that_each_choice_names() {
    let row = oracle("TRACE-P");
    let instants = [0.0, 1.0, 1.5, 4.0, 5.0, 13.4, 13.5, 30.0];
    let traffic: String = instants.iter().map(|at| format!("  - {{to: f, burst: 1, at: {at}s}}\n")).collect();
    for (choice, key) in [("mru", "mru"), ("newest", "newest_created"), ("lru", "lru")] {
        let (_, rows) = attempts(&format!(
            "{UNBOUND}\nassumptions: {{environment_choice: {choice}}}
functions: {{f: {{duration: 2s, keep_alive: 10s}}}}\ntraffic:\n{traffic}"
        ));
        let ran = by_admission(&rows);
        let environments: Vec<u64> = ran.iter().map(|ended| ended.environment + 1).collect();
        let cold: Vec<u64> =
            (1..).zip(&ran).filter(|(_, ended)| ended.cold).map(|(place, _)| place).collect();
        let expected = |key: &str| -> Vec<u64> {
            row.value(key).as_array().unwrap().iter().map(|value| value.as_u64().unwrap()).collect()
        };
        assert_eq!(environments, expected(key), "{choice}");
        assert_eq!(cold, expected("cold"), "{choice}");
    }
}

/// Mean over R runs ± 4 · 1.25 / sqrt(R); a share of runs ± four sigma.
fn check_maximum(id: &str, replications: u64) {
    let row = oracle(id);
    let (lam, service, horizon) = (row.input("lam"), row.input("mean_service_s"), row.input("horizon_s"));
    let mut scenario = scenario(&format!(
        "{UNBOUND}\nfunctions: {{f: {{duration: 'exp(mean={service}s)'}}}}
traffic: [{{to: f, rate: {lam}/s, for: {horizon}s}}]"
    ));
    let cold: Vec<f64> = (0..replications)
        .map(|seed| {
            scenario.seed = seed;
            simulate(&scenario, &Options::default()).functions["f"].cold_starts as f64
        })
        .collect();
    let r = replications as f64;
    row.agrees("mean_cold", cold.iter().sum::<f64>() / r, 4.0 * 1.25 / r.sqrt());
    for (name, p) in row.numbers() {
        let Some(least) = name.strip_prefix("P(cold>=").and_then(|rest| rest.strip_suffix(')')) else {
            continue;
        };
        let least: f64 = least.parse().unwrap();
        let share = cold.iter().filter(|&&count| count >= least).count() as f64 / r;
        row.agrees(&name, share, four_sigma(p, r));
    }
}

#[test]
fn cold_starts_without_expiry_are_the_greatest_number_ever_busy() {
    check_maximum("MAX-2-60", tries(800, 10_000));
    check_maximum("MAX-10-600", tries(60, 2_000));
}
