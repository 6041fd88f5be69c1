//! `SnapStart` (S26, S66): timelines and bills worked out by hand.

use crate::simulated::{PLAIN, attempts, problems_of, report, scenario, starts};

/// Restores of 400 ms, always from a warm cache.
const WARM: &str = "assumptions: {snapstart_cache: warm}\n";

fn function(keys: &str) -> String {
    format!(
        "functions: {{api: {{memory: 1024MB, init: 5s, restore: 400ms, duration: 100ms, snapstart: true, {keys}}}}}\n"
    )
}

#[test]
fn a_cold_start_restores_the_snapshot_in_place_of_an_init() {
    let found = report(&format!(
        "{PLAIN}{WARM}{}traffic: [{{to: api, burst: 2}}, {{name: later, to: api, burst: 1, at: 5s}}]\n",
        function("")
    ));
    let api = &found.functions["api"];
    assert_eq!((api.cold_starts, api.latency_ms.max, api.latency_ms.min), (2, Some(500.0), Some(100.0)));
    let snapstart = api.snapstart.as_ref().unwrap();
    assert_eq!(
        (snapstart.restores, snapstart.restore_ms.count, snapstart.restore_ms.p50),
        (2, 2, Some(400.0))
    );
    assert_eq!(api.init_ms.count, 0, "there was no Init");
    assert_eq!(api.billed_ms_total, 2 * 500 + 100);
}

#[test]
fn the_first_restores_of_a_version_take_longer() {
    // 400 ms x (1 + 0.35 e^(-k/20)): 533.17 ms, 526.68 ms; five minutes later 400 x (1 + 0.35 e^(-3/20)) = 520.50 ms.
    let text = format!(
        "{PLAIN}{}traffic: [{{to: api, burst: 2}}, {{name: later, to: api, burst: 1, at: 20m}}]\n",
        function("")
    );
    let (found, rows) = attempts(&text);
    assert_eq!(starts(&rows), [0.0, 0.0, 1_200.0]);
    let lengths: Vec<f64> = rows
        .iter()
        .filter_map(|row| row.ran)
        .map(|ended| (ended.course.init.millis_f64() * 100.0).round() / 100.0)
        .collect();
    assert_eq!(lengths.len(), 3);
    for (length, number) in [(533.17, 1.0), (526.68, 2.0), (520.50, 3.0_f64)] {
        let expected = 400.0 * (1.0 + 0.35 * coldstart::random::math::exp(-number / 20.0));
        assert!((expected - length).abs() < 0.01, "{expected}");
        assert!(lengths.iter().any(|found| (found - length).abs() < 0.02), "{length} in {lengths:?}");
    }
    assert!(found.assumptions.iter().any(|one| one.name == "snapstart_cache" && one.value == "warming"));
    let cold = report(&format!("assumptions: {{snapstart_cache: cold}}\n{text}"));
    assert_eq!(cold.functions["api"].snapstart.as_ref().unwrap().restore_ms.max, Some(540.0));
}

#[test]
fn a_restore_is_rounded_up_by_itself() {
    let found = report(&format!(
        "{PLAIN}{WARM}functions: {{api: {{restore: 312.1ms, init: 1s, duration: 10.5ms, snapstart: true}}}}
traffic: [{{to: api, burst: 1}}]
"
    ));
    assert_eq!(found.functions["api"].billed_ms_total, 313 + 11);
}

#[test]
fn restores_are_billed_even_where_init_was_free() {
    let found = report(&format!(
        "platform: aws-lambda/2025-07\n{PLAIN}{WARM}{}traffic: [{{to: api, burst: 1}}]\n",
        function("runtime: python3.13")
    ));
    assert_eq!(found.functions["api"].billed_ms_total, 500);
}

fn lines(text: &str) -> Vec<(String, f64)> {
    let lines = report(text).cost.lines.into_iter().filter(|line| line.item.starts_with("SnapStart"));
    lines.map(|line| (line.item, line.quantity)).collect()
}

