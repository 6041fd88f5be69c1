//! Thresholds: whether a report is what the scenario expects.

use super::model::{Concurrency, Distribution, FunctionReport, QueueReport, Report, ThresholdResult};
use crate::scenario::model::{
    Aggregate, FunctionPart, Qualifier, QueueId, Scenario, Threshold, ThresholdSubject,
};
use crate::units::{SimDuration, SimTime};

/// Looks up a percentile (0..=100) that the report does not carry, in the unit of the threshold's limit.
pub type Quantile<'a> = &'a dyn Fn(ThresholdSubject, f64) -> Option<f64>;

/// Looks up the windows of the threshold with this index.
pub type Watched<'a> = &'a dyn Fn(usize) -> Windows;

/// What the windows of a threshold showed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Windows {
    /// The worst value, and when its window began.
    pub worst: Option<(f64, SimTime)>,
    /// The values of windows that follow one another.
    pub each: Vec<Option<f64>>,
}

/// The results of all thresholds, in the order of the scenario. A threshold on something that was not measured
/// fails: silence is no success.
///
/// `quantile` is asked for percentiles other than 50, 90, 95, 99 and 99.9.
///
/// A threshold with a window is judged by the worst value of any window that `watched` tells.
pub fn evaluate(
    scenario: &Scenario,
    report: &Report,
    quantile: Quantile<'_>,
    watched: Watched<'_>,
) -> Vec<ThresholdResult> {
    scenario
        .thresholds
        .iter()
        .enumerate()
        .map(|(index, threshold)| {
            let looked_up = || match threshold.aggregate {
                Some(Aggregate::Percentile(percentile)) => quantile(threshold.subject, percentile),
                _ => None,
            };
            let of_run = || measure(scenario, report, threshold).or_else(looked_up);
            let windows = threshold.window.map(|_| watched(index)).unwrap_or_default();
            let of_window = windows.worst;
            let value = if threshold.window.is_some() { of_window.map(|(value, _)| value) } else { of_run() };
            let value = value.filter(|value| !value.is_nan());
            ThresholdResult {
                metric: threshold.metric.clone(),
                expression: threshold.expression.clone(),
                value,
                passed: value.is_some_and(|value| threshold.comparison.holds(value, threshold.limit)),
                strict: threshold.strict,
                window_from_s: of_window.map(|(_, from)| from.seconds()),
                window_s: threshold.window.map(SimDuration::seconds),
                each_window: windows.each,
            }
        })
        .collect()
}

fn measure(scenario: &Scenario, report: &Report, threshold: &Threshold) -> Option<f64> {
    let Threshold { subject, aggregate, .. } = threshold;
    let of = |part: FunctionPart| measured(scenario, report, part);
    let queue = |id: QueueId| queue(scenario, report, id);
    match *subject {
        ThresholdSubject::Latency(part) => of_distribution(of(part)?.latency, *aggregate),
        ThresholdSubject::Duration(part) => of_distribution(of(part)?.duration, *aggregate),
        ThresholdSubject::ClientLatency(part) => of_distribution(of(part)?.client_latency, *aggregate),
        ThresholdSubject::Throttles(part) => Some(of(part)?.throttles as f64),
        ThresholdSubject::ThrottleRate(part) => of(part)?.throttle_rate,
        ThresholdSubject::ErrorRate(part) => of(part)?.error_rate,
        ThresholdSubject::ColdStartRate(part) => of(part)?.cold_start_rate,
        ThresholdSubject::Concurrency(part) => of_concurrency(of(part)?.concurrency, *aggregate),
        ThresholdSubject::QueueDepth(id) => {
            of_gauge(queue(id)?.depth as f64, queue(id)?.depth_max as f64, *aggregate)
        }
        ThresholdSubject::DrainedAt(id) => queue(id)?.drained_at_s,
        ThresholdSubject::OldestMessageAge(id) => {
            of_gauge(queue(id)?.oldest_age_at_end_s, queue(id)?.oldest_age_max_s, *aggregate)
        }
        ThresholdSubject::IteratorAge(id) => {
            let stream = report.streams.get(&scenario.streams.get(id.0 as usize)?.name)?;
            match aggregate {
                None => Some(stream.iterator_age_at_end_s),
                Some(_) => of_distribution(&stream.iterator_age_ms, *aggregate).map(|millis| millis / 1e3),
            }
        }
        ThresholdSubject::ConnectionErrors(id) => {
            let name = &scenario.downstreams.get(id.0 as usize)?.name;
            Some(report.downstreams.get(name)?.connection_errors as f64)
        }
        ThresholdSubject::CostTotal => report.cost.priced.then(|| report.cost.total.dollars()),
        ThresholdSubject::CostMonthly => report.cost.monthly.map(crate::units::Usd::dollars),
        ThresholdSubject::Metric(subject) => super::measure::measure(report, subject),
    }
}

