//! What stands around a function, as relations between runs (metamorphic).

use super::Workload;
use crate::simulated::{PLAIN, report};

/// With environments that stay: the peak of what spills over can only fall.
#[test]
fn more_provisioned_concurrency_never_adds_cold_starts() {
    for workload in Workload::all() {
        let cold = |provisioned: u32| {
            workload
                .run(&format!("keep_alive: never, provisioned_concurrency: {provisioned}"), "")
                .cold()
                .len()
        };
        let counts = [0, 1, 2, 4, 8, 16, 64].map(cold);
        assert!(counts.is_sorted_by(|fewer, more| fewer >= more), "{counts:?}");
    }
}

/// The same where environments on demand expire, as long as the most recently used one is taken: what is provisioned takes the
/// requests that would have gone to the environment used last, and the others have rested as long before.
#[test]
fn more_provisioned_concurrency_adds_no_cold_starts_when_environments_expire() {
    for workload in Workload::all() {
        for keep_alive in ["1s", "10s", "40s"] {
            let cold = |provisioned: u32| {
                let settings = format!("keep_alive: {keep_alive}, provisioned_concurrency: {provisioned}");
                workload.run(&settings, "").cold().len()
            };
            let counts = [0, 1, 2, 4, 8, 16, 64].map(cold);
            assert!(counts.is_sorted_by(|fewer, more| fewer >= more), "{keep_alive}: {counts:?}");
        }
    }
}

/// Where environments take turns it is not so: one call every 4 s, and 100 s apart one more at the same instant. On demand
/// two environments take turns and both stay warm; beside a provisioned one, which takes all that come alone, the other rests
/// for longer than it is kept, and every pair has a cold start.
#[test]
fn in_turn_a_provisioned_environment_lets_the_other_one_go_cold() {
    let cold = |provisioned: u32| {
        let report = report(&format!(
            "{PLAIN}\nassumptions: {{environment_choice: lru}}
functions: {{f: {{init: 100ms, duration: 1s, keep_alive: 10s, provisioned_concurrency: {provisioned}}}}}
traffic: [{{to: f, arrivals: even, rate: 15/min, for: 400s}}, {{name: also, to: f, arrivals: even, rate: 0.01/s, for: 400s}}]"
        ));
        report.functions["f"].cold_starts
    };
    assert_eq!([cold(0), cold(1), cold(2)], [2, 4, 0]);
}
