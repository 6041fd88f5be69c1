//! Keys of a function.

use crate::scenario::tree::Node;

use super::downstream::{CALL, EMISSION};
use super::event_source::EVENT_SOURCE;
use super::surroundings::{ENVIRONMENT, ROLE, VPC};
use super::version::{ALIAS, PROVISIONED_CONCURRENCY};
use super::{Fallback, Key, Shape};

const PACKAGE: &[Key] = &[
    Key::new(
        "type",
        Shape::Choice(&["zip", "image"]),
        Fallback::Text("zip"),
        "Zip archive or container image; picks the init table.",
    ),
    Key::new(
        "size",
        Shape::Size,
        Fallback::Text("5MB"),
        "Size as uploaded. Placement takes 10 ms for each MB of a zip above 10 MB (S14).",
    ),
    Key::new(
        "unzipped",
        Shape::Size,
        Fallback::Nothing("not checked"),
        "Size after unpacking. AWS: smaller than 250 MB (262,144,000 bytes); an image at most 10 GB.",
    ),
    Key::new(
        "upload",
        Shape::Choice(&["direct", "s3", "inline"]),
        Fallback::Text("direct"),
        "How a zip file comes to Lambda. AWS: at most 50 MB directly, 4 MB inline in a template; through S3 the limit is what it unpacks to.",
    ),
    Key::new(
        "cached",
        Shape::Bool,
        Fallback::Text("true"),
        "`false`: no cache has the blocks of this image yet. The first 5 environments after a deployment load them from afar: 1 s more Init for each GB \
         of `size` (S68).",
    ),
];

const LAYER: &[Key] = &[
    Key::new("name", Shape::Text, Fallback::Required, "Name of the layer; each at most once."),
    Key::new("unzipped", Shape::Size, Fallback::Text("0B"), "Its size after unpacking."),
];

/// Keys of `work.per_record`.
pub(super) const PER_RECORD: &[Key] = &[
    Key::new(
        "cpu",
        Shape::Distribution,
        Fallback::Text("0s"),
        "CPU work of each record, added to that of the invocation in one burst (S21).",
    ),
    Key::new(
        "io",
        Shape::Distribution,
        Fallback::Text("0s"),
        "Waiting for each record, one after the other.",
    ),
];

const WORK: &[Key] = &[
    Key::new(
        "cpu",
        Shape::Distribution,
        Fallback::Text("0s"),
        "CPU work at one full vCPU; more memory makes it faster (S20).",
    ),
    Key::new("io", Shape::Distribution, Fallback::Text("0s"), "Waiting that memory does not change."),
    Key::new(
        "threads",
        Shape::Count(1, 1_024),
        Fallback::Text("1"),
        "Threads that share the CPU work evenly.",
    ),
    Key::new(
        "per_record",
        Shape::Block(PER_RECORD),
        Fallback::Nothing("nothing"),
        "What each message or record of a batch adds. Other requests have one record.",
    ),
];

const PAYLOAD: &[Key] = &[
    Key::new(
        "request",
        Shape::Size,
        Fallback::Text("0B"),
        "Size of a request. Synchronous at most 6 MB, asynchronous at most 1 MB.",
    ),
    Key::new(
        "response",
        Shape::Size,
        Fallback::Text("0B"),
        "Size of a response. Above 6 MB + 100 bytes the invocation is a function error.",
    ),
];

const SUBSCRIPTION: &[Key] = &[
    Key::new(
        "pattern",
        Shape::Choice(&["error", "timeout", "all"]),
        Fallback::Text("error"),
        "Which invocations match: those that end in a function error (timeouts and kills too), in a timeout, or all.",
    ),
    Key::new(
        "to",
        Shape::Text,
        Fallback::Required,
        "Function that gets an asynchronous event for each of them.",
    ),
    Key::new(
        "delay",
        Shape::Distribution,
        Fallback::Text("uniform(1s, 5s)"),
        "From the end of the invocation to that event.",
    ),
];

const LOGS: &[Key] = &[
    Key::new(
        "volume",
        Shape::Size,
        Fallback::Text("350B"),
        "What an invocation writes to CloudWatch Logs, with the lines START, END and REPORT, which are about 350 bytes (S64). \
         Costs with `pricing.include: [lambda, logs]`.",
    ),
    Key::new(
        "subscription",
        Shape::Either(&[Shape::Block(SUBSCRIPTION), Shape::List(&Shape::Block(SUBSCRIPTION))]),
        Fallback::Nothing("none"),
        "A subscription filter of CloudWatch Logs that calls another function (S69): how one is told of failures of synchronous calls. \
         At most two, in a list.",
    ),
];

