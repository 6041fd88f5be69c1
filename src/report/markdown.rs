//! The report as Markdown, short enough for a comment on a pull request.

mod parts;
mod surroundings;

use std::fmt::Write as _;

use super::around;
use super::figures::{dollars, millis, percent, quantity, seconds, short, thousands, unit_price};
use super::foremost;
use super::model::{FunctionReport, Ledger, Report};
use super::{replicated, verdict};

/// Functions in the table; of more, those with the most throttles and cost.
const SHOWN: usize = 30;

/// The report as Markdown.
pub fn render(report: &Report) -> String {
    let mut text = format!(
        "### coldstart: {}\n\n{} · {} · seed {} · simulated {}\n",
        escape(&report.scenario.name),
        escape(&report.platform),
        escape(&report.region),
        report.seed,
        seconds(report.simulated_s)
    );
    thresholds(&mut text, report);
    replications(&mut text, report);
    functions(&mut text, report);
    queues(&mut text, report);
    parts::write(&mut text, report);
    surroundings::write(&mut text, report);
    cost(&mut text, report);
    ledger(&mut text, &report.ledger);
    if !report.caveats.is_empty() {
        text.push_str("\n**Notes**\n\n");
        for caveat in &report.caveats {
            let _ = writeln!(text, "- {}", escape(&caveat.text));
        }
    }
    if !report.assumptions.is_empty() {
        let list: Vec<_> = report
            .assumptions
            .iter()
            .map(|one| {
                format!("{} = {} ({}, {})", escape(one.name), escape(&one.value), one.provenance, one.rule)
            })
            .collect();
        let _ = write!(text, "\n<sub>Assumed: {}</sub>\n", list.join("; "));
    }
    text
}

/// Text of a scenario cannot end a cell or start markup.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '\n' | '\r' => escaped.push(' '),
            '|' | '*' | '_' | '`' | '[' | ']' | '\\' | '#' | '~' | '@' => {
                escaped.push('\\');
                escaped.push(character);
            }
            _ => escaped.push(character),
        }
    }
    escaped
}

fn thresholds(text: &mut String, report: &Report) {
    if report.thresholds.is_empty() {
        return;
    }
    text.push_str("\n| | threshold | measured |\n|---|---|---|\n");
    for one in &report.thresholds {
        let mark = match (one.passed, one.strict) {
            (true, _) => "✅",
            (false, true) => "❌",
            (false, false) => "⚠️",
        };
        let (metric, expression) = (escape(&one.metric), escape(&one.expression));
        let _ = writeln!(
            text,
            "| {mark} {} | {metric} {expression} | {} |",
            verdict::outcome(one),
            verdict::measured(one)
        );
    }
}

/// What further runs, or the parts of this one, say.
fn replications(text: &mut String, report: &Report) {
    for section in [replicated::replications(report), replicated::batch_means(report)].into_iter().flatten() {
        let [spread, remark] = &section.columns;
        let _ = write!(
            text,
            "\n**{}**\n\n| | metric | mean | {spread} | {remark} |\n|---|---|--:|---|---|\n",
            escape(&section.heading)
        );
        for row in &section.rows {
            let cells = [&row.owner, &row.quantity, &row.interval, &row.spread, &row.remark];
            let _ = writeln!(text, "| {} |", cells.map(|cell| escape(cell)).join(" | "));
        }
        for remark in section.remarks.iter().chain([&section.method]) {
            let _ = write!(text, "\n<sub>{}</sub>\n", escape(remark));
        }
    }
    let held = report.replications.iter().flat_map(|replications| &replications.thresholds);
    for (index, one) in held.enumerate() {
        let first = if index == 0 { "\n" } else { "" };
        let (metric, expression) = (escape(&one.metric), escape(&one.expression));
        let _ = writeln!(text, "{first}- {metric} {expression}: {}", verdict::held(one));
    }
}

fn functions(text: &mut String, report: &Report) {
    if report.functions.is_empty() {
        return;
    }
    text.push_str(
        "\n| function | invocations | throttled | failed | cold starts | p50 | p99 | concurrency (peak, limit) | cost |\n\
         |---|--:|--:|--:|--:|--:|--:|--:|--:|\n",
    );
    let (functions, rest) = foremost::functions(report, SHOWN);
    for (name, function) in &functions {
        function_row(text, name, function, report.cost.priced);
    }
    if rest > 0 {
        let _ = writeln!(text, "\nand {} more functions", thousands(rest as u64));
    }
    let mut is_first = true;
    for (name, function) in &functions {
        for row in around::all(function) {
            if std::mem::take(&mut is_first) {
                text.push_str("\n| function | what | figures |\n|---|---|---|\n");
            }
            let _ =
                writeln!(text, "| {} | {} | {} |", escape(name), row.what, escape(&row.pieces.join(" · ")));
        }
    }
}

