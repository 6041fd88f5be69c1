//! Calls and emits of versions, through aliases and on provisioned concurrency (S48, S49 with S60 and S61).

use coldstart::report::model::Report;

use crate::simulated::{UNBOUND, problems_of, report};

fn run(rest: &str) -> Report {
    let report = report(&format!("{UNBOUND}\n{rest}"));
    assert!(report.ledger.balanced);
    report
}

#[test]
fn each_version_makes_calls_of_its_own() {
    let report = run("
functions:
  f:
    duration: 10ms
    calls: [{to: db, latency: 20ms}]
    versions: {v1: {}, v2: {calls: [{to: api, latency: 40ms}]}, v3: {calls: []}}
downstreams: {db: {}, api: {}}
traffic: [{to: 'f:v1', burst: 1}, {to: 'f:v2', burst: 1}, {to: 'f:v3', burst: 1}]");
    let durations = &report.functions["f"].duration_ms;
    assert_eq!((durations.min, durations.p50, durations.max), (Some(10.0), Some(30.0), Some(50.0)));
    assert_eq!((report.downstreams["db"].succeeded, report.downstreams["api"].succeeded), (1, 1));
}

/// `live` leads to `v1` (40 ms) until 15 s and to `v2` (90 ms) from then on.
#[test]
fn a_call_of_an_alias_goes_where_the_alias_leads() {
    let report = run("
functions:
  a: {duration: 10ms, calls: [{to: 'b:live'}]}
  b: {duration: 5s, versions: {v1: {duration: 40ms}, v2: {duration: 90ms}}, aliases: {live: {version: v1}}}
traffic: [{to: a, burst: 1}, {to: a, burst: 1, at: 20s}]
events: [{at: 15s, set: {functions.b.aliases.live.version: v2}}]");
    let durations = &report.functions["a"].duration_ms;
    assert_eq!((durations.min, durations.max), (Some(50.0), Some(100.0)));
    let called = &report.functions["b"];
    assert_eq!((called.versions["v1"].invocations, called.versions["v2"].invocations), (1, 1));
    assert_eq!((called.aliases["live"].invocations, called.invocations), (2, 2));
    assert_eq!((report.ledger.offered, report.ledger.succeeded), (4, 4));
}

#[test]
fn a_call_of_an_alias_takes_its_provisioned_concurrency() {
    let report = run("
functions:
  a: {duration: 10ms, calls: [{to: 'b:live'}]}
  b: {duration: 40ms, versions: {v1: {}}, aliases: {live: {version: v1, provisioned_concurrency: 1}}}
traffic: [{to: a, burst: 3}]");
    let called = &report.functions["b"];
    let provisioned = called.provisioned.as_ref().expect("its alias has provisioned concurrency");
    assert_eq!(
        (called.aliases["live"].invocations, provisioned.invocations, provisioned.spillover),
        (3, 1, 2)
    );
}

/// 4,000 events at 25 % for `v2`: 1,000 ± 4 · 27. Its events are tried once, those of `v1` three times.
#[test]
fn what_is_passed_on_to_a_weighted_alias_is_drawn_and_keeps_the_settings_of_a_version_that_is_named() {
    let report = run("
functions:
  a: {duration: 10ms, emits: [{to: 'b:live'}, {to: 'b:v1', probability: 0%}]}
  b:
    versions: {v1: {duration: 40ms}, v2: {duration: 90ms}}
    aliases: {live: {version: v1, additional: {version: v2, weight: 25%}}}
traffic: [{to: a, rate: 100/s, for: 40s, arrivals: even}]");
    let versions = &report.functions["b"].versions;
    assert_eq!(versions["v1"].invocations + versions["v2"].invocations, 4_000);
    assert!(versions["v2"].invocations.abs_diff(1_000) <= 108, "{}", versions["v2"].invocations);
    let tried = run("
functions:
  a: {duration: 10ms, emits: [{to: 'b:v1'}, {to: 'b:v2'}]}
  b:
    versions: {v1: {duration: 40ms, errors: 100%}, v2: {duration: 90ms, errors: 100%, async: {max_retry_attempts: 0}}}
traffic: [{to: a, burst: 1}]");
    let versions = &tried.functions["b"].versions;
    assert_eq!((versions["v1"].invocations, versions["v2"].invocations), (3, 1));
    assert_eq!((tried.ledger.offered, tried.ledger.succeeded, tried.ledger.dropped), (3, 1, 2));
}

/// `a` works 10 ms and waits 100 ms for `b`, for 1 s at most: a client that waits 50 ms has given up by then.
#[test]
fn a_function_that_is_called_through_an_alias_waits_for_what_it_calls() {
    let report = run("
functions:
  a: {duration: 10ms, calls: [{to: b}], versions: {v1: {}}, aliases: {live: {version: v1}}}
  b: {duration: 100ms, provisioned_concurrency: 1}
clients: {app: {timeout: 50ms, attempts: 1}}
traffic: [{to: 'a:live', client: app, burst: 2}]");
    let (a, b) = (&report.functions["a"], &report.functions["b"]);
    assert_eq!((a.duration_ms.max, a.billed_ms_total, b.billed_ms_total), (Some(110.0), 220, 200));
    assert_eq!((b.provisioned.as_ref().unwrap().invocations, b.cold_starts), (1, 1));
    assert_eq!((report.ledger.failed_by_cause.client_timeout, report.ledger.offered), (2, 4));
}

/// Two environments are provisioned and stay; the third is kept for 10 s.
#[test]
fn provisioned_environments_hold_their_connections_and_those_of_the_spillover_leave() {
    let report = run("
functions:
  f: {duration: 1s, keep_alive: 10s, provisioned_concurrency: 2, calls: [{to: db}]}
downstreams: {db: {}}
traffic: [{to: f, burst: 3}, {to: f, burst: 1, at: 1m}]");
    let connections = &report.downstreams["db"].connections;
    assert_eq!((connections.opened, connections.peak, connections.at_end), (3, 3, 2));
}

/// What was provisioned for v1 leaves with its connections when the alias moves; v2 calls another database.
#[test]
fn an_alias_that_moves_takes_its_provisioned_environments_to_other_partners() {
    let report = run("
functions:
  f:
    duration: 10ms
    versions: {v1: {calls: [{to: old}]}, v2: {calls: [{to: new}], emits: [{to: done}]}}
    aliases: {live: {version: v1, provisioned_concurrency: 2}}
downstreams: {old: {}, new: {}}
queues: {done: {}}
traffic: [{to: 'f:live', burst: 2}, {to: 'f:live', burst: 2, at: 5m}]
events: [{at: 1m, deploy: {function: f, alias: live, version: v2}}]");
    let of = |name: &str| {
        let downstream = &report.downstreams[name];
        (downstream.succeeded, downstream.connections.peak, downstream.connections.at_end)
    };
    assert_eq!((of("old"), of("new")), ((2, 2, 0), (2, 2, 2)));
    assert_eq!((report.queues["done"].sent, report.functions["f"].cold_starts), (2, 0));
}

/// The call is under way from 10 ms to 10.01 s; at 1 s the alias moves to a version that calls nobody.
#[test]
fn what_runs_when_an_alias_moves_ends_as_it_began() {
    let report = run("
functions:
  f:
    duration: 10ms
    versions: {v1: {calls: [{to: db, latency: 10s}]}, v2: {calls: []}}
    aliases: {live: {version: v1, provisioned_concurrency: 1}}
downstreams: {db: {}}
traffic: [{to: 'f:live', burst: 1}]
events: [{at: 1s, deploy: {function: f, alias: live, version: v2}}]");
    assert_eq!(report.functions["f"].duration_ms.max, Some(10_010.0));
    assert_eq!((report.downstreams["db"].succeeded, report.downstreams["db"].connections.at_end), (1, 0));
}

#[test]
fn batches_of_a_stream_that_a_provisioned_function_reads_fail_by_their_poison() {
    let report = run("
functions:
  f: {duration: 10ms, provisioned_concurrency: 1, poison: [1], event_sources: [{stream: s, batch_size: 1, max_retry_attempts: 0}]}
streams: {s: {shards: 1}}
traffic: [{to: s, burst: 3}]");
    assert_eq!((report.functions["f"].invocations, report.functions["f"].errors), (3, 1));
}

#[test]
fn a_function_without_a_handler_of_its_own_cannot_be_called_by_others() {
    let text = problems_of(
        "functions: {a: {versions: {v1: {duration: 1s}}}, b: {duration: 1s, calls: [{to: a}], emits: [{to: a}]}}",
    );
    assert_eq!(text.matches("so only its versions and aliases can be called").count(), 2, "{text}");
}
