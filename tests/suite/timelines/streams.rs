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

/// A record a second from 0 s to 9 s; the mapping is enabled at 4.5 s.
#[test]
fn a_mapping_begins_with_the_record_that_its_starting_position_says() {
    let of = |position: &str| {
        let source = format!("batch_size: 1, enabled_at: 4500ms, starting_position: {position}");
        let text = reading("duration: 10ms", &source, "", "rate: 1/s, arrivals: even, for: 10s");
        let (report, rows) = attempts(&text);
        let stream = &report.streams["s"];
        assert_eq!((stream.records, stream.processed + stream.skipped, stream.expired), (10, 10, 0));
        assert_eq!((report.ledger.offered, report.ledger.expired), (10, stream.skipped));
        (rows.len(), starts(&rows)[0])
    };
    assert_eq!(of("TRIM_HORIZON"), (10, 4.5));
    assert_eq!(of("LATEST"), (5, 5.0));
    assert_eq!(of("AT_TIMESTAMP, starting_position_timestamp: 2s"), (8, 4.5));
    assert_eq!(of("AT_TIMESTAMP, starting_position_timestamp: 8s"), (2, 8.0));
}

/// A record a second, windows of 5 s: of each, five batches and its end, when it is over.
#[test]
fn a_tumbling_window_ends_with_one_more_invocation() {
    let text = reading(
        "duration: 10ms",
        "batch_size: 1, tumbling_window: 5s",
        "",
        "rate: 1/s, arrivals: even, for: 7s",
    );
    let (report, rows) = attempts(&text);
    assert_eq!(starts(&rows), [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 5.01, 6.0, 10.0]);
    assert_eq!((seen(&report), report.simulated_s), ([7, 7, 0, 0, 0, 0], 10.01));
    let mapping = &report.event_sources["s->f"];
    assert_eq!((mapping.batches, mapping.window_ends, mapping.batch_size_mean), (7, 2, Some(1.0)));
}

/// Ten records at 4.9 s and ten at 5.1 s come while a batch runs until 6 s; together they would fill one batch.
#[test]
fn no_batch_crosses_the_end_of_a_window() {
    let of = |window: &str| {
        report(&format!(
            "{}
  - {{name: late, to: s, burst: 10, at: 4900ms}}
  - {{name: later, to: s, burst: 10, at: 5100ms}}",
            reading("duration: 6s", &format!("batch_size: 100{window}"), "", "burst: 1")
                .replace("traffic: [", "traffic:\n  - ")
                .replace("burst: 1}]", "burst: 1}")
        ))
    };
    assert_eq!(of("").functions["f"].invocations, 2);
    // A batch and the end of each window; the first ends when its ten late records are done.
    assert_eq!(of(", tumbling_window: 5s").functions["f"].invocations, 5);
}

/// The end of the window fails like everything else of this function: two retries after 1 and 2 s.
#[test]
fn the_end_of_a_window_is_tried_again_like_a_batch() {
    let text = reading(
        "duration: 1s, errors: 100%",
        "batch_size: 1, tumbling_window: 60s, max_retry_attempts: 2",
        "",
        "burst: 1",
    );
    let (report, rows) = attempts(&text);
    assert_eq!(starts(&rows), [0.0, 2.0, 5.0, 60.0, 62.0, 65.0]);
    assert_eq!(report.functions["f"].errors, 6);
}

/// Records of 1 MB: a read takes half a second for all readers together, or for one with enhanced fan-out.
#[test]
fn enhanced_fan_out_pushes_and_shares_with_nobody() {
    let of = |fan_out: bool| {
        let source = format!("{{stream: s, batch_size: 1, enhanced_fan_out: {fan_out}}}");
        let text = format!(
            "{UNBOUND}
functions:
  f: {{duration: 10ms, payload: {{request: 1000KB}}, event_sources: [{source}]}}
  g: {{duration: 10ms, payload: {{request: 1000KB}}, event_sources: [{source}]}}
streams: {{s: {{shards: 1}}}}
traffic: [{{to: s, burst: 2}}]"
        );
        starts(&attempts(&text).1)
    };
    assert_eq!(of(true), [0.07, 0.07, 0.582, 0.582]);
    assert_eq!(of(false), [0.0, 0.512, 1.024, 1.536]);
}

