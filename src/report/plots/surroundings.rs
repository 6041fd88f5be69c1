//! What surrounds the functions: ages in queues and streams, what is in gateways and downstreams.

use indexmap::IndexMap;

use super::axis::{Axis, unit_of_latency};
use super::frame::{Layer, Look, Picture};
use super::series::{TimeGrid, largest, top};
use super::{chosen, left_out};
use crate::report::model::Report;

/// Age of the oldest message of each queue.
pub(super) fn queue_age(report: &Report) -> Picture {
    let queues = &report.time_series.queues;
    let all = queues.iter().map(|(name, series)| (name, &series.oldest_age_s));
    ages(report, "Oldest message in queues", &all.collect::<Vec<_>>())
}

/// Iterator age of each stream.
pub(super) fn iterator_age(report: &Report) -> Picture {
    let streams = &report.time_series.streams;
    let all = streams.iter().map(|(name, series)| (name, &series.iterator_age_s));
    ages(report, "Iterator age of streams", &all.collect::<Vec<_>>())
}

/// Ages in s, drawn in the unit in which the greatest is easy to read.
fn ages(report: &Report, title: &str, seconds: &[(&String, &Vec<f64>)]) -> Picture {
    let greatest = seconds.iter().flat_map(|(_, ages)| ages.iter()).copied().fold(0.0, f64::max);
    let (unit, factor) = unit_of_latency(greatest * 1e3);
    let scaled = |ages: &[f64]| ages.iter().map(|age| age * 1e3 * factor).collect();
    let all = seconds.iter().map(|(name, ages)| ((*name).clone(), scaled(ages)));
    lines(report, title, &format!("age ({unit})"), false, &all.collect())
}

/// Requests in each gateway.
pub(super) fn gateways(report: &Report) -> Picture {
    let gateways = &report.time_series.gateways;
    let all = gateways.iter().map(|(name, series)| (name.clone(), numbers(&series.in_progress)));
    lines(report, "Requests in gateways", "requests", true, &all.collect())
}

/// Calls and connections of each downstream.
pub(super) fn downstreams(report: &Report) -> Picture {
    let downstreams = &report.time_series.downstreams;
    let all = downstreams.iter().flat_map(|(name, series)| {
        let connections = series.connections.iter().any(|count| *count > 0);
        let connections = connections.then(|| (format!("{name}: connections"), numbers(&series.connections)));
        [(format!("{name}: calls"), numbers(&series.in_progress))].into_iter().chain(connections)
    });
    lines(report, "Calls to downstreams and their connections", "at once", true, &all.collect())
}

/// Calls of each client, those that failed in the end, and attempts after the first.
pub(super) fn clients(report: &Report) -> Picture {
    let step = if report.time_series.step_s > 0.0 { report.time_series.step_s } else { 1.0 };
    let rate = |counts: &[u64]| numbers(counts).into_iter().map(|count| count / step).collect::<Vec<_>>();
    let clients = &report.time_series.clients;
    let all = clients.iter().flat_map(|(name, series)| {
        let more = [("failed", &series.failed), ("retries", &series.retries)];
        let more = more.into_iter().filter(|(_, counts)| counts.iter().any(|count| *count > 0));
        let more = more.map(|(what, counts)| (format!("{name}: {what}"), rate(counts)));
        std::iter::once((format!("{name}: calls"), rate(&series.calls))).chain(more).collect::<Vec<_>>()
    });
    lines(report, "Calls of clients", "per second", false, &all.collect())
}

fn numbers(counts: &[u64]) -> Vec<f64> {
    counts.iter().map(|count| *count as f64).collect()
}

fn lines(report: &Report, title: &str, unit: &str, whole: bool, all: &IndexMap<String, Vec<f64>>) -> Picture {
    let grid = TimeGrid::new(report);
    let shown = chosen(all.iter(), |values| largest(values));
    let mut layers: Vec<Layer> = shown
        .iter()
        .map(|(name, values, colour)| {
            let values: Vec<_> = values.iter().copied().map(Some).collect();
            Layer {
                name: (*name).to_owned(),
                colour: *colour,
                look: Look::Line,
                pieces: grid.steps(&values, largest),
            }
        })
        .collect();
    let highest = layers.iter().map(|layer| top(&layer.pieces)).fold(0.0, f64::max);
    layers.extend(left_out(all.len(), shown.len(), "lines"));
    Picture {
        title: title.to_owned(),
        x: grid.axis(),
        y: Axis::from_zero(unit, highest, whole),
        layers,
        when_empty: "nothing came",
    }
}
