//! Confidence intervals from the parts of one long run.
//!
//! Means and rates: batch means, rates as the ratio of the sums with the spread of yᵢ − R·xᵢ. Percentiles: sectioning, the
//! percentile of the whole run with the spread of the parts' percentiles about it, so that the bias of short parts does
//! not enter. Both need parts that are long enough to be nearly independent; whether they are is tested and said.

use indexmap::IndexMap;

use crate::report::estimate::{BatchEstimate, BatchMeans};
use crate::report::measure;
use crate::report::model::{Caveat, Report};
use crate::scenario::metric::{Metric, OfFunction, Owners, Subject, Summary};
use crate::scenario::model::Scenario;
use crate::{Options, simulate_observed};

use super::batches::{Batch, Batches};
use super::spread::student;
use super::warm_up;

const METHOD: &str = "batch means by Student's t, rates as ratios of sums; percentiles by sectioning";

/// Events of a rate that each part should have on average.
const EVENTS_EACH: u64 = 2;
/// Latencies that should lie above a percentile in each part.
const ABOVE_EACH: f64 = 10.0;
/// A part that is as long again as neighbours resemble each other has about this correlation with the next.
const FINE_CORRELATION: f64 = 0.1;
/// One-sided 5 % of the normal law: what independent parts exceed by chance once in twenty runs.
const ONE_IN_TWENTY: f64 = 1.645;

/// Simulates `scenario` once, in parts.
pub fn batch_means(scenario: &Scenario, batches: u32, options: &Options<'_>) -> Report {
    let (mut report, observed) = simulate_observed(scenario, options, Batches::new(scenario, batches));
    let length_s = observed.length_s();
    let confidence = scenario.experiment.confidence;
    let mut metrics = IndexMap::new();
    let owners = Owners::of(scenario);
    let all = Metric::all(&owners);
    for (index, parts) in observed.into_functions().enumerate() {
        let of_function = all.iter().filter_map(|metric| match metric.subject {
            Subject::Function(id, of) if id.0 as usize == index => Some((metric, of)),
            _ => None,
        });
        for (metric, of) in of_function {
            let Some(value) = measure(&report, metric.subject) else { continue };
            if let Some(estimate) = estimate(metric, of, value, &parts, length_s, confidence) {
                metrics.insert(metric.name.clone(), estimate);
            }
        }
    }
    let to_s = scenario.traffic_end().seconds();
    let from_s = scenario.warmup.seconds();
    let suggested = warm_up::needed(&report, from_s, to_s);
    let remarks = remarks(&metrics, suggested, to_s);
    let trusted = remarks.is_empty() && metrics.values().all(|one| one.too_short.is_none());
    report.batch_means = Some(BatchMeans {
        batches,
        batch_s: length_s,
        from_s,
        to_s,
        confidence,
        method: METHOD,
        metrics,
        suggested_warmup_s: suggested,
        remarks,
    });
    settle_caveats(&mut report, trusted);
    report
}

/// The intervals take the place of the caveat that one run says nothing about its scatter.
fn settle_caveats(report: &mut Report, trusted: bool) {
    report.caveats.retain(|caveat| caveat.code != "one_run");
    if !trusted {
        let text = format!(
            "One run with seed {}, too short for some of the intervals of its parts (see there): run longer, or use \
             --replications.",
            report.seed
        );
        report.caveats.push(Caveat { code: "one_run", text });
    }
}

fn remarks(metrics: &IndexMap<String, BatchEstimate>, warmup_s: Option<f64>, to_s: f64) -> Vec<String> {
    let mut remarks = Vec::new();
    if let Some(warmup_s) = warmup_s {
        let span = crate::report::figures::seconds(warmup_s);
        remarks.push(if warmup_s >= to_s {
            "No steady part was found (MSER-5): run longer, or use --replications.".to_owned()
        } else {
            format!("The run seems to settle only after {span} (MSER-5): set `warmup` to that, or use --replications.")
        });
    }
    let worst = metrics
        .values()
        .filter(|one| one.too_short.as_deref().is_some_and(|why| why.starts_with(ALIKE)))
        .map(|one| one.neighbours_correlation)
        .fold(0.0, f64::max);
    if worst > 0.0 {
        let times = (worst / FINE_CORRELATION).ceil();
        remarks
            .push(format!("Parts {times} times as long would be nearly independent: run that much longer."));
    }
    remarks
}

/// How the reason begins when parts resemble their neighbours.
const ALIKE: &str = "neighbours resemble each other";

