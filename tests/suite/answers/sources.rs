//! Event sources: queues, streams, schedules and what a FIFO queue does to repetitions.

use coldstart::report::model::Report;

use super::{near, only, question};

/// F 12 item 9.
#[test]
fn a_message_that_always_fails_runs_at_0_30_and_60_s_and_leaves_at_90() {
    assert_eq!(question("one-poison-message").attempt_starts(), [0.0, 30.0, 60.0]);
    let report = question("one-poison-message").report();
    let (orders, function) = (&report.queues["orders"], only(&report));
    assert_eq!((orders.dead_lettered, orders.drained_at_s), (1, Some(90.0)));
    assert_eq!((function.invocations, function.errors, function.billed_ms_total), (3, 3, 3_000));
    assert_eq!(report.queues["orders-dlq"].depth, 1);
}

/// F 12 item 10.
#[test]
fn a_backlog_is_read_by_5_305_605_905_and_1250_batches_at_once() {
    let report = question("sqs-ramp").report();
    let worker = only(&report);
    // The horizon comes a tenth of a second after the poller that begins at the instant.
    let at = |second: u32| {
        let horizon = format!("horizon={}ms", second * 1_000 + 100);
        only(&question("sqs-ramp").set(&horizon).report()).concurrency.peak
    };
    assert_eq!([0, 60, 120, 180].map(at), [5, 305, 605, 905]);
    assert_eq!((worker.concurrency.peak, worker.concurrency.peak_s), (1_250, Some(249.0)));
    assert_eq!((worker.throttles.total, report.queues["jobs"].drained_at_s), (0, Some(364.6)));
    let capped = question("sqs-ramp").set("functions.worker.event_sources.0.max_concurrency=100").report();
    assert_eq!((only(&capped).concurrency.peak, only(&capped).concurrency.peak_s), (100, Some(19.0)));
}

/// F 12 item 11.
#[test]
fn a_poison_record_blocks_its_own_shard_for_three_attempts_and_no_other() {
    let report = question("two-shards").report();
    let clicks = &report.streams["clicks"];
    assert_eq!((only(&report).errors, clicks.processed, clicks.dead_lettered), (3, 19, 1));
    assert_eq!((report.queues["bad-clicks"].depth, report.simulated_s), (1, 14.0));
    // Until 6 s one shard is done with a record each second, and the other with none.
    let blocked = question("two-shards").set("horizon=6500ms").report();
    assert_eq!((blocked.streams["clicks"].processed, blocked.streams["clicks"].dead_lettered), (6, 1));
    let starts = question("two-shards").attempt_starts();
    let of_both = |second: f64| starts.iter().filter(|start| **start == second).count();
    assert_eq!([0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0].map(of_both), [2, 1, 2, 1, 1, 2, 2]);
}

#[test]
fn an_order_that_is_sent_every_minute_is_shipped_every_five_minutes() {
    let report = question("order-sent-again").report();
    let (orders, ship) = (&report.queues["orders"], &report.event_sources["orders->ship"]);
    assert_eq!((orders.sent, orders.deduplicated, orders.deleted), (63, 8, 63));
    assert_eq!(orders.requests.sends, 11);
    assert_eq!((ship.concurrent_batches_max, only(&report).concurrency.peak), (1, 1));
    let starts = question("order-sent-again").attempt_starts();
    assert_eq!(starts, [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 300.0, 600.0]);
    let patient = question("order-sent-again").set("traffic.0.for=5m").report();
    assert_eq!((patient.queues["orders"].sent, patient.queues["orders"].deduplicated), (61, 4));
}

#[test]
fn the_nightly_job_fails_three_times_and_eventbridge_never_tries_again() {
    let report = question("nightly-job").report();
    let (ship, cleanup, nightly) =
        (&report.functions["ship"], &report.functions["cleanup"], &report.functions["nightly"]);
    assert_eq!((ship.invocations, cleanup.invocations, nightly.invocations), (1_440, 24, 3));
    assert_eq!((nightly.asynchronous.received, nightly.asynchronous.dead_lettered), (1, 1));
    assert_eq!((report.queues["audit"].sent, report.event_buses["orders"].failed_attempts), (1_440, 0));
    let dead = &report.queues["failed-jobs"].first_messages[0];
    near(dead.sent_s, 9.0 * 3_600.0 + 210.0, 0.0);
}

/// MG1 of the oracles, with as much more tolerance as fewer records have.
#[test]
fn records_of_one_lane_wait_as_pollaczek_and_khinchine_say() {
    let waited = |duration: &str| {
        let report = question("one-lane").set(&format!("functions.index.duration={duration}")).report();
        report.streams["changes"].iterator_age_ms.mean.unwrap() / 1e3
    };
    near(waited("200ms"), 0.4, 0.06);
    near(waited("exp(mean=200ms)"), 0.8, 0.12);
}

/// MMC of the oracles, likewise.
#[test]
fn messages_wait_for_one_of_two_workers_as_erlang_c_says() {
    let waited = |report: &Report| report.queues["jobs"].wait_ms.mean.unwrap() / 1e3;
    near(waited(&question("two-workers").report()), 1.2857, 0.157);
    let more = question("two-workers").set("traffic.0.rate=8/s");
    let more = more.set("functions.worker.event_sources.0.max_concurrency=10").report();
    near(waited(&more), 0.2046, 0.012);
}

/// BATCH of the oracles, likewise.
#[test]
fn batches_of_ten_or_three_seconds_are_as_large_and_as_many_as_the_formula_says() {
    let report = question("batch-window").report();
    let source = &report.event_sources["jobs->worker"];
    near(source.batch_size_mean.unwrap(), 6.838_7, 0.2);
    near(source.batches as f64 / 40_000.0, 0.292_45, 0.008_5);
    near(source.full as f64 / source.batches as f64, 0.152_8, 0.013_3);
    let wide = question("batch-window").set("functions.worker.event_sources.0.batch_window=20s").report();
    near(wide.event_sources["jobs->worker"].batch_size_mean.unwrap(), 10.0, 0.01);
}

/// SQS of the oracles, likewise.
#[test]
fn one_message_in_three_thousand_fails_five_times_where_one_attempt_in_five_fails() {
    let report = question("one-in-five-fails").report();
    let jobs = &report.queues["jobs"];
    near(jobs.dead_lettered as f64 / 40_000.0, 0.000_32, 0.000_36);
    near(jobs.received as f64 / 40_000.0, 1.249_6, 0.011_2);
    assert_eq!((jobs.deleted + jobs.dead_lettered, jobs.depth), (40_000, 0));
}
