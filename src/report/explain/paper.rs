//! Numbered steps with their time and rules, and the legend of the rules.

use std::collections::BTreeSet;

use crate::platform::{rule, rules};
use crate::report::text::layout;
use crate::units::SimTime;

use super::words;

/// Columns of the text.
const COLUMNS: usize = 100;

/// One step of a story.
#[derive(Debug)]
pub(super) struct Step {
    at: SimTime,
    text: String,
    items: Vec<String>,
    rules: Vec<&'static str>,
}

impl Step {
    /// At `at`, `text`.
    pub(super) fn new(at: SimTime, text: impl Into<String>) -> Self {
        Self { at, text: text.into(), items: Vec::new(), rules: Vec::new() }
    }

    /// With the rules behind it.
    pub(super) fn rules(mut self, numbers: &[&'static str]) -> Self {
        for number in numbers {
            debug_assert!(rule(number).is_some(), "{number}");
            if !self.rules.contains(number) {
                self.rules.push(number);
            }
        }
        self
    }

    /// With points of its own below.
    pub(super) fn items(mut self, items: Vec<String>) -> Self {
        self.items = items;
        self
    }
}

/// Steps, in the order of time.
#[derive(Debug, Default)]
pub(super) struct Paper {
    steps: Vec<Step>,
}

impl Paper {
    pub(super) fn write(&mut self, step: Step) {
        self.steps.push(step);
    }

    /// The steps as text; `mentioned` gathers the rules.
    pub(super) fn render(mut self, mentioned: &mut BTreeSet<&'static str>) -> String {
        // Phases are written when they are known, which is before they begin.
        self.steps.sort_by_key(|step| step.at);
        let time_columns =
            self.steps.iter().map(|step| layout::width(&words::clock(step.at))).max().unwrap_or(0);
        let mut text = String::new();
        for (number, step) in (1..).zip(&self.steps) {
            mentioned.extend(&step.rules);
            let time = layout::right(&words::clock(step.at), time_columns);
            let first = format!("{number:>3}  {time}  ");
            let inset = " ".repeat(layout::width(&first));
            let rules = if step.items.is_empty() { reference(&step.rules) } else { String::new() };
            text += &layout::paragraph(&first, &format!("{}{rules}", step.text), COLUMNS);
            for (place, item) in step.items.iter().enumerate() {
                let rules =
                    if place + 1 == step.items.len() { reference(&step.rules) } else { String::new() };
                text += &layout::paragraph(&format!("{inset}- "), &format!("{item}{rules}"), COLUMNS);
            }
        }
        text
    }
}

fn reference(rules: &[&str]) -> String {
    if rules.is_empty() { String::new() } else { format!(" [{}]", rules.join(",\u{a0}")) }
}

/// A paragraph over the whole width.
pub(super) fn paragraph(text: &str) -> String {
    layout::paragraph("", text, COLUMNS)
}

/// A point of a list.
pub(super) fn point(text: &str) -> String {
    layout::paragraph("  - ", text, COLUMNS)
}

/// What the numbers of rules mean: title and first sentence.
pub(super) fn legend(mentioned: &BTreeSet<&'static str>) -> String {
    let mut text = String::from("Rules (`coldstart assumptions` has them in full)\n");
    for rule in rules().filter(|rule| mentioned.contains(rule.number)) {
        let sentence = rule.text.split_inclusive(". ").next().unwrap_or(rule.text).trim_end();
        let sentence = sentence.trim_end_matches(['.', ';', ':']);
        let first = format!("  {:<4}  ", rule.number);
        text += &layout::paragraph(&first, &format!("{}: {sentence}.", rule.title), COLUMNS);
    }
    text
}
