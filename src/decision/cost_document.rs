//! The answer of `cost` as a document: what is printed, as a page and as Markdown.

use crate::report::document::{Block, Cell, Column, Document, Table, Tone};
use crate::report::figures::{dollars, percent, quantity, unit_price};
use crate::report::model::{CostLine, CostReport, Report};
use crate::units::Usd;

use super::cost_answers::{CostAnswers, range, scatter};
use super::cost_range::{CostRange, money};

/// The bill of `report`, the answers, and the range of uncertain inputs.
pub fn document(report: &Report, answers: &CostAnswers, uncertain: Option<&CostRange>) -> Document {
    let cost = &report.cost;
    let mut blocks = vec![Block::Answer(sentences(report, answers, uncertain))];
    if cost.priced {
        blocks.extend(bill("A month", &cost.monthly_lines, cost.monthly).map(Block::Table));
        blocks.extend(bill("This run", &cost.lines, Some(cost.total)).map(Block::Table));
        blocks.extend(waste(cost).map(Block::Table));
        blocks.extend(uncertain.and_then(inputs).map(Block::Table));
        blocks.push(Block::Text(format!("A month: {}.", cost.monthly_method)));
        blocks.push(Block::Text(format!("Prices: {}", cost.price_source)));
    }
    blocks.push(Block::Notes(cost.not_priced.clone()));
    Document {
        kind: "cost",
        title: report.scenario.name.clone(),
        identity: vec![report.platform.clone(), report.region.clone(), format!("seed {}", report.seed)],
        blocks,
    }
}

fn sentences(report: &Report, answers: &CostAnswers, uncertain: Option<&CostRange>) -> Vec<String> {
    let cost = &report.cost;
    if !cost.priced {
        return vec![format!("Not priced: there is no price list for {}.", report.region)];
    }
    let monthly = cost.monthly.map_or_else(String::new, |monthly| format!(", {} a month", dollars(monthly)));
    let mut told = vec![("", vec![format!("{} for this run{monthly}", dollars(cost.total))])];
    told.extend(answers.told());
    told.extend(report.replications.as_ref().map(scatter));
    told.extend(uncertain.map(range));
    told.into_iter().flat_map(|(_, sentences)| sentences).map(|sentence| full_stop(&sentence)).collect()
}

/// With a capital and a full stop.
fn full_stop(sentence: &str) -> String {
    let mut letters = sentence.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

fn bill(title: &str, lines: &[CostLine], total: Option<Usd>) -> Option<Table> {
    let total = total.filter(|_| !lines.is_empty())?;
    let columns = vec![
        Column::left("of"),
        Column::left("service"),
        Column::left("item"),
        Column::right("quantity"),
        Column::right("× rate"),
        Column::right("= amount"),
    ];
    let owner = |line: &CostLine| line.function.clone().or_else(|| line.resource.clone()).unwrap_or_default();
    let mut rows: Vec<Vec<Cell>> = lines
        .iter()
        .map(|line| {
            vec![
                Cell::toned(owner(line), Tone::Strong),
                line.service.into(),
                line.item.clone().into(),
                quantity(line.quantity, line.unit).into(),
                unit_price(&line.rate).into(),
                dollars(line.amount).into(),
            ]
        })
        .collect();
    let blank = || Cell::from("");
    rows.push(vec![
        Cell::toned("total", Tone::Strong),
        blank(),
        blank(),
        blank(),
        blank(),
        Cell::toned(dollars(total), Tone::Strong),
    ]);
    Some(Table { title: title.to_owned(), columns, keys: 1, rows })
}

/// Parts of the run's bill that paid for nothing new.
fn waste(cost: &CostReport) -> Option<Table> {
    let rows: Vec<Vec<Cell>> = cost
        .waste
        .iter()
        .map(|line| {
            let share = (cost.total != Usd::ZERO).then(|| line.amount.dollars() / cost.total.dollars());
            vec![
                Cell::toned(line.function.clone(), Tone::Strong),
                line.cause.into(),
                dollars(line.amount).into(),
                share.map_or_else(|| "–".to_owned(), percent).into(),
            ]
        })
        .collect();
    let columns = vec![
        Column::left("function"),
        Column::left("of this run for"),
        Column::right("amount"),
        Column::right("share"),
    ];
    (!rows.is_empty()).then(|| Table {
        title: "Wasted, as part of the cost".to_owned(),
        columns,
        keys: 1,
        rows,
    })
}

/// The uncertain inputs, the one that moves the bill most first.
fn inputs(range: &CostRange) -> Option<Table> {
    let (ends, _) = range.bounds();
    let rows: Vec<Vec<Cell>> = range
        .inputs
        .iter()
        .map(|one| {
            let with = |values: &indexmap::IndexMap<String, String>| {
                Cell::from(values.get(&one.path).cloned().unwrap_or_default())
            };
            vec![
                Cell::toned(one.path.clone(), Tone::Strong),
                money(one.most - one.least).into(),
                with(&ends.least_with),
                with(&ends.most_with),
            ]
        })
        .collect();
    let columns = vec![
        Column::left("uncertain input"),
        Column::right("moves the bill by"),
        Column::right("in the least bill"),
        Column::right("in the greatest"),
    ];
    (!rows.is_empty()).then(|| Table { title: "Uncertain inputs".to_owned(), columns, keys: 1, rows })
}
