//! Requests, throttles and errors per second, all functions together.

use super::axis::Axis;
use super::frame::{Colour, Layer, Look, Picture};
use super::series::{TimeGrid, top, total};
use crate::report::model::Report;

pub(super) fn picture(report: &Report) -> Picture {
    let grid = TimeGrid::new(report);
    let layer = |name: &str, colour, look, counts: &[u64]| {
        let nothing = counts.iter().all(|count| *count == 0);
        let name = if nothing { format!("{name} (none)") } else { name.to_owned() };
        Layer { name, colour, look, pieces: grid.rate(counts) }
    };
    let layers = vec![
        layer("requests", Colour::BLUE, Look::Area, &total(report, |series| &series.requests)),
        layer("throttles", Colour::VERMILION, Look::Line, &total(report, |series| &series.throttles)),
        layer("errors", Colour::PINK, Look::Line, &total(report, |series| &series.errors)),
    ];
    let highest = layers.iter().map(|layer| top(&layer.pieces)).fold(0.0, f64::max);
    Picture {
        title: "Requests, throttles and errors".to_owned(),
        x: grid.axis(),
        y: Axis::from_zero("per second", highest, false),
        layers,
        when_empty: "nothing was requested",
    }
}
