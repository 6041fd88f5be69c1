//! Asynchronous events whose attempts fail independently (ASYNC).

use coldstart::lambda::outcome::Outcome;
use coldstart::report::model::QueueReport;

use super::{four_sigma, oracle};
use crate::simulated::{UNBOUND, attempts, report, starts, tries};

/// The times are exact: one event whose every attempt fails.
#[test]
fn a_failing_event_is_tried_three_times_and_leaves_when_the_formula_says() {
    let row = oracle("ASYNC-0.5");
    let (report, rows) = attempts(&format!(
        "{UNBOUND}\nqueues: {{dlq: {{}}}}
functions: {{f: {{duration: {}s, errors: 100%, async: {{dead_letter: dlq}}}}}}
traffic: [{{to: f, mode: async, burst: 1}}]",
        row.input("duration_s")
    ));
    let expected: Vec<f64> =
        row.value("attempt_starts_s").as_array().unwrap().iter().map(|at| at.as_f64().unwrap()).collect();
    assert_eq!(starts(&rows), expected);
    assert!(rows.iter().all(|row| row.ran.unwrap().course.outcome == Outcome::HandlerError));
    let queue: &QueueReport = &report.queues["dlq"];
    row.agrees("dlq_time_s", queue.first_messages[0].sent_s, 0.0);
    assert_eq!((queue.sent, queue.depth), (1, 1));
}

/// Shares ± four sigma; attempts and completion times ± four standard errors of the three-point laws they have.
#[test]
fn events_that_fail_independently_end_as_the_geometric_law_says() {
    for id in ["ASYNC-0.2", "ASYNC-0.5"] {
        let row = oracle(id);
        let (p, d) = (row.input("p"), row.input("duration_s"));
        let n = tries(40_000, 1_000_000);
        let report = report(&format!(
            "{UNBOUND}\nqueues: {{dlq: {{}}}}
functions: {{f: {{duration: {d}s, errors: {}%, async: {{dead_letter: dlq}}}}}}
traffic: [{{to: f, mode: async, burst: {n}}}]",
            p * 100.0
        ));
        let events = &report.functions["f"].asynchronous;
        let n = n as f64;
        let p_dlq = row.expected("p_dlq");
        row.agrees("p_dlq", events.dead_lettered as f64 / n, four_sigma(p_dlq, n));
        assert_eq!(report.queues["dlq"].sent, events.dead_lettered);

        // One, two or three attempts.
        let shares = [1.0 - p, p * (1.0 - p), p * p];
        row.agrees("mean_attempts", events.attempts as f64 / n, standard_error(&shares, &[1.0, 2.0, 3.0], n));
        let succeeded = events.succeeded as f64;
        let given_success = [1.0 - p, p * (1.0 - p), p * p * (1.0 - p)].map(|share| share / (1.0 - p_dlq));
        let of_successes = (events.attempts - 3 * events.dead_lettered) as f64 / succeeded;
        let error = standard_error(&given_success, &[1.0, 2.0, 3.0], succeeded);
        row.agrees("mean_attempts_given_success", of_successes, error);
        let ends = [d, 2.0 * d + 60.0, 3.0 * d + 180.0];
        let error = standard_error(&given_success, &ends, succeeded);
        row.agrees("mean_completion_given_success_s", events.age_s.mean_succeeded.unwrap(), error);
    }
}

/// Four standard errors of the mean of `n` draws from `values` with these chances.
fn standard_error(chances: &[f64], values: &[f64], n: f64) -> f64 {
    let mean: f64 = chances.iter().zip(values).map(|(p, x)| p * x).sum();
    let variance: f64 = chances.iter().zip(values).map(|(p, x)| p * (x - mean) * (x - mean)).sum();
    4.0 * (variance / n).sqrt()
}
