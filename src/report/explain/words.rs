//! Times, sizes and settings in words.

use crate::lambda::facts::Ended;
use crate::lambda::provisioned::FIRST_SERIAL;
use crate::platform::Metered;
use crate::report::figures::{counted, decimal, dollars, fixed, thousands};
use crate::scenario::model::{Account, Backoff, Function, Scenario};
use crate::units::{SimDuration, SimTime};

/// `12.345 s`.
pub(super) fn clock(at: SimTime) -> String {
    format!("{} s", fixed(at.seconds(), 3))
}

/// `120 ms`, `1.52 s`, `5 min 16.2 s`, `6 h`: exact to a microsecond below a second, else to a millisecond.
pub(super) fn span(length: SimDuration) -> String {
    let seconds = length.seconds();
    if seconds < 1.0 {
        return format!("{} ms", decimal(length.millis_f64(), 3));
    }
    if seconds < 120.0 {
        return format!("{} s", decimal(seconds, 3));
    }
    let whole = length.nanos() / 1_000_000_000;
    let rest = length.nanos() % 1_000_000_000;
    let (hours, minutes) = (whole / 3_600, whole % 3_600 / 60);
    let seconds = decimal((whole % 60) as f64 + rest as f64 / 1e9, 3);
    let mut parts = Vec::new();
    if hours > 0 {
        parts.push(format!("{hours} h"));
    }
    if minutes > 0 {
        parts.push(format!("{minutes} min"));
    }
    if seconds != "0" {
        parts.push(format!("{seconds} s"));
    }
    parts.join(" ")
}

/// `1st`, `2nd`, `11th`.
pub(super) fn nth(number: u64) -> String {
    let ending = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

/// Environments are counted from 1 in words.
pub(super) fn environment(serial: u64) -> String {
    match serial.checked_sub(FIRST_SERIAL) {
        Some(serial) => format!("provisioned environment {}", serial + 1),
        None => format!("environment {}", serial + 1),
    }
}

/// The configuration of a function at `at` (S2: changes come first).
pub(super) fn function(scenario: &Scenario, index: u32, at: SimTime) -> &Function {
    let change = scenario.changes.iter().rev().find(|change| change.at <= at);
    &change.map_or(&scenario.functions, |change| &change.functions)[index as usize]
}

/// The limits of the account at `at`.
pub(super) fn account(scenario: &Scenario, at: SimTime) -> &Account {
    scenario
        .changes
        .iter()
        .rev()
        .find(|change| change.at <= at)
        .map_or(&scenario.account, |change| &change.account)
}

/// Concurrency that is reserved at `at`, by how many functions.
pub(super) fn reserved(scenario: &Scenario, at: SimTime) -> u32 {
    (0..scenario.functions.len() as u32)
        .filter_map(|index| function(scenario, index, at).reserved_concurrency)
        .sum()
}

/// `GB-s × rate + requests × rate = amount`.
pub(super) fn price(scenario: &Scenario, ended: &Ended) -> String {
    let milliseconds = ended.billed.handler_ms + ended.billed.init_ms;
    let memory = u64::from(ended.tariff.memory.mb());
    let mb_ms = i128::from(milliseconds) * i128::from(memory);
    let duration = if ended.tariff.provisioned {
        Metered::ProvisionedDuration(ended.tariff.arch)
    } else {
        Metered::LambdaDuration(ended.tariff.arch)
    };
    let parts = i128::from(duration.unit().parts);
    let gb_s = decimal(mb_ms as f64 / parts as f64, 6);
    let requests = counted(ended.request_charges, "request", "requests");
    let quantity = format!("{} ms × {} MB = {gb_s} GB-s", thousands(milliseconds), thousands(memory));
    let known = |metered| scenario.pricing.book.first_price(&scenario.region, metered);
    let (Some(rate), Some(charge), Some(storage)) =
        (known(duration), known(Metered::LambdaRequests), known(Metered::LambdaStorage))
    else {
        return format!("{quantity}, and {requests} (no prices are known for {})", scenario.region);
    };
    let storage_mb_ms = i128::from(milliseconds) * i128::from(ended.tariff.paid_storage_mb);
    let storage = storage.per_unit.times(storage_mb_ms, parts);
    let extra = if storage_mb_ms > 0 {
        format!(" + {} for /tmp above what is included", dollars(storage))
    } else {
        String::new()
    };
    let mut total = rate.per_unit.times(mb_ms, parts);
    total += storage;
    total += charge.per_unit * i128::from(ended.request_charges);
    format!(
        "{quantity}; {gb_s} GB-s × ${} + {requests} × ${}{extra} = {}",
        rate.text,
        charge.text,
        dollars(total)
    )
}

/// How a client's waits grow, as a formula.
pub(super) fn backoff(backoff: &Backoff) -> String {
    match backoff {
        Backoff::Nothing => "no back-off".to_owned(),
        Backoff::Fixed(wait) => format!("always {}", span(*wait)),
        Backoff::Exponential { base, cap } => {
            format!("{} doubled with each retry, at most {}", span(*base), span(*cap))
        }
        Backoff::FullJitter { base, throttle_base, cap } if base == throttle_base => {
            format!("a random share of {} doubled with each retry, at most {}", span(*base), span(*cap))
        }
        Backoff::FullJitter { base, throttle_base, cap } => format!(
            "a random share of {} ({} after a throttle) doubled with each retry, at most {}",
            span(*base),
            span(*throttle_base),
            span(*cap)
        ),
        Backoff::LegacyJitter { base } => {
            format!("a random share of {} doubled with each retry", span(*base))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_read_as_a_person_would_say_them() {
        let said = |nanos| span(SimDuration::from_nanos(nanos));
        assert_eq!(said(120_000_000), "120 ms");
        assert_eq!(said(1_234_600), "1.235 ms");
        assert_eq!(said(1_520_000_000), "1.52 s");
        assert_eq!(said(316_200_000_000), "5 min 16.2 s");
        assert_eq!(said(21_600_000_000_000), "6 h");
    }

    #[test]
    fn ordinals_end_as_in_english() {
        assert_eq!([1, 2, 3, 4, 11, 21, 112].map(nth), ["1st", "2nd", "3rd", "4th", "11th", "21st", "112th"]);
    }
}
