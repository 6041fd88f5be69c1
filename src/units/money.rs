//! Money as an exact decimal.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Mul, Neg, Sub};

/// US dollars, exact to 26 decimal places, up to 1.7 trillion; sums and products beyond that stay there.
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

    /// The amount that a plain decimal states, `0.0000166667`; `None` for anything else, for more than
    /// [`Self::PLACES`] decimals and for what does not fit.
    pub fn from_decimal(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let plain = |digits: &str| digits.bytes().all(|digit| digit.is_ascii_digit());
        if whole.is_empty() || !plain(whole) || !plain(fraction) {
            return None;
        }
        let missing = Self::PLACES.checked_sub(u32::try_from(fraction.len()).ok()?)?;
        let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
        digits.checked_mul(10_i128.pow(missing)).map(Self)
    }

    /// The amount rounded to `places` decimals, half away from zero: what is printed (S62).
    #[must_use]
    pub fn round_half_away(self, places: u32) -> Self {
        let step = 10_i128.pow(Self::PLACES.saturating_sub(places));
        let steps = (self.0.unsigned_abs() + step.unsigned_abs() / 2) / step.unsigned_abs();
        Self(i128::try_from(steps).unwrap_or(i128::MAX).saturating_mul(step) * self.0.signum())
    }

    /// The amount with exactly `places` decimals, rounded half away from zero: `12.35`.
    pub fn to_fixed(self, places: u32) -> String {
        let rounded = self.round_half_away(places);
        let one = 10_u128.pow(Self::PLACES);
        let (whole, fraction) = (rounded.0.unsigned_abs() / one, rounded.0.unsigned_abs() % one);
        let sign = if rounded.0 < 0 { "-" } else { "" };
        if places == 0 {
            return format!("{sign}{whole}");
        }
        let digits = format!("{fraction:026}");
        format!(
            "{sign}{whole}.{:0<width$}",
            &digits[..digits.len().min(places as usize)],
            width = places as usize
        )
    }

    /// This price for `quantity` parts, of which `parts` are one priced unit: bytes of a GB, MB·ms of a GB-second.
    ///
    /// Exact where a part's price has at most [`Self::PLACES`] decimals, as with MB·ms; else rounded there, half away
    /// from zero, which is once for each line of a bill.
    #[must_use]
    pub fn times(self, quantity: i128, parts: i128) -> Self {
        let (whole, rest) = (quantity / parts, quantity % parts);
        let product = self.0.saturating_mul(rest);
        let half = (parts / 2) * product.signum();
        self * whole + Self(product.saturating_add(half) / parts)
    }

    /// The nearest double, for plots and thresholds.
    pub fn dollars(self) -> f64 {
        // Division would round twice: $0.0216 would come out below itself. The parser rounds once.
        let spelt = format!("{}e-{}", self.0, Self::PLACES);
        spelt.parse().expect("digits and an exponent are a number")
    }
}

impl Add for Usd {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Usd {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Usd {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Neg for Usd {
    type Output = Self;

    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

/// A price times a number of units.
impl Mul<i128> for Usd {
    type Output = Self;

    fn mul(self, quantity: i128) -> Self {
        Self(self.0.saturating_mul(quantity))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn usd(text: &str) -> Usd {
        Usd::from_decimal(text).unwrap()
    }

    #[test]
    fn an_amount_as_a_double_is_the_nearest_one() {
        for text in ["0.0216", "0.0012", "18.6667", "0"] {
            let nearest: f64 = text.parse().unwrap();
            assert_eq!(usd(text).dollars(), nearest, "{text}");
        }
    }

    #[test]
    fn a_decimal_is_read_and_written_without_loss() {
        for text in ["0", "0.0000166667", "12.5", "100000.2", "0.00000000000000000000000001"] {
            assert_eq!(usd(text).to_string(), text);
        }
        for text in ["", ".5", "1e-3", "-1", "1,000", "0.000000000000000000000000001", "0 (first 1000000)"] {
            assert_eq!(Usd::from_decimal(text), None, "{text}");
        }
    }

    #[test]
    fn rounding_takes_halves_away_from_zero_on_both_sides() {
        assert_eq!(usd("135001.125").to_fixed(2), "135001.13");
        assert_eq!((-usd("135001.125")).to_fixed(2), "-135001.13");
        assert_eq!(usd("0.004999").to_fixed(2), "0.00");
        assert_eq!((-usd("0.004")).to_fixed(2), "0.00");
        assert_eq!(usd("0.5").to_fixed(0), "1");
        assert_eq!(usd("7").to_fixed(4), "7.0000");
    }

    #[test]
    fn a_price_per_gb_is_rounded_once_and_only_at_the_last_place() {
        let per_gb = usd("0.09");
        assert_eq!(per_gb.times(3 << 30, 1 << 30), usd("0.27"));
        assert_eq!(per_gb.times(1 << 29, 1 << 30), usd("0.045"));
        // 0.09 / 2^30 has 31 decimals.
        assert_eq!(per_gb.times(1, 1 << 30), usd("0.00000000008381903171539307"));
        assert_eq!((-per_gb).times(1, 1 << 30), -usd("0.00000000008381903171539307"));
        assert_eq!(usd("0.0000166667").times(7_001, 1_024_000) * 1_024_000, usd("0.0000166667") * 7_001);
    }

    #[test]
    fn a_price_times_a_quantity_is_exact_and_never_wraps_round() {
        assert_eq!(usd("0.0000166667") * 600_000, usd("10.00002"));
        let limit = Usd::from_units(i128::MAX);
        assert_eq!(usd("1000") * i128::MAX, limit);
        assert_eq!(limit + limit, limit);
        assert_eq!(limit.to_fixed(0), "1701411834604");
    }
}
