//! Keys of clients.

use crate::scenario::tree::Node;

use super::{Fallback, Key, Shape};

/// Presets of clients.
pub const CLIENT_PRESETS: &[&str] =
    &["boto3-standard", "boto3-adaptive", "boto3-legacy", "boto3-standard-1.43"];

/// Keys of a client.
pub(super) const CLIENT: &[Key] = &[
    Key::new(
        "preset",
        Shape::Choice(CLIENT_PRESETS),
        Fallback::Nothing("none"),
        "Retries as an AWS SDK makes them: `boto3-standard` (botocore from 1.44: 3 attempts, full jitter from 50 ms, or 1 s after a throttle, quota of 500 tokens), \
         `boto3-adaptive` (as standard, and the client measures its rate, cuts it to 0.7 of that after a throttle and then lets it grow back along a cubic), `boto3-legacy` (botocore 1.43: 5 attempts, rand(0, 1) · 2^i s, no quota), `boto3-standard-1.43`. All wait 60 s for an answer. Keys beside it replace parts of it.",
    ),
    Key::new(
        "network",
        Shape::Distribution,
        Fallback::Text("0s"),
        "Time on the network there and back, drawn per attempt; half each way.",
    ),
    Key::new(
        "timeout",
        Shape::Either(&[Shape::Duration, Shape::Choice(&["none"])]),
        Fallback::Derived(preset_timeout, "60 s with a preset, else none"),
        "How long the client waits for an answer, per attempt. It does not stop the function.",
    ),
    Key::new(
        "attempts",
        Shape::Count(1, 1_000),
        Fallback::Derived(preset_attempts, "3 or 5 with a preset, else 1"),
        "Attempts in all, the first included.",
    ),
    Key::new(
        "backoff",
        Shape::Call(
            r"^(none|(fixed|exponential|full_jitter)\(.*\))$",
            "none, fixed(1s), exponential(base=100ms, cap=20s) or full_jitter(base=100ms, cap=20s)",
        ),
        Fallback::Nothing("that of the preset, else `none`"),
        "Wait before retry i = 0, 1, …: `fixed(1s)`; `exponential(base=, cap=)` is min(base · 2^i, cap); `full_jitter(base=, cap=)` is rand(0, 1) of that.",
    ),
    Key::new(
        "retry_quota",
        Shape::Choice(&["none", "shared", "per_request"]),
        Fallback::Nothing("that of the preset, else `none`"),
        "Tokens that retries use up (500; 5 for a retry after a throttle, 14 for others): one bucket for all calls of the client, or one for each call.",
    ),
    Key::new(
        "allow",
        Shape::List(&Shape::Text),
        Fallback::Nothing("`[lambda:InvokeFunction]`"),
        "What the caller may do. Without `lambda:InvokeFunction` (or `lambda:*`, `*`) every call is refused with 403 AccessDeniedException.",
    ),
];

#[expect(clippy::unnecessary_wraps, reason = "the table's signature")]
fn preset_timeout(client: &Node) -> Option<&'static str> {
    Some(if client.find("preset").is_some_and(|preset| !preset.is_null()) { "60s" } else { "none" })
}

#[expect(clippy::unnecessary_wraps, reason = "the table's signature")]
fn preset_attempts(client: &Node) -> Option<&'static str> {
    let attempts = match client.find("preset").and_then(Node::text) {
        Some("boto3-legacy") => "5",
        Some(_) => "3",
        None => "1",
    };
    Some(attempts)
}
