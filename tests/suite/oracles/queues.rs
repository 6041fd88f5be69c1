//! Queues with a dead-letter queue (SQS), batching windows (BATCH) and slots (MMC).

use coldstart::lambda::facts::{Fact, MessageChange, Observer};
use coldstart::report::model::Report;
use coldstart::units::SimTime;
use coldstart::{Options, simulate_observed};

use super::{four_sigma, oracle};
use crate::simulated::{UNBOUND, attempts, report, scenario, starts, tries};

/// The times are exact: a message whose every attempt fails.
#[test]
fn a_message_that_always_fails_leaves_when_the_formula_says() {
    let row = oracle("SQS-0.2");
    let (d, v, m) = (row.input("duration_s"), row.input("visibility_s"), row.input("max_receive"));
    let (report, rows) = attempts(&format!(
        "{UNBOUND}
functions: {{f: {{timeout: 30s, duration: {d}s, poison: 100%, event_sources: [{{queue: q, batch_size: 1}}]}}}}
queues: {{q: {{backlog: 1, visibility_timeout: {v}s, redrive: {{dlq: dead, max_receive_count: {m}}}}}, dead: {{}}}}"
    ));
    row.agrees("last_failure_s", starts(&rows).last().unwrap() + d, 0.0);
    row.agrees("moved_to_dlq_s", report.queues["q"].drained_at_s.unwrap(), 0.0);
}

#[test]
fn messages_that_fail_independently_are_received_as_the_geometric_law_says() {
    let row = oracle("SQS-0.2");
    let (duration, visibility) = (row.input("duration_s"), row.input("visibility_s"));
    let most = row.input("max_receive");
    let (p, n) = (row.input("p"), tries(40_000, 1_000_000));
    let report = report(&format!(
        "{UNBOUND}
functions: {{f: {{timeout: 30s, duration: {duration}s, errors: {}%, event_sources: [{{queue: q, batch_size: 1}}]}}}}
queues: {{q: {{backlog: {n}, visibility_timeout: {visibility}s, redrive: {{dlq: dead, max_receive_count: {most}}}}}, dead: {{}}}}",
        p * 100.0
    ));
    let (queue, n) = (&report.queues["q"], n as f64);
    let p_dlq = row.expected("p_dlq");
    row.agrees("p_dlq", queue.dead_lettered as f64 / n, four_sigma(p_dlq, n));
    // The number of receives is geometric, cut off: its variance is below that of the whole law, p / (1 - p)².
    let error = 4.0 * (p / (1.0 - p) / (1.0 - p) / n).sqrt();
    row.agrees("mean_receives", queue.received as f64 / n, error);
}

fn batches(rate: f64, size: f64, window: f64, seconds: f64) -> Report {
    report(&format!(
        "{UNBOUND}
functions: {{f: {{timeout: 3s, duration: 1ms, event_sources: [{{queue: q, batch_size: {size}, batch_window: {window}s}}]}}}}
queues: {{q: {{}}}}
traffic: [{{to: q, rate: {rate}/s, for: {seconds}s}}]"
    ))
}

/// A window opens with the first message after the previous batch.
#[test]
fn batches_are_as_large_and_as_many_as_the_formula_says() {
    for id in ["BATCH-2-10-3", "BATCH-50-100-1", "BATCH-0.2-10-20"] {
        let row = oracle(id);
        let (rate, size, window) = (row.input("lam"), row.input("batch_size"), row.input("window_s"));
        let count = tries(4_000, 100_000) as f64;
        let seconds = (count / row.expected("invocations_per_s")).round();
        let report = batches(rate, size, window, seconds);
        let source = &report.event_sources["q->f"];
        let found = source.batches as f64;
        // The row says 1 % at 100,000 batches; with fewer, as much more as the standard error grows.
        let wide = 0.01 * (100_000.0 / count).sqrt();
        let mean = row.expected("mean_batch");
        row.agrees("mean_batch", source.batch_size_mean.unwrap(), mean * wide);
        let per_second = row.expected("invocations_per_s");
        row.agrees("invocations_per_s", found / seconds, per_second * wide);
        let p_full = row.expected("p_full");
        // A batch that fills up with its window counts as full; the closed form has no such tie.
        row.agrees("p_full", source.full as f64 / found, four_sigma(p_full, found) + p_full * wide);
        // The batch is open from its first message until it leaves: what is left of the cycle after the mean gap.
        let open = seconds / found - 1.0 / rate;
        row.agrees("mean_open_s", open, row.expected("mean_open_s") * wide + wide / per_second);
    }
}

/// How long messages wait for their first receive.
#[derive(Default)]
struct Waits {
    /// Longer than this counts as long.
    long_s: f64,
    received: u64,
    waited: u64,
    long: u64,
    sum_s: f64,
}

impl Observer for Waits {
    fn observe(&mut self, now: SimTime, fact: &Fact) {
        if let Fact::Queue(fact) = fact
            && matches!(fact.change, MessageChange::Received)
        {
            let wait = now.since(fact.messages.sent).seconds();
            self.received += u64::from(fact.messages.count);
            self.waited += u64::from(wait > 0.0);
            self.long += u64::from(wait > self.long_s);
            self.sum_s += wait;
        }
    }
}

/// Batches of one, at most c at once: a queue with c slots. The row says 3 % at a million messages; here twice that for long waits.
#[test]
fn messages_wait_for_a_slot_as_erlang_c_says() {
    wait_as_erlang_c_says(1e6, 0.03, 0.06);
}

/// Waits longer than a service are few and come in clusters: for 3 % they take more messages.
#[test]
#[cfg_attr(debug_assertions, ignore = "twelve million messages")]
fn messages_wait_long_as_often_as_erlang_c_says() {
    wait_as_erlang_c_says(4e6, 0.03, 0.03);
}

/// `wide` and `wide_long` are the tolerances, relative, for all waits and for those longer than a service.
fn wait_as_erlang_c_says(count: f64, wide: f64, wide_long: f64) {
    for id in ["MMC-2", "MMC-10", "MMC-5"] {
        let row = oracle(id);
        let (slots, rate, mean) = (row.input("c"), row.input("lam"), row.input("mean_service_s"));
        let text = format!(
            "{UNBOUND}
functions: {{f: {{timeout: 100s, duration: 'exp(mean={mean}s)', event_sources: [{{queue: q, batch_size: 1, max_concurrency: {slots}}}]}}}}
queues: {{q: {{visibility_timeout: 10m}}}}
traffic: [{{to: q, rate: {rate}/s, for: {}s}}]",
            (count / rate).round()
        );
        let waits = Waits { long_s: mean, ..Waits::default() };
        let (_, waits) = simulate_observed(&scenario(&text), &Options::default(), waits);
        let found = waits.received as f64;
        for (name, value, wide) in [
            ("p_wait", waits.waited as f64 / found, wide),
            ("mean_wait_s", waits.sum_s / found, wide),
            ("p_wait_gt_S", waits.long as f64 / found, wide_long),
        ] {
            row.agrees(name, value, row.expected(name) * wide);
        }
    }
}
