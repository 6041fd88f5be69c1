//! What Lambda and code send on, and what a role or a VPC does to it (S94).

use coldstart::report::model::Report;

use crate::simulated::{PLAIN, report};

fn failing(role: &str, ends: &str) -> Report {
    report(&format!(
        "{PLAIN}\nfunctions:
  f: {{duration: 1s, errors: 100%, {role} async: {{max_retry_attempts: 0, {ends}}}}}
  told: {{duration: 0ms}}
queues: {{dlq: {{}}}}
topics: {{news: {{}}}}
traffic: [{{to: f, mode: async, burst: 1}}]"
    ))
}

#[test]
fn a_role_that_may_not_send_to_the_dead_letter_queue_loses_the_dead_letter() {
    let lost = |role: &str| {
        let report = failing(role, "dead_letter: dlq");
        let events = &report.functions["f"].asynchronous;
        (
            report.ledger.dead_lettered,
            report.ledger.dropped,
            events.dead_letter_errors,
            report.queues["dlq"].sent,
        )
    };
    assert_eq!(lost(""), (1, 0, 0, 1));
    assert_eq!(lost("role: {allow: [\"sqs:*\"]},"), (1, 0, 0, 1));
    assert_eq!(lost("role: {allow: [\"sns:*\"]},"), (0, 1, 1, 0));
}

#[test]
fn each_destination_needs_its_own_permission() {
    let kept =
        |role: &str, end: &str| failing(&format!("role: {{allow: [{role}]}},"), end).ledger.dead_lettered;
    assert_eq!(kept("\"sns:Publish\"", "on_failure: news"), 1);
    assert_eq!(kept("\"sqs:SendMessage\"", "on_failure: news"), 0);
    assert_eq!(kept("\"lambda:InvokeFunction\"", "on_failure: told"), 1);
    assert_eq!(kept("\"lambda:GetFunction\"", "on_failure: told"), 0);
}

/// Lambda's service delivers, not the code: it needs no way out of the function's VPC.
#[test]
fn dead_letters_do_not_go_through_the_vpc() {
    assert_eq!(failing("vpc: {subnets: private},", "dead_letter: dlq").ledger.dead_lettered, 1);
}

fn emitting(around: &str) -> Report {
    report(&format!(
        "{PLAIN}\nfunctions: {{f: {{duration: 1s, timeout: 10s, {around} emits: [{{to: jobs}}]}}}}
queues: {{jobs: {{}}}}\ntraffic: [{{to: f, burst: 1}}]"
    ))
}

/// One second of work, and then nothing: the packets are dropped until the function timeout.
#[test]
fn code_in_a_vpc_without_a_way_out_hangs_where_it_sends_on() {
    let report = emitting("vpc: {subnets: private},");
    let f = &report.functions["f"];
    assert_eq!((f.timeouts, f.billed_ms_total, report.queues["jobs"].sent), (1, 10_000, 0));
    assert_eq!(f.blocked_calls.unwrap().no_route, 1);
}

#[test]
fn a_nat_gateway_or_an_endpoint_of_the_service_lets_it_out() {
    for way in ["nat: true", "endpoints: [sqs]"] {
        let report = emitting(&format!("vpc: {{subnets: private, {way}}},"));
        let f = &report.functions["f"];
        assert_eq!((f.succeeded, f.billed_ms_total, report.queues["jobs"].sent), (1, 1_000, 1), "{way}");
    }
    assert_eq!(emitting("vpc: {subnets: private, endpoints: [s3]},").functions["f"].timeouts, 1);
}

#[test]
fn without_the_permission_what_code_sends_on_is_a_handler_error() {
    let report = emitting("role: {allow: [\"sqs:ReceiveMessage\"]},");
    let f = &report.functions["f"];
    assert_eq!((f.errors, f.billed_ms_total, report.queues["jobs"].sent), (1, 1_000, 0));
    assert_eq!(f.blocked_calls.unwrap().access_denied, 1);
    assert_eq!(emitting("role: {allow: [\"sqs:SendMessage\"]},").queues["jobs"].sent, 1);
}

/// What is not emitted needs no way: about three of ten invocations do.
#[test]
fn only_an_invocation_that_would_send_something_on_is_stopped() {
    let report = report(&format!(
        "{PLAIN}\nfunctions: {{f: {{duration: 1ms, role: {{allow: [\"s3:*\"]}}, emits: [{{to: jobs, probability: 30%}}]}}}}
queues: {{jobs: {{}}}}\ntraffic: [{{to: f, arrivals: even, rate: 10/s, for: 100s}}]"
    ));
    let f = &report.functions["f"];
    assert_eq!(f.errors + f.succeeded, f.invocations);
    assert!((230..370).contains(&f.errors), "{} of {}", f.errors, f.invocations);
}

#[test]
fn a_role_can_lose_a_permission_while_the_clock_runs() {
    let report = report(&format!(
        "{PLAIN}\nfunctions: {{f: {{duration: 1ms, role: {{allow: [\"sqs:*\"]}}, emits: [{{to: jobs}}]}}}}
queues: {{jobs: {{}}}}\ntraffic: [{{to: f, arrivals: even, rate: 1/s, for: 10s}}]
events: [{{at: 4500ms, set: {{functions.f.role.allow: [\"s3:*\"]}}}}]"
    ));
    let f = &report.functions["f"];
    assert_eq!((report.queues["jobs"].sent, f.errors), (5, f.invocations - 5));
}
