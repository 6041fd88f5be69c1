//! FIFO topics, and deduplication of FIFO queues and topics (S103).

use coldstart::lambda::facts::{Fact, PushChange};

use crate::simulated::{UNBOUND, report, witnessed};

/// A message a minute from 0 to 10 min, all with one id: those at 0, 5 and 10 min are taken in.
#[test]
fn a_fifo_queue_takes_an_id_once_in_five_minutes() {
    let report = report(&format!(
        "{UNBOUND}
functions: {{f: {{timeout: 10s, duration: 1s, event_sources: [{{queue: q}}]}}}}
queues: {{q: {{type: fifo, deduplication_ids: 1, visibility_timeout: 1m}}}}
traffic: [{{to: q, rate: 1/min, arrivals: even, for: 11m}}]"
    ));
    let queue = &report.queues["q"];
    assert_eq!((queue.sent, queue.deduplicated, queue.deleted, queue.requests.sends), (3, 8, 3, 11));
    assert_eq!((report.ledger.offered, report.ledger.succeeded), (3, 3));
    assert_eq!(report.functions["f"].invocations, 3);
}

/// The same through a topic; each of the eleven publishes is paid for, with its 100 KB.
#[test]
fn a_fifo_topic_takes_an_id_once_in_five_minutes_and_charges_every_publish() {
    let report = report(&format!(
        "{UNBOUND}
pricing: {{include: [lambda, sns]}}
functions: {{f: {{timeout: 10s, duration: 1s, payload: {{request: 100KB}}, event_sources: [{{queue: q}}]}}}}
queues: {{q: {{type: fifo, visibility_timeout: 1m}}}}
topics: {{t: {{type: fifo, deduplication_ids: 1, subscribers: [q]}}}}
traffic: [{{to: t, rate: 1/min, arrivals: even, for: 11m}}]"
    ));
    let topic = &report.topics["t"];
    assert_eq!((topic.published, topic.deduplicated, topic.delivered["q"]), (3, 8, 3));
    assert_eq!((report.queues["q"].sent, report.ledger.offered, report.ledger.succeeded), (3, 3, 3));
    let lines: Vec<_> = report.cost.lines.iter().filter(|line| line.service == "sns").collect();
    let seen: Vec<_> = lines.iter().map(|line| (line.item.as_str(), line.rate.as_str())).collect();
    assert_eq!(seen, [("FIFO publishes", "0.0000003"), ("FIFO payload", "0.017")]);
    assert_eq!(lines[0].quantity, 11.0);
    assert!((lines[1].quantity - 11.0 * 100.0 / 1_048_576.0).abs() < 1e-9, "{}", lines[1].quantity);
}

/// 1,000 messages with 1,000 ids within five minutes: 1,000 · (1 - (1 - 1/1,000)^1,000) = 632.3 are different, ± 4 · 9.9.
#[test]
fn as_many_messages_are_taken_as_there_are_different_ids() {
    let report = report(&format!(
        "{UNBOUND}
functions: {{f: {{timeout: 10s, duration: 1s, event_sources: [{{queue: q}}]}}}}
queues: {{q: {{type: fifo, message_groups: 10, deduplication_ids: 1000, visibility_timeout: 1m}}}}
traffic: [{{to: q, rate: 10/s, arrivals: even, for: 100s}}]"
    ));
    let queue = &report.queues["q"];
    assert_eq!(queue.sent + queue.deduplicated, 1_000);
    assert!(queue.sent.abs_diff(632) <= 40, "{}", queue.sent);
}

/// The first of two messages takes 5 s and the second, a second later, nothing: of one group the second waits for the first.
#[test]
fn a_fifo_topic_hands_a_group_over_in_order() {
    let of = |seed: u32, kind: &str| -> Vec<f64> {
        let (_, witness) = witnessed(&format!(
            "{UNBOUND}
seed: {seed}
functions: {{f: {{timeout: 10s, duration: 1s, event_sources: [{{queue: q}}]}}}}
queues: {{q: {{{kind}}}}}
topics: {{t: {{{kind} subscribers: [q], delivery_delay: \"mix(50%: 0s, 50%: 5s)\"}}}}
traffic: [{{to: t, rate: 1/s, arrivals: even, for: 2s}}]"
        ));
        let arrived = witness.0.iter().filter(|(_, fact)| {
            matches!(fact, Fact::Push(push) if matches!(push.change, PushChange::HandedOver { .. }))
        });
        arrived.map(|(at, _)| at.seconds()).collect()
    };
    let late = (0..20).find(|seed| of(*seed, "") == [1.0, 5.0]).expect("one seed of four is so");
    assert_eq!(of(late, "type: fifo,"), [5.0, 5.0]);
    let in_time = (0..20).find(|seed| of(*seed, "") == [0.0, 6.0]).expect("one seed of four is so");
    assert_eq!(of(in_time, "type: fifo,"), [0.0, 6.0]);
}

/// Three groups of the topic are three batches at once, whatever groups other senders of the queue have.
#[test]
fn messages_of_a_fifo_topic_keep_their_group_in_the_queue() {
    let of = |groups: u32| {
        let report = report(&format!(
            "{UNBOUND}
functions: {{f: {{timeout: 10s, duration: 1s, event_sources: [{{queue: q, batch_size: 1}}]}}}}
queues: {{q: {{type: fifo, visibility_timeout: 1m}}}}
topics: {{t: {{type: fifo, message_groups: {groups}, subscribers: [q]}}}}
traffic: [{{to: t, burst: 60}}]"
        ));
        assert_eq!(report.queues["q"].deleted, 60);
        report.event_sources["q->f"].concurrent_batches_max
    };
    assert_eq!([of(1), of(3)], [1, 3]);
}

/// 200 KB are charged as four events of up to 64 KB.
#[test]
fn an_event_is_charged_once_for_every_64_kb() {
    let of = |size: &str| {
        let report = report(&format!(
            "{UNBOUND}
pricing: {{include: [lambda, eventbridge]}}
functions: {{f: {{duration: 1s, payload: {{request: {size}}}}}}}
event_buses: {{e: {{rules: [{{targets: [f]}}]}}}}
traffic: [{{to: e, burst: 3}}]"
        ));
        report.cost.lines.iter().find(|line| line.service == "eventbridge").unwrap().quantity
    };
    assert_eq!([of("1KB"), of("64KB"), of("200KB")], [3.0, 3.0, 12.0]);
}
