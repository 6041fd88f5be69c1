//! What surrounds the functions: queues with their first messages, what tells and reads them, streams, gateways, downstreams, clients.

use super::functions::{DISTRIBUTION, distribution_cells};
use super::section;
use super::table::{Column, Table};
use crate::report::figures::{decimal, seconds, thousands};
use crate::report::model::Report;

pub(super) fn render(report: &Report) -> String {
    format!(
        "{}{}{}{}{}{}{}{}",
        queues(report),
        push_sources(report),
        schedules(report),
        event_sources(report),
        streams(report),
        gateways(report),
        downstreams(report),
        clients(report)
    )
}

fn queues(report: &Report) -> String {
    let mut table = Table::new(&[
        ("Queue", Column::Name),
        ("Sent", Column::Number),
        ("Duplicates", Column::Number),
        ("Received", Column::Number),
        ("Deleted", Column::Number),
        ("Dead-lettered", Column::Number),
        ("Moved back", Column::Number),
        ("Expired", Column::Number),
        ("Depth at the end", Column::Number),
        ("Greatest depth", Column::Number),
        ("Oldest message", Column::Number),
        ("Drained at", Column::Number),
    ]);
    let mut messages = Table::new(&[
        ("Queue", Column::Name),
        ("Sent at", Column::Number),
        ("From", Column::Text),
        ("Kind", Column::Text),
        ("Attributes", Column::Prose),
    ]);
    for (name, queue) in &report.queues {
        table.row(vec![
            name.as_str().into(),
            thousands(queue.sent).into(),
            thousands(queue.deduplicated).into(),
            thousands(queue.received).into(),
            thousands(queue.deleted).into(),
            thousands(queue.dead_lettered).into(),
            thousands(queue.redriven).into(),
            thousands(queue.expired).into(),
            thousands(queue.depth).into(),
            thousands(queue.depth_max).into(),
            seconds(queue.oldest_age_max_s).into(),
            queue.drained_at_s.map_or_else(|| "–".to_owned(), seconds).into(),
        ]);
        for message in &queue.first_messages {
            let attributes: Vec<_> =
                message.attributes.iter().map(|(key, value)| format!("{key}: {value}")).collect();
            messages.row(vec![
                name.as_str().into(),
                seconds(message.sent_s).into(),
                message.from.as_str().into(),
                message.kind.replace('_', " ").into(),
                attributes.join(" · ").into(),
            ]);
        }
    }
    let first = messages.render();
    let first = if first.is_empty() { first } else { format!("<h3>First messages</h3>\n{first}") };
    section("Queues", &format!("{}{first}", table.render()))
}

fn event_sources(report: &Report) -> String {
    let mut table = Table::new(&[
        ("Event source mapping", Column::Name),
        ("Batches", Column::Number),
        ("Size on average", Column::Number),
        ("Full", Column::Number),
        ("Ends of windows", Column::Number),
        ("Throttled", Column::Number),
        ("Service errors", Column::Number),
        ("Failed", Column::Number),
        ("Messages twice", Column::Number),
        ("Most at once", Column::Number),
    ]);
    for (name, source) in &report.event_sources {
        table.row(vec![
            name.as_str().into(),
            thousands(source.batches).into(),
            source.batch_size_mean.map_or_else(|| "–".to_owned(), |size| decimal(size, 1)).into(),
            thousands(source.full).into(),
            thousands(source.window_ends).into(),
            thousands(source.throttled).into(),
            thousands(source.service_errors).into(),
            thousands(source.failed).into(),
            thousands(source.duplicates).into(),
            thousands(source.concurrent_batches_max).into(),
        ]);
    }
    section("Event source mappings", &table.render())
}

fn streams(report: &Report) -> String {
    let mut table = Table::new(&[
        ("Stream", Column::Name),
        ("Type", Column::Text),
        ("Shards", Column::Number),
        ("Records", Column::Number),
        ("Processed", Column::Number),
        ("Given up, described", Column::Number),
        ("Given up", Column::Number),
        ("Expired", Column::Number),
        ("Not read", Column::Number),
        ("Unfinished", Column::Number),
        ("Reads too soon", Column::Number),
        ("Greatest iterator age", Column::Number),
    ]);
    for (name, stream) in &report.streams {
        let counts = [
            stream.shards.into(),
            stream.records,
            stream.processed,
            stream.dead_lettered,
            stream.dropped,
            stream.expired,
            stream.skipped,
            stream.unfinished,
            stream.read_throttles,
        ];
        let mut cells = vec![name.as_str().into(), stream.kind.into()];
        cells.extend(counts.map(|count| thousands(count).into()));
        cells.push(seconds(stream.iterator_age_ms.max.unwrap_or(0.0) / 1e3).into());
        table.row(cells);
    }
    section("Streams", &table.render())
}

