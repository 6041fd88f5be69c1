//! Queues and their pollers (S50-S54, S57).

use coldstart::report::model::Report;

use crate::simulated::{PLAIN, UNBOUND, attempts, problems_of, report, starts};

/// What a queue has seen: sent, received, deleted, dead-lettered, expired, depth.
fn seen(report: &Report, queue: &str) -> [u64; 6] {
    let queue = &report.queues[queue];
    [queue.sent, queue.received, queue.deleted, queue.dead_lettered, queue.expired, queue.depth]
}

fn starts_of(text: &str) -> Vec<f64> {
    let (report, rows) = attempts(text);
    assert!(report.ledger.balanced);
    starts(&rows)
}

/// F 12 item 9.
#[test]
fn a_poison_message_runs_at_0_30_and_60_s_and_leaves_at_90() {
    let text = format!(
        "{PLAIN}
functions: {{f: {{timeout: 30s, duration: 1s, poison: 100%, event_sources: [{{queue: q}}]}}}}
queues: {{q: {{backlog: 1, redrive: {{dlq: dead, max_receive_count: 3}}}}, dead: {{}}}}"
    );
    assert_eq!(starts_of(&text), [0.0, 30.0, 60.0]);
    let report = report(&text);
    assert_eq!(seen(&report, "q"), [1, 3, 0, 1, 0, 0]);
    assert_eq!(seen(&report, "dead"), [1, 0, 0, 0, 0, 1]);
    assert_eq!(report.queues["q"].drained_at_s, Some(90.0));
    assert_eq!((report.ledger.offered, report.ledger.dead_lettered), (1, 1));
    assert_eq!((report.functions["f"].errors, report.functions["f"].invocations), (3, 3));
}

/// F 12 item 10: 5 + 300 a minute, and the ceiling of 1,250 at 249 s.
#[test]
fn concurrency_climbs_by_300_a_minute_to_1250_at_249_s() {
    let report = report(&format!(
        "{PLAIN}\naccount: {{concurrency: 2000}}\nhorizon: 260s
functions: {{f: {{timeout: 10s, duration: 1s, event_sources: [{{queue: q, batch_size: 1}}]}}}}
queues: {{q: {{backlog: 300000}}}}"
    ));
    let series = &report.time_series.functions["f"].concurrency;
    let at = |second: usize| series[second];
    assert_eq!(report.functions["f"].concurrency.peak, 1_250);
    assert_eq!(report.functions["f"].concurrency.peak_s, Some(249.0));
    assert!(series.len() >= 249, "{}", at(0));
    assert_eq!(report.functions["f"].throttles.total, 0);
}

/// Six pollers at 0.2 s, seven at 0.4 s: all 300 in one step at 60 s with the switch.
#[test]
fn with_the_switch_pollers_come_in_steps_of_a_minute() {
    let report = report(&format!(
        "{UNBOUND}\nassumptions: {{sqs_ramp: step}}\nhorizon: 61s
functions: {{f: {{timeout: 30s, duration: 1s, event_sources: [{{queue: q, batch_size: 1}}]}}}}
queues: {{q: {{backlog: 100000}}}}"
    ));
    // 5 in each of the first 60 seconds, 305 at 60 s.
    assert_eq!(report.queues["q"].received, 60 * 5 + 305);
    assert_eq!(report.functions["f"].concurrency.peak_s, Some(60.0));
}

/// Slots open at 0 (two of them); each pulls when its batch ends.
#[test]
fn maximum_concurrency_keeps_the_pollers_from_receiving() {
    let text = format!(
        "{UNBOUND}
functions: {{f: {{timeout: 30s, duration: 3s, event_sources: [{{queue: q, batch_size: 1, max_concurrency: 2}}]}}}}
queues: {{q: {{backlog: 5}}}}"
    );
    assert_eq!(starts_of(&text), [0.0, 0.0, 3.0, 3.0, 6.0]);
    let report = report(&text);
    assert_eq!(seen(&report, "q"), [5, 5, 5, 0, 0, 0]);
    assert_eq!(report.queues["q"].drained_at_s, Some(9.0));
    assert_eq!(report.event_sources["q->f"].concurrent_batches_max, 2);
}

/// Two messages received at 0; the second is throttled and waits for its visibility timeout, its receive counted.
#[test]
fn a_throttled_batch_waits_for_its_visibility_timeout() {
    let text = format!(
        "{UNBOUND}
functions: {{f: {{timeout: 10s, duration: 1s, reserved_concurrency: 1, event_sources: [{{queue: q, batch_size: 1}}]}}}}
queues: {{q: {{backlog: 2}}}}"
    );
    let report = report(&text);
    assert_eq!(seen(&report, "q"), [2, 3, 2, 0, 0, 0]);
    assert_eq!(report.queues["q"].drained_at_s, Some(31.0));
    assert_eq!((report.functions["f"].throttles.total, report.event_sources["q->f"].throttled), (1, 1));
}

