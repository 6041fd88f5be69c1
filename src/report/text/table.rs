//! One line per function, for compact summaries and for many functions.

use super::Page;
use super::layout::{left, right, width};
use crate::report::figures::{dollars, millis, percent, shortened, thousands};
use crate::report::foremost;
use crate::report::model::{FunctionReport, Report, Throttles};

const HEADINGS: [&str; 8] = ["invoked", "throttled", "failed", "cold", "p50", "p99", "peak", "cost"];
/// Names get at least as much room.
const NAME_COLUMNS: usize = 12;

/// The functions in the order of the scenario; of more than `shown`, those with the most throttles and cost.
pub(super) fn render(page: Page, report: &Report, shown: usize) -> String {
    if report.functions.is_empty() {
        return String::new();
    }
    let (functions, left_out) = foremost::functions(report, shown);
    let rows: Vec<_> = functions.iter().map(|(name, function)| (*name, cells(function))).collect();
    let widths: Vec<usize> = (0..HEADINGS.len())
        .map(|column| {
            rows.iter()
                .map(|(_, cells)| width(&cells[column]))
                .chain([HEADINGS[column].len()])
                .max()
                .unwrap_or(0)
        })
        .collect();
    let room = page.columns.saturating_sub(1 + widths.iter().map(|width| width + 2).sum::<usize>());
    let longest = rows.iter().map(|(name, _)| width(name)).chain([width("FUNCTION")]).max().unwrap_or(0);
    let name_width = longest.min(room.max(NAME_COLUMNS));
    let line = |name: &str, cells: &[String]| {
        let cells: String =
            cells.iter().zip(&widths).map(|(cell, width)| format!("  {}", right(cell, *width))).collect();
        format!(" {}{cells}\n", left(name, name_width))
    };
    let mut text = line(&page.paint.strong("FUNCTION"), &HEADINGS.map(str::to_owned));
    for ((name, cells), (_, function)) in rows.iter().zip(&functions) {
        text.push_str(&line(&shortened(name, name_width), cells));
        if let Some(cause) = foremost_cause(&function.throttles) {
            text.push_str(&format!("   {}\n", page.paint.faint(&cause)));
        }
    }
    if left_out > 0 {
        let rest = format!(
            "and {} more with fewer throttles or less cost: use --csv DIR or --json FILE",
            thousands(left_out as u64)
        );
        text.push_str(&format!(" {}\n", page.paint.faint(&rest)));
    }
    text.push('\n');
    text
}

/// `throttled by reserved_concurrency`, of several causes the one that refused most; nothing without a throttle.
fn foremost_cause(throttles: &Throttles) -> Option<String> {
    // Of equal counts the first in the order of the rules.
    let (cause, count, _) =
        throttles.by_cause.named().into_iter().rev().max_by_key(|(_, count, _)| *count)?;
    match count {
        0 => None,
        _ if count == throttles.total => Some(format!("throttled by {cause}")),
        _ => Some(format!("throttled by {cause}: {} of {}", thousands(count), thousands(throttles.total))),
    }
}

fn cells(function: &FunctionReport) -> [String; HEADINGS.len()] {
    let span = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), millis);
    [
        thousands(function.invocations),
        match function.throttle_rate {
            Some(rate) if function.throttles.total > 0 => percent(rate),
            _ => thousands(function.throttles.total),
        },
        thousands(function.errors + function.timeouts + function.out_of_memory),
        thousands(function.cold_starts),
        span(function.latency_ms.p50),
        span(function.latency_ms.p99),
        thousands(function.concurrency.peak.into()),
        dollars(function.cost_usd),
    ]
}
