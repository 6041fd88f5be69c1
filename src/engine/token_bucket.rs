//! A token bucket in integers.

use crate::units::{SimDuration, SimTime};

/// Tokens that are refilled continuously up to a capacity.
///
/// The level counts in shares of a token (one token is as many shares as the refill span has nanoseconds), so
/// that asking more often never changes what is granted: no remainder is ever rounded away.
#[derive(Clone, Debug)]
pub struct TokenBucket {
    /// Shares in the bucket at `as_of`.
    level: u128,
    capacity: u64,
    refill: u64,
    per_nanos: u64,
    as_of: SimTime,
    steps: bool,
}

impl TokenBucket {
    /// A full bucket of `capacity` tokens that gains `refill` tokens per `per`, continuously.
    pub fn continuous(capacity: u64, refill: u64, per: SimDuration) -> Self {
        Self::new(capacity, refill, per, false)
    }

    /// A full bucket that gains `refill` tokens at every multiple of `per`, and nothing in between.
    pub fn stepped(capacity: u64, refill: u64, per: SimDuration) -> Self {
        Self::new(capacity, refill, per, true)
    }

    fn new(capacity: u64, refill: u64, per: SimDuration, steps: bool) -> Self {
        let per_nanos = per.nanos();
        assert!(per_nanos > 0, "a refill needs a span of time");
        let level = u128::from(capacity) * u128::from(per_nanos);
        Self { level, capacity, refill, per_nanos, as_of: SimTime::ZERO, steps }
    }

    /// Whether a whole token is there at `now`.
    #[inline]
    pub fn has_token(&mut self, now: SimTime) -> bool {
        self.refill_until(now);
        self.level >= u128::from(self.per_nanos)
    }

    /// Takes a token.
    ///
    /// # Panics
    /// When [`Self::has_token`] was not asked first, or said no.
    #[inline]
    pub fn take(&mut self, now: SimTime) {
        self.refill_until(now);
        self.level =
            self.level.checked_sub(u128::from(self.per_nanos)).expect("a token was there when asked");
    }

    /// When a whole token will be there, seen from `now`; never where nothing is refilled.
    pub fn next_token(&mut self, now: SimTime) -> SimTime {
        self.refill_until(now);
        let missing = u128::from(self.per_nanos).saturating_sub(self.level);
        if missing == 0 {
            return now;
        }
        if self.refill == 0 || self.capacity == 0 {
            return SimTime::MAX;
        }
        let nanos = if self.steps {
            u128::from(self.per_nanos - now.nanos() % self.per_nanos)
        } else {
            missing.div_ceil(u128::from(self.refill))
        };
        now + SimDuration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX - now.nanos()))
    }

    /// Whole tokens at `now`.
    pub fn tokens(&mut self, now: SimTime) -> u64 {
        self.refill_until(now);
        (self.level / u128::from(self.per_nanos)) as u64
    }

    /// Whole tokens that are missing at `now`.
    pub fn missing(&mut self, now: SimTime) -> u64 {
        self.capacity - self.tokens(now)
    }

    /// Changes size and refill; what has been spent stays spent.
    pub fn resize(&mut self, now: SimTime, capacity: u64, refill: u64) {
        self.refill_until(now);
        let shares = |tokens: u64| u128::from(tokens) * u128::from(self.per_nanos);
        let spent = shares(self.capacity) - self.level;
        self.level = shares(capacity).saturating_sub(spent);
        (self.capacity, self.refill) = (capacity, refill);
    }

    #[inline]
    fn refill_until(&mut self, now: SimTime) {
        if now == self.as_of {
            return;
        }
        let gained = if self.steps {
            let steps = now.nanos() / self.per_nanos - self.as_of.nanos() / self.per_nanos;
            u128::from(steps) * u128::from(self.refill) * u128::from(self.per_nanos)
        } else {
            u128::from(now.since(self.as_of).nanos()) * u128::from(self.refill)
        };
        let full = u128::from(self.capacity) * u128::from(self.per_nanos);
        self.level = (self.level + gained).min(full);
        self.as_of = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: SimDuration = SimDuration::from_secs(1);

    fn at_ms(millis: u64) -> SimTime {
        SimTime::ZERO + SimDuration::from_millis(millis)
    }

    #[test]
    fn a_token_comes_back_exactly_when_it_is_due() {
        let mut bucket = TokenBucket::continuous(1, 100, SECOND);
        bucket.take(at_ms(0));
        assert!(!bucket.has_token(at_ms(9)));
        assert!(bucket.has_token(at_ms(10)));
    }

    #[test]
    fn asking_often_grants_no_more_and_no_less() {
        let mut asked_often = TokenBucket::continuous(3, 7, SECOND);
        let mut asked_once = asked_often.clone();
        for _ in 0..3 {
            asked_often.take(at_ms(0));
            asked_once.take(at_ms(0));
        }
        for millis in 1..=428 {
            asked_often.has_token(at_ms(millis));
        }
        assert_eq!(asked_often.tokens(at_ms(429)), asked_once.tokens(at_ms(429)));
    }

    #[test]
    fn steps_come_at_multiples_of_the_span() {
        let mut bucket = TokenBucket::stepped(2, 2, SimDuration::from_secs(10));
        bucket.take(at_ms(9_000));
        bucket.take(at_ms(9_000));
        assert!(!bucket.has_token(at_ms(9_999)));
        assert_eq!(bucket.tokens(at_ms(10_000)), 2);
    }

    #[test]
    fn what_was_spent_stays_spent_when_the_bucket_grows() {
        let mut bucket = TokenBucket::continuous(10, 1, SECOND);
        for _ in 0..4 {
            bucket.take(at_ms(0));
        }
        bucket.resize(at_ms(0), 20, 1);
        assert_eq!(bucket.tokens(at_ms(0)), 16);
        bucket.resize(at_ms(0), 3, 1);
        assert_eq!(bucket.tokens(at_ms(0)), 0);
    }
}
