//! What holds of every report, whatever the scenario.

use coldstart::report::model::{Distribution, FunctionReport, PartReport, Report, TimeSeries};
use coldstart::report::{csv, html, json, junit, markdown, plots};
use coldstart::scenario::Scenario;
use coldstart::units::SimTime;

/// Checks everything that can be checked without knowing the scenario's answer.
pub fn check(scenario: &Scenario, report: &Report) {
    let ledger = &report.ledger;
    assert!(ledger.balanced);
    let ended = ledger.succeeded
        + ledger.throttled
        + ledger.failed
        + ledger.dead_lettered
        + ledger.dropped
        + ledger.expired
        + ledger.unfinished;
    assert_eq!(ended, ledger.offered, "the ledger does not add up");
    let failed = ledger.failed_by_cause;
    assert_eq!(
        failed.function_error
            + failed.timed_out
            + failed.out_of_memory
            + failed.client_timeout
            + failed.rejected
            + failed.gateway_timeout
            + failed.service_error,
        ledger.failed
    );
    for (index, (name, function)) in report.functions.iter().enumerate() {
        assert_eq!(*name, scenario.functions[index].name);
        counts(function);
        environments(function);
        distributions(function);
        limits(scenario, index, function);
        parts(function);
        if scenario.warmup == SimTime::ZERO {
            sums(name, function, &report.time_series);
        }
    }
    for stream in report.streams.values() {
        let given_up = stream.dead_lettered + stream.dropped;
        let ends = stream.processed + given_up + stream.expired + stream.skipped;
        assert_eq!(stream.records, ends + stream.unfinished);
    }
    for downstream in report.downstreams.values() {
        let refused = downstream.refused;
        let ends = refused.outage + refused.connections + refused.concurrency + refused.rate + refused.key;
        let cut_off = downstream.gave_up_waiting + downstream.abandoned;
        assert_eq!(downstream.calls, downstream.succeeded + ends + cut_off + downstream.unfinished);
    }
    for gateway in report.gateways.values() {
        let parts =
            gateway.succeeded + gateway.refused + gateway.throttled + gateway.errors + gateway.timeouts;
        assert_eq!(gateway.requests, parts + gateway.unfinished);
        assert_eq!(gateway.by_status.values().sum::<u64>(), parts);
    }
    for queue in report.queues.values() {
        assert_eq!(
            queue.sent,
            queue.deleted
                + queue.filtered
                + queue.dead_lettered
                + queue.redriven
                + queue.expired
                + queue.depth
        );
        assert!(queue.deleted <= queue.received && queue.dead_lettered <= queue.received);
        assert!(queue.depth <= queue.depth_max && queue.first_messages.len() as u64 <= queue.sent);
    }
    for client in report.clients.values() {
        assert_eq!(
            client.calls,
            client.succeeded + client.failed + client.throttled + client.timed_out + client.unfinished
        );
        assert_eq!(client.calls_by_attempts.iter().sum::<u64>() + client.unfinished, client.calls);
        ordered(&client.client_latency_ms);
    }
    cost(report);
    renderings(report);
}

/// Versions are parts of their function.
fn parts(function: &FunctionReport) {
    let sum = |of: fn(&PartReport) -> u64| function.versions.values().map(of).sum::<u64>();
    assert!(sum(|version| version.invocations) <= function.invocations);
    assert!(sum(|version| version.cold_starts) <= function.cold_starts);
    assert!(sum(|version| version.throttles.total) <= function.throttles.total);
    assert!(sum(|version| version.environments_created.unwrap()) <= function.environments.created);
    for part in function.versions.values().chain(function.aliases.values()) {
        let ended = part.succeeded + part.errors + part.timeouts + part.out_of_memory;
        assert!(ended <= part.invocations && part.invocations + part.throttles.total <= part.attempts);
        assert!(part.concurrency.peak <= function.concurrency.peak);
    }
}

fn counts(function: &FunctionReport) {
    let bad = function.errors + function.timeouts + function.out_of_memory;
    assert!(function.succeeded + bad <= function.invocations, "more ends than invocations");
    let by = function.throttles.by_cause;
    let causes = by.reserved_concurrency
        + by.account_concurrency
        + by.scaling_rate
        + by.account_request_rate
        + by.reserved_request_rate;
    assert_eq!(causes, function.throttles.total);
    assert_eq!(function.throttles.by_reason.values().sum::<u64>(), function.throttles.total);
    assert!(function.invocations + function.throttles.total <= function.attempts);
    let errors = function.errors_by_cause;
    assert_eq!(
        errors.handler + errors.runtime_exit + errors.init + errors.response_too_large + errors.storage_full,
        function.errors
    );
    assert!(function.cold_starts <= function.invocations);
    for rate in [function.throttle_rate, function.error_rate, function.cold_start_rate].into_iter().flatten()
    {
        assert!((0.0..=1.0).contains(&rate), "{rate} is no share");
    }
    let events = &function.asynchronous;
    assert_eq!(
        events.received,
        events.succeeded + events.dead_lettered + events.dropped + events.expired + events.pending
    );
    // An event that has ended may still be on its way to its dead-letter queue when the horizon comes.
    let delivered = events.dead_lettered + events.dropped + events.expired;
    assert!((delivered..=delivered + events.pending).contains(&events.events_dropped));
}

