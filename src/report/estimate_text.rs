//! Values with their uncertainty as people read them: `340 ± 12 ms`, `1.23 ± 0.05 %`, `$18.67 ± 0.12`.

use super::figures::{decimal, dollars, fixed, millis, percent, seconds, short};
use crate::scenario::metric::{Metric, MetricUnit};
use crate::units::Usd;

/// A value alone, in the unit of its metric.
pub fn value(unit: MetricUnit, value: f64) -> String {
    if value < 0.0 {
        return format!("-{}", self::value(unit, -value));
    }
    match unit {
        MetricUnit::Millis => millis(value),
        MetricUnit::Seconds => seconds(value),
        MetricUnit::Share => percent(value),
        MetricUnit::Count if value >= 1_000.0 => decimal(value, 1),
        MetricUnit::Count => short(value),
        MetricUnit::Dollars => dollars(Usd::from_units((value * 1e12).round() as i128 * 10_i128.pow(14))),
    }
}

/// A value with half the width of its interval: as many decimals as the half width deserves.
pub fn interval(unit: MetricUnit, value: f64, half_width: Option<f64>) -> String {
    let Some(half) = half_width.filter(|half| significant(value, *half)) else {
        return self::value(unit, value);
    };
    let scale = Scale::of(unit, value.abs().max(half));
    let places = places(half * scale.factor);
    let sign = if value < 0.0 { "-" } else { "" };
    format!(
        "{sign}{}{} ± {}{}",
        scale.prefix,
        fixed(value.abs() * scale.factor, places),
        fixed(half * scale.factor, places),
        scale.suffix
    )
}

/// The least and the greatest of some values, with enough decimals to tell them apart: `120.6 to 121.2 ms`.
pub fn range(unit: MetricUnit, least: f64, greatest: f64) -> String {
    let scale = Scale::of(unit, greatest.abs().max(least.abs()));
    let places = places((greatest - least) * scale.factor);
    let number = |value: f64| fixed(value * scale.factor, places);
    format!("{}{} to {}{}", scale.prefix, number(least), number(greatest), scale.suffix)
}

/// What is smaller than a millionth of the value is the rounding of sums, not uncertainty.
fn significant(value: f64, half_width: f64) -> bool {
    half_width.is_finite() && half_width > 1e-6 * value.abs()
}

/// Decimals that leave two digits of `half`.
fn places(half: f64) -> usize {
    let leading = libm::floor(libm::log10(half) + 1e-9);
    (1.0 - leading).clamp(0.0, 9.0) as usize
}

struct Scale {
    factor: f64,
    prefix: &'static str,
    suffix: &'static str,
}

impl Scale {
    fn of(unit: MetricUnit, size: f64) -> Self {
        let (factor, prefix, suffix) = match unit {
            MetricUnit::Millis if size < 1_000.0 => (1.0, "", " ms"),
            MetricUnit::Millis => (1e-3, "", " s"),
            MetricUnit::Seconds => (1.0, "", " s"),
            MetricUnit::Share => (100.0, "", " %"),
            MetricUnit::Count => (1.0, "", ""),
            MetricUnit::Dollars => (1.0, "$", ""),
        };
        Self { factor, prefix, suffix }
    }
}

/// The name of a metric in words, without its owner: `latency p99`, `throttle rate`, `cost`.
pub fn quantity(metric: &str, owner: &str) -> String {
    let quantity = metric.strip_prefix(owner).and_then(|rest| rest.strip_prefix('.')).unwrap_or(metric);
    // Only the first point separates: that of p99.9 is a decimal point.
    quantity.replacen('.', " ", 1).replace('_', " ")
}

/// The owner of a metric among `names`, or `cost`, `ledger`.
pub fn owner<'m>(metric: &'m Metric, names: &crate::scenario::metric::Owners<'m>) -> &'m str {
    use crate::scenario::metric::Subject;
    let at = |all: &[&'m str], index: u32| all.get(index as usize).copied().unwrap_or_default();
    match metric.subject {
        Subject::Function(id, _) => at(&names.functions, id.0),
        Subject::Queue(id, _) => at(&names.queues, id.0),
        Subject::Client(id, _) => at(&names.clients, id.0),
        Subject::Cost(_) => "cost",
        Subject::Ledger(_) => "ledger",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_has_as_many_decimals_as_its_uncertainty_deserves() {
        let ms = |value, half| interval(MetricUnit::Millis, value, Some(half));
        assert_eq!(ms(340.2, 12.34), "340 ± 12 ms");
        assert_eq!(ms(340.2, 1.234), "340.2 ± 1.2 ms");
        assert_eq!(ms(5_340.0, 220.0), "5.34 ± 0.22 s");
        assert_eq!(ms(-340.2, 12.34), "-340 ± 12 ms");
        assert_eq!(ms(0.5, 2_000.0), "0.0 ± 2.0 s");
        assert_eq!(ms(340.2, 234.0), "340 ± 234 ms");
        assert_eq!(interval(MetricUnit::Share, 0.012_345, Some(0.000_521)), "1.234 ± 0.052 %");
        assert_eq!(interval(MetricUnit::Dollars, 18.672, Some(0.121)), "$18.67 ± 0.12");
        assert_eq!(interval(MetricUnit::Count, 1_234_567.0, Some(1_000.0)), "1,234,567 ± 1,000");
    }

    #[test]
    fn what_does_not_scatter_has_no_interval() {
        assert_eq!(interval(MetricUnit::Millis, 120.0, Some(0.0)), "120ms");
        assert_eq!(interval(MetricUnit::Millis, 120.0, Some(1e-12)), "120ms");
        assert_eq!(interval(MetricUnit::Millis, 120.0, None), "120ms");
        assert_eq!(value(MetricUnit::Dollars, -1.5), "-$1.50");
    }

    #[test]
    fn a_range_tells_its_ends_apart() {
        assert_eq!(range(MetricUnit::Millis, 120.61, 121.18), "120.61 to 121.18 ms");
        assert_eq!(range(MetricUnit::Count, 10.0, 20.0), "10 to 20");
        assert_eq!(range(MetricUnit::Dollars, 0.007_096, 0.007_383), "$0.00710 to 0.00738");
    }

    #[test]
    fn a_metric_is_told_in_words() {
        assert_eq!(quantity("api.latency.p99.9", "api"), "latency p99.9");
        assert_eq!(quantity("api.cold_start_rate", "api"), "cold start rate");
        assert_eq!(quantity("cost.total", "cost"), "total");
    }
}
