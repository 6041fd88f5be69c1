//! One function: what came, how it went, which limit was in force, what it cost.

use super::Page;
use super::layout::flow;
use crate::report::around;
use crate::report::figures::{
    counted, decimal, dollars, millis, percent, seconds, short, thousands, unit_price,
};
use crate::report::model::{
    AsyncReport, CostLine, CostReport, Distribution, FunctionReport, FunctionSeries, PresignedUrls, Report,
    SnapStartReport,
};

pub(super) fn render(page: Page, name: &str, function: &FunctionReport, report: &Report) -> String {
    let mut text = title(page, name, function);
    if function.requests + function.rejected + function.dry_runs.accepted + function.dry_runs.rejected == 0 {
        text.push_str("   never called\n\n");
        return text;
    }
    let series = report.time_series.functions.get(name);
    text.push_str(&page.row("invocations", &invocations(page, function, series, report.time_series.step_s)));
    if function.errors + function.timeouts + function.out_of_memory > 0 {
        text.push_str(&page.row("failed", &failures(page, function)));
    }
    if function.throttles.total > 0 {
        text.push_str(&page.row("throttled", &throttles(page, function)));
    }
    text.push_str(&super::outside::rows(page, function));
    if function.rejected > 0 {
        text.push_str(
            &page.row("rejected", &[format!("{} before any attempt", thousands(function.rejected))]),
        );
    }
    if function.dry_runs.accepted + function.dry_runs.rejected > 0 {
        let pieces = [
            format!("{} × 204", thousands(function.dry_runs.accepted)),
            format!("{} refused", thousands(function.dry_runs.rejected)),
        ];
        text.push_str(&page.row("dry runs", &pieces));
    }
    text.push_str(&latencies(page, function));
    text.push_str(&page.row("cold starts", &cold_starts(function)));
    if let Some(snapstart) = &function.snapstart {
        text.push_str(&page.row("restores", &restores(snapstart)));
    }
    text.push_str(&page.row("concurrency", &concurrency(page, function)));
    text.push_str(&page.row("environments", &environments(function)));
    if let Some(tmp) = function.tmp.filter(|tmp| tmp.starts_with_leftovers > 0) {
        text.push_str(&page.row("/tmp", &around::leftovers(tmp)));
    }
    if let Some(urls) = function.presigned_urls.filter(|urls| urls.made > 0) {
        text.push_str(&page.row("presigned URLs", &presigned_urls(page, urls)));
    }
    text.push_str(&asynchronous(page, &function.asynchronous));
    text.push_str(&super::parts::rows(page, name, function, report));
    text.push_str(&cost(page, name, function, &report.cost));
    text.push('\n');
    text
}

fn title(page: Page, name: &str, function: &FunctionReport) -> String {
    let configuration = &function.configuration;
    let mut pieces =
        vec![format!("{} MB", thousands(configuration.memory_mb.into())), configuration.arch.clone()];
    pieces.extend(configuration.runtime.clone());
    pieces.push(format!("timeout {}", seconds(configuration.timeout_s)));
    if let Some(reserved) = configuration.reserved_concurrency {
        pieces.push(format!("reserved {}", thousands(reserved.into())));
    }
    flow(&format!(" {}   ", page.paint.strong(name)), &pieces, "  ", page.columns)
}

/// Mean rate between the first and the last interval in which requests came.
fn rate(series: Option<&FunctionSeries>, step_s: f64) -> Option<f64> {
    let requests = &series?.requests;
    let first = requests.iter().position(|&count| count > 0)?;
    let last = requests.iter().rposition(|&count| count > 0)?;
    let total: u64 = requests.iter().sum();
    (last > first).then(|| total as f64 / ((last - first + 1) as f64 * step_s))
}

fn invocations(
    page: Page,
    function: &FunctionReport,
    series: Option<&FunctionSeries>,
    step_s: f64,
) -> Vec<String> {
    let mut pieces = vec![page.paint.strong(&thousands(function.invocations))];
    if function.requests != function.invocations {
        pieces.push(format!("of {}", counted(function.requests, "request", "requests")));
    }
    if function.attempts != function.requests {
        pieces.push(format!("in {}", counted(function.attempts, "attempt", "attempts")));
    }
    pieces.extend(rate(series, step_s).map(|rate| format!("{}/s", short(rate))));
    if function.throttles.total == 0 {
        pieces.push("throttled 0 (0.00%)".to_owned());
    }
    if function.errors + function.timeouts + function.out_of_memory == 0 {
        pieces.push("errors 0   timeouts 0".to_owned());
    }
    pieces
}

