//! Scaling rate: how fast new on-demand environments may be created (S32).

use crate::engine::TokenBucket;
use crate::scenario::model::{Scaling, ScalingBucket, TokenRule};
use crate::units::{SimDuration, SimTime};

/// The bucket of one function, or of a region.
#[derive(Clone, Debug)]
pub struct ScalingRate {
    /// `None` is unlimited.
    bucket: Option<TokenBucket>,
}

/// Span between refills under `scaling_bucket: step` (S32).
const STEP: SimDuration = SimDuration::from_secs(10);

impl ScalingRate {
    /// The function's own bucket; unlimited when the limit is the region's.
    pub fn of_function(scaling: Scaling, shape: ScalingBucket) -> Self {
        match scaling {
            Scaling::PerFunction(rule) => Self { bucket: Some(bucket(rule, shape)) },
            Scaling::Unlimited | Scaling::Regional(_) => Self { bucket: None },
        }
    }

    /// The region's bucket; unlimited when the limit is each function's own.
    pub fn of_region(scaling: Scaling) -> Self {
        match scaling {
            Scaling::Regional(rule) => Self { bucket: Some(bucket(rule, ScalingBucket::Continuous)) },
            Scaling::Unlimited | Scaling::PerFunction(_) => Self { bucket: None },
        }
    }

    /// Another rule applies from `now` on; what has been spent stays spent.
    pub fn replace(&mut self, now: SimTime, mut by: Self) {
        if let (Some(before), Some(after)) = (&mut self.bucket, &mut by.bucket) {
            for _ in 0..before.missing(now).min(after.tokens(now)) {
                after.take(now);
            }
        }
        *self = by;
    }

    /// Whether one more environment may be created at `now`.
    #[inline]
    pub fn allows(&mut self, now: SimTime) -> bool {
        self.bucket.as_mut().is_none_or(|bucket| bucket.has_token(now))
    }

    /// An environment is created; uses a token.
    #[inline]
    pub fn charge(&mut self, now: SimTime) {
        if let Some(bucket) = &mut self.bucket {
            bucket.take(now);
        }
    }

    /// Whole tokens left; `None` is unlimited.
    pub fn tokens(&mut self, now: SimTime) -> Option<u64> {
        self.bucket.as_mut().map(|bucket| bucket.tokens(now))
    }
}

fn bucket(rule: TokenRule, shape: ScalingBucket) -> TokenBucket {
    match shape {
        ScalingBucket::Continuous => TokenBucket::continuous(rule.capacity, rule.refill, rule.per),
        ScalingBucket::Step => {
            // The same rate, handed out at every multiple of the step.
            let per_step = u128::from(rule.refill) * u128::from(STEP.nanos()) / u128::from(rule.per.nanos());
            TokenBucket::stepped(rule.capacity, per_step as u64, STEP)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: TokenRule = TokenRule { capacity: 1_000, refill: 100, per: SimDuration::from_secs(1) };

    #[test]
    fn another_rule_starts_where_the_one_before_left_off() {
        let now = SimTime::ZERO;
        let mut rate = ScalingRate::of_function(Scaling::PerFunction(RULE), ScalingBucket::Continuous);
        (0..400).for_each(|_| rate.charge(now));
        let smaller = TokenRule { capacity: 500, refill: 50, ..RULE };
        rate.replace(now, ScalingRate::of_function(Scaling::PerFunction(smaller), ScalingBucket::Continuous));
        assert_eq!(rate.tokens(now), Some(100));
        rate.replace(now, ScalingRate::of_function(Scaling::Unlimited, ScalingBucket::Continuous));
        assert_eq!(rate.tokens(now), None);
    }

    fn created_at(rate: &mut ScalingRate, seconds: u64) -> u32 {
        let now = SimTime::ZERO + SimDuration::from_secs(seconds);
        let mut created = 0;
        while rate.allows(now) {
            rate.charge(now);
            created += 1;
        }
        created
    }

    #[test]
    fn a_thousand_at_once_then_a_hundred_a_second() {
        let mut rate = ScalingRate::of_function(Scaling::PerFunction(RULE), ScalingBucket::Continuous);
        assert_eq!(created_at(&mut rate, 0), 1_000);
        assert_eq!(created_at(&mut rate, 1), 100);
        assert_eq!(created_at(&mut rate, 3), 200);
        assert_eq!(created_at(&mut rate, 100), 1_000);
    }

    #[test]
    fn steps_come_every_ten_seconds() {
        let mut rate = ScalingRate::of_function(Scaling::PerFunction(RULE), ScalingBucket::Step);
        assert_eq!(created_at(&mut rate, 0), 1_000);
        assert_eq!(created_at(&mut rate, 9), 0);
        assert_eq!(created_at(&mut rate, 10), 1_000);
    }
}
