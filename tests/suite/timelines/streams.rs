//! Streams and the lanes that read them (S56, S57).

use coldstart::report::model::Report;

use crate::simulated::{UNBOUND, attempts, problems_of, report, starts};

/// Records of a stream: in all, processed, dead-lettered, dropped, expired, unfinished.
fn seen(report: &Report) -> [u64; 6] {
    assert!(report.ledger.balanced);
    let s = &report.streams["s"];
    [s.records, s.processed, s.dead_lettered, s.dropped, s.expired, s.unfinished]
}

fn reading(function: &str, source: &str, stream: &str, traffic: &str) -> String {
    format!(
        "{UNBOUND}
functions: {{f: {{{function}, event_sources: [{{stream: s, {source}}}]}}}}
streams: {{s: {{{stream}}}}}
queues: {{dead: {{}}}}
traffic: [{{to: s, {traffic}}}]"
    )
}

/// F 12 item 11: attempts at 0, 1 + 1 and 3 + 2 s; the other shard goes on.
#[test]
fn a_poison_record_is_tried_three_times_and_its_description_leaves_for_a_queue() {
    let text = reading(
        "duration: 1s, poison: [0]",
        "batch_size: 1, max_retry_attempts: 2, on_failure: dead",
        "shards: 2",
        "burst: 20",
    );
    let report = report(&text);
    assert_eq!(seen(&report), [20, 19, 1, 0, 0, 0]);
    assert_eq!((report.functions["f"].errors, report.queues["dead"].depth), (3, 1));
    let (_, rows) = attempts(&text);
    let failed: Vec<f64> = rows
        .iter()
        .filter_map(|row| row.ran)
        .filter(|ran| ran.course.outcome != coldstart::lambda::outcome::Outcome::Succeeded)
        .map(|ran| ran.admitted.seconds())
        .collect();
    // The first record is the first of its shard.
    assert_eq!(failed, [0.0, 2.0, 5.0]);
    assert_eq!(report.functions["f"].concurrency.peak, 2);
}

#[test]
fn a_lane_processes_one_batch_at_a_time_and_a_factor_adds_lanes() {
    let peak = |factor: u32| {
        let source = format!("batch_size: 1, parallelization_factor: {factor}");
        report(&reading("duration: 1s", &source, "shards: 2", "burst: 200")).functions["f"].concurrency.peak
    };
    assert_eq!((peak(1), peak(10)), (2, 20));
    // Records of one key are in one lane, whatever the factor.
    let one_key = reading(
        "duration: 1s",
        "batch_size: 1, parallelization_factor: 10",
        "shards: 2, partition_keys: 1",
        "burst: 5",
    );
    let (_, rows) = attempts(&one_key);
    assert_eq!(starts(&rows), [0.0, 1.0, 2.0, 3.0, 4.0]);
}

/// Without a limit the batch blocks its lane until the retention ends; the other record is as old and leaves with it.
#[test]
fn a_failing_batch_blocks_its_lane_until_the_retention_ends() {
    let report = report(&reading("duration: 1s, poison: [0]", "batch_size: 1", "", "burst: 2"));
    assert_eq!(seen(&report), [2, 0, 0, 0, 2, 0]);
    assert!(report.simulated_s >= 86_400.0 && report.simulated_s < 86_470.0, "{}", report.simulated_s);
}

/// Attempts at 0, 2, 5, 10, 19, 36 s; at 69 s the record is older than a minute.
#[test]
fn a_record_that_is_too_old_is_given_up_before_its_next_attempt() {
    let text = reading("duration: 1s, poison: [0]", "batch_size: 1, max_record_age: 60s", "", "burst: 1");
    let (report, rows) = attempts(&text);
    assert_eq!(starts(&rows), [0.0, 2.0, 5.0, 10.0, 19.0, 36.0]);
    assert_eq!((seen(&report), report.simulated_s), ([1, 0, 0, 1, 0, 0], 69.0));
}

#[test]
fn bisection_gives_up_the_poison_record_alone() {
    let source = "batch_size: 100, bisect: true, max_retry_attempts: 2, on_failure: dead";
    let report = report(&reading("duration: 1s, poison: [37]", source, "", "burst: 100"));
    assert_eq!(seen(&report), [100, 99, 1, 0, 0, 0]);
    assert_eq!((report.functions["f"].invocations, report.functions["f"].errors), (15, 9));
}

