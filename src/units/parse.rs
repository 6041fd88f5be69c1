//! Reading quantities as the scenario language spells them: `250ms`, `512MB`, `100/s`, `0.5%`, `$250`.

use std::fmt;

use super::{Bytes, Memory, Rate, SimDuration, Usd};

/// Why a text is not the quantity that was wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseQuantityError {
    /// What was wanted: "a duration".
    pub quantity: &'static str,
    /// What was wrong, as what follows its subject: "needs a unit".
    pub reason: String,
    /// How it could be written: "30s or 15m".
    pub example: &'static str,
}

impl fmt::Display for ParseQuantityError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}, e.g. {}", self.quantity, self.reason, self.example)
    }
}

impl std::error::Error for ParseQuantityError {}

/// A kind of quantity: its name, an example, and its units as powers or multiples of the smallest.
struct Kind {
    quantity: &'static str,
    example: &'static str,
    units: &'static [(&'static str, u128)],
}

const DURATION: Kind = Kind {
    quantity: "a duration",
    example: "30s or 15m",
    units: &[
        ("ns", 1),
        ("us", 1_000),
        ("ms", 1_000_000),
        ("s", 1_000_000_000),
        ("m", 60_000_000_000),
        ("h", 3_600_000_000_000),
        ("d", 86_400_000_000_000),
    ],
};

const MEMORY: Kind =
    Kind { quantity: "a memory size", example: "512MB or 10GB", units: &[("MB", 1), ("GB", 1_024)] };

const BYTES: Kind = Kind {
    quantity: "a size",
    example: "6KB or 5MB",
    units: &[("B", 1), ("KB", 1_024), ("MB", 1_048_576), ("GB", 1_073_741_824)],
};

const RATE: Kind = Kind {
    quantity: "a rate",
    example: "100/s or 6000/min",
    units: &[("/s", 1), ("/min", 60), ("/h", 3_600), ("/d", 86_400)],
};

const SHARE: Kind = Kind { quantity: "a share", example: "0.5% or 0.005", units: &[] };

const MONEY: Kind = Kind { quantity: "an amount of money", example: "$250 or $0.0036", units: &[] };

impl Kind {
    fn error(&self, reason: impl Into<String>) -> ParseQuantityError {
        ParseQuantityError { quantity: self.quantity, reason: reason.into(), example: self.example }
    }

    /// Splits `12.5ms` into the number and the unit's size.
    fn split<'t>(&self, text: &'t str) -> Result<(&'t str, u128), ParseQuantityError> {
        let (number, unit) = self.number_first(text)?;
        let unit = unit.trim_start();
        if unit.is_empty() {
            return Err(self.error("needs a unit"));
        }
        match self.units.iter().find(|(name, _)| *name == unit) {
            Some((_, size)) => Ok((number, *size)),
            None => Err(self.error(format!(
                "has the unknown unit `{}` (accepted: {})",
                shorten(unit),
                self.unit_names()
            ))),
        }
    }

    /// The digits (with one decimal point) at the beginning, and what follows them.
    fn number_first<'t>(&self, text: &'t str) -> Result<(&'t str, &'t str), ParseQuantityError> {
        if text.starts_with(['-', '+']) {
            return Err(self.error("must not have a sign"));
        }
        let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let (number, rest) = text.split_at(end);
        if number.is_empty() {
            return Err(self.error("must begin with a number"));
        }
        if rest.starts_with(['_', ',']) {
            return Err(self.error("must not have separators between digits"));
        }
        let exponent = rest.strip_prefix(['e', 'E']).map(|rest| rest.trim_start_matches(['+', '-']));
        if exponent.is_some_and(|digits| digits.starts_with(|c: char| c.is_ascii_digit())) {
            return Err(self.error("must be written without an exponent"));
        }
        if number.starts_with('.') {
            return Err(self.error("must begin with a digit"));
        }
        if number.matches('.').count() > 1 || number.ends_with('.') {
            return Err(self.error(format!("has the malformed number `{}`", shorten(number))));
        }
        Ok((number, rest))
    }

    fn unit_names(&self) -> String {
        self.units.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
    }

    /// `number × size`, which must be a whole number.
    fn whole(&self, number: &str, size: u128, finest: &str, most: u64) -> Result<u64, ParseQuantityError> {
        let too_large = || self.error("is too large");
        let (digits, places) = decimal(number).ok_or_else(too_large)?;
        let scaled = digits.checked_mul(size).ok_or_else(too_large)?;
        let divisor = 10_u128.checked_pow(places).ok_or_else(too_large)?;
        if !scaled.is_multiple_of(divisor) {
            return Err(self.error(format!("is finer than {finest}")));
        }
        u64::try_from(scaled / divisor).ok().filter(|whole| *whole <= most).ok_or_else(too_large)
    }
}