/// What thresholds may ask of a function, version or alias.
struct Measured<'a> {
    latency: &'a Distribution,
    client_latency: &'a Distribution,
    duration: &'a Distribution,
    throttles: u64,
    throttle_rate: Option<f64>,
    error_rate: Option<f64>,
    cold_start_rate: Option<f64>,
    concurrency: &'a Concurrency,
}

fn measured<'a>(scenario: &Scenario, report: &'a Report, part: FunctionPart) -> Option<Measured<'a>> {
    let config = scenario.functions.get(part.function.0 as usize)?;
    let function = report.functions.get(&config.name)?;
    let part = match part.qualifier {
        None => {
            return Some(Measured {
                latency: &function.latency_ms,
                client_latency: clients_view(function),
                duration: &function.duration_ms,
                throttles: function.throttles.total,
                throttle_rate: function.throttle_rate,
                error_rate: function.error_rate,
                cold_start_rate: function.cold_start_rate,
                concurrency: &function.concurrency,
            });
        }
        Some(Qualifier::Version(index)) => function.versions.get(&config.versions.get(index)?.name)?,
        Some(Qualifier::Alias(index)) => function.aliases.get(&config.aliases.get(index)?.name)?,
    };
    Some(Measured {
        latency: &part.latency_ms,
        // Asked of whole functions only.
        client_latency: &function.client_latency_ms,
        duration: &part.duration_ms,
        throttles: part.throttles.total,
        throttle_rate: part.throttle_rate,
        error_rate: part.error_rate,
        cold_start_rate: part.cold_start_rate,
        concurrency: &part.concurrency,
    })
}

fn queue<'a>(scenario: &Scenario, report: &'a Report, id: QueueId) -> Option<&'a QueueReport> {
    report.queues.get(&scenario.queues.get(id.0 as usize)?.name)
}

/// What clients saw; where nobody has a network or gives up, that is the latency of the function.
fn clients_view(function: &FunctionReport) -> &Distribution {
    if function.client_latency_ms.count > 0 { &function.client_latency_ms } else { &function.latency_ms }
}

/// A distribution without an aggregate is its mean.
fn of_distribution(distribution: &Distribution, aggregate: Option<Aggregate>) -> Option<f64> {
    match aggregate {
        Some(Aggregate::Min) => distribution.min,
        Some(Aggregate::Mean) | None => distribution.mean,
        Some(Aggregate::Max) => distribution.max,
        Some(Aggregate::Percentile(percentile)) => match percentile {
            50.0 => distribution.p50,
            90.0 => distribution.p90,
            95.0 => distribution.p95,
            99.0 => distribution.p99,
            99.9 => distribution.p99_9,
            _ => None,
        },
    }
}

/// A gauge without an aggregate is its value at the end.
fn of_concurrency(concurrency: &Concurrency, aggregate: Option<Aggregate>) -> Option<f64> {
    match aggregate {
        None => Some(concurrency.at_end.into()),
        Some(Aggregate::Max) => Some(concurrency.peak.into()),
        Some(Aggregate::Mean) => concurrency.mean,
        Some(Aggregate::Min) => None,
        Some(Aggregate::Percentile(percentile)) => {
            let quantile = match percentile {
                50.0 => concurrency.p50,
                90.0 => concurrency.p90,
                99.0 => concurrency.p99,
                99.9 => concurrency.p99_9,
                _ => None,
            };
            quantile.map(f64::from)
        }
    }
}

