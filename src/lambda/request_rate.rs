//! Request-rate quota: ten times the concurrency limit per second (S33).

use crate::engine::TokenBucket;
use crate::units::{SimDuration, SimTime};

/// A quota of requests per second, as a bucket one second deep.
#[derive(Clone, Debug)]
pub struct RequestRate {
    /// `None` is unlimited.
    bucket: Option<TokenBucket>,
}

/// The span of the bucket's refill: long, so that a quota may be a fraction of a request per second.
const SPAN_SECONDS: u64 = 1_000_000;

impl RequestRate {
    /// `requests_per_second`, or no limit.
    pub fn new(requests_per_second: Option<f64>) -> Self {
        let bucket = |rate| {
            let (capacity, refill) = shape(rate);
            TokenBucket::continuous(capacity, refill, SimDuration::from_secs(SPAN_SECONDS))
        };
        Self { bucket: requests_per_second.map(bucket) }
    }

    /// Changes the quota at `now`.
    pub fn resize(&mut self, now: SimTime, requests_per_second: Option<f64>) {
        match (&mut self.bucket, requests_per_second) {
            (Some(bucket), Some(rate)) => {
                let (capacity, refill) = shape(rate);
                bucket.resize(now, capacity, refill);
            }
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

/// Capacity (what a second brings, and at least one request) and refill per span, rounded up: a request that comes just
/// when the quota allows it again is not refused for a rounding.
fn shape(rate: f64) -> (u64, u64) {
    let capacity = if rate > 0.0 { rate.ceil().max(1.0) as u64 } else { 0 };
    (capacity, (rate * SPAN_SECONDS as f64).ceil() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Q13: 20,000 even arrivals a second against a quota of 10,000.
    #[test]
    fn the_first_second_admits_19_999_and_then_every_second_request() {
        let mut quota = RequestRate::new(Some(10_000.0));
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

    #[test]
    fn a_quota_below_one_a_second_admits_one_at_a_time() {
        let mut quota = RequestRate::new(Some(20.0 / 60.0));
        let admitted = (0..120_u64).filter(|second| {
            let now = SimTime::ZERO + SimDuration::from_secs(*second);
            quota.allows(now) && {
                quota.charge(now);
                true
            }
        });
        assert_eq!(admitted.count(), 40, "at 0, 3, 6, … seconds");
    }
}