#[test]
fn python_pays_for_cache_and_restores_and_java_for_neither() {
    let traffic = "traffic: [{to: api, burst: 3}]\n";
    let text = |keys: &str| format!("{PLAIN}{WARM}{}{traffic}", function(keys));
    // Three hours at least.
    let expected = [("SnapStart cache".to_owned(), 10_800.0), ("SnapStart restores".to_owned(), 3.0)];
    assert_eq!(lines(&text("runtime: python3.13")), expected);
    assert_eq!(lines(&text("runtime: dotnet8")), expected);
    assert_eq!(lines(&text("runtime: java21")), []);
}

#[test]
fn every_version_with_snapstart_has_a_snapshot_that_is_paid_for() {
    let found = lines(&format!(
        "{PLAIN}{WARM}functions:
  api:
    memory: 1024MB
    init: 1s
    restore: 400ms
    duration: 100ms
    snapstart: true
    versions: {{v1: {{}}, v2: {{memory: 2048MB}}, v3: {{snapstart: false, restore: null}}}}
traffic:
  - {{name: a, to: \"api:v1\", burst: 1}}
  - {{name: b, to: \"api:v2\", burst: 1, at: 5h}}
  - {{name: c, to: \"api:v3\", burst: 1}}
"
    ));
    // From the start to the last traffic at 5 h: 1 GB and 2 GB; a restore of each.
    assert_eq!(
        found,
        [("SnapStart cache".to_owned(), 3.0 * 18_000.0), ("SnapStart restores".to_owned(), 3.0)]
    );
}

#[test]
fn latest_begins_with_an_init_where_versions_have_snapstart() {
    let text = format!(
        "{PLAIN}{WARM}functions:
  api: {{init: 1s, restore: 400ms, duration: 100ms, snapstart: true, versions: {{v1: {{}}}}, aliases: {{live: {{version: v1}}}}}}
traffic:
  - {{name: bare, to: api, burst: 1}}
  - {{name: live, to: \"api:live\", burst: 1}}
"
    );
    assert!(
        scenario(&text)
            .warnings
            .iter()
            .any(|warning| warning.contains("calls of `$LATEST` of `api` begin with an Init"))
    );
    let api = &report(&text).functions["api"];
    assert_eq!((api.latency_ms.min, api.latency_ms.max), (Some(500.0), Some(1_100.0)));
    assert_eq!((api.init_ms.count, api.snapstart.as_ref().unwrap().restores), (1, 1));
}

#[test]
fn a_restore_over_ten_seconds_is_an_error_at_once() {
    let found = report(&format!(
        "{PLAIN}{WARM}functions: {{api: {{init: 1s, restore: 12s, duration: 100ms, timeout: 60s, snapstart: true}}}}
traffic: [{{to: api, burst: 1}}]
"
    ));
    let api = &found.functions["api"];
    assert_eq!((api.errors, api.errors_by_cause.init, api.billed_ms_total), (1, 1, 10_000));
    assert_eq!((found.ledger.failed, found.simulated_s), (1, 10.0));
}

#[test]
fn a_reset_environment_is_restored_inside_the_next_invoke() {
    let found = report(&format!(
        "{PLAIN}{WARM}functions: {{api: {{init: 5s, restore: 400ms, duration: 100ms, timeout: 60s, crashes: 100%, snapstart: true}}}}
traffic: [{{name: a, to: api, burst: 1}}, {{name: b, to: api, burst: 1, at: 10s}}]
"
    ));
    let api = &found.functions["api"];
    assert_eq!((api.cold_starts, api.suppressed_inits, api.duration_ms.max), (1, 1, Some(500.0)));
}

#[test]
fn successors_of_old_environments_are_restored_and_paid_for_too() {
    let found = report(&format!(
        "assumptions: {{snapstart_cache: warm}}
defaults: {{keep_alive: 10m, max_age: 100s, proactive_replacement: 100%, timeout: 15m}}
{}traffic: [{{to: api, arrivals: even, rate: 1/s, for: 350s}}]
",
        function("runtime: python3.12")
    ));
    let api = &found.functions["api"];
    assert_eq!((api.cold_starts, api.environments.created), (1, 4));
    assert_eq!(api.snapstart.as_ref().unwrap().restores, 4);
    let line = found.cost.lines.iter().find(|line| line.item == "SnapStart restores").unwrap();
    assert_eq!(line.quantity, 4.0);
}

#[test]
fn a_restore_as_long_as_the_init_changes_no_timeline() {
    let text = |snapstart: &str| {
        format!(
            "{PLAIN}{WARM}functions: {{api: {{init: 700ms, duration: exp(mean=300ms), timeout: 1m, reserved_concurrency: 20, {snapstart}}}}}
traffic: [{{to: api, rate: 40/s, for: 30s}}]
"
        )
    };
    let (without, with) = (report(&text("")), report(&text("snapstart: true, restore: 700ms")));
    let seen = |report: &coldstart::report::model::Report| {
        let api = &report.functions["api"];
        (api.cold_starts, api.throttles.total, api.latency_ms.p99, api.concurrency.mean)
    };
    assert_eq!(seen(&without), seen(&with));
}

#[test]
fn an_init_that_cannot_be_published_is_refused() {
    let told = problems_of(
        "functions: {api: {init: 3m, duration: 1s, timeout: 3s, snapstart: true}}\ntraffic: [{to: api, burst: 1}]\n",
    );
    assert!(told.contains("the Init takes longer than 130s"), "{told}");
}

/// Published at 10 s: not found until then, 409 until its snapshot is made at 30 s.
#[test]
fn a_version_answers_when_its_snapshot_is_made() {
    let text = |snapstart: &str| {
        format!(
            "{PLAIN}{WARM}functions: {{api: {{init: 5s, duration: 100ms, versions: {{v1: {{}}, v2: {{created: 10s, pending: 20s, {snapstart}}}}}}}}}
traffic: [{{to: 'api:v2', arrivals: even, rate: 1/s, for: 40s}}]\n"
        )
    };
    let errors = |text: &str| {
        let found = report(text);
        let version = found.functions["api"].service_errors.clone().unwrap().by_exception;
        let get = |name: &str| version.get(name).copied().unwrap_or(0);
        let all = [
            get("ResourceNotFoundException"),
            get("SnapStartNotReadyException"),
            get("ResourceConflictException"),
        ];
        (all, found.functions["api"].versions["v2"].invocations)
    };
    assert_eq!(errors(&text("snapstart: true, restore: 400ms")), ([10, 20, 0], 10));
    assert_eq!(errors(&text("")), ([10, 0, 20], 10));
}

/// New code of a function whose name stands for a published version is a new version: at 10 s its snapshot begins.
#[test]
fn other_code_needs_a_new_snapshot() {
    let text = |pending: &str, event: &str| {
        format!(
            "{PLAIN}{WARM}{}traffic: [{{to: api, arrivals: even, rate: 1/s, for: 240s}}]\n{event}",
            function(pending)
        )
    };
    let change = "events: [{at: 10s, set: {functions.api.memory: 2048MB}}]\n";
    let not_ready = |text: &str| {
        let errors = report(text).functions["api"].service_errors.clone();
        errors.map_or(0, |errors| errors.by_exception["SnapStartNotReadyException"])
    };
    assert_eq!(not_ready(&text("pending: 20s", change)), 20);
    assert_eq!(not_ready(&text("", change)), 180);
    assert_eq!(not_ready(&text("", "")), 0);
    let errors = "events: [{at: 10s, set: {functions.api.errors: 5%}}]\n";
    assert_eq!(not_ready(&text("", errors)), 0, "how the code behaves is no new version");
}

/// A paid snapshot that is published two hours after the start is paid from then on, for three hours at least.
#[test]
fn a_snapshot_is_paid_for_from_its_publication_on() {
    let cached = |created: &str, length: &str| {
        let found = report(&format!(
            "{PLAIN}functions: {{api: {{memory: 1024MB, runtime: python3.13, init: 1s, duration: 100ms, versions: {{v2: {{snapstart: true, {created}}}}}}}}}
traffic: [{{to: api, arrivals: even, rate: 1/min, for: {length}}}]\n"
        ));
        let line = found.cost.lines.iter().find(|line| line.item == "SnapStart cache").unwrap().clone();
        line.quantity / 3_600.0
    };
    assert_eq!(cached("", "10h").round(), 10.0);
    assert_eq!(cached("created: 2h", "10h").round(), 8.0);
    assert_eq!(cached("created: 9h", "10h").round(), 3.0);
}
