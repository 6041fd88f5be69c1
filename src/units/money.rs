//! Money as an exact decimal.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign};

/// US dollars, exact to 26 decimal places.
///
/// Twenty-six is what one product needs: a rate with 13 decimals, times milliseconds (3 more), times
/// MB as a share of a GB of 1,024 MB (10 more). So `quantity × rate` is never rounded before it is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Usd(i128);

impl Usd {
    /// Decimal places that are kept.
    pub const PLACES: u32 = 26;
    /// No money.
    pub const ZERO: Self = Self(0);

    /// An amount in units of 10⁻²⁶ dollars.
    pub const fn from_units(units: i128) -> Self {
        Self(units)
    }

    /// The amount in units of 10⁻²⁶ dollars.
    pub const fn units(self) -> i128 {
        self.0
    }

    /// The nearest double, for plots and thresholds.
    pub fn dollars(self) -> f64 {
        self.0 as f64 / 1e26
    }
}

impl Add for Usd {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl AddAssign for Usd {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sum for Usd {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

/// The exact decimal without trailing zeros: `0.0072367`.
impl fmt::Display for Usd {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let one = 10_i128.pow(Self::PLACES);
        let whole = (self.0 / one).abs();
        let fraction = format!("{:026}", (self.0 % one).abs());
        let fraction = fraction.trim_end_matches('0');
        let sign = if self.0 < 0 { "-" } else { "" };
        if fraction.is_empty() {
            write!(formatter, "{sign}{whole}")
        } else {
            write!(formatter, "{sign}{whole}.{fraction}")
        }
    }
}

/// A JSON number with every digit.
impl serde::Serialize for Usd {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let digits =
            serde_json::value::RawValue::from_string(self.to_string()).map_err(serde::ser::Error::custom)?;
        digits.serialize(serializer)
    }
}
