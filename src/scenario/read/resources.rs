//! Clients.

use crate::scenario::call::{self, Expression, TextError};
use crate::scenario::model::{Backoff, Client, RetryQuota};
use crate::scenario::problem::suggestion;
use crate::units::SimDuration;

use super::cursor::Cursor;
use super::distribution::Unit;
use super::function::optional;

/// What botocore takes from its quota (500 tokens) from 1.44 on: 5 for a retry after a throttle, 14 for any other.
const TOKENS_1_44: (u32, u32, u32) = (5, 14, 14);
/// What botocore 1.43 took in standard mode: 5, and 10 for a timeout.
const TOKENS_1_43: (u32, u32, u32) = (5, 10, 5);
const QUOTA: u32 = 500;

pub(super) fn clients(top: &Cursor<'_>) -> Option<Vec<Client>> {
    let mut clients = Vec::new();
    let mut complete = true;
    for (name, client) in top.find("clients").iter().flat_map(Cursor::entries) {
        match read_client(name, &client) {
            Some(client) => clients.push(client),
            None => complete = false,
        }
    }
    complete.then_some(clients)
}

/// Back-off and quota of a preset.
struct Preset {
    backoff: Backoff,
    quota: RetryQuota,
    costs: (u32, u32, u32),
    adapts_rate: bool,
}

fn preset(client: &Cursor<'_>) -> Option<Preset> {
    let second = SimDuration::from_secs(1);
    let cap = SimDuration::from_secs(20);
    let Some(key) = client.find("preset") else {
        return Some(Preset {
            backoff: Backoff::Nothing,
            quota: RetryQuota::Unlimited,
            costs: TOKENS_1_44,
            adapts_rate: false,
        });
    };
    match key.text()? {
        mode @ ("boto3-standard" | "boto3-adaptive") => Some(Preset {
            backoff: Backoff::FullJitter { base: SimDuration::from_millis(50), throttle_base: second, cap },
            quota: tokens(true, TOKENS_1_44),
            costs: TOKENS_1_44,
            adapts_rate: mode == "boto3-adaptive",
        }),
        "boto3-standard-1.43" => Some(Preset {
            backoff: Backoff::FullJitter { base: second, throttle_base: second, cap },
            quota: tokens(true, TOKENS_1_43),
            costs: TOKENS_1_43,
            adapts_rate: false,
        }),
        "boto3-legacy" => Some(Preset {
            backoff: Backoff::LegacyJitter { base: second },
            quota: RetryQuota::Unlimited,
            costs: TOKENS_1_44,
            adapts_rate: false,
        }),
        text => {
            let known = crate::scenario::language::CLIENT_PRESETS;
            let problem = key.problem(format!("there is no preset {}", key.node.described()));
            key.report(problem.hint(suggestion(text, known.iter().copied())));
            None
        }
    }
}

fn tokens(shared: bool, (throttle_cost, timeout_cost, other_cost): (u32, u32, u32)) -> RetryQuota {
    RetryQuota::Tokens { shared, capacity: QUOTA, throttle_cost, timeout_cost, other_cost }
}

fn read_client(name: &str, client: &Cursor<'_>) -> Option<Client> {
    let preset = preset(client);
    let network = client.find("network").and_then(|key| key.distribution());
    let timeout = client.find("timeout").and_then(|key| patience(&key));
    let attempts = client.find("attempts").and_then(|key| key.count(1, 1_000));
    let backoff = optional(client.find("backoff"), backoff);
    let costs = preset.as_ref().map_or(TOKENS_1_44, |preset| preset.costs);
    let quota = optional(client.find("retry_quota"), |key| {
        key.choice(&[
            ("none", RetryQuota::Unlimited),
            ("shared", tokens(true, costs)),
            ("per_request", tokens(false, costs)),
        ])
    });
    let may_invoke = client.find("allow").is_none_or(|allow| {
        allow.items().any(|action| action.text().is_some_and(|text| covers(text, "lambda:InvokeFunction")))
    });
    let preset = preset?;
    Some(Client {
        name: name.to_owned(),
        network: network?,
        timeout: timeout?,
        attempts: attempts? as u32,
        backoff: backoff?.unwrap_or(preset.backoff),
        retry_quota: quota?.unwrap_or(preset.quota),
        adapts_rate: preset.adapts_rate,
        may_invoke,
    })
}

/// How long a client waits for an answer; `None` inside is for ever.
fn patience(key: &Cursor<'_>) -> Option<Option<SimDuration>> {
    if key.text()? == "none" {
        return Some(None);
    }
    let patience = key.duration()?;
    if patience == SimDuration::ZERO {
        key.report(key.problem("a client's `timeout` must be above zero, or `none`"));
        return None;
    }
    Some(Some(patience))
}

/// Whether an action of a policy, which may end in an asterisk, covers `action`; case does not matter.
pub(super) fn covers(policy: &str, action: &str) -> bool {
    let (policy, action) = (policy.to_ascii_lowercase(), action.to_ascii_lowercase());
    policy.strip_suffix('*').map_or(policy == action, |beginning| action.starts_with(beginning))
}

fn backoff(key: &Cursor<'_>) -> Option<Backoff> {
    let text = key.text()?;
    let read = call::parse(text).and_then(|expression| backoff_of(&expression));
    read.map_err(|error| key.report_text(error)).ok()
}

fn backoff_of(expression: &Expression<'_>) -> Result<Backoff, TextError> {
    let span =
        |value: &Expression<'_>| Unit::Time.value(value).map(|nanos| SimDuration::from_nanos(nanos as u64));
    match (expression.word, expression.arguments.is_some()) {
        ("none", false) => Ok(Backoff::Nothing),
        ("fixed", true) => Ok(Backoff::Fixed(span(expression.positional(1, "fixed(1s)")?[0])?)),
        ("exponential", true) => {
            let (_, values) = expression.named(&[&["base", "cap"]])?;
            Ok(Backoff::Exponential { base: span(values[0])?, cap: span(values[1])? })
        }
        ("full_jitter", true) => {
            let (_, values) = expression.named(&[&["base", "cap"]])?;
            let base = span(values[0])?;
            Ok(Backoff::FullJitter { base, throttle_base: base, cap: span(values[1])? })
        }
        _ => {
            let names = ["none", "fixed", "exponential", "full_jitter"];
            Err(TextError::new(
                expression.range.clone(),
                format!("there is no back-off `{}`", expression.word),
            )
            .hint(format!("{}; e.g. full_jitter(base=100ms, cap=20s)", suggestion(expression.word, names))))
        }
    }
}
