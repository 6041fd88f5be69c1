//! Keys of `experiment`.

use super::{Fallback, Key, Shape};

/// Keys of `experiment`.
pub(super) const EXPERIMENT: &[Key] = &[
    Key::new(
        "replications",
        Shape::Count(1, 1_000_000),
        Fallback::Text("1"),
        "Runs with different seeds. The first has the scenario's own, which is the one that is reported; together they give means with confidence intervals (S71).",
    ),
    Key::new(
        "batches",
        Shape::Count(10, 10_000),
        Fallback::Nothing("none"),
        "Cuts one long run behind its warm-up into so many equal parts, whose means give confidence intervals; 30 are usual. Only for traffic that does not change.",
    ),
    Key::new(
        "confidence",
        Shape::Share,
        Fallback::Text("95%"),
        "Probability with which an interval holds the true value.",
    ),
    Key::new(
        "precision",
        Shape::Share,
        Fallback::Text("5%"),
        "Half width of an interval, relative to its mean, for which the number of further runs is told.",
    ),
    Key::planned("metrics", "sweeps and comparisons"),
    Key::planned("sweep", "sweeps and comparisons"),
    Key::planned("variants", "sweeps and comparisons"),
    Key::planned("baseline", "sweeps and comparisons"),
];
