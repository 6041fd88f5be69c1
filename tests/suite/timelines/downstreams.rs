//! Downstreams: connections, concurrency, rates, outages (S48).

use coldstart::report::model::{DownstreamReport, Report};

use crate::simulated::{UNBOUND, problems_of, report};

/// A function `f` that works 10 ms and then calls `db`.
fn calling(function: &str, call: &str, db: &str, rest: &str) -> Report {
    let report = report(&format!(
        "{UNBOUND}
functions: {{f: {{duration: 10ms, {function} calls: [{{to: db, {call}}}]}}}}
downstreams: {{db: {{{db}}}}}
{rest}"
    ));
    assert!(report.ledger.balanced);
    report
}

fn db(report: &Report) -> &DownstreamReport {
    &report.downstreams["db"]
}

#[test]
fn calls_come_one_after_the_other_when_the_own_work_is_done() {
    let report = report(&format!(
        "{UNBOUND}
functions: {{f: {{duration: 100ms, calls: [{{to: db, latency: 20ms}}, {{to: api, latency: 30ms}}]}}}}
downstreams: {{db: {{}}, api: {{}}}}
traffic: [{{to: f, burst: 1}}]"
    ));
    assert_eq!(
        (report.functions["f"].duration_ms.max, report.functions["f"].billed_ms_total),
        (Some(150.0), 150)
    );
    assert_eq!(db(&report).latency_ms.max, Some(20.0));
    assert_eq!((db(&report).succeeded, report.downstreams["api"].succeeded), (1, 1));
}

/// Three at once, one served at a time: done at 110, 210 and 310 ms.
#[test]
fn a_busy_downstream_has_calls_wait_in_their_order() {
    let report = calling(
        "",
        "latency: 100ms",
        "max_concurrency: 1, on_overload: queue",
        "traffic: [{to: f, burst: 3}]",
    );
    let durations = &report.functions["f"].duration_ms;
    assert_eq!((durations.min, durations.p50, durations.max), (Some(110.0), Some(210.0), Some(310.0)));
    assert_eq!(
        (db(&report).queued, db(&report).wait_ms.max, db(&report).concurrency_max),
        (2, Some(200.0), 1)
    );
}

#[test]
fn a_downstream_that_refuses_makes_handlers_fail_at_once() {
    let report = calling("", "latency: 100ms", "max_concurrency: 1", "traffic: [{to: f, burst: 3}]");
    assert_eq!((report.functions["f"].succeeded, report.functions["f"].errors), (1, 2));
    assert_eq!((db(&report).refused.concurrency, report.functions["f"].duration_ms.min), (2, Some(10.0)));
}

/// A bucket of two, both taken at 10 ms; the next tokens are there 0.5 s and 1 s later.
#[test]
fn a_rate_lets_waiting_calls_begin_one_by_one() {
    let report = calling("", "", "rate: 2/s, on_overload: queue", "traffic: [{to: f, burst: 4}]");
    let durations = &report.functions["f"].duration_ms;
    assert_eq!((durations.p50, durations.max), (Some(10.0), Some(1_010.0)));
    assert_eq!(db(&report).wait_ms.max, Some(1_000.0));
}

/// `g` keeps the only place for 5 s; `f` waits for it until its own timeout of 1 s.
#[test]
fn a_wait_lasts_until_the_function_timeout() {
    let report = report(&format!(
        "{UNBOUND}
functions:
  g: {{duration: 0ms, timeout: 10s, calls: [{{to: db, latency: 5s}}]}}
  f: {{duration: 10ms, timeout: 1s, calls: [{{to: db}}]}}
downstreams: {{db: {{max_concurrency: 1, on_overload: queue}}}}
traffic: [{{to: g, burst: 1}}, {{to: f, burst: 1}}]"
    ));
    assert_eq!((report.functions["f"].timeouts, report.functions["f"].billed_ms_total), (1, 1_000));
    assert_eq!((db(&report).gave_up_waiting, db(&report).succeeded, report.simulated_s), (1, 1, 5.0));
}

/// The outage is 1 s ≤ t < 2 s: a call that comes at 1 s fails, one that comes at 2 s does not.
#[test]
fn in_an_outage_every_call_fails() {
    let traffic = "traffic: [{to: f, arrivals: even, rate: 2/s, at: 490ms, for: 2s}]";
    let rest = format!("events: [{{at: 1s, outage: db, for: 1s}}]\n{traffic}");
    let report = calling("", "", "", &rest);
    // Calls at 0.5, 1, 1.5 and 2 s.
    assert_eq!((report.functions["f"].succeeded, report.functions["f"].errors), (2, 2));
    assert_eq!((db(&report).connection_errors, db(&report).refused.outage), (2, 2));
}

