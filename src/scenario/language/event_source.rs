//! Keys of event source mappings: which queue a function reads, and how.

use super::{Fallback, Key, Shape};

const STREAMS: &str = "streams";

/// Keys of an entry of `event_sources`.
pub(super) const EVENT_SOURCE: &[Key] = &[
    Key::new(
        "queue",
        Shape::Text,
        Fallback::Required,
        "Queue that Lambda polls for the function, one of `queues` (S50).",
    ),
    Key::new(
        "batch_size",
        Shape::Count(1, 10_000),
        Fallback::Text("10"),
        "Most messages of an invocation. AWS: above 10 it needs a `batch_window`.",
    ),
    Key::new(
        "batch_window",
        Shape::Duration,
        Fallback::Text("0s"),
        "How long a batch is gathered after its first message (S57). AWS: whole seconds up to 300.",
    ),
    Key::new(
        "max_concurrency",
        Shape::Count(2, 1_000),
        Fallback::Nothing("1,250, the ceiling of pollers"),
        "MaximumConcurrency: batches of the queue that are processed at once (S51). It keeps the pollers from receiving.",
    ),
    Key::new(
        "report_batch_item_failures",
        Shape::Bool,
        Fallback::Text("false"),
        "The function reports which items failed, and only these come back (S54).",
    ),
    Key::new(
        "on_failure",
        Shape::Text,
        Fallback::Nothing("the `redrive` of the queue"),
        "Refused, as AWS refuses it: a queue has its own `redrive`, and no on-failure destination (S54).",
    ),
    Key::planned("filter", "filters"),
    Key::planned("provisioned_pollers", "provisioned pollers"),
    Key::planned("schedule", "schedules as event sources"),
    Key::planned("stream", STREAMS),
    Key::planned("parallelization_factor", STREAMS),
    Key::planned("bisect", STREAMS),
    Key::planned("max_retry_attempts", STREAMS),
    Key::planned("max_record_age", STREAMS),
    Key::planned("tumbling_window", STREAMS),
    Key::planned("starting_position", STREAMS),
    Key::planned("enhanced_fan_out", STREAMS),
    Key::planned("poll_interval", STREAMS),
];
