//! Messages in each queue.

use super::axis::Axis;
use super::frame::{Layer, Look, Picture};
use super::series::{TimeGrid, largest, top};
use super::{chosen, left_out};
use crate::report::model::Report;

pub(super) fn picture(report: &Report) -> Picture {
    let grid = TimeGrid::new(report);
    let all = &report.time_series.queues;
    let shown = chosen(all.iter(), |series| series.depth.iter().copied().max().unwrap_or(0) as f64);
    let mut layers = Vec::new();
    for (name, series, colour) in &shown {
        let values: Vec<_> = series.depth.iter().map(|depth| Some(*depth as f64)).collect();
        layers.push(Layer {
            name: (*name).to_owned(),
            colour: *colour,
            look: Look::Line,
            pieces: grid.steps(&values, largest),
        });
    }
    let highest = layers.iter().map(|layer| top(&layer.pieces)).fold(0.0, f64::max);
    layers.extend(left_out(all.len(), shown.len(), "queues"));
    Picture {
        title: "Messages in queues".to_owned(),
        x: grid.axis(),
        y: Axis::from_zero("messages", highest, true),
        layers,
        when_empty: "no message was sent",
    }
}
