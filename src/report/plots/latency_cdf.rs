//! Share of invocations that completed within a latency.

use super::axis::{Axis, unit_of_latency};
use super::frame::{Layer, Look, Picture};
use super::{chosen, left_out};
use crate::report::model::Report;

/// Above this ratio of the largest to the smallest latency equal steps would hide the beginning.
const WIDE: f64 = 20.0;

pub(super) fn picture(report: &Report) -> Picture {
    let with_points = || report.functions.iter().filter(|(_, function)| !function.latency_cdf.is_empty());
    let shown = chosen(with_points(), |function| function.latency_ms.count as f64);
    let latencies =
        shown.iter().flat_map(|(_, function, _)| &function.latency_cdf).map(|(latency, _)| *latency);
    let (x, factor) = horizontal(latencies);
    let mut layers: Vec<_> = shown
        .iter()
        .map(|(name, function, colour)| Layer {
            name: (*name).to_owned(),
            colour: *colour,
            look: Look::Line,
            pieces: vec![staircase(&function.latency_cdf, factor, &x)],
        })
        .collect();
    layers.extend(left_out(with_points().count(), shown.len(), "functions"));
    let y = Axis::from_zero("share of invocations", 100.0, true).in_percent();
    Picture {
        title: "Latency: share of invocations within it".to_owned(),
        x,
        y,
        layers,
        when_empty: "no invocation completed",
    }
}

/// The axis that shows all of `latencies`, which are in ms, and what ms are multiplied with to lie on it.
pub(super) fn horizontal(latencies: impl Iterator<Item = f64>) -> (Axis, f64) {
    let (smallest, largest) = latencies
        .fold((f64::INFINITY, 0.0_f64), |(low, high), latency| (low.min(latency), high.max(latency)));
    let (unit, factor) = unit_of_latency(largest);
    // Room beyond the largest, so that the last step does not lie on the edge.
    let (smallest, largest) = (smallest * factor, largest * factor * 1.05);
    let axis = if smallest > 0.0 && largest > WIDE * smallest {
        Axis::powers(format!("latency ({unit}, logarithmic)"), smallest, largest)
    } else {
        Axis::from_zero(format!("latency ({unit})"), largest, false)
    };
    (axis, factor)
}

/// From zero at the left edge, a step up at each latency, level to the right edge.
pub(super) fn staircase(cdf: &[(f64, f64)], factor: f64, axis: &Axis) -> Vec<(f64, f64)> {
    let mut points = vec![(axis.from, 0.0)];
    let mut reached = 0.0;
    for (latency, share) in cdf {
        let (latency, share) = (latency * factor, share * 100.0);
        points.extend([(latency, reached), (latency, share)]);
        reached = share;
    }
    points.push((axis.to, reached));
    points
}
