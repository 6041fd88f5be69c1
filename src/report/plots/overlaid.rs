//! Variants in one picture: the latency of a function, and its concurrency over time.

use super::axis::Axis;
use super::frame::{Colour, Layer, Look, Picture as Drawn};
use super::latency_cdf::{horizontal, staircase};
use super::series::{TimeGrid, largest, top};
use crate::report::document::Picture;
use crate::report::model::Report;

/// Pictures of `function` in runs with names; of more than there are colours, the first.
pub fn overlaid(runs: &[(String, &Report)], function: &str) -> Vec<Picture> {
    let shown = &runs[..runs.len().min(Colour::COUNT)];
    let drawn = [
        (format!("{function}-latency"), latency(shown, function)),
        (format!("{function}-concurrency"), concurrency(shown, function)),
    ];
    drawn.into_iter().map(|(name, one)| Picture { name, title: one.title.clone(), svg: one.svg() }).collect()
}

/// Lines that lie on each other all show: the earlier ones are wider.
fn nested(index: usize, of: usize) -> Look {
    Look::Wide((of - index - 1) as u32)
}

fn latency(runs: &[(String, &Report)], function: &str) -> Drawn {
    let cdf = |report: &&Report| {
        report.functions.get(function).map(|one| one.latency_cdf.clone()).unwrap_or_default()
    };
    let curves: Vec<(&String, Vec<(f64, f64)>)> =
        runs.iter().map(|(name, report)| (name, cdf(report))).collect();
    let (x, factor) = horizontal(curves.iter().flat_map(|(_, cdf)| cdf).map(|(latency, _)| *latency));
    let layers = curves
        .iter()
        .enumerate()
        .map(|(index, (name, cdf))| Layer {
            name: (*name).clone(),
            colour: Colour(index),
            look: nested(index, curves.len()),
            pieces: if cdf.is_empty() { Vec::new() } else { vec![staircase(cdf, factor, &x)] },
        })
        .collect();
    Drawn {
        title: format!("{function}: share of invocations within a latency"),
        x,
        y: Axis::from_zero("share of invocations", 100.0, true).in_percent(),
        layers,
        when_empty: "no invocation completed",
    }
}

fn concurrency(runs: &[(String, &Report)], function: &str) -> Drawn {
    let longest = runs.iter().max_by(|one, other| one.1.simulated_s.total_cmp(&other.1.simulated_s));
    let mut layers = Vec::new();
    for (index, (name, report)) in runs.iter().enumerate() {
        let Some(series) = report.time_series.functions.get(function) else { continue };
        let values: Vec<_> = series.concurrency.iter().map(|value| Some(f64::from(*value))).collect();
        let pieces = TimeGrid::new(report).steps(&values, largest);
        layers.push(Layer {
            name: name.clone(),
            colour: Colour(index),
            look: nested(index, runs.len()),
            pieces,
        });
    }
    let highest = layers.iter().map(|layer| top(&layer.pieces)).fold(0.0, f64::max);
    let x = longest.map_or_else(
        || Axis::until("simulated time (s)", 1.0, &[]),
        |(_, report)| TimeGrid::new(report).axis(),
    );
    Drawn {
        title: format!("{function}: concurrent executions"),
        x,
        y: Axis::from_zero("concurrent executions", highest, true),
        layers,
        when_empty: "nothing was invoked",
    }
}
