//! How often and when topics and event buses try to hand something over, before it goes to a dead-letter queue (S83).
//!
//! ## One event, not a hundred thousand
//! Attempts are independent, so the number of those that fail is drawn at once, and what will happen is scheduled.

use crate::scenario::model::{PushKind, Subscription};
use crate::units::SimDuration;

/// What becomes of a delivery.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handover {
    /// Attempts that fail.
    pub failures: u32,
    /// From the first attempt to the last.
    pub after: SimDuration,
    /// The last attempt succeeds.
    pub is_delivered: bool,
}

/// F 4.4: SNS tries 3 times at once, 2 times a second apart, 10 times with a growing wait, then every 20 s.
const TOPIC_ATTEMPTS: u32 = 100_015;
/// From 1 to 20 s in ten steps of one ratio, milliseconds.
const TOPIC_BACKOFF: [u64; 10] = [1_000, 1_395, 1_946, 2_714, 3_786, 5_281, 7_368, 10_278, 14_337, 20_000];

/// The wait before attempt `attempt` (from 1, the first retry).
fn wait(kind: PushKind, attempt: u32) -> SimDuration {
    match kind {
        PushKind::Topic => match attempt {
            1..=2 => SimDuration::ZERO,
            3..=4 => SimDuration::from_secs(1),
            5..=14 => SimDuration::from_millis(TOPIC_BACKOFF[attempt as usize - 5]),
            _ => SimDuration::from_secs(20),
        },
        // Documented: exponential, 185 retries in 24 h; 1, 2, 4 … 256 s and then 480 s come to that.
        PushKind::EventBus | PushKind::Bucket => match attempt {
            1..=9 => SimDuration::from_secs(1 << (attempt - 1)),
            _ => SimDuration::from_secs(480),
        },
    }
}

/// What becomes of a delivery whose attempts fail with probability `errors`; `uniform` is drawn for it.
pub fn handover(kind: PushKind, errors: f64, subscription: &Subscription, uniform: f64) -> Handover {
    let attempts = match kind {
        PushKind::Topic => TOPIC_ATTEMPTS,
        PushKind::EventBus | PushKind::Bucket => {
            subscription.max_retry_attempts.map_or(u32::MAX, |most| most + 1)
        }
    };
    let mut all_fail = errors;
    let (mut failures, mut after) = (0, SimDuration::ZERO);
    while uniform < all_fail {
        failures += 1;
        all_fail *= errors;
        let wait = wait(kind, failures);
        let is_too_old = subscription.max_event_age.is_some_and(|most| after + wait > most);
        if failures == attempts || is_too_old {
            return Handover { failures, after, is_delivered: false };
        }
        after += wait;
    }
    Handover { failures, after, is_delivered: true }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::model::{QueueId, Target};

    fn subscription(attempts: Option<u32>, age: Option<u64>) -> Subscription {
        Subscription {
            to: Target::Queue(QueueId(0)),
            rule: 0,
            filter: 1.0,
            max_retry_attempts: attempts,
            max_event_age: age.map(SimDuration::from_secs),
            dead_letter: None,
        }
    }

    /// F 4.4: 100,015 attempts over 23 days.
    #[test]
    fn sns_gives_up_after_100_015_attempts_in_23_days() {
        let end = handover(PushKind::Topic, 1.0, &subscription(None, None), 0.5);
        assert_eq!((end.failures, end.is_delivered), (100_015, false));
        let days = end.after.nanos() as f64 / 86_400e9;
        assert!((23.0..23.2).contains(&days), "{days}");
    }

    /// F 4.4: 24 hours and 185 attempts.
    #[test]
    fn eventbridge_gives_up_after_185_retries_or_24_hours() {
        let end = handover(PushKind::EventBus, 1.0, &subscription(Some(185), Some(86_400)), 0.5);
        assert_eq!((end.failures, end.is_delivered), (186, false));
        assert!(end.after.nanos() < 86_400_000_000_000);
        let young = handover(PushKind::EventBus, 1.0, &subscription(Some(185), Some(60)), 0.5);
        // At 0, 1, 3, 7, 15 and 31 s; the next would be at 63 s.
        assert_eq!((young.failures, young.after), (6, SimDuration::from_secs(31)));
        let once = handover(PushKind::EventBus, 1.0, &subscription(Some(0), Some(60)), 0.5);
        assert_eq!((once.failures, once.after), (1, SimDuration::ZERO));
    }

    #[test]
    fn the_number_of_failures_is_geometric() {
        let of = |uniform| handover(PushKind::Topic, 0.5, &subscription(None, None), uniform);
        assert_eq!((of(0.7).failures, of(0.4).failures, of(0.2).failures, of(0.1).failures), (0, 1, 2, 3));
        assert_eq!((of(0.1).after, of(0.1).is_delivered), (SimDuration::from_secs(1), true));
    }
}
