//! A sweep as tables and pictures.

use crate::experiment::Shown;
use crate::experiment::compare::verdict;
use crate::experiment::pictures;
use crate::report::document::{Block, Cell, Column, Document, Table, Tone};
use crate::report::estimate::Estimate;
use crate::report::estimate_text::{interval, value};
use crate::report::figures::{counted, shortened};
use crate::scenario::metric::{Metric, MetricUnit};

use super::answer::{SweepAnswer, SweepPoint};

/// Metrics that a table shows, unless they are named.
const COLUMNS: usize = 7;
/// Metrics that are drawn.
const DRAWN: usize = 4;
/// Tables of two fields, unless metrics are named.
const MATRICES: usize = 3;

/// The answer with `shown` metrics.
pub fn document(answer: &SweepAnswer, shown: &Shown) -> Document {
    let named = shown.named;
    let shown = if named { shown.metrics.clone() } else { telling(answer, &shown.metrics) };
    let mut blocks = if answer.fields.len() == 2 {
        matrices(answer, if named { &shown } else { &shown[..shown.len().min(MATRICES)] })
    } else {
        vec![Block::Table(list(answer, &shown))]
    };
    if let Some(table) = thresholds(answer) {
        blocks.push(Block::Table(table));
    }
    blocks.extend(shown.iter().take(DRAWN).filter_map(|metric| picture(answer, metric)).map(Block::Picture));
    blocks.push(Block::Notes(answer.remarks.clone()));
    let points = counted(answer.points.len() as u64, "point", "points");
    let runs = counted(answer.head.replications.into(), "run", "runs");
    let seeds = if answer.head.replications > 1 {
        "the same seeds at every point"
    } else {
        "the same seed at every point"
    };
    Document {
        kind: "sweep",
        title: answer.head.scenario.name.clone(),
        identity: vec![format!("{points} × {runs}"), format!("seed {}", answer.head.seed), seeds.to_owned()],
        blocks,
    }
}

/// The metrics worth a column where nobody named any: without what is the same everywhere, a missing value being one, too.
fn telling(answer: &SweepAnswer, shown: &[Metric]) -> Vec<Metric> {
    let means = |metric: &Metric| -> Vec<Option<f64>> {
        answer.points.iter().map(|point| point.metrics.get(&metric.name).map(|one| one.mean)).collect()
    };
    let varies = |metric: &&Metric| means(metric).windows(2).any(|pair| pair[0] != pair[1]);
    // The cost of the only function is the whole.
    let single = pictures::only_owner(shown);
    let redundant =
        |metric: &&Metric| single.as_ref().is_some_and(|owner| metric.name == format!("{owner}.cost"));
    let varying: Vec<Metric> =
        shown.iter().filter(varies).filter(|metric| !redundant(metric)).cloned().collect();
    let mut telling = if varying.is_empty() { shown.to_vec() } else { varying };
    // What thresholds are about first.
    let is_asked = |metric: &Metric| {
        let thresholds = answer.points.iter().flat_map(|point| &point.thresholds);
        thresholds.take(COLUMNS).any(|threshold| metric.name.starts_with(&threshold.metric))
    };
    telling.sort_by_key(|metric| !is_asked(metric));
    telling.truncate(COLUMNS);
    telling
}

fn shown_value(estimate: &Estimate) -> String {
    interval(estimate.unit, estimate.mean, estimate.half_width)
}

/// `functions.api.memory` as `api.memory`.
fn field(path: &str) -> String {
    shortened(path.strip_prefix("functions.").unwrap_or(path), 40)
}

/// A row for each point.
fn list(answer: &SweepAnswer, shown: &[Metric]) -> Table {
    let mut columns: Vec<Column> = answer.fields.keys().map(|path| Column::right(field(path))).collect();
    let keys = columns.len();
    let only = pictures::only_owner(shown);
    columns.extend(shown.iter().map(|metric| Column::right(pictures::name(metric, only.as_deref()))));
    let best: Vec<Option<usize>> = shown.iter().map(|metric| least(answer, metric)).collect();
    let rows = answer
        .points
        .iter()
        .enumerate()
        .map(|(row, point)| {
            let labels = point.values.values().map(|value| Cell::toned(shortened(value, 24), Tone::Strong));
            let cells = shown.iter().zip(&best).map(|(metric, best)| cell(point, metric, *best == Some(row)));
            labels.chain(cells).collect()
        })
        .collect();
    let title = only.map_or_else(String::new, |owner| format!("{owner}, lowest in green"));
    Table { title, columns, keys, rows }
}

