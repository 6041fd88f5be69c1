//! What matters among the assumptions: sentences, a table, and a tornado for each metric.

use crate::experiment::compare::{Words, apart, times, tone};
use crate::experiment::pictures;
use crate::report::document::{Block, Cell, Column, Document, Table, Tone};
use crate::report::estimate_text::{interval, value};
use crate::report::figures::{counted, percent, shortened};
use crate::report::plots::{Bar, Tornado};
use crate::scenario::metric::{Metric, MetricUnit};

use super::{Decision, Effect, Flip, Sensitivity};

/// Bars of a tornado.
const BARS: usize = 12;

/// The answer; `known` are the metrics by name.
pub fn document(found: &Sensitivity, known: &[Metric]) -> Document {
    let metrics: Vec<&Metric> =
        found.metrics.iter().filter_map(|name| known.iter().find(|metric| metric.name == *name)).collect();
    // What never happened under any assumption is no news.
    let happened = |metric: &&Metric| {
        found
            .alternatives
            .iter()
            .filter_map(|effect| effect.differences.get(&metric.name))
            .any(|one| one.baseline.mean != 0.0 || one.variant.mean != 0.0)
    };
    let metrics: Vec<&Metric> = metrics.into_iter().filter(happened).collect();
    let mut blocks = vec![Block::Answer(sentences(found, &metrics))];
    if !found.alternatives.is_empty() {
        blocks.push(Block::Table(table(found, &metrics)));
    }
    blocks.extend(metrics.iter().filter_map(|metric| tornado(found, metric)).map(Block::Picture));
    let mut notes = found.remarks.clone();
    if !found.not_varied.is_empty() {
        notes.push(format!(
            "Not varied, because there is nothing else to try: {}.",
            found.not_varied.join(", ")
        ));
    }
    blocks.push(Block::Notes(notes));
    let tried = counted(found.alternatives.len() as u64, "alternative", "alternatives");
    let runs = counted(found.head.replications.into(), "run", "runs");
    Document {
        kind: "assumptions",
        title: found.head.scenario.name.clone(),
        identity: vec![
            format!("{tried} × {runs}"),
            format!("seed {}", found.head.seed),
            "common random numbers".to_owned(),
        ],
        blocks,
    }
}

fn sentences(found: &Sensitivity, metrics: &[&Metric]) -> Vec<String> {
    let mut said = Vec::new();
    for decision in &found.decisions {
        said.extend(decided(decision));
    }
    let flipping: Vec<&Effect> =
        found.alternatives.iter().filter(|effect| !effect.thresholds_flipped.is_empty()).collect();
    let same = |one: &&Effect, other: &&Effect| {
        one.assumption == other.assumption && one.thresholds_flipped == other.thresholds_flipped
    };
    for (effect, others) in grouped(&flipping, same) {
        said.push(format!(
            "With {} {}{} the verdict on {} changes.",
            effect.assumption,
            effect.instead,
            also(&others.iter().map(|one| one.instead.as_str()).collect::<Vec<_>>()),
            effect.thresholds_flipped.join(" and ")
        ));
    }
    let strongest = found.alternatives.first().filter(|effect| effect.strength > 0.0);
    said.push(match strongest {
        None => "No assumption that has a switch changes these metrics significantly.".to_owned(),
        Some(effect) => {
            let told: Vec<String> = metrics
                .iter()
                .filter_map(|metric| {
                    match Words::about(metric, effect.differences.get(&metric.name)?, None) {
                        Words::Differs(words) => Some(words),
                        Words::MayBeChance(_) | Words::Same(_) => None,
                    }
                })
                .collect();
            format!(
                "{} matters most: with {} instead of {}, {}.",
                effect.assumption,
                effect.instead,
                effect.assumed,
                told.join(", ")
            )
        }
    });
    said
}

fn decided(decision: &Decision) -> Vec<String> {
    let word = |difference: &crate::experiment::paired::Difference| {
        let lower = difference.difference < 0.0;
        match (difference.significant, difference.ratio) {
            (false, _) => "is not significantly different".to_owned(),
            (true, Some(ratio)) if difference.baseline.unit == MetricUnit::Dollars => {
                format!("is {}", times(ratio, if lower { "cheaper" } else { "dearer" }))
            }
            (true, _) => format!(
                "has {} {} {}",
                decision.metric,
                apart(difference),
                if lower { "lower" } else { "higher" }
            ),
        }
    };
    let mut said = vec![format!("As assumed, {} {}.", decision.variant, word(&decision.assumed))];
    if decision.flips.is_empty() {
        said.push(format!(
            "That holds under all {}.",
            counted(decision.tried as u64, "alternative", "alternatives")
        ));
    }
    let same = |one: &Flip, other: &Flip| {
        one.assumption == other.assumption
            && one.difference.significant == other.difference.significant
            && (one.difference.difference < 0.0) == (other.difference.difference < 0.0)
    };
    for (flip, others) in grouped(&decision.flips, same) {
        let also = also(&others.iter().map(|one| one.instead.as_str()).collect::<Vec<_>>());
        said.push(format!(
            "It flips: with {} {}{also} it {}.",
            flip.assumption,
            flip.instead,
            word(&flip.difference)
        ));
    }
    said
}

