//! What the run has cost since its start.

use super::axis::Axis;
use super::frame::{Colour, Layer, Look, Picture};
use super::series::{TimeGrid, largest, top};
use crate::report::figures::dollars;
use crate::report::model::Report;

pub(super) fn picture(report: &Report) -> Picture {
    let grid = TimeGrid::new(report);
    let values: Vec<_> = report.time_series.cost_usd.iter().map(|cost| Some(*cost)).collect();
    let pieces = grid.steps(&values, largest);
    let name = format!("total {}", dollars(report.cost.total));
    Picture {
        title: "Cost since the start".to_owned(),
        x: grid.axis(),
        y: Axis::from_zero("US dollars", top(&pieces), false).in_dollars(),
        layers: vec![Layer { name, colour: Colour::BLUE, look: Look::Area, pieces }],
        when_empty: if report.cost.priced {
            "nothing was billed"
        } else {
            "there are no prices for this region"
        },
    }
}
