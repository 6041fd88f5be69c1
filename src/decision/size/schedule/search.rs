//! The smallest constant capacity for some windows of the run; each capacity is simulated once for all of them.

use std::collections::BTreeMap;

use crate::experiment::Runner;
use crate::report::model::Report;
use crate::scenario::Template;
use crate::scenario::model::Threshold;

use super::super::VERB;
use super::ScheduleWish;

pub(super) struct Search<'s> {
    template: &'s Template,
    wish: &'s ScheduleWish,
    runner: &'s Runner<'s>,
    /// The greatest capacity that the scenario accepts.
    most: u64,
    /// Windows of the run.
    windows: usize,
    /// By capacity: whether all conditions hold, window by window.
    held: BTreeMap<u64, Vec<bool>>,
}

/// Of each threshold, the value of each window.
pub(super) fn each_window(report: &Report) -> Vec<Vec<Option<f64>>> {
    report.thresholds.iter().map(|threshold| threshold.each_window.clone()).collect()
}

/// The means of the runs, by threshold and window; a run without a value is left out.
pub(super) fn means(runs: &[&Vec<Vec<Option<f64>>>]) -> Vec<Vec<Option<f64>>> {
    let thresholds = runs.iter().map(|run| run.len()).max().unwrap_or(0);
    let mean = |threshold: usize, window: usize| {
        let values: Vec<f64> = runs.iter().filter_map(|run| *run.get(threshold)?.get(window)?).collect();
        (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
    };
    let of = |threshold: usize| {
        let windows = runs.iter().filter_map(|run| run.get(threshold)).map(Vec::len).max().unwrap_or(0);
        (0..windows).map(|window| mean(threshold, window)).collect()
    };
    (0..thresholds).map(of).collect()
}

/// Whether the means meet every threshold, window by window; where no run has a value, nothing is missed.
pub(super) fn held(thresholds: &[Threshold], means: &[Vec<Option<f64>>], windows: usize) -> Vec<bool> {
    let holds = |window: usize| {
        thresholds.iter().zip(means).all(|(threshold, means)| {
            let mean = means.get(window).copied().flatten();
            mean.is_none_or(|mean| threshold.comparison.holds(mean, threshold.limit))
        })
    };
    (0..windows).map(holds).collect()
}

impl<'s> Search<'s> {
    pub(super) fn new(
        template: &'s Template,
        wish: &'s ScheduleWish,
        runner: &'s Runner<'s>,
        (most, windows): (u64, usize),
    ) -> Self {
        Self { template, wish, runner, most, windows, held: BTreeMap::new() }
    }

    pub(super) fn most(&self) -> u64 {
        self.most
    }

    /// What was simulated, in rising order.
    pub(super) fn tried(&self) -> Vec<u64> {
        self.held.keys().copied().collect()
    }

    /// Whether `capacity` is enough in all of `windows`.
    fn is_enough(&mut self, capacity: u64, windows: &[usize]) -> bool {
        if !self.held.contains_key(&capacity) {
            let held = self.simulated(capacity);
            self.held.insert(capacity, held);
        }
        is_held(&self.held[&capacity], windows)
    }

    fn simulated(&self, capacity: u64) -> Vec<bool> {
        let change = self.template.at_subject(VERB, &self.wish.path, &capacity.to_string());
        // Within the bounds every value was accepted, or lies between such.
        let Ok(scenario) = self.template.with(&[change]) else { return Vec::new() };
        let thresholds = scenario.thresholds.clone();
        let reduce = |_, report: Report| each_window(&report);
        let runs = self.runner.table(&[scenario], self.wish.replications, reduce).swap_remove(0);
        held(&thresholds, &means(&runs.iter().collect::<Vec<_>>()), self.windows)
    }

    /// The smallest capacity that is enough in all of `windows`, by doubling and bisection.
    pub(super) fn smallest(&mut self, windows: &[usize]) -> Option<u64> {
        if self.is_enough(0, windows) {
            return Some(0);
        }
        let (mut too_few, mut enough) = (0, 1);
        while !self.is_enough(enough, windows) {
            if enough >= self.most {
                return None;
            }
            too_few = enough;
            enough = (enough * 2).min(self.most);
        }
        while enough - too_few > 1 {
            let middle = too_few.midpoint(enough);
            if self.is_enough(middle, windows) { enough = middle } else { too_few = middle }
        }
        Some(enough)
    }

    /// Whether, of all capacities tried, none above one that is enough fails in these windows.
    pub(super) fn is_monotone(&self, windows: &[usize]) -> bool {
        let holds = |held: &Vec<bool>| is_held(held, windows);
        self.held.values().skip_while(|held| !holds(held)).all(holds)
    }
}

/// A capacity that could not be set has no windows, and is not enough.
fn is_held(held: &[bool], windows: &[usize]) -> bool {
    windows.iter().all(|window| held.get(*window).copied().unwrap_or(false))
}
