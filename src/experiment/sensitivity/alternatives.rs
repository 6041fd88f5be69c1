//! What else an assumption could have been: the other words of its switch, other published measurements, a wider range.

use crate::report::model::AssumptionUsed;
use crate::scenario::Template;
use crate::scenario::language::{Shape, all_keys};
use crate::scenario::plan::Change;

/// One assumption made differently.
#[derive(Clone, Debug)]
pub struct Alternative {
    /// The assumption.
    pub assumption: &'static str,
    /// Its rule.
    pub rule: &'static str,
    /// As it was.
    pub assumed: String,
    /// As it is now.
    pub instead: String,
    /// What has to be changed for that.
    pub changes: Vec<Change>,
}

/// A knob of functions: the assumption, its key, and the values that are tried.
const KNOBS: [(&str, &str, &[&str]); 6] = [
    // Measured in other years, and what people report: 5 to 60 minutes.
    ("keep_alive", "keep_alive", &["5m", "10m", "60m", "aws-2019", "aws-2020"]),
    // The share of idle periods that were seen to end early (S16).
    ("keep_alive", "early_end", &["1.2%"]),
    ("max_age", "max_age", &["never"]),
    ("proactive_replacement", "proactive_replacement", &["0%", "100%"]),
    ("cpu_model", "cpu_model", &["quota", "proportional"]),
    // What people report.
    ("snapstart_restore", "restore", &["200ms", "400ms"]),
];

/// The alternatives to what a run depended on, and the assumptions that have none.
pub(super) fn alternatives(
    template: &Template,
    used: &[AssumptionUsed],
    is_accepted: &dyn Fn(&Alternative) -> bool,
) -> (Vec<Alternative>, Vec<&'static str>) {
    let mut found = Vec::new();
    let mut fixed = Vec::new();
    for one in used {
        let before = found.len();
        found.extend(switched(one));
        found.extend(knobs(template, one));
        found.extend(log_volumes(template, one));
        let new = found.split_off(before);
        found.extend(new.into_iter().filter(is_accepted));
        if found.len() == before {
            fixed.push(one.name);
        }
    }
    (found, fixed)
}

fn alternative(one: &AssumptionUsed, instead: impl Into<String>, changes: Vec<Change>) -> Alternative {
    Alternative {
        assumption: one.name,
        rule: one.rule,
        assumed: one.value.clone(),
        instead: instead.into(),
        changes,
    }
}

/// The other words of a switch under `assumptions:`.
fn switched(one: &AssumptionUsed) -> Vec<Alternative> {
    let path = format!("assumptions.{}", one.name);
    let Some((_, key)) = all_keys().into_iter().find(|(known, _)| *known == path) else { return Vec::new() };
    let words: &[&str] = match key.shape {
        Shape::Choice(words) => words,
        Shape::Bool => &["true", "false"],
        _ => &[],
    };
    let others = words.iter().filter(|word| **word != one.value);
    others.map(|word| alternative(one, *word, vec![Change::new(&path, word)])).collect()
}

/// Other values of a knob, for all functions together.
fn knobs(template: &Template, one: &AssumptionUsed) -> Vec<Alternative> {
    let functions = &template.scenario().functions;
    let of_all = |key: &str, value: &str| -> Vec<Change> {
        functions
            .iter()
            .map(|function| Change::new(format!("functions.{}.{key}", function.name), value))
            .collect()
    };
    let knobs = KNOBS.iter().filter(|(assumption, ..)| *assumption == one.name);
    knobs
        .flat_map(|(assumption, key, values)| {
            values.iter().map(move |value| {
                (*key, *value, if assumption == key { String::new() } else { format!("{key} ") })
            })
        })
        // `quota (20 ms periods)` is the switch's `quota`.
        .filter(|(_, value, _)| one.value != *value && !one.value.starts_with(&format!("{value} ")))
        .map(|(key, value, prefix)| alternative(one, format!("{prefix}{value}"), of_all(key, value)))
        .collect()
}

/// Half and twice as much written to the logs.
fn log_volumes(template: &Template, one: &AssumptionUsed) -> Vec<Alternative> {
    if one.name != "log_volume" {
        return Vec::new();
    }
    let scaled = |words: &str, numerator: u64, denominator: u64| {
        let changes = template.scenario().functions.iter().map(|function| {
            let volume = function.log_volume.count() * numerator / denominator;
            Change::new(format!("functions.{}.logs.volume", function.name), &format!("{volume}B"))
        });
        alternative(one, words, changes.collect())
    };
    vec![scaled("half", 1, 2), scaled("twice", 2, 1)]
}
