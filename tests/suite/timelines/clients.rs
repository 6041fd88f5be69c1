//! Callers: patience, network, back-off, retry quotas, users that think (S40, F 4.5).

use crate::simulated::{PLAIN, UNBOUND, attempts, refusals, report, starts};

/// Q21.
#[test]
fn an_impatient_client_runs_a_job_five_times_and_fails() {
    let (report, rows) = attempts(&format!(
        "{PLAIN}\nclients: {{app: {{timeout: 60s, attempts: 5, backoff: none}}}}
functions: {{f: {{duration: 90s}}}}\ntraffic: [{{to: f, client: app, burst: 1}}]"
    ));
    assert_eq!(starts(&rows), [0.0, 60.0, 120.0, 180.0, 240.0]);
    let (function, client) = (&report.functions["f"], &report.clients["app"]);
    assert_eq!((function.concurrency.peak, function.succeeded), (2, 5));
    assert_eq!(function.billed_ms_total, 450_000);
    assert_eq!((client.timed_out, client.abandoned, client.attempts), (1, 5, 5));
    assert_eq!(client.client_latency_ms.max, Some(300_000.0));
    assert_eq!((report.ledger.failed, report.ledger.failed_by_cause.client_timeout), (1, 1));
}

#[test]
fn the_network_takes_half_of_its_time_each_way() {
    let (report, rows) = attempts(&format!(
        "{PLAIN}\nclients: {{app: {{network: 20ms}}}}\nfunctions: {{f: {{duration: 100ms}}}}
traffic: [{{to: f, client: app, burst: 1}}]"
    ));
    assert_eq!(starts(&rows), [0.01]);
    assert_eq!(report.functions["f"].latency_ms.max, Some(100.0));
    assert_eq!(report.clients["app"].client_latency_ms.max, Some(120.0));
}

#[test]
fn the_network_counts_against_the_patience_of_a_client() {
    for (timeout, expected) in [("120ms", (1, 0)), ("119ms", (0, 1))] {
        let report = report(&format!(
            "{PLAIN}\nclients: {{app: {{network: 20ms, timeout: {timeout}}}}}\nfunctions: {{f: {{duration: 100ms}}}}
traffic: [{{to: f, client: app, burst: 1}}]"
        ));
        let client = &report.clients["app"];
        assert_eq!((client.succeeded, client.timed_out), expected);
        assert_eq!(report.functions["f"].succeeded, 1);
    }
}

/// Instants at which a client asks a function that always throttles.
fn asks(client: &str) -> Vec<f64> {
    let (report, rows) = attempts(&format!(
        "{PLAIN}\nclients: {{app: {{{client}}}}}\nfunctions: {{f: {{duration: 1s, reserved_concurrency: 0}}}}
traffic: [{{to: f, client: app, burst: 1}}]"
    ));
    assert_eq!((report.ledger.throttled, report.clients["app"].throttled), (1, 1));
    refusals(&rows).iter().map(|(at, _)| *at).collect()
}

#[test]
fn a_client_backs_off_as_it_is_told() {
    assert_eq!(asks("attempts: 3, backoff: fixed(1s)"), [0.0, 1.0, 2.0]);
    assert_eq!(asks("attempts: 5, backoff: 'exponential(base=1s, cap=3s)'"), [0.0, 1.0, 3.0, 6.0, 9.0]);
    assert_eq!(asks("attempts: 4, backoff: none"), [0.0; 4]);
    assert_eq!(asks(""), [0.0]);
}

#[test]
fn full_jitter_waits_between_nothing_and_its_doubling_bound() {
    let at = asks("attempts: 8, backoff: 'full_jitter(base=1s, cap=4s)'");
    assert_eq!(at.len(), 8);
    let waits: Vec<f64> = at.windows(2).map(|pair| pair[1] - pair[0]).collect();
    for (wait, bound) in waits.iter().zip([1.0, 2.0, 4.0, 4.0, 4.0, 4.0, 4.0]) {
        assert!(*wait > 0.0 && *wait < bound, "{wait} is not between 0 and {bound}");
    }
    assert!(waits.iter().any(|wait| *wait > 1.0));
}

#[test]
fn a_function_error_is_an_answer_and_is_not_tried_again() {
    let report = report(&format!(
        "{PLAIN}\nclients: {{app: {{preset: boto3-standard}}}}\nfunctions: {{f: {{duration: 1s, errors: 100%}}}}
traffic: [{{to: f, client: app, burst: 1}}]"
    ));
    assert_eq!((report.clients["app"].attempts, report.ledger.failed), (1, 1));
}

