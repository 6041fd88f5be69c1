//! The sizes as a table with bars, and the picture that users of power tuning know.

use crate::report::document::{Block, Cell, Column, Document, Picture, Table, Tone};
use crate::report::estimate::Estimate;
use crate::report::estimate_text::{interval, value};
use crate::report::figures::{counted, decimal, millis, percent};
use crate::report::plots::{Curve, Curves};
use crate::scenario::metric::MetricUnit;

use super::{Choice, Size, Strategy, Tuning};

/// Characters of the longest bar.
const BAR: f64 = 8.0;
/// Sizes that a table shows; of more, some between the chosen ones are left out.
const ROWS: usize = 40;

/// The answer.
pub fn document(tuning: &Tuning) -> Document {
    let mut blocks = vec![Block::Answer(sentences(tuning)), Block::Table(table(tuning))];
    blocks.push(Block::Picture(picture(tuning)));
    blocks.push(Block::Text(format!(
        "time: {}, cold starts included; cost: Init, handler and request price of a million requests like these. Strategies as in \
         aws-lambda-power-tuning; balanced with weight {} (0 is speed, 1 is cost).",
        tuning.time_metric,
        decimal(tuning.balanced_weight, 2)
    )));
    blocks.push(Block::Notes(tuning.remarks.clone()));
    let sizes = counted(tuning.sizes.len() as u64, "size", "sizes");
    let runs = counted(tuning.head.replications.into(), "run", "runs");
    Document {
        kind: "tune",
        title: tuning.function.clone(),
        identity: vec![
            format!("{sizes} × {runs}"),
            format!("seed {}", tuning.head.seed),
            tuning.head.region.clone(),
        ],
        blocks,
    }
}

fn several_archs(tuning: &Tuning) -> bool {
    tuning.sizes.windows(2).any(|pair| pair[0].arch != pair[1].arch)
}

fn named(size: &Size, with_arch: bool) -> String {
    let arch = if with_arch { format!(" {}", size.arch) } else { String::new() };
    format!("{}MB{arch}", size.memory_mb)
}

fn sentences(tuning: &Tuning) -> Vec<String> {
    let (Some(choice), Some(chosen)) = (tuning.choice, tuning.chosen()) else {
        return vec![nothing_chosen(tuning)];
    };
    let arch = several_archs(tuning);
    let costs = |size: &Size| size.cost_per_million.map_or_else(String::new, |one| told(&one));
    let takes = |size: &Size| size.time.map_or_else(String::new, |one| told(&one));
    let strategy = match tuning.strategy {
        Strategy::Cost => "cheapest",
        Strategy::Speed => "fastest",
        Strategy::Balanced => "balanced",
    };
    let mut said = vec![format!(
        "Set {} to {}: {strategy}, {} a million requests, {} each.",
        tuning.function,
        named(chosen, arch),
        costs(chosen),
        takes(chosen)
    )];
    let others = [
        (Strategy::Cost, "cheapest", choice.cost),
        (Strategy::Speed, "fastest", choice.speed),
        (Strategy::Balanced, "balanced", choice.balanced),
    ];
    let others: Vec<String> = others
        .iter()
        .filter(|(strategy, ..)| *strategy != tuning.strategy)
        .map(|(_, word, index)| {
            let size = &tuning.sizes[*index];
            format!("{word} {} ({}, {})", named(size, arch), costs(size), takes(size))
        })
        .collect();
    said.push(format!("Otherwise: {}.", others.join("; ")));
    said.extend(tuning.sizes.iter().find(|size| size.current).and_then(|now| against(now, chosen, arch)));
    said
}

/// Why there is no choice.
fn nothing_chosen(tuning: &Tuning) -> String {
    let valid = || tuning.sizes.iter().filter(|size| size.invalid.is_none());
    let fastest = valid()
        .filter_map(|size| Some((size, size.time?.mean)))
        .min_by(|one, other| one.1.total_cmp(&other.1));
    match fastest {
        _ if valid().next().is_none() => {
            "No size is valid: at every size invocations time out or run out of memory.".to_owned()
        }
        None => format!("No size can be chosen: no invocation of {} completed.", tuning.function),
        Some((size, _)) => format!(
            "No size can be chosen by cost: prices in {} are not known. The fastest is {}.",
            tuning.head.region,
            named(size, several_archs(tuning))
        ),
    }
}

/// The choice against what is configured.
fn against(now: &Size, chosen: &Size, arch: bool) -> Option<String> {
    if std::ptr::eq(now, chosen) {
        return Some(format!("{} is what is configured.", named(now, arch)));
    }
    let ((time, cost), (new_time, new_cost)) = (now.eligible()?, chosen.eligible()?);
    let change = |from: f64, to: f64, less: &str, more: &str| {
        let share = (to - from).abs() / from;
        if from == to {
            format!("not {more}")
        } else {
            format!("{} {}", percent(share), if to < from { less } else { more })
        }
    };
    Some(format!(
        "Against the configured {}: {}, {}.",
        named(now, arch),
        change(cost, new_cost, "cheaper", "dearer"),
        change(time, new_time, "faster", "slower")
    ))
}

fn told(estimate: &Estimate) -> String {
    interval(estimate.unit, estimate.mean, estimate.half_width)
}

/// A bar as long as a share of the greatest.
fn bar(share: f64) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let eighths = (share.clamp(0.0, 1.0) * BAR * 8.0).round() as usize;
    format!("{}{}", "█".repeat(eighths / 8), EIGHTHS[eighths % 8])
}

