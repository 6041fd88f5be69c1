//! Cold starts in each interval, all functions together.

use super::axis::Axis;
use super::frame::{Colour, Layer, Look, Picture};
use super::series::{TimeGrid, sum, top, total};
use crate::report::figures::{seconds, thousands};
use crate::report::model::Report;

pub(super) fn picture(report: &Report) -> Picture {
    let grid = TimeGrid::new(report);
    let counts = total(report, |series| &series.cold_starts);
    let values: Vec<_> = counts.iter().map(|count| Some(*count as f64)).collect();
    let pieces = grid.steps(&values, sum);
    let all: u64 = report.functions.values().map(|function| function.cold_starts).sum();
    let name = format!("cold starts, {} in all", thousands(all));
    Picture {
        title: "Cold starts".to_owned(),
        x: grid.axis(),
        y: Axis::from_zero(format!("cold starts per {}", seconds(grid.step_s())), top(&pieces), true),
        layers: vec![Layer { name, colour: Colour::BLUE, look: Look::Area, pieces }],
        when_empty: "nothing was invoked",
    }
}
