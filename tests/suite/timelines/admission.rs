//! Concurrency and scaling: who gets an environment, and which rule refuses the others (S30-S32, S34).

use coldstart::report::model::{FunctionReport, Report};

use crate::simulated::{PLAIN, problems_of, report};

fn throttled(report: &Report, function: &str, cause: fn(&FunctionReport) -> u64) -> u64 {
    let function = &report.functions[function];
    assert_eq!(cause(function), function.throttles.total, "{:?}", function.throttles);
    function.throttles.total
}

fn by_account(function: &FunctionReport) -> u64 {
    function.throttles.by_cause.account_concurrency
}

fn by_scaling(function: &FunctionReport) -> u64 {
    function.throttles.by_cause.scaling_rate
}

fn by_reservation(function: &FunctionReport) -> u64 {
    function.throttles.by_cause.reserved_concurrency
}

/// F 12 item 1.
#[test]
fn of_1500_requests_at_once_an_account_of_1000_runs_1000_all_of_them_cold() {
    let report =
        report(&format!("{PLAIN}\nfunctions: {{f: {{duration: 1s}}}}\ntraffic: [{{to: f, burst: 1500}}]"));
    let function = &report.functions["f"];
    assert_eq!((function.invocations, function.cold_starts), (1_000, 1_000));
    assert_eq!(throttled(&report, "f", by_account), 500);
    assert_eq!(function.throttles.by_reason["ConcurrentInvocationLimitExceeded"], 500);
    assert_eq!((report.ledger.succeeded, report.ledger.throttled), (1_000, 500));
}

/// F 12 item 1: all 500 tokens go to the first 100 retries, which come too early; nobody recovers.
#[test]
fn one_shared_client_affords_a_hundred_throttling_retries() {
    let report = report(&format!(
        "{PLAIN}\nclients: {{app: {{preset: boto3-standard}}}}\nfunctions: {{f: {{duration: 1s}}}}
traffic: [{{to: f, client: app, burst: 1500}}]"
    ));
    let client = &report.clients["app"];
    assert_eq!((client.calls, client.attempts, client.retries), (1_500, 1_600, 100));
    // 400 after their first attempt, and the 100 after their retry.
    assert_eq!(client.retries_denied, 500);
    assert_eq!((client.succeeded, client.throttled), (1_000, 500));
}

/// F 12 item 1: attempts at 0, u and u + 2v; capacity is free from 1 s on, so a call fails when u + 2v < 1, in a
/// quarter of the cases (375 ± 39 recover).
#[test]
fn separate_clients_are_not_limited_and_three_quarters_of_them_recover() {
    let report = report(&format!(
        "{PLAIN}\nclients: {{app: {{preset: boto3-standard, retry_quota: per_request}}}}
functions: {{f: {{duration: 1s}}}}\ntraffic: [{{to: f, client: app, burst: 1500}}]"
    ));
    let client = &report.clients["app"];
    assert_eq!((client.attempts, client.retries_denied), (2_500, 0));
    assert!((1_336..=1_414).contains(&client.succeeded), "{}", client.succeeded);
}

/// F 12 item 2.
#[test]
fn a_busy_neighbour_leaves_what_is_left_of_the_account() {
    let report = report(&format!(
        "{PLAIN}\nfunctions: {{a: {{duration: 60s}}, b: {{duration: 1s}}}}
traffic: [{{to: a, burst: 950}}, {{to: b, burst: 100, at: 1s}}]"
    ));
    assert_eq!(report.functions["a"].invocations, 950);
    assert_eq!(report.functions["b"].invocations, 50);
    assert_eq!(throttled(&report, "b", by_account), 50);
}

/// F 12 item 2.
#[test]
fn a_reservation_of_a_hundred_lowers_the_ceiling_of_the_others_to_900() {
    let report = report(&format!(
        "{PLAIN}\nfunctions: {{a: {{duration: 60s}}, b: {{duration: 1s, reserved_concurrency: 100}}}}
traffic: [{{to: a, burst: 1000}}, {{to: b, burst: 101, at: 1s}}]"
    ));
    assert_eq!(report.functions["a"].invocations, 900);
    assert_eq!(throttled(&report, "a", by_account), 100);
    assert_eq!(report.functions["b"].invocations, 100);
    assert_eq!(throttled(&report, "b", by_reservation), 1);
    let reason = "ReservedFunctionConcurrentInvocationLimitExceeded";
    assert_eq!(report.functions["b"].throttles.by_reason[reason], 1);
}

/// F 12 item 3, Q16.
#[test]
fn reservations_may_take_900_of_1000_and_no_more() {
    let with = |account: u32, reserved: u32| {
        format!(
            "account: {{concurrency: {account}}}\nfunctions: {{f: {{duration: 1s, reserved_concurrency: {reserved}}}}}
traffic: [{{to: f, burst: 1}}]"
        )
    };
    let minimum = "decreases account's UnreservedConcurrentExecution below its minimum value of [100]";
    assert_eq!(report(&with(1_000, 900)).functions["f"].succeeded, 1);
    for (account, reserved) in [(1_000, 901), (100, 1), (50, 1)] {
        let problems = problems_of(&with(account, reserved));
        assert!(problems.contains(minimum), "{problems}");
    }
}

