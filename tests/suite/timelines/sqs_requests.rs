//! What SQS charges and what keeps pollers: requests, filters, back-off, provisioned pollers (S80-S82, S84).

use coldstart::report::model::{Report, SqsRequestsReport};

use crate::simulated::{UNBOUND, attempts, report, starts};

fn requests(report: &Report, queue: &str) -> [u64; 4] {
    let SqsRequestsReport { sends, receives, empty_receives, deletes } = report.queues[queue].requests;
    [sends, receives, empty_receives, deletes]
}

/// A message a minute for ten minutes, each a second: 5 pollers × 600 s less 10 s are 2,990 s, or 149 empty receives.
#[test]
fn idle_pollers_pay_for_empty_receives() {
    let report = report(&format!(
        "{UNBOUND}\npricing: {{include: [lambda, sqs]}}
functions: {{f: {{timeout: 10s, duration: 1s, event_sources: [{{queue: q}}]}}}}
queues: {{q: {{}}}}
traffic: [{{to: q, arrivals: even, rate: 1/min, for: 10m}}]"
    ));
    assert_eq!(requests(&report, "q"), [10, 10, 149, 10]);
    let line = report.cost.lines.iter().find(|line| line.service == "sqs").unwrap();
    assert_eq!((line.resource.as_deref(), line.quantity), (Some("q"), 179.0));
    assert_eq!(line.rate, "0.0000004");
}

/// F 5.2: 15 receives a minute, 0.65 million a month.
#[test]
fn a_quiet_queue_costs_648_000_receives_a_month() {
    let report = report(&format!(
        "{UNBOUND}\npricing: {{include: [sqs]}}
functions: {{f: {{timeout: 10s, duration: 1s, event_sources: [{{queue: q}}]}}, g: {{duration: 1s}}}}
queues: {{q: {{}}}}
traffic: [{{to: g, arrivals: even, rate: 1/min, for: 30d}}]"
    ));
    assert_eq!(requests(&report, "q"), [0, 0, 648_000, 0]);
    let monthly = report.cost.monthly_lines.iter().find(|line| line.service == "sqs").unwrap();
    assert_eq!(monthly.quantity, 648_000.0);
}

/// 25 messages: receives of 10, 10 and 5, and as many deletes, whether they are three batches or one.
#[test]
fn a_request_carries_ten_messages() {
    for settings in ["batch_size: 10", "batch_size: 100, batch_window: 1s"] {
        let report = report(&format!(
            "{UNBOUND}
functions: {{f: {{timeout: 10s, duration: 1s, event_sources: [{{queue: q, {settings}}}]}}}}
queues: {{q: {{backlog: 25}}}}"
        ));
        let [sends, receives, _, deletes] = requests(&report, "q");
        assert_eq!([sends, receives, deletes], [0, 3, 3], "{settings}");
    }
}

/// Messages of 100 KB: two units each to send; three received together are 300 KB, five units; a delete is one.
#[test]
fn a_request_is_charged_for_every_64_kb() {
    let report = report(&format!(
        "{UNBOUND}
functions: {{f: {{timeout: 10s, duration: 1s, payload: {{request: 100KB}}, event_sources: [{{queue: q}}]}}}}
queues: {{q: {{}}}}
traffic: [{{to: q, burst: 3, at: 0s}}]"
    ));
    let [sends, receives, _, deletes] = requests(&report, "q");
    assert_eq!([sends, receives, deletes], [6, 5, 1]);
}

#[test]
fn what_does_not_match_a_filter_is_deleted_and_invokes_nothing() {
    let filtered = |share: &str| {
        report(&format!(
            "{UNBOUND}
functions: {{f: {{timeout: 10s, duration: 1s, event_sources: [{{queue: q, filter: {share}}}]}}}}
queues: {{q: {{backlog: 1000}}}}"
        ))
    };
    let report = filtered("80%");
    let queue = &report.queues["q"];
    assert_eq!((queue.deleted + queue.filtered, queue.depth, report.ledger.succeeded), (1_000, 0, 1_000));
    // 200 of 1,000, with a standard deviation of 12.6.
    assert!(queue.filtered.abs_diff(200) < 51, "{}", queue.filtered);
    // Polls go on until a batch is full: only the last one is not.
    let source = &report.event_sources["q->f"];
    assert_eq!(source.batches, queue.deleted.div_ceil(10));
    let none = filtered("0%");
    assert_eq!((none.queues["q"].filtered, none.functions["f"].invocations), (1_000, 0));
}

