//! From series on the report's grid to steps that a picture can draw: few enough points, gaps kept.

use super::axis::Axis;
use crate::report::model::{FunctionSeries, Report};

/// Steps that a picture has room for.
const STEPS: usize = 500;

/// The common time axis of a picture.
#[derive(Clone, Debug)]
pub(super) struct TimeGrid {
    step_s: f64,
    points: usize,
    /// Grid points that become one step.
    together: usize,
    unit: TimeUnit,
}

#[derive(Clone, Copy, Debug)]
struct TimeUnit {
    seconds: f64,
    name: &'static str,
    steps: &'static [f64],
}

const UNITS: [TimeUnit; 4] = [
    TimeUnit { seconds: 86_400.0, name: "days", steps: &[1.0, 2.0, 5.0, 7.0, 14.0, 30.0, 60.0] },
    TimeUnit { seconds: 3_600.0, name: "h", steps: &[0.5, 1.0, 2.0, 3.0, 6.0, 12.0] },
    TimeUnit { seconds: 60.0, name: "min", steps: &[0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0] },
    TimeUnit { seconds: 1.0, name: "s", steps: &[0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0] },
];

impl TimeGrid {
    pub(super) fn new(report: &Report) -> Self {
        let series = &report.time_series;
        let longest = |lengths: &mut dyn Iterator<Item = usize>| lengths.max().unwrap_or(0);
        let points =
            longest(&mut series.functions.values().map(|one| one.requests.len().max(one.concurrency.len())))
                .max(longest(&mut series.queues.values().map(|one| one.depth.len())))
                .max(series.cost_usd.len());
        let step_s = if series.step_s > 0.0 { series.step_s } else { 1.0 };
        let span = points as f64 * step_s;
        // Three of a unit are enough to speak in it.
        let unit = UNITS.into_iter().find(|unit| span >= 3.0 * unit.seconds).unwrap_or(UNITS[3]);
        Self { step_s, points, together: points.div_ceil(STEPS).max(1), unit }
    }

    /// The horizontal axis.
    pub(super) fn axis(&self) -> Axis {
        let span = self.points as f64 * self.step_s / self.unit.seconds;
        Axis::until(format!("simulated time ({})", self.unit.name), span, self.unit.steps)
    }

    /// Length of one step, s.
    pub(super) fn step_s(&self) -> f64 {
        self.step_s * self.together as f64
    }

    /// Steps of `values`, each step made of several values by `combine`; absent values leave gaps.
    pub(super) fn steps(&self, values: &[Option<f64>], combine: fn(&[f64]) -> f64) -> Vec<Vec<(f64, f64)>> {
        let mut pieces = Vec::new();
        let mut piece: Vec<(f64, f64)> = Vec::new();
        for (index, chunk) in values.chunks(self.together).enumerate() {
            let present: Vec<f64> =
                chunk.iter().flatten().copied().filter(|value| value.is_finite()).collect();
            if present.is_empty() {
                if !piece.is_empty() {
                    pieces.push(std::mem::take(&mut piece));
                }
                continue;
            }
            let value = combine(&present);
            let at = |point: usize| point as f64 * self.step_s / self.unit.seconds;
            let start = index * self.together;
            let end = start + chunk.len();
            // Two steps of the same height are one.
            if let [.., (_, before), (last, height)] = piece.as_mut_slice()
                && *before == value
                && *height == value
            {
                *last = at(end);
                continue;
            }
            piece.extend([(at(start), value), (at(end), value)]);
        }
        if !piece.is_empty() {
            pieces.push(piece);
        }
        pieces
    }

    /// Steps of counts per grid point, as a rate per second.
    pub(super) fn rate(&self, counts: &[u64]) -> Vec<Vec<(f64, f64)>> {
        let per_second: Vec<_> = counts.iter().map(|count| Some(*count as f64 / self.step_s)).collect();
        self.steps(&per_second, mean)
    }

    /// A horizontal line over the whole time.
    pub(super) fn level(&self, height: f64) -> Vec<Vec<(f64, f64)>> {
        vec![vec![(0.0, height), (self.axis().to, height)]]
    }
}

pub(super) fn largest(values: &[f64]) -> f64 {
    values.iter().copied().fold(0.0, f64::max)
}

pub(super) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

pub(super) fn sum(values: &[f64]) -> f64 {
    values.iter().sum()
}

/// Highest point of some pieces.
pub(super) fn top(pieces: &[Vec<(f64, f64)>]) -> f64 {
    pieces.iter().flatten().map(|(_, height)| *height).fold(0.0, f64::max)
}

/// Counts of all functions added up, grid point by grid point.
pub(super) fn total(report: &Report, counts: fn(&FunctionSeries) -> &[u64]) -> Vec<u64> {
    let mut sums: Vec<u64> = Vec::new();
    for series in report.time_series.functions.values() {
        let counts = counts(series);
        sums.resize(sums.len().max(counts.len()), 0);
        for (sum, count) in sums.iter_mut().zip(counts) {
            *sum += count;
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn a_gap_in_the_data_is_a_gap_in_the_line() {
        let grid = TimeGrid::new(&sample::single());
        let pieces = grid.steps(&[Some(1.0), None, Some(2.0)], largest);
        assert_eq!(pieces, [vec![(0.0, 1.0), (1.0, 1.0)], vec![(2.0, 2.0), (3.0, 2.0)]]);
    }

    #[test]
    fn equal_steps_are_joined() {
        let grid = TimeGrid::new(&sample::single());
        assert_eq!(grid.steps(&[Some(3.0); 3], largest), [vec![(0.0, 3.0), (3.0, 3.0)]]);
    }

    #[test]
    fn a_long_run_keeps_its_highest_point_in_few_steps() {
        let mut report = sample::single();
        report.time_series.cost_usd = vec![0.0; 3_600];
        let grid = TimeGrid::new(&report);
        let mut values = vec![Some(1.0); 3_600];
        values[1_234] = Some(99.0);
        let pieces = grid.steps(&values, largest);
        assert_eq!(top(&pieces), 99.0);
        assert!(pieces[0].len() <= 2 * STEPS);
        assert_eq!(grid.axis().label, "simulated time (min)");
    }
}
