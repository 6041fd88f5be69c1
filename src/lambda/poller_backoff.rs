//! How pollers of a queue hold back when the function fails on what they bring (S81).
//!
//! ## Minutes, not a control loop
//! AWS says that errors lower the concurrency of polling and that it rises again when they stop, and not by how much. Here a
//! minute of the clock in which more than half of the batches failed halves it, each other minute doubles it.

use crate::units::{SimDuration, SimTime};

const MINUTE: SimDuration = SimDuration::from_secs(60);
/// Never fewer batches at once.
const FEWEST: u32 = 2;

/// The back-off of the pollers of one mapping.
#[derive(Clone, Copy, Debug)]
pub struct PollerBackoff {
    /// The end of the minute that is counted.
    minute_ends: SimTime,
    ran: u32,
    failed: u32,
    /// Batches at once while it holds back.
    limit: Option<u32>,
}

impl Default for PollerBackoff {
    fn default() -> Self {
        Self { minute_ends: SimTime::ZERO + MINUTE, ran: 0, failed: 0, limit: None }
    }
}

impl PollerBackoff {
    /// Most batches at once.
    #[inline]
    pub fn limit(&self) -> u32 {
        self.limit.unwrap_or(u32::MAX)
    }

    /// Whether it holds pollers back.
    #[inline]
    pub fn holds_back(&self) -> bool {
        self.limit.is_some()
    }

    /// When it is next looked at.
    pub fn minute_ends(&self) -> SimTime {
        self.minute_ends
    }

    /// A batch ran. [`Self::reach`] first.
    #[inline]
    pub fn ran(&mut self, has_failed: bool) {
        self.ran += 1;
        self.failed += u32::from(has_failed);
    }

    /// The clock is at `now`; without a back-off there would be `pollers`.
    #[inline]
    pub fn reach(&mut self, now: SimTime, pollers: u32) {
        if now >= self.minute_ends {
            self.minutes_are_over(now, pollers);
        }
    }

    #[cold]
    fn minutes_are_over(&mut self, now: SimTime, pollers: u32) {
        if self.failed > self.ran - self.failed {
            self.limit = Some((self.limit().min(pollers) / 2).max(FEWEST));
        } else {
            self.rise(pollers);
        }
        (self.ran, self.failed) = (0, 0);
        let further = now.since(self.minute_ends).nanos() / MINUTE.nanos();
        for _ in 0..further.min(u64::from(u32::BITS)) {
            self.rise(pollers);
        }
        self.minute_ends += MINUTE.saturating_mul(further + 1);
    }

    fn rise(&mut self, pollers: u32) {
        self.limit = self.limit.map(|limit| limit.saturating_mul(2)).filter(|limit| *limit < pollers);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> SimTime {
        SimTime::ZERO + SimDuration::from_secs(seconds)
    }

    #[test]
    fn a_minute_of_errors_halves_the_pollers_and_a_good_one_doubles_them() {
        let mut backoff = PollerBackoff::default();
        let mut limits = Vec::new();
        for minute in 0..7 {
            for _ in 0..3 {
                backoff.reach(at(60 * minute + 1), 20);
                backoff.ran(minute < 4);
            }
            backoff.reach(at(60 * (minute + 1)), 20);
            limits.push(backoff.limit.unwrap_or(20));
        }
        assert_eq!(limits, [10, 5, 2, 2, 4, 8, 16]);
        backoff.reach(at(60 * 8), 20);
        assert!(!backoff.holds_back());
    }

    #[test]
    fn half_of_the_batches_failing_is_not_enough() {
        let mut backoff = PollerBackoff::default();
        backoff.ran(true);
        backoff.ran(false);
        backoff.reach(at(60), 20);
        assert!(!backoff.holds_back());
    }

    #[test]
    fn quiet_minutes_lift_it() {
        let mut backoff = PollerBackoff::default();
        backoff.ran(true);
        backoff.reach(at(60), 1_000);
        assert_eq!(backoff.limit(), 500);
        backoff.reach(at(3_600), 1_000);
        assert!(!backoff.holds_back());
    }
}
