//! What happens first at one instant (S2): control changes, completions, timers, arrivals.

use coldstart::lambda::outcome::{Outcome, ThrottleCause};

use crate::simulated::{PLAIN, attempts, by_admission, outcomes, refusals, report, starts};

#[test]
fn capacity_freed_at_an_instant_serves_an_arrival_at_that_instant() {
    let (report, rows) = attempts(&format!(
        "{PLAIN}\nfunctions: {{f: {{duration: 1s, reserved_concurrency: 1}}}}
traffic: [{{to: f, arrivals: even, rate: 1/s, for: 5s}}]"
    ));
    assert_eq!(starts(&rows), [0.0, 1.0, 2.0, 3.0, 4.0]);
    assert_eq!((report.functions["f"].cold_starts, report.functions["f"].throttles.total), (1, 0));
}

#[test]
fn an_environment_whose_idle_time_ends_at_an_instant_is_gone_for_an_arrival_at_that_instant() {
    let second_is_cold = |at: &str| {
        let (_, rows) = attempts(&format!(
            "{PLAIN}\nfunctions: {{f: {{duration: 1s, keep_alive: 10s}}}}
traffic: [{{to: f, burst: 1}}, {{to: f, burst: 1, at: {at}}}]"
        ));
        by_admission(&rows)[1].cold
    };
    assert!(second_is_cold("11s"));
    assert!(!second_is_cold("10.999999999s"));
}

#[test]
fn a_change_at_an_instant_holds_for_a_completion_at_that_instant() {
    let run = |at: &str| {
        report(&format!(
            "{PLAIN}\nfunctions: {{f: {{duration: 1s, errors: 100%}}}}
traffic: [{{to: f, mode: async, burst: 1}}]
events: [{{at: {at}, set: {{functions.f.async.max_retry_attempts: 0}}}}]"
        ))
    };
    assert_eq!(run("1s").functions["f"].asynchronous.attempts, 1);
    // One nanosecond later the first retry is already planned.
    assert_eq!(run("1.000000001s").functions["f"].asynchronous.attempts, 2);
}

#[test]
fn an_answer_at_the_instant_at_which_patience_ends_is_in_time() {
    let fate = |timeout: &str| {
        let report = report(&format!(
            "{PLAIN}\nclients: {{app: {{timeout: {timeout}}}}}\nfunctions: {{f: {{duration: 1s}}}}
traffic: [{{to: f, client: app, burst: 1}}]"
        ));
        (report.clients["app"].succeeded, report.clients["app"].timed_out)
    };
    assert_eq!(fate("1s"), (1, 0));
    assert_eq!(fate("999.999999ms"), (0, 1));
}

#[test]
fn a_retry_due_at_an_instant_goes_before_an_arrival_at_that_instant() {
    let (_, rows) = attempts(&format!(
        "{PLAIN}\nfunctions: {{f: {{duration: 1s, reserved_concurrency: 1, poison: [0]}}}}
traffic:
  - {{to: f, mode: async, burst: 1}}
  - {{name: other, to: f, burst: 1, at: 61s, errors: 0%}}"
    ));
    assert_eq!(starts(&rows)[..2], [0.0, 61.0]);
    assert_eq!(outcomes(&rows)[1], Outcome::HandlerError);
    assert_eq!(refusals(&rows), [(61.0, ThrottleCause::ReservedConcurrency)]);
}

#[test]
fn of_two_sources_at_one_instant_the_first_in_the_file_goes_first() {
    let (report, _) = attempts(&format!(
        "{PLAIN}\naccount: {{concurrency: 1}}\nfunctions: {{late: {{duration: 1s}}, early: {{duration: 1s}}}}
traffic: [{{to: early, burst: 1}}, {{to: late, burst: 1}}]"
    ));
    assert_eq!((report.functions["early"].succeeded, report.functions["late"].throttles.total), (1, 1));
}

/// Both functions end at 1 s; whichever stands first in the file, the record that `a` passes on finds `b` free.
#[test]
fn an_event_passed_on_asks_after_all_completions_of_the_instant() {
    for order in [["a", "b"], ["b", "a"]] {
        let burst = |name: &str| format!("  - {{to: {name}, mode: async, burst: 1}}\n");
        let (report, rows) = attempts(&format!(
            "{PLAIN}
functions:
  a: {{duration: 1s, async: {{on_success: b}}}}
  b: {{duration: 1s, reserved_concurrency: 1}}
traffic:
{}{}",
            burst(order[0]),
            burst(order[1])
        ));
        assert_eq!(report.functions["b"].throttles.total, 0, "{order:?}");
        assert_eq!(report.simulated_s, 2.0, "{order:?}");
        assert_eq!(rows.len(), 3);
    }
}