/// A gauge of which the report carries the last and the greatest value.
fn of_gauge(last: f64, greatest: f64, aggregate: Option<Aggregate>) -> Option<f64> {
    match aggregate {
        None => Some(last),
        Some(Aggregate::Max) => Some(greatest),
        Some(Aggregate::Min | Aggregate::Mean | Aggregate::Percentile(_)) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;
    use crate::scenario::model::{Comparison, FunctionId};
    use crate::units::Usd;

    fn distribution() -> Distribution {
        sample::hello().functions["hello"].latency_ms.clone()
    }

    #[test]
    fn each_aggregate_of_a_distribution_is_its_own_number() {
        let of = |aggregate| of_distribution(&distribution(), aggregate);
        assert_eq!(of(None), Some(120.7));
        assert_eq!(of(Some(Aggregate::Mean)), Some(120.7));
        assert_eq!(of(Some(Aggregate::Percentile(99.0))), Some(120.0));
        assert_eq!(of(Some(Aggregate::Percentile(99.9))), Some(520.0));
        assert_eq!(of(Some(Aggregate::Percentile(12.0))), None);
        assert_eq!(of_distribution(&Distribution::default(), Some(Aggregate::Max)), None);
    }

    #[test]
    fn a_gauge_without_an_aggregate_is_its_value_at_the_end() {
        let concurrency = Concurrency { peak: 11, at_end: 2, ..Concurrency::default() };
        assert_eq!(of_concurrency(&concurrency, None), Some(2.0));
        assert_eq!(of_concurrency(&concurrency, Some(Aggregate::Max)), Some(11.0));
        assert_eq!(of_gauge(3.0, 8.0, None), Some(3.0));
        assert_eq!(of_gauge(3.0, 8.0, Some(Aggregate::Max)), Some(8.0));
    }

    #[test]
    fn comparisons_are_exact_at_the_limit() {
        let at_limit = |comparison: Comparison| comparison.holds(0.001, 0.001);
        assert!(!at_limit(Comparison::Less) && at_limit(Comparison::LessOrEqual));
        assert!(!at_limit(Comparison::Greater) && at_limit(Comparison::GreaterOrEqual));
        assert!(at_limit(Comparison::Equal) && !at_limit(Comparison::NotEqual));
    }

    fn threshold(subject: ThresholdSubject, aggregate: Option<Aggregate>, limit: f64) -> Threshold {
        Threshold {
            metric: "metric".to_owned(),
            expression: "expression".to_owned(),
            subject,
            aggregate,
            comparison: Comparison::Less,
            limit,
            window: None,
            strict: true,
        }
    }

    #[test]
    fn what_was_not_measured_fails_and_other_percentiles_are_looked_up() {
        let mut scenario = sample::scenario();
        let latency = ThresholdSubject::Latency(FunctionId(0).into());
        scenario.thresholds = vec![
            threshold(ThresholdSubject::CostMonthly, None, 63.0),
            threshold(latency, Some(Aggregate::Percentile(12.5)), 100.0),
            threshold(ThresholdSubject::CostTotal, None, 1.0),
        ];
        let mut report = sample::hello();
        let results = evaluate(
            &scenario,
            &report,
            &|subject, percentile| (subject == latency && percentile == 12.5).then_some(99.0),
            &|_| Windows::default(),
        );
        assert_eq!(results.iter().map(|result| result.passed).collect::<Vec<_>>(), [true, true, true]);
        report.cost.monthly = None;
        report.cost.total = Usd::ZERO;
        report.cost.priced = false;
        let results = evaluate(&scenario, &report, &|_, _| None, &|_| Windows::default());
        assert_eq!(results.iter().map(|result| result.passed).collect::<Vec<_>>(), [false, false, false]);
        assert_eq!(results[0].value, None);
    }
}
