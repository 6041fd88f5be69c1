//! Functions that call functions and pass on to functions and queues (S49).

use crate::simulated::{UNBOUND, report};

/// `a` works 10 ms and calls `b`, which takes 100 ms: `a` is billed for both.
#[test]
fn who_calls_a_function_waits_for_it_and_is_billed_while_it_waits() {
    let report = report(&format!(
        "{UNBOUND}
functions: {{a: {{duration: 10ms, calls: [{{to: b}}]}}, b: {{duration: 100ms}}}}
traffic: [{{to: a, burst: 3}}]"
    ));
    assert_eq!(
        (report.functions["a"].duration_ms.max, report.functions["a"].billed_ms_total),
        (Some(110.0), 330)
    );
    assert_eq!((report.functions["b"].requests, report.functions["b"].billed_ms_total), (3, 300));
    assert_eq!((report.ledger.offered, report.ledger.succeeded), (6, 6));
}

/// The timeout of `a` ends it at 1 s; `b` runs on to 5 s, for nobody.
#[test]
fn the_timeout_of_the_caller_does_not_stop_what_it_called() {
    let report = report(&format!(
        "{UNBOUND}
functions: {{a: {{duration: 10ms, timeout: 1s, calls: [{{to: b}}]}}, b: {{duration: 5s}}}}
traffic: [{{to: a, burst: 1}}]"
    ));
    assert_eq!((report.functions["a"].timeouts, report.functions["a"].billed_ms_total), (1, 1_000));
    assert_eq!((report.functions["b"].succeeded, report.simulated_s), (1, 5.01));
    let causes = report.ledger.failed_by_cause;
    assert_eq!((causes.timed_out, causes.client_timeout, report.ledger.failed), (1, 1, 2));
}

#[test]
fn a_call_that_is_throttled_or_fails_makes_the_caller_fail() {
    let of = |called: &str| {
        report(&format!(
            "{UNBOUND}
functions: {{a: {{duration: 10ms, calls: [{{to: b}}, {{to: c}}]}}, b: {{duration: 100ms, {called}}}, c: {{duration: 1s}}}}
traffic: [{{to: a, burst: 1}}]"
        ))
    };
    let throttled = of("reserved_concurrency: 0");
    assert_eq!((throttled.functions["a"].errors, throttled.functions["a"].billed_ms_total), (1, 10));
    assert_eq!((throttled.ledger.throttled, throttled.functions["c"].requests), (1, 0));
    let failed = of("errors: 100%");
    assert_eq!((failed.functions["a"].errors, failed.functions["a"].billed_ms_total), (1, 110));
    assert_eq!((failed.ledger.failed_by_cause.function_error, failed.functions["c"].requests), (2, 0));
}

/// 10,000 requests at 30 %: 3,000 ± 4 · 46.
#[test]
fn a_function_passes_on_with_a_probability() {
    let report = report(&format!(
        "{UNBOUND}
functions: {{a: {{duration: 10ms, emits: [{{to: b, probability: 30%}}]}}, b: {{duration: 100ms}}}}
traffic: [{{to: a, rate: 100/s, for: 100s, arrivals: even}}]"
    ));
    let passed = report.functions["b"].asynchronous.received;
    assert!(passed.abs_diff(3_000) <= 184, "{passed}");
    assert_eq!(report.ledger.offered, 10_000 + passed);
    assert_eq!(report.ledger.succeeded, report.ledger.offered);
}

/// Two of three succeed: each of those sends an event and a message.
#[test]
fn only_what_succeeds_is_passed_on_and_each_record_of_a_batch_counts() {
    let report = report(&format!(
        "{UNBOUND}
functions:
  a: {{duration: 10ms, poison: [1], emits: [{{to: b}}, {{to: q}}]}}
  b: {{duration: 100ms}}
  c: {{duration: 100ms, event_sources: [{{queue: q, batch_size: 10, batch_window: 1s}}], emits: [{{to: r}}]}}
queues: {{q: {{visibility_timeout: 15m}}, r: {{}}}}
traffic: [{{to: a, burst: 3}}]"
    ));
    assert_eq!((report.functions["b"].requests, report.queues["q"].sent), (2, 2));
    assert_eq!((report.functions["c"].invocations, report.queues["r"].sent), (1, 2));
    // Three requests, two events, two messages each in `q` and `r`; nobody reads `r`.
    assert_eq!((report.ledger.offered, report.ledger.succeeded, report.ledger.unfinished), (9, 6, 2));
}

/// F 3.5: the seventeenth event has come through the function sixteen times.
#[test]
fn a_loop_is_stopped_after_sixteen_invocations_of_a_function() {
    let events = report(&format!(
        "{UNBOUND}
functions: {{f: {{duration: 1s, emits: [{{to: f}}]}}}}
traffic: [{{to: f, burst: 1}}]"
    ));
    let function = &events.functions["f"];
    assert_eq!((function.invocations, function.recursions_stopped), (16, 1));
    assert_eq!((events.ledger.offered, events.ledger.dropped), (17, 1));
    let messages = report(&format!(
        "{UNBOUND}
functions: {{f: {{duration: 1s, event_sources: [{{queue: q}}], emits: [{{to: q}}]}}}}
queues: {{q: {{visibility_timeout: 15m, backlog: 1}}}}"
    ));
    let function = &messages.functions["f"];
    assert_eq!((function.invocations, function.recursions_stopped), (16, 1));
    assert_eq!((messages.queues["q"].sent, messages.queues["q"].deleted), (16, 16));
    // Two functions that call each other are invoked sixteen times each.
    let pair = report(&format!(
        "{UNBOUND}
functions: {{a: {{duration: 1s, emits: [{{to: b}}]}}, b: {{duration: 1s, emits: [{{to: a}}]}}}}
traffic: [{{to: a, burst: 1, mode: async}}]"
    ));
    assert_eq!((pair.functions["a"].invocations, pair.functions["b"].invocations), (16, 16));
}

/// Whoever reads a page, the terminal or Markdown is told what the recursive-loop detection has stopped.
#[test]
fn every_rendering_tells_what_the_loop_detection_stopped() {
    use coldstart::report::text::{Detail, TextOptions};
    use coldstart::report::{html, markdown, text};
    let options = TextOptions { detail: Detail::Full, colour: false, columns: 100 };
    let renderings = |emits: &str| {
        let report = report(&format!(
            "{UNBOUND}
functions: {{f: {{duration: 1s, emits: [{emits}]}}}}
traffic: [{{to: f, mode: async, burst: 1}}]"
        ));
        [html::render(&report), markdown::render(&report), text::render(&report, options)]
    };
    assert!(
        renderings("{to: f}").iter().all(|page| page.contains("stopped by the recursive-loop detection"))
    );
    assert!(renderings("").iter().all(|page| !page.contains("recursive-loop")));
}
