//! Limits of the account.

use crate::platform::{Profile, ScalingRule};
use crate::scenario::model::{Account, Scaling, TokenRule};
use crate::units::{Rate, SimDuration};

use super::Setting;
use super::cursor::Cursor;

pub(super) fn read(account: &Cursor<'_>, setting: &Setting) -> Option<Account> {
    let concurrency = account.find("concurrency").and_then(|key| concurrency(&key));
    let factor = f64::from(setting.profile.request_rate_factor);
    let automatic = concurrency.flatten().map(|limit| f64::from(limit) * factor);
    let requests = account.find("requests_per_second").and_then(|key| requests_per_second(&key, automatic));
    let scaling = account.find("scaling_rate").and_then(|key| scaling(&key, setting));
    Some(Account { concurrency: concurrency?, requests_per_second: requests?, scaling: scaling? })
}

fn concurrency(key: &Cursor<'_>) -> Option<Option<u32>> {
    if key.text() == Some("unlimited") {
        return Some(None);
    }
    if key.text()?.starts_with(|c: char| c.is_ascii_alphabetic()) {
        let message =
            format!("`concurrency` must be a whole number or `unlimited`; found {}", key.node.described());
        key.report(key.problem(message));
        return None;
    }
    key.count(0, 10_000_000).map(|count| Some(count as u32))
}

fn requests_per_second(key: &Cursor<'_>, automatic: Option<f64>) -> Option<Option<f64>> {
    match key.text()? {
        "unlimited" => Some(None),
        "auto" => Some(automatic),
        text if text.bytes().all(|byte| byte.is_ascii_digit()) => {
            key.count(1, 1_000_000_000).map(|count| Some(count as f64))
        }
        _ => key.rate().map(|rate| Some(rate.hertz())),
    }
}

fn scaling(key: &Cursor<'_>, setting: &Setting) -> Option<Scaling> {
    let capacity = setting.profile.scaling_burst(&setting.region);
    match key.text()? {
        "unlimited" => Some(Scaling::Unlimited),
        "auto" => {
            let refill = u64::from(setting.profile.scaling_refill);
            let rule = TokenRule { capacity, refill, per: setting.profile.scaling_refill_period };
            Some(by_profile(&setting.profile, rule))
        }
        _ => {
            let rule = rule_of(key, key.rate()?)?;
            let regional = setting.profile.scaling == ScalingRule::Regional;
            Some(by_profile(&setting.profile, if regional { TokenRule { capacity, ..rule } } else { rule }))
        }
    }
}

fn by_profile(profile: &Profile, rule: TokenRule) -> Scaling {
    match profile.scaling {
        ScalingRule::PerFunction => Scaling::PerFunction(rule),
        ScalingRule::Regional => Scaling::Regional(rule),
    }
}

/// Refilled at `rate`, and ten seconds of it at most (AWS: 1,000 every 10 s), at least one.
fn rule_of(key: &Cursor<'_>, rate: Rate) -> Option<TokenRule> {
    if rate.count().fract() != 0.0 || rate.is_zero() {
        key.report(key.problem(
            "`scaling_rate` must be a whole number of environments above zero, e.g. 50/s or 500/min",
        ));
        return None;
    }
    let capacity = (rate.hertz() * 10.0).ceil().max(1.0) as u64;
    Some(TokenRule {
        capacity,
        refill: rate.count() as u64,
        per: SimDuration::from_nanos(rate.per().nanos()),
    })
}
