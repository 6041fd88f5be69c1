//! Replications and batch means as a table.

use super::Page;
use super::layout::{left, paragraph, right, width};
use crate::report::model::Report;
use crate::report::replicated::{self, Section};
use crate::report::{estimate::ThresholdHeld, figures::shortened, verdict};

/// Owners' names get at most as much room.
const OWNER_COLUMNS: usize = 18;

pub(super) fn render(page: Page, report: &Report) -> String {
    let mut text = String::new();
    if let Some(section) = replicated::replications(report) {
        text.push_str(&table(page, "REPLICATIONS", &section));
        let thresholds = report.replications.as_ref().map(|one| one.thresholds.as_slice());
        text.push_str(&held(page, thresholds.unwrap_or_default()));
        text.push('\n');
    }
    if let Some(section) = replicated::batch_means(report) {
        text.push_str(&table(page, "BATCH MEANS", &section));
        text.push('\n');
    }
    text
}

fn table(page: Page, title: &str, section: &Section) -> String {
    let mut text = paragraph(&format!(" {}  ", page.paint.strong(title)), &section.heading, page.columns);
    text.push_str(&paragraph("   ", &section.method, page.columns));
    let owner = |row: &replicated::Row| shortened(&row.owner, OWNER_COLUMNS);
    let columns = |cell: &dyn Fn(&replicated::Row) -> usize, heading: &str| {
        section.rows.iter().map(cell).chain([width(heading)]).max().unwrap_or(0)
    };
    let [spread_title, remark_title] = &section.columns;
    let owners = columns(&|row| width(&owner(row)), "");
    let quantities = columns(&|row| width(&row.quantity), "");
    let intervals = columns(&|row| width(&row.interval), "mean");
    let spreads = columns(&|row| width(&row.spread), spread_title);
    let line = |owner: &str, quantity: &str, interval: &str, spread: &str, remark: &str| {
        let text = format!(
            "   {}  {}  {}   {}   {remark}",
            left(owner, owners),
            left(quantity, quantities),
            right(interval, intervals),
            left(spread, spreads)
        );
        format!("{}\n", text.trim_end())
    };
    text.push_str(&page.paint.faint(line("", "", "", spread_title, remark_title).trim_end()));
    text.push('\n');
    for row in &section.rows {
        let name = page.paint.strong(&owner(row));
        text.push_str(&line(&name, &row.quantity, &row.interval, &row.spread, &row.remark));
    }
    for remark in &section.remarks {
        text.push_str(&paragraph("   ", remark, page.columns));
    }
    text
}

/// In how many runs each threshold held.
pub(super) fn held(page: Page, thresholds: &[ThresholdHeld]) -> String {
    let mut text = String::new();
    for one in thresholds {
        let mark = match (one.held == one.runs, one.strict) {
            (true, _) => page.paint.good("✓"),
            (false, true) => page.paint.bad("✗"),
            (false, false) => page.paint.remark("!"),
        };
        text.push_str(&format!("   {mark} {} {}   {}\n", one.metric, one.expression, verdict::held(one)));
    }
    text
}