fn failures(page: Page, function: &FunctionReport) -> Vec<String> {
    let mut pieces = vec![page.paint.bad(&format!(
        "{} ({})",
        thousands(function.errors + function.timeouts + function.out_of_memory),
        function.error_rate.map_or_else(|| "–".to_owned(), percent)
    ))];
    let causes = function.errors_by_cause;
    let parts = [
        ("handler exceptions", causes.handler),
        ("runtime exits", causes.runtime_exit),
        ("failed inits", causes.init),
        ("responses too large", causes.response_too_large),
        ("/tmp full (error 28)", causes.storage_full),
        ("timeouts", function.timeouts),
        ("out of memory", function.out_of_memory),
    ];
    pieces.extend(
        parts
            .iter()
            .filter(|(_, count)| *count > 0)
            .map(|(what, count)| format!("{what} {}", thousands(*count))),
    );
    pieces
}

fn presigned_urls(page: Page, urls: PresignedUrls) -> Vec<String> {
    let refused = urls.refused.expired + urls.refused.session_ended;
    let share = percent(refused as f64 / urls.made as f64);
    let total = format!("refused {} ({share})", thousands(refused));
    let mut pieces = vec![
        thousands(urls.made),
        format!("served {}", thousands(urls.served)),
        if refused > 0 { page.paint.bad(&total) } else { total },
    ];
    let causes =
        [("Request has expired", urls.refused.expired), ("ExpiredToken", urls.refused.session_ended)];
    let named = causes.iter().filter(|(_, count)| *count > 0);
    pieces.extend(named.map(|(cause, count)| format!("{cause} {}", thousands(*count))));
    pieces
}

fn throttles(page: Page, function: &FunctionReport) -> Vec<String> {
    let throttles = &function.throttles;
    let share = function.throttle_rate.map_or_else(|| "–".to_owned(), percent);
    let mut pieces = vec![
        page.paint.bad(&format!("{} ({share})", thousands(throttles.total))),
        format!("of {}", counted(function.attempts, "attempt", "attempts")),
    ];
    match (throttles.first_s, throttles.last_s) {
        (Some(first), Some(last)) if first == last => pieces.push(format!("at {}", seconds(first))),
        (Some(first), Some(last)) => pieces.push(format!("from {} to {}", seconds(first), seconds(last))),
        _ => {}
    }
    let causes = throttles.by_cause.named();
    pieces.extend(
        causes
            .iter()
            .filter(|(_, count, _)| *count > 0)
            .map(|(cause, count, _)| format!("{cause} {}", thousands(*count))),
    );
    pieces
}

/// `p50=120ms  p90=120ms …`; empty without a sample.
pub(super) fn quantiles(distribution: &Distribution) -> Vec<String> {
    let named = [
        ("p50", distribution.p50),
        ("p90", distribution.p90),
        ("p95", distribution.p95),
        ("p99", distribution.p99),
        ("p99.9", distribution.p99_9),
        ("max", distribution.max),
    ];
    named.iter().filter_map(|(name, value)| value.map(|value| format!("{name}={}", millis(value)))).collect()
}

fn latencies(page: Page, function: &FunctionReport) -> String {
    let latency = quantiles(&function.latency_ms);
    let duration = quantiles(&function.duration_ms);
    if latency.is_empty() && duration.is_empty() {
        return String::new();
    }
    let line = |name: &str, pieces: &[String]| flow(&page.label(name), pieces, "  ", page.columns);
    let mut text = if latency.is_empty() {
        page.row("latency", &["no invocation completed".to_owned()])
    } else {
        line("latency", &latency)
    };
    if duration != latency && !duration.is_empty() {
        text.push_str(&line("duration", &duration));
    }
    let client = quantiles(&function.client_latency_ms);
    if client != latency && !client.is_empty() {
        text.push_str(&line("client latency", &client));
    }
    text
}

fn restores(snapstart: &SnapStartReport) -> Vec<String> {
    let mut pieces = vec![thousands(snapstart.restores)];
    pieces.extend(quantiles(&snapstart.restore_ms));
    pieces
}

fn cold_starts(function: &FunctionReport) -> Vec<String> {
    let mut pieces = vec![thousands(function.cold_starts)];
    if let Some(rate) = function.cold_start_rate {
        pieces[0].push_str(&format!(" ({})", percent(rate)));
    }
    if let (Some(p50), Some(max)) = (function.init_ms.p50, function.init_ms.max) {
        pieces.push(format!("init p50={} max={}", millis(p50), millis(max)));
    }
    match (function.cold_starts_first_s, function.cold_starts_last_s) {
        (Some(first), Some(last)) if first == last => pieces.push(format!("at {}", seconds(first))),
        (Some(0.0), Some(last)) => pieces.push(format!("all in the first {}", seconds(last))),
        (Some(first), Some(last)) => pieces.push(format!("from {} to {}", seconds(first), seconds(last))),
        _ => {}
    }
    if function.suppressed_inits > 0 {
        pieces.push(format!(
            "and {} inside an invocation",
            counted(function.suppressed_inits, "init", "inits")
        ));
    }
    pieces
}

