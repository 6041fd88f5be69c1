//! Queues and clients around the functions.

use super::Page;
use super::function::quantiles;
use super::layout::flow;
use crate::report::figures::{counted, percent, seconds, thousands};
use crate::report::model::{
    ClientReport, DownstreamReport, EventSourceReport, GatewayReport, PushSourceReport, QueueReport, Report,
    ScheduleReport, StreamReport,
};

/// Queues, or clients, that are described one by one.
const DESCRIBED: usize = 20;

pub(super) fn render(page: Page, report: &Report) -> String {
    let mut text = String::new();
    for (name, queue) in report.queues.iter().take(DESCRIBED) {
        text.push_str(&queue_block(page, name, queue));
    }
    text.push_str(&more(page, report.queues.len(), "queues"));
    for (name, source) in report.event_sources.iter().take(DESCRIBED) {
        text.push_str(&event_source_block(page, name, source));
    }
    text.push_str(&more(page, report.event_sources.len(), "event sources"));
    for (name, stream) in report.streams.iter().take(DESCRIBED) {
        text.push_str(&stream_block(page, name, stream));
    }
    text.push_str(&more(page, report.streams.len(), "streams"));
    for (kind, kinds, sources) in [
        ("topic", "topics", &report.topics),
        ("bucket", "buckets", &report.buckets),
        ("event bus", "event buses", &report.event_buses),
    ] {
        for (name, source) in sources.iter().take(DESCRIBED) {
            text.push_str(&push_source_block(page, name, kind, source));
        }
        text.push_str(&more(page, sources.len(), kinds));
    }
    for (name, schedule) in report.schedules.iter().take(DESCRIBED) {
        text.push_str(&schedule_block(page, name, schedule));
    }
    text.push_str(&more(page, report.schedules.len(), "schedules"));
    for (name, gateway) in report.gateways.iter().take(DESCRIBED) {
        text.push_str(&gateway_block(page, name, gateway));
    }
    text.push_str(&more(page, report.gateways.len(), "gateways"));
    for (name, downstream) in report.downstreams.iter().take(DESCRIBED) {
        text.push_str(&downstream_block(page, name, downstream));
    }
    text.push_str(&more(page, report.downstreams.len(), "downstreams"));
    for (name, client) in report.clients.iter().take(DESCRIBED) {
        text.push_str(&client_block(page, name, client));
    }
    text.push_str(&more(page, report.clients.len(), "clients"));
    text
}

fn more(page: Page, count: usize, what: &str) -> String {
    let rest = count.saturating_sub(DESCRIBED);
    if rest == 0 {
        return String::new();
    }
    format!(
        " {}\n\n",
        page.paint.faint(&format!("and {} more {what}: use --json FILE", thousands(rest as u64)))
    )
}

fn push_source_block(page: Page, name: &str, kind: &str, source: &PushSourceReport) -> String {
    let mut text = format!(" {}   {kind}\n", page.paint.strong(name));
    let mut pieces = vec![format!("{} published", thousands(source.published))];
    pieces.extend(source.delivered.iter().map(|(to, count)| format!("{} to {to}", thousands(*count))));
    let rest = [
        ("duplicates dropped", source.deduplicated),
        ("not matching", source.filtered),
        ("failed attempts", source.failed_attempts),
        ("dead-lettered", source.dead_lettered),
        ("lost", source.lost),
        ("on the way", source.on_the_way),
    ];
    let rest = rest.iter().filter(|(_, count)| *count > 0);
    pieces.extend(rest.map(|(what, count)| format!("{} {what}", thousands(*count))));
    text.push_str(&page.row("deliveries", &pieces));
    text.push('\n');
    text
}

fn schedule_block(page: Page, name: &str, schedule: &ScheduleReport) -> String {
    let head = format!(" {}   schedule\n", page.paint.strong(name));
    let pieces = [
        format!("{} fired", thousands(schedule.fired)),
        schedule.schedule.clone(),
        format!("invokes {} ({})", schedule.function, schedule.mode.replace('_', " ")),
    ];
    format!("{head}{}\n", page.row("schedule", &pieces))
}

