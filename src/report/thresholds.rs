//! Thresholds: whether a report is what the scenario expects.

use super::model::{Concurrency, Distribution, FunctionReport, QueueReport, Report, ThresholdResult};
use crate::scenario::model::{
    Aggregate, Comparison, FunctionId, QueueId, Scenario, Threshold, ThresholdSubject,
};

/// Looks up a percentile (0..=100) that the report does not carry, in the unit of the threshold's limit.
pub type Quantile<'a> = &'a dyn Fn(ThresholdSubject, f64) -> Option<f64>;

/// The results of all thresholds, in the order of the scenario. A threshold on something that was not measured
/// fails: silence is no success.
///
/// `quantile` is asked for percentiles other than 50, 90, 95, 99 and 99.9.
pub fn evaluate(scenario: &Scenario, report: &Report, quantile: Quantile<'_>) -> Vec<ThresholdResult> {
    scenario
        .thresholds
        .iter()
        .map(|threshold| {
            let looked_up = || match threshold.aggregate {
                Some(Aggregate::Percentile(percentile)) => quantile(threshold.subject, percentile),
                _ => None,
            };
            let value =
                measure(scenario, report, threshold).or_else(looked_up).filter(|value| !value.is_nan());
            ThresholdResult {
                metric: threshold.metric.clone(),
                expression: threshold.expression.clone(),
                value,
                passed: value.is_some_and(|value| holds(value, threshold.comparison, threshold.limit)),
                strict: threshold.strict,
            }
        })
        .collect()
}

fn holds(value: f64, comparison: Comparison, limit: f64) -> bool {
    match comparison {
        Comparison::Less => value < limit,
        Comparison::LessOrEqual => value <= limit,
        Comparison::Greater => value > limit,
        Comparison::GreaterOrEqual => value >= limit,
        Comparison::Equal => value == limit,
        Comparison::NotEqual => value != limit,
    }
}

fn measure(scenario: &Scenario, report: &Report, threshold: &Threshold) -> Option<f64> {
    let Threshold { subject, aggregate, .. } = threshold;
    let function = |id: FunctionId| function(scenario, report, id);
    let queue = |id: QueueId| queue(scenario, report, id);
    match *subject {
        ThresholdSubject::Latency(id) => of_distribution(&function(id)?.latency_ms, *aggregate),
        ThresholdSubject::Duration(id) => of_distribution(&function(id)?.duration_ms, *aggregate),
        ThresholdSubject::ClientLatency(id) => of_distribution(clients_view(function(id)?), *aggregate),
        ThresholdSubject::Throttles(id) => Some(function(id)?.throttles.total as f64),
        ThresholdSubject::ThrottleRate(id) => function(id)?.throttle_rate,
        ThresholdSubject::ErrorRate(id) => function(id)?.error_rate,
        ThresholdSubject::ColdStartRate(id) => function(id)?.cold_start_rate,
        ThresholdSubject::Concurrency(id) => of_concurrency(&function(id)?.concurrency, *aggregate),
        ThresholdSubject::QueueDepth(id) => {
            of_gauge(queue(id)?.depth as f64, queue(id)?.depth_max as f64, *aggregate)
        }
        ThresholdSubject::DrainedAt(id) => queue(id)?.drained_at_s,
        ThresholdSubject::OldestMessageAge(id) => {
            of_gauge(queue(id)?.oldest_age_at_end_s, queue(id)?.oldest_age_max_s, *aggregate)
        }
        ThresholdSubject::CostTotal => report.cost.priced.then(|| report.cost.total.dollars()),
        ThresholdSubject::CostMonthly => report.cost.monthly.map(crate::units::Usd::dollars),
    }
}

fn function<'a>(scenario: &Scenario, report: &'a Report, id: FunctionId) -> Option<&'a FunctionReport> {
    report.functions.get(&scenario.functions.get(id.0 as usize)?.name)
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
        let at_limit = |comparison| holds(0.001, comparison, 0.001);
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
            strict: true,
        }
    }

    #[test]
    fn what_was_not_measured_fails_and_other_percentiles_are_looked_up() {
        let mut scenario = sample::scenario();
        let latency = ThresholdSubject::Latency(FunctionId(0));
        scenario.thresholds = vec![
            threshold(ThresholdSubject::CostMonthly, None, 63.0),
            threshold(latency, Some(Aggregate::Percentile(12.5)), 100.0),
            threshold(ThresholdSubject::CostTotal, None, 1.0),
        ];
        let mut report = sample::hello();
        let results = evaluate(&scenario, &report, &|subject, percentile| {
            (subject == latency && percentile == 12.5).then_some(99.0)
        });
        assert_eq!(results.iter().map(|result| result.passed).collect::<Vec<_>>(), [true, true, true]);
        report.cost.monthly = None;
        report.cost.total = Usd::ZERO;
        report.cost.priced = false;
        let results = evaluate(&scenario, &report, &|_, _| None);
        assert_eq!(results.iter().map(|result| result.passed).collect::<Vec<_>>(), [false, false, false]);
        assert_eq!(results[0].value, None);
    }
}