fn environments(function: &FunctionReport) {
    let environments = &function.environments;
    assert_eq!(environments.created, environments.retired + environments.alive, "environments were lost");
    assert!(environments.replacements <= environments.created);
    assert!(u64::from(environments.peak) <= environments.created);
    if let (Some(mean), Some(busy), Some(idle)) =
        (environments.mean, environments.mean_busy, environments.mean_idle)
    {
        assert!((mean - busy - idle).abs() <= 1e-9 * mean.max(1.0), "{mean} is not {busy} + {idle}");
        assert!(idle >= 0.0 && busy >= 0.0);
    }
}

fn distributions(function: &FunctionReport) {
    for distribution in
        [&function.latency_ms, &function.client_latency_ms, &function.duration_ms, &function.init_ms]
    {
        ordered(distribution);
    }
    let cdf = &function.latency_cdf;
    assert!(cdf.windows(2).all(|pair| pair[0].0 <= pair[1].0 && pair[0].1 <= pair[1].1), "the CDF falls");
    let concurrency = &function.concurrency;
    let quantiles =
        [concurrency.p50, concurrency.p90, concurrency.p99, concurrency.p99_9, Some(concurrency.peak)];
    let quantiles: Vec<u32> = quantiles.into_iter().flatten().collect();
    assert!(quantiles.is_sorted(), "{quantiles:?}");
}

fn ordered(distribution: &Distribution) {
    let Distribution { count, mean, min, p50, p90, p95, p99, p99_9, max } = distribution;
    let quantiles: Vec<f64> = [min, p50, p90, p95, p99, p99_9, max].into_iter().copied().flatten().collect();
    assert_eq!(quantiles.len(), if *count == 0 { 0 } else { 7 });
    assert!(quantiles.is_sorted(), "{quantiles:?}");
    if let (Some(mean), Some(min), Some(max)) = (mean, min, max) {
        assert!(*mean >= min * (1.0 - 1e-12) && *mean <= max * (1.0 + 1e-12), "{distribution:?}");
    }
}

/// Concurrency never exceeds the highest limit that was ever in force.
fn limits(scenario: &Scenario, index: usize, function: &FunctionReport) {
    let peak = function.concurrency.peak;
    let configurations =
        || scenario.changes.iter().map(|change| &change.functions[index]).chain([&scenario.functions[index]]);
    if let Some(limits) =
        configurations().map(|function| function.reserved_concurrency).collect::<Option<Vec<_>>>()
    {
        assert!(peak <= limits.into_iter().max().unwrap_or(0), "above the reserved concurrency");
    }
    let accounts = || scenario.changes.iter().map(|change| &change.account).chain([&scenario.account]);
    if let Some(limits) = accounts().map(|account| account.concurrency).collect::<Option<Vec<_>>>() {
        assert!(peak <= limits.into_iter().max().unwrap_or(0), "above the account's concurrency");
    }
}

/// Without a warm-up every point of a series belongs to the totals.
fn sums(name: &str, function: &FunctionReport, series: &TimeSeries) {
    let series = &series.functions[name];
    assert_eq!(series.requests.iter().sum::<u64>(), function.requests, "requests over time");
    assert_eq!(series.throttles.iter().sum::<u64>(), function.throttles.total, "throttles over time");
    assert_eq!(series.cold_starts.iter().sum::<u64>(), function.cold_starts, "cold starts over time");
    let bad = function.errors + function.timeouts + function.out_of_memory;
    assert_eq!(series.errors.iter().sum::<u64>(), bad, "errors over time");
    assert_eq!(series.concurrency.iter().copied().max().unwrap_or(0), function.concurrency.peak);
}

fn cost(report: &Report) {
    let exact = |text: String| -> i128 {
        // Amounts are decimals with at most 30 places; compared as whole numbers of the last.
        let (sign, digits) = text.strip_prefix('-').map_or((1, text.as_str()), |digits| (-1, digits));
        let (whole, places) = digits.split_once('.').unwrap_or((digits, ""));
        assert!(places.len() <= 30, "{text}");
        sign * format!("{whole}{places:0<30}").parse::<i128>().unwrap()
    };
    let text = |value: &coldstart::units::Usd| serde_json::to_string(value).unwrap();
    let lines: i128 = report.cost.lines.iter().map(|line| exact(text(&line.amount))).sum();
    assert_eq!(lines, exact(text(&report.cost.total)), "the lines of the bill do not add up to its total");
}

/// Every rendering is made, and those with a syntax can be read.
fn renderings(report: &Report) {
    let text = json::render(report).unwrap();
    let parsed: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(parsed["ledger"]["offered"], report.ledger.offered);
    no_number_is_missing("", &parsed);
    let page = html::render(report);
    assert!(page.starts_with("<!DOCTYPE html>") && !page.contains("NaN"));
    assert!(plots::render(report).iter().all(|plot| !plot.svg.contains("NaN")));
    for text in [markdown::render(report), junit::render(report)] {
        assert!(!text.is_empty() && !text.contains("NaN"));
    }
    for (name, table) in csv::render(report) {
        let columns = table.lines().next().unwrap().split(',').count();
        assert!(columns > 1, "{name}");
    }
}

/// A number that is none is written as `null`, which the contract has only where nothing may have happened.
fn no_number_is_missing(key: &str, value: &serde_json::Value) {
    const MAY_BE_NULL: [&str; 5] = ["first_s", "last_s", "drained_at_s", "p50_ms", "p99_ms"];
    match value {
        serde_json::Value::Null => assert!(MAY_BE_NULL.contains(&key), "{key} is null"),
        serde_json::Value::Array(items) => items.iter().for_each(|item| no_number_is_missing(key, item)),
        serde_json::Value::Object(entries) => {
            entries.iter().for_each(|(key, value)| no_number_is_missing(key, value));
        }
        _ => {}
    }
}
