//! What Lambda answers before it looks for an environment: dry runs, permissions, sizes (S46, F 4.1, F 6).

use coldstart::lambda::outcome::Outcome;
use coldstart::report::model::Report;

use crate::simulated::{PLAIN, attempts, outcomes, report};

fn nothing_ran(report: &Report) {
    let function = &report.functions["f"];
    assert_eq!((function.attempts, function.invocations, function.environments.created), (0, 0, 0));
    assert_eq!(report.cost.total.dollars(), 0.0);
}

#[test]
fn a_dry_run_is_answered_without_an_environment_a_metric_or_a_cost() {
    let report = report(&format!(
        "{PLAIN}\nfunctions: {{f: {{duration: 1s, reserved_concurrency: 0}}}}
traffic: [{{to: f, mode: dry_run, burst: 3}}]"
    ));
    nothing_ran(&report);
    let dry = report.functions["f"].dry_runs;
    assert_eq!((dry.accepted, dry.rejected), (3, 0));
    assert_eq!(report.functions["f"].throttles.total, 0);
    assert_eq!(report.ledger.succeeded, 3);
}

#[test]
fn a_caller_without_permission_is_refused_whatever_the_invocation_type() {
    let without = |mode: &str| {
        report(&format!(
            "{PLAIN}\nclients: {{app: {{allow: [\"lambda:GetFunction\"]}}}}\nfunctions: {{f: {{duration: 1s}}}}
traffic: [{{to: f, client: app, mode: {mode}, burst: 2}}]"
        ))
    };
    for mode in ["sync", "dry_run", "async"] {
        let report = without(mode);
        nothing_ran(&report);
        assert_eq!(
            (report.functions["f"].rejected, report.ledger.failed_by_cause.rejected),
            (2, 2),
            "{mode}"
        );
    }
    let client = &without("sync").clients["app"];
    assert_eq!((client.calls, client.failed, client.attempts, client.retries), (2, 2, 2, 0));
    assert_eq!(without("dry_run").functions["f"].dry_runs.rejected, 2);
}

#[test]
fn a_request_above_its_limit_is_refused_at_the_door() {
    let rejected = |platform: &str, mode: &str, size: &str| {
        let report = report(&format!(
            "platform: {platform}\n{PLAIN}\nfunctions: {{f: {{duration: 1s, payload: {{request: {size}}}}}}}
traffic: [{{to: f, mode: {mode}, burst: 1}}]"
        ));
        report.functions["f"].rejected
    };
    let today = "aws-lambda/2026-11";
    assert_eq!((rejected(today, "sync", "6MB"), rejected(today, "sync", "6145KB")), (0, 1));
    assert_eq!((rejected(today, "async", "1MB"), rejected(today, "async", "1025KB")), (0, 1));
    let before = "aws-lambda/2025-08";
    assert_eq!((rejected(before, "async", "256KB"), rejected(before, "async", "257KB")), (0, 1));
}

/// F 6: the caller gets an error, the environment stays warm, the time is billed; nobody waits for the response of an
/// event.
#[test]
fn a_response_above_6_mb_is_an_error_for_a_caller_and_none_for_an_event() {
    let run = |mode: &str| {
        attempts(&format!(
            "{PLAIN}\nfunctions: {{f: {{duration: 1s, init: 100ms, payload: {{response: 7MB}}}}}}
traffic: [{{to: f, mode: {mode}, burst: 1}}, {{to: f, mode: {mode}, burst: 1, at: 10s}}]"
        ))
    };
    let (report, rows) = run("sync");
    let function = &report.functions["f"];
    assert_eq!(outcomes(&rows), [Outcome::ResponseTooLarge; 2]);
    assert_eq!((function.errors, function.errors_by_cause.response_too_large), (2, 2));
    assert_eq!((function.cold_starts, function.billed_ms_total), (1, 2_100));
    let (report, _) = run("async");
    assert_eq!(report.functions["f"].succeeded, 2);
}
