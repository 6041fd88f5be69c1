//! Inits that are too long, and what an invocation leaves behind in its environment (S15, S18, S58).

use coldstart::lambda::facts::Ended;
use coldstart::lambda::outcome::Outcome;

use crate::simulated::{PLAIN, attempts, by_admission, outcomes};

/// What one function does with two calls, the second a hundred seconds after the first.
fn two_calls(settings: &str, first: &str, second: &str) -> [Ended; 2] {
    let (_, rows) = attempts(&format!(
        "{PLAIN}\nfunctions: {{f: {{{settings}}}}}
traffic: [{{to: f, burst: 1{first}}}, {{to: f, burst: 1, at: 100s{second}}}]"
    ));
    by_admission(&rows).try_into().expect("both calls run")
}

/// Init and Duration in seconds, and billed milliseconds.
fn phases(ended: &Ended) -> (f64, f64, u64) {
    let billed = ended.billed.init_ms + ended.billed.handler_ms;
    (ended.course.init.seconds(), ended.course.duration.seconds(), billed)
}

/// F 12 item 6.
#[test]
fn a_timeout_bills_the_timeout_and_the_next_call_pays_the_init_inside_its_duration() {
    let [first, second] = two_calls("duration: 1s, timeout: 3s, init: 500ms", ", duration: 5s", "");
    assert_eq!((phases(&first), first.course.outcome), ((0.5, 3.0, 3_500), Outcome::TimedOut));
    assert_eq!((phases(&second), second.course.outcome), ((0.0, 1.5, 1_500), Outcome::Succeeded));
    assert_eq!((second.cold, second.environment), (false, first.environment));
    assert_eq!(second.course.suppressed_init.seconds(), 0.5);
}

/// F 12 item 7.
#[test]
fn an_init_of_12_s_is_cut_at_10_s_and_done_again_inside_the_invoke() {
    let [first, second] = two_calls("duration: 1s, timeout: 30s, init: 12s", "", "");
    assert_eq!((phases(&first), first.course.outcome), ((10.0, 13.0, 23_000), Outcome::Succeeded));
    assert_eq!(phases(&second), (0.0, 1.0, 1_000));
}

#[test]
fn an_init_of_exactly_10_s_is_within_its_limit() {
    let [first, _] = two_calls("duration: 1s, timeout: 30s, init: 10s", "", "");
    assert_eq!(phases(&first), (10.0, 1.0, 11_000));
}

/// Q22.
#[test]
fn an_init_of_40_s_answers_after_51_s_and_the_next_call_after_1_s() {
    let [first, second] = two_calls("duration: 1s, timeout: 60s, init: 40s", "", "");
    assert_eq!(first.course.total().seconds(), 51.0);
    assert_eq!(second.course.total().seconds(), 1.0);
    assert_eq!(phases(&first).2, 51_000);
}

/// S15: the second init stands under the function timeout, and so does that of the next call.
#[test]
fn an_init_that_the_timeout_cuts_twice_never_comes_to_the_handler() {
    let [first, second] = two_calls("duration: 1s, timeout: 30s, init: 40s", "", "");
    assert_eq!((phases(&first), first.course.outcome), ((10.0, 30.0, 40_000), Outcome::TimedOut));
    assert_eq!((phases(&second), second.course.outcome), ((0.0, 30.0, 30_000), Outcome::TimedOut));
}

/// S15: 12 s × 1769/128 = 165.84375 s.
#[test]
fn a_suppressed_init_may_be_divided_by_the_cpu_share() {
    let (_, rows) = attempts(&format!(
        "{PLAIN}\nassumptions: {{suppressed_init: cpu_share}}
functions: {{f: {{memory: 128MB, duration: 1s, init: 12s}}, g: {{memory: 3008MB, duration: 1s, init: 12s}}}}
traffic: [{{to: f, burst: 1}}, {{to: g, burst: 1, at: 1s}}]"
    ));
    let ran = by_admission(&rows);
    assert_eq!(ran[0].course.duration.seconds(), 166.843_75);
    assert_eq!(ran[1].course.duration.seconds(), 13.0);
}