/// Eight batches at once fail every second: four from the first minute on, then two.
#[test]
fn pollers_hold_back_while_the_function_fails() {
    let concurrency = |more: &str, source: &str| {
        let report = report(&format!(
            "{UNBOUND}\nhorizon: 200s\n{more}
functions: {{f: {{timeout: 10s, duration: 1s, errors: 100%, event_sources: [{{queue: q, batch_size: 1, max_concurrency: 8{source}}}]}}}}
queues: {{q: {{backlog: 10000, visibility_timeout: 1h}}}}"
        ));
        [30, 70, 130, 190].map(|second| report.time_series.functions["f"].concurrency[second])
    };
    assert_eq!(concurrency("", ""), [8, 4, 2, 2]);
    assert_eq!(concurrency("assumptions: {sqs_error_backoff: none}", ""), [8; 4]);
    assert_eq!(concurrency("", ", report_batch_item_failures: true"), [8; 4]);
}

/// Four batches fail at 50 s and four at 100 s; what begins then runs for ten minutes. Two are let through from 100 s on, and the
/// minute that ends at 180 s has no failure: two more begin then, though no batch ends.
#[test]
fn pollers_that_held_back_go_on_when_a_minute_without_errors_is_over() {
    let report = report(&format!(
        "{UNBOUND}\nhorizon: 200s
functions: {{f: {{timeout: 15m, duration: 50s, errors: 100%, event_sources: [{{queue: q, batch_size: 1, max_concurrency: 4}}]}}}}
queues: {{q: {{backlog: 100, visibility_timeout: 2h}}}}
events: [{{at: 55s, set: {{functions.f.duration: 10m, functions.f.errors: 0%}}}}]"
    ));
    let at = [40, 90, 110, 178, 185].map(|second| report.time_series.functions["f"].concurrency[second]);
    assert_eq!(at, [4, 4, 2, 2, 4]);
}

/// A message of 1,000 KB takes two pollers of 1 MB/s 0.48828125 s: the last of 200 is received 199 times that after the first.
#[test]
fn provisioned_pollers_receive_a_megabyte_a_second() {
    let report = report(&format!(
        "{UNBOUND}
functions: {{f: {{timeout: 10s, duration: 10ms, payload: {{request: 1000KB}}, event_sources: [{{queue: q, batch_size: 1, provisioned_pollers: {{min: 2, max: 2}}}}]}}}}
queues: {{q: {{backlog: 200}}}}"
    ));
    let drained = report.queues["q"].drained_at_s.unwrap();
    assert!((drained - 97.177_968_75).abs() < 1e-6, "{drained}");
}

/// Two pollers receive 200 messages a second: a batch of ten every 50 ms, the hundredth at 4.95 s.
#[test]
fn provisioned_pollers_have_a_pace_and_a_price() {
    let report = report(&format!(
        "{UNBOUND}
functions: {{f: {{timeout: 10s, duration: 10ms, event_sources: [{{queue: q, provisioned_pollers: {{min: 2, max: 2}}}}]}}}}
queues: {{q: {{backlog: 1000}}}}"
    ));
    assert_eq!(report.queues["q"].drained_at_s, Some(4.96));
    assert_eq!(report.event_sources["q->f"].pollers_max, Some(2));
    let line = report.cost.lines.iter().find(|line| line.item == "SQS event pollers").unwrap();
    assert_eq!((line.quantity, line.rate.as_str()), (2.0 * 4_960.0 / 3_600_000.0, "0.00925"));
}

/// Ten batches a poller: 20 at once, and another ten every 0.6 s while messages wait.
#[test]
fn provisioned_pollers_come_a_hundred_a_minute() {
    let report = report(&format!(
        "{UNBOUND}\nhorizon: 2s
functions: {{f: {{timeout: 1m, duration: 60s, event_sources: [{{queue: q, batch_size: 1, provisioned_pollers: {{min: 20, max: 40}}}}]}}}}
queues: {{q: {{backlog: 100000, visibility_timeout: 5m}}}}"
    ));
    // 23 pollers from 1.8 s on, each with ten batches that run on.
    assert_eq!(report.event_sources["q->f"].pollers_max, Some(23));
    assert_eq!(report.queues["q"].received, 230);
}

