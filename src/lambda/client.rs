//! How a client retries: back-off and retry quota (S40, F 4.5).

use crate::scenario::model::{Backoff, Client, RetryQuota};
use crate::units::SimDuration;

/// Why an attempt of a client failed in a way that is worth another try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// 429.
    Throttle,
    /// The client's own timeout.
    Timeout,
    /// A gateway's 5xx.
    ServerError,
}

/// Whether a client tries again.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// After this wait.
    After(SimDuration),
    /// All attempts are used up.
    AttemptsUsedUp,
    /// The retry quota has too few tokens left.
    QuotaEmpty,
}

/// Tokens that limit retries; shared by all calls of a client or owned by one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuotaTokens(u32);

impl QuotaTokens {
    /// A full quota of `client`.
    pub fn full(client: &Client) -> Self {
        match client.retry_quota {
            RetryQuota::Unlimited => Self(0),
            RetryQuota::Tokens { capacity, .. } => Self(capacity),
        }
    }

    /// Tokens that are left; `None` where `client` has no quota.
    pub fn left(self, client: &Client) -> Option<u32> {
        match client.retry_quota {
            RetryQuota::Unlimited => None,
            RetryQuota::Tokens { .. } => Some(self.0),
        }
    }

    /// A call succeeded: what its last retry took comes back, or 1.
    pub fn give_back(&mut self, last_cost: u32, client: &Client) {
        if let RetryQuota::Tokens { capacity, .. } = client.retry_quota {
            self.0 = (self.0 + last_cost.max(1)).min(capacity);
        }
    }
}

/// Whether quotas are shared by all calls of `client`.
pub fn shares_quota(client: &Client) -> bool {
    matches!(client.retry_quota, RetryQuota::Tokens { shared: true, .. })
}

/// Decides about a retry after `failure` of attempt `attempt` (counted from 0); `jitter` is uniform in (0, 1).
///
/// Returns the verdict and what the retry took from `tokens`.
pub fn decide(
    client: &Client,
    attempt: u32,
    failure: Failure,
    tokens: &mut QuotaTokens,
    jitter: f64,
) -> (Retry, u32) {
    if attempt + 1 >= client.attempts {
        return (Retry::AttemptsUsedUp, 0);
    }
    let cost = match client.retry_quota {
        RetryQuota::Unlimited => 0,
        RetryQuota::Tokens { throttle_cost, timeout_cost, other_cost, .. } => match failure {
            Failure::Throttle => throttle_cost,
            Failure::Timeout => timeout_cost,
            Failure::ServerError => other_cost,
        },
    };
    if cost > tokens.0 {
        return (Retry::QuotaEmpty, 0);
    }
    tokens.0 -= cost;
    (Retry::After(wait(&client.backoff, attempt, failure, jitter)), cost)
}

fn wait(backoff: &Backoff, attempt: u32, failure: Failure, jitter: f64) -> SimDuration {
    let doubled = |base: SimDuration| base.saturating_mul(1_u64 << attempt.min(40));
    let jittered = |bound: SimDuration| SimDuration::from_nanos((bound.nanos() as f64 * jitter) as u64);
    match backoff {
        Backoff::Nothing => SimDuration::ZERO,
        Backoff::Fixed(wait) => *wait,
        Backoff::Exponential { base, cap } => doubled(*base).min(*cap),
        Backoff::FullJitter { base, throttle_base, cap } => {
            let base = match failure {
                Failure::Throttle => *throttle_base,
                Failure::Timeout | Failure::ServerError => *base,
            };
            jittered(doubled(base).min(*cap))
        }
        Backoff::LegacyJitter { base } => jittered(doubled(*base)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Distribution;

    fn client(quota: RetryQuota, backoff: Backoff) -> Client {
        Client {
            name: "client".into(),
            network: Distribution::Constant(0.0),
            timeout: None,
            attempts: 3,
            backoff,
            retry_quota: quota,
            adapts_rate: false,
            may_invoke: true,
        }
    }

    /// F 12 item 1: one shared client can afford 100 throttling retries of 5 tokens.
    #[test]
    fn a_shared_quota_of_500_tokens_affords_100_throttling_retries() {
        let quota = RetryQuota::Tokens {
            shared: true,
            capacity: 500,
            throttle_cost: 5,
            timeout_cost: 14,
            other_cost: 14,
        };
        let client = client(quota, Backoff::Nothing);
        let mut tokens = QuotaTokens::full(&client);
        let granted = (0..500)
            .filter(|_| decide(&client, 0, Failure::Throttle, &mut tokens, 0.5).0 != Retry::QuotaEmpty)
            .count();
        assert_eq!(granted, 100);
        tokens.give_back(5, &client);
        assert_eq!(decide(&client, 0, Failure::Throttle, &mut tokens, 0.5).1, 5);
    }

    #[test]
    fn the_third_attempt_of_three_is_the_last() {
        let client = client(RetryQuota::Unlimited, Backoff::Fixed(SimDuration::from_secs(1)));
        let mut tokens = QuotaTokens::full(&client);
        let second = SimDuration::from_secs(1);
        assert_eq!(decide(&client, 1, Failure::Timeout, &mut tokens, 0.5).0, Retry::After(second));
        assert_eq!(decide(&client, 2, Failure::Timeout, &mut tokens, 0.5).0, Retry::AttemptsUsedUp);
    }

    #[test]
    fn full_jitter_doubles_up_to_its_cap_and_has_its_own_base_for_throttles() {
        let backoff = Backoff::FullJitter {
            base: SimDuration::from_millis(50),
            throttle_base: SimDuration::from_secs(1),
            cap: SimDuration::from_secs(20),
        };
        assert_eq!(wait(&backoff, 1, Failure::Timeout, 0.5), SimDuration::from_millis(50));
        assert_eq!(wait(&backoff, 1, Failure::Throttle, 0.5), SimDuration::from_secs(1));
        assert_eq!(wait(&backoff, 9, Failure::Throttle, 0.5), SimDuration::from_secs(10));
    }
}
