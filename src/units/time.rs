//! Simulated time: whole nanoseconds since the start of the scenario (S1).

use std::fmt;
use std::ops::{Add, AddAssign, Sub};

const NANOS_PER_SECOND: u64 = 1_000_000_000;
const NANOS_PER_MILLISECOND: u64 = 1_000_000;

/// An instant of simulated time, in nanoseconds since the start of the scenario.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SimTime(u64);

/// A span of simulated time, in nanoseconds. [`SimDuration::MAX`] stands for "never ends".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SimDuration(u64);

impl SimTime {
    /// The start of the scenario.
    pub const ZERO: Self = Self(0);
    /// Later than anything that is simulated.
    pub const MAX: Self = Self(u64::MAX);

    /// The instant `nanos` nanoseconds after the start.
    pub const fn from_nanos(nanos: u64) -> Self {
        Self(nanos)
    }

    /// Nanoseconds since the start.
    pub const fn nanos(self) -> u64 {
        self.0
    }

    /// Seconds since the start, for reports.
    pub fn seconds(self) -> f64 {
        self.0 as f64 / NANOS_PER_SECOND as f64
    }

    /// The span from `earlier` to `self`.
    ///
    /// # Panics
    /// When `earlier` is later than `self`: time never runs backwards.
    #[inline(always)]
    pub fn since(self, earlier: Self) -> SimDuration {
        if self < earlier {
            self.panic_before(earlier);
        }
        SimDuration(self.0 - earlier.0)
    }

    #[cold]
    #[inline(never)]
    fn panic_before(self, later: Self) -> ! {
        panic!("time ran backwards: {self} is before {later}");
    }

    /// The span from `earlier` to `self`, or zero when `earlier` is later.
    pub fn saturating_since(self, earlier: Self) -> SimDuration {
        SimDuration(self.0.saturating_sub(earlier.0))
    }
}

impl SimDuration {
    /// No time at all.
    pub const ZERO: Self = Self(0);
    /// Never ends.
    pub const MAX: Self = Self(u64::MAX);

    /// A span of `nanos` nanoseconds.
    pub const fn from_nanos(nanos: u64) -> Self {
        Self(nanos)
    }

    /// A span of `micros` microseconds.
    pub const fn from_micros(micros: u64) -> Self {
        Self(micros * 1_000)
    }

    /// A span of `millis` milliseconds.
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis * NANOS_PER_MILLISECOND)
    }

    /// A span of whole seconds.
    pub const fn from_secs(seconds: u64) -> Self {
        Self(seconds * NANOS_PER_SECOND)
    }

    /// A drawn number of nanoseconds as a span, rounded half up; at most 292 years. (`f64::round` is a library call on older
    /// processors, and a conversion to `u64` takes twice the instructions of one to `i64`.)
    #[inline(always)]
    pub fn from_drawn(nanos: f64) -> Self {
        Self(((nanos + 0.5) as i64).cast_unsigned())
    }

    /// The span nearest to `seconds`; negative and NaN become zero, what is too long becomes [`Self::MAX`].
    ///
    /// Only IEEE multiplication and rounding are used, so the result is the same on every platform.
    pub fn from_secs_f64(seconds: f64) -> Self {
        Self((seconds * NANOS_PER_SECOND as f64).round() as u64)
    }

    /// The span in nanoseconds.
    pub const fn nanos(self) -> u64 {
        self.0
    }

    /// The span in seconds, for distributions and reports.
    pub fn seconds(self) -> f64 {
        self.0 as f64 / NANOS_PER_SECOND as f64
    }

    /// The span in milliseconds, for reports.
    pub fn millis_f64(self) -> f64 {
        self.0 as f64 / NANOS_PER_MILLISECOND as f64
    }

    /// Whole multiples of `granularity` that cover the span: what is billed is rounded up.
    pub fn div_ceil(self, granularity: Self) -> u64 {
        self.0.div_ceil(granularity.0)
    }

    /// The sum, or [`Self::MAX`] when it does not fit.
    #[must_use]
    pub const fn saturating_add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// The difference, or zero when `other` is longer.
    #[must_use]
    pub const fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// The span `factor` times over, or [`Self::MAX`] when it does not fit.
    #[must_use]
    pub const fn saturating_mul(self, factor: u64) -> Self {
        Self(self.0.saturating_mul(factor))
    }

    /// Half the span.
    #[must_use]
    pub const fn half(self) -> Self {
        Self(self.0 / 2)
    }
}

impl Add<SimDuration> for SimTime {
    type Output = Self;

    /// Saturates at [`SimTime::MAX`], so that "never" can be added to an instant.
    fn add(self, span: SimDuration) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

impl AddAssign<SimDuration> for SimTime {
    fn add_assign(&mut self, span: SimDuration) {
        *self = *self + span;
    }
}

impl Add for SimDuration {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        self.saturating_add(other)
    }
}

impl AddAssign for SimDuration {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for SimDuration {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        assert!(self >= other, "a span cannot be negative: {self} - {other}");
        Self(self.0 - other.0)
    }
}

impl fmt::Display for SimTime {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", SimDuration(self.0))
    }
}

/// The shortest exact spelling that the scenario language reads back: `120ms`, `1.5s`, `15m`, `6h`, `4d`.
impl fmt::Display for SimDuration {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: [(u64, &str); 6] = [
            (86_400 * NANOS_PER_SECOND, "d"),
            (3_600 * NANOS_PER_SECOND, "h"),
            (60 * NANOS_PER_SECOND, "m"),
            (NANOS_PER_SECOND, "s"),
            (NANOS_PER_MILLISECOND, "ms"),
            (1_000, "us"),
        ];
        if self.0 == u64::MAX {
            return formatter.write_str("never");
        }
        if self.0 == 0 {
            return formatter.write_str("0s");
        }
        for (size, name) in UNITS {
            if self.0.is_multiple_of(size) {
                return write!(formatter, "{}{name}", self.0 / size);
            }
        }
        // No unit divides it: the largest unit below it, as a decimal.
        for (size, name) in &UNITS[3..] {
            if self.0 >= *size {
                let digits = size.ilog10() as usize;
                let fraction = format!("{:0digits$}", self.0 % size);
                return write!(formatter, "{}.{}{name}", self.0 / size, fraction.trim_end_matches('0'));
            }
        }
        write!(formatter, "{}ns", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_spelt_in_the_largest_unit_that_divides_it() {
        let spelt = |nanos| SimDuration::from_nanos(nanos).to_string();
        assert_eq!(spelt(120 * NANOS_PER_MILLISECOND), "120ms");
        assert_eq!(spelt(1_500 * NANOS_PER_MILLISECOND), "1500ms");
        assert_eq!(spelt(900 * NANOS_PER_SECOND), "15m");
        assert_eq!(spelt(5), "5ns");
        assert_eq!(spelt(1_234_567), "1.234567ms");
        assert_eq!(spelt(u64::MAX), "never");
    }

    #[test]
    fn never_added_to_an_instant_stays_never() {
        assert_eq!(SimTime::from_nanos(7) + SimDuration::MAX, SimTime::MAX);
    }

    #[test]
    #[should_panic(expected = "time ran backwards")]
    fn time_does_not_run_backwards() {
        let _ = SimTime::ZERO.since(SimTime::from_nanos(1));
    }
}
