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
    Key::new(
        "endpoint",
        Shape::Text,
        Fallback::Text("private"),
        "Where it is, seen from a VPC (S28): `private`, in the same network; `public`, in the internet; or an AWS service such as `s3`, which has a \
         public endpoint unless `vpc.endpoints` names it.",
    ),
];

/// Keys of an entry of `calls`.
pub(super) const CALL: &[Key] = &[
    Key::new(
        "to",
        Shape::Text,
        Fallback::Required,
        "Downstream, or function that is called synchronously: the caller waits, and is billed while it does. `FUNCTION:ALIAS` calls a version or alias.",
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
    Key::new(
        "needs",
        Shape::Text,
        Fallback::Nothing("nothing; `lambda:InvokeFunction` for a function"),
        "Action that the execution role must allow (S29), such as `dynamodb:PutItem`.",
    ),
    Key::new(
        "public_endpoint",
        Shape::Bool,
        Fallback::Text("false"),
        "The callee is at a public address, or it is the AWS service that `needs` names. A function in a VPC reaches it by a NAT gateway or an \
         endpoint, or not at all (S28).",
    ),
    Key::new(
        "data",
        Shape::Size,
        Fallback::Text("0B"),
        "Bytes there and back; NAT gateways and interface endpoints are paid for them.",
    ),
    Key::new(
        "connect_timeout",
        Shape::Duration,
        Fallback::Text("60s"),
        "How long the code waits for a connection that does not come about, before its handler fails. The default is that of botocore, for one try.",
    ),
];

/// Keys of an entry of `emits`.
pub(super) const EMISSION: &[Key] = &[
    Key::new(
        "to",
        Shape::Text,
        Fallback::Required,
        "Function that gets an asynchronous event (`FUNCTION:ALIAS`: a version or alias of it), or queue, stream, topic, bucket or event bus that gets a message.",
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