/// Records 0 to 3 are done after the first attempt; from 4 on it fails again and again.
#[test]
fn a_partial_response_goes_on_from_the_first_record_that_failed() {
    let source = "batch_size: 10, report_batch_item_failures: true, max_retry_attempts: 1";
    let report = report(&reading("duration: 1s, poison: [4]", source, "", "burst: 10"));
    assert_eq!(seen(&report), [10, 4, 0, 6, 0, 0]);
    // The whole, then the rest twice.
    assert_eq!((report.functions["f"].invocations, report.functions["f"].errors), (3, 0));
    assert_eq!(report.event_sources["s->f"].failed, 3);
}

/// Throttled at 0, 1 and 3 s while another runs until 5 s; admitted at 7 s. No retry is used up.
#[test]
fn a_throttle_uses_up_no_retry() {
    let text = format!(
        "{UNBOUND}
functions: {{f: {{duration: 5s, reserved_concurrency: 1, event_sources: [{{stream: s, max_retry_attempts: 0}}]}}}}
streams: {{s: {{}}}}
traffic: [{{to: f, burst: 1}}, {{to: s, burst: 1}}]"
    );
    let (report, rows) = attempts(&text);
    assert_eq!(starts(&rows), [0.0, 7.0]);
    assert_eq!((report.functions["f"].throttles.total, seen(&report)), (3, [1, 1, 0, 0, 0, 0]));
}

/// Records at 0, 1, 2 … s: the window of 3 s takes four, a batch of two is full before.
#[test]
fn a_batch_is_gathered_until_its_window_ends_or_it_is_full() {
    let text = |size: u32| {
        let source = format!("batch_size: {size}, batch_window: 3s");
        reading("duration: 100ms", &source, "", "arrivals: even, rate: 1/s, for: 8s")
    };
    assert_eq!(starts(&attempts(&text(10)).1), [3.0, 7.0]);
    assert_eq!(starts(&attempts(&text(2)).1), [1.0, 3.0, 5.0, 7.0]);
}

/// One batch of 1 s at a time: the last of ten records waits 9 s.
#[test]
fn the_iterator_age_is_that_of_the_last_record_when_its_batch_is_sent() {
    let report = report(&reading("duration: 1s", "batch_size: 1", "", "burst: 10"));
    let age = &report.streams["s"].iterator_age_ms;
    assert_eq!((age.count, age.min, age.max), (10, Some(0.0), Some(9_000.0)));
}

/// Two functions read the same stream: each record counts for both.
#[test]
fn every_reader_gets_every_record() {
    let report = report(&format!(
        "{UNBOUND}
functions:
  f: {{duration: 1s, event_sources: [{{stream: s}}]}}
  g: {{duration: 1s, errors: 100%, event_sources: [{{stream: s, max_retry_attempts: 0}}]}}
streams: {{s: {{}}}}
traffic: [{{to: s, burst: 7}}]"
    ));
    assert_eq!(seen(&report), [14, 7, 0, 7, 0, 0]);
}

#[test]
fn an_idle_shard_is_looked_at_as_often_as_the_interval_says() {
    let text = reading("duration: 100ms", "poll_interval: 1s", "", "burst: 1, at: 1300ms");
    assert_eq!(starts(&attempts(&text).1), [2.0]);
}

#[test]
fn what_a_stream_cannot_be_is_refused() {
    let text = problems_of(
        "functions: {f: {duration: 1s, event_sources: [{stream: t}, {queue: q, bisect: true}, {stream: s, max_concurrency: 3, max_record_age: 5s}]}}
streams: {s: {retention: 1h}, unread: {}}
queues: {q: {}}",
    );
    for words in [
        "there is no stream `t`",
        "`bisect` belongs to streams",
        "`max_concurrency` belongs to queues",
        "`max_record_age` must be from 60s to 7d",
        "`retention` must be from 24h to 365d",
    ] {
        assert!(text.contains(words), "{words} is not in\n{text}");
    }
}