/// Waits of 1 s and 2 s: refused at 0 s and at 1 s, admitted at 3 s; received once.
#[test]
fn with_the_switch_the_poller_tries_a_throttled_batch_again() {
    let text = format!(
        "{UNBOUND}\nassumptions: {{sqs_throttle_retry: until_visibility}}
functions: {{f: {{timeout: 10s, duration: 2500ms, reserved_concurrency: 1, event_sources: [{{queue: q, batch_size: 1}}]}}}}
queues: {{q: {{backlog: 2}}}}"
    );
    let report = report(&text);
    assert_eq!(seen(&report, "q"), [2, 2, 2, 0, 0, 0]);
    assert_eq!(report.functions["f"].throttles.total, 2);
    assert_eq!(report.queues["q"].drained_at_s, Some(5.5));
}

/// Message 1 of 0, 1, 2 is poison: without reports all three come back, with reports that one alone.
#[test]
fn a_batch_fails_as_a_whole_unless_items_are_reported() {
    let text = |reports: bool| {
        format!(
            "{UNBOUND}
functions:
  f: {{timeout: 10s, duration: 1s, poison: [1], event_sources: [{{queue: q, report_batch_item_failures: {reports}}}]}}
queues: {{q: {{backlog: 3, redrive: {{dlq: dead, max_receive_count: 2}}}}, dead: {{}}}}"
        )
    };
    let whole = report(&text(false));
    assert_eq!(seen(&whole, "q"), [3, 6, 0, 3, 0, 0]);
    assert_eq!(whole.functions["f"].errors, 2);
    let partial = report(&text(true));
    assert_eq!(seen(&partial, "q"), [3, 4, 2, 1, 0, 0]);
    assert_eq!((partial.functions["f"].errors, partial.event_sources["q->f"].failed), (0, 2));
    assert_eq!((partial.ledger.succeeded, partial.ledger.dead_lettered), (2, 1));
}

/// Messages at 0, 1, 2 ... s. The window opens with the first and closes 3 s later, when a message comes too: timers, then
/// arrivals, then receives (S2). The next batch begins with message 4.
#[test]
fn a_batch_leaves_when_its_window_ends_or_when_it_is_full() {
    let text = |size: u32| {
        format!(
            "{UNBOUND}
functions: {{f: {{timeout: 10s, duration: 100ms, event_sources: [{{queue: q, batch_size: {size}, batch_window: 3s}}]}}}}
queues: {{q: {{}}}}
traffic: [{{to: q, arrivals: even, rate: 1/s, for: 8s}}]"
        )
    };
    assert_eq!(starts_of(&text(10)), [3.0, 7.0]);
    assert_eq!(starts_of(&text(2)), [1.0, 3.0, 5.0, 7.0]);
    let full = &report(&text(2)).event_sources["q->f"];
    assert_eq!((full.batches, full.full, full.batch_size_mean), (4, 4, Some(2.0)));
}

/// 2 MB each: three fit into 6 MB.
#[test]
fn six_megabytes_are_a_full_batch() {
    let report = report(&format!(
        "{UNBOUND}
functions: {{f: {{timeout: 10s, duration: 1s, payload: {{request: 2MB}}, event_sources: [{{queue: q}}]}}}}
queues: {{q: {{backlog: 7}}}}"
    ));
    assert_eq!(report.event_sources["q->f"].batches, 3);
    assert_eq!(report.event_sources["q->f"].full, 2);
}

#[test]
fn a_delayed_message_is_invisible_at_first() {
    let text = format!(
        "{UNBOUND}
functions: {{f: {{timeout: 10s, duration: 1s, event_sources: [{{queue: q}}]}}}}
queues: {{q: {{delay: 5s}}}}
traffic: [{{to: q, at: 1s, burst: 1}}]"
    );
    assert_eq!(starts_of(&text), [6.0]);
    assert_eq!(report(&text).queues["q"].wait_ms.max, Some(5_000.0));
}

/// One of two poison messages runs at a time; both are gone at 60 s, the second never received after that.
#[test]
fn a_message_that_always_fails_leaves_when_its_retention_ends() {
    let report = report(&format!(
        "{UNBOUND}
functions: {{f: {{timeout: 10s, duration: 1s, poison: 100%, event_sources: [{{queue: q}}]}}}}
queues: {{q: {{backlog: 1, retention: 60s, visibility_timeout: 25s}}}}"
    ));
    // Runs at 0, 25 and 50 s; visible again at 75 s, which is after its end.
    assert_eq!(seen(&report, "q"), [1, 3, 0, 0, 1, 0]);
    assert_eq!((report.ledger.expired, report.ledger.offered), (1, 1));
}

