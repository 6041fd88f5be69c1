//! Replications and batch means: a row for each metric, and in how many runs each threshold held.

use super::section;
use super::table::{Cell, Column, Table};
use crate::report::estimate::ThresholdHeld;
use crate::report::markup::escape;
use crate::report::model::Report;
use crate::report::replicated::{self, Section};
use crate::report::verdict;

pub(super) fn render(report: &Report) -> String {
    let mut page = String::new();
    if let Some(found) = replicated::replications(report) {
        let held = report.replications.as_ref().map_or_else(String::new, |one| held(&one.thresholds));
        page.push_str(&section("Replications", &(table(&found) + &held)));
    }
    if let Some(found) = replicated::batch_means(report) {
        page.push_str(&section("Batch means", &table(&found)));
    }
    page
}

fn table(found: &Section) -> String {
    let mut table = Table::new(&[
        ("Of", Column::Name),
        ("Metric", Column::Text),
        ("Mean", Column::Number),
        (&found.columns[0], Column::Text),
        (&found.columns[1], Column::Text),
    ]);
    for row in &found.rows {
        table.row(vec![
            row.owner.clone().into(),
            row.quantity.clone().into(),
            row.interval.clone().into(),
            row.spread.clone().into(),
            row.remark.clone().into(),
        ]);
    }
    let mut content = format!("<p>{}</p>\n{}", escape(&found.heading), table.render());
    for remark in found.remarks.iter().chain([&found.method]) {
        content.push_str(&format!("<p class=\"soft\">{}</p>\n", escape(remark)));
    }
    content
}

fn held(thresholds: &[ThresholdHeld]) -> String {
    let mut table = Table::new(&[("Threshold", Column::Name), ("Held", Column::Text)]);
    for one in thresholds {
        let (words, is_bad) = (verdict::held(one), one.strict && one.held < one.runs);
        let class = if is_bad { "bad" } else { "good" };
        let noticed = is_bad || one.held == one.runs;
        table.row(vec![
            format!("{} {}", one.metric, one.expression).into(),
            Cell::marked(words, class, noticed),
        ]);
    }
    table.render()
}
