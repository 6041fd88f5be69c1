//! Words about thresholds that all renderings share.

use super::figures::metric_value;
use super::model::ThresholdResult;

/// The measured value in the unit of its metric.
pub(super) fn measured(threshold: &ThresholdResult) -> String {
    threshold
        .value
        .map_or_else(|| "nothing was measured".to_owned(), |value| metric_value(&threshold.metric, value))
}

/// One word for the outcome.
pub(super) fn outcome(threshold: &ThresholdResult) -> &'static str {
    match (threshold.passed, threshold.strict) {
        (true, _) => "passed",
        (false, true) => "failed",
        (false, false) => "failed, not strict",
    }
}

/// Whether a threshold that decides the exit status failed.
pub fn a_strict_threshold_failed(thresholds: &[ThresholdResult]) -> bool {
    thresholds.iter().any(|threshold| threshold.strict && !threshold.passed)
}