/// Q14: 600 of every 700 requests a second find room; the neighbour with the reservation notices nothing.
#[test]
fn a_seventh_of_an_overload_is_throttled_and_the_reserved_neighbour_is_not() {
    let report = report(&format!(
        "{PLAIN}\nfunctions: {{a: {{duration: 1s, reserved_concurrency: 400}}, b: {{duration: 1s}}}}
traffic:
  - {{to: a, arrivals: even, rate: 300/s, for: 10s}}
  - {{to: b, arrivals: even, rate: 700/s, for: 10s}}"
    ));
    assert_eq!(report.functions["a"].throttles.total, 0);
    assert_eq!(throttled(&report, "b", by_account), 1_000);
    assert_eq!(report.functions["b"].concurrency.peak, 600);
}

/// Q5: 60 s × 20/s is 1,200; one fewer refuses one request in each 1,200.
#[test]
fn one_environment_too_few_refuses_one_request_in_1200() {
    let with = |reserved: u32| {
        report(&format!(
            "{PLAIN}\naccount: {{concurrency: 2000}}
functions: {{f: {{duration: 60s, reserved_concurrency: {reserved}}}}}
traffic: [{{to: f, arrivals: even, rate: 20/s, for: 300s}}]"
        ))
    };
    assert_eq!(with(1_200).functions["f"].throttles.total, 0);
    let short = with(1_199);
    assert_eq!(throttled(&short, "f", by_reservation), 5);
    assert_eq!(short.functions["f"].throttles.first_s, Some(59.95));
}

/// Q2, published by Serverless Land for the burst of 3,000 and then 500 a minute; ours for today's rule. An account of
/// 10,000, each minute's requests together.
#[test]
fn todays_scaling_rate_admits_fewer_requests_of_one_instant_than_the_old_regional_burst() {
    let cases: [(&[u32], u64, u64); 4] = [
        (&[10_000], 7_000, 9_000),
        (&[5_000, 5_000], 3_500, 7_000),
        (&[3_333, 3_333, 3_334], 333, 4_000),
        (&[2_500, 2_500, 2_500, 2_500], 0, 2_000),
    ];
    for (minutes, legacy, current) in cases {
        let traffic: String = (0..)
            .zip(minutes)
            .map(|(minute, requests)| format!("  - {{to: f, burst: {requests}, at: {minute}m}}\n"))
            .collect();
        for (platform, expected) in [("aws-lambda/2019", legacy), ("aws-lambda/2026-11", current)] {
            let report = report(&format!(
                "platform: {platform}\n{PLAIN}\naccount: {{concurrency: 10000}}
functions: {{f: {{duration: 100ms}}}}\ntraffic:\n{traffic}"
            ));
            assert_eq!(throttled(&report, "f", by_scaling), expected, "{minutes:?} on {platform}");
            let reasons = &report.functions["f"].throttles.by_reason;
            assert_eq!(reasons.get("ConcurrentInvocationLimitExceeded").copied().unwrap_or(0), expected);
        }
    }
}

/// S32: 1,000 tokens, then one each 10 ms; or all at every multiple of 10 s.
#[test]
fn scaling_tokens_come_continuously_or_in_steps_of_ten_seconds() {
    let admitted = |shape: &str| {
        let report = report(&format!(
            "{PLAIN}\naccount: {{concurrency: 10000}}\nassumptions: {{scaling_bucket: {shape}}}
functions: {{f: {{duration: 60s}}}}
traffic:
  - {{to: f, burst: 1000}}
  - {{to: f, burst: 995, at: 9.9s}}
  - {{to: f, burst: 500, at: 10s}}"
        ));
        (report.functions["f"].invocations, throttled(&report, "f", by_scaling))
    };
    // 990 at 9.9 s, 10 at 10 s; or none at 9.9 s, 500 at 10 s.
    assert_eq!(admitted("continuous"), (2_000, 495));
    assert_eq!(admitted("step"), (1_500, 995));
}

/// S30, S32: reuse is free, an environment costs a token; 1/s saves up ten.
#[test]
fn an_idle_environment_is_taken_before_a_scaling_token_is_asked_for() {
    let report = report(&format!(
        "{PLAIN}\naccount: {{scaling_rate: 1/s}}\nfunctions: {{f: {{duration: 1s}}}}
traffic: [{{to: f, burst: 10}}, {{to: f, burst: 11, at: 1s}}, {{to: f, burst: 13, at: 2s}}]"
    ));
    let function = &report.functions["f"];
    assert_eq!((function.invocations, function.cold_starts), (10 + 11 + 12, 12));
    assert_eq!(throttled(&report, "f", by_scaling), 1);
}

/// S30: concurrency is asked before scaling tokens, and a refusal for concurrency leaves them alone: six of the ten
/// that were saved up are there when the account grows.
#[test]
fn a_full_account_refuses_before_the_scaling_rate_does() {
    let report = report(&format!(
        "{PLAIN}\naccount: {{concurrency: 4, scaling_rate: 1/s}}\nfunctions: {{f: {{duration: 60s}}}}
traffic: [{{to: f, burst: 20}}, {{to: f, burst: 20, at: 1ms}}]
events: [{{at: 1ms, set: {{account.concurrency: 100}}}}]"
    ));
    let function = &report.functions["f"];
    assert_eq!((function.invocations, function.throttles.by_cause.account_concurrency), (10, 16));
    assert_eq!(function.throttles.by_cause.scaling_rate, 14);
}
