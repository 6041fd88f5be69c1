//! A schedule as it is written into a scenario: as one value for `--set`, and as lines of the file.

use crate::scenario::model::{ProvisionedConcurrency, Scenario};
use crate::units::{Rate, SimDuration};

use super::{DAY_S, Day};

/// At least so much earlier than its need capacity is asked for: the unit in which it is billed (S61).
const AHEAD: SimDuration = SimDuration::from_secs(300);

/// The actions of a day.
pub(super) struct Plan {
    /// Capacity where the run begins.
    at_start: u64,
    greatest: u64,
    /// How allocation goes, where the scenario says it.
    allocation: Vec<(&'static str, String)>,
    actions: Vec<String>,
}

impl Plan {
    /// Of the parts of a day with their capacities. More is asked for early, because allocation takes a while, and less at once.
    pub(super) fn of(
        scenario: &Scenario,
        path: &str,
        day: Day,
        parts: &[(u64, Vec<usize>)],
        capacities: &[u64],
    ) -> Self {
        let written = written_there(scenario, path);
        let delay = written.map_or(SimDuration::from_secs(90), |there| there.allocation_delay);
        let rate = written.map_or(100.0, |there| there.allocation_rate.hertz());
        let mut actions = Vec::new();
        for (index, (part, _)) in parts.iter().enumerate() {
            let capacity = capacities[index];
            let before = capacities[(index + parts.len() - 1) % parts.len()];
            // AWS has no capacity of 0 but by a scheduled action.
            let begins_with_none = capacity == 0 && *part == day.first;
            if capacity == before && !begins_with_none {
                continue;
            }
            let more = capacity.saturating_sub(before);
            let ahead = if more > 0 { ahead_s(delay, more as f64 / rate).min(day.slot_s) } else { 0 };
            let at = (part * day.slot_s + DAY_S - ahead) % DAY_S / 60;
            actions.push(format!(
                "{{at: \"cron({} {} * * ? *)\", min: {capacity}, max: {capacity}}}",
                at % 60,
                at / 60
            ));
        }
        let first = parts.iter().position(|(part, _)| *part == day.first).unwrap_or(0);
        let greatest = capacities.iter().copied().max().unwrap_or(0).max(1);
        Self {
            at_start: capacities.get(first).copied().unwrap_or(0).max(1),
            greatest,
            allocation: written
                .map_or_else(Vec::new, |there| allocation(there.allocation_delay, there.allocation_rate)),
            actions,
        }
    }

    /// As one value.
    pub(super) fn written(&self) -> String {
        if self.actions.is_empty() && self.allocation.is_empty() {
            return self.at_start.to_string();
        }
        let mut keys = vec![format!("min: {}", self.at_start)];
        keys.extend(self.allocation.iter().map(|(key, value)| format!("{key}: {value}")));
        if !self.actions.is_empty() {
            keys.push(format!("max: {}", self.greatest));
            keys.push(format!("schedule: [{}]", self.actions.join(", ")));
        }
        format!("{{{}}}", keys.join(", "))
    }

    /// As lines of a scenario.
    pub(super) fn lines(&self, path: &str) -> Vec<String> {
        let keys: Vec<&str> = path.split('.').collect();
        let mut lines: Vec<String> =
            keys.iter().enumerate().map(|(depth, key)| format!("{}{key}:", "  ".repeat(depth))).collect();
        if self.actions.is_empty() {
            if let Some(last) = lines.last_mut() {
                last.push_str(&format!(" {}", self.written()));
            }
            return lines;
        }
        let inside = "  ".repeat(keys.len());
        lines.push(format!("{inside}min: {}", self.at_start));
        lines.push(format!("{inside}max: {}", self.greatest));
        lines.extend(self.allocation.iter().map(|(key, value)| format!("{inside}{key}: {value}")));
        lines.push(format!("{inside}schedule:"));
        lines.extend(self.actions.iter().map(|action| format!("{inside}  - {action}")));
        lines
    }
}

/// From asking to the last environment, in whole units of billing.
fn ahead_s(delay: SimDuration, preparing_s: f64) -> u64 {
    let takes = libm::ceil(delay.seconds() + preparing_s).max(1.0) as u64;
    let unit = AHEAD.nanos() / 1_000_000_000;
    takes.div_ceil(unit) * unit
}

fn allocation(delay: SimDuration, rate: Rate) -> Vec<(&'static str, String)> {
    let mut keys = Vec::new();
    if delay != SimDuration::from_secs(90) {
        keys.push(("allocation_delay", delay.to_string()));
    }
    if (rate.hertz() - 100.0).abs() > f64::EPSILON {
        keys.push(("allocation_rate", rate.to_string()));
    }
    keys
}

/// What the scenario has at the path.
fn written_there<'s>(scenario: &'s Scenario, path: &str) -> Option<&'s ProvisionedConcurrency> {
    let keys: Vec<&str> = path.split('.').collect();
    let function = |name: &str| scenario.functions.iter().find(|function| function.name == name);
    match keys[..] {
        ["functions", name, _] => function(name)?.provisioned.as_ref(),
        ["functions", name, "versions", version, _] => {
            let versions = &function(name)?.versions;
            versions.iter().find(|one| one.name == version)?.config.provisioned.as_ref()
        }
        ["functions", name, "aliases", alias, _] => {
            function(name)?.aliases.iter().find(|one| one.name == alias)?.provisioned.as_ref()
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ninety seconds and a thousand environments at a hundred a second are 100 s; 30,000 of them 390 s.
    #[test]
    fn capacity_is_asked_for_so_early_that_all_of_it_is_there() {
        let delay = SimDuration::from_secs(90);
        assert_eq!(ahead_s(delay, 10.0), 300);
        assert_eq!(ahead_s(delay, 300.0), 600);
    }
}
