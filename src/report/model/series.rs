//! What happened over time.

use indexmap::IndexMap;
use serde::Serialize;

/// Values over time, on one common grid that starts at 0.
#[derive(Clone, Debug, Default, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract")]
pub struct TimeSeries {
    pub step_s: f64,
    pub functions: IndexMap<String, FunctionSeries>,
    pub queues: IndexMap<String, QueueSeries>,
    pub streams: IndexMap<String, StreamSeries>,
    pub gateways: IndexMap<String, GatewaySeries>,
    pub downstreams: IndexMap<String, DownstreamSeries>,
    pub clients: IndexMap<String, ClientSeries>,
    /// Cost since the start, USD, at the end of each interval.
    pub cost_usd: Vec<f64>,
}

/// Series of a function, a point per interval.
#[derive(Clone, Debug, Default, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract")]
pub struct FunctionSeries {
    /// Greatest concurrency in the interval.
    pub concurrency: Vec<u32>,
    pub concurrency_mean: Vec<f64>,
    /// Environments alive at the end of the interval.
    pub environments: Vec<u32>,
    pub requests: Vec<u64>,
    pub throttles: Vec<u64>,
    pub errors: Vec<u64>,
    pub cold_starts: Vec<u64>,
    pub p50_ms: Vec<Option<f64>>,
    pub p99_ms: Vec<Option<f64>>,
}

/// Series of a queue, a point per interval.
#[derive(Clone, Debug, Default, Serialize)]
pub struct QueueSeries {
    /// Depth at the end of the interval.
    pub depth: Vec<u64>,
    /// Age of the oldest message at the end of the interval, seconds; 0 where the queue is empty.
    pub oldest_age_s: Vec<f64>,
}

/// Series of a stream, a point per interval.
#[derive(Clone, Debug, Default, Serialize)]
pub struct StreamSeries {
    /// Most records that were not done with.
    pub waiting: Vec<u64>,
    /// Greatest iterator age of a batch; while records wait, that of the last one.
    pub iterator_age_s: Vec<f64>,
}

/// Series of a gateway, a point per interval.
#[derive(Clone, Debug, Default, Serialize)]
pub struct GatewaySeries {
    /// Most requests in it at once.
    pub in_progress: Vec<u64>,
}

/// Series of a client, a point per interval; calls of the warm-up are among them.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ClientSeries {
    /// Calls that began.
    pub calls: Vec<u64>,
    /// Attempts after the first.
    pub retries: Vec<u64>,
    /// Calls that ended well.
    pub succeeded: Vec<u64>,
    /// Calls that ended otherwise.
    pub failed: Vec<u64>,
}

/// Series of a downstream, a point per interval.
#[derive(Clone, Debug, Default, Serialize)]
pub struct DownstreamSeries {
    /// Most calls at once.
    pub in_progress: Vec<u64>,
    /// Connections at the end of the interval.
    pub connections: Vec<u64>,
}
