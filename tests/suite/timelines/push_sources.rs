//! Topics, buckets, event buses and schedules (S83).

use coldstart::report::model::Report;

use crate::simulated::{UNBOUND, attempts, problems_of, report, starts};

/// Offered, succeeded, dead-lettered, dropped, unfinished.
fn ledger(report: &Report) -> [u64; 5] {
    let ledger = &report.ledger;
    assert!(ledger.balanced);
    [ledger.offered, ledger.succeeded, ledger.dead_lettered, ledger.dropped, ledger.unfinished]
}

#[test]
fn a_topic_tells_every_subscriber_of_each_message() {
    let report = report(&format!(
        "{UNBOUND}\npricing: {{include: [lambda, sqs, sns]}}
functions:
  f: {{timeout: 10s, duration: 1s}}
  g: {{timeout: 10s, duration: 1s, event_sources: [{{queue: q}}]}}
queues: {{q: {{}}}}
topics: {{t: {{subscribers: [f, q]}}}}
traffic: [{{to: t, burst: 3, at: 5s}}]"
    ));
    assert_eq!(ledger(&report), [6, 6, 0, 0, 0]);
    let topic = &report.topics["t"];
    assert_eq!((topic.published, topic.delivered["f"], topic.delivered["q"]), (3, 3, 3));
    assert_eq!((report.functions["f"].asynchronous.received, report.functions["g"].invocations), (3, 1));
    let line = report.cost.lines.iter().find(|line| line.service == "sns").unwrap();
    // Deliveries to functions and queues are free.
    assert_eq!((line.quantity, line.rate.as_str()), (3.0, "0.0000005"));
}

/// F 4.4: 100,015 attempts in 23 days, then the dead-letter queue of the subscription. The function never sees it.
#[test]
fn what_a_topic_cannot_hand_over_goes_to_the_dead_letter_queue_of_the_subscription() {
    let of = |subscriber: &str| {
        report(&format!(
            "{UNBOUND}
functions: {{f: {{duration: 1s}}}}
queues: {{dead: {{}}}}
topics: {{t: {{subscribers: [{subscriber}], delivery_errors: 100%}}}}
traffic: [{{to: t, burst: 1, at: 0s}}]"
        ))
    };
    let kept = of("{to: f, dead_letter: dead}");
    assert_eq!(ledger(&kept), [1, 0, 1, 0, 0]);
    assert_eq!((kept.topics["t"].failed_attempts, kept.queues["dead"].depth), (100_015, 1));
    assert_eq!(kept.functions["f"].requests, 0);
    assert!((23.0..23.2).contains(&(kept.simulated_s / 86_400.0)), "{}", kept.simulated_s);
    let lost = of("f");
    assert_eq!(ledger(&lost), [1, 0, 0, 1, 0]);
    assert_eq!(lost.topics["t"].lost, 1);
}

/// Each attempt fails with probability ½: one failure a message on average, with a variance of 2.
#[test]
fn failed_attempts_are_tried_again_and_lose_nothing() {
    let report = report(&format!(
        "{UNBOUND}
functions: {{f: {{duration: 1s}}}}
topics: {{t: {{subscribers: [f], delivery_errors: 50%}}}}
traffic: [{{to: t, burst: 1000, at: 0s}}]"
    ));
    assert_eq!(ledger(&report), [1_000, 1_000, 0, 0, 0]);
    let failed = report.topics["t"].failed_attempts;
    assert!(failed.abs_diff(1_000) < 180, "{failed}");
}

/// Both targets of a rule are told of the same events.
#[test]
fn a_rule_matches_an_event_for_all_its_targets() {
    let report = report(&format!(
        "{UNBOUND}\npricing: {{include: [eventbridge]}}
functions: {{f: {{duration: 1s}}, g: {{duration: 1s}}, h: {{duration: 1s}}}}
event_buses: {{bus: {{rules: [{{pattern: 30%, targets: [f, g]}}, {{targets: [h]}}]}}}}
traffic: [{{to: bus, burst: 1000, at: 0s}}]"
    ));
    let bus = &report.event_buses["bus"];
    assert_eq!((bus.delivered["f"], bus.delivered["h"]), (bus.delivered["g"], 1_000));
    // 300 of 1,000, with a standard deviation of 14.5.
    assert!(bus.delivered["f"].abs_diff(300) < 58, "{}", bus.delivered["f"]);
    assert_eq!(bus.filtered, 2 * (1_000 - bus.delivered["f"]));
    let line = report.cost.lines.iter().find(|line| line.service == "eventbridge").unwrap();
    assert_eq!((line.quantity, line.rate.as_str()), (1_000.0, "0.000001"));
}

/// An event is delivered 2 s after it was sent; attempts at 2, 3, 5 … s are the bus's, the run is the function's.
#[test]
fn a_delivery_may_take_time() {
    let (report, rows) = attempts(&format!(
        "{UNBOUND}
functions: {{f: {{duration: 1s}}}}
event_buses: {{bus: {{rules: [{{targets: [f]}}], delivery_delay: 2s}}}}
traffic: [{{to: bus, arrivals: even, rate: 1/s, for: 3s}}]"
    ));
    assert_eq!(starts(&rows), [2.0, 3.0, 4.0]);
    assert_eq!(ledger(&report), [3, 3, 0, 0, 0]);
}

