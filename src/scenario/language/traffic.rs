//! Keys of traffic sources and of events.

use crate::scenario::tree::Node;

use super::function::PER_RECORD;
use super::version::DEPLOY;
use super::{Fallback, Key, Shape};

/// EventBridge's expressions, of traffic and of event sources.
pub(super) const SCHEDULE: Shape = Shape::Call(
    r"^(rate\([0-9]+ (minute|minutes|hour|hours|day|days)\)|cron\(.+\))$",
    "rate(5 minutes) or cron(0 9 * * ? *)",
);

const STAGE: &[Key] = &[
    Key::new("duration", Shape::Duration, Fallback::Required, "How long the stage lasts."),
    Key::new("target", Shape::Rate, Fallback::Required, "Rate at its end; the rate changes linearly."),
];

const DIURNAL: &[Key] = &[
    Key::new("peak", Shape::Rate, Fallback::Required, "Highest rate."),
    Key::new("trough", Shape::Rate, Fallback::Required, "Lowest rate."),
    Key::new(
        "period",
        Shape::Duration,
        Fallback::Text("1d"),
        "Length of a cycle; it begins at the middle and rises.",
    ),
];

const WORK: &[Key] = &[
    Key::new("cpu", Shape::Distribution, Fallback::Text("0s"), "As `functions.NAME.work.cpu`."),
    Key::new("io", Shape::Distribution, Fallback::Text("0s"), "As `functions.NAME.work.io`."),
    Key::new("threads", Shape::Count(1, 1_024), Fallback::Text("1"), "As `functions.NAME.work.threads`."),
    Key::new(
        "per_record",
        Shape::Block(PER_RECORD),
        Fallback::Nothing("nothing"),
        "As `functions.NAME.work.per_record`.",
    ),
];

const PAYLOAD: &[Key] = &[
    Key::new("request", Shape::Size, Fallback::Text("0B"), "As `functions.NAME.payload.request`."),
    Key::new("response", Shape::Size, Fallback::Text("0B"), "As `functions.NAME.payload.response`."),
];

/// Keys of a traffic source.
pub const TRAFFIC: &[Key] = &[
    Key::new(
        "name",
        Shape::Text,
        Fallback::Nothing("the target; `TARGET#2` and so on for further sources of the same target"),
        "Name of the source. It addresses the random streams (S3), so keep it when you compare.",
    ),
    Key::new(
        "to",
        Shape::Text,
        Fallback::Required,
        "Function that is called, or queue or stream that messages are sent to.",
    ),
    Key::new(
        "via",
        Shape::Text,
        Fallback::Nothing("the Invoke API itself"),
        "Gateway that these requests come through, one of `gateways`. Only synchronous ones do (S59).",
    ),
    Key::new(
        "client",
        Shape::Text,
        Fallback::Nothing("a caller at no distance that waits for ever and never retries"),
        "Who calls, one of `clients`.",
    ),
    Key::new(
        "mode",
        Shape::Choice(&["sync", "async", "dry_run"]),
        Fallback::Derived(mode, "`async` with `schedule` (EventBridge invokes asynchronously), else `sync`"),
        "Invocation type.",
    ),
    Key::new(
        "arrivals",
        Shape::Call(
            r"^(even|poisson|(gamma|renewal|onoff|trace)\(.*\))$",
            "even, poisson, gamma(cv=2), renewal(exp(mean=1s)), onoff(on=exp(mean=10s), off=exp(mean=30s)) or trace(file.csv)",
        ),
        Fallback::Derived(arrivals, "`poisson`"),
        "How requests scatter around the rate. `renewal(gap)` and `trace(file.csv)` take no rate.",
    ),
    Key::new(
        "rate",
        Shape::Rate,
        Fallback::Nothing("another form of traffic"),
        "Requests per unit of time, always the same.",
    ),
    Key::new(
        "start_rate",
        Shape::Rate,
        Fallback::Nothing("0/s with `stages`"),
        "Rate at the beginning of the first stage.",
    ),
    Key::new(
        "stages",
        Shape::List(&Shape::Block(STAGE)),
        Fallback::Nothing("another form of traffic"),
        "Ramps, one after the other, each from the rate before to its target.",
    ),
    Key::new(
        "diurnal",
        Shape::Block(DIURNAL),
        Fallback::Nothing("another form of traffic"),
        "A daily curve: the middle plus the amplitude times sin(2πt/period).",
    ),
    Key::new(
        "burst",
        Shape::Count(1, 1_000_000_000),
        Fallback::Nothing("another form of traffic"),
        "So many requests at the instant `at`.",
    ),
    Key::new(
        "users",
        Shape::Count(1, 10_000_000),
        Fallback::Nothing("another form of traffic"),
        "A closed model: so many users call at `at`, wait for the answer, think, and call again. Only with `mode: sync`.",
    ),
    Key::new(
        "think_time",
        Shape::Distribution,
        Fallback::Derived(think_time, "0s with `users`"),
        "Between an answer and the user's next call.",
    ),
    Key::new(
        "schedule",
        SCHEDULE,
        Fallback::Nothing("another form of traffic"),
        "EventBridge's expressions. `rate(...)` fires first after one interval; `cron(...)` follows the calendar from `start`, in UTC.",
    ),
    Key::new("at", Shape::Duration, Fallback::Text("0s"), "Start of the source."),
    Key::new(
        "for",
        Shape::Duration,
        Fallback::Nothing("until the horizon, or the end of the stages, burst or trace"),
        "How long it lasts; its end is exclusive.",
    ),
    Key::new(
        "duration",
        Shape::Distribution,
        Fallback::Nothing("the function's"),
        "Handler duration of these requests (a payload class).",
    ),
    Key::new("work", Shape::Block(WORK), Fallback::Nothing("the function's"), "Work of these requests."),
    Key::new("errors", Shape::Share, Fallback::Nothing("the function's"), "Errors of these requests."),
    Key::new(
        "payload",
        Shape::Block(PAYLOAD),
        Fallback::Nothing("the function's"),
        "Payload of these requests.",
    ),
    Key::new(
        "max_memory_used",
        Shape::MemoryDistribution,
        Fallback::Nothing("the function's"),
        "Peak memory of these requests.",
    ),
];

