//! A client that measures its own rate and slows down after throttles: the SDK's `adaptive` retry mode (F 4.5).
//!
//! The rule is that of botocore: the rate is measured in half seconds and smoothed; a throttle cuts the allowed rate to 0.7
//! of it; afterwards the allowed rate follows a cubic curve back to where it was, and beyond, but never above twice the
//! measured rate. Until the first throttle nothing is limited.
//!
//! ## A queue, not a crowd of sleepers
//! In the SDK every thread sleeps and looks again; which one wakes first is chance. Here attempts leave in the order in which
//! they asked, each at the rate that was allowed when it asked.

use crate::random::math;
use crate::units::{SimDuration, SimTime};

/// Share of the rate that is left after a throttle.
const BETA: f64 = 0.7;
/// Steepness of the cubic, requests per second per second³.
const SCALE: f64 = 0.4;
/// Weight of the newest measurement.
const SMOOTHING: f64 = 0.8;
/// Measurements per second.
const MEASUREMENTS_PER_SECOND: f64 = 2.0;
/// The allowed rate is at most this many times the measured one.
const HEADROOM: f64 = 2.0;
/// Lowest allowed rate, requests per second.
const SLOWEST: f64 = 0.5;

/// What one client process knows about its rate.
#[derive(Clone, Debug)]
pub struct RateLimiter {
    /// Limits anything only after the first throttle.
    engaged: bool,
    /// Allowed rate, requests per second.
    allowed: f64,
    /// Requests that may be sent now; below zero, those that wait.
    tokens: f64,
    capacity: f64,
    refilled: SimTime,
    /// Rate at the last throttle, and when it came.
    highest: f64,
    throttled: SimTime,
    /// Measured rate, and what has been counted since the last measurement.
    measured: f64,
    counted: u64,
    measured_at: f64,
}

impl Default for RateLimiter {
    fn default() -> Self {
        Self {
            engaged: false,
            allowed: SLOWEST,
            tokens: 0.0,
            capacity: 1.0,
            refilled: SimTime::ZERO,
            highest: 0.0,
            throttled: SimTime::ZERO,
            measured: 0.0,
            counted: 0,
            measured_at: 0.0,
        }
    }
}

impl RateLimiter {
    /// An attempt wants to be sent: how long it has to wait for its turn.
    pub fn turn(&mut self, now: SimTime) -> SimDuration {
        if !self.engaged {
            return SimDuration::ZERO;
        }
        self.refill(now);
        self.tokens -= 1.0;
        SimDuration::from_secs_f64((-self.tokens / self.allowed).max(0.0))
    }

    /// An answer arrived, or the client gave up waiting for one.
    pub fn answered(&mut self, now: SimTime, is_throttle: bool) {
        self.measure(now);
        let wanted = if is_throttle {
            let rate = if self.engaged { self.measured.min(self.allowed) } else { self.measured };
            (self.highest, self.throttled, self.engaged) = (rate, now, true);
            rate * BETA
        } else {
            let since = now.since(self.throttled).seconds() - math::cbrt(self.highest * (1.0 - BETA) / SCALE);
            SCALE * since * since * since + self.highest
        };
        self.refill(now);
        self.allowed = wanted.min(HEADROOM * self.measured).max(SLOWEST);
        self.capacity = self.allowed.max(1.0);
        self.tokens = self.tokens.min(self.capacity);
    }

    fn refill(&mut self, now: SimTime) {
        let gained = now.since(self.refilled).seconds() * self.allowed;
        self.tokens = (self.tokens + gained).min(self.capacity);
        self.refilled = now;
    }

    fn measure(&mut self, now: SimTime) {
        let period = (now.seconds() * MEASUREMENTS_PER_SECOND).floor() / MEASUREMENTS_PER_SECOND;
        self.counted += 1;
        if period > self.measured_at {
            let current = self.counted as f64 / (period - self.measured_at);
            self.measured = current * SMOOTHING + self.measured * (1.0 - SMOOTHING);
            (self.counted, self.measured_at) = (0, period);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at_ms(millis: u64) -> SimTime {
        SimTime::ZERO + SimDuration::from_millis(millis)
    }

    /// 100 answers a second for `seconds`, from the start.
    fn steady(limiter: &mut RateLimiter, seconds: u64) {
        for tick in 1..=seconds * 100 {
            limiter.answered(at_ms(tick * 10), false);
        }
    }

    #[test]
    fn nothing_waits_before_the_first_throttle() {
        let mut limiter = RateLimiter::default();
        steady(&mut limiter, 5);
        assert_eq!(limiter.turn(at_ms(5_000)), SimDuration::ZERO);
    }

    #[test]
    fn a_throttle_cuts_the_rate_to_seven_tenths_of_the_measured_one() {
        let mut limiter = RateLimiter::default();
        steady(&mut limiter, 20);
        limiter.answered(at_ms(20_001), true);
        assert!((limiter.allowed - 70.0).abs() < 0.5, "allowed {}", limiter.allowed);
        // What a second allows has been saved up and may go at once, as in the SDK.
        let at_once = (0..70).filter(|_| limiter.turn(at_ms(20_001)) == SimDuration::ZERO).count();
        assert!((69..=70).contains(&at_once), "{at_once}");
        let waits: Vec<SimDuration> = (0..3).map(|_| limiter.turn(at_ms(20_001))).collect();
        assert!(waits[0] > SimDuration::ZERO && waits[0] < waits[1] && waits[1] < waits[2]);
        let apart = (waits[2] - waits[1]).seconds();
        assert!((apart - 1.0 / limiter.allowed).abs() < 1e-6, "{apart}");
    }

    /// K = ∛(100 · 0.3 / 0.4) = 4.217 s after a throttle at 100/s the curve is back at 100/s, and then goes beyond.
    #[test]
    fn the_allowed_rate_follows_a_cubic_back_to_where_it_was() {
        let mut limiter = RateLimiter::default();
        steady(&mut limiter, 20);
        limiter.answered(at_ms(20_001), true);
        let mut rates = Vec::new();
        for tick in 1..=800_u64 {
            limiter.answered(at_ms(20_001 + tick * 10), false);
            rates.push(limiter.allowed);
        }
        assert!(rates[0] > 69.0 && rates[0] < 72.0, "{}", rates[0]);
        assert!((rates[421] - 100.0).abs() < 1.0, "{}", rates[421]);
        assert!(rates[799] > 115.0 && rates[799] < 200.0, "{}", rates[799]);
    }
}