/// S21: the CPU of all records is one burst; `io` follows.
#[test]
fn each_record_adds_its_work() {
    let report = report(&format!(
        "{UNBOUND}
functions: {{f: {{memory: 1769MB, timeout: 30s, work: {{cpu: 10ms, per_record: {{cpu: 5ms, io: 100ms}}}}, event_sources: [{{queue: q}}]}}}}
queues: {{q: {{backlog: 4}}}}"
    ));
    assert_eq!(report.functions["f"].duration_ms.max, Some(430.0));
}

/// A batch of 50 s, visible again at 30 s: the older receipt still deletes.
#[test]
fn what_is_visible_again_while_its_batch_runs_is_processed_twice() {
    let report = report(&format!(
        "{UNBOUND}\nallow_invalid: true
functions: {{f: {{timeout: 60s, duration: 50s, event_sources: [{{queue: q}}]}}}}
queues: {{q: {{backlog: 10}}}}"
    ));
    assert_eq!(seen(&report, "q"), [10, 20, 10, 0, 0, 0]);
    assert_eq!(report.event_sources["q->f"].duplicates, 10);
    assert_eq!((report.functions["f"].invocations, report.queues["q"].drained_at_s), (2, Some(50.0)));
}

/// A dead-letter queue of a function that somebody reads: the record is a message like any other.
#[test]
fn a_dead_letter_is_read_by_another_function() {
    let report = report(&format!(
        "{UNBOUND}
functions:
  f: {{timeout: 10s, duration: 1s, errors: 100%, async: {{dead_letter: dead, max_retry_attempts: 0}}}}
  reader: {{timeout: 10s, duration: 2s, event_sources: [{{queue: dead}}]}}
queues: {{dead: {{}}}}
traffic: [{{to: f, mode: async, burst: 3}}]"
    ));
    assert_eq!(seen(&report, "dead"), [3, 3, 3, 0, 0, 0]);
    assert_eq!((report.ledger.offered, report.ledger.dead_lettered, report.ledger.succeeded), (6, 3, 3));
    assert_eq!(report.queues["dead"].drained_at_s, Some(3.0));
}

/// Message 0 fails at 0 s and leaves at 30 s; moved back at 60 s it fails again, and leaves again at 90 s.
#[test]
fn a_message_that_is_moved_back_is_tried_again_and_stays_poison() {
    let text = format!(
        "{UNBOUND}
functions: {{f: {{timeout: 10s, duration: 1s, poison: [0], event_sources: [{{queue: q, batch_size: 1}}]}}}}
queues: {{q: {{backlog: 3, redrive: {{dlq: dead, max_receive_count: 1}}}}, dead: {{}}}}
events: [{{at: 60s, redrive: {{from: dead, to: q}}}}]"
    );
    assert_eq!(starts_of(&text), [0.0, 0.0, 0.0, 60.0]);
    let report = report(&text);
    assert_eq!(seen(&report, "q"), [4, 4, 2, 2, 0, 0]);
    assert_eq!(
        (report.queues["dead"].sent, report.queues["dead"].redriven, report.queues["dead"].depth),
        (2, 1, 1)
    );
    assert_eq!((report.ledger.offered, report.ledger.succeeded, report.ledger.dead_lettered), (4, 2, 2));
}

#[test]
fn messages_are_moved_back_one_by_one_at_the_rate() {
    let text = format!(
        "{UNBOUND}
functions: {{f: {{timeout: 10s, duration: 100ms, event_sources: [{{queue: q}}]}}}}
queues: {{q: {{}}, dead: {{backlog: 5}}}}
events: [{{at: 10s, redrive: {{from: dead, to: q, rate: 2/s}}}}]"
    );
    assert_eq!(starts_of(&text), [10.0, 10.5, 11.0, 11.5, 12.0]);
    let text = problems_of(
        "functions: {f: {duration: 1s, event_sources: [{queue: q}]}}\nqueues: {q: {}, dead: {}}
events: [{at: 1s, redrive: {from: q, to: dead}}, {at: 1s, redrive: {from: dead, to: dead}}, {at: 1s, redrive: {from: ded, to: q, rate: 0/s}}]",
    );
    for words in
        ["`q` is read by `f`", "messages cannot be moved to where they are", "there is no queue `ded`"]
    {
        assert!(text.contains(words), "{words} is not in\n{text}");
    }
}

#[test]
fn what_aws_refuses_is_refused_in_its_words() {
    let text = problems_of(
        "functions: {f: {timeout: 40s, duration: 1s, event_sources: [{queue: q, batch_size: 11, on_failure: dead, max_concurrency: 1}]}}
queues: {q: {}, dead: {}}",
    );
    for words in [
        "Unsupported DestinationConfig parameter for given event source mapping type.",
        "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10",
        "Queue visibility timeout: 30 seconds is less than Function timeout: 40 seconds",
        "MaximumConcurrency is from 2 to 1,000",
    ] {
        assert!(text.contains(words), "{words} is not in\n{text}");
    }
}
