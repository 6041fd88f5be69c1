//! How much of a run belongs to its start: MSER-5 (White, Cobb and Spratt, 2000). Of the means of five neighbouring points
//! so many are cut from the start that the standard error of the rest is least.

use crate::report::model::{FunctionSeries, Report};

/// Points that are joined first.
const TOGETHER: usize = 5;
/// Fewer joined points say nothing.
const FEWEST: usize = 20;
/// A start shorter than this share of the run is chance.
const NEGLIGIBLE: f64 = 0.1;
/// Functions that are looked at.
const LOOKED_AT: usize = 20;

/// The instant from which the run is steady, s, if that is clearly later than `from_s`; `to_s` if it never is.
pub(super) fn needed(report: &Report, from_s: f64, to_s: f64) -> Option<f64> {
    let step_s = report.time_series.step_s;
    let points = |series: &[f64]| -> Vec<f64> {
        let (first, end) = ((from_s / step_s).ceil() as usize, (to_s / step_s) as usize);
        series.iter().take(end).skip(first).copied().collect()
    };
    let cut = |values: &[f64]| settled_after(&points(values));
    let of_function = |series: &FunctionSeries| {
        let environments: Vec<f64> = series.environments.iter().copied().map(f64::from).collect();
        [cut(&series.concurrency_mean), cut(&environments)].into_iter().flatten().max()
    };
    let functions = report.time_series.functions.values().take(LOOKED_AT);
    let latest = functions.filter_map(of_function).max()?;
    let (span_s, settled_s) = (to_s - from_s, latest as f64 * step_s);
    if settled_s < NEGLIGIBLE * span_s {
        return None;
    }
    // MSER looks at the first half only: a cut there means that there may be more.
    Some(if settled_s >= 0.48 * span_s { to_s } else { from_s + settled_s })
}

/// Points to cut from the start; `None` where there are too few to say.
fn settled_after(points: &[f64]) -> Option<usize> {
    let joined: Vec<f64> =
        points.chunks_exact(TOGETHER).map(|five| five.iter().sum::<f64>() / TOGETHER as f64).collect();
    if joined.len() < FEWEST {
        return None;
    }
    // Sums from the end, so that each cut costs one step.
    let (mut count, mut sum, mut squares) = (0.0, 0.0, 0.0);
    let mut best = (f64::INFINITY, 0);
    for (index, value) in joined.iter().enumerate().rev() {
        count += 1.0;
        sum += value;
        squares += value * value;
        let error = ((squares - sum * sum / count) / (count * count)).max(0.0);
        if index <= joined.len() / 2 && error <= best.0 {
            best = (error, index);
        }
    }
    Some(best.1 * TOGETHER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_that_differs_is_cut_and_a_steady_run_is_not() {
        let wobble = |n: usize| ((n * 7_919) % 101) as f64 / 101.0;
        let start: Vec<f64> = (0..1_000).map(|n| if n < 200 { 5.0 } else { 0.0 } + wobble(n)).collect();
        let cut = settled_after(&start).unwrap();
        assert!((200..=220).contains(&cut), "{cut}: all of the start and hardly more");
        let steady: Vec<f64> = (0..1_000).map(wobble).collect();
        assert!(settled_after(&steady).unwrap() < 100);
        assert_eq!(settled_after(&steady[..50]), None);
        assert_eq!(settled_after(&vec![3.0; 1_000]), Some(0), "nothing is cut from what does not change");
    }
}
