//! Pictures of a report as SVG: no font file is needed, and nothing in them depends on the machine.

mod axis;
mod canvas;
mod cold_starts;
mod concurrency;
mod cost;
mod curves;
mod fates;
mod frame;
mod heat_map;
mod latency_cdf;
mod latency_over_time;
mod overlaid;
mod queue_depth;
mod requests;
mod series;
mod surroundings;
mod tornado;

pub use curves::{Curve, Curves};
pub use heat_map::HeatMap;
pub use overlaid::overlaid;
pub use tornado::{Bar, Tornado};

use super::model::Report;
use frame::{Colour, Layer, Look};

/// One picture.
#[derive(Clone, Debug)]
pub struct Plot {
    /// File name without its ending.
    pub name: &'static str,
    /// What it shows.
    pub title: &'static str,
    /// The picture.
    pub svg: String,
}

/// Every plot that the report has something for; queues only where there are some.
pub fn render(report: &Report) -> Vec<Plot> {
    let mut plots = vec![
        plot("concurrency", "Concurrency and its limits", &concurrency::picture(report)),
        plot("requests", "Requests, throttles and errors", &requests::picture(report)),
        plot("latency-cdf", "Latency distribution", &latency_cdf::picture(report)),
        plot("latency-over-time", "Latency over time", &latency_over_time::picture(report)),
        plot("cold-starts", "Cold starts", &cold_starts::picture(report)),
        plot("cost", "Cost since the start", &cost::picture(report)),
    ];
    if !report.time_series.queues.is_empty() {
        plots.push(plot("queue-depth", "Messages in queues", &queue_depth::picture(report)));
        plots.push(plot("queue-age", "Oldest message in queues", &surroundings::queue_age(report)));
    }
    if !report.time_series.streams.is_empty() {
        plots.push(plot("iterator-age", "Iterator age of streams", &surroundings::iterator_age(report)));
    }
    if !report.time_series.gateways.is_empty() {
        plots.push(plot("gateways", "Requests in gateways", &surroundings::gateways(report)));
    }
    if !report.time_series.downstreams.is_empty() {
        plots.push(plot("downstreams", "Calls to downstreams", &surroundings::downstreams(report)));
    }
    if !report.time_series.clients.is_empty() {
        plots.push(plot("clients", "Calls of clients", &surroundings::clients(report)));
    }
    if !report.fates.is_empty() {
        let svg = fates::picture(report);
        plots.push(Plot { name: "fates", title: "Where everything ended", svg });
    }
    plots
}

fn plot(name: &'static str, title: &'static str, picture: &frame::Picture) -> Plot {
    Plot { name, title, svg: picture.svg() }
}

/// The `Colour::COUNT` names with the greatest `weight`, in the order of the report, each with a colour.
fn chosen<'a, V>(
    all: impl Iterator<Item = (&'a String, &'a V)>,
    weight: impl Fn(&V) -> f64,
) -> Vec<(&'a str, &'a V, Colour)>
where
    V: 'a,
{
    let mut ranked: Vec<_> =
        all.enumerate().map(|(place, (name, value))| (place, name.as_str(), value)).collect();
    ranked.sort_by(|(_, _, a), (_, _, b)| weight(b).total_cmp(&weight(a)));
    ranked.truncate(Colour::COUNT);
    ranked.sort_by_key(|(place, _, _)| *place);
    ranked.into_iter().enumerate().map(|(index, (_, name, value))| (name, value, Colour(index))).collect()
}

/// A key that says how many were left out.
fn left_out(all: usize, shown: usize, what: &str) -> Option<Layer> {
    let rest = all.saturating_sub(shown);
    (rest > 0).then(|| words(format!("and {rest} smaller {what} not drawn")))
}

/// A remark among the keys.
fn words(name: String) -> Layer {
    Layer { name, colour: Colour::BLACK, look: Look::Words, pieces: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn an_empty_or_single_point_report_still_gives_pictures() {
        for report in [sample::empty(), sample::single(), sample::uncalled(), sample::many()] {
            for plot in render(&report) {
                assert!(plot.svg.starts_with("<svg"), "{}", plot.name);
                assert!(plot.svg.trim_end().ends_with("</svg>"), "{}", plot.name);
                assert!(!plot.svg.contains("NaN") && !plot.svg.contains("inf"), "{}", plot.name);
            }
        }
    }

    #[test]
    fn a_picture_has_a_view_box_and_no_fixed_size() {
        let plot = render(&sample::hello()).swap_remove(0);
        let start = plot.svg.split('>').next().unwrap();
        assert!(start.contains("viewBox=\"0 0 2000 1250\""), "{start}");
        assert!(!start.contains("width="), "{start}");
    }

    #[test]
    fn the_most_important_series_get_the_colours_and_the_rest_is_counted() {
        let report = sample::many();
        let chosen = chosen(report.functions.iter(), |function| f64::from(function.concurrency.peak));
        assert_eq!(chosen.len(), Colour::COUNT);
        let svg = render(&report).swap_remove(0).svg;
        assert!(svg.contains("and 94 smaller functions not drawn"));
    }
}
