//! Differences in words: "1.8 ± 0.1 times cheaper, latency p99 340 ± 12 ms lower".

use crate::experiment::paired::{Difference, Ratio};
use crate::experiment::pictures;
use crate::report::estimate_text::interval;
use crate::report::figures::{decimal, fixed};
use crate::scenario::metric::{Metric, MetricUnit, Subject};

/// What is said about a metric.
pub(crate) enum Words {
    /// It differs, and not by chance.
    Differs(String),
    /// It differs in what was simulated, which may be chance.
    MayBeChance(String),
    /// It is the same in every run.
    Same(String),
}

/// From so much on a ratio is told as "1.8 times", below as a percentage.
const TIMES: f64 = 1.1;

impl Words {
    /// About `metric`; its owner is left out where that is `only`.
    pub(crate) fn about(metric: &Metric, difference: &Difference, only: Option<&str>) -> Self {
        let name = pictures::name(metric, only);
        let is_bill = matches!(metric.subject, Subject::Cost(_));
        let lower = difference.difference < 0.0;
        let told = match difference.ratio {
            Some(ratio) if is_bill => times(ratio, if lower { "cheaper" } else { "dearer" }),
            _ => format!("{name} {} {}", apart(difference), if lower { "lower" } else { "higher" }),
        };
        if difference.significant {
            Self::Differs(told)
        } else if difference.difference == 0.0 && difference.half_width.is_none_or(|half| half == 0.0) {
            Self::Same(name)
        } else {
            Self::MayBeChance(format!("{name} ({})", signed(difference)))
        }
    }
}

/// `1.8 ± 0.1 times cheaper`, or `3.2 ± 0.4 % cheaper` where that is close to once.
pub(crate) fn times(ratio: Ratio, word: &str) -> String {
    let (mut value, mut half) = (ratio.value, ratio.half_width.unwrap_or(0.0));
    if value < 1.0 {
        // The ratio of the other by this: the relative width stays.
        half /= value * value;
        value = 1.0 / value;
    }
    if value < TIMES {
        // Less than the dearer one, more than the cheaper one.
        let (less, width) =
            if word == "cheaper" { (1.0 - 1.0 / value, half / (value * value)) } else { (value - 1.0, half) };
        return format!("{} {word}", number(less * 100.0, width * 100.0, " %"));
    }
    format!("{} {word}", number(value, half, " times"))
}

/// A number with as many decimals as its half width deserves.
fn number(value: f64, half: f64, suffix: &str) -> String {
    if half <= 1e-6 * value.abs() {
        return format!("{}{suffix}", decimal(value, 2));
    }
    let leading = libm::floor(libm::log10(half) + 1e-9);
    let places = (1.0 - leading).clamp(0.0, 6.0) as usize;
    format!("{} ± {}{suffix}", fixed(value, places), fixed(half, places))
}

/// How far apart, without a sign: rates in percentage points.
pub(crate) fn apart(difference: &Difference) -> String {
    let text = interval(difference.baseline.unit, difference.difference.abs(), difference.half_width);
    if difference.baseline.unit != MetricUnit::Share {
        return text;
    }
    let number = text.trim_end_matches('%').trim_end();
    format!("{number} points")
}

/// The same with its sign.
pub(super) fn signed(difference: &Difference) -> String {
    let sign = if difference.difference < 0.0 { "−" } else { "+" };
    if difference.difference == 0.0 { "0".to_owned() } else { format!("{sign}{}", apart(difference)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_is_told_as_times_and_a_small_one_in_percent() {
        let ratio = |value, half| Ratio { value, half_width: Some(half) };
        assert_eq!(times(ratio(1.8, 0.1), "cheaper"), "1.80 ± 0.10 times cheaper");
        assert_eq!(times(ratio(0.5, 0.01), "dearer"), "2.000 ± 0.040 times dearer");
        // 100 against 95.24: 4.76 % less.
        assert_eq!(times(ratio(1.05, 0.0), "cheaper"), "4.76 % cheaper");
        // 95 against 100: 5.26 % more.
        assert_eq!(times(ratio(0.95, 0.0), "dearer"), "5.26 % dearer");
    }
}