fn cell(point: &SweepPoint, metric: &Metric, best: bool) -> Cell {
    let tone = if best { Tone::Good } else { Tone::Plain };
    point
        .metrics
        .get(&metric.name)
        .map_or_else(|| Cell::from("–"), |estimate| Cell::toned(shown_value(estimate), tone))
}

/// The point with the least mean of a metric that one wants to be small, if that is one point alone.
fn least(answer: &SweepAnswer, metric: &Metric) -> Option<usize> {
    if metric.unit() == MetricUnit::Count || metric.name.ends_with("success_rate") {
        return None;
    }
    let means: Vec<(usize, f64)> = answer
        .points
        .iter()
        .enumerate()
        .filter_map(|(row, point)| Some((row, point.metrics.get(&metric.name)?.mean)))
        .collect();
    let (row, mean) = *means.iter().min_by(|one, other| one.1.total_cmp(&other.1))?;
    (means.iter().filter(|(_, other)| *other <= mean).count() == 1).then_some(row)
}

/// Two fields: a table for each metric, the first field downward, the second across.
fn matrices(answer: &SweepAnswer, shown: &[Metric]) -> Vec<Block> {
    let [down, across] = axes(answer);
    let table = |metric: &Metric| {
        let mut columns = vec![Column::right(format!("{} ↓  {} →", field(down.0), field(across.0)))];
        columns.extend(across.1.iter().map(|label| Column::right(shortened(label, 16))));
        let best = least(answer, metric);
        let rows = down
            .1
            .iter()
            .enumerate()
            .map(|(row, label)| {
                let cells = (0..across.1.len()).map(|column| row * across.1.len() + column);
                let cells = cells.map(|point| cell(&answer.points[point], metric, best == Some(point)));
                std::iter::once(Cell::toned(shortened(label, 24), Tone::Strong)).chain(cells).collect()
            })
            .collect();
        Block::Table(Table { title: pictures::name(metric, None), columns, keys: 1, rows })
    };
    shown.iter().map(table).collect()
}

/// The first two fields.
fn axes(answer: &SweepAnswer) -> [(&String, &Vec<String>); 2] {
    let mut fields = answer.fields.iter();
    let mut next = || fields.next().expect("there are two fields");
    [next(), next()]
}

fn thresholds(answer: &SweepAnswer) -> Option<Table> {
    let first = answer.points.first().filter(|point| !point.thresholds.is_empty())?;
    let mut columns: Vec<Column> = answer.fields.keys().map(|path| Column::right(field(path))).collect();
    let keys = columns.len();
    columns.extend(
        first.thresholds.iter().map(|one| Column::left(format!("{} {}", one.metric, one.expression))),
    );
    let rows = answer
        .points
        .iter()
        .map(|point| {
            let labels = point.values.values().map(|value| Cell::toned(shortened(value, 24), Tone::Strong));
            let verdicts = point.thresholds.iter().map(|one| verdict(one.held, one.runs, one.strict));
            labels.chain(verdicts).collect()
        })
        .collect();
    Some(Table { title: "Thresholds".to_owned(), columns, keys, rows })
}

/// Curves over one field, a heat map over two.
fn picture(answer: &SweepAnswer, metric: &Metric) -> Option<crate::report::document::Picture> {
    let of_point = |point: &SweepPoint| point.metrics.get(&metric.name).copied();
    match answer.fields.len() {
        1 => {
            let (path, labels) = answer.fields.first()?;
            let estimates: Vec<Option<Estimate>> = answer.points.iter().map(of_point).collect();
            Some(pictures::over_one_field(metric, &field(path), labels, &estimates))
        }
        2 => {
            let [down, across] = axes(answer);
            let cell = |point: &SweepPoint| of_point(point).map(|one| (one.mean, value(one.unit, one.mean)));
            let cells =
                answer.points.chunks(across.1.len()).map(|row| row.iter().map(cell).collect()).collect();
            let heat_map = crate::report::plots::HeatMap {
                name: pictures::file_name(metric),
                title: pictures::name(metric, None),
                across: (field(across.0), across.1.clone()),
                down: (field(down.0), down.1.clone()),
                cells,
            };
            Some(heat_map.picture())
        }
        _ => None,
    }
}
