//! A comparison as sentences, tables and overlaid pictures.

use indexmap::IndexMap;

use crate::experiment::cases::{Case, judged_cost};
use crate::experiment::paired::Difference;
use crate::experiment::pictures;
use crate::experiment::tracked::Shown;
use crate::report::document::{Block, Cell, Column, Document, Table, Tone};
use crate::report::estimate_text::interval;
use crate::report::figures::{counted, short, shortened, thousands};
use crate::report::model::Report;
use crate::report::plots::overlaid;
use crate::scenario::metric::{Metric, MetricUnit, OfCost, OfFunction, Subject};

use super::sentences::{Words, signed};
use super::{Comparison, ThresholdsHeld};

/// Functions whose latency and concurrency are drawn.
const DRAWN: usize = 3;
/// Characters of a variant's name in a heading.
const NAME: usize = 18;

/// The comparison with `shown` metrics; `names` and `found` are the variants in their order, for the pictures.
pub fn document(comparison: &Comparison, shown: &Shown, names: &[String], found: &[Case]) -> Document {
    let is_asked_for = shown.named;
    let shown = &judged(shown, found);
    let only = pictures::only_owner(shown);
    let mut answer = Vec::new();
    let mut blocks = Vec::new();
    for (variant, differences) in &comparison.variants {
        answer.extend(said(
            comparison,
            variant,
            differences,
            &worth_saying(shown, is_asked_for),
            only.as_deref(),
        ));
        blocks.push(Block::Table(table(comparison, variant, differences, shown)));
    }
    blocks.insert(0, Block::Answer(answer));
    if !comparison.thresholds.is_empty() {
        blocks.push(Block::Table(thresholds(comparison, names)));
    }
    blocks.push(Block::Text(gain(comparison, shown)));
    let runs: Vec<(String, &Report)> =
        names.iter().cloned().zip(found.iter().map(|case| &case.first)).collect();
    for function in busiest(found) {
        blocks.extend(overlaid(&runs, &function).into_iter().map(Block::Picture));
    }
    blocks.push(Block::Notes(comparison.remarks.clone()));
    let variants = counted(comparison.variants.len() as u64 + 1, "variant", "variants");
    let runs = counted(comparison.head.replications.into(), "run", "runs");
    Document {
        kind: "compare",
        title: comparison.head.scenario.name.clone(),
        identity: vec![
            format!("{variants} × {runs}"),
            format!("seed {}", comparison.head.seed),
            "common random numbers".to_owned(),
        ],
        blocks,
    }
}

/// Where the prorated cost is what counts and no metrics are named, it stands in place of the run's and those of its functions.
fn judged(shown: &Shown, found: &[Case]) -> Vec<Metric> {
    if shown.named || judged_cost(found) == OfCost::Total {
        return shown.metrics.clone();
    }
    let prorated = Metric { name: "cost.prorated".to_owned(), subject: Subject::Cost(OfCost::Prorated) };
    let mut judged = Vec::new();
    for metric in &shown.metrics {
        match metric.subject {
            Subject::Cost(OfCost::Total) => judged.push(prorated.clone()),
            Subject::Function(_, OfFunction::Cost) => {}
            _ => judged.push(metric.clone()),
        }
    }
    judged
}

/// Which cost is compared, where cost is.
fn which_cost(shown: &[Metric]) -> &'static str {
    let has = |of: OfCost| shown.iter().any(|metric| metric.subject == Subject::Cost(of));
    if has(OfCost::Prorated) && !has(OfCost::Total) {
        " Cheaper and dearer are by cost prorated: what is paid for in 5 minutes begun or 3 hours at least counts by its time in the run, as \
         it would in a month; the bill of the run itself is cost.total."
    } else if has(OfCost::Total) {
        " Cheaper and dearer are by cost total, the bill of the run with its cold starts."
    } else {
        ""
    }
}

/// What differs, what may be chance, and what is the same.
fn said(
    comparison: &Comparison,
    variant: &str,
    differences: &IndexMap<String, Difference>,
    worth_saying: &[&Metric],
    only: Option<&str>,
) -> Vec<String> {
    let (mut differs, mut chance, mut same) = (Vec::new(), Vec::new(), Vec::new());
    let mut without = Vec::new();
    for metric in worth_saying {
        let Some(one) = differences.get(&metric.name) else {
            without.push(pictures::name(metric, only));
            continue;
        };
        if one.baseline.mean == 0.0 && one.variant.mean == 0.0 {
            continue;
        }
        match Words::about(metric, one, only) {
            Words::Differs(words) => differs.push(words),
            Words::MayBeChance(words) => chance.push(words),
            Words::Same(words) => same.push(words),
        }
    }
    let baseline = &comparison.baseline;
    let compared = differs.len() + chance.len() + same.len();
    let mut sentences = vec![match (differs.is_empty(), compared) {
        (true, 0) if !without.is_empty() => format!("{variant} against {baseline}: nothing to compare."),
        (true, _) => format!("{variant} against {baseline}: no significant difference."),
        _ => format!("{variant} against {baseline}: {}.", differs.join(", ")),
    }];
    if !chance.is_empty() {
        let percent = crate::report::figures::decimal(comparison.head.confidence * 100.0, 2);
        sentences.push(format!("May be chance (at {percent} % confidence): {}.", chance.join(", ")));
    }
    if !same.is_empty() {
        sentences.push(format!("The same in every run: {}.", same.join(", ")));
    }
    if !without.is_empty() {
        sentences.push(format!("Without a value in one of them: {}.", without.join(", ")));
    }
    sentences
}

