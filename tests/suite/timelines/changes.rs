//! Changes while the clock runs (`events: - {at, set}`), and what they do to what is in flight (S2, S19, S31).

use coldstart::lambda::outcome::ThrottleCause;

use crate::simulated::{PLAIN, attempts, by_admission, refusals, report, starts, witnessed};

#[test]
fn a_lower_reservation_lets_what_runs_run_on_and_admits_nothing_above_it() {
    let (report, rows) = attempts(&format!(
        "{PLAIN}\nfunctions: {{f: {{duration: 10s, reserved_concurrency: 5}}}}
traffic: [{{to: f, burst: 5}}, {{to: f, burst: 1, at: 3s}}, {{to: f, burst: 3, at: 10s}}]
events: [{{at: 2s, set: {{functions.f.reserved_concurrency: 2}}}}]"
    ));
    assert_eq!(starts(&rows), [0.0, 0.0, 0.0, 0.0, 0.0, 10.0, 10.0]);
    let cause = ThrottleCause::ReservedConcurrency;
    assert_eq!(refusals(&rows), [(3.0, cause), (10.0, cause)]);
    assert_eq!((report.functions["f"].succeeded, report.functions["f"].cold_starts), (7, 5));
}

#[test]
fn a_reservation_made_in_flight_takes_what_runs_out_of_the_unreserved_pool() {
    let (report, rows) = attempts(&format!(
        "{PLAIN}\naccount: {{concurrency: 110}}\nfunctions: {{f: {{duration: 10s}}, g: {{duration: 10s}}}}
traffic: [{{to: f, burst: 10}}, {{to: g, burst: 101, at: 2s}}]
events: [{{at: 1s, set: {{functions.f.reserved_concurrency: 10}}}}]"
    ));
    assert_eq!((report.functions["f"].succeeded, report.functions["g"].succeeded), (10, 100));
    assert_eq!(refusals(&rows), [(2.0, ThrottleCause::AccountConcurrency)]);
}

#[test]
fn a_smaller_account_admits_nothing_until_enough_has_ended() {
    let (_, rows) = attempts(&format!(
        "{PLAIN}\naccount: {{concurrency: 3}}\nfunctions: {{f: {{duration: 2s}}}}
traffic: [{{to: f, arrivals: even, rate: 1/s, for: 6s}}]
events: [{{at: 500ms, set: {{account.concurrency: 1}}}}]"
    ));
    assert_eq!(starts(&rows), [0.0, 2.0, 4.0]);
    let refused: Vec<f64> = refusals(&rows).iter().map(|(at, _)| *at).collect();
    assert_eq!(refused, [1.0, 3.0, 5.0]);
}

/// S19: the idle environment leaves at the change, the busy one when it ends.
#[test]
fn a_change_of_memory_retires_all_environments() {
    let (report, witness) = witnessed(&format!(
        "{PLAIN}\nfunctions: {{f: {{memory: 128MB, duration: 10s}}}}
traffic:
  - {{to: f, burst: 1, duration: 1s}}
  - {{to: f, burst: 1}}
  - {{to: f, arrivals: even, rate: 0.1/s, at: 12s, for: 20s}}
events: [{{at: 5s, set: {{functions.f.memory: 256MB}}}}]"
    ));
    assert_eq!(witness.retirements()[..2], [5.0, 10.0]);
    let function = &report.functions["f"];
    assert_eq!((function.cold_starts, function.environments.created), (3, 3));
    // Eleven seconds with 128 MB (the busy one is billed as it was started) and twenty with 256 MB.
    assert_eq!(function.gb_s.handler, 11.0 * 0.125 + 20.0 * 0.25);
}

/// Other code of any kind: a second call each time, cold where the code is other code.
#[test]
fn other_layers_another_handler_and_another_package_retire_environments_too() {
    let cold = |change: &str| {
        let report = report(&format!(
            "{PLAIN}\nfunctions: {{f: {{duration: 1s, init: 500ms}}}}
traffic: [{{to: f, burst: 1}}, {{name: later, to: f, burst: 1, at: 10s}}]
events: [{{at: 5s, set: {{functions.f.{change}}}}}]"
        ));
        report.functions["f"].cold_starts
    };
    assert_eq!(cold("handler: other.handler"), 2);
    assert_eq!(cold("package.size: 20MB"), 2);
    assert_eq!(cold("layers: [{name: common, unzipped: 5MB}]"), 2);
    assert_eq!(cold("errors: 0%"), 1);
}

#[test]
fn a_change_of_what_the_handler_does_keeps_environments_warm() {
    let (report, rows) = attempts(&format!(
        "{PLAIN}\nfunctions: {{f: {{duration: 1s}}}}\ntraffic: [{{to: f, arrivals: even, rate: 0.1/s, for: 20s}}]
events: [{{at: 5s, set: {{functions.f.duration: 4s, functions.f.errors: 100%}}}}]"
    ));
    assert_eq!(report.functions["f"].cold_starts, 1);
    let ran = by_admission(&rows);
    assert_eq!((ran[0].course.duration.seconds(), ran[1].course.duration.seconds()), (1.0, 4.0));
    assert_eq!(report.functions["f"].errors, 1);
}

#[test]
fn null_gives_a_reservation_back() {
    let report = report(&format!(
        "{PLAIN}\nfunctions: {{f: {{duration: 1s, reserved_concurrency: 0}}}}
traffic: [{{to: f, arrivals: even, rate: 1/s, for: 4s}}]
events: [{{at: 2s, set: {{functions.f.reserved_concurrency: null}}}}]"
    ));
    assert_eq!((report.functions["f"].throttles.total, report.functions["f"].succeeded), (2, 2));
}

/// Environments of a halved pool that left before the change left when they left.
#[test]
fn a_change_does_not_keep_environments_that_had_left_before_it() {
    let (_, witness) = witnessed(&format!(
        "{PLAIN}\nfunctions: {{f: {{memory: 128MB, duration: 1s, keep_alive: aws-2020-pool}}}}
traffic: [{{to: f, burst: 4}}]\nevents: [{{at: 1000s, set: {{functions.f.memory: 256MB}}}}]"
    ));
    assert_eq!(witness.retirements(), [381.0, 381.0, 761.0, 1_000.0]);
}

/// A shorter keep-alive holds for idle periods that begin later; those that had begun end as they were drawn.
#[test]
fn a_change_of_the_keep_alive_holds_for_idle_periods_that_begin_later() {
    let (_, witness) = witnessed(&format!(
        "{PLAIN}\nfunctions: {{f: {{duration: 1s, keep_alive: 100s}}, clock: {{duration: 0ms}}}}
traffic: [{{to: f, burst: 2}}, {{to: f, burst: 1, at: 50s}}, {{to: clock, burst: 1, at: 500s}}]
events: [{{at: 10s, set: {{functions.f.keep_alive: 20s}}}}]"
    ));
    assert_eq!(witness.retirements(), [71.0, 101.0]);
}

/// The successor at 100 s had 1 GB; that there will be 2 GB at 150 s does not matter.
#[test]
fn a_successor_is_billed_with_the_memory_of_its_time() {
    let report = report(&format!(
        "{PLAIN}\nfunctions:
  f: {{memory: 1024MB, duration: 1s, init: 1s, max_age: 100s, proactive_replacement: 100%}}
traffic: [{{to: f, burst: 1}}]\nevents: [{{at: 150s, set: {{functions.f.memory: 2048MB}}}}]"
    ));
    assert_eq!(report.functions["f"].environments.replacements, 1);
    assert_eq!(report.functions["f"].gb_s.init, 2.0);
}
