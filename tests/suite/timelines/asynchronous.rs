//! Asynchronous events: attempts, back-off, age, and what leaves at the end of the road (S41-S45).

use coldstart::lambda::outcome::ThrottleCause;
use coldstart::report::model::{MessageReport, Report};
use indexmap::IndexMap;

use crate::simulated::{PLAIN, attempts, refusals, report, starts};

/// An always failing function of one second, one event, and a dead-letter queue.
fn failing(settings: &str) -> (Report, Vec<f64>) {
    let (report, rows) = attempts(&format!(
        "{PLAIN}\nqueues: {{dlq: {{}}}}
functions: {{f: {{duration: 1s, errors: 100%, async: {{dead_letter: dlq{settings}}}}}}}
traffic: [{{to: f, mode: async, burst: 1}}]"
    ));
    (report, starts(&rows))
}

fn only_message<'r>(report: &'r Report, queue: &str) -> &'r MessageReport {
    assert_eq!(report.queues[queue].sent, 1);
    &report.queues[queue].first_messages[0]
}

fn attributes(message: &MessageReport) -> IndexMap<&'static str, String> {
    message.attributes.clone()
}

/// F 12 item 4, Q8.
#[test]
fn a_failing_event_runs_at_0_61_and_182_s_and_is_dead_lettered_at_183_s() {
    let (report, starts) = failing("");
    assert_eq!(starts, [0.0, 61.0, 182.0]);
    let function = &report.functions["f"];
    assert_eq!((function.invocations, function.errors), (3, 3));
    assert_eq!(function.asynchronous.events_dropped, 1);
    assert_eq!(function.billed_ms_total, 3_000);
    assert_eq!(only_message(&report, "dlq").sent_s, 183.0);
    assert_eq!((report.ledger.dead_lettered, report.ledger.offered), (1, 1));
}

/// F 12 item 4: an event that would be too old at its next attempt ends at once.
#[test]
fn an_event_looks_ahead_to_its_age_at_the_next_attempt() {
    for (age, runs, end) in
        [("60s", 1, 1.0), ("61s", 2, 62.0), ("90s", 2, 62.0), ("182s", 3, 183.0), ("200s", 3, 183.0)]
    {
        let (report, starts) = failing(&format!(", max_event_age: {age}"));
        assert_eq!(starts.len(), runs, "{age}");
        assert_eq!(only_message(&report, "dlq").sent_s, end, "{age}");
    }
}

#[test]
fn fewer_retries_end_earlier() {
    for (retries, end) in [(0, 1.0), (1, 62.0), (2, 183.0)] {
        let (report, starts) = failing(&format!(", max_retry_attempts: {retries}"));
        assert_eq!(starts.len(), retries + 1);
        assert_eq!(only_message(&report, "dlq").sent_s, end);
    }
}

/// S45: the dead letter carries three attributes, the record its condition and count.
#[test]
fn a_dead_letter_and_a_record_both_leave_with_their_attributes() {
    let report = report(&format!(
        "{PLAIN}\nqueues: {{dlq: {{}}, records: {{}}}}
functions: {{f: {{duration: 1s, errors: 100%, async: {{dead_letter: dlq, on_failure: records}}}}}}
traffic: [{{to: f, mode: async, burst: 1}}]"
    ));
    let (letter, record) = (only_message(&report, "dlq"), only_message(&report, "records"));
    assert_eq!((letter.sent_s, record.sent_s), (183.0, 183.0));
    let names: Vec<&str> = attributes(letter).keys().copied().collect();
    assert_eq!(names, ["RequestID", "ErrorCode", "ErrorMessage"]);
    assert_eq!(attributes(letter)["RequestID"], "f/0");
    assert_eq!(attributes(letter)["ErrorCode"], "200");
    assert_eq!(attributes(letter)["ErrorMessage"], "Exception");
    assert_eq!(attributes(record)["condition"], "RetriesExhausted");
    assert_eq!(attributes(record)["approximateInvokeCount"], "3");
    assert_eq!((letter.from.as_str(), record.from.as_str()), ("f", "f"));
    assert_eq!((report.ledger.dead_lettered, report.ledger.offered), (1, 1));
}

/// F 12 item 5, S44.
#[test]
fn reserved_concurrency_0_refuses_calls_and_sends_events_away_at_once() {
    let report = report(&format!(
        "{PLAIN}\nqueues: {{records: {{}}}}
functions: {{f: {{duration: 1s, reserved_concurrency: 0, async: {{on_failure: records}}}}}}
traffic: [{{to: f, burst: 1}}, {{to: f, mode: async, burst: 1, at: 5s}}]"
    ));
    let function = &report.functions["f"];
    assert_eq!(function.throttles.by_reason["ReservedFunctionConcurrentInvocationLimitExceeded"], 1);
    assert_eq!((function.throttles.total, function.asynchronous.attempts, function.invocations), (1, 0, 0));
    let record = only_message(&report, "records");
    assert_eq!(record.sent_s, 5.0);
    assert_eq!(attributes(record)["condition"], "ZeroReservedConcurrency");
    assert_eq!(attributes(record)["approximateInvokeCount"], "0");
}

