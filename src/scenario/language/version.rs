//! Keys of versions, aliases and deployments.

use super::{Fallback, Key, Shape};

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
        Shape::Block(ADDITIONAL),
        Fallback::Nothing("none"),
        "At most one more version, with a weight.",
    ),
    Key::planned("provisioned_concurrency", "provisioned concurrency"),
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
