//! Doubling, bisection, and a look at both sides.

use std::collections::BTreeMap;

use crate::experiment::Runner;
use crate::scenario::Template;

use super::{Tried, Wish, change, doubled, tried};

/// Values that are looked at beyond those of the bisection, on each side of the answer.
const LOOKED_AT: u64 = 4;

/// A search with the values that it has tried.
pub(super) struct Search<'s> {
    template: &'s Template,
    wish: &'s Wish,
    within: (u64, u64),
    runner: &'s Runner<'s>,
    tried: BTreeMap<u64, Tried>,
}

impl<'s> Search<'s> {
    pub(super) fn new(
        template: &'s Template,
        wish: &'s Wish,
        within: (u64, u64),
        runner: &'s Runner<'s>,
    ) -> Self {
        Self { template, wish, within, runner, tried: BTreeMap::new() }
    }

    pub(super) fn tried(&self) -> impl Iterator<Item = &Tried> {
        self.tried.values()
    }

    pub(super) fn into_tried(self) -> Vec<Tried> {
        self.tried.into_values().collect()
    }

    /// The smallest value that was seen to hold.
    pub(super) fn smallest(&mut self) -> Option<u64> {
        let (least, most) = self.within;
        let mut failed = None;
        let mut value = least;
        while !self.holds(value) {
            failed = Some(value);
            if value == most {
                return self.somewhere_else();
            }
            value = doubled(value).min(most);
        }
        let found = failed.map_or(value, |failed| self.bisected(failed, value));
        self.look_around(found);
        self.settled()
    }

    /// Between a value that fails and one that holds.
    fn bisected(&mut self, mut fails: u64, mut holds: u64) -> u64 {
        while holds - fails > 1 {
            let middle = fails.midpoint(holds);
            if self.holds(middle) { holds = middle } else { fails = middle }
        }
        holds
    }

    /// Neighbours and values farther off on both sides.
    fn look_around(&mut self, found: u64) {
        let (least, most) = self.within;
        let far = found.saturating_mul(4).min(most);
        for step in 1..=LOOKED_AT {
            let below = least + (found - least) * step / (LOOKED_AT + 1);
            let above = found + (far - found) * step / LOOKED_AT;
            self.holds(below);
            self.holds(above);
        }
        for near in [found.saturating_sub(2).max(least), (found + 1).min(most)] {
            self.holds(near);
        }
    }

    /// Nothing held where doubling looked: some values between are tried before that is said.
    fn somewhere_else(&mut self) -> Option<u64> {
        let known: Vec<u64> = self.tried.keys().copied().collect();
        for pair in known.windows(2) {
            self.holds(pair[0].midpoint(pair[1]));
        }
        self.settled()
    }

    /// The smallest value that holds; below a surprise on the lower side bisection goes on.
    fn settled(&mut self) -> Option<u64> {
        loop {
            let least = self.tried.values().find(|one| one.holds)?.value;
            let below = self.tried.range(..least).next_back().map(|(value, _)| *value);
            match below {
                Some(below) if least - below > 1 => {
                    self.bisected(below, least);
                }
                _ => return Some(least),
            }
        }
    }

    /// Whether it fails at every value below the first that holds, and holds from there on.
    pub(super) fn is_monotone(&self) -> bool {
        self.tried.values().skip_while(|one| !one.holds).all(|one| one.holds)
    }

    /// Whether the conditions hold at `value`; simulated once.
    fn holds(&mut self, value: u64) -> bool {
        if let Some(known) = self.tried.get(&value) {
            return known.holds;
        }
        // Within the bounds every value was accepted, or lies between such.
        let Ok(scenario) = self.template.with(&change(self.template, &self.wish.path, value)) else {
            return false;
        };
        let measured = |_, report: crate::report::model::Report| -> Vec<Option<f64>> {
            report.thresholds.iter().map(|threshold| threshold.value).collect()
        };
        let runs = self
            .runner
            .table(std::slice::from_ref(&scenario), self.wish.replications, measured)
            .swap_remove(0);
        let one = tried(value, &scenario, &runs);
        let holds = one.holds;
        self.tried.insert(value, one);
        holds
    }
}
