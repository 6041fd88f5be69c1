//! Concurrency of each function, with the limits in force.

use super::axis::Axis;
use super::frame::{Colour, Layer, Look, Picture};
use super::series::{TimeGrid, largest, top};
use super::{chosen, left_out, words};
use crate::report::figures::thousands;
use crate::report::model::Report;

/// A limit this many times above everything that happened would flatten the picture; it is told in words.
const FAR_ABOVE: f64 = 4.0;

pub(super) fn picture(report: &Report) -> Picture {
    let grid = TimeGrid::new(report);
    let all = &report.time_series.functions;
    let shown = chosen(all.iter(), |series| series.concurrency.iter().copied().max().map_or(0.0, f64::from));
    let mut layers = Vec::new();
    for (name, series, colour) in &shown {
        let values: Vec<_> = series.concurrency.iter().map(|value| Some(f64::from(*value))).collect();
        layers.push(Layer {
            name: (*name).to_owned(),
            colour: *colour,
            look: Look::Line,
            pieces: grid.steps(&values, largest),
        });
    }
    let peak = layers.iter().map(|layer| top(&layer.pieces)).fold(1.0, f64::max);
    layers.extend(left_out(all.len(), shown.len(), "functions"));
    for (name, _, colour) in &shown {
        let reserved =
            report.functions.get(*name).and_then(|function| function.configuration.reserved_concurrency);
        layers.extend(
            reserved.map(|limit| limit_line(&grid, &format!("reserved for {name}"), limit, peak, *colour)),
        );
    }
    let account = report.account.concurrency;
    layers.extend(account.map(|limit| limit_line(&grid, "account limit", limit, peak, Colour::BLACK)));
    let reserved =
        report.functions.values().filter_map(|function| function.configuration.reserved_concurrency).sum();
    let unreserved = account.filter(|_| reserved > 0).map(|limit| limit.saturating_sub(reserved));
    layers.extend(unreserved.map(|rest| words(format!("({} of it unreserved)", thousands(rest.into())))));
    let highest = layers.iter().map(|layer| top(&layer.pieces)).fold(0.0, f64::max);
    Picture {
        title: "Concurrent executions (greatest in each interval)".to_owned(),
        x: grid.axis(),
        y: Axis::from_zero("concurrent executions", highest, true),
        layers,
        when_empty: "nothing was invoked",
    }
}

fn limit_line(grid: &TimeGrid, name: &str, limit: u32, peak: f64, colour: Colour) -> Layer {
    let name = format!("{name}: {}", thousands(limit.into()));
    if f64::from(limit) > FAR_ABOVE * peak {
        return words(format!("({name}, far above)"));
    }
    Layer { name, colour, look: Look::Dashed, pieces: grid.level(f64::from(limit)) }
}