const PRESIGNS: &[Key] = &[
    Key::new(
        "expires_in",
        Shape::Duration,
        Fallback::Text("1h"),
        "How long a URL is valid. AWS: at most 7d.",
    ),
    Key::new(
        "used_after",
        Shape::Distribution,
        Fallback::Required,
        "From the end of the invocation to the use of its URL.",
    ),
    Key::new(
        "session",
        Shape::Duration,
        Fallback::Text("6h"),
        "What is left of the session of the execution role that signs; its URLs end with it. AWS does not say how long that is.",
    ),
];

const TMP: &[Key] = &[
    Key::new(
        "write",
        Shape::Size,
        Fallback::Text("0B"),
        "What each run of the handler writes, under names of its own. When it does not fit into `ephemeral_storage`, the run \
         ends with error 28.",
    ),
    Key::new(
        "cleanup",
        Shape::Bool,
        Fallback::Text("false"),
        "Whether a run removes what it wrote; one that is killed does not come to it.",
    ),
    Key::new(
        "download",
        Shape::Size,
        Fallback::Text("0B"),
        "What every Init fetches into /tmp: the way around the limit of 250 MB. Takes its size over 625 Mbit/s, on top of \
         the Init (10 s limit: S15).",
    ),
];

const ASYNC: &[Key] = &[
    Key::new(
        "max_retry_attempts",
        Shape::Count(0, 2),
        Fallback::Text("2"),
        "Further attempts after a function error (S41). AWS: 0 to 2.",
    ),
    Key::new(
        "max_event_age",
        Shape::Duration,
        Fallback::Text("6h"),
        "An event ends when its next attempt would come later than this (S43). AWS: 60 s to 6 h.",
    ),
    Key::new(
        "dead_letter",
        Shape::Text,
        Fallback::Nothing("none"),
        "Dead-letter queue: gets the raw event and three attributes (S45).",
    ),
    Key::new(
        "on_failure",
        Shape::Text,
        Fallback::Nothing("none"),
        "Queue or function that gets a record of an event that failed.",
    ),
    Key::new(
        "on_success",
        Shape::Text,
        Fallback::Nothing("none"),
        "Queue or function that gets a record of an event that succeeded.",
    ),
    Key::new(
        "queue_latency",
        Shape::Distribution,
        Fallback::Text("0s"),
        "From acceptance to the first attempt.",
    ),
    Key::new(
        "delivery_delay",
        Shape::Distribution,
        Fallback::Text("0s"),
        "From the end of the road to the dead-letter queue or destination.",
    ),
    Key::new(
        "delivery_errors",
        Shape::Share,
        Fallback::Text("0%"),
        "Probability that such a delivery fails and the event is lost.",
    ),
];

/// Presets of `keep_alive`.
pub const KEEP_ALIVE_PRESETS: &[&str] =
    &["aws-2025", "aws-2021-01", "aws-2020", "aws-2020-pool", "aws-2020-logs", "aws-2019"];