fn concurrency(page: Page, function: &FunctionReport) -> Vec<String> {
    let concurrency = &function.concurrency;
    let mut pieces = Vec::new();
    pieces.extend(concurrency.mean.map(|mean| format!("avg={}", short(mean))));
    pieces.extend(concurrency.p99.map(|p99| format!("p99={}", thousands(p99.into()))));
    let peak = format!("peak={}", thousands(concurrency.peak.into()));
    pieces.push(match concurrency.peak_s {
        Some(at) => format!("{peak} at {}", seconds(at)),
        None => peak,
    });
    let kind = &function.configuration.concurrency_limit_kind;
    pieces.push(match function.configuration.concurrency_limit {
        Some(limit) if concurrency.peak >= limit => {
            page.paint.remark(&format!("limit {} ({kind}) reached", thousands(limit.into())))
        }
        Some(limit) => format!("limit {} ({kind})", thousands(limit.into())),
        None => "no limit".to_owned(),
    });
    pieces
}

fn environments(function: &FunctionReport) -> Vec<String> {
    let environments = &function.environments;
    let mut pieces = vec![format!(
        "created {} = retired {} + alive {}",
        thousands(environments.created),
        thousands(environments.retired),
        thousands(environments.alive)
    )];
    if environments.replacements > 0 {
        pieces.push(format!(
            "{} proactively",
            counted(environments.replacements, "replacement", "replacements")
        ));
    }
    if let (Some(mean), Some(busy), Some(idle)) =
        (environments.mean, environments.mean_busy, environments.mean_idle)
    {
        pieces.push(format!("avg {} = busy {} + idle {}", short(mean), short(busy), short(idle)));
    }
    pieces
}

fn asynchronous(page: Page, events: &AsyncReport) -> String {
    if events.received == 0 {
        return String::new();
    }
    let mut terms = vec![format!("{} ok", thousands(events.succeeded))];
    let fates = [
        ("to DLQ or destination", events.dead_lettered),
        ("dropped", events.dropped),
        ("expired", events.expired),
        ("pending", events.pending),
    ];
    terms.extend(
        fates
            .iter()
            .filter(|(_, count)| *count > 0)
            .map(|(fate, count)| format!("{} {fate}", thousands(*count))),
    );
    let mut remarks = vec![format!(
        "{}, oldest event {}",
        counted(events.retried, "retry", "retries"),
        seconds(events.age_s.max)
    )];
    let lost = events.dead_letter_errors + events.destination_delivery_failures;
    if lost > 0 {
        remarks.push(page.paint.bad(&counted(lost, "failed delivery", "failed deliveries")));
    }
    page.sum_row("async", counted(events.received, "event", "events"), &terms, &remarks)
}

/// `362.2 GB-s × $0.0000166667`.
pub(super) fn product(line: &CostLine) -> String {
    let unit = if line.unit == "request" { "req" } else { line.unit };
    format!("{} {unit} × {}", decimal(line.quantity, 3), unit_price(&line.rate))
}

fn cost(page: Page, name: &str, function: &FunctionReport, bill: &CostReport) -> String {
    if !bill.priced {
        return page.row("cost", &["not priced".to_owned()]);
    }
    let own: Vec<_> = bill.lines.iter().filter(|line| line.function.as_deref() == Some(name)).collect();
    let first = format!("{}{} = ", page.label("cost"), page.paint.strong(&dollars(function.cost_usd)));
    let mut products: Vec<String> = own.iter().map(|line| product(line)).collect();
    for product in products.iter_mut().skip(1) {
        product.insert_str(0, "+ ");
    }
    if products.is_empty() {
        return page.row("cost", &[dollars(function.cost_usd)]);
    }
    let mut text = flow(&first, &products, " ", page.columns);
    let billed = function.gb_s.handler + function.gb_s.init;
    if function.gb_s.init > 0.0 {
        let share = percent(function.gb_s.init / billed);
        let init = format!("of which init {} GB-s ({share})", decimal(function.gb_s.init, 3));
        text.push_str(&format!(
            "{}{}\n",
            " ".repeat(super::layout::width(&page.label(""))),
            page.paint.faint(&init)
        ));
    }
    text
}