fn queue_block(page: Page, name: &str, queue: &QueueReport) -> String {
    let mut text = format!(" {}   queue\n", page.paint.strong(name));
    let mut pieces = vec![format!("{} sent", thousands(queue.sent))];
    let flows = [
        ("duplicates dropped", queue.deduplicated),
        ("received", queue.received),
        ("deleted", queue.deleted),
        ("filtered out", queue.filtered),
        ("dead-lettered", queue.dead_lettered),
        ("expired", queue.expired),
        ("moved back", queue.redriven),
    ];
    pieces.extend(
        flows
            .iter()
            .filter(|(_, count)| *count > 0)
            .map(|(what, count)| format!("{} {what}", thousands(*count))),
    );
    text.push_str(&page.row("messages", &pieces));
    let mut depth =
        vec![format!("{} at the end", thousands(queue.depth)), format!("max {}", thousands(queue.depth_max))];
    if queue.sent > 0 {
        depth.push(format!("oldest message {}", seconds(queue.oldest_age_max_s)));
    }
    depth.extend(queue.drained_at_s.map(|at| format!("drained at {}", seconds(at))));
    text.push_str(&page.row("depth", &depth));
    if let Some(message) = queue.first_messages.first() {
        let attributes: Vec<String> =
            message.attributes.iter().map(|(key, value)| format!("{key}={value}")).collect();
        let mut pieces = vec![format!("at {} from {}", seconds(message.sent_s), message.from)];
        pieces.extend(attributes);
        text.push_str(&page.row("first message", &pieces));
    }
    text.push('\n');
    text
}

fn event_source_block(page: Page, name: &str, source: &EventSourceReport) -> String {
    let mut text = format!(" {}   event source mapping\n", page.paint.strong(name));
    let mut pieces = vec![counted(source.batches, "batch", "batches")];
    pieces.extend(source.batch_size_mean.map(|size| format!("{size:.1} messages each")));
    pieces.push(format!("{} full", thousands(source.full)));
    if source.window_ends > 0 {
        pieces.push(format!("{} of windows", counted(source.window_ends, "end", "ends")));
    }
    pieces.push(format!("at most {} at once", thousands(source.concurrent_batches_max)));
    text.push_str(&page.row("batches", &pieces));
    let troubles = [
        ("throttled", source.throttled),
        ("service errors", source.service_errors),
        ("left messages to come back", source.failed),
        ("messages processed twice", source.duplicates),
    ];
    let troubles: Vec<String> = troubles
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(what, count)| format!("{} {what}", thousands(*count)))
        .collect();
    if !troubles.is_empty() {
        text.push_str(&page.row("trouble", &troubles));
    }
    text.push('\n');
    text
}

fn stream_block(page: Page, name: &str, stream: &StreamReport) -> String {
    let shards = stream.shards.into();
    let what = match stream.kind {
        "kafka" => format!("kafka topic, {}", counted(shards, "partition", "partitions")),
        "activemq" | "rabbitmq" => format!("{} queue", stream.kind),
        "documentdb" => "documentdb change stream".to_owned(),
        kind => format!("{kind} stream, {}", counted(shards, "shard", "shards")),
    };
    let mut text = format!(" {}   {what}\n", page.paint.strong(name));
    let mut terms = vec![format!("{} processed", thousands(stream.processed))];
    let fates = [
        ("given up and described", stream.dead_lettered),
        ("given up", stream.dropped),
        ("expired", stream.expired),
        ("before the starting position", stream.skipped),
        ("unfinished", stream.unfinished),
    ];
    let counted = fates.iter().filter(|(_, count)| *count > 0);
    terms.extend(counted.map(|(fate, count)| format!("{} {fate}", thousands(*count))));
    text.push_str(&page.sum_row("records", thousands(stream.records), &terms, &[]));
    if stream.read_throttles > 0 {
        let pieces = [
            thousands(stream.reads),
            format!("{} too soon, and made again", thousands(stream.read_throttles)),
        ];
        text.push_str(&page.row("reads", &pieces));
    }
    let age = quantiles(&stream.iterator_age_ms);
    if !age.is_empty() {
        text.push_str(&flow(&page.label("iterator age"), &age, "  ", page.columns));
    }
    text.push('\n');
    text
}

