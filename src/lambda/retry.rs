//! When an asynchronous event is tried again, and when it ends (S41-S44).

use crate::platform::Profile;
use crate::units::SimDuration;

/// What follows a failed or refused attempt of an event.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterAttempt {
    /// Another attempt after this wait.
    RetryAfter(SimDuration),
    /// The event ends now.
    Ends(EventEnd),
}

/// Why an event ended without success; AWS's `condition` of a destination record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "AWS's names")]
pub enum EventEnd {
    RetriesExhausted,
    EventAgeExceeded,
    ZeroReservedConcurrency,
    /// The recursive-loop detection stopped it (F 3.5).
    RecursionDetected,
}

impl EventEnd {
    /// AWS's word for it.
    pub fn condition(self) -> &'static str {
        match self {
            Self::RetriesExhausted => "RetriesExhausted",
            Self::EventAgeExceeded => "EventAgeExceeded",
            Self::ZeroReservedConcurrency => "ZeroReservedConcurrency",
            Self::RecursionDetected => "RecursiveInvocationDropped",
        }
    }
}

/// Invocations of one function in one chain before the recursive-loop detection stops it (F 3.5, documented:
/// "about 16").
pub const LONGEST_CHAIN: u32 = 16;

/// After function error number `errors` (counted from 1) of an event that is `age` old.
pub fn after_function_error(
    errors: u32,
    max_retry_attempts: u32,
    age: SimDuration,
    max_event_age: SimDuration,
    profile: &Profile,
) -> AfterAttempt {
    if errors > max_retry_attempts {
        return AfterAttempt::Ends(EventEnd::RetriesExhausted);
    }
    let last = profile.async_retry_waits.len() - 1;
    look_ahead(profile.async_retry_waits[(errors as usize - 1).min(last)], age, max_event_age)
}

/// After the `throttles`-th throttle in a row (counted from 1), with `jitter` in (0, 1] scaling the wait.
pub fn after_throttle(
    throttles: u32,
    jitter: f64,
    age: SimDuration,
    max_event_age: SimDuration,
    profile: &Profile,
) -> AfterAttempt {
    let doubled = profile.async_backoff_first.saturating_mul(1_u64 << (throttles - 1).min(32));
    let wait =
        if doubled > profile.async_backoff_doubling_maximum { profile.async_backoff_cap } else { doubled };
    let wait =
        if jitter == 1.0 { wait } else { SimDuration::from_nanos((wait.nanos() as f64 * jitter) as u64) };
    look_ahead(wait, age, max_event_age)
}

/// Wait before a poller tries a throttled batch for the `attempts`-th time again (S52): 1, 2, 4 … s.
pub fn poller_backoff(attempts: u32) -> SimDuration {
    SimDuration::from_secs(1).saturating_mul(1_u64 << (attempts - 1).min(32))
}

/// An event that would be too old at its next attempt ends now (S43).
fn look_ahead(wait: SimDuration, age: SimDuration, max_event_age: SimDuration) -> AfterAttempt {
    if age + wait > max_event_age {
        AfterAttempt::Ends(EventEnd::EventAgeExceeded)
    } else {
        AfterAttempt::RetryAfter(wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOURS_6: SimDuration = SimDuration::from_secs(21_600);

    fn seconds(seconds: u64) -> SimDuration {
        SimDuration::from_secs(seconds)
    }

    #[test]
    fn two_retries_come_after_one_and_two_minutes() {
        let profile = Profile::current();
        let after = |errors| after_function_error(errors, 2, seconds(10), HOURS_6, &profile);
        assert_eq!(after(1), AfterAttempt::RetryAfter(seconds(60)));
        assert_eq!(after(2), AfterAttempt::RetryAfter(seconds(120)));
        assert_eq!(after(3), AfterAttempt::Ends(EventEnd::RetriesExhausted));
    }

    #[test]
    fn throttles_back_off_by_doubling_to_256_s_and_then_300_s() {
        let profile = Profile::current();
        let waits: Vec<u64> = (1..=11)
            .map(|n| match after_throttle(n, 1.0, SimDuration::ZERO, HOURS_6, &profile) {
                AfterAttempt::RetryAfter(wait) => wait.nanos() / 1_000_000_000,
                AfterAttempt::Ends(_) => 0,
            })
            .collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
    }

    #[test]
    fn an_event_that_would_be_too_old_at_its_next_attempt_ends_now() {
        let profile = Profile::current();
        let ends = AfterAttempt::Ends(EventEnd::EventAgeExceeded);
        assert_eq!(after_function_error(1, 2, seconds(1), seconds(60), &profile), ends);
        assert_eq!(
            after_function_error(1, 2, seconds(1), seconds(61), &profile),
            AfterAttempt::RetryAfter(seconds(60))
        );
    }
}
