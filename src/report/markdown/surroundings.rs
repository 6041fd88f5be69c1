//! What reads queues and streams, what stands before functions and behind them, and who calls.

use std::fmt::Write as _;

use super::escape;
use crate::report::figures::{decimal, millis, seconds, thousands};
use crate::report::model::Report;

pub(super) fn write(text: &mut String, report: &Report) {
    event_sources(text, report);
    streams(text, report);
    push_sources(text, report);
    schedules(text, report);
    gateways(text, report);
    downstreams(text, report);
    clients(text, report);
}

/// A table with a name and then numbers; nothing where there is no row.
pub(super) fn table(text: &mut String, heads: &[&str], rows: impl Iterator<Item = (String, Vec<String>)>) {
    let mut is_first = true;
    for (name, cells) in rows {
        if std::mem::take(&mut is_first) {
            let _ = writeln!(text, "\n| {} |\n|---|{}", heads.join(" | "), "--:|".repeat(heads.len() - 1));
        }
        let _ = writeln!(text, "| {} | {} |", escape(&name), cells.join(" | "));
    }
}

fn event_sources(text: &mut String, report: &Report) {
    let heads = [
        "event source mapping",
        "batches",
        "messages each",
        "ends of windows",
        "throttled",
        "service errors",
        "failed",
        "most at once",
    ];
    let rows = report.event_sources.iter().map(|(name, source)| {
        let size = source.batch_size_mean.map_or_else(|| "–".to_owned(), |size| decimal(size, 1));
        let counts = [
            source.window_ends,
            source.throttled,
            source.service_errors,
            source.failed,
            source.concurrent_batches_max,
        ];
        let counts = counts.map(thousands);
        let cells = [thousands(source.batches), size].into_iter().chain(counts);
        (name.clone(), cells.collect())
    });
    table(text, &heads, rows);
}

fn streams(text: &mut String, report: &Report) {
    let heads = [
        "stream",
        "records",
        "processed",
        "given up",
        "expired",
        "not read",
        "unfinished",
        "greatest iterator age",
    ];
    let rows = report.streams.iter().map(|(name, stream)| {
        let given_up = stream.dead_lettered + stream.dropped;
        let counts =
            [stream.records, stream.processed, given_up, stream.expired, stream.skipped, stream.unfinished];
        let age = seconds(stream.iterator_age_ms.max.unwrap_or(0.0) / 1e3);
        (name.clone(), counts.map(thousands).into_iter().chain([age]).collect())
    });
    table(text, &heads, rows);
}

fn push_sources(text: &mut String, report: &Report) {
    let heads = [
        "topic, bucket or event bus",
        "published",
        "delivered",
        "not matching",
        "failed attempts",
        "given up",
    ];
    let rows = report.push_sources().map(|(_, name, source)| {
        let delivered = source.delivered.values().sum();
        let given_up = source.dead_lettered + source.lost;
        let counts = [source.published, delivered, source.filtered, source.failed_attempts, given_up];
        (name.to_owned(), counts.map(thousands).into())
    });
    table(text, &heads, rows);
}

fn schedules(text: &mut String, report: &Report) {
    let heads = ["schedule", "expression", "function", "fired"];
    let rows = report.schedules.iter().map(|(name, schedule)| {
        let cells = vec![escape(&schedule.schedule), escape(&schedule.function), thousands(schedule.fired)];
        (name.clone(), cells)
    });
    table(text, &heads, rows);
}

fn gateways(text: &mut String, report: &Report) {
    let heads = ["gateway", "requests", "refused", "throttled", "failed", "timed out", "p99"];
    let rows = report.gateways.iter().map(|(name, gateway)| {
        let counts = [gateway.requests, gateway.refused, gateway.throttled, gateway.errors, gateway.timeouts];
        let p99 = gateway.latency_ms.p99.map_or_else(|| "–".to_owned(), millis);
        (name.clone(), counts.map(thousands).into_iter().chain([p99]).collect())
    });
    table(text, &heads, rows);
}

fn downstreams(text: &mut String, report: &Report) {
    let heads = ["downstream", "calls", "refused", "waited", "cut off", "most at once", "most connections"];
    let rows = report.downstreams.iter().map(|(name, downstream)| {
        let refused = downstream.refused;
        let refused = refused.outage + refused.connections + refused.concurrency + refused.rate;
        let counts = [
            downstream.calls,
            refused,
            downstream.queued,
            downstream.gave_up_waiting + downstream.abandoned,
            downstream.concurrency_max,
            downstream.connections.peak,
        ];
        (name.clone(), counts.map(thousands).into())
    });
    table(text, &heads, rows);
}

fn clients(text: &mut String, report: &Report) {
    let heads = ["client", "calls", "succeeded", "throttled", "failed", "timed out", "retries", "p99"];
    let rows = report.clients.iter().map(|(name, client)| {
        let counts = [
            client.calls,
            client.succeeded,
            client.throttled,
            client.failed,
            client.timed_out,
            client.retries,
        ];
        let p99 = client.client_latency_ms.p99.map_or_else(|| "–".to_owned(), millis);
        (name.clone(), counts.map(thousands).into_iter().chain([p99]).collect())
    });
    table(text, &heads, rows);
}
