//! Requests per second: ten times the limit, in a bucket one second deep (S30, S33).

use coldstart::lambda::outcome::ThrottleCause;

use crate::simulated::{PLAIN, attempts, refusals, report};

/// Q13.
#[test]
fn twice_the_request_rate_is_halved_although_concurrency_would_do() {
    let with = |account: u32| {
        report(&format!(
            "{PLAIN}\naccount: {{concurrency: {account}, scaling_rate: unlimited}}\nfunctions: {{f: {{duration: 50ms}}}}
warmup: 2s\ntraffic: [{{to: f, arrivals: even, rate: 20000/s, for: 6s}}]"
        ))
    };
    let thousand = with(1_000);
    let function = &thousand.functions["f"];
    assert_eq!(function.throttle_rate, Some(0.5));
    assert_eq!(function.throttles.by_cause.account_request_rate, 40_000);
    assert_eq!(function.throttles.by_reason["CallerRateLimitExceeded"], 40_000);
    assert_eq!((function.concurrency.p50, function.concurrency.mean), (Some(500), Some(500.0)));
    // The first two seconds are left out of the counts, not of the ledger.
    assert_eq!(thousand.ledger.throttled, 50_001);
    assert_eq!(with(2_000).functions["f"].throttles.total, 0);
}

/// Q13.
#[test]
fn the_first_second_of_twice_the_rate_admits_19999() {
    let report = report(&format!(
        "{PLAIN}\naccount: {{scaling_rate: unlimited}}\nfunctions: {{f: {{duration: 50ms}}}}
traffic: [{{to: f, arrivals: even, rate: 20000/s, for: 1s}}]"
    ));
    let function = &report.functions["f"];
    assert_eq!((function.invocations, function.throttles.total), (19_999, 1));
    assert_eq!(function.throttles.first_s, Some(0.999_95));
}

/// 10 tokens and 10 a second against 20 requests a second: tokens before arrival i are 10 + i/2 - i, below 1 from
/// i = 19 on.
#[test]
fn a_reservation_of_one_takes_ten_requests_a_second() {
    let (report, rows) = attempts(&format!(
        "{PLAIN}\nfunctions: {{f: {{duration: 10ms, reserved_concurrency: 1}}}}
traffic: [{{to: f, arrivals: even, rate: 20/s, for: 2s}}]"
    ));
    let expected: Vec<(f64, ThrottleCause)> =
        (0..11).map(|k| (0.95 + 0.1 * f64::from(k), ThrottleCause::ReservedRequestRate)).collect();
    let found = refusals(&rows);
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(&expected) {
        assert!(
            (found.0 - expected.0).abs() < 1e-9 && found.1 == expected.1,
            "{found:?} is not {expected:?}"
        );
    }
    let reasons = &report.functions["f"].throttles.by_reason;
    assert_eq!(reasons["ReservedFunctionInvocationRateLimitExceeded"], 11);
}

#[test]
fn a_request_refused_for_concurrency_uses_no_token_of_the_request_rate() {
    let report = report(&format!(
        "{PLAIN}\nfunctions: {{f: {{duration: 1s, reserved_concurrency: 1}}}}\ntraffic: [{{to: f, burst: 100}}]"
    ));
    assert_eq!(report.functions["f"].throttles.by_cause.reserved_concurrency, 99);
}

#[test]
fn a_request_refused_for_the_scaling_rate_uses_no_token_of_the_request_rate() {
    let report = report(&format!(
        "{PLAIN}\naccount: {{concurrency: 2000, requests_per_second: 1200/s}}\nfunctions: {{f: {{duration: 1s}}}}
traffic: [{{to: f, burst: 1500}}]"
    ));
    assert_eq!(report.functions["f"].throttles.by_cause.scaling_rate, 500);
}

/// The account grants 5 and 5 more within the second; its 90 refusals leave the reservation's 10 + 10 alone.
#[test]
fn a_request_refused_by_the_account_uses_no_token_of_the_reservation() {
    let report = report(&format!(
        "{PLAIN}\naccount: {{requests_per_second: 5/s}}
functions: {{f: {{duration: 1ms, reserved_concurrency: 1}}}}
traffic: [{{to: f, arrivals: even, rate: 100/s, for: 1s}}]"
    ));
    let function = &report.functions["f"];
    assert_eq!(function.invocations, 9);
    assert_eq!(function.throttles.by_cause.account_request_rate, 91);
}

/// 19 for the reserved function and 30 for its neighbour fit into the account's 30 + 30; 100 + 30 would not.
#[test]
fn a_request_refused_by_the_reservation_uses_no_token_of_the_account() {
    let report = report(&format!(
        "{PLAIN}\naccount: {{requests_per_second: 30/s}}
functions: {{f: {{duration: 1ms, reserved_concurrency: 1}}, g: {{duration: 1ms}}}}
traffic: [{{to: f, arrivals: even, rate: 100/s, for: 1s}}, {{to: g, arrivals: even, rate: 30/s, for: 1s}}]"
    ));
    let reserved = &report.functions["f"];
    assert_eq!((reserved.invocations, reserved.throttles.by_cause.reserved_request_rate), (19, 81));
    assert_eq!(report.functions["g"].throttles.total, 0);
}

#[test]
fn where_both_rates_are_used_up_the_reservation_is_named() {
    let report = report(&format!(
        "{PLAIN}\naccount: {{requests_per_second: 10/s}}
functions: {{f: {{duration: 1ms, reserved_concurrency: 1}}}}
traffic: [{{to: f, arrivals: even, rate: 100/s, for: 1s}}]"
    ));
    let throttles = &report.functions["f"].throttles;
    assert_eq!(throttles.by_cause.reserved_request_rate, throttles.total);
    assert_eq!(throttles.total, 81);
}

/// S33: acceptance (202) does not obey the rate, the attempts do; the second ten run after a wait of 1 s.
#[test]
fn events_are_accepted_beyond_the_request_rate_and_tried_within_it() {
    let (report, rows) = attempts(&format!(
        "{PLAIN}\naccount: {{requests_per_second: 10/s}}\nfunctions: {{f: {{duration: 1ms}}}}
traffic: [{{to: f, mode: async, burst: 20}}]"
    ));
    let events = &report.functions["f"].asynchronous;
    assert_eq!((events.received, events.succeeded), (20, 20));
    assert_eq!(refusals(&rows), [(0.0, ThrottleCause::AccountRequestRate); 10]);
    let late = rows.iter().filter(|row| row.ran.is_some() && row.t_start.seconds() == 1.0);
    assert_eq!(late.count(), 10);
}
