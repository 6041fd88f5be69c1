//! Gateways: what stands between a caller and a function.

use super::Distribution;
use crate::units::{Rate, SimDuration};

/// A gateway (S59).
#[derive(Clone, Debug, PartialEq)]
pub struct Gateway {
    /// Name in the scenario.
    pub name: String,
    /// Which service.
    pub kind: GatewayKind,
    /// How long it waits for the function; `None` is as long as that runs.
    pub timeout: Option<SimDuration>,
    /// Requests that it lets through; `None` is all of them.
    pub limit: Option<GatewayLimit>,
    /// Time in it, there and back; half each way.
    pub latency: Distribution,
}

/// A rate with a burst: a token bucket.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GatewayLimit {
    /// Refill.
    pub rate: Rate,
    /// Tokens when full, and at the start.
    pub burst: u64,
}

/// Which service a gateway is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "AWS's names")]
pub enum GatewayKind {
    RestApi,
    HttpApi,
    Alb,
    FunctionUrl,
}

impl GatewayKind {
    /// All, with their words in a scenario.
    pub const NAMED: [(&str, Self); 4] = [
        ("rest-api", Self::RestApi),
        ("http-api", Self::HttpApi),
        ("alb", Self::Alb),
        ("function-url", Self::FunctionUrl),
    ];

    /// Its word in a scenario.
    pub fn name(self) -> &'static str {
        match self {
            Self::RestApi => "rest-api",
            Self::HttpApi => "http-api",
            Self::Alb => "alb",
            Self::FunctionUrl => "function-url",
        }
    }
}
