//! The table of errors: simulated, worked out by hand, and documented.

use std::fs;
use std::path::Path;

use coldstart::error_table::{self, ErrorCase, error_cases};
use coldstart::report::document;

/// What F 4.1-4.4, 5.2, 5.4 and 6 say: attempts, waits or intervals, where it ends and when, s; runs and billed ms.
struct Expected {
    invocation: &'static str,
    failure: &'static str,
    sees: &'static str,
    attempts: u64,
    /// From the end of an attempt to the start of the next; of SQS from receive to receive.
    spans: Vec<f64>,
    ends: &'static str,
    after: f64,
    billed: (u64, u64),
}

/// 1, 2, 4 … doubled up to `cap`, so many of them.
fn doubling(cap: f64, count: usize) -> Vec<f64> {
    (0..count).map(|place| f64::from(1 << place.min(20)).min(cap)).collect()
}

fn expected() -> Vec<Expected> {
    let case = |invocation, failure, sees, spans: Vec<f64>, ends, after, billed| Expected {
        invocation,
        failure,
        sees,
        attempts: spans.len() as u64 + 1,
        spans,
        ends,
        after,
        billed,
    };
    let (caller, lost) = ("with the caller", "in the on-failure destination");
    let (error, exhausted) = ("X-Amz-Function-Error", "in the dead-letter queue, RetriesExhausted");
    let (event, accepted) = ("202; the error never", "that it was accepted; the error never");
    let (too_old, dead) = ("in the dead-letter queue, EventAgeExceeded", "in the dead-letter queue");
    vec![
        case("synchronous", "exception", error, vec![], caller, 1.0, (1, 1_000)),
        case("synchronous", "timeout", "Sandbox.Timedout", vec![], caller, 3.0, (1, 3_000)),
        case("synchronous", "throttle", "429", vec![1.0, 2.0], caller, 3.0, (0, 0)),
        case("synchronous", "system error", "502 KMSDisabledException", vec![1.0, 2.0], caller, 3.0, (0, 0)),
        case("asynchronous", "exception", event, vec![60.0, 120.0], exhausted, 183.0, (3, 3_000)),
        case("asynchronous", "timeout", event, vec![60.0, 120.0], exhausted, 189.0, (3, 9_000)),
        // At 511 s and then every 300 s; what would come after 21,511 s is beyond 6 h.
        case("asynchronous", "throttle", event, doubling(300.0, 9 + 70), too_old, 21_511.0, (0, 0)),
        case("asynchronous", "system error", event, doubling(300.0, 9 + 70), too_old, 21_511.0, (0, 0)),
        case("SQS", "exception", accepted, vec![30.0, 30.0], dead, 90.0, (3, 3_000)),
        case("SQS", "timeout", accepted, vec![30.0, 30.0], dead, 90.0, (3, 9_000)),
        case("SQS", "throttle", accepted, vec![30.0, 30.0], dead, 90.0, (0, 0)),
        case("SQS", "system error", accepted, vec![30.0, 30.0], dead, 90.0, (0, 0)),
        case("stream", "exception", accepted, vec![1.0, 2.0], lost, 6.0, (3, 3_000)),
        case("stream", "timeout", accepted, vec![1.0, 2.0], lost, 12.0, (3, 9_000)),
        // At 63 s and then every 60 s; at 3,603 s the record is older than an hour.
        case("stream", "throttle", accepted, doubling(60.0, 6 + 58), lost, 3_603.0, (0, 0)),
        case("stream", "system error", accepted, doubling(60.0, 6 + 58), lost, 3_603.0, (0, 0)),
    ]
}

#[test]
fn the_table_of_errors_is_what_the_facts_say() {
    let cases = error_cases();
    assert_eq!(cases.len(), expected().len());
    for (case, expected) in cases.iter().zip(expected()) {
        let ErrorCase { invocation, failure, .. } = *case;
        assert_eq!((invocation, failure), (expected.invocation, expected.failure));
        assert!(case.sender_sees.contains(expected.sees), "{case:?}");
        let spans = if invocation == "SQS" { &case.intervals_s } else { &case.waits_s };
        assert_eq!((case.attempts, spans), (expected.attempts, &expected.spans), "{invocation} {failure}");
        assert_eq!((case.ends.as_str(), case.ends_after_s), (expected.ends, expected.after), "{case:?}");
        assert_eq!((case.runs, case.billed_ms), expected.billed, "{invocation} {failure}");
        assert_eq!(case.request_charges, case.runs, "{invocation} {failure}");
    }
}

/// `UPDATE_GOLDENS=1` writes it anew.
#[test]
fn the_documented_table_of_errors_is_the_simulated_one() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/errors.md");
    let text = fs::read_to_string(&path).unwrap();
    let table = document::markdown(&error_table::document(&error_cases()));
    let (before, after) = text.split_once("<!-- table of errors -->\n").unwrap();
    let (shown, after) = after.split_once("<!-- end of the table -->").unwrap();
    if std::env::var_os("UPDATE_GOLDENS").is_some() {
        let renewed = format!("{before}<!-- table of errors -->\n{table}<!-- end of the table -->{after}");
        fs::write(path, renewed).unwrap();
    } else {
        assert_eq!(shown, table);
    }
}
