//! Kafka topics, queues of Amazon MQ and change streams of `DocumentDB` (S100, S101).

use crate::simulated::{UNBOUND, attempts, problems_of, report, starts};

fn reading(kind: &str, source: &str, function: &str, traffic: &str) -> String {
    format!(
        "{UNBOUND}
functions: {{f: {{{function}, event_sources: [{{stream: s, {source}}}]}}}}
streams: {{s: {{{kind}}}}}
queues: {{dead: {{}}}}
topics: {{alarms: {{subscribers: [{{to: dead}}]}}}}
traffic: [{{to: s, {traffic}}}]"
    )
}

/// A consumer is there at once, and one more comes with each look at the lag: 6, 12, 18 and 24 batches of 10 s a minute.
#[test]
fn a_kafka_topic_begins_with_one_consumer_and_has_one_per_partition_after_three_minutes() {
    let text = reading(
        "type: kafka, partitions: 4",
        "batch_size: 1, batch_window: 0s",
        "duration: 10s, timeout: 20s",
        "burst: 400",
    );
    let (report, rows) = attempts(&text);
    let in_minute = |minute: u32| {
        let starts = starts(&rows).into_iter().filter(|at| (at / 60.0) as u32 == minute);
        starts.count()
    };
    assert_eq!([0, 1, 2, 3].map(in_minute), [6, 12, 18, 24]);
    assert_eq!(report.functions["f"].concurrency.peak, 4);
    let mapping = &report.event_sources["s->f"];
    assert_eq!((mapping.pollers_max, mapping.concurrent_batches_max), (Some(4), 4));
    assert_eq!((report.streams["s"].kind, report.streams["s"].processed), ("kafka", 400));
}

/// A batch is gathered for half a second unless the mapping says otherwise.
#[test]
fn batches_of_kafka_are_gathered_for_half_a_second() {
    for kind in ["type: kafka", "type: rabbitmq", "type: documentdb"] {
        let (report, rows) = attempts(&reading(kind, "batch_size: 100", "duration: 1s", "burst: 7, at: 2s"));
        assert_eq!(starts(&rows), [2.5], "{kind}");
        assert_eq!(report.event_sources["s->f"].batch_size_mean, Some(7.0));
    }
    let (_, rows) =
        attempts(&reading("type: kinesis", "batch_size: 100", "duration: 1s", "burst: 7, at: 2s"));
    assert_eq!(starts(&rows), [2.0]);
}

/// The consumer of a failing batch is not free for another partition; retries end as of a stream.
#[test]
fn a_failing_batch_of_kafka_keeps_its_consumer_until_it_is_given_up() {
    let text = reading(
        "type: kafka, partitions: 2",
        "batch_size: 1, batch_window: 0s, max_retry_attempts: 1, on_failure: alarms",
        "duration: 1s, poison: [0]",
        "burst: 12",
    );
    let (report, rows) = attempts(&text);
    // 0 and, a second after its end, again; then one after the other: the lag is gone before it is looked at.
    assert_eq!(starts(&rows)[..4], [0.0, 2.0, 3.0, 4.0]);
    assert_eq!(report.functions["f"].concurrency.peak, 1);
    let stream = &report.streams["s"];
    assert_eq!((stream.processed, stream.dead_lettered), (11, 1));
    // The description went to a topic, which told a queue.
    assert_eq!((report.topics["alarms"].published, report.queues["dead"].depth), (1, 1));
}

#[test]
fn activemq_has_five_batches_at_once_rabbitmq_and_documentdb_one() {
    let starts_of = |kind: &str| {
        let text = reading(kind, "batch_size: 1, batch_window: 0s", "duration: 1s", "burst: 10");
        starts(&attempts(&text).1)
    };
    let fives: Vec<f64> = (0..10).map(|n| f64::from(n / 5)).collect();
    assert_eq!(starts_of("type: activemq"), fives);
    let ones: Vec<f64> = (0..10).map(f64::from).collect();
    assert_eq!(starts_of("type: rabbitmq"), ones);
    assert_eq!(starts_of("type: documentdb"), ones);
}

/// Nothing but success or age ends a message of a broker.
#[test]
fn a_failing_batch_of_a_broker_comes_again_until_it_expires() {
    let text = reading(
        "type: rabbitmq, retention: 60s",
        "batch_size: 1, batch_window: 0s",
        "duration: 1s, poison: [0]",
        "burst: 1",
    );
    let report = report(&text);
    // At 0, 2, 5, 10, 19 and 36 s.
    assert_eq!((report.functions["f"].errors, report.streams["s"].expired), (6, 1));
}

#[test]
fn what_a_broker_has_not_is_refused_in_the_words_of_aws() {
    let problems = problems_of(&reading(
        "type: activemq",
        "on_failure: dead, max_retry_attempts: 2",
        "duration: 1s",
        "burst: 1",
    ));
    assert_eq!(problems.matches("Unsupported").count(), 2, "{problems}");
}

/// 20 partitions with records, batches of 10 s: two pollers read ten at once from the start, and three fifteen from the look after a minute on.
#[test]
fn provisioned_pollers_of_a_topic_have_five_partitions_each() {
    let of = |pollers: &str, horizon: u32| {
        report(&format!(
            "{UNBOUND}\nhorizon: {horizon}s
functions: {{f: {{timeout: 30s, duration: 10s, event_sources: [{{stream: s, batch_size: 1, batch_window: 0s{pollers}}}]}}}}
streams: {{s: {{type: kafka, partitions: 20}}}}
traffic: [{{to: s, burst: 4000}}]"
        ))
    };
    let batches = |report: &coldstart::report::model::Report| report.event_sources["s->f"].batches;
    let provisioned = ", provisioned_pollers: {min: 2, max: 3}";
    assert_eq!(batches(&of(provisioned, 59)), 6 * 10);
    assert_eq!(batches(&of(provisioned, 119)), 6 * 10 + 6 * 15);
    assert_eq!(of(provisioned, 119).event_sources["s->f"].pollers_max, Some(15));
    assert_eq!(batches(&of("", 59)), 6);
}

/// Four pollers are one unit: an hour of it is $0.185, and an hour of one poller a quarter of that.
#[test]
fn provisioned_pollers_of_a_topic_are_paid_by_the_unit() {
    let of = |count: u32| {
        let report = report(&format!(
            "{UNBOUND}\nhorizon: 1h
functions: {{f: {{duration: 10ms, event_sources: [{{stream: s, provisioned_pollers: {{min: {count}, max: {count}}}}}]}}}}
streams: {{s: {{type: kafka, partitions: 3}}}}
traffic: [{{to: s, rate: 1/min, arrivals: even, for: 2h}}]"
        ));
        let line = report.cost.lines.iter().find(|line| line.item == "Kafka event pollers").unwrap();
        (line.quantity, line.rate.clone())
    };
    assert_eq!(of(4), (1.0, "0.185".to_owned()));
    assert_eq!(of(1).0, 0.25);
}

/// Records of 1 MB: one poller reads one every 0.2 s, however many partitions there are.
#[test]
fn a_provisioned_poller_reads_five_megabytes_a_second() {
    let (_, rows) = attempts(&format!(
        "{UNBOUND}
functions: {{f: {{duration: 10ms, payload: {{request: 1MB}}, event_sources: [{{stream: s, batch_size: 1, batch_window: 0s, provisioned_pollers: {{min: 1, max: 1}}}}]}}}}
streams: {{s: {{type: kafka, partitions: 5}}}}
traffic: [{{to: s, burst: 4}}]"
    ));
    assert_eq!(starts(&rows), [0.0, 0.2, 0.4, 0.6]);
}