fn gateway_block(page: Page, name: &str, gateway: &GatewayReport) -> String {
    let mut text = format!(" {}   {}\n", page.paint.strong(name), gateway.kind);
    let mut terms = vec![format!("{} ok", thousands(gateway.succeeded))];
    let fates = [
        ("refused by its rate", gateway.refused),
        ("throttled by Lambda", gateway.throttled),
        ("failed", gateway.errors),
        ("timed out", gateway.timeouts),
        ("unfinished", gateway.unfinished),
    ];
    let counted = fates.iter().filter(|(_, count)| *count > 0);
    terms.extend(counted.map(|(fate, count)| format!("{} {fate}", thousands(*count))));
    let statuses: Vec<String> =
        gateway.by_status.iter().map(|(status, count)| format!("{status}: {}", thousands(*count))).collect();
    text.push_str(&page.sum_row("requests", thousands(gateway.requests), &terms, &statuses));
    let latency = quantiles(&gateway.latency_ms);
    if !latency.is_empty() {
        text.push_str(&flow(&page.label("answer after"), &latency, "  ", page.columns));
    }
    text.push('\n');
    text
}

fn downstream_block(page: Page, name: &str, downstream: &DownstreamReport) -> String {
    let mut text = format!(" {}   downstream\n", page.paint.strong(name));
    let mut terms = vec![format!("{} ok", thousands(downstream.succeeded))];
    let refused = downstream.refused;
    let fates = [
        ("failed in an outage", refused.outage),
        ("found no connection", refused.connections),
        ("found it busy", refused.concurrency),
        ("above its rate", refused.rate),
        ("waited until the function timeout", downstream.gave_up_waiting),
        ("cut off by the function timeout", downstream.abandoned),
        ("unfinished", downstream.unfinished),
    ];
    let counted = fates.iter().filter(|(_, count)| *count > 0);
    terms.extend(counted.map(|(fate, count)| format!("{} {fate}", thousands(*count))));
    let mut remarks = vec![format!("at most {} at once", thousands(downstream.concurrency_max))];
    if downstream.queued > 0 {
        remarks.push(format!("{} had to wait", thousands(downstream.queued)));
    }
    text.push_str(&page.sum_row("calls", thousands(downstream.calls), &terms, &remarks));
    let connections = &downstream.connections;
    if connections.opened > 0 {
        let mut pieces = vec![format!("{} opened", thousands(connections.opened))];
        pieces.extend(
            connections.peak_s.map(|at| format!("peak {} at {}", thousands(connections.peak), seconds(at))),
        );
        pieces.push(format!("{} at the end", thousands(connections.at_end)));
        text.push_str(&page.row("connections", &pieces));
    }
    let latency = quantiles(&downstream.latency_ms);
    if !latency.is_empty() {
        text.push_str(&flow(&page.label("latency"), &latency, "  ", page.columns));
    }
    text.push('\n');
    text
}

fn client_block(page: Page, name: &str, client: &ClientReport) -> String {
    let mut text = format!(" {}   client\n", page.paint.strong(name));
    let mut terms = vec![format!("{} ok", thousands(client.succeeded))];
    let fates = [
        ("throttled", client.throttled),
        ("failed", client.failed),
        ("timed out", client.timed_out),
        ("unfinished", client.unfinished),
    ];
    terms.extend(
        fates
            .iter()
            .filter(|(_, count)| *count > 0)
            .map(|(fate, count)| format!("{} {fate}", thousands(*count))),
    );
    let share = (client.calls > 0)
        .then(|| format!("{} succeeded", percent(client.succeeded as f64 / client.calls as f64)));
    text.push_str(&page.sum_row("calls", thousands(client.calls), &terms, share.as_slice()));
    if client.retries + client.retries_denied + client.abandoned > 0 {
        let mut pieces = vec![
            counted(client.attempts, "attempt", "attempts"),
            counted(client.retries, "retry", "retries"),
        ];
        if client.retries_denied > 0 {
            pieces.push(format!("{} denied by the retry quota", thousands(client.retries_denied)));
        }
        if client.abandoned > 0 {
            pieces.push(format!("{} abandoned and ran on", thousands(client.abandoned)));
        }
        text.push_str(&page.row("attempts", &pieces));
    }
    let latency = quantiles(&client.client_latency_ms);
    if !latency.is_empty() {
        text.push_str(&flow(&page.label("client latency"), &latency, "  ", page.columns));
    }
    text.push('\n');
    text
}
