//! Gateways: who is let through, and what answers look like from outside (S59).

use crate::engine::TokenBucket;
use crate::platform::Profile;
use crate::scenario::model::{Gateway, GatewayKind};
use crate::units::{SimDuration, SimTime};

use super::fault::Fault;
use super::outcome::{Fate, Outcome};

/// What a gateway has to answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Its own rate and burst are used up; the function was not asked.
    Refused,
    /// Lambda throttled.
    Throttled,
    /// Lambda could not serve it.
    Failed(Fault),
    /// The function ran.
    Ran(Outcome),
    /// The function did not answer in time, and runs on.
    TimedOut,
}

impl Reply {
    /// The HTTP status that a caller gets (F 3.4, F 11 item 25).
    pub fn status(self, kind: GatewayKind, platform: &Profile) -> u16 {
        let [throttled, failed] = platform.gateway_statuses[kind as usize];
        match self {
            Self::Refused => 429,
            Self::Throttled => throttled,
            Self::Ran(Outcome::Succeeded) => 200,
            Self::Ran(_) | Self::Failed(_) => failed,
            Self::TimedOut => 504,
        }
    }

    /// Where a request ends whose final answer this is.
    pub fn fate(self) -> Fate {
        match self {
            Self::Refused | Self::Throttled => Fate::Throttled,
            Self::Ran(outcome) => Fate::of_answer(outcome),
            Self::TimedOut => Fate::GatewayTimeout,
            Self::Failed(_) => Fate::ServiceError,
        }
    }
}

/// The token bucket of a gateway.
#[derive(Clone, Debug)]
pub struct GatewayDoor {
    /// `None` lets everybody through.
    bucket: Option<TokenBucket>,
}

/// The span of the bucket's refill: long, so that a rate may be a fraction of a request per second.
const SPAN_SECONDS: u64 = 1_000_000;

impl GatewayDoor {
    /// The door of `gateway`, with a full bucket.
    pub fn new(gateway: &Gateway) -> Self {
        let bucket = gateway.limit.map(|limit| {
            let refill = (limit.rate.hertz() * SPAN_SECONDS as f64).ceil() as u64;
            TokenBucket::continuous(limit.burst, refill, SimDuration::from_secs(SPAN_SECONDS))
        });
        Self { bucket }
    }

    /// Whether a request that comes at `now` is let through; it takes a token.
    #[must_use]
    pub fn admits(&mut self, now: SimTime) -> bool {
        let Some(bucket) = &mut self.bucket else { return true };
        let admits = bucket.has_token(now);
        if admits {
            bucket.take(now);
        }
        admits
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Distribution;
    use crate::scenario::model::GatewayLimit;
    use crate::units::Rate;

    #[test]
    fn by_an_instant_a_bucket_has_admitted_its_burst_and_what_its_rate_brought() {
        let gateway = Gateway {
            name: "door".into(),
            kind: GatewayKind::HttpApi,
            timeout: None,
            limit: Some(GatewayLimit { rate: Rate::per_second(10.0), burst: 5 }),
            latency: Distribution::Constant(0.0),
        };
        let mut door = GatewayDoor::new(&gateway);
        // A thousand a second for two seconds: 5 at once, 10 a second after that.
        let admitted = (0..2_000_u64).filter(|ms| door.admits(SimTime::from_nanos(ms * 1_000_000))).count();
        assert_eq!(admitted, 5 + 19);
    }

    #[test]
    fn a_throttle_looks_different_behind_each_gateway() {
        let platform = Profile::current();
        let statuses = GatewayKind::NAMED.map(|(_, kind)| Reply::Throttled.status(kind, &platform));
        assert_eq!(statuses, [500, 503, 502, 429]);
        assert_eq!(Reply::TimedOut.status(GatewayKind::RestApi, &platform), 504);
        assert_eq!(Reply::TimedOut.fate(), Fate::GatewayTimeout);
    }
}
