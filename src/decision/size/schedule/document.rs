//! The answer of `size --schedule`: sentences, what to write, and the parts of the day.

use crate::report::document::{Block, Cell, Column, Document, Picture, Table, Tone};
use crate::report::estimate_text::interval;
use crate::report::figures::{counted, dollars, percent, thousands};
use crate::report::plots::{Curve, Curves};
use crate::scenario::metric::MetricUnit;

use super::{Schedule, Slot, Whole};

/// The answer as a document.
pub fn document(found: &Schedule) -> Document {
    let runs = counted(found.head.replications.into(), "run", "runs");
    let mut blocks = vec![Block::Answer(answer(found))];
    if let Some(whole) = found.whole.as_ref().filter(|_| !needs_none(found)) {
        blocks.push(Block::Text("Write into the scenario:".to_owned()));
        blocks.push(Block::Listing(whole.lines.clone()));
    }
    blocks.push(Block::Table(table(found)));
    blocks.extend(picture(found).map(Block::Picture));
    blocks.push(Block::Notes(found.remarks.clone()));
    Document {
        kind: "schedule",
        title: found.path.clone(),
        identity: vec![
            format!("{} × {runs}", counted(found.tried.len() as u64, "capacity", "capacities")),
            format!("seed {}", found.head.seed),
            "common random numbers".to_owned(),
        ],
        blocks,
    }
}

/// No part of the day needs any.
fn needs_none(found: &Schedule) -> bool {
    found.slots.iter().all(|slot| slot.needs == Some(0))
}

fn answer(found: &Schedule) -> Vec<String> {
    let conditions = found.conditions.join(" and ");
    let Some(whole) = &found.whole else {
        return vec![format!("No schedule meets {conditions} in every part of the day.")];
    };
    if needs_none(found) && whole.holds {
        return vec![format!("None is needed: {conditions} hold in every part of the day without any.")];
    }
    let missed: Vec<&str> =
        found.slots.iter().filter(|slot| !slot.holds).map(|slot| slot.from.as_str()).collect();
    let verdict = if whole.holds {
        format!("This schedule meets {conditions} in every part of the day, simulated as a whole.")
    } else {
        format!("Simulated as a whole, this schedule misses {conditions} from {}.", missed.join(", "))
    };
    vec![verdict, costs(whole)]
}

fn costs(whole: &Whole) -> String {
    let constant = thousands(whole.constant);
    match (whole.cost_usd, whole.constant_cost_usd) {
        (Some(cost), Some(all)) if all.dollars() > 0.0 => {
            let saved = 1.0 - cost.dollars() / all.dollars();
            let against = if saved >= 0.0 { "less" } else { "more" };
            format!(
                "This run costs {} with it, {} {against} than with {constant} all the time ({}).",
                dollars(cost),
                percent(saved.abs()),
                dollars(all)
            )
        }
        _ => "What it costs is not known: this region has no prices.".to_owned(),
    }
}

fn table(found: &Schedule) -> Table {
    let mut columns =
        vec![Column::left("from (UTC)"), Column::right("needs by itself"), Column::right("in the schedule")];
    columns.extend(found.conditions.iter().map(|condition| Column::right(condition.clone())));
    columns.push(Column::left(""));
    let capacity = |capacity: Option<u64>| capacity.map_or_else(|| "none is enough".to_owned(), thousands);
    let row = |slot: &Slot| {
        let mut cells = vec![
            Cell::toned(slot.from.clone(), Tone::Strong),
            Cell::from(capacity(slot.needs)),
            Cell::from(slot.capacity.map_or_else(String::new, thousands)),
        ];
        let measured = |(index, unit): (usize, &MetricUnit)| {
            let value = slot.measured.get(index).copied().flatten();
            Cell::from(value.map_or_else(String::new, |value| interval(*unit, value, None)))
        };
        cells.extend(found.units.iter().enumerate().map(measured));
        cells.push(match (slot.capacity, slot.holds) {
            (None, _) => Cell::default(),
            (_, true) => Cell::toned("✓", Tone::Good),
            (_, false) => Cell::toned("✗", Tone::Bad),
        });
        cells
    };
    Table { title: String::new(), columns, keys: 1, rows: found.slots.iter().map(row).collect() }
}

/// The capacity over the day, in steps.
fn picture(found: &Schedule) -> Option<Picture> {
    found.whole.as_ref()?;
    let slots = || found.slots.iter().enumerate();
    let step = |(index, slot): (usize, &Slot)| {
        let capacity = slot.capacity.unwrap_or(0) as f64;
        [(index as f64, capacity, 0.0), (index as f64 + 1.0, capacity, 0.0)]
    };
    let curves = Curves {
        name: "schedule".to_owned(),
        title: "Provisioned concurrency over the day".to_owned(),
        along: "from (UTC)".to_owned(),
        places: slots()
            .map(|(index, slot)| (index as f64, slot.from.clone()))
            .chain([(found.slots.len() as f64, String::new())])
            .collect(),
        curves: vec![Curve {
            name: "in the schedule".to_owned(),
            unit: MetricUnit::Count,
            points: slots().flat_map(step).collect(),
            at_right: false,
        }],
        levels: Vec::new(),
        marks: Vec::new(),
        crosses: Vec::new(),
    };
    Some(curves.picture())
}
