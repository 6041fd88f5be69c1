//! Median and 99th percentile of latency in each interval.

use super::axis::{Axis, unit_of_latency};
use super::frame::{Layer, Look, Picture};
use super::series::{TimeGrid, largest, mean, top};
use super::{chosen, left_out};
use crate::report::model::Report;

pub(super) fn picture(report: &Report) -> Picture {
    let grid = TimeGrid::new(report);
    let with_points = || {
        report.time_series.functions.iter().filter(|(_, series)| series.p99_ms.iter().any(Option::is_some))
    };
    let shown = chosen(with_points(), |series| series.requests.iter().sum::<u64>() as f64);
    let mut layers = Vec::new();
    for (name, series, colour) in &shown {
        let layer = |name: &str, look, pieces| Layer { name: name.to_owned(), colour: *colour, look, pieces };
        layers.push(layer(name, Look::Line, grid.steps(&series.p99_ms, largest)));
        layers.push(layer("", Look::Faint, grid.steps(&series.p50_ms, mean)));
    }
    let highest = layers.iter().map(|layer| top(&layer.pieces)).fold(0.0, f64::max);
    let (unit, factor) = unit_of_latency(highest);
    for (_, height) in layers.iter_mut().flat_map(|layer| &mut layer.pieces).flatten() {
        *height *= factor;
    }
    layers.extend(left_out(with_points().count(), shown.len(), "functions"));
    Picture {
        title: "Latency in each interval: 99th percentile (pale: median)".to_owned(),
        x: grid.axis(),
        y: Axis::from_zero(format!("latency ({unit})"), highest * factor, false),
        layers,
        when_empty: "no invocation completed",
    }
}
