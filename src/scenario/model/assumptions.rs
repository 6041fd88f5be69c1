//! Switches of undocumented behaviour.

/// Switches of behaviour that AWS does not document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assumptions {
    /// Refill of the scaling bucket.
    pub scaling_bucket: ScalingBucket,
    /// Which idle environment takes a request.
    pub environment_choice: EnvironmentChoice,
    /// A request waits for the environment it started (S11).
    pub own_cold_start: bool,
    /// Length of an init inside an invoke.
    pub suppressed_init: SuppressedInit,
    /// Jitter of the asynchronous back-off.
    pub async_jitter: AsyncJitter,
    /// How pollers of a queue are added.
    pub sqs_ramp: SqsRamp,
    /// What becomes of a throttled batch of a queue.
    pub sqs_throttle_retry: SqsThrottleRetry,
    /// What errors of the function do to the pollers of a queue.
    pub sqs_error_backoff: SqsErrorBackoff,
}

/// Refill of the scaling bucket (S32).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScalingBucket {
    /// Continuously.
    Continuous,
    /// Filled up at every multiple of 10 s.
    Step,
}

/// Which idle environment takes a request (S12).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "S12's names")]
pub enum EnvironmentChoice {
    MostRecentlyUsed,
    LeastRecentlyUsed,
    Newest,
    Random,
}

/// Length of an init inside an invoke (S15).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SuppressedInit {
    /// As long as the Init would be.
    Same,
    /// Divided by min(1, memory/1769).
    CpuShare,
}

/// How pollers of a queue are added (S50).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SqsRamp {
    /// One every 0.2 s.
    Linear,
    /// 300 at once, each minute.
    Step,
}

/// What becomes of a throttled batch of a queue (S52).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SqsThrottleRetry {
    /// Its messages wait for their visibility timeout.
    Nothing,
    /// The poller tries again after 1, 2, 4 … s, until the visibility timeout ends.
    UntilVisibility,
}

/// What errors of the function do to the pollers of a queue (S81).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SqsErrorBackoff {
    /// A minute in which most batches failed halves the concurrency of polling.
    Halve,
    /// Nothing.
    Nothing,
}

/// Jitter of the asynchronous back-off (S42).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AsyncJitter {
    /// None.
    Nothing,
    /// Each wait is rand(0, 1) of its length.
    Full,
}
