//! Which functions are shown when there are too many to show.

use std::cmp::Reverse;

use super::model::{FunctionReport, Report};

/// At most `count` functions: all in the order of the scenario, or those with the most throttles, then cost.
/// The second value is how many were left out.
pub(super) fn functions(report: &Report, count: usize) -> (Vec<(&str, &FunctionReport)>, usize) {
    let mut functions: Vec<_> =
        report.functions.iter().map(|(name, function)| (name.as_str(), function)).collect();
    let left_out = functions.len().saturating_sub(count);
    if left_out > 0 {
        // A stable sort: equal functions stay in the order of the scenario.
        functions.sort_by_key(|(_, function)| Reverse((function.throttles.total, function.cost_usd)));
        functions.truncate(count);
    }
    (functions, left_out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn too_many_functions_are_led_by_the_throttled_ones() {
        let report = sample::many();
        let (shown, left_out) = functions(&report, 15);
        assert_eq!((shown.len(), left_out), (15, 85));
        assert_eq!(shown[0].0, "function-with-a-name-094");
        assert_eq!(shown[14].0, "function-with-a-name-000", "the dearest of those without throttles");
    }

    #[test]
    fn few_functions_keep_the_order_of_the_scenario() {
        let report = sample::busy();
        let (shown, left_out) = functions(&report, 2);
        assert_eq!((shown[0].0, shown[1].0, left_out), ("checkout", "send-receipt", 0));
    }
}
