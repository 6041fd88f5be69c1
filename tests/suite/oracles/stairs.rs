//! How a pool of idle environments empties (STAIR).

use super::{four_sigma, oracle};
use crate::simulated::{UNBOUND, Witness, witnessed};

/// A burst of `n` one-second requests, and much later another function's, so that the run goes on.
fn after_a_burst(n: u64, keep_alive: &str) -> Witness {
    let (report, witness) = witnessed(&format!(
        "{UNBOUND}
functions:
  f: {{duration: 1s, keep_alive: '{keep_alive}'}}
  clock: {{duration: 0ms}}
traffic:
  - {{to: f, burst: {n}}}
  - {{to: clock, burst: 1, at: 3000s}}"
    ));
    assert_eq!(report.functions["f"].environments.created, n);
    witness
}

#[test]
fn environments_of_a_burst_leave_one_by_one_as_their_idle_times_end() {
    let row = oracle("STAIR-U");
    let n = row.input("n");
    let retired = after_a_burst(n as u64, "uniform(296s, 348s)").retirements();
    for (name, expected) in row.numbers() {
        let t: f64 = name.strip_prefix("t=").unwrap().parse().unwrap();
        let alive = n - retired.iter().filter(|&&at| at <= t).count() as f64;
        row.agrees(&name, alive, n * four_sigma(expected / n, n));
    }
}

#[test]
fn a_pool_that_is_halved_every_380_s_goes_down_the_exact_stairs() {
    let row = oracle("STAIR-H1");
    for (start, levels) in row.row_of_lists() {
        let retired = after_a_burst(start, "aws-2020-pool").retirements();
        let alive = |k: u64| {
            let t = 1.0 + 380.0 * k as f64;
            start - retired.iter().filter(|&&at| at <= t).count() as u64
        };
        let found: Vec<u64> = (0..levels.len() as u64).map(alive).collect();
        assert_eq!(found, levels);
        assert!(retired.iter().all(|at| (at - 1.0) % 380.0 == 0.0), "{retired:?}");
    }
}
