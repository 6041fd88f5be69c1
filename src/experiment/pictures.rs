//! Names and pictures of metrics that several answers share.

use crate::report::document::Picture;
use crate::report::estimate::Estimate;
use crate::report::plots::{Curve, Curves};
use crate::scenario::metric::{Metric, Subject};
use crate::scenario::plan::number;

/// `api.latency.p99` as `api latency p99`, without the owner where that is `only`.
pub(crate) fn name(metric: &Metric, only: Option<&str>) -> String {
    let owned =
        only.and_then(|owner| metric.name.strip_prefix(owner)).and_then(|rest| rest.strip_prefix('.'));
    let text = owned.unwrap_or(&metric.name);
    // The point of p99.9 is a decimal point.
    text.replace("p99.9", "p99_9").replace(['.', '_'], " ").replace("p99 9", "p99.9")
}

/// The function that all metrics of functions belong to, if it is one.
pub(crate) fn only_owner(metrics: &[Metric]) -> Option<String> {
    let mut owners: Vec<&str> = metrics
        .iter()
        .filter(|metric| matches!(metric.subject, Subject::Function(..)))
        .filter_map(|metric| metric.name.split('.').next())
        .collect();
    owners.dedup();
    if let [owner] = owners[..] { Some(owner.to_owned()) } else { None }
}

/// The name of a picture's file.
pub(crate) fn file_name(metric: &Metric) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '-' };
    metric.name.chars().map(plain).collect()
}

/// Where the values of a field lie: as far apart as their numbers, or one after the other.
pub(crate) fn places(labels: &[String]) -> Vec<f64> {
    let numbers: Option<Vec<(f64, &str)>> = labels.iter().map(|label| number(label)).collect();
    let in_order = |numbers: &Vec<(f64, &str)>| {
        numbers.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 == pair[1].1)
    };
    match numbers.filter(in_order) {
        Some(numbers) => numbers.into_iter().map(|(number, _)| number).collect(),
        None => (0..labels.len()).map(|index| index as f64).collect(),
    }
}

/// A metric over the values of one field.
pub(crate) fn over_one_field(
    metric: &Metric,
    field: &str,
    labels: &[String],
    estimates: &[Option<Estimate>],
) -> Picture {
    let places = places(labels);
    let points = places
        .iter()
        .zip(estimates)
        .filter_map(|(place, estimate)| estimate.map(|one| (*place, one.mean, one.half_width.unwrap_or(0.0))))
        .collect();
    let curves = Curves {
        name: file_name(metric),
        title: format!("{} over {field}", name(metric, None)),
        along: field.to_owned(),
        places: places.iter().copied().zip(labels.iter().cloned()).collect(),
        curves: vec![Curve { name: name(metric, None), unit: metric.unit(), points, at_right: false }],
        levels: Vec::new(),
        marks: Vec::new(),
        crosses: Vec::new(),
    };
    curves.picture()
}
