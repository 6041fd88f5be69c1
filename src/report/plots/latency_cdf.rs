//! Share of invocations that completed within a latency.

use super::axis::{Axis, unit_of_latency};
use super::frame::{Layer, Look, Picture};
use super::{chosen, left_out};
use crate::report::model::Report;

/// Above this ratio of the largest to the smallest latency equal steps would hide the beginning.
const WIDE: f64 = 20.0;
/// Share of the largest latency below which a logarithmic axis does not go.
const DECADES: f64 = 1e-5;

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
    // What is shorter by far is there at the left edge.
    let smallest = smallest.max(largest * DECADES);
    // Room beyond the largest, so that the last step does not lie on the edge.
    let largest = largest * 1.05;
    let is_wide = smallest > 0.0 && largest > WIDE * smallest;
    // A logarithmic axis shows the small ones as well as the large.
    let (unit, factor) = unit_of_latency(if is_wide { smallest * 100.0 } else { largest });
    let axis = if is_wide {
        Axis::powers(format!("latency ({unit}, logarithmic)"), smallest * factor, largest * factor)
    } else {
        Axis::from_zero(format!("latency ({unit})"), largest * factor, false)
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
