//! Reading quantities as the scenario language spells them: `250ms`, `512MB`, `100/s`, `0.5%`, `$250`.

use std::fmt;

use super::{Bytes, Memory, Rate, SimDuration, Usd};

/// Why a text is not the quantity that was wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseQuantityError {
    /// What was wrong, as a sentence without a full stop: "a duration needs a unit".
    pub reason: String,
    /// How it could be written: "30s or 15m".
    pub example: String,
}

impl fmt::Display for ParseQuantityError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}, e.g. {}", self.reason, self.example)
    }
}

impl std::error::Error for ParseQuantityError {}

/// `250ms`, `30s`, `15m`, `6h`, `4d`, also `us` and `ns`.
///
/// # Errors
/// When there is no number, no unit, an unknown unit, a sign, or more than 584 years.
pub fn parse_duration(text: &str) -> Result<SimDuration, ParseQuantityError> {
    let _ = text;
    todo!()
}

/// `512MB`, `10GB`: a memory size in whole MB.
///
/// # Errors
/// When there is no number, no unit, or a fraction of a MB.
pub fn parse_memory(text: &str) -> Result<Memory, ParseQuantityError> {
    let _ = text;
    todo!()
}

/// `6KB`, `5MB`, `800MB`, `100B`.
///
/// # Errors
/// As [`parse_memory`].
pub fn parse_bytes(text: &str) -> Result<Bytes, ParseQuantityError> {
    let _ = text;
    todo!()
}

/// `100/s`, `6000/min`, `3/h`.
///
/// # Errors
/// When there is no number, no unit or a sign.
pub fn parse_rate(text: &str) -> Result<Rate, ParseQuantityError> {
    let _ = text;
    todo!()
}

/// `0.5%` or a bare ratio `0.005`, within 0..=1.
///
/// # Errors
/// When it is no number or outside 0..=1.
pub fn parse_share(text: &str) -> Result<f64, ParseQuantityError> {
    let _ = text;
    todo!()
}

/// `$250`, `$0.0036`.
///
/// # Errors
/// When the dollar sign or the number is missing.
pub fn parse_usd(text: &str) -> Result<Usd, ParseQuantityError> {
    let _ = text;
    todo!()
}