/// S42: the one environment is busy for 100 s. Throttles use up no retries.
#[test]
fn a_throttled_event_backs_off_by_doubling_and_keeps_its_two_retries() {
    let (report, rows) = attempts(&format!(
        "{PLAIN}\nqueues: {{dlq: {{}}}}
functions: {{f: {{duration: 1s, reserved_concurrency: 1, async: {{dead_letter: dlq}}}}}}
traffic:
  - {{to: f, burst: 1, duration: 100s}}
  - {{to: f, mode: async, burst: 1, at: 1s, errors: 100%}}"
    ));
    let refused: Vec<f64> = refusals(&rows).iter().map(|(at, _)| *at).collect();
    assert_eq!(refused, [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0]);
    assert!(refusals(&rows).iter().all(|(_, cause)| *cause == ThrottleCause::ReservedConcurrency));
    assert_eq!(starts(&rows), [0.0, 128.0, 189.0, 310.0]);
    assert_eq!(only_message(&report, "dlq").sent_s, 311.0);
}

/// S42: 1, 2, 4 … 256, then 300 s each.
#[test]
fn the_back_off_of_throttles_ends_at_five_minutes() {
    let (_, rows) = attempts(&format!(
        "{PLAIN}\nfunctions: {{f: {{duration: 1s, reserved_concurrency: 1}}}}
traffic:
  - {{to: f, burst: 1, duration: 900s}}
  - {{to: f, burst: 1, duration: 900s, at: 900s}}
  - {{to: f, mode: async, burst: 1, at: 500ms}}"
    ));
    let refused: Vec<f64> = refusals(&rows).iter().map(|(at, _)| *at).collect();
    let expected =
        [0.5, 1.5, 3.5, 7.5, 15.5, 31.5, 63.5, 127.5, 255.5, 511.5, 811.5, 1_111.5, 1_411.5, 1_711.5];
    assert_eq!(refused, expected);
    assert_eq!(starts(&rows), [0.0, 900.0, 2_011.5]);
}

/// S43 for throttles: at an age of 31 s the next attempt would be at 63 s.
#[test]
fn a_throttled_event_looks_ahead_too_and_expires() {
    let (report, rows) = attempts(&format!(
        "{PLAIN}\nfunctions: {{f: {{duration: 1s, reserved_concurrency: 1, async: {{max_event_age: 60s}}}}}}
traffic: [{{to: f, burst: 1, duration: 200s}}, {{to: f, mode: async, burst: 1}}]"
    ));
    assert_eq!(refusals(&rows).last().map(|(at, _)| *at), Some(31.0));
    assert_eq!((report.ledger.expired, report.functions["f"].asynchronous.expired), (1, 1));
}

/// S45: lost, visibly.
#[test]
fn an_event_whose_deliveries_fail_is_dropped_and_counted() {
    let report = report(&format!(
        "{PLAIN}\nqueues: {{dlq: {{}}, records: {{}}}}
functions:
  f: {{duration: 1s, errors: 100%, async: {{dead_letter: dlq, on_failure: records, delivery_errors: 100%}}}}
traffic: [{{to: f, mode: async, burst: 7}}]"
    ));
    let events = &report.functions["f"].asynchronous;
    assert_eq!((events.dead_letter_errors, events.destination_delivery_failures), (7, 7));
    assert_eq!((report.queues["dlq"].sent, report.queues["records"].sent), (0, 0));
    assert_eq!((report.ledger.dropped, report.ledger.dead_lettered), (7, 0));
}

#[test]
fn the_queue_and_the_delivery_take_the_time_of_their_knobs() {
    let (report, starts) = failing(", queue_latency: 5s, delivery_delay: 3s");
    assert_eq!(starts, [5.0, 66.0, 187.0]);
    assert_eq!(only_message(&report, "dlq").sent_s, 191.0);
    assert_eq!(report.simulated_s, 191.0);
}

#[test]
fn success_passes_a_record_on_to_a_function_and_to_a_queue() {
    let (report, rows) = attempts(&format!(
        "{PLAIN}\nqueues: {{done: {{}}}}
functions:
  f: {{duration: 1s, async: {{on_success: g}}}}
  g: {{duration: 2s, async: {{on_success: done}}}}
traffic: [{{to: f, mode: async, burst: 1}}]"
    ));
    assert_eq!(starts(&rows), [0.0, 1.0]);
    assert_eq!(report.functions["g"].asynchronous.succeeded, 1);
    let record = only_message(&report, "done");
    assert_eq!((record.sent_s, record.from.as_str()), (3.0, "g"));
    assert_eq!(attributes(record)["requestId"], "f -> g/0");
    assert_eq!(attributes(record)["condition"], "Success");
    assert_eq!(attributes(record)["approximateInvokeCount"], "1");
    assert_eq!((report.ledger.offered, report.ledger.succeeded), (2, 2));
}

/// S58: poison is drawn per event, so all attempts of the second event fail.
#[test]
fn a_poisoned_event_fails_at_every_attempt_and_its_neighbours_do_not() {
    let report = report(&format!(
        "{PLAIN}\nfunctions: {{f: {{duration: 1s, poison: [1]}}}}
traffic: [{{to: f, mode: async, arrivals: even, rate: 1/s, for: 3s}}]"
    ));
    let function = &report.functions["f"];
    assert_eq!((function.succeeded, function.errors), (2, 3));
    assert_eq!((report.ledger.succeeded, report.ledger.dropped), (2, 1));
}