/// Of the bill one number is enough: that of the run, which has the cold starts in it; the cost of single functions only
/// where somebody names it.
fn worth_saying(shown: &[Metric], named: bool) -> Vec<&Metric> {
    let is_kept = |metric: &&Metric| {
        let redundant = match metric.subject {
            Subject::Cost(of) => of == OfCost::Monthly,
            Subject::Function(_, of) => of == OfFunction::Cost,
            _ => false,
        };
        named || !redundant
    };
    // The bill first: it is what most decisions are about.
    let (bill, rest): (Vec<_>, Vec<_>) =
        shown.iter().filter(is_kept).partition(|metric| matches!(metric.subject, Subject::Cost(_)));
    bill.into_iter().chain(rest).collect()
}

fn table(
    comparison: &Comparison,
    variant: &str,
    differences: &IndexMap<String, Difference>,
    shown: &[Metric],
) -> Table {
    let only = pictures::only_owner(shown);
    // What never happened in either is no news.
    let happened =
        |difference: &Difference| difference.baseline.mean != 0.0 || difference.variant.mean != 0.0;
    let listed: Vec<(&Metric, &Difference)> = shown
        .iter()
        .filter_map(|metric| Some((metric, differences.get(&metric.name).filter(|one| happened(one))?)))
        .collect();
    let paired = listed.iter().any(|(_, difference)| difference.variance_ratio.is_some());
    let mut columns = vec![
        Column::left(only.clone().unwrap_or_default()),
        Column::right(shortened(&comparison.baseline, NAME)),
        Column::right(shortened(variant, NAME)),
        Column::right("difference"),
    ];
    columns.extend(paired.then(|| Column::right("pairing")));
    let rows = listed
        .into_iter()
        .map(|(metric, difference)| {
            let unit = difference.baseline.unit;
            let value = |one: &crate::report::estimate::Estimate| interval(unit, one.mean, one.half_width);
            let gain =
                difference.variance_ratio.map_or_else(String::new, |ratio| format!("× {}", short(ratio)));
            let mut row = vec![
                Cell::toned(pictures::name(metric, only.as_deref()), Tone::Strong),
                value(&difference.baseline).into(),
                value(&difference.variant).into(),
                Cell::toned(signed(difference).replace(" points", " pp"), tone(metric, difference)),
            ];
            row.extend(paired.then(|| Cell::toned(gain, Tone::Faint)));
            row
        })
        .collect();
    Table { title: format!("{variant} against {}", comparison.baseline), columns, keys: 1, rows }
}

/// Green where the variant is better, red where it is worse, pale where it may be chance.
pub(crate) fn tone(metric: &Metric, difference: &Difference) -> Tone {
    let more_is_better = metric.name.ends_with("success_rate");
    match metric.unit() {
        _ if !difference.significant => Tone::Faint,
        MetricUnit::Count => Tone::Plain,
        _ if (difference.difference > 0.0) == more_is_better => Tone::Good,
        _ => Tone::Bad,
    }
}

fn thresholds(comparison: &Comparison, names: &[String]) -> Table {
    let mut columns = vec![Column::left("")];
    columns.extend(names.iter().map(|name| Column::left(shortened(name, 24))));
    let runs = comparison.head.replications;
    let row = |one: &ThresholdsHeld| {
        let cells = names.iter().map(|name| match one.held.get(name) {
            Some(held) => verdict(*held, runs, one.strict),
            None => Cell::toned("–", Tone::Faint),
        });
        std::iter::once(Cell::toned(format!("{} {}", one.metric, one.expression), Tone::Strong))
            .chain(cells)
            .collect()
    };
    let rows = comparison.thresholds.iter().map(row).collect();
    Table { title: "Thresholds".to_owned(), columns, keys: 1, rows }
}

/// Whether a threshold held in all of some runs.
pub(crate) fn verdict(held: u32, runs: u32, strict: bool) -> Cell {
    if held == runs {
        return Cell::toned("✓", Tone::Good);
    }
    let tone = if strict { Tone::Bad } else { Tone::Remark };
    if runs == 1 {
        return Cell::toned("✗", tone);
    }
    Cell::toned(format!("✗ held in {} of {}", thousands(held.into()), thousands(runs.into())), tone)
}

/// What common random numbers were worth.
fn gain(comparison: &Comparison, shown: &[Metric]) -> String {
    let mut ratios: Vec<f64> = comparison
        .variants
        .values()
        .flat_map(|differences| {
            shown.iter().filter_map(|metric| differences.get(&metric.name)?.variance_ratio)
        })
        .collect();
    ratios.sort_by(f64::total_cmp);
    let method = format!("Intervals: {}.{}", comparison.head.method, which_cost(shown));
    match ratios.len() {
        0 => method,
        count => format!(
            "{method} “pairing × n”: independent runs would need n times as many for the same interval; here × {} in the middle.",
            short(ratios[count / 2])
        ),
    }
}

/// Functions with the most requests in the first case.
fn busiest(found: &[Case]) -> Vec<String> {
    let Some(case) = found.first() else { return Vec::new() };
    let mut functions: Vec<(&String, u64)> =
        case.first.functions.iter().map(|(name, function)| (name, function.requests)).collect();
    functions.sort_by_key(|(_, requests)| std::cmp::Reverse(*requests));
    functions.into_iter().take(DRAWN).map(|(name, _)| name.clone()).collect()
}
