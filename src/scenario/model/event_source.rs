//! Event source mappings.

use super::QueueId;
use crate::units::SimDuration;

/// Lambda polls a queue (S50-S54, S57).
#[derive(Clone, Debug, PartialEq)]
pub struct QueueSource {
    /// Which.
    pub queue: QueueId,
    /// Most messages of an invocation.
    pub batch_size: u32,
    /// How long a batch is gathered after its first message.
    pub batch_window: SimDuration,
    /// Most batches in process at once; `None` is the ceiling of pollers.
    pub max_concurrency: Option<u32>,
    /// Only the items that the function names come back.
    pub reports_item_failures: bool,
    /// Share of messages that match the filter; the others are deleted (S84).
    pub filter: f64,
    /// Pollers that are kept and paid for.
    pub provisioned_pollers: Option<ProvisionedPollers>,
}

/// `ProvisionedPollerConfig` (S82).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProvisionedPollers {
    /// Always there.
    pub minimum: u32,
    /// Never more.
    pub maximum: u32,
}
