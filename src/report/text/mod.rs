//! The summary on the terminal: verdicts first, then each function with the limit in force and its cost as a
//! formula, the ledger, what was assumed, and what surprises.

mod ending;
mod function;
pub(super) mod layout;
mod outside;
mod parts;
mod replicated;
pub(super) mod style;
mod surroundings;
mod table;

use super::figures::seconds;
use super::model::{Report, ThresholdResult};
use super::{figures, verdict};
use layout::{flow, left, width};
use style::Paint;

/// Functions that are described one by one; of more, the table shows as many.
const DESCRIBED: usize = 20;
/// Room of the summary where nothing is known of the terminal.
pub const DEFAULT_COLUMNS: usize = 96;

/// How much is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Verdicts, a line per function, the ledger.
    Compact,
    /// Everything.
    Full,
}

/// How the summary is written.
#[derive(Clone, Copy, Debug)]
pub struct TextOptions {
    /// How much is said.
    pub detail: Detail,
    /// Whether ANSI colours may be used.
    pub colour: bool,
    /// Columns of the terminal.
    pub columns: usize,
}

/// The summary of a run.
pub fn render(report: &Report, options: TextOptions) -> String {
    let page = Page { paint: Paint::new(options.colour), columns: options.columns.clamp(80, 100) };
    let mut text = page.heading(report);
    text.push_str(&page.thresholds(&report.thresholds));
    let many = report.functions.len() > DESCRIBED;
    if options.detail == Detail::Compact || many {
        text.push_str(&table::render(page, report, DESCRIBED));
    } else {
        for (name, function) in &report.functions {
            text.push_str(&function::render(page, name, function, report));
        }
    }
    if options.detail == Detail::Full {
        text.push_str(&surroundings::render(page, report));
    }
    text.push_str(&replicated::render(page, report));
    text.push_str(&ending::cost(page, report, options.detail == Detail::Full));
    text.push_str(&ending::ledger(page, &report.ledger));
    if options.detail == Detail::Full {
        text.push_str(&ending::assumed(page, &report.assumptions));
        text.push_str(&ending::notes(page, &report.caveats));
    } else if !report.caveats.is_empty() {
        let many = figures::counted(report.caveats.len() as u64, "note", "notes");
        text.push_str(&format!(" {} {many}: see --summary full\n\n", page.paint.remark("NOTE    ")));
    }
    text
}

/// Only the bill, with its lines.
pub fn render_cost(report: &Report, options: TextOptions) -> String {
    let page = Page { paint: Paint::new(options.colour), columns: options.columns.clamp(80, 100) };
    ending::cost(page, report, true)
}

/// `text` behind `first`, broken between words.
pub fn paragraph(first: &str, text: &str, columns: usize) -> String {
    layout::paragraph(first, text, columns)
}

/// Only the lines of the thresholds, for `--quiet`; empty without any.
pub fn render_thresholds(report: &Report, options: TextOptions) -> String {
    let page = Page { paint: Paint::new(options.colour), columns: options.columns.clamp(80, 100) };
    let mut text = page.threshold_lines(&report.thresholds);
    if let Some(replications) = &report.replications {
        text.push_str(&replicated::held(page, &replications.thresholds));
    }
    text
}

/// What every part of the summary needs to know.
#[derive(Clone, Copy)]
struct Page {
    paint: Paint,
    columns: usize,
}

impl Page {
    fn heading(self, report: &Report) -> String {
        let name = self.paint.strong(&report.scenario.name);
        let pieces = [
            report.platform.clone(),
            report.region.clone(),
            format!("seed {}", report.seed),
            format!("simulated {}", seconds(report.simulated_s)),
            self.paint.faint(&format!("sha {}", report.scenario.sha256.get(..8).unwrap_or_default())),
        ];
        let identity = flow(" ", &pieces, "   ", self.columns);
        format!(" {} {}   {name}\n{identity}\n", report.tool.name, report.tool.version)
    }

    fn thresholds(self, thresholds: &[ThresholdResult]) -> String {
        if thresholds.is_empty() {
            return String::new();
        }
        format!(" {}\n{}\n", self.paint.strong("THRESHOLDS"), self.threshold_lines(thresholds))
    }

    fn threshold_lines(self, thresholds: &[ThresholdResult]) -> String {
        let longest =
            |text: fn(&ThresholdResult) -> &str| thresholds.iter().map(|one| width(text(one))).max();
        let metric = longest(|one| &one.metric).unwrap_or(0);
        let expression = longest(|one| &one.expression).unwrap_or(0);
        thresholds
            .iter()
            .map(|one| {
                let mark = match (one.passed, one.strict) {
                    (true, _) => self.paint.good("✓"),
                    (false, true) => self.paint.bad("✗"),
                    (false, false) => self.paint.remark("!"),
                };
                let value = verdict::measured(one);
                let value = if one.passed { value } else { self.paint.strong(&value) };
                let remark = if one.passed || one.strict { "" } else { "   (not strict)" };
                format!(
                    "   {mark} {}   {}   {value}{remark}\n",
                    left(&one.metric, metric),
                    left(&one.expression, expression)
                )
            })
            .collect()
    }

    /// `   latency ............. ` : a label and its dots.
    fn label(self, name: &str) -> String {
        format!("   {name} {} ", self.paint.faint(&".".repeat(20_usize.saturating_sub(width(name)))))
    }

    /// A labelled line whose pieces are broken where the line is full.
    fn row(self, name: &str, pieces: &[String]) -> String {
        flow(&self.label(name), pieces, "   ", self.columns)
    }

    /// A labelled sum, `2,000 events = 1,930 ok + 38 to DLQ or destination`, with further pieces on the next line.
    fn sum_row(self, name: &str, total: String, terms: &[String], remarks: &[String]) -> String {
        let mut pieces = vec![total];
        pieces.extend(
            terms
                .iter()
                .enumerate()
                .map(|(index, term)| format!("{} {term}", if index == 0 { "=" } else { "+" })),
        );
        let mut text = flow(&self.label(name), &pieces, " ", self.columns);
        if !remarks.is_empty() {
            text.push_str(&flow(&" ".repeat(width(&self.label(""))), remarks, "   ", self.columns));
        }
        text
    }
}
