//! What odd but valid input does.

use crate::simulated::{PLAIN, UNBOUND, report};

/// Eight environments are left at 0 s; after 380 s four are left, whatever else is changed meanwhile.
#[test]
fn a_change_does_not_halve_a_pool_twice() {
    let cold_starts = |events: &str| {
        report(&format!(
            "{UNBOUND}
functions: {{f: {{duration: 1s, keep_alive: aws-2020-pool}}}}
traffic: [{{to: f, burst: 8}}, {{to: f, burst: 8, at: 600s}}]
{events}"
        ))
        .functions["f"]
            .cold_starts
    };
    assert_eq!(cold_starts(""), 12);
    assert_eq!(cold_starts("events: [{at: 500s, set: {functions.f.proactive_replacement: 50%}}]"), 12);
}

/// Every Init fails, so no environment may be handed to a request that waits for another.
#[test]
fn an_environment_whose_init_failed_serves_nobody() {
    let report = report(
        "assumptions: {own_cold_start: false}
functions: {f: {init: 1s, init_errors: 100%, duration: 100ms, timeout: 10s}}
traffic: [{to: f, arrivals: even, rate: 5/s, for: 20s}]",
    );
    let function = &report.functions["f"];
    assert_eq!(function.errors_by_cause.init, 100);
    assert_eq!(function.environments.retired, 100);
}

#[test]
fn a_quota_of_twenty_requests_a_minute_admits_one_a_minute() {
    let report = report(&format!(
        "{PLAIN}
account: {{requests_per_second: 20/min}}
functions: {{f: {{duration: 100ms}}}}
traffic: [{{to: f, arrivals: even, rate: 1/min, for: 10m}}]"
    ));
    assert_eq!((report.functions["f"].throttles.total, report.functions["f"].succeeded), (0, 10));
}

#[test]
fn an_event_that_is_too_old_before_its_first_attempt_ends_at_once() {
    let report = report(&format!(
        "{PLAIN}
functions: {{f: {{duration: 1s, async: {{queue_latency: 5m, max_event_age: 60s}}}}}}
traffic: [{{to: f, mode: async, burst: 1}}]"
    ));
    assert_eq!((report.ledger.expired, report.functions["f"].invocations), (1, 0));
}

#[test]
fn a_quiet_year_of_two_functions_is_quickly_told() {
    let report = report(
        "functions: {f: {duration: 1s}, g: {duration: 1s}}
traffic: [{to: f, rate: 1/h, for: 365d}, {to: g, rate: 1/h, for: 365d}]",
    );
    assert!(report.ledger.offered > 16_000 && report.ledger.balanced);
}

#[test]
fn what_lies_within_the_warm_up_is_said_so() {
    let report = report(
        "warmup: 1h
functions: {f: {duration: 1s}}
traffic: [{to: f, rate: 1/s, for: 10s}]",
    );
    assert!(report.caveats.iter().any(|caveat| caveat.text.contains("within the warm-up")));
}
