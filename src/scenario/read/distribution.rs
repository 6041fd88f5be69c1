//! Durations and memory sizes that vary: `lognormal(p50=90ms, p99=600ms)` as a [`Distribution`].

use std::sync::Arc;

use crate::random::{Distribution, math};
use crate::scenario::call::{Argument, Expression, TextError};
use crate::scenario::problem::suggestion;
use crate::scenario::tree::abridged;
use crate::units::{parse_duration, parse_memory, parse_share};

use super::cursor::Context;
use super::empirical;

/// What the numbers of a distribution are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// Durations, kept in nanoseconds.
    Time,
    /// Memory sizes, kept in MB.
    Memory,
}

/// Names of the distributions.
const NAMES: [&str; 9] =
    ["uniform", "exp", "normal", "lognormal", "gamma", "weibull", "pareto", "empirical", "mix"];

/// Quantiles of the standard normal that `lognormal` may be given by, to the last bit of a double.
const Z: [(&str, f64); 5] = [
    ("p75", 0.674_489_750_196_081_7),
    ("p90", 1.281_551_565_544_600_4),
    ("p95", 1.644_853_626_951_472_2),
    ("p99", 2.326_347_874_040_841),
    ("p99.9", 3.090_232_306_167_813_5),
];

/// z with Φ(−z) = 10⁻⁶: a normal whose mean lies nearer to zero than so many standard deviations draws negative values.
const Z_OF_ONE_IN_A_MILLION: f64 = 4.753_424_308_822_899;

impl Unit {
    /// A value with its unit.
    pub fn value(self, expression: &Expression<'_>) -> Result<f64, TextError> {
        if expression.arguments.is_some() {
            return Err(TextError::new(
                expression.range.clone(),
                format!("`{}` stands where a plain value belongs", expression.word),
            ));
        }
        self.parse(expression.word).map_err(|error| TextError::new(expression.range.clone(), error))
    }

    /// The number of nanoseconds or MB in `text`.
    pub fn parse(self, text: &str) -> Result<f64, String> {
        let parsed = match self {
            Self::Time => parse_duration(text).map(|duration| duration.nanos() as f64),
            Self::Memory => parse_memory(text).map(|memory| f64::from(memory.mb())),
        };
        parsed.map_err(|error| format!("`{}` {}, e.g. {}", abridged(text), error.reason, error.example))
    }

    fn example(self) -> &'static str {
        match self {
            Self::Time => "120ms",
            Self::Memory => "180MB",
        }
    }
}

/// The distribution that `expression` describes; a plain value is a constant.
pub(super) fn read(
    expression: &Expression<'_>,
    unit: Unit,
    context: &Context,
) -> Result<Distribution, TextError> {
    let Some(arguments) = &expression.arguments else {
        if expression.word.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return Err(unknown(expression, unit));
        }
        return unit.value(expression).map(Distribution::Constant);
    };
    match expression.word {
        "uniform" => uniform(expression, unit),
        "exp" => exponential(expression, unit),
        "normal" => normal(expression, unit),
        "lognormal" => lognormal(expression, unit),
        "gamma" => gamma(expression, unit),
        "weibull" => weibull(expression, unit),
        "pareto" => pareto(expression, unit),
        "empirical" => {
            let file = expression.positional(1, "empirical(file.csv)")?[0];
            empirical::read(&context.resolve(file.word), unit)
                .map_err(|message| TextError::new(file.range.clone(), message))
        }
        "mix" => mixture(expression, arguments, unit, context),
        _ => Err(unknown(expression, unit)),
    }
}

fn unknown(expression: &Expression<'_>, unit: Unit) -> TextError {
    let error = TextError::new(
        expression.range.clone(),
        format!("there is no distribution `{}`", abridged(expression.word)),
    );
    error.hint(format!(
        "{} A plain value such as {} is accepted, too",
        ended(suggestion(expression.word, NAMES)),
        unit.example()
    ))
}

/// A number without unit, above zero.
pub(super) fn positive_number(expression: &Expression<'_>) -> Result<f64, TextError> {
    let plain = expression.arguments.is_none()
        && expression.word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    match expression.word.parse::<f64>() {
        Ok(number) if plain && number > 0.0 && number < 1e9 => Ok(number),
        _ => Err(TextError::new(
            expression.range.clone(),
            format!("`{}` must be a number above 0 without a unit", abridged(expression.word)),
        )),
    }
}

fn positive(expression: &Expression<'_>, unit: Unit) -> Result<f64, TextError> {
    let value = unit.value(expression)?;
    if value > 0.0 {
        Ok(value)
    } else {
        Err(TextError::new(expression.range.clone(), format!("`{}` must be above zero", expression.word)))
    }
}

