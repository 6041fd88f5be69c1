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
    Key::new(
        "metrics",
        Shape::List(&Shape::Text),
        Fallback::Nothing("those that a reader looks for first"),
        "Metrics in the tables and pictures of `sweep` and `compare`, such as `api.latency.p99`.",
    ),
    Key::new(
        "sweep",
        Shape::Paths("lists or ranges of values"),
        Fallback::Nothing("none"),
        "Values that `sweep` tries in every combination: a list, or a range such as `512MB..2048MB step 256MB`.",
    ),
    Key::new(
        "variants",
        Shape::Named(&Shape::Paths("values")),
        Fallback::Nothing("none"),
        "What `compare` compares, by name: what each changes, `{}` for nothing; `null` removes a key.",
    ),
    Key::new(
        "baseline",
        Shape::Text,
        Fallback::Nothing("the first of `variants`"),
        "The variant that the others are compared with.",
    ),
];