/// Keys of a function.
pub const FUNCTION: &[Key] = &[
    Key::new(
        "runtime",
        Shape::Text,
        Fallback::Nothing("none; without `init` the tables of `python3.13`"),
        "Runtime identifier: picks the tables of Init and first invoke (S14). A blocked or unknown one is an error.",
    ),
    Key::new(
        "handler",
        Shape::Text,
        Fallback::Nothing("none"),
        "Name of the handler. AWS: at most 128 characters without spaces.",
    ),
    Key::new(
        "handler_exists",
        Shape::Bool,
        Fallback::Text("true"),
        "`false`: every Init fails, as on AWS when the module or function is missing.",
    ),
    Key::new(
        "arch",
        Shape::Choice(&["x86_64", "arm64"]),
        Fallback::Text("x86_64"),
        "Instruction set: picks prices and init tables.",
    ),
    Key::new("package", Shape::Block(PACKAGE), Fallback::Inside, "How the code is packaged."),
    Key::new(
        "memory",
        Shape::Memory,
        Fallback::Text("128MB"),
        "Memory size, and with it the share of CPU (S20). AWS: 128MB to 10240MB in steps of 1.",
    ),
    Key::new(
        "timeout",
        Shape::Duration,
        Fallback::Text("3s"),
        "Function timeout. AWS: whole seconds from 1s to 900s (15m).",
    ),
    Key::new(
        "ephemeral_storage",
        Shape::Memory,
        Fallback::Text("512MB"),
        "Size of /tmp. AWS: 512MB to 10240MB; above 512MB it costs.",
    ),
    Key::new("tmp", Shape::Block(TMP), Fallback::Inside, "What the function keeps in /tmp (S18a)."),
    Key::new(
        "init",
        Shape::Distribution,
        Fallback::Nothing("the runtime's measured table"),
        "The whole cold-start delay, all of it billed Init (S13a); replaces the runtime's tables.",
    ),
    Key::new(
        "placement",
        Shape::Distribution,
        Fallback::Nothing(
            "0 with `init`; else lognormal(median=100ms, sigma=0.20), plus 10 ms per zip MB above 10",
        ),
        "Time before Init: placing and fetching. The caller waits; it is not billed.",
    ),
    Key::new(
        "cold_duration",
        Shape::Distribution,
        Fallback::Nothing("none"),
        "The whole response of a cold request, in place of init and handler, where that is what was measured.",
    ),
    Key::new(
        "init_extra",
        Shape::Distribution,
        Fallback::Nothing("none"),
        "The function's own code on top of the runtime's Init.",
    ),
    Key::new("init_errors", Shape::Share, Fallback::Text("0%"), "Probability that an Init fails."),
    Key::new(
        "init_table",
        Shape::Text,
        Fallback::Nothing("the runtime's own; `go` for `provided.al2023`"),
        "Which measured table, where the runtime has several.",
    ),
    Key::new(
        "duration",
        Shape::Either(&[Shape::Distribution, Shape::PerMemory]),
        Fallback::Nothing("`work` must be given instead"),
        "How long the handler runs, whatever the memory (S22); or measured per memory size, log-linear between the sizes.",
    ),
    Key::new(
        "work",
        Shape::Block(WORK),
        Fallback::Nothing("`duration` must be given instead"),
        "What the handler does; memory decides how long that takes (S20).",
    ),
    Key::new(
        "first_invoke_extra",
        Shape::Distribution,
        Fallback::Nothing("0 with `init`; else the runtime's measured CPU work"),
        "Extra time of the first invoke in a fresh environment.",
    ),
    Key::new(
        "cpu_model",
        Shape::Choice(&["quota", "proportional"]),
        Fallback::Text("quota"),
        "How CPU work turns into time (S21): in periods of 20 ms, or in proportion.",
    ),
    Key::new(
        "max_memory_used",
        Shape::MemoryDistribution,
        Fallback::Nothing("always enough"),
        "Peak memory of an invocation. Above `memory` it is killed half-way.",
    ),
    Key::new(
        "errors",
        Shape::Share,
        Fallback::Text("0%"),
        "Probability that an attempt ends in a handler exception; the environment stays warm.",
    ),
    Key::new(
        "crashes",
        Shape::Share,
        Fallback::Text("0%"),
        "Probability that the runtime exits; the environment is reset (S18).",
    ),
    Key::new(
        "poison",
        Shape::Either(&[Shape::Share, Shape::List(&Shape::Count(0, u64::MAX))]),
        Fallback::Text("0%"),
        "Events whose every attempt fails: a share of them, or a list of ordinals counted from 0 in each traffic source.",
    ),
    Key::new("payload", Shape::Block(PAYLOAD), Fallback::Inside, "Sizes of a request and its response."),
    Key::new(
        "reserved_concurrency",
        Shape::Count(0, 10_000_000),
        Fallback::Nothing("none"),
        "Concurrency set aside for this function, and its ceiling (S31). 0 switches it off. AWS: 100 of the account's must stay unreserved.",
    ),
    Key::new(
        "keep_alive",
        Shape::Either(&[
            Shape::Choice(KEEP_ALIVE_PRESETS),
            Shape::Choice(&["never"]),
            Shape::Call(r"^fixed\(.*\)$", "fixed(10m)"),
            Shape::Distribution,
        ]),
        Fallback::Text("aws-2025"),
        "How long an idle environment is kept (S16): a preset, `fixed(10m)` or `10m`, a distribution, or `never` (it never leaves).",
    ),
    Key::new(
        "max_age",
        Shape::Either(&[Shape::Choice(&["default", "never"]), Shape::Distribution]),
        Fallback::Text("default"),
        "Age at which an environment takes no new request (S17). `default` is uniform(7130s, 7390s), or 2h with keep-alive `aws-2020-logs`.",
    ),
    Key::new(
        "proactive_replacement",
        Shape::Share,
        Fallback::Derived(proactive_replacement, "100% with keep-alive `aws-2025`, else 0%"),
        "Share of environments that are replaced by an initialised successor when they reach their age (S17).",
    ),
    Key::new(
        "early_end",
        Shape::Share,
        Fallback::Text("0%"),
        "Share of idle periods that end early (measured: 1.2 %).",
    ),
    Key::new("async", Shape::Block(ASYNC), Fallback::Inside, "Settings of asynchronous invocation."),
    Key::new(
        "layers",
        Shape::List(&Shape::Block(LAYER)),
        Fallback::Nothing("none"),
        "Layers: at most 5, and together with `package.unzipped` smaller than 250 MB. Not for container images.",
    ),
    Key::new(
        "environment",
        Shape::Block(ENVIRONMENT),
        Fallback::Inside,
        "Environment variables, and what encrypts them (S27).",
    ),
    Key::new("role", Shape::Block(ROLE), Fallback::Inside, "The execution role: what the code may do (S29)."),
    Key::new(
        "vpc",
        Shape::Block(VPC),
        Fallback::Nothing("none: the internet is reached directly"),
        "The VPC that the function is attached to (S28).",
    ),
    Key::new(
        "created",
        Shape::Duration,
        Fallback::Nothing("long before the start"),
        "When it is created (S67): before that it is not found (404), then Pending (409 `ResourceConflictException`), then Active. Of a version: when it is published.",
    ),
    Key::new(
        "pending",
        Shape::Duration,
        Fallback::Nothing("3s; 3m with `vpc` or `snapstart`"),
        "How long it is Pending when it is created, or when it is called after it has become Inactive. With `snapstart`: how long the snapshot of a \
         version takes when it is created or updated (S108); until then it answers 409 `SnapStartNotReadyException`.",
    ),
    Key::new(
        "provisioned_concurrency",
        PROVISIONED_CONCURRENCY,
        Fallback::Nothing("none"),
        "Environments kept initialised for the bare name, as if a published version stood behind an alias that all its traffic uses (S61); a number, or a block with auto scaling. In a version: for calls of that version.",
    ),
    Key::new(
        "snapstart",
        Shape::Bool,
        Fallback::Text("false"),
        "A cold start restores a snapshot instead of an Init (S26). Of published versions: those of the function, or, where it names none, the one that its bare name stands for. Not with provisioned concurrency, nor with `/tmp` above 512 MB.",
    ),
    Key::new(
        "restore",
        Shape::Distribution,
        Fallback::Nothing("measured for Java, 300ms for Python and .NET"),
        "How long a restore from a warm cache takes (S26). The first ones of a version take longer (`assumptions.snapstart_cache`).",
    ),
    Key::new(
        "versions",
        Shape::Named(&Shape::FunctionKeys),
        Fallback::Nothing("none"),
        "Published versions, by name: keys of a function that differ from it. Each has environments of its own (S19) and never changes; `reserved_concurrency`, `async`, `event_sources`, `aliases` belong to the function.",
    ),
    Key::new(
        "aliases",
        Shape::Named(&Shape::Block(ALIAS)),
        Fallback::Nothing("none"),
        "Aliases, by name: traffic goes `to: FUNCTION:ALIAS`.",
    ),
    Key::out_of_scope(
        "tenancy",
        "Tenant isolation is not modelled: here a function has one pool of environments for all callers.",
    ),
    Key::out_of_scope(
        "capacity_provider",
        "Managed instances are another product: several requests at once in an environment, on instances of your own.",
    ),
    Key::out_of_scope(
        "durable",
        "Durable functions are another product: one execution is many invocations with checkpoints in between.",
    ),
    Key::out_of_scope(
        "web",
        "Web functions are another product: many requests at once in an environment, billed by active CPU.",
    ),
    Key::out_of_scope(
        "microvm",
        "MicroVMs are another product: they run until they are stopped, not for a request.",
    ),
    Key::new(
        "calls",
        Shape::List(&Shape::Block(CALL)),
        Fallback::Nothing("none"),
        "What the handler calls, one after the other, when its own work is done (S48, S49). A call that fails is a handler error.",
    ),
    Key::new(
        "emits",
        Shape::List(&Shape::Block(EMISSION)),
        Fallback::Nothing("none"),
        "What an invocation that succeeds passes on (S49).",
    ),
    Key::new(
        "presigns",
        Shape::Block(PRESIGNS),
        Fallback::Nothing("none"),
        "Every invocation that succeeds makes a presigned URL, which is used later (S47).",
    ),
    Key::new("logs", Shape::Block(LOGS), Fallback::Inside, "What the function logs."),
    Key::new(
        "event_sources",
        Shape::List(&Shape::Block(EVENT_SOURCE)),
        Fallback::Nothing("none"),
        "Event source mappings: queues and streams that Lambda polls for the function.",
    ),
];

#[expect(clippy::unnecessary_wraps, reason = "the table's signature")]
fn proactive_replacement(function: &Node) -> Option<&'static str> {
    let preset = function.find("keep_alive").and_then(Node::text).unwrap_or("aws-2025");
    Some(if preset == "aws-2025" { "100%" } else { "0%" })
}
