//! Share of invocations that completed within a latency.

use super::axis::Axis;
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
    let x = horizontal(latencies);
    let mut layers: Vec<_> = shown
        .iter()
        .map(|(name, function, colour)| Layer {
            name: (*name).to_owned(),
            colour: *colour,
            look: Look::Line,
            pieces: vec![staircase(&function.latency_cdf, x.from, x.to)],
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

/// The axis that shows all of `latencies`.
pub(super) fn horizontal(latencies: impl Iterator<Item = f64>) -> Axis {
    let (smallest, largest) = latencies
        .fold((f64::INFINITY, 0.0_f64), |(low, high), latency| (low.min(latency), high.max(latency)));
    // Room beyond the largest, so that the last step does not lie on the edge.
    let largest = largest * 1.05;
    if smallest > 0.0 && largest > WIDE * smallest {
        Axis::powers("latency (ms, logarithmic)", smallest, largest)
    } else {
        Axis::from_zero("latency (ms)", largest, false)
    }
}

/// From zero at the left edge, a step up at each latency, level to the right edge.
pub(super) fn staircase(cdf: &[(f64, f64)], from: f64, to: f64) -> Vec<(f64, f64)> {
    let mut points = vec![(from, 0.0)];
    let mut reached = 0.0;
    for (latency, share) in cdf {
        let share = share * 100.0;
        points.extend([(*latency, reached), (*latency, share)]);
        reached = share;
    }
    points.push((to, reached));
    points
}