/// S18, S58: killed at half of its duration.
#[test]
fn an_out_of_memory_kill_comes_at_half_time_and_resets_the_environment() {
    let [first, second] = two_calls(
        "duration: 2s, memory: 256MB, init: 500ms",
        ", max_memory_used: 257MB",
        ", max_memory_used: 256MB",
    );
    assert_eq!((phases(&first), first.course.outcome), ((0.5, 1.0, 1_500), Outcome::OutOfMemory));
    assert_eq!((phases(&second), second.course.outcome), ((0.0, 2.5, 2_500), Outcome::Succeeded));
    assert_eq!(second.environment, first.environment);
}

#[test]
fn a_runtime_that_exits_resets_the_environment() {
    let [first, second] = two_calls("duration: 1s, crashes: 100%, init: 500ms", "", "");
    assert_eq!((phases(&first), first.course.outcome), ((0.5, 1.0, 1_500), Outcome::RuntimeExit));
    assert_eq!((phases(&second), second.course.outcome), ((0.0, 1.5, 1_500), Outcome::RuntimeExit));
}

#[test]
fn a_handler_exception_keeps_the_environment_warm() {
    let [first, second] = two_calls("duration: 1s, init: 500ms", ", errors: 100%", "");
    assert_eq!((phases(&first), first.course.outcome), ((0.5, 1.0, 1_500), Outcome::HandlerError));
    assert_eq!((phases(&second), second.cold), ((0.0, 1.0, 1_000), false));
}

/// A failed Init is tried once more inside the invoke; then the environment is gone.
#[test]
fn an_init_that_fails_fails_twice_and_destroys_the_environment() {
    for settings in ["init_errors: 100%", "handler: missing.handler, handler_exists: false"] {
        let [first, second] = two_calls(&format!("duration: 5s, init: 1s, {settings}"), "", "");
        assert_eq!((phases(&first), first.course.outcome), ((1.0, 1.0, 2_000), Outcome::InitFailed));
        assert_eq!((phases(&second), second.cold), ((1.0, 1.0, 2_000), true));
        assert_ne!(second.environment, first.environment);
    }
}

#[test]
fn a_duration_equal_to_the_timeout_succeeds() {
    for (duration, end) in [("3s", Outcome::Succeeded), ("3.000000001s", Outcome::TimedOut)] {
        let [first, _] = two_calls(&format!("duration: {duration}, timeout: 3s"), "", "");
        assert_eq!((first.course.outcome, first.course.duration.seconds()), (end, 3.0));
    }
}

#[test]
fn requests_are_poisoned_by_their_ordinals() {
    let (_, rows) = attempts(&format!(
        "{PLAIN}\nfunctions: {{f: {{duration: 10ms, poison: [1, 3]}}}}
traffic: [{{to: f, arrivals: even, rate: 1/s, for: 5s}}]"
    ));
    let failed: Vec<bool> = outcomes(&rows).iter().map(|end| *end == Outcome::HandlerError).collect();
    assert_eq!(failed, [false, true, false, true, false]);
}

/// F 12 item 8: 25.2 ms at one vCPU.
#[test]
fn work_is_stretched_in_proportion_below_one_vcpu_and_not_above() {
    for (memory, milliseconds) in [(128, 348.271_875), (512, 87.067_969), (1_769, 25.2), (3_008, 25.2)] {
        let [first, _] =
            two_calls(&format!("memory: {memory}MB, cpu_model: proportional, work: {{cpu: 25.2ms}}"), "", "");
        let found = first.course.duration.millis_f64();
        assert!((found - milliseconds).abs() < 1e-6, "{memory} MB: {found} ms is not {milliseconds} ms");
    }
}