fn uniform(expression: &Expression<'_>, unit: Unit) -> Result<Distribution, TextError> {
    let values = expression.positional(2, "uniform(80ms, 120ms)")?;
    let (low, high) = (unit.value(values[0])?, unit.value(values[1])?);
    if low > high {
        return Err(TextError::new(
            expression.range.clone(),
            format!("the lower end {} is above the upper end {}", values[0].word, values[1].word),
        ));
    }
    Ok(Distribution::Uniform { low, high })
}

fn exponential(expression: &Expression<'_>, unit: Unit) -> Result<Distribution, TextError> {
    let (_, values) = expression.named(&[&["mean"]])?;
    Ok(Distribution::Exponential { mean: positive(values[0], unit)? })
}

fn normal(expression: &Expression<'_>, unit: Unit) -> Result<Distribution, TextError> {
    let (_, values) = expression.named(&[&["mean", "sd"]])?;
    let (mean, sd) = (unit.value(values[0])?, positive(values[1], unit)?);
    if mean < Z_OF_ONE_IN_A_MILLION * sd {
        let message = "this normal distribution has more than 1e-6 of its mass below zero";
        return Err(TextError::new(expression.range.clone(), message)
            .hint("a duration cannot be negative: take sd below mean/4.76, or lognormal(mean=, sigma=) or gamma(mean=, cv=)"));
    }
    Ok(Distribution::Normal { mean, sd })
}

fn lognormal(expression: &Expression<'_>, unit: Unit) -> Result<Distribution, TextError> {
    let forms: [&[&str]; 7] = [
        &["p50", "p99"],
        &["median", "sigma"],
        &["mean", "sigma"],
        &["p50", "p75"],
        &["p50", "p90"],
        &["p50", "p95"],
        &["p50", "p99.9"],
    ];
    let (form, values) = expression.named(&forms).map_err(|error| match error.hint {
        Some(_) => error.hint(
            "write lognormal(p50=…, p99=…), lognormal(median=…, sigma=…) or lognormal(mean=…, sigma=…)",
        ),
        None => error,
    })?;
    let first = positive(values[0], unit)?;
    match form {
        1 => Ok(Distribution::LogNormal { mu: math::ln(first), sigma: positive_number(values[1])? }),
        2 => {
            let sigma = positive_number(values[1])?;
            Ok(Distribution::LogNormal { mu: math::ln(first) - sigma * sigma / 2.0, sigma })
        }
        _ => {
            let name = forms[form][1];
            let z = Z.iter().find(|(known, _)| *known == name).map_or(1.0, |(_, z)| *z);
            let upper = positive(values[1], unit)?;
            if upper <= first {
                let message = format!("{name} {} must be above p50 {}", values[1].word, values[0].word);
                return Err(TextError::new(expression.range.clone(), message));
            }
            Ok(Distribution::LogNormal { mu: math::ln(first), sigma: math::ln(upper / first) / z })
        }
    }
}

fn gamma(expression: &Expression<'_>, unit: Unit) -> Result<Distribution, TextError> {
    let (_, values) = expression.named(&[&["mean", "cv"]])?;
    let (mean, cv) = (positive(values[0], unit)?, positive_number(values[1])?);
    Ok(Distribution::Gamma { shape: 1.0 / (cv * cv), scale: mean * cv * cv })
}

fn weibull(expression: &Expression<'_>, unit: Unit) -> Result<Distribution, TextError> {
    let (_, values) = expression.named(&[&["scale", "shape"]])?;
    Ok(Distribution::Weibull { scale: positive(values[0], unit)?, shape: positive_number(values[1])? })
}

fn pareto(expression: &Expression<'_>, unit: Unit) -> Result<Distribution, TextError> {
    let (_, values) = expression.named(&[&["min", "alpha"]])?;
    Ok(Distribution::Pareto { minimum: positive(values[0], unit)?, alpha: positive_number(values[1])? })
}

fn mixture(
    expression: &Expression<'_>,
    arguments: &[Argument<'_>],
    unit: Unit,
    context: &Context,
) -> Result<Distribution, TextError> {
    let mut parts = Vec::new();
    for argument in arguments {
        let Some(label) = argument.label.as_ref().filter(|label| label.separator == ':') else {
            return Err(TextError::new(argument.value.range.clone(), "every part of `mix` needs its share")
                .hint("write mix(95%: 40ms, 5%: exp(mean=1s))"));
        };
        let share = parse_share(label.text)
            .map_err(|error| TextError::new(label.range.clone(), error.to_string()))?;
        parts.push((share, read(&argument.value, unit, context)?));
    }
    let sum: f64 = parts.iter().map(|(share, _)| share).sum();
    if (sum - 1.0).abs() > 1e-9 {
        let percent = (sum * 1e8).round() / 1e6;
        return Err(TextError::new(
            expression.range.clone(),
            format!("the shares of `mix` add up to {percent}%, not to 100%"),
        ));
    }
    Ok(Distribution::Mixture(Arc::from(parts)))
}

/// With a full stop, where it is no question.
fn ended(sentence: String) -> String {
    if sentence.ends_with('?') { sentence } else { sentence + "." }
}