fn table(tuning: &Tuning) -> Table {
    let arch = several_archs(tuning);
    let columns = vec![
        Column::right("memory"),
        Column::right("time"),
        Column::left(""),
        Column::right("p99"),
        Column::right("cold"),
        Column::right("$/million"),
        Column::left(""),
        Column::left(""),
    ];
    let greatest = |of: fn(&Size) -> Option<Estimate>| {
        tuning
            .sizes
            .iter()
            .filter(|one| one.invalid.is_none())
            .filter_map(of)
            .map(|one| one.mean)
            .fold(0.0, f64::max)
    };
    let (slowest, dearest) = (greatest(|size| size.time), greatest(|size| size.cost_per_million));
    let rows = shown(tuning)
        .into_iter()
        .map(|index| {
            let size = &tuning.sizes[index];
            let tone = if size.invalid.is_some() { Tone::Faint } else { Tone::Plain };
            let cell = |estimate: Option<Estimate>, text: &dyn Fn(&Estimate) -> String| {
                estimate.map_or_else(|| Cell::from("–"), |one| Cell::toned(text(&one), tone))
            };
            let length = |estimate: Option<Estimate>, greatest: f64| match estimate {
                Some(one) if size.invalid.is_none() && greatest > 0.0 => bar(one.mean / greatest),
                _ => String::new(),
            };
            vec![
                Cell::toned(named(size, arch), Tone::Strong),
                cell(size.time, &told),
                length(size.time, slowest).into(),
                cell(size.p99, &|one| millis(one.mean)),
                cell(size.cold_start_rate, &|one| value(MetricUnit::Share, one.mean)),
                cell(size.cost_per_million, &told),
                length(size.cost_per_million, dearest).into(),
                mark(tuning, index),
            ]
        })
        .collect();
    Table { title: String::new(), columns, keys: 1, rows }
}

/// The sizes worth a row: all, or those of every strategy and some between.
fn shown(tuning: &Tuning) -> Vec<usize> {
    let count = tuning.sizes.len();
    let every = count.div_ceil(ROWS).max(1);
    let picked = tuning.choice.map(|choice| [choice.cost, choice.speed, choice.balanced]);
    (0..count)
        .filter(|index| {
            index % every == 0
                || *index + 1 == count
                || tuning.sizes[*index].current
                || picked.is_some_and(|picked| picked.contains(index))
        })
        .collect()
}

fn mark(tuning: &Tuning, index: usize) -> Cell {
    if let Some(why) = &tuning.sizes[index].invalid {
        return Cell::toned(format!("✗ {why}"), Tone::Bad);
    }
    let words = words(tuning.choice, index);
    let now = if tuning.sizes[index].current { "now" } else { "" };
    if words.is_empty() {
        return Cell::toned(now, Tone::Faint);
    }
    let now = if now.is_empty() { String::new() } else { format!(" ({now})") };
    Cell::toned(format!("← {}{now}", words.join(", ")), Tone::Good)
}

fn words(choice: Option<Choice>, index: usize) -> Vec<&'static str> {
    let Some(choice) = choice else { return Vec::new() };
    [("cost", choice.cost), ("speed", choice.speed), ("balanced", choice.balanced)]
        .into_iter()
        .filter(|(_, chosen)| *chosen == index)
        .map(|(word, _)| word)
        .collect()
}

/// Time at the left and cost at the right, over memory.
fn picture(tuning: &Tuning) -> Picture {
    let mut archs: Vec<&String> = Vec::new();
    for size in &tuning.sizes {
        if !archs.contains(&&size.arch) {
            archs.push(&size.arch);
        }
    }
    let mut curves = Vec::new();
    for arch in &archs {
        let suffix = if archs.len() > 1 { format!(", {arch}") } else { String::new() };
        let of = |pick: fn(&Size) -> Option<Estimate>| {
            let sizes = tuning.sizes.iter().filter(|size| size.arch == **arch && size.invalid.is_none());
            let point = |size: &Size| {
                pick(size).map(|one| (f64::from(size.memory_mb), one.mean, one.half_width.unwrap_or(0.0)))
            };
            sizes.filter_map(point).collect()
        };
        let time: Vec<(f64, f64, f64)> = of(|size| size.time);
        let cost = of(|size| size.cost_per_million);
        curves.push(Curve {
            name: format!("time{suffix} (left)"),
            unit: MetricUnit::Millis,
            points: time,
            at_right: false,
        });
        let name = format!("cost per million{suffix} (right)");
        curves.push(Curve { name, unit: MetricUnit::Dollars, points: cost, at_right: true });
    }
    let mut places: Vec<(f64, String)> =
        tuning.sizes.iter().map(|size| (f64::from(size.memory_mb), size.memory_mb.to_string())).collect();
    places.sort_by(|one, other| one.0.total_cmp(&other.0));
    places.dedup();
    let mut marks: Vec<(f64, String)> = Vec::new();
    for (index, size) in tuning.sizes.iter().enumerate() {
        let words = words(tuning.choice, index);
        if !words.is_empty() {
            let arch = if archs.len() > 1 { format!(" ({})", size.arch) } else { String::new() };
            marks.push((f64::from(size.memory_mb), format!("{}{arch}", words.join(", "))));
        }
    }
    let crosses = tuning
        .sizes
        .iter()
        .filter_map(|size| Some((f64::from(size.memory_mb), size.invalid.clone()?)))
        .collect();
    let curves = Curves {
        name: "tune".to_owned(),
        title: format!("{}: time and cost against memory", tuning.function),
        along: "memory (MB)".to_owned(),
        places,
        curves,
        levels: Vec::new(),
        marks,
        crosses,
    };
    curves.picture()
}