/// A record comes every 100 ms. Five reads and five a second more are enough for one each until 0.8 s; from then on there is one every 0.2 s.
#[test]
fn a_shard_takes_five_reads_a_second() {
    let of = |rest: &str| {
        let text = reading("duration: 10ms", "batch_size: 100", rest, "rate: 10/s, arrivals: even, for: 2s");
        attempts(&text)
    };
    let (report, rows) = of("shards: 1");
    let read: Vec<f64> = [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0, 1.2, 1.4, 1.6, 1.8, 2.0].into();
    assert_eq!(starts(&rows), read);
    let stream = &report.streams["s"];
    assert_eq!((stream.processed, stream.reads, stream.read_throttles), (20, 15, 6));
    let (of_a_table, rows) = of("type: dynamodb, shards: 1");
    assert_eq!((rows.len(), of_a_table.streams["s"].reads), (20, 0));
}

/// Each of six functions wants to read the shard every second; five reads a second make it every 1.2 s.
#[test]
fn six_readers_of_a_shard_get_five_reads_a_second() {
    let readers: Vec<String> = (0..6)
        .map(|index| {
            format!("  f{index}: {{duration: 10ms, event_sources: [{{stream: s, batch_size: 1000, poll_interval: 1s}}]}}")
        })
        .collect();
    let of = |fan_out: &str| {
        report(&format!(
            "{UNBOUND}\nfunctions:\n{}\nstreams: {{s: {{shards: 1}}}}\ntraffic: [{{to: s, rate: 10/s, arrivals: even, for: 10m}}]",
            readers.join("\n").replace("poll_interval: 1s", fan_out)
        ))
    };
    let shared = of("poll_interval: 1s");
    let stream = &shared.streams["s"];
    assert_eq!(stream.processed, 6 * 6_000);
    // 5 a second for ten minutes and until the last has read, and the bucket that was full.
    let most = 5.0 * shared.simulated_s + 5.0;
    assert!(stream.reads >= 2_990 && stream.reads as f64 <= most, "{} of {most}", stream.reads);
    assert!(stream.read_throttles > 0);
    let pushed = of("enhanced_fan_out: true");
    assert_eq!((pushed.streams["s"].reads, pushed.streams["s"].read_throttles), (0, 0));
}

/// A burst of ten records in ten lanes is one read, however many batches it makes.
#[test]
fn lanes_of_a_shard_share_what_a_read_brings() {
    let text =
        reading("duration: 10ms", "batch_size: 1, parallelization_factor: 10", "shards: 1", "burst: 10");
    let report = report(&text);
    assert_eq!((report.streams["s"].reads, report.event_sources["s->f"].batches), (1, 10));
    assert_eq!(report.streams["s"].iterator_age_ms.max.map(|age| age < 100.0), Some(true));
}

/// Six records of 1 MB are all that fits: the sixth comes at 0.5 s.
#[test]
fn six_megabytes_do_not_wait_for_their_window() {
    let (_, rows) = attempts(&reading(
        "duration: 50ms, payload: {request: 1MB}",
        "batch_size: 100, batch_window: 60s",
        "shards: 1",
        "arrivals: even, rate: 10/s, for: 600ms",
    ));
    assert_eq!(starts(&rows), [0.5]);
}

/// The second record comes at 6 s; its window closes at 11 s, while the first batch runs.
#[test]
fn a_window_opens_with_its_first_record_also_while_the_lane_is_busy() {
    let (_, rows) = attempts(&reading(
        "duration: 10s",
        "batch_size: 100, batch_window: 5s",
        "shards: 1",
        "burst: 1}, {to: s, burst: 1, at: 6s",
    ));
    assert_eq!(starts(&rows), [5.0, 15.0]);
}

#[test]
fn a_lane_that_was_busy_waits_for_the_next_poll() {
    let (_, rows) = attempts(&reading(
        "duration: 500ms",
        "poll_interval: 1s",
        "shards: 1",
        "arrivals: even, rate: 10/s, for: 5s",
    ));
    assert_eq!(starts(&rows), [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
}

#[test]
fn records_that_come_round_for_ever_need_a_horizon() {
    let text = |rest: &str| {
        format!(
            "{UNBOUND}
functions:
  f: {{duration: 100ms, event_sources: [{{stream: s}}], emits: [{{to: q}}]}}
  g: {{duration: 100ms, event_sources: [{{queue: q}}], emits: [{{to: s}}]}}
streams: {{s: {{}}}}
queues: {{q: {{visibility_timeout: 1h}}}}
traffic: [{{to: s, burst: 1}}]
{rest}"
        )
    };
    let problems = problems_of(&text(""));
    assert!(problems.contains("what `g` puts into a stream comes back to it, for ever"), "{problems}");
    assert!(report(&text("horizon: 10s")).ledger.balanced);
}
