//! Durations that are cut (TO), rounded up (CEIL) and mixed with cold starts (MIX).

use coldstart::lambda::outcome::Outcome;
use coldstart::random::math;

use super::{agree, four_sigma, oracle};
use crate::simulated::{UNBOUND, attempts, report, tries};

/// Four standard errors of the mean of `sample`, and the mean.
fn mean_and_error(sample: &[f64]) -> (f64, f64) {
    let n = sample.len() as f64;
    let mean = sample.iter().sum::<f64>() / n;
    let variance = sample.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0);
    (mean, 4.0 * (variance / n).sqrt())
}

#[test]
fn a_timeout_cuts_lognormal_durations_as_their_partial_moments_say() {
    for id in ["TO-1-3", "TO-0.2-3", "TO-0.684-900", "TO-0.5-1"] {
        let row = oracle(id);
        let (report, rows) = attempts(&format!(
            "{UNBOUND}\nfunctions: {{f: {{duration: 'lognormal(median={:.9}s, sigma={})', timeout: {}s}}}}
traffic: [{{to: f, rate: 1/s, for: {}s}}]",
            row.input("median_s"),
            row.input("sigma"),
            row.input("timeout_s"),
            tries(40_000, 500_000)
        ));
        let ran: Vec<(f64, Outcome)> = rows
            .iter()
            .map(|row| row.ran.unwrap().course)
            .map(|course| (course.duration.seconds(), course.outcome))
            .collect();
        let n = ran.len() as f64;
        let share = report.functions["f"].timeouts as f64 / n;
        row.agrees("p_timeout", share, four_sigma(row.expected("p_timeout"), n));
        let all: Vec<f64> = ran.iter().map(|(seconds, _)| *seconds).collect();
        let (mean, error) = mean_and_error(&all);
        row.agrees("mean_billed_s", mean, error);
        agree("mean of the report", report.functions["f"].duration_ms.mean.unwrap() / 1e3, mean, 1e-6);
        let succeeded: Vec<f64> =
            ran.iter().filter(|(_, end)| *end == Outcome::Succeeded).map(|(seconds, _)| *seconds).collect();
        let (mean, error) = mean_and_error(&succeeded);
        row.agrees("mean_success_s", mean, error);
    }
}

/// ⌈X⌉ of an exponential X with mean m is geometric: its standard deviation is sqrt(q)/(1 - q) with q = exp(-1/m).
#[test]
fn rounding_exponential_durations_up_to_a_millisecond_costs_half_of_one() {
    for id in ["CEIL-2.0", "CEIL-10.0", "CEIL-55.0"] {
        let row = oracle(id);
        let mean_ms = row.input("mean_ms");
        let report = report(&format!(
            "{UNBOUND}\nfunctions: {{f: {{duration: 'exp(mean={mean_ms}ms)'}}}}
traffic: [{{to: f, rate: 100/s, for: {}s}}]",
            tries(1_000, 10_000)
        ));
        let function = &report.functions["f"];
        let n = function.invocations as f64;
        let q = math::exp(-1.0 / mean_ms);
        let error = 4.0 * q.sqrt() / (1.0 - q) / n.sqrt();
        row.agrees("mean_billed_ms", function.billed_ms_total as f64 / n, error);
    }
}

/// Cold starts come independently with probability p when a gap outlasts the keep-alive with probability p. Quantiles
/// within the order-statistic interval of 99.9 %: ranks n q ± 3.29 sqrt(n q (1 - q)).
#[test]
fn latencies_of_warm_and_cold_requests_mix_into_the_quantiles_of_the_mixture() {
    for id in ["MIX-0.02", "MIX-0.005"] {
        let row = oracle(id);
        let p = row.input("p_cold") * 100.0;
        let (report, rows) = attempts(&format!(
            "{UNBOUND}
functions:
  f:
    duration: lognormal(median=30ms, sigma=0.4)
    cold_duration: lognormal(median=400ms, sigma=0.3)
    keep_alive: 5m
traffic:
  - {{to: f, arrivals: 'renewal(mix({}%: 100s, {p}%: 1000s))', for: {}s}}",
            100.0 - p,
            tries(6_000_000, 100_000_000)
        ));
        let mut latencies: Vec<f64> =
            rows.iter().map(|row| row.t_done.since(row.t_arrival).seconds() * 1e3).collect();
        latencies.sort_by(f64::total_cmp);
        let (mean, error) = mean_and_error(&latencies);
        row.agrees("mean", mean, error);
        let n = latencies.len() as f64;
        let reported = &report.functions["f"].latency_ms;
        let quantiles = [
            ("p50", 0.5, reported.p50),
            ("p90", 0.9, reported.p90),
            ("p95", 0.95, reported.p95),
            ("p99", 0.99, reported.p99),
            ("p99.9", 0.999, reported.p99_9),
        ];
        for (name, q, shown) in quantiles {
            let half = 3.29 * (n * q * (1.0 - q)).sqrt();
            let low = latencies[(n * q - half).floor().max(1.0) as usize - 1];
            let high = latencies[((n * q + half).ceil().min(n)) as usize - 1];
            let expected = row.expected(name);
            assert!(low <= expected && expected <= high, "{id} {name}: {expected} not in {low}..{high}");
            // The report's own quantile: nearest rank, within 0.1 % above 10,000 samples.
            let nearest = latencies[(n * q).ceil() as usize - 1];
            agree(&format!("{id} {name} of the report"), shown.unwrap(), nearest, nearest * 1.001e-3);
        }
    }
}
