//! Keys of versions, aliases, provisioned concurrency and deployments.

use super::{Fallback, Key, Shape};

const SCHEDULED: &[Key] = &[
    Key::new(
        "at",
        Shape::Call(
            r"^(rate\([0-9]+ (minute|minutes|hour|hours|day|days)\)|cron\(.+\))$",
            "cron(0 9 * * ? *)",
        ),
        Fallback::Required,
        "When, as in `traffic.schedule`; `cron(...)` follows the calendar from `start`, in UTC.",
    ),
    Key::new(
        "min",
        Shape::Count(0, 10_000_000),
        Fallback::Nothing("as before"),
        "Least capacity from then on; what is below it is raised.",
    ),
    Key::new(
        "max",
        Shape::Count(0, 10_000_000),
        Fallback::Nothing("as before"),
        "Greatest capacity from then on; what is above it is lowered.",
    ),
];

const PROVISIONED: &[Key] = &[
    Key::new(
        "min",
        Shape::Count(1, 10_000_000),
        Fallback::Required,
        "Least capacity, and the capacity at the start, ready at t = 0 (S61).",
    ),
    Key::new(
        "max",
        Shape::Count(1, 10_000_000),
        Fallback::Nothing("as `min`"),
        "Greatest capacity that auto scaling asks for.",
    ),
    Key::new(
        "target",
        Shape::Share,
        Fallback::Nothing("no target tracking"),
        "Utilisation that target tracking holds: after 3 one-minute points above it, or 15 below 90 % of it, the capacity becomes ceil(capacity × utilisation / target) (S65). AWS: 0.1 to 0.9.",
    ),
    Key::new(
        "statistic",
        Shape::Choice(&["average", "maximum"]),
        Fallback::Text("average"),
        "How a minute of utilisation becomes one point.",
    ),
    Key::new(
        "schedule",
        Shape::List(&Shape::Block(SCHEDULED)),
        Fallback::Nothing("none"),
        "Scheduled actions that set the least and the greatest capacity.",
    ),
    Key::new(
        "allocation_delay",
        Shape::Duration,
        Fallback::Text("90s"),
        "From asking for more capacity to its first environment (S61). AWS: a minute or two.",
    ),
    Key::new(
        "allocation_rate",
        Shape::Rate,
        Fallback::Text("6000/min"),
        "Environments prepared after that; none is usable until all are ready (S61).",
    ),
];

/// What may stand at `provisioned_concurrency`.
pub(super) const PROVISIONED_CONCURRENCY: Shape =
    Shape::Either(&[Shape::Count(0, 10_000_000), Shape::Block(PROVISIONED)]);

const ADDITIONAL: &[Key] = &[
    Key::new("version", Shape::Text, Fallback::Required, "The other version."),
    Key::new(
        "weight",
        Shape::Share,
        Fallback::Required,
        "Share of the invocations that it gets; each is drawn by itself.",
    ),
];

/// Keys of an alias.
pub(super) const ALIAS: &[Key] = &[
    Key::new(
        "version",
        Shape::Text,
        Fallback::Required,
        "The version that it points to, one of `versions`, or `$LATEST`.",
    ),
    Key::new(
        "additional",
        Shape::Either(&[Shape::Block(ADDITIONAL), Shape::List(&Shape::Block(ADDITIONAL))]),
        Fallback::Nothing("none"),
        "At most one more version, with a weight; it may stand in a list. Both have the same role and the same dead-letter target.",
    ),
    Key::new(
        "provisioned_concurrency",
        PROVISIONED_CONCURRENCY,
        Fallback::Nothing("none"),
        "Provisioned concurrency of the alias: its environments are of the version it points to. Not with `additional`.",
    ),
];

/// Keys of `events: - {at, deploy}`.
pub(super) const DEPLOY: &[Key] = &[
    Key::new("function", Shape::Text, Fallback::Required, "The function."),
    Key::new("alias", Shape::Text, Fallback::Required, "Its alias, whose traffic is shifted."),
    Key::new("version", Shape::Text, Fallback::Required, "The version that gets the traffic."),
    Key::new(
        "strategy",
        Shape::Text,
        Fallback::Text("AllAtOnce"),
        "CodeDeploy's names: `AllAtOnce`, `Canary10Percent5Minutes` (10, 15, 30), `Linear10PercentEvery1Minute` (2, 3, 10 `Minutes`); `CodeDeployDefault.Lambda` may stand before them.",
    ),
    Key::new(
        "rollback_if",
        Shape::List(&Shape::Text),
        Fallback::Nothing("never"),
        "Alarms while traffic is shifted, such as `api:v2.error_rate > 1% for 2m`: over a sliding window, looked at each second from the moment the window fits into the deployment. Any of them takes the alias back at once.",
    ),
];