#[test]
fn in_an_outage_that_hangs_calls_end_with_the_function_timeout() {
    let rest = "events: [{at: 0s, outage: db, for: 1m, hangs: true}]\ntraffic: [{to: f, burst: 2}]";
    let report = calling("timeout: 3s,", "latency: 5ms", "", rest);
    assert_eq!((report.functions["f"].timeouts, report.functions["f"].billed_ms_total), (2, 6_000));
    assert_eq!((db(&report).gave_up_waiting, db(&report).connection_errors), (2, 0));
}

#[test]
fn a_slow_downstream_adds_to_every_call() {
    let rest = "events: [{at: 1s, slow: db, by: 300ms, for: 2s}]\ntraffic: [{to: f, arrivals: even, rate: 1/s, for: 4s}]";
    let report = calling("", "latency: 20ms", "", rest);
    let latency = &db(&report).latency_ms;
    // At 0 and 3 s as usual, at 1 and 2 s slow.
    assert_eq!((latency.min, latency.max, latency.mean), (Some(20.0), Some(320.0), Some(170.0)));
}

/// Kept for 10 s after 10 ms: at 5 s the connection is still open, at 20 s it is not.
#[test]
fn an_environment_holds_its_connection_until_it_leaves() {
    let text = |at: &str| {
        format!(
            "{UNBOUND}
functions:
  f: {{duration: 10ms, keep_alive: 10s, calls: [{{to: db}}]}}
  g: {{duration: 10ms, calls: [{{to: db}}]}}
downstreams: {{db: {{max_connections: 1}}}}
traffic: [{{to: f, burst: 1}}, {{to: g, burst: 1, at: {at}}}]"
        )
    };
    let early = report(&text("5s"));
    assert_eq!((early.functions["g"].errors, db(&early).refused.connections), (1, 1));
    let late = report(&text("20s"));
    assert_eq!(
        (late.functions["g"].errors, db(&late).connections.opened, db(&late).connections.peak),
        (0, 2, 1)
    );
}

/// S18: the memory is lost and with it the connection; the next call opens another.
#[test]
fn a_reset_loses_the_connections() {
    let report = calling(
        "timeout: 1s,",
        "latency: 5s",
        "max_connections: 1",
        "traffic: [{to: f, arrivals: even, rate: 1/s, at: 1s, for: 3s}]",
    );
    assert_eq!((report.functions["f"].timeouts, report.functions["f"].cold_starts), (3, 1));
    let connections = &db(&report).connections;
    assert_eq!((connections.opened, connections.peak, connections.at_end), (3, 1, 0));
    assert_eq!((db(&report).abandoned, db(&report).connection_errors), (3, 0));
}

#[test]
fn behind_a_proxy_environments_hold_nothing_and_calls_wait_for_its_pool() {
    let report =
        calling("", "latency: 100ms", "max_connections: 1, proxy: true", "traffic: [{to: f, burst: 3}]");
    assert_eq!((report.functions["f"].succeeded, db(&report).connections.peak), (3, 0));
    assert_eq!(db(&report).wait_ms.max, Some(200.0));
}

#[test]
fn what_a_downstream_cannot_be_is_refused() {
    let text = problems_of(
        "functions: {f: {duration: 1s, calls: [{to: dp}, {to: g, connections: 2}], emits: [{to: dbb}]}, g: {duration: 1s}}
downstreams: {db: {proxy: true}, g: {}, slow: {rate: 0/s}}
events: [{at: 1s, outage: db}, {at: 1s, slow: db, for: 1s}, {at: 1s, outage: db, for: 1s, by: 3ms}, {at: 2s}, {at: 3s, outage: nowhere, for: 1s}]",
    );
    for words in [
        "there is no downstream or function `dp`",
        "a function has no connections",
        "there is no queue or function `dbb`",
        "a `proxy` needs `max_connections`",
        "`g` is already the name of a function",
        "`rate` must be above zero",
        "`outage` needs `for`",
        "`slow` needs `by`",
        "an `outage` takes no `by`",
        "an event says what happens, once; found nothing",
        "there is no downstream `nowhere`",
    ] {
        assert!(text.contains(words), "{words} is not in\n{text}");
    }
}

/// One call a second: at 0.01, 1.01 and 2.01 s; at 2.5 s the other seven wait.
#[test]
fn an_outage_ends_the_wait_of_those_who_wait_for_their_turn() {
    let outage = |how: &str| {
        let rest =
            format!("traffic: [{{to: f, burst: 10}}]\nevents: [{{at: 2500ms, outage: db, for: 5s{how}}}]");
        let report = calling("timeout: 30s,", "latency: 100ms", "rate: 1/s, on_overload: queue", &rest);
        let f = &report.functions["f"];
        (db(&report).succeeded, f.errors, f.timeouts, f.duration_ms.max)
    };
    assert_eq!(outage(""), (3, 7, 0, Some(2_500.0)));
    assert_eq!(outage(", hangs: true"), (3, 0, 7, Some(30_000.0)));
}
