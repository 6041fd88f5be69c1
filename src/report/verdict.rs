//! Words about thresholds that all renderings share.

use super::estimate::ThresholdHeld;
use super::figures::{metric_value, seconds};
use super::model::ThresholdResult;

/// The measured value in the unit of its metric.
pub(super) fn measured(threshold: &ThresholdResult) -> String {
    let value = threshold.value.map(|value| metric_value(&threshold.metric, value));
    match (value, threshold.window_s, threshold.window_from_s) {
        (Some(value), Some(_), Some(from)) => format!("{value} (worst from {})", seconds(from)),
        (Some(value), ..) => value,
        (None, Some(length), _) => format!("nothing was measured in any window of {}", seconds(length)),
        (None, ..) => "nothing was measured".to_owned(),
    }
}

/// One word for the outcome.
pub(super) fn outcome(threshold: &ThresholdResult) -> &'static str {
    match (threshold.passed, threshold.strict) {
        (true, _) => "passed",
        (false, true) => "failed",
        (false, false) => "failed, not strict",
    }
}

/// `held in 18 of 20 runs`.
pub(super) fn held(one: &ThresholdHeld) -> String {
    let not_strict = if one.strict || one.held == one.runs { "" } else { "   (not strict)" };
    format!("held in {} of {} runs{not_strict}", one.held, one.runs)
}

/// Whether a threshold that decides the exit status failed.
pub fn a_strict_threshold_failed(thresholds: &[ThresholdResult]) -> bool {
    thresholds.iter().any(|threshold| threshold.strict && !threshold.passed)
}