/// All digits as one integer, and how many of them stand after the point; `None` when there are too many.
fn decimal(number: &str) -> Option<(u128, u32)> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let fraction = fraction.trim_end_matches('0');
    let digits = format!("{whole}{fraction}").parse().ok()?;
    Some((digits, u32::try_from(fraction.len()).ok()?))
}

/// At most twenty characters of what the user wrote, so that a megabyte of rubbish is not printed.
fn shorten(text: &str) -> String {
    let mut kept: String = text.chars().take(20).collect();
    if kept.len() < text.len() {
        kept.push('…');
    }
    kept
}

/// `250ms`, `1.5s`, `15m`, `6h`, `4d`, also `us` and `ns`.
///
/// # Errors
/// When there is no number, no unit, an unknown unit, a sign, a fraction of a nanosecond, or more than 584 years.
pub fn parse_duration(text: &str) -> Result<SimDuration, ParseQuantityError> {
    let (number, size) = DURATION.split(text)?;
    // u64::MAX itself is the word for "never ends".
    DURATION.whole(number, size, "a nanosecond", u64::MAX - 1).map(SimDuration::from_nanos)
}

/// `512MB`, `10GB`: a memory size in whole MB.
///
/// # Errors
/// When there is no number, no unit, or a fraction of a MB.
pub fn parse_memory(text: &str) -> Result<Memory, ParseQuantityError> {
    let (number, size) = MEMORY.split(text)?;
    let megabytes = MEMORY.whole(number, size, "1MB", u64::from(u32::MAX))?;
    Ok(Memory::from_mb(megabytes as u32))
}

/// `6KB`, `5MB`, `800MB`, `100B`.
///
/// # Errors
/// As [`parse_memory`].
pub fn parse_bytes(text: &str) -> Result<Bytes, ParseQuantityError> {
    let (number, size) = BYTES.split(text)?;
    BYTES.whole(number, size, "one byte", 1 << 50).map(Bytes::new)
}

/// `100/s`, `6000/min`, `3/h`.
///
/// # Errors
/// When there is no number, no unit or a sign.
pub fn parse_rate(text: &str) -> Result<Rate, ParseQuantityError> {
    let (number, seconds) = RATE.split(text)?;
    let count: f64 = number.parse().map_err(|_| RATE.error("must begin with a number"))?;
    if count > 1e12 {
        return Err(RATE.error("is too large"));
    }
    Ok(Rate::new(count, SimDuration::from_secs(seconds as u64)))
}

/// `0.5%` or a bare ratio `0.005`, within 0..=1.
///
/// # Errors
/// When it is no number or outside 0..=1.
pub fn parse_share(text: &str) -> Result<f64, ParseQuantityError> {
    let (number, unit) = SHARE.number_first(text)?;
    // The shift of the decimal point is left to the parser, which rounds once.
    let spelt = match unit.trim_start() {
        "%" => format!("{number}e-2"),
        "" => number.to_owned(),
        other => {
            return Err(
                SHARE.error(format!("has the unknown unit `{}` (accepted: % or none)", shorten(other)))
            );
        }
    };
    let ratio: f64 = spelt.parse().map_err(|_| SHARE.error("must begin with a number"))?;
    if ratio > 1.0 {
        let reason =
            if unit.is_empty() { "must be a ratio from 0 to 1, or have a %" } else { "must be at most 100%" };
        return Err(SHARE.error(reason));
    }
    Ok(ratio)
}