/// 14 tokens for a retry after a timeout: 35 of 500.
#[test]
fn a_shared_quota_affords_35_retries_after_timeouts() {
    let report = report(&format!(
        "{PLAIN}\nclients: {{app: {{preset: boto3-standard, timeout: 1s, backoff: none}}}}
functions: {{f: {{duration: 10s}}}}\ntraffic: [{{to: f, client: app, burst: 100}}]"
    ));
    let client = &report.clients["app"];
    assert_eq!((client.calls, client.retries, client.retries_denied), (100, 35, 100));
    assert_eq!(client.timed_out, 100);
}

#[test]
fn users_call_wait_think_and_call_again_until_their_time_is_over() {
    let (report, rows) = attempts(&format!(
        "{PLAIN}\nfunctions: {{f: {{duration: 2s}}}}
traffic: [{{to: f, users: 2, think_time: 1s, for: 9s}}]"
    ));
    assert_eq!(starts(&rows), [0.0, 0.0, 3.0, 3.0, 6.0, 6.0]);
    assert_eq!((report.functions["f"].cold_starts, report.functions["f"].concurrency.peak), (2, 2));
    assert_eq!(report.simulated_s, 9.0);
}

/// The user that is refused thinks too; the answer at 2 s frees the environment for the call at 2 s.
#[test]
fn a_refused_user_thinks_and_comes_back() {
    let (_, rows) = attempts(&format!(
        "{PLAIN}\nfunctions: {{f: {{duration: 2s, reserved_concurrency: 1}}}}
traffic: [{{to: f, users: 2, think_time: 1s, for: 7s}}]"
    ));
    assert_eq!(starts(&rows), [0.0, 2.0, 4.0, 6.0]);
    let refused: Vec<f64> = refusals(&rows).iter().map(|(at, _)| *at).collect();
    assert_eq!(refused, [0.0, 1.0, 3.0, 5.0]);
}

/// 100 calls a second meet room for 50. The standard mode goes on knocking; the adaptive one lowers its own rate, lets calls
/// wait in the client and is refused much less often.
#[test]
fn an_adaptive_client_is_throttled_far_less_than_a_standard_one() {
    let report_with = |preset: &str| {
        report(&format!(
            "{PLAIN}
functions: {{f: {{duration: 100ms, reserved_concurrency: 5}}}}
clients: {{c: {{preset: {preset}}}}}
traffic: [{{to: f, client: c, arrivals: even, rate: 100/s, for: 60s}}]
"
        ))
    };
    let (standard, adaptive) = (report_with("boto3-standard"), report_with("boto3-adaptive"));
    let rate = |report: &coldstart::report::model::Report| report.functions["f"].throttle_rate.unwrap();
    assert!(rate(&standard) > 0.45, "{}", rate(&standard));
    assert!(rate(&adaptive) < 0.5 * rate(&standard), "{} {}", rate(&adaptive), rate(&standard));
    assert!(adaptive.functions["f"].succeeded > standard.functions["f"].succeeded);
    let p50 = |report: &coldstart::report::model::Report| report.clients["c"].client_latency_ms.p50.unwrap();
    assert!(p50(&adaptive) > p50(&standard), "the calls wait in the client instead");
}

/// Five run and take 2.02 s; fifteen are refused within 20 ms.
#[test]
fn calls_that_were_turned_away_are_in_no_percentile() {
    let report = report(&format!(
        "{UNBOUND}\nfunctions: {{f: {{duration: 2s, reserved_concurrency: 5}}}}
clients: {{c: {{network: 20ms}}}}
traffic: [{{to: f, client: c, burst: 20}}]"
    ));
    for latency in [&report.clients["c"].client_latency_ms, &report.functions["f"].client_latency_ms] {
        assert_eq!((latency.count, latency.min, latency.max), (5, Some(2_020.0), Some(2_020.0)));
    }
    assert_eq!(report.clients["c"].throttled, 15);
}

/// Three calls at 0.5 s find one environment, which is busy until 1.3 s: two are throttled and come again at 1.5 s.
#[test]
fn calls_of_a_client_are_counted_over_time() {
    let report = report(&format!(
        "{UNBOUND}
functions: {{f: {{duration: 800ms, reserved_concurrency: 1}}}}
clients: {{app: {{attempts: 2, backoff: fixed(1s)}}}}
traffic: [{{to: f, client: app, burst: 3, at: 500ms}}]"
    ));
    let series = &report.time_series.clients["app"];
    assert_eq!(series.calls[..3], [3, 0, 0]);
    assert_eq!(series.retries[..3], [0, 2, 0]);
    // The first ends at 1.3 s; of the two at 1.5 s one runs until 2.3 s, and the other fails for good.
    assert_eq!(series.succeeded[..3], [0, 1, 1]);
    assert_eq!(series.failed[..3], [0, 1, 0]);
    assert_eq!(report.time_series.step_s, 1.0);
}
