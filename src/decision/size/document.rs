//! The answer of `size`: one sentence, the values that were tried, and their picture.

use crate::report::document::{Block, Cell, Column, Document, Picture, Table, Tone};
use crate::report::estimate::Estimate;
use crate::report::estimate_text::interval;
use crate::report::figures::{counted, thousands};
use crate::report::plots::{Curve, Curves};

use super::{Sizing, Tried};

/// The answer.
pub fn document(sizing: &Sizing) -> Document {
    let mut blocks = vec![Block::Answer(vec![sentence(sizing)]), Block::Table(table(sizing))];
    blocks
        .extend((0..sizing.conditions.len()).filter_map(|index| picture(sizing, index)).map(Block::Picture));
    blocks.push(Block::Notes(sizing.remarks.clone()));
    let values = counted(sizing.tried.len() as u64, "value", "values");
    let runs = counted(sizing.head.replications.into(), "run", "runs");
    Document {
        kind: "size",
        title: sizing.path.clone(),
        identity: vec![
            format!("{values} × {runs}"),
            format!("seed {}", sizing.head.seed),
            "common random numbers".to_owned(),
        ],
        blocks,
    }
}

fn sentence(sizing: &Sizing) -> String {
    let conditions = sizing.conditions.join(" and ");
    let find = |value: Option<u64>| sizing.tried.iter().find(|one| Some(one.value) == value);
    let Some(answer) = sizing.answer else {
        let (least, most) = sizing.within;
        return format!(
            "No value from {} to {} that was tried meets {conditions}.",
            thousands(least),
            thousands(most)
        );
    };
    let at = |one: &Tried| {
        one.measured.iter().map(|estimate| measured(estimate.as_ref())).collect::<Vec<_>>().join(", ")
    };
    let mut sentence =
        format!("{} = {} is the smallest that meets {conditions}", sizing.path, thousands(answer));
    if let Some(one) = find(Some(answer)) {
        sentence.push_str(&format!(": {}", at(one)));
    }
    match find(answer.checked_sub(1)) {
        Some(below) => sentence.push_str(&format!("; {} would give {}.", thousands(below.value), at(below))),
        None if sizing.is_cut => sentence.push_str(", and the smallest that was looked at."),
        None => sentence.push_str(", and the smallest that can be set."),
    }
    sentence
}

fn measured(estimate: Option<&Estimate>) -> String {
    estimate
        .map_or_else(|| "nothing was measured".to_owned(), |one| interval(one.unit, one.mean, one.half_width))
}

fn table(sizing: &Sizing) -> Table {
    let mut columns = vec![Column::right("value")];
    columns.extend(sizing.conditions.iter().map(|condition| Column::right(condition.clone())));
    columns.push(Column::left(""));
    let rows = sizing
        .tried
        .iter()
        .map(|one| {
            let cells = one.measured.iter().map(|estimate| Cell::from(measured(estimate.as_ref())));
            let verdict = match (one.holds, sizing.answer == Some(one.value)) {
                (true, true) => Cell::toned("✓ ← smallest", Tone::Good),
                (true, false) => Cell::toned("✓", Tone::Good),
                (false, _) => Cell::toned("✗", Tone::Bad),
            };
            std::iter::once(Cell::toned(thousands(one.value), Tone::Strong))
                .chain(cells)
                .chain([verdict])
                .collect()
        })
        .collect();
    Table { title: String::new(), columns, keys: 1, rows }
}

/// What a condition measured over the values that were tried.
fn picture(sizing: &Sizing, index: usize) -> Option<Picture> {
    let estimates =
        || sizing.tried.iter().filter_map(move |one| Some((one.value, one.measured.get(index)?.as_ref()?)));
    let unit = estimates().next()?.1.unit;
    let points =
        estimates().map(|(value, one)| (value as f64, one.mean, one.half_width.unwrap_or(0.0))).collect();
    let condition = sizing.conditions.get(index)?;
    let curves = Curves {
        name: format!("size-{}", index + 1),
        title: condition.clone(),
        along: sizing.path.clone(),
        places: sizing.tried.iter().map(|one| (one.value as f64, thousands(one.value))).collect(),
        curves: vec![Curve { name: condition.clone(), unit, points, at_right: false }],
        levels: sizing.limits.get(index).map(|limit| (*limit, condition.clone())).into_iter().collect(),
        marks: sizing
            .answer
            .map(|answer| (answer as f64, format!("smallest: {}", thousands(answer))))
            .into_iter()
            .collect(),
        crosses: Vec::new(),
    };
    Some(curves.picture())
}
