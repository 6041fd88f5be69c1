//! Request-rate quota: ten times the concurrency limit per second (S33).

use crate::engine::TokenBucket;
use crate::units::{SimDuration, SimTime};

/// A quota of requests per second, as a bucket one second deep.
#[derive(Clone, Debug)]
pub struct RequestRate {
    /// `None` is unlimited.
    bucket: Option<TokenBucket>,
}

const ONE_SECOND: SimDuration = SimDuration::from_secs(1);

impl RequestRate {
    /// `requests_per_second`, or no limit.
    pub fn new(requests_per_second: Option<u64>) -> Self {
        Self { bucket: requests_per_second.map(|rate| TokenBucket::continuous(rate, rate, ONE_SECOND)) }
    }

    /// Changes the quota at `now`.
    pub fn resize(&mut self, now: SimTime, requests_per_second: Option<u64>) {
        match (&mut self.bucket, requests_per_second) {
            (Some(bucket), Some(rate)) => bucket.resize(now, rate, rate),
            _ => *self = Self::new(requests_per_second),
        }
    }

    /// Whether one more request is within the quota at `now`.
    #[inline]
    pub fn allows(&mut self, now: SimTime) -> bool {
        self.bucket.as_mut().is_none_or(|bucket| bucket.has_token(now))
    }

    /// Requests that the quota still allows at `now`; `None` is unlimited.
    pub fn tokens(&mut self, now: SimTime) -> Option<u64> {
        self.bucket.as_mut().map(|bucket| bucket.tokens(now))
    }

    /// A request was admitted; uses a token.
    #[inline]
    pub fn charge(&mut self, now: SimTime) {
        if let Some(bucket) = &mut self.bucket {
            bucket.take(now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Q13: 20,000 even arrivals a second against a quota of 10,000.
    #[test]
    fn the_first_second_admits_19_999_and_then_every_second_request() {
        let mut quota = RequestRate::new(Some(10_000));
        let mut refused = Vec::new();
        for arrival in 0..40_000_u64 {
            let now = SimTime::from_nanos(arrival * 50_000);
            if quota.allows(now) {
                quota.charge(now);
            } else {
                refused.push(arrival);
            }
        }
        assert_eq!(refused[0], 19_999);
        assert_eq!(refused.len(), 10_001);
    }
}