/// A message at 2 s that is delayed for 25 s and then processed in 1 s: it leaves at 28 s, 26 s old.
#[test]
fn the_age_of_the_oldest_message_is_a_series() {
    let report = report(&format!(
        "{UNBOUND}
functions: {{f: {{timeout: 10s, duration: 1s, event_sources: [{{queue: q}}]}}}}
queues: {{q: {{delay: 25s}}}}
traffic: [{{to: q, burst: 1, at: 2s}}]"
    ));
    let ages = &report.time_series.queues["q"].oldest_age_s;
    assert_eq!((ages[0], ages[2], ages[26], ages[27]), (0.0, 1.0, 25.0, 26.0));
    assert_eq!(report.queues["q"].oldest_age_max_s, 26.0);
}

/// One group: one batch after the other, however many pollers there are.
#[test]
fn a_fifo_queue_has_one_batch_of_a_group_at_a_time() {
    let of = |groups: u32| {
        attempts(&format!(
            "{UNBOUND}
functions: {{f: {{timeout: 10s, duration: 1s, event_sources: [{{queue: q}}]}}}}
queues: {{q: {{type: fifo, message_groups: {groups}, backlog: 30}}}}"
        ))
    };
    let (report, rows) = of(1);
    assert_eq!(starts(&rows), [0.0, 1.0, 2.0]);
    assert_eq!(report.queues["q"].drained_at_s, Some(3.0));
    let (report, rows) = of(3);
    assert!(report.functions["f"].concurrency.peak <= 3);
    assert!(rows.len() >= 3 && report.ledger.succeeded == 30);
}

/// Message 0 fails at 0 and 30 s and leaves at 60 s; 1 and 2 wait behind it.
#[test]
fn a_failing_message_blocks_its_group_until_it_is_dead_lettered() {
    let (report, rows) = attempts(&format!(
        "{UNBOUND}
functions: {{f: {{timeout: 10s, duration: 1s, poison: [0], event_sources: [{{queue: q, batch_size: 1}}]}}}}
queues:
  q: {{type: fifo, backlog: 3, redrive: {{dlq: dead, max_receive_count: 2}}}}
  dead: {{type: fifo}}"
    ));
    assert_eq!(starts(&rows), [0.0, 30.0, 60.0, 61.0]);
    assert_eq!((report.queues["dead"].depth, report.queues["q"].drained_at_s), (1, Some(62.0)));
}

/// Of 0, 1, 2 the second fails: 0 is deleted, 1 and 2 come back together, twice received, and leave together.
#[test]
fn with_partial_responses_all_behind_the_first_failure_comes_back() {
    let (report, rows) = attempts(&format!(
        "{UNBOUND}
functions: {{f: {{timeout: 10s, duration: 1s, poison: [1], event_sources: [{{queue: q, report_batch_item_failures: true}}]}}}}
queues:
  q: {{type: fifo, backlog: 3, redrive: {{dlq: dead, max_receive_count: 2}}}}
  dead: {{type: fifo}}"
    ));
    assert_eq!(starts(&rows), [0.0, 30.0]);
    let queue = &report.queues["q"];
    assert_eq!((queue.deleted, queue.received, queue.dead_lettered), (1, 5, 2));
}

/// A throttled batch goes back to the front of its group: everything is processed once, one after the other.
#[test]
fn a_throttled_batch_blocks_its_group_for_the_visibility_timeout() {
    let report = report(&format!(
        "{UNBOUND}
functions: {{f: {{timeout: 10s, duration: 1s, reserved_concurrency: 1, event_sources: [{{queue: q, batch_size: 1}}]}}}}
queues: {{q: {{type: fifo, message_groups: 8, backlog: 40}}}}"
    ));
    let function = &report.functions["f"];
    assert_eq!((function.invocations, function.concurrency.peak, report.ledger.succeeded), (40, 1, 40));
    assert!(function.throttles.total > 0);
}
