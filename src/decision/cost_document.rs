//! The answer of `cost` as a document: what is printed, as a page and as Markdown.

use crate::report::document::{Block, Cell, Column, Document, Table, Tone};
use crate::report::estimate_text::{interval, value};
use crate::report::figures::{decimal, dollars, percent, quantity, thousands, unit_price};
use crate::report::model::{CostLine, CostReport, Report};
use crate::scenario::metric::MetricUnit;
use crate::units::Usd;

use super::cost_range::CostRange;
use super::cost_text::{Questions, answers};

/// The bill of `report`, the answers to `questions`, and the range of uncertain inputs.
pub fn document(report: &Report, questions: Questions, range: Option<&CostRange>) -> Document {
    let cost = &report.cost;
    let mut blocks = vec![Block::Answer(sentences(report, questions, range))];
    if cost.priced {
        blocks.extend(bill("A month", &cost.monthly_lines, cost.monthly).map(Block::Table));
        blocks.extend(bill("This run", &cost.lines, Some(cost.total)).map(Block::Table));
        blocks.extend(waste(cost).map(Block::Table));
        blocks.extend(range.and_then(inputs).map(Block::Table));
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

fn sentences(report: &Report, questions: Questions, range: Option<&CostRange>) -> Vec<String> {
    let cost = &report.cost;
    if !cost.priced {
        return vec![format!("Not priced: there is no price list for {}.", report.region)];
    }
    let monthly = cost.monthly.map_or_else(String::new, |monthly| format!(", {} a month", dollars(monthly)));
    let mut told = vec![format!("{} for this run{monthly}.", dollars(cost.total))];
    told.extend(answers(report, questions));
    if let Some(replications) = &report.replications {
        let means = [("cost.total", "for this run"), ("cost.monthly", "a month")];
        let means = means.iter().filter_map(|(name, words)| {
            let one = replications.metrics.get(*name)?;
            Some(format!("{} {words}", interval(one.unit, one.mean, one.half_width)))
        });
        told.push(format!(
            "Over {} runs: {} ({} % intervals by Student's t).",
            thousands(replications.runs.into()),
            means.collect::<Vec<_>>().join(", "),
            decimal(replications.confidence * 100.0, 2)
        ));
    }
    if let Some(range) = range {
        let (bounds, span) =
            range.monthly.as_ref().map_or((&range.total, "for this run"), |monthly| (monthly, "a month"));
        let money = |amount: f64| value(MetricUnit::Dollars, amount);
        told.push(format!(
            "{} to {} {span} over {} combinations of uncertain inputs.",
            money(bounds.least),
            money(bounds.most),
            thousands(range.combinations as u64)
        ));
    }
    told
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
            let share = line.amount.dollars() / cost.total.dollars();
            vec![
                Cell::toned(line.function.clone(), Tone::Strong),
                line.cause.into(),
                dollars(line.amount).into(),
                percent(share).into(),
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
    let ends = range.monthly.as_ref().unwrap_or(&range.total);
    let money = |amount: f64| value(MetricUnit::Dollars, amount);
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