/// Objects put by traffic and by a function; the bucket notifies a function, a queue and, through a topic, another one.
#[test]
fn a_bucket_notifies_functions_queues_and_topics_of_what_is_put() {
    let report = report(&format!(
        "{UNBOUND}
functions:
  upload: {{duration: 1s, emits: [{{to: photos}}]}}
  index: {{duration: 1s}}
  resize: {{timeout: 10s, duration: 1s, event_sources: [{{queue: jobs}}]}}
  mail: {{duration: 1s}}
queues: {{jobs: {{}}}}
topics: {{news: {{subscribers: [mail]}}}}
buckets: {{photos: {{notify: [index, jobs, news]}}}}
traffic: [{{to: photos, burst: 2, at: 0s}}, {{to: upload, burst: 3, at: 10s}}]"
    ));
    let bucket = &report.buckets["photos"];
    assert_eq!((bucket.published, report.topics["news"].published), (5, 5));
    let ran = ["upload", "index", "mail"].map(|name| report.functions[name].succeeded);
    assert_eq!((ran, report.queues["jobs"].deleted), ([3, 5, 5], 5));
    // 3 requests; 5 events each for two functions; 5 messages.
    assert_eq!(ledger(&report), [18, 18, 0, 0, 0]);
    // S3 -> SQS -> function: the poller waits for it.
    assert_eq!(report.functions["resize"].asynchronous.received, 0);
    let caveat = report.caveats.iter().find(|caveat| caveat.code == "synchronous_behind_queue").unwrap();
    assert!(
        caveat.text.starts_with("photos -> jobs -> resize: the poller calls resize synchronously"),
        "{}",
        caveat.text
    );
}

/// A dead letter goes to a topic, and from there to a queue that nobody reads and to a function.
#[test]
fn a_topic_takes_dead_letters_and_records() {
    let of = |key: &str| {
        report(&format!(
            "{UNBOUND}
functions:
  f: {{duration: 1s, errors: 100%, async: {{max_retry_attempts: 0, {key}: alarms}}}}
  page: {{duration: 1s}}
queues: {{kept: {{}}}}
topics: {{alarms: {{subscribers: [kept, page]}}}}
traffic: [{{to: f, mode: async, burst: 1, at: 0s}}]"
        ))
    };
    for key in ["dead_letter", "on_failure"] {
        let report = of(key);
        assert_eq!((report.topics["alarms"].published, report.queues["kept"].depth), (1, 1));
        // The event is dead-lettered; what `page` is told is an event of its own.
        assert_eq!(ledger(&report), [2, 1, 1, 0, 0]);
    }
}

/// F 3.5: a chain through a topic reaches its function 16 times.
#[test]
fn a_loop_through_a_topic_is_stopped_after_sixteen_invocations() {
    let report = report(&format!(
        "{UNBOUND}
functions: {{f: {{duration: 1s, emits: [{{to: t}}]}}}}
topics: {{t: {{subscribers: [f]}}}}
traffic: [{{to: f, burst: 1, at: 0s}}]"
    ));
    assert_eq!(report.functions["f"].invocations, 16);
    assert_eq!(ledger(&report), [17, 16, 0, 1, 0]);
}

/// F 3.5 names no EventBridge: such a loop goes on, once a second, until the horizon.
#[test]
fn nothing_stops_a_loop_through_an_event_bus() {
    let report = report(&format!(
        "{UNBOUND}\nhorizon: 40s
functions: {{f: {{init: 0ms, duration: 1s, emits: [{{to: b}}]}}}}
event_buses: {{b: {{rules: [{{targets: [f]}}]}}}}
traffic: [{{to: f, burst: 1, at: 0s}}]"
    ));
    assert_eq!((report.functions["f"].invocations, report.ledger.dropped), (40, 0));
}

/// `rate`: the first after one interval; `cron`: at nine in the morning of both days. All are asynchronous.
#[test]
fn schedules_invoke_their_function_asynchronously() {
    let of = |schedule: &str, horizon: &str| {
        let (report, rows) = attempts(&format!(
            "{UNBOUND}\nstart: 2026-11-23T00:00:00Z\nhorizon: {horizon}
functions: {{f: {{duration: 1s, event_sources: [{{schedule: \"{schedule}\"}}]}}}}"
        ));
        assert_eq!(report.functions["f"].asynchronous.received, rows.len() as u64);
        starts(&rows)
    };
    assert_eq!(of("rate(20 minutes)", "61m"), [1_200.0, 2_400.0, 3_600.0]);
    assert_eq!(of("cron(0 9 ? * MON-FRI *)", "2d"), [32_400.0, 118_800.0]);
}

/// Without a horizon a schedule goes on as long as other traffic does.
#[test]
fn a_schedule_ends_with_other_traffic_or_needs_a_horizon() {
    let text = "functions: {f: {init: 0ms, duration: 1s, event_sources: [{schedule: rate(1 minute)}]}}";
    assert!(problems_of(text).contains("the schedule of `f` never ends"));
    let with = report(&format!("{text}\ntraffic: [{{to: f, arrivals: even, rate: 1/min, for: 3m}}]"));
    assert_eq!((with.functions["f"].requests, with.functions["f"].asynchronous.received), (5, 2));
}
