//! The end of the summary: the bill, the ledger that adds up, what was assumed, and the notes.

use super::Page;
use super::function::product;
use super::layout::{flow, left, paragraph, right, width};
use crate::report::figures::{dollars, percent, thousands};
use crate::report::model::{AssumptionUsed, Caveat, CostLine, CostReport, Ledger, Report};

/// Lines of the bill that are shown.
const BILL_LINES: usize = 12;

pub(super) fn cost(page: Page, report: &Report, with_lines: bool) -> String {
    let cost = &report.cost;
    let heading = page.paint.strong("COST    ");
    if !cost.priced {
        return format!(" {heading} not priced: no price list for {}\n\n", report.region);
    }
    if cost.lines.is_empty() && cost.monthly.is_none() {
        return String::new();
    }
    let mut pieces = vec![format!("{} for this run", page.paint.strong(&dollars(cost.total)))];
    pieces.extend(cost.monthly.map(|monthly| format!("{} a month", page.paint.strong(&dollars(monthly)))));
    let mut text = flow(&format!(" {heading} "), &pieces, "   ", page.columns);
    text.push_str(&wasted(page, cost));
    if with_lines && cost.monthly.is_some() {
        text.push_str(&bill(page, &cost.monthly_lines));
        text.push_str(&paragraph("          a month: ", &cost.monthly_method, page.columns));
        text.push_str(&paragraph("          prices:  ", &cost.price_source, page.columns));
    }
    text.push('\n');
    text
}

/// The item, with its service where that is not Lambda.
fn service_item(line: &CostLine) -> String {
    if line.service == "lambda" || line.item.contains(line.service) {
        line.item.clone()
    } else {
        format!("{} {}", line.service, line.item)
    }
}

/// What of the run paid for nothing new: parts of its cost, not more of it.
fn wasted(page: Page, cost: &CostReport) -> String {
    let causes = cost.wasted_by_cause();
    let pieces: Vec<String> = causes
        .iter()
        .map(|(cause, amount)| {
            let share = percent(amount.dollars() / cost.total.dollars());
            format!("{cause} {} ({share})", dollars(*amount))
        })
        .collect();
    if pieces.is_empty() {
        String::new()
    } else {
        flow("          of this run: ", &pieces, "   ", page.columns)
    }
}

/// Each line as quantity × rate = amount, amounts under one another.
fn bill(page: Page, lines: &[CostLine]) -> String {
    let several =
        lines.iter().any(|line| (&line.function, &line.resource) != (&lines[0].function, &lines[0].resource));
    let label = |line: &CostLine| match line.function.as_ref().or(line.resource.as_ref()) {
        Some(function) if several => format!("{function} {}", service_item(line)),
        _ => service_item(line),
    };
    let shown = &lines[..lines.len().min(BILL_LINES)];
    let widest =
        |text: &dyn Fn(&CostLine) -> String| shown.iter().map(|line| width(&text(line))).max().unwrap_or(0);
    let labels = widest(&label);
    let products = widest(&product);
    let amounts = widest(&|line| dollars(line.amount));
    let mut text = String::new();
    for line in shown {
        text.push_str(&format!(
            "          {}   {} = {}\n",
            left(&label(line), labels),
            right(&product(line), products),
            right(&dollars(line.amount), amounts)
        ));
    }
    if lines.len() > shown.len() {
        let rest = format!("and {} more lines: use --csv DIR", thousands((lines.len() - shown.len()) as u64));
        text.push_str(&format!("          {}\n", page.paint.faint(&rest)));
    }
    text
}

pub(super) fn ledger(page: Page, ledger: &Ledger) -> String {
    let always = [("ok", ledger.succeeded), ("throttled", ledger.throttled), ("failed", ledger.failed)];
    let sometimes = [
        ("to DLQ or destination", ledger.dead_lettered),
        ("dropped", ledger.dropped),
        ("expired", ledger.expired),
    ];
    let mut terms: Vec<String> = always
        .iter()
        .chain(sometimes.iter().filter(|(_, count)| *count > 0))
        .chain([("unfinished", ledger.unfinished)].iter())
        .map(|(fate, count)| format!("+ {} {fate}", thousands(*count)))
        .collect();
    terms[0].replace_range(..2, "= ");
    // Part of the last term: the mark says nothing alone on a line.
    let mark = if ledger.balanced { page.paint.good("✓") } else { page.paint.bad("✗ does not add up") };
    if let Some(last) = terms.last_mut() {
        last.push_str(&format!("   {mark}"));
    }
    let first = format!(" {} {} offered ", page.paint.strong("LEDGER  "), thousands(ledger.offered));
    let mut text = flow(&first, &terms, " ", page.columns);
    if ledger.failed > 0 {
        let causes = ledger.failed_by_cause;
        let parts = [
            ("function errors", causes.function_error),
            ("timed out", causes.timed_out),
            ("out of memory", causes.out_of_memory),
            ("client timeouts", causes.client_timeout),
            ("rejected", causes.rejected),
            ("gateway timeouts", causes.gateway_timeout),
            ("errors of the service", causes.service_error),
        ];
        let parts: Vec<String> = parts
            .iter()
            .filter(|(_, count)| *count > 0)
            .map(|(cause, count)| format!("{} {cause}", thousands(*count)))
            .collect();
        let sum = format!("{} failed = {}", thousands(ledger.failed), parts.join(" + "));
        text.push_str(&paragraph("          ", &sum, page.columns));
    }
    text.push('\n');
    text
}

pub(super) fn assumed(page: Page, assumptions: &[AssumptionUsed]) -> String {
    if assumptions.is_empty() {
        return String::new();
    }
    let pairs: Vec<String> = assumptions.iter().map(|one| format!("{}: {}", one.name, one.value)).collect();
    let widest = pairs.iter().map(|pair| width(pair)).filter(|&width| width <= 48).max().unwrap_or(0);
    let mut text = String::new();
    for (index, (one, pair)) in assumptions.iter().zip(&pairs).enumerate() {
        let heading = if index == 0 { page.paint.strong("ASSUMED ") } else { " ".repeat(8) };
        let source = page.paint.faint(&format!("({}, {})", one.provenance, one.rule));
        text.push_str(&flow(&format!(" {heading} "), &[left(pair, widest), source], "   ", page.columns));
    }
    text.push('\n');
    text
}

pub(super) fn notes(page: Page, caveats: &[Caveat]) -> String {
    let mut text = String::new();
    for (index, caveat) in caveats.iter().enumerate() {
        let heading = if index == 0 { page.paint.remark("NOTE    ") } else { " ".repeat(8) };
        text.push_str(&paragraph(&format!(" {heading} "), &caveat.text, page.columns));
    }
    if !caveats.is_empty() {
        text.push('\n');
    }
    text
}
