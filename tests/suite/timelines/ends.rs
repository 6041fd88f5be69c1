//! When a run ends and what belongs to its statistics (S72).

use crate::simulated::{PLAIN, problems_of, report};

#[test]
fn requests_before_the_warm_up_count_for_the_ledger_and_the_bill_alone() {
    let report = report(&format!(
        "{PLAIN}\nwarmup: 5s\nfunctions: {{f: {{duration: 1s, memory: 1024MB}}}}
traffic: [{{to: f, arrivals: even, rate: 1/s, for: 10s}}]"
    ));
    let function = &report.functions["f"];
    assert_eq!((function.requests, function.attempts, function.invocations), (5, 5, 5));
    assert_eq!((function.succeeded, function.cold_starts, function.latency_ms.count), (5, 0, 5));
    assert_eq!((report.ledger.offered, report.ledger.succeeded), (10, 10));
    assert_eq!((function.billed_ms_total, function.gb_s.handler), (10_000, 10.0));
}

/// The request that arrived at 4 s ends after the warm-up, but it arrived before it.
#[test]
fn a_request_belongs_to_the_statistics_by_its_arrival() {
    let report = report(&format!(
        "{PLAIN}\nwarmup: 5s\nfunctions: {{f: {{duration: 3s, reserved_concurrency: 1}}}}
traffic: [{{to: f, burst: 1, at: 4s}}, {{to: f, burst: 2, at: 5s}}, {{to: f, burst: 1, at: 7s}}]"
    ));
    let function = &report.functions["f"];
    assert_eq!((function.requests, function.throttles.total, function.succeeded), (3, 2, 1));
    assert_eq!((report.ledger.offered, report.ledger.throttled), (4, 2));
}

#[test]
fn averages_over_time_run_from_the_warm_up_to_the_end_of_traffic() {
    let report = report(&format!(
        "{PLAIN}\nwarmup: 2s\nfunctions: {{f: {{duration: 3s}}}}
traffic: [{{to: f, arrivals: even, rate: 1/s, for: 10s}}]"
    ));
    let concurrency = &report.functions["f"].concurrency;
    assert_eq!((concurrency.mean, concurrency.variance), (Some(3.0), Some(0.0)));
    assert_eq!((concurrency.p50, concurrency.p99, concurrency.peak), (Some(3), Some(3), 3));
    let environments = &report.functions["f"].environments;
    assert_eq!(
        (environments.mean, environments.mean_busy, environments.mean_idle),
        (Some(3.0), Some(3.0), Some(0.0))
    );
}

#[test]
fn a_run_ends_when_nothing_is_in_flight_and_does_not_wait_for_keep_alive() {
    let end = |settings: &str, mode: &str| {
        report(&format!(
            "{PLAIN}\nqueues: {{dlq: {{retention: 14d}}}}\nfunctions: {{f: {{{settings}}}}}
traffic: [{{to: f, mode: {mode}, arrivals: even, rate: 1/s, for: 3s}}]"
        ))
        .simulated_s
    };
    assert_eq!(end("duration: 5s", "sync"), 7.0);
    assert_eq!(end("duration: 1ms", "sync"), 3.0);
    assert_eq!(end("duration: 1s, errors: 100%, async: {dead_letter: dlq}", "async"), 185.0);
}

#[test]
fn a_run_goes_on_to_the_last_change() {
    let report = report(&format!(
        "{PLAIN}\nfunctions: {{f: {{duration: 1s}}}}\ntraffic: [{{to: f, burst: 1}}]
events: [{{at: 100s, set: {{functions.f.memory: 256MB}}}}]"
    ));
    assert_eq!(report.simulated_s, 100.0);
}

#[test]
fn what_is_open_at_the_horizon_is_unfinished() {
    let report = report(&format!(
        "{PLAIN}\nhorizon: 5s\nfunctions: {{f: {{duration: 2s}}, g: {{duration: 1s, errors: 100%}}}}
traffic: [{{to: f, arrivals: even, rate: 1/s}}, {{to: g, mode: async, burst: 1}}]"
    ));
    assert_eq!(report.simulated_s, 5.0);
    // Arrivals at 0 … 4 s (not at 5 s); those at 3 s (ends at 5 s) and 4 s are open, and the event waits for its retry.
    assert_eq!((report.ledger.offered, report.ledger.succeeded, report.ledger.unfinished), (6, 3, 3));
    assert!(report.ledger.balanced);
    assert_eq!(report.functions["f"].concurrency.at_end, 2);
    assert_eq!(report.functions["g"].asynchronous.pending, 1);
}

#[test]
fn traffic_without_an_end_needs_a_horizon() {
    let problems = problems_of("functions: {f: {duration: 1s}}\ntraffic: [{to: f, rate: 1/s}]");
    assert!(problems.contains("horizon"), "{problems}");
}