fn function_row(text: &mut String, name: &str, function: &FunctionReport, is_priced: bool) {
    let span = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), millis);
    let rate = |count: u64, share: Option<f64>| match share {
        Some(share) if count > 0 => format!("{} ({})", thousands(count), percent(share)),
        _ => thousands(count),
    };
    let limit =
        function.configuration.concurrency_limit.map_or("none".to_owned(), |limit| thousands(limit.into()));
    let mean = function.concurrency.mean.map_or_else(|| "–".to_owned(), short);
    let _ = writeln!(
        text,
        "| {} | {} | {} | {} | {} | {} | {} | {mean} ({}, {limit} {}) | {} |",
        escape(name),
        thousands(function.invocations),
        rate(function.throttles.total, function.throttle_rate),
        rate(function.errors + function.timeouts + function.out_of_memory, function.error_rate),
        rate(function.cold_starts, function.cold_start_rate),
        span(function.latency_ms.p50),
        span(function.latency_ms.p99),
        thousands(function.concurrency.peak.into()),
        function.configuration.concurrency_limit_kind,
        if is_priced { dollars(function.cost_usd) } else { "–".to_owned() }
    );
}

fn queues(text: &mut String, report: &Report) {
    if report.queues.is_empty() {
        return;
    }
    text.push_str(
        "\n| queue | sent | dead-lettered | depth at the end | oldest message | drained at |\n|---|--:|--:|--:|--:|--:|\n",
    );
    for (name, queue) in &report.queues {
        let age = seconds(queue.oldest_age_max_s);
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {age} | {} |",
            escape(name),
            thousands(queue.sent),
            thousands(queue.dead_lettered),
            thousands(queue.depth),
            queue.drained_at_s.map_or_else(|| "–".to_owned(), seconds)
        );
    }
}

fn cost(text: &mut String, report: &Report) {
    let cost = &report.cost;
    if !cost.priced {
        let _ = writeln!(text, "\n**Cost** not priced: no price list for {}", escape(&report.region));
        return;
    }
    let _ = write!(text, "\n**Cost** {} for this run", dollars(cost.total));
    if let Some(monthly) = cost.monthly {
        let _ = write!(text, ", {} a month ({})", dollars(monthly), escape(&cost.monthly_method));
    }
    text.push('\n');
    for (cause, amount) in cost.wasted_by_cause() {
        let share = amount.dollars() / cost.total.dollars();
        let _ = writeln!(text, "- of this run for {cause}: {} ({})", dollars(amount), percent(share));
    }
    let lines = if cost.monthly_lines.is_empty() { &cost.lines } else { &cost.monthly_lines };
    if lines.is_empty() || lines.len() > SHOWN {
        return;
    }
    text.push_str("\n| item | quantity | rate | amount |\n|---|--:|--:|--:|\n");
    for line in lines {
        let owner = line.function.as_deref().or(line.resource.as_deref()).map(escape).unwrap_or_default();
        let quantity = quantity(line.quantity, line.unit);
        let item = escape(&line.item);
        let _ = writeln!(
            text,
            "| {owner} {item} | {quantity} | {} | {} |",
            unit_price(&line.rate),
            dollars(line.amount)
        );
    }
}

fn ledger(text: &mut String, ledger: &Ledger) {
    let terms = [
        ("ok", ledger.succeeded),
        ("throttled", ledger.throttled),
        ("failed", ledger.failed),
        ("to DLQ or destination", ledger.dead_lettered),
        ("dropped", ledger.dropped),
        ("expired", ledger.expired),
        ("unfinished", ledger.unfinished),
    ];
    let terms: Vec<_> = terms.iter().map(|(fate, count)| format!("{} {fate}", thousands(*count))).collect();
    let mark = if ledger.balanced { "✓" } else { "does not add up" };
    let _ =
        writeln!(text, "\n**Ledger** {} offered = {} {mark}", thousands(ledger.offered), terms.join(" + "));
}