/// What the parts say about a metric; `None` where they do not speak of it.
fn estimate(
    metric: &Metric,
    of: OfFunction,
    value: f64,
    parts: &[Batch],
    batch_s: f64,
    confidence: f64,
) -> Option<BatchEstimate> {
    let (deviations, events) = match of {
        OfFunction::ThrottleRate => of_rate(parts, "throttles", |part| (part.throttles, part.attempts)),
        OfFunction::ErrorRate => of_rate(parts, "failures", |part| (part.failures, part.invocations)),
        OfFunction::ColdStartRate => {
            of_rate(parts, "cold starts", |part| (part.cold_starts, part.invocations))
        }
        OfFunction::Latency(Summary::Mean) => {
            let sums = |part: &Batch| (part.latency_nanos as f64 / 1e6, part.completed as f64);
            (ratio(parts, sums)?, None)
        }
        OfFunction::Latency(summary) => of_percentile(parts, share(summary)?, value)?,
        OfFunction::Concurrency(crate::scenario::metric::Level::Mean) => {
            (ratio(parts, |part| (part.busy_nanos as f64 / 1e9, batch_s))?, None)
        }
        _ => return None,
    };
    let spread = Deviations(deviations);
    let alike = spread.neighbours_correlation();
    let limit = ONE_IN_TWENTY / (parts.len() as f64).sqrt();
    let too_short = events.or_else(|| (alike > limit).then(|| format!("{ALIKE}: too short")));
    Some(BatchEstimate {
        unit: metric.unit(),
        value,
        half_width: too_short.is_none().then(|| spread.half_width(confidence)),
        neighbours_correlation: alike,
        too_short,
    })
}

type Judged = (Vec<f64>, Option<String>);

/// The deviations of a rate, and why there are too few events.
fn of_rate(parts: &[Batch], events: &str, counts: impl Fn(&Batch) -> (u64, u64)) -> Judged {
    let total: u64 = parts.iter().map(|part| counts(part).0).sum();
    let few = total > 0 && total < EVENTS_EACH * parts.len() as u64;
    let as_floats = |part: &Batch| (counts(part).0 as f64, counts(part).1 as f64);
    let deviations = ratio(parts, as_floats).unwrap_or_else(|| vec![0.0; parts.len()]);
    (deviations, few.then(|| format!("{total} {events} are few")))
}

/// Deviations of y from R·x, R = Σy / Σx, in units of R.
fn ratio(parts: &[Batch], sums: impl Fn(&Batch) -> (f64, f64)) -> Option<Vec<f64>> {
    let pairs: Vec<(f64, f64)> = parts.iter().map(sums).collect();
    let (y, x) = pairs.iter().fold((0.0, 0.0), |(y, x), pair| (y + pair.0, x + pair.1));
    let mean_x = x / parts.len() as f64;
    (x > 0.0).then(|| pairs.iter().map(|pair| (pair.0 - y / x * pair.1) / mean_x).collect())
}

/// Deviations of the parts' percentiles from that of the whole run.
fn of_percentile(parts: &[Batch], share: f64, whole: f64) -> Option<Judged> {
    let fewest = parts.iter().map(|part| part.completed).min().unwrap_or(0);
    if fewest as f64 * (1.0 - share) < ABOVE_EACH {
        let few = format!("{} latencies a part are few", crate::report::figures::thousands(fewest));
        return Some((vec![0.0; parts.len()], Some(few)));
    }
    let of_part = |part: &Batch| part.latencies.as_ref()?.quantiles_ms([share]).map(|[value]| value - whole);
    let deviations: Option<Vec<f64>> = parts.iter().map(of_part).collect();
    Some((deviations?, None))
}

fn share(summary: Summary) -> Option<f64> {
    match summary {
        Summary::P50 => Some(0.5),
        Summary::P90 => Some(0.9),
        Summary::P95 => Some(0.95),
        Summary::P99 => Some(0.99),
        Summary::P99_9 => Some(0.999),
        Summary::Mean | Summary::Min | Summary::Max => None,
    }
}

/// How far the parts lie from the whole, in their order.
struct Deviations(Vec<f64>);

impl Deviations {
    fn half_width(&self, confidence: f64) -> f64 {
        let count = self.0.len() as f64;
        let squares: f64 = self.0.iter().map(|one| one * one).sum();
        student(self.0.len() as u64 - 1, confidence) * (squares / (count - 1.0) / count).sqrt()
    }

    /// Lag-1 correlation; 0 where nothing scatters.
    fn neighbours_correlation(&self) -> f64 {
        let mean = self.0.iter().sum::<f64>() / self.0.len() as f64;
        let squares: f64 = self.0.iter().map(|one| (one - mean) * (one - mean)).sum();
        let products: f64 = self.0.windows(2).map(|pair| (pair[0] - mean) * (pair[1] - mean)).sum();
        if squares > 0.0 { products / squares } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_that_rise_together_are_correlated_and_alternating_ones_are_not() {
        let rising = Deviations((0..20).map(f64::from).collect());
        assert!(rising.neighbours_correlation() > 0.8);
        let alternating = Deviations((0..20).map(|n| f64::from(n % 2)).collect());
        assert!(alternating.neighbours_correlation() < -0.8);
        assert_eq!(Deviations(vec![0.0; 20]).neighbours_correlation(), 0.0);
    }

    /// y = 1, 3 of x = 10, 10: R = 0.2, deviations ∓1/10; s² = 0.02, half width t(1)·√(0.02/2).
    #[test]
    fn the_interval_of_a_rate_by_hand() {
        let part = |throttles| Batch { throttles, attempts: 10, ..Batch::default() };
        let (deviations, few) =
            of_rate(&[part(1), part(3)], "throttles", |one| (one.throttles, one.attempts));
        assert_eq!(few, None);
        assert!((deviations[0] + 0.1).abs() < 1e-12 && (deviations[1] - 0.1).abs() < 1e-12);
        let half = Deviations(deviations).half_width(0.95);
        assert!((half - 12.706_204_736_432_1 * 0.1).abs() < 1e-9, "{half}");
    }
}
