//! Rates: so many per unit of time.

use std::fmt;

use super::SimDuration;

/// A number of arrivals per span of time. `6000/min` keeps its spelling, so that instants computed
/// from it are exact where the arithmetic is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    count: f64,
    per: SimDuration,
}

impl Rate {
    /// `count` per `per`.
    ///
    /// # Panics
    /// When `count` is negative or not finite, or `per` is zero.
    pub fn new(count: f64, per: SimDuration) -> Self {
        assert!(count.is_finite() && count >= 0.0 && per > SimDuration::ZERO);
        Self { count, per }
    }

    /// `count` per second.
    pub fn per_second(count: f64) -> Self {
        Self::new(count, SimDuration::from_secs(1))
    }

    /// The rate in 1/s.
    pub fn hertz(self) -> f64 {
        self.count / self.per.seconds()
    }

    /// How many in one [`Self::per`].
    pub fn count(self) -> f64 {
        self.count
    }

    /// The span that [`Self::count`] refers to.
    pub fn per(self) -> SimDuration {
        self.per
    }

    /// Nanoseconds after which `arrivals` have come at this rate, rounded to the nearest.
    pub fn nanos_for(self, arrivals: f64) -> f64 {
        (arrivals * self.per.nanos() as f64 / self.count).round()
    }

    /// Nothing ever comes.
    pub fn is_zero(self) -> bool {
        self.count == 0.0
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.per.nanos() / 1_000_000_000 {
            1 => "s",
            60 => "min",
            3_600 => "h",
            86_400 => "d",
            _ => return write!(formatter, "{}/{}", self.count, self.per),
        };
        write!(formatter, "{}/{unit}", self.count)
    }
}