/// The first of each kind, in order, with those that are like it.
fn grouped<T>(all: &[T], same: impl Fn(&T, &T) -> bool) -> Vec<(&T, Vec<&T>)> {
    let mut groups: Vec<(&T, Vec<&T>)> = Vec::new();
    for one in all {
        match groups.iter_mut().find(|(first, _)| same(first, one)) {
            Some((_, others)) => others.push(one),
            None => groups.push((one, Vec::new())),
        }
    }
    groups
}

fn also(others: &[&str]) -> String {
    if others.is_empty() { String::new() } else { format!(" (also {})", others.join(", ")) }
}

fn table(found: &Sensitivity, metrics: &[&Metric]) -> Table {
    let mut columns = vec![Column::left("assumption"), Column::left("instead"), Column::right("effect")];
    columns.extend(metrics.iter().map(|metric| Column::right(pictures::name(metric, None))));
    let row = |effect: &Effect| {
        let strength = if effect.strength > 0.0 { percent(effect.strength) } else { "none".to_owned() };
        let flips = !effect.thresholds_flipped.is_empty();
        let strength_tone = if flips {
            Tone::Bad
        } else if effect.strength > 0.0 {
            Tone::Plain
        } else {
            Tone::Faint
        };
        let cells = metrics.iter().map(|metric| {
            let Some(difference) = effect.differences.get(&metric.name) else { return Cell::from("–") };
            if difference.difference == 0.0 {
                return Cell::toned("same", Tone::Faint);
            }
            let text =
                interval(difference.baseline.unit, difference.variant.mean, difference.variant.half_width);
            Cell::toned(text, tone(metric, difference))
        });
        let name = format!("{} ({})", effect.assumption, effect.rule);
        [
            Cell::toned(name, Tone::Strong),
            shortened(&effect.instead, 22).into(),
            Cell::toned(strength, strength_tone),
        ]
        .into_iter()
        .chain(cells)
        .collect()
    };
    let assumed = found.alternatives.first().map(|effect| {
        let cells = metrics.iter().map(|metric| {
            let difference = effect.differences.get(&metric.name);
            difference.map_or_else(
                || Cell::from("–"),
                |one| interval(one.baseline.unit, one.baseline.mean, one.baseline.half_width).into(),
            )
        });
        ["as assumed", "", ""].map(Cell::from).into_iter().chain(cells).collect()
    });
    let rows = assumed.into_iter().chain(found.alternatives.iter().map(row)).collect();
    Table { title: "What matters, the strongest first".to_owned(), columns, keys: 2, rows }
}

/// The alternatives of each assumption in one bar.
fn tornado(found: &Sensitivity, metric: &Metric) -> Option<crate::report::document::Picture> {
    let of = |effect: &Effect| effect.differences.get(&metric.name).copied();
    let base = found.alternatives.first().and_then(of)?.baseline.mean;
    let mut bars: Vec<Bar> = Vec::new();
    for effect in &found.alternatives {
        let Some(difference) = of(effect).filter(|one| one.significant) else { continue };
        let end = (difference.variant.mean, effect.instead.clone());
        match bars.iter_mut().find(|bar| bar.name == effect.assumption) {
            Some(bar) => bar.ends.push(end),
            None => bars.push(Bar { name: effect.assumption.to_owned(), ends: vec![end] }),
        }
    }
    if bars.is_empty() {
        return None;
    }
    let width = |bar: &Bar| bar.ends.iter().map(|(end, _)| (end - base).abs()).fold(0.0, f64::max);
    bars.sort_by(|one, other| width(other).total_cmp(&width(one)));
    bars.truncate(BARS);
    let written: fn(f64) -> String = match metric.unit() {
        MetricUnit::Millis => |one| value(MetricUnit::Millis, one),
        MetricUnit::Seconds => |one| value(MetricUnit::Seconds, one),
        MetricUnit::Share => |one| value(MetricUnit::Share, one),
        MetricUnit::Count => |one| value(MetricUnit::Count, one),
        MetricUnit::Dollars => |one| value(MetricUnit::Dollars, one),
    };
    let tornado = Tornado {
        name: format!("tornado-{}", pictures::file_name(metric)),
        title: format!("What changes {}", pictures::name(metric, None)),
        base: (base, written(base)),
        bars,
        written,
    };
    Some(tornado.picture())
}