const REDRIVE: &[Key] = &[
    Key::new("from", Shape::Text, Fallback::Required, "Queue that is emptied; no function reads it."),
    Key::new("to", Shape::Text, Fallback::Required, "Queue that gets the messages, as new ones."),
    Key::new("rate", Shape::Rate, Fallback::Text("500/s"), "How fast they are moved."),
];

/// Keys of an entry of `events`.
pub const EVENT: &[Key] = &[
    Key::new("at", Shape::Duration, Fallback::Required, "When it happens."),
    Key::new(
        "set",
        Shape::Assignments,
        Fallback::Nothing("another kind of event"),
        "Values of `account` and `functions` from then on, by dotted path; `null` goes back to the default. Changing a function's configuration retires its environments (S19); changing its reserved concurrency does not.",
    ),
    Key::new(
        "takes",
        Shape::Duration,
        Fallback::Text("0s"),
        "With `set`: how long the update is in progress. Until it is successful the old configuration serves (S67), and another `set` of the same function is refused.",
    ),
    Key::new(
        "outage",
        Shape::Text,
        Fallback::Nothing("another kind of event"),
        "Downstream that is out of order from then on: every call fails at once (S48).",
    ),
    Key::new(
        "hangs",
        Shape::Bool,
        Fallback::Nothing("`false`"),
        "With `outage`: calls get no answer at all, and wait until the function timeout.",
    ),
    Key::new(
        "slow",
        Shape::Text,
        Fallback::Nothing("another kind of event"),
        "Downstream whose calls take longer from then on.",
    ),
    Key::new("by", Shape::Duration, Fallback::Nothing("must be given with `slow`"), "By how much."),
    Key::new(
        "for",
        Shape::Duration,
        Fallback::Nothing("must be given with `outage` and `slow`"),
        "How long it lasts; its end is exclusive.",
    ),
    Key::new(
        "deploy",
        Shape::Block(DEPLOY),
        Fallback::Nothing("another kind of event"),
        "Shifts the traffic of an alias to another version, as CodeDeploy does.",
    ),
    Key::new(
        "redrive",
        Shape::Block(REDRIVE),
        Fallback::Nothing("another kind of event"),
        "The messages that lie in a dead-letter queue then are moved back, the oldest first (S53).",
    ),
];

fn given(source: &Node, key: &str) -> bool {
    source.find(key).is_some_and(|node| !node.is_null())
}

#[expect(clippy::unnecessary_wraps, reason = "the table's signature")]
fn mode(source: &Node) -> Option<&'static str> {
    Some(if given(source, "schedule") { "async" } else { "sync" })
}

fn arrivals(source: &Node) -> Option<&'static str> {
    ["rate", "stages", "diurnal"].iter().any(|form| given(source, form)).then_some("poisson")
}

fn think_time(source: &Node) -> Option<&'static str> {
    given(source, "users").then_some("0s")
}
