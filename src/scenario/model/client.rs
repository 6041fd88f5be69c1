//! A caller that waits, gives up and tries again.

use crate::random::Distribution;
use crate::units::SimDuration;

/// A caller that waits, gives up and tries again.
#[derive(Clone, Debug, PartialEq)]
pub struct Client {
    /// Name in the scenario.
    pub name: String,
    /// Time on the network there and back, drawn per attempt; half each way.
    pub network: Distribution,
    /// Patience per attempt; `None` waits for ever.
    pub timeout: Option<SimDuration>,
    /// Attempts in all, at least 1.
    pub attempts: u32,
    /// Wait before a retry.
    pub backoff: Backoff,
    /// What limits retries.
    pub retry_quota: RetryQuota,
    /// The client measures its rate and slows down after throttles (`adaptive` retry mode).
    pub adapts_rate: bool,
    /// Whether the client may call `lambda:InvokeFunction`.
    pub may_invoke: bool,
}

/// Wait before retry i = 0, 1, …
#[derive(Clone, Debug, PartialEq)]
pub enum Backoff {
    /// At once.
    Nothing,
    /// Always the same.
    Fixed(SimDuration),
    /// min(base · 2^i, cap), no jitter.
    Exponential {
        /// First wait.
        base: SimDuration,
        /// Longest wait.
        cap: SimDuration,
    },
    /// rand(0, 1) · min(base · 2^i, cap), with a base of its own after a throttle.
    FullJitter {
        /// First upper bound after any failure but a throttle.
        base: SimDuration,
        /// First upper bound after a throttle.
        throttle_base: SimDuration,
        /// Longest wait.
        cap: SimDuration,
    },
    /// rand(0, 1) · base · 2^i without a cap (boto3 `legacy`).
    LegacyJitter {
        /// First upper bound.
        base: SimDuration,
    },
}

/// What limits the retries of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryQuota {
    /// Nothing but the number of attempts.
    Unlimited,
    /// A token bucket.
    Tokens {
        /// One bucket for all calls of this client (one process), or one for each call.
        shared: bool,
        /// Tokens when full, and at the start.
        capacity: u32,
        /// Taken by a retry after a throttle.
        throttle_cost: u32,
        /// Taken by a retry after a timeout.
        timeout_cost: u32,
        /// Taken by any other retry.
        other_cost: u32,
    },
}
