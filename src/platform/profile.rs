//! Dated platform profiles (S35): the quotas and billing rules in force on a date.

use crate::units::{Bytes, Memory, SimDuration};

/// The rules of the platform on a date.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// `aws-lambda/2026-11`.
    pub name: &'static str,
    /// Default account concurrency of a region.
    pub account_concurrency: u32,
    /// Account concurrency that reservations may not touch.
    pub unreserved_minimum: u32,
    /// Requests per second per unit of concurrency (S33).
    pub request_rate_factor: u32,
    /// How fast environments may be added (S32).
    pub scaling: ScalingRule,
    /// Largest memory size.
    pub memory_maximum: Memory,
    /// Billed durations are rounded up to a multiple of this.
    pub billing_granularity: SimDuration,
    /// Which Inits are billed (S60).
    pub init_billing: InitBilling,
    /// Limit of the Init phase on demand (S15).
    pub init_limit: SimDuration,
    /// Largest synchronous request.
    pub sync_request_maximum: Bytes,
    /// Largest synchronous response.
    pub sync_response_maximum: Bytes,
    /// Largest asynchronous event.
    pub async_request_maximum: Bytes,
    /// Asynchronous payload that one request charge covers; above it one more per `async_request_chunk`.
    pub async_request_included: Bytes,
    /// See `async_request_included`.
    pub async_request_chunk: Bytes,
    /// Waits before the first and second retry after a function error (S41).
    pub async_retry_waits: [SimDuration; 2],
    /// First wait after a throttle (S42); doubled each time.
    pub async_backoff_first: SimDuration,
    /// Longest doubled wait before the cap takes over (256 s).
    pub async_backoff_doubling_maximum: SimDuration,
    /// Longest wait after a throttle (300 s).
    pub async_backoff_cap: SimDuration,
}

/// How fast environments may be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScalingRule {
    /// Each function by itself: 1,000 at once, refilled at 1,000 per 10 s.
    PerFunction,
    /// The whole region: a burst that depends on the region, then 500 per minute.
    Regional,
}

/// Which Inits are billed (S60).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InitBilling {
    /// Every one (since 2025-08-01).
    All,
    /// All but those of zip functions on managed runtimes.
    ExceptManagedZip,
}

impl Profile {
    /// Names of all profiles, the default first.
    pub const NAMES: [&'static str; 4] =
        ["aws-lambda/2026-11", "aws-lambda/2025-08", "aws-lambda/2025-07", "aws-lambda/2019"];

    /// The default profile.
    pub fn current() -> Self {
        Self {
            name: "aws-lambda/2026-11",
            account_concurrency: 1_000,
            unreserved_minimum: 100,
            request_rate_factor: 10,
            scaling: ScalingRule::PerFunction,
            memory_maximum: Memory::from_mb(10_240),
            billing_granularity: SimDuration::from_millis(1),
            init_billing: InitBilling::All,
            init_limit: SimDuration::from_secs(10),
            sync_request_maximum: Bytes::from_mb(6),
            sync_response_maximum: Bytes::new(6 * 1_048_576 + 100),
            async_request_maximum: Bytes::from_mb(1),
            async_request_included: Bytes::from_kb(256),
            async_request_chunk: Bytes::from_kb(64),
            async_retry_waits: [SimDuration::from_secs(60), SimDuration::from_secs(120)],
            async_backoff_first: SimDuration::from_secs(1),
            async_backoff_doubling_maximum: SimDuration::from_secs(256),
            async_backoff_cap: SimDuration::from_secs(300),
        }
    }
}
