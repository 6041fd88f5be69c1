//! Axes that begin at zero, with round ticks and a unit.

use std::ops::Range;

use plotters::coord::ranged1d::{DefaultFormatting, KeyPointHint, Ranged};

use crate::report::figures::{decimal, fixed};

/// Ticks that an axis has at least room for.
const TICKS: f64 = 5.0;
/// Ticks that a time axis has room for.
const TIME_TICKS: f64 = 9.0;

/// One axis of a picture.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    /// What it shows, with its unit.
    pub(super) label: String,
    /// Left or lower end; 0 but on a logarithmic axis.
    pub(super) from: f64,
    /// Right or upper end.
    pub(super) to: f64,
    /// Marked values.
    pub(super) ticks: Vec<f64>,
    /// Powers of ten instead of equal steps.
    pub(super) logarithmic: bool,
    /// Decimals of the ticks.
    places: usize,
    /// `%`, `$`: put after or before the number of a tick.
    prefix: &'static str,
    suffix: &'static str,
}

impl Axis {
    /// From 0 to a round number at or above `largest`. `whole`: only whole ticks, for counts.
    pub(super) fn from_zero(label: impl Into<String>, largest: f64, whole: bool) -> Self {
        let largest = if largest.is_finite() && largest > 0.0 { largest } else { 1.0 };
        let mut step = round_step(largest / TICKS);
        if whole {
            step = step.max(1.0);
        }
        let steps = (largest / step - 1e-9).ceil().max(1.0);
        let ticks = (0..=steps as u32).map(|tick| f64::from(tick) * step).collect();
        Self { places: places(step), to: steps * step, ticks, ..Self::unmarked(label.into()) }
    }

    /// From 0 to exactly `end`: time that ends when the run ends.
    pub(super) fn until(label: impl Into<String>, end: f64, steps: &[f64]) -> Self {
        let end = if end.is_finite() && end > 0.0 { end } else { 1.0 };
        let step = steps
            .iter()
            .copied()
            .find(|step| end / step <= TIME_TICKS)
            .unwrap_or_else(|| round_step(end / TICKS));
        let ticks = (0..=(end / step + 1e-9).floor() as u32).map(|tick| f64::from(tick) * step).collect();
        Self { places: places(step), to: end, ticks, ..Self::unmarked(label.into()) }
    }

    /// Powers of ten around `smallest` and `largest`, both positive; with 2 and 5 where there is room.
    pub(super) fn powers(label: impl Into<String>, smallest: f64, largest: f64) -> Self {
        let mut marks = Vec::new();
        let mut decade = 1e-6;
        while decade < largest * 10.0 {
            marks.extend([1.0, 2.0, 5.0].map(|digit| digit * decade));
            decade *= 10.0;
        }
        let first = marks.iter().rposition(|mark| *mark <= smallest).unwrap_or(0);
        let last = marks.iter().position(|mark| *mark >= largest).unwrap_or(marks.len() - 1).max(first + 1);
        let (from, to) = (marks[first], marks[last]);
        let all = &marks[first..=last];
        let ticks = if all.len() <= 8 {
            all.to_vec()
        } else {
            marks[..=last].iter().step_by(3).copied().filter(|mark| *mark >= from).collect()
        };
        Self { places: places(from), from, to, ticks, logarithmic: true, ..Self::unmarked(label.into()) }
    }

    fn unmarked(label: String) -> Self {
        Self {
            label,
            from: 0.0,
            to: 1.0,
            ticks: Vec::new(),
            logarithmic: false,
            places: 0,
            prefix: "",
            suffix: "",
        }
    }

    /// The same axis in dollars: no tick has a single decimal.
    pub(super) fn in_dollars(self) -> Self {
        let places = if self.places == 1 { 2 } else { self.places };
        Self { prefix: "$", places, ..self }
    }

    /// The same axis in percent.
    pub(super) fn in_percent(self) -> Self {
        Self { suffix: "%", ..self }
    }

    /// The text of a tick.
    pub(super) fn tick(&self, value: f64) -> String {
        let number = if self.logarithmic { decimal(value, self.places) } else { fixed(value, self.places) };
        format!("{}{number}{}", self.prefix, self.suffix)
    }
}

/// The unit in which latencies and ages up to `largest_ms` are easy to read, and what ms are multiplied with to be in it.
pub(super) fn unit_of_latency(largest_ms: f64) -> (&'static str, f64) {
    if largest_ms >= 10_800_000.0 {
        ("h", 1.0 / 3_600_000.0)
    } else if largest_ms >= 180_000.0 {
        ("min", 1.0 / 60_000.0)
    } else if largest_ms >= 2_000.0 {
        ("s", 1e-3)
    } else {
        ("ms", 1.0)
    }
}

/// Decimals that a multiple of `step` needs.
fn places(step: f64) -> usize {
    let mut scaled = step;
    let mut places = 0;
    while (scaled - scaled.round()).abs() > 1e-6 * scaled && places < 9 {
        scaled *= 10.0;
        places += 1;
    }
    places
}

/// An axis as the drawing library sees it: where a value lies between two pixels.
#[derive(Clone, Debug)]
pub(super) struct Scale(Axis);

impl Scale {
    pub(super) fn of(axis: &Axis) -> Self {
        Self(axis.clone())
    }
}

impl Ranged for Scale {
    type FormatOption = DefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, (low, high): (i32, i32)) -> i32 {
        let Axis { from, to, logarithmic, .. } = self.0;
        let share = if logarithmic {
            libm::log10(value.max(from) / from) / libm::log10(to / from)
        } else {
            (value - from) / (to - from)
        };
        low + (f64::from(high - low) * share.clamp(0.0, 1.0)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        self.0.ticks.clone()
    }

    fn range(&self) -> Range<f64> {
        self.0.from..self.0.to
    }
}

/// The smallest of 1, 2, 5 × 10ⁿ that is at least `step`.
fn round_step(step: f64) -> f64 {
    let mut decade = 1e-9;
    while decade * 10.0 <= step {
        decade *= 10.0;
    }
    [1.0, 2.0, 5.0, 10.0]
        .map(|digit| digit * decade)
        .into_iter()
        .find(|round| *round >= step * (1.0 - 1e-9))
        .unwrap_or(decade)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_ends_at_a_round_number_above_the_largest_value() {
        assert_eq!(Axis::from_zero("", 11.0, true).to, 15.0);
        assert_eq!(Axis::from_zero("", 10.0, true).to, 10.0);
        assert_eq!(Axis::from_zero("", 671.0, true).to, 800.0);
    }

    #[test]
    fn latencies_are_told_in_a_unit_that_is_easy_to_read() {
        assert_eq!(unit_of_latency(1_999.0), ("ms", 1.0));
        assert_eq!(unit_of_latency(10_000.0), ("s", 1e-3));
        assert_eq!(unit_of_latency(900_000.0).0, "min");
    }

    #[test]
    fn counts_have_no_half_ticks() {
        assert_eq!(Axis::from_zero("", 2.0, true).ticks, [0.0, 1.0, 2.0]);
        assert_eq!(Axis::from_zero("", 0.0, true).ticks, [0.0, 1.0]);
    }

    #[test]
    fn a_logarithmic_axis_covers_the_smallest_and_the_largest() {
        let axis = Axis::powers("", 88.0, 9_998.0);
        assert!(axis.from <= 88.0 && axis.to >= 9_998.0);
        assert!(axis.ticks.len() >= 3);
        let one = Axis::powers("", 120.0, 120.0);
        assert!(one.from < one.to);
    }
}