fn push_sources(report: &Report) -> String {
    let mut table = Table::new(&[
        ("Name", Column::Name),
        ("Kind", Column::Text),
        ("Published", Column::Number),
        ("Duplicates", Column::Number),
        ("Delivered", Column::Text),
        ("Not matching", Column::Number),
        ("Failed attempts", Column::Number),
        ("Dead-lettered", Column::Number),
        ("Lost", Column::Number),
        ("On the way", Column::Number),
    ]);
    for (kind, name, source) in report.push_sources() {
        let delivered: Vec<_> =
            source.delivered.iter().map(|(to, count)| format!("{} to {to}", thousands(*count))).collect();
        let counts =
            [source.filtered, source.failed_attempts, source.dead_lettered, source.lost, source.on_the_way];
        let told = [source.published, source.deduplicated].map(|count| thousands(count).into());
        let mut cells = vec![name.into(), kind.into()];
        cells.extend(told);
        cells.push(delivered.join(" · ").into());
        cells.extend(counts.map(|count| thousands(count).into()));
        table.row(cells);
    }
    section("Topics, buckets and event buses", &table.render())
}

fn schedules(report: &Report) -> String {
    let mut table = Table::new(&[
        ("Schedule", Column::Name),
        ("Expression", Column::Text),
        ("Function", Column::Text),
        ("Invocation type", Column::Text),
        ("Fired", Column::Number),
    ]);
    for (name, schedule) in &report.schedules {
        table.row(vec![
            name.as_str().into(),
            schedule.schedule.as_str().into(),
            schedule.function.as_str().into(),
            schedule.mode.replace('_', " ").into(),
            thousands(schedule.fired).into(),
        ]);
    }
    section("Schedules", &table.render())
}

fn gateways(report: &Report) -> String {
    let mut table = Table::new(&[
        ("Gateway", Column::Name),
        ("Type", Column::Text),
        ("Requests", Column::Number),
        ("Succeeded", Column::Number),
        ("Refused by its rate", Column::Number),
        ("Throttled by Lambda", Column::Number),
        ("Failed", Column::Number),
        ("Timed out", Column::Number),
        ("Unfinished", Column::Number),
        ("Answers by status", Column::Text),
    ]);
    let mut latencies = Table::new(&DISTRIBUTION);
    for (name, gateway) in &report.gateways {
        let counts = [
            gateway.requests,
            gateway.succeeded,
            gateway.refused,
            gateway.throttled,
            gateway.errors,
            gateway.timeouts,
            gateway.unfinished,
        ];
        let statuses: Vec<_> =
            gateway.by_status.iter().map(|(status, count)| format!("{status}: {count}")).collect();
        let mut cells = vec![name.as_str().into(), gateway.kind.into()];
        cells.extend(counts.map(|count| thousands(count).into()));
        cells.push(statuses.join(" · ").into());
        table.row(cells);
        if gateway.latency_ms.count > 0 {
            latencies.row(distribution_cells(name, "answer after", &gateway.latency_ms));
        }
    }
    let latencies = latencies.render();
    let latencies =
        if latencies.is_empty() { latencies } else { format!("<h3>Latency of gateways</h3>\n{latencies}") };
    section("Gateways", &format!("{}{latencies}", table.render()))
}

fn downstreams(report: &Report) -> String {
    let mut table = Table::new(&[
        ("Downstream", Column::Name),
        ("Calls", Column::Number),
        ("Succeeded", Column::Number),
        ("Outage", Column::Number),
        ("No connection", Column::Number),
        ("Busy", Column::Number),
        ("Above its rate", Column::Number),
        ("Waited", Column::Number),
        ("Function timeout", Column::Number),
        ("Most at once", Column::Number),
        ("Most connections", Column::Number),
    ]);
    for (name, downstream) in &report.downstreams {
        let refused = downstream.refused;
        let counts = [
            downstream.calls,
            downstream.succeeded,
            refused.outage,
            refused.connections,
            refused.concurrency,
            refused.rate,
            downstream.queued,
            downstream.gave_up_waiting + downstream.abandoned,
            downstream.concurrency_max,
            downstream.connections.peak,
        ];
        let mut cells = vec![name.as_str().into()];
        cells.extend(counts.map(|count| thousands(count).into()));
        table.row(cells);
    }
    section("Downstreams", &table.render())
}

fn clients(report: &Report) -> String {
    let mut table = Table::new(&[
        ("Client", Column::Name),
        ("Calls", Column::Number),
        ("Succeeded", Column::Number),
        ("Throttled", Column::Number),
        ("Failed", Column::Number),
        ("Timed out", Column::Number),
        ("Unfinished", Column::Number),
        ("Attempts", Column::Number),
        ("Retries", Column::Number),
        ("Retries denied", Column::Number),
        ("Abandoned", Column::Number),
    ]);
    let mut latencies = Table::new(&DISTRIBUTION);
    for (name, client) in &report.clients {
        let counts = [
            client.calls,
            client.succeeded,
            client.throttled,
            client.failed,
            client.timed_out,
            client.unfinished,
            client.attempts,
            client.retries,
            client.retries_denied,
            client.abandoned,
        ];
        let mut cells = vec![name.as_str().into()];
        cells.extend(counts.map(|count| thousands(count).into()));
        table.row(cells);
        if client.client_latency_ms.count > 0 {
            latencies.row(distribution_cells(name, "client latency", &client.client_latency_ms));
        }
    }
    let latencies = latencies.render();
    let latencies =
        if latencies.is_empty() { latencies } else { format!("<h3>Client latency</h3>\n{latencies}") };
    section("Clients", &format!("{}{latencies}", table.render()))
}
