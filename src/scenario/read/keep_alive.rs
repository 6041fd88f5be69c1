//! How long idle environments stay (S16) and how old they get (S17).

use crate::random::Distribution;
use crate::scenario::call;
use crate::scenario::language::KEEP_ALIVE_PRESETS;
use crate::scenario::model::KeepAlive;
use crate::scenario::problem::suggestion;
use crate::units::SimDuration;

use super::cursor::Cursor;

const NANOS: f64 = 1e9;

/// Maximum age where nothing else is said: 7,130 to 7,390 s, measured 2020 (S17).
const MAXIMUM_AGE: Distribution = Distribution::Uniform { low: 7_130.0 * NANOS, high: 7_390.0 * NANOS };

/// Age limit of `aws-2020-logs`: 2 h, fitted (S16).
const MAXIMUM_AGE_OF_LOGS: Distribution = Distribution::Constant(7_200.0 * NANOS);

pub(super) fn read(key: &Cursor<'_>) -> Option<KeepAlive> {
    let uniform = |low: f64, high: f64| {
        KeepAlive::IdlePeriod(Distribution::Uniform { low: low * NANOS, high: high * NANOS })
    };
    let text = key.text()?;
    let preset = match text {
        "never" => KeepAlive::Never,
        "aws-2025" => uniform(296.0, 348.0),
        "aws-2021-01" => uniform(375.0, 381.0),
        "aws-2020" => uniform(626.0, 654.0),
        "aws-2019" => uniform(600.0, 627.0),
        "aws-2020-pool" => KeepAlive::PoolHalving { period: SimDuration::from_secs(380) },
        "aws-2020-logs" => KeepAlive::FunctionIdle {
            function_idle: SimDuration::from_secs(640),
            environment_idle: SimDuration::from_secs(1_200),
        },
        _ => return own_words(key, text),
    };
    Some(preset)
}

fn own_words(key: &Cursor<'_>, text: &str) -> Option<KeepAlive> {
    if text.starts_with(|c: char| c.is_ascii_alphabetic()) && !text.contains('(') {
        let problem = key.problem(format!("there is no keep-alive {}", key.node.described()));
        let presets = KEEP_ALIVE_PRESETS.iter().copied().chain(["never"]);
        key.report(
            problem
                .hint(suggestion(text, presets))
                .hint("a duration such as 10m and a distribution are accepted, too"),
        );
        return None;
    }
    let fixed = call::parse(text).ok().filter(|call| call.word == "fixed" && call.arguments.is_some());
    let Some(fixed) = fixed else {
        return key.distribution().map(KeepAlive::of_length);
    };
    let read =
        fixed.positional(1, "fixed(10m)").and_then(|values| super::distribution::Unit::Time.value(values[0]));
    read.map_err(|error| key.report_text(error))
        .ok()
        .map(|nanos| KeepAlive::Fixed(SimDuration::from_drawn(nanos)))
}

/// `None` inside is "never".
pub(super) fn maximum_age(key: &Cursor<'_>, keep_alive: Option<&KeepAlive>) -> Option<Option<Distribution>> {
    match key.text()? {
        "never" => Some(None),
        "default" => match keep_alive {
            Some(KeepAlive::FunctionIdle { .. }) => Some(Some(MAXIMUM_AGE_OF_LOGS)),
            _ => Some(Some(MAXIMUM_AGE)),
        },
        text if text.starts_with(|c: char| c.is_ascii_alphabetic()) && !text.contains('(') => {
            let problem = key.problem(format!("`max_age` cannot be {}", key.node.described()));
            key.report(
                problem.hint("accepted: `default`, `never`, a duration such as 2h, or a distribution"),
            );
            None
        }
        _ => {
            let age = key.distribution()?;
            if age.mean() < SHORTEST_AGE_NANOS {
                let problem = key.problem("an environment must live for at least 1s on average");
                key.report(problem.hint("with replacement each successor would be too old at once; accepted: 1s or more, `default`, `never`"));
                return None;
            }
            Some(Some(age))
        }
    }
}

/// Shortest mean of `max_age`.
const SHORTEST_AGE_NANOS: f64 = 1e9;