/// `$250`, `$0.0036`.
///
/// # Errors
/// When the dollar sign or the number is missing.
pub fn parse_usd(text: &str) -> Result<Usd, ParseQuantityError> {
    let Some(amount) = text.strip_prefix('$') else {
        return Err(MONEY.error("needs a dollar sign"));
    };
    let (number, rest) = MONEY.number_first(amount)?;
    if !rest.is_empty() {
        return Err(MONEY.error(format!("has `{}` after the number", shorten(rest))));
    }
    let (digits, places) = decimal(number).ok_or_else(|| MONEY.error("is too large"))?;
    let shift =
        Usd::PLACES.checked_sub(places).ok_or_else(|| MONEY.error("has more than 26 decimal places"))?;
    let units = i128::try_from(digits).ok().and_then(|digits| digits.checked_mul(10_i128.pow(shift)));
    units.map(Usd::from_units).ok_or_else(|| MONEY.error("is too large"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn duration_error(text: &str) -> String {
        parse_duration(text).unwrap_err().to_string()
    }

    #[test]
    fn durations_are_exact_to_the_nanosecond() {
        assert_eq!(parse_duration("250ms").unwrap(), SimDuration::from_millis(250));
        assert_eq!(parse_duration("1.5s").unwrap(), SimDuration::from_millis(1_500));
        assert_eq!(parse_duration("11.722s").unwrap(), SimDuration::from_millis(11_722));
        assert_eq!(parse_duration("0.1us").unwrap(), SimDuration::from_nanos(100));
        assert_eq!(parse_duration("4d").unwrap(), SimDuration::from_secs(345_600));
        assert_eq!(parse_duration("0s").unwrap(), SimDuration::ZERO);
    }

    #[test]
    fn a_bare_number_is_told_what_it_lacks() {
        assert_eq!(duration_error("30"), "a duration needs a unit, e.g. 30s or 15m");
    }

    #[test]
    fn nonsense_is_refused_in_words() {
        assert!(duration_error("-5s").contains("must not have a sign"));
        assert!(duration_error("NaN").contains("must begin with a number"));
        assert!(duration_error("inf").contains("must begin with a number"));
        assert!(duration_error("1e3s").contains("without an exponent"));
        assert!(duration_error("1_000ms").contains("separators"));
        assert!(duration_error("30sec").contains("unknown unit `sec`"));
        assert!(duration_error("0.5ns").contains("finer than a nanosecond"));
        assert!(duration_error("1..5s").contains("malformed"));
        assert!(duration_error("").contains("must begin with a number"));
        assert!(duration_error(&format!("{}s", "9".repeat(500))).contains("too large"));
        assert!(duration_error("400000d").contains("too large"));
        assert!(duration_error(&"x".repeat(1_000_000)).len() < 200);
    }

    #[test]
    fn megabytes_are_of_1024_kilobytes() {
        assert_eq!(parse_memory("10GB").unwrap(), Memory::from_mb(10_240));
        assert_eq!(parse_memory("1.5GB").unwrap(), Memory::from_mb(1_536));
        assert_eq!(parse_bytes("6KB").unwrap(), Bytes::new(6_144));
        assert_eq!(parse_bytes("1.5KB").unwrap(), Bytes::new(1_536));
        assert!(parse_memory("0.3MB").unwrap_err().to_string().contains("finer than 1MB"));
        assert!(parse_memory("512").unwrap_err().to_string().contains("needs a unit"));
        assert!(
            parse_memory("512MiB").unwrap_err().to_string().contains("unknown unit `MiB` (accepted: MB, GB)")
        );
    }

    #[test]
    fn rates_keep_the_span_they_were_given_in() {
        let rate = parse_rate("6000/min").unwrap();
        assert_eq!((rate.count(), rate.per()), (6_000.0, SimDuration::from_secs(60)));
        assert_eq!(parse_rate("0.5/s").unwrap(), Rate::per_second(0.5));
        assert!(parse_rate("100").unwrap_err().to_string().contains("needs a unit"));
        assert!(parse_rate("100/m").unwrap_err().to_string().contains("unknown unit `/m`"));
    }

    #[test]
    fn a_percentage_is_the_nearest_double_of_its_ratio() {
        assert_eq!(parse_share("0.7%").unwrap(), 0.007);
        assert_eq!(parse_share("0.005").unwrap(), 0.005);
        assert_eq!(parse_share("100%").unwrap(), 1.0);
        assert!(parse_share("5").unwrap_err().to_string().contains("from 0 to 1"));
        assert!(parse_share("101%").unwrap_err().to_string().contains("at most 100%"));
    }

    #[test]
    fn money_is_an_exact_decimal() {
        assert_eq!(parse_usd("$250").unwrap().to_string(), "250");
        assert_eq!(parse_usd("$0.0036").unwrap().to_string(), "0.0036");
        assert!(parse_usd("250").unwrap_err().to_string().contains("needs a dollar sign"));
        assert!(parse_usd("$99999999999999999999999").unwrap_err().to_string().contains("too large"));
    }
}
