//! Thresholds with a window: timelines worked out by hand, and what cannot have a window.

use coldstart::report::model::ThresholdResult;
use coldstart::report::text::{Detail, TextOptions, render_thresholds};
use coldstart::report::{junit, markdown};

use super::simulated::{PLAIN, problems_of, report};

const OPTIONS: TextOptions = TextOptions { detail: Detail::Full, colour: false, columns: 100 };

/// Value, beginning of its window, and verdict.
fn judged(one: &ThresholdResult) -> (Option<f64>, Option<f64>, bool) {
    (one.value, one.window_from_s, one.passed)
}

/// One request a second for a minute on the one environment that may run, and ten more at once at 5 s: ten are refused.
const BURST: &str = "functions: {api: {duration: 100ms, reserved_concurrency: 1}}
traffic:
  - {name: burst, to: api, burst: 10, at: 5s}
  - {name: steady, to: api, arrivals: even, rate: 1/s, for: 60s}
";

#[test]
fn a_short_disturbance_that_the_whole_run_hides_shows_in_its_window() {
    let found = report(&format!(
        "{PLAIN}{BURST}thresholds:
  api.throttle_rate: [\"< 20%\", \"< 20% for 10s\", \"< 60% for 10s\", \"< 100% for 1m\", {{expect: \"< 5% for 5s\", strict: false}}]
  api.throttles: [\"< 10 for 5s\", \"<= 10 for 5s\"]
"
    ));
    // 10 of 70 in all; 10 of 20 in every ten seconds with the fifth; 10 of 15 in five; the first such begins at 0 s, or at 1 s.
    let shown: Vec<_> = found.thresholds.iter().map(judged).collect();
    assert_eq!(shown[0], (Some(10.0 / 70.0), None, true));
    assert_eq!(shown[1], (Some(0.5), Some(0.0), false));
    assert_eq!(shown[2], (Some(0.5), Some(0.0), true));
    assert_eq!(shown[3], (Some(10.0 / 70.0), Some(0.0), true), "a window as long as the run is the run");
    assert_eq!(shown[4], (Some(10.0 / 15.0), Some(1.0), false));
    assert_eq!(shown[5], (Some(10.0), Some(1.0), false));
    assert_eq!(shown[6], (Some(10.0), Some(1.0), true));
    assert!(!found.thresholds[4].strict);
    let text = render_thresholds(&found, OPTIONS);
    assert!(text.contains("✗ api.throttle_rate   < 20% for 10s   50.00% (worst from 0s)"), "{text}");
    assert!(text.contains("66.67% (worst from 1s)   (not strict)"), "{text}");
    assert!(markdown::render(&found).contains("50.00% (worst from 0s)"));
    assert!(junit::render(&found).contains("20% for 10s: 50.00% (worst from 0s)"));
}

/// Nothing comes for nine minutes, and one request a second then: nothing is throttled in any window, and the first is the worst.
#[test]
fn a_rest_before_the_first_request_has_windows_too() {
    let found = report(&format!(
        "{PLAIN}functions: {{api: {{duration: 100ms}}}}
traffic: [{{to: api, arrivals: even, rate: 1/s, at: 9m, for: 1m}}]
thresholds: {{api.throttles: [\"> 0 for 1m\"]}}
"
    ));
    assert_eq!(judged(&found.thresholds[0]), (Some(0.0), Some(0.0), false));
}

#[test]
fn latencies_of_a_window_are_those_that_ended_in_it() {
    // The cold start takes 2.1 s, its end is in the third second; five more at once are cold, too.
    let found = report(&format!(
        "{PLAIN}functions: {{api: {{init: 2s, duration: 100ms}}}}
traffic: [{{to: api, arrivals: even, rate: 10/s, for: 60s}}]
thresholds:
  api.latency: [\"max < 1s for 10s\", \"p50 < 1s for 1s\", \"mean < 300ms for 60s\"]
  api.duration: [\"min >= 100ms for 5s\"]
  api.cold_start_rate: [\"< 1% for 1m\"]
"
    ));
    let shown: Vec<_> = found.thresholds.iter().map(judged).collect();
    assert_eq!(shown[0], (Some(2_100.0), Some(0.0), false));
    // From 2.1 s to 2.9 s nine cold ones end; warm ones join them from 2.2 s on, so that half of these are cold.
    assert_eq!((shown[1].0, shown[1].1), (Some(2_100.0), Some(2.0)));
    assert_eq!(shown[3], (Some(100.0), Some(0.0), true));
    assert_eq!(shown[4].0, found.functions["api"].cold_start_rate);
    let whole = found.functions["api"].latency_ms.mean.unwrap();
    // The last request ends at the end of traffic, which is in no window.
    assert!((shown[2].0.unwrap() - whole).abs() < 1.0, "{shown:?} {whole}");
}

#[test]
fn concurrency_in_a_window_is_weighed_by_time() {
    // Four at once for a second at 3 s, otherwise a tenth of the time one.
    let found = report(&format!(
        "{PLAIN}functions: {{api: {{duration: 1s}}}}
traffic:
  - {{name: burst, to: api, burst: 4, at: 3s}}
  - {{name: steady, to: api, arrivals: even, rate: 0.1/s, for: 30s}}
thresholds:
  api.concurrency: [\"< 1 for 5s\", \"max < 4 for 5s\", \"max < 4 for 2s\", \"mean < 0.55 for 10s\", \"> 0.05 for 10s\"]
"
    ));
    let shown: Vec<_> = found.thresholds.iter().map(judged).collect();
    // In the first five seconds one for 1 s and four for 1 s; in the first ten likewise.
    assert_eq!(shown[0], (Some(1.0), Some(0.0), false));
    assert_eq!(shown[1], (Some(4.0), Some(0.0), false));
    assert_eq!(shown[2], (Some(4.0), Some(2.0), false));
    assert_eq!(shown[3], (Some(0.5), Some(0.0), true));
    assert_eq!(
        shown[4],
        (Some(0.1), Some(4.0), true),
        "from 4 s on only the request of 10 s is in ten seconds"
    );
}

#[test]
fn queues_have_windows_of_depth_and_age() {
    // 100 messages from the start, 5 a second are taken away: 100 - 5 t are left.
    let found = report(&format!(
        "{PLAIN}functions:
  worker: {{duration: 1s, reserved_concurrency: 5, event_sources: [{{queue: jobs, batch_size: 1, max_concurrency: 5}}]}}
queues: {{jobs: {{backlog: 100, visibility_timeout: 90m}}}}
traffic: [{{to: jobs, arrivals: even, rate: 0.1/s, for: 30s}}]
thresholds:
  jobs.depth: [\"max <= 101 for 5s\", \"< 90 for 10s\"]
  jobs.oldest_message_age: [\"max < 15s for 5s\", \"max < 25s for 5s\"]
"
    ));
    let shown: Vec<_> = found.thresholds.iter().map(judged).collect();
    assert_eq!((shown[0].0, shown[0].2), (Some(101.0), true));
    // 101 in the first second, then five less in each: their mean over ten seconds is 78.5.
    assert_eq!(shown[1], (Some(78.5), Some(0.0), true));
    // The 101st, which came at the start, is taken at 20 s and done at 21 s.
    assert!(!shown[2].2 && shown[3].2, "{shown:?}");
    assert_eq!(shown[2].0, Some(21.0));
}

#[test]
fn a_window_longer_than_the_run_measures_nothing_and_fails() {
    let found = report(&format!("{PLAIN}{BURST}thresholds: {{api.throttle_rate: [\"< 50% for 2m\"]}}\n"));
    assert_eq!(judged(&found.thresholds[0]), (None, None, false));
    let text = render_thresholds(&found, OPTIONS);
    assert!(text.contains("nothing was measured in any window of 2m"), "{text}");
}

#[test]
fn the_warm_up_is_in_no_window() {
    let found = report(&format!(
        "{PLAIN}warmup: 6s\n{BURST}thresholds: {{api.throttle_rate: [\"< 1% for 5s\"], api.throttles: [\"== 0 for 1s\"]}}\n"
    ));
    assert_eq!(judged(&found.thresholds[0]), (Some(0.0), Some(6.0), true));
    assert_eq!(judged(&found.thresholds[1]), (Some(0.0), Some(6.0), true));
}

#[test]
fn a_version_has_windows_of_its_own() {
    let found = report(&format!(
        "{PLAIN}functions:
  api:
    versions: {{v1: {{duration: 100ms}}, v2: {{duration: 100ms, errors: 100%}}}}
    aliases: {{live: {{version: v1}}}}
traffic:
  - {{to: \"api:v1\", arrivals: even, rate: 2/s, for: 30s}}
  - {{to: \"api:v2\", arrivals: even, rate: 1/s, at: 10s, for: 10s}}
thresholds: {{\"api:v2.error_rate\": [\"< 1% for 5s\"], \"api:v1.error_rate\": [\"< 1% for 5s\"], api.error_rate: [\"< 30% for 5s\"]}}
"
    ));
    let shown: Vec<_> = found.thresholds.iter().map(judged).collect();
    assert_eq!((shown[0].0, shown[0].2), (Some(1.0), false));
    assert_eq!((shown[1].0, shown[1].2), (Some(0.0), true));
    assert_eq!((shown[2].0, shown[2].2), (Some(1.0 / 3.0), false));
}

#[test]
fn what_is_one_number_of_the_run_has_no_window() {
    let told = problems_of(
        "functions: {api: {init: 0ms, duration: 100ms}}
traffic: [{to: api, rate: 1/s, for: 60s}]
thresholds:
  cost.monthly: [\"< $5 for 2m\"]
  api.latency.p99: [\"< 1s for 2m\"]
  api.concurrency: [\"p99 < 5 for 2m\"]
  api.throttle_rate: [\"< 1% for 1500ms\", \"< 1% for ever\", \"< 1% for 2d\"]
",
    );
    for part in [
        "this metric is one number of the run and has no windows",
        "a metric by its whole name is one number of the run and has no windows",
        "in a window a level has no percentiles",
        "the window of a threshold is in whole seconds, from 1s to 1d",
        "6 problems",
    ] {
        assert!(told.contains(part), "{part}\n{told}");
    }
}
