//! A scenario for tests that need one.

use crate::platform::Profile;
use crate::scenario::model::{
    Account, Assumptions, AsyncJitter, EnvironmentChoice, Experiment, Pricing, Scaling, ScalingBucket,
    Scenario, SuppressedInit, Totals,
};
use crate::units::SimTime;

/// A scenario without functions.
pub fn scenario() -> Scenario {
    Scenario {
        name: "sample".to_owned(),
        description: String::new(),
        sha256: String::new(),
        platform: Profile::current(),
        region: "us-east-1".to_owned(),
        start_unix_s: 0,
        seed: 42,
        horizon: None,
        warmup: SimTime::ZERO,
        account: Account { concurrency: None, requests_per_second: None, scaling: Scaling::Unlimited },
        functions: Vec::new(),
        queues: Vec::new(),
        clients: Vec::new(),
        streams: Vec::new(),
        push_sources: Vec::new(),
        gateways: Vec::new(),
        downstreams: Vec::new(),
        redrives: Vec::new(),
        disturbances: Vec::new(),
        traffic: Vec::new(),
        changes: Vec::new(),
        deployments: Vec::new(),
        thresholds: Vec::new(),
        assumptions: Assumptions {
            scaling_bucket: ScalingBucket::Continuous,
            environment_choice: EnvironmentChoice::MostRecentlyUsed,
            own_cold_start: true,
            suppressed_init: SuppressedInit::Same,
            sqs_ramp: crate::scenario::model::SqsRamp::Linear,
            sqs_throttle_retry: crate::scenario::model::SqsThrottleRetry::Nothing,
            sqs_error_backoff: crate::scenario::model::SqsErrorBackoff::Halve,
            async_jitter: AsyncJitter::Nothing,
        },
        pricing: Pricing::default(),
        experiment: Experiment::default(),
        warnings: Vec::new(),
        functions_on_default_runtime: Vec::new(),
        totals: Totals::of(&[], &[], None),
    }
}
