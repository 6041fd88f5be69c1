//! Keys of downstreams, and of what functions call and pass on.

use super::{Fallback, Key, Shape};

/// Keys of a downstream.
pub(super) const DOWNSTREAM: &[Key] = &[
    Key::new(
        "max_connections",
        Shape::Count(1, 10_000_000),
        Fallback::Nothing("unlimited"),
        "Connections that it takes (S48). Environments hold theirs while they live; one more is refused, and the handler fails.",
    ),
    Key::new(
        "max_concurrency",
        Shape::Count(1, 10_000_000),
        Fallback::Nothing("unlimited"),
        "Calls that it serves at once.",
    ),
    Key::new(
        "rate",
        Shape::Rate,
        Fallback::Nothing("unlimited"),
        "Calls per second that it takes, as a bucket one second deep.",
    ),
    Key::new(
        "on_overload",
        Shape::Choice(&["refuse", "queue"]),
        Fallback::Text("refuse"),
        "What becomes of a call above `max_concurrency` or `rate`: it fails at once, or waits, up to the function timeout.",
    ),
    Key::new(
        "proxy",
        Shape::Bool,
        Fallback::Text("false"),
        "A proxy stands in front: environments hold no connections, and calls borrow one of `max_connections`, waiting for it.",
    ),
];

/// Keys of an entry of `calls`.
pub(super) const CALL: &[Key] = &[
    Key::new(
        "to",
        Shape::Text,
        Fallback::Required,
        "Downstream, or function that is called synchronously: the caller waits, and is billed while it does.",
    ),
    Key::new(
        "latency",
        Shape::Distribution,
        Fallback::Text("0s"),
        "How long a downstream takes, or how long the way to a function is.",
    ),
    Key::new(
        "connections",
        Shape::Count(0, 10_000),
        Fallback::Text("1"),
        "Connections to the downstream that each environment opens at its first call, and holds.",
    ),
    Key::planned("needs", "environment variables, roles and VPC"),
    Key::planned("public_endpoint", "environment variables, roles and VPC"),
];

/// Keys of an entry of `emits`.
pub(super) const EMISSION: &[Key] = &[
    Key::new(
        "to",
        Shape::Text,
        Fallback::Required,
        "Function that gets an asynchronous event, or queue or stream that gets a message.",
    ),
    Key::new(
        "probability",
        Shape::Share,
        Fallback::Text("100%"),
        "Of each request (of each record of a batch) that succeeds.",
    ),
    Key::new(
        "mode",
        Shape::Choice(&["async"]),
        Fallback::Text("async"),
        "Only `async`: for a synchronous call use `calls`.",
    ),
];
