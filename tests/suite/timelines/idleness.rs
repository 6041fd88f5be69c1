//! How long environments stay: presets, age, successors, and whose cold start it is (S11, S16, S17).

use coldstart::lambda::lapse::Lapse;

use crate::simulated::{PLAIN, attempts, by_admission, report, witnessed};

/// Of `n` environments used at once for a second, how many are warm for a second burst at `at`.
fn warm(keep_alive: &str, n: u64, at: &str) -> u64 {
    let report = report(&format!(
        "{PLAIN}\nfunctions: {{f: {{duration: 1s, keep_alive: {keep_alive}}}}}
traffic: [{{to: f, burst: {n}}}, {{to: f, burst: {n}, at: {at}}}]"
    ));
    2 * n - report.functions["f"].cold_starts
}

/// F 12 item 13: SeBS halves an idle pool every 380 s.
#[test]
fn a_pool_of_twenty_is_halved_to_ten_five_and_three() {
    for (at, left) in [("380s", 20), ("400s", 10), ("800s", 5), ("1150s", 3), ("1600s", 2), ("2300s", 0)] {
        assert_eq!(warm("aws-2020-pool", 20, at), left, "at {at}");
    }
}

/// S16: the idle period begins at 1 s.
#[test]
fn the_presets_keep_all_until_their_shortest_and_none_after_their_longest_time() {
    for (preset, all, none) in [
        ("aws-2025", "297s", "349s"),
        ("aws-2021-01", "376s", "382s"),
        ("aws-2020", "627s", "655s"),
        ("aws-2019", "601s", "628s"),
    ] {
        assert_eq!((warm(preset, 200, all), warm(preset, 200, none)), (200, 0), "{preset}");
    }
    let half = warm("aws-2025", 1_000, "323s");
    // 500 ± 4 × 16.
    assert!((436..=564).contains(&half), "{half}");
}

#[test]
fn with_the_logs_preset_an_environment_leaves_when_its_function_was_idle_640_s() {
    for (at, left) in [("640.9s", 3), ("641s", 0)] {
        assert_eq!(warm("aws-2020-logs", 3, at), left);
    }
}

/// Two environments, of which a request each ten minutes needs one: the other leaves after 1,200 s.
#[test]
fn with_the_logs_preset_an_environment_leaves_when_it_was_idle_1200_s_itself() {
    let (report, witness) = witnessed(&format!(
        "{PLAIN}\nfunctions: {{f: {{duration: 1s, keep_alive: aws-2020-logs, max_age: never}}}}
traffic: [{{to: f, burst: 1}}, {{to: f, arrivals: even, rate: 0.1/min, for: 1h}}]"
    ));
    assert_eq!(report.functions["f"].cold_starts, 2);
    assert_eq!(witness.retirements(), [1_201.0]);
}

#[test]
fn with_the_logs_preset_an_environment_takes_nothing_at_the_age_of_two_hours() {
    let (_, rows) = attempts(
        "functions: {f: {init: 0ms, duration: 1s, keep_alive: aws-2020-logs}}
traffic: [{to: f, arrivals: even, rate: 0.1/min, for: 130m}]",
    );
    let cold: Vec<f64> =
        by_admission(&rows).iter().filter(|ended| ended.cold).map(|ended| ended.admitted.seconds()).collect();
    assert_eq!(cold, [0.0, 7_200.0]);
}

/// A request each second for 250 s, environments that live 100 s, Inits of 500 ms.
fn aged(replacement: &str) -> String {
    format!(
        "{PLAIN}\nfunctions:
  f: {{duration: 10ms, init: 500ms, memory: 1024MB, max_age: 100s, proactive_replacement: {replacement}}}
traffic: [{{to: f, arrivals: even, rate: 1/s, for: 250s}}]"
    )
}

#[test]
fn without_replacement_each_age_out_is_a_cold_start() {
    let (report, rows) = attempts(&aged("0%"));
    let cold: Vec<f64> =
        by_admission(&rows).iter().filter(|ended| ended.cold).map(|ended| ended.admitted.seconds()).collect();
    assert_eq!(cold, [0.0, 100.0, 200.0]);
    let environments = &report.functions["f"].environments;
    assert_eq!((environments.created, environments.replacements, environments.retired), (3, 0, 2));
    assert_eq!(report.functions["f"].gb_s.init, 1.5);
}

/// S17: successors are created and billed, and nobody's cold start.
#[test]
fn with_replacement_successors_are_created_and_billed_but_are_no_cold_starts() {
    let (report, witness) = witnessed(&aged("100%"));
    let function = &report.functions["f"];
    let environments = &function.environments;
    assert_eq!((function.cold_starts, environments.created, environments.replacements), (1, 3, 2));
    assert_eq!((environments.retired, environments.alive), (2, 1));
    assert_eq!(function.gb_s.init, 1.5);
    let at: Vec<f64> = witness
        .lapses()
        .filter_map(|lapse| match lapse {
            Lapse::Replacement { at, .. } => Some(at.seconds()),
            _ => None,
        })
        .collect();
    assert_eq!(at, [100.0, 200.0]);
}

/// S17: a busy environment is replaced at its end, an idle one without a successor leaves at its age.
#[test]
fn an_environment_reaches_its_age_idle_or_at_the_end_of_its_request() {
    let (_, witness) = witnessed(&format!(
        "{PLAIN}\nfunctions:
  busy: {{duration: 150s, max_age: 100s}}
  idle: {{duration: 1s, max_age: 100s}}
  clock: {{duration: 0ms}}
traffic: [{{to: busy, burst: 1}}, {{to: idle, burst: 1}}, {{to: clock, burst: 1, at: 500s}}]"
    ));
    assert_eq!(witness.retirements(), [100.0, 150.0]);
}

/// S11: A starts an Init of 2 s at 0 and is done at 3 s; B starts another at 2.5 s, C comes at 5 s.
#[test]
fn a_request_waits_for_its_own_environment_or_takes_the_first_that_is_free() {
    let run = |own: bool, age: &str| {
        let (report, rows) = attempts(&format!(
            "{PLAIN}\nassumptions: {{own_cold_start: {own}}}\nfunctions: {{f: {{duration: 1s, init: 2s, max_age: {age}}}}}
traffic: [{{to: f, burst: 1}}, {{to: f, burst: 1, at: 2500ms}}, {{to: f, burst: 1, at: 5s}}]"
        ));
        let function = &report.functions["f"];
        assert_eq!(function.cold_starts, function.environments.created);
        // Every Init is billed, whoever waited for it, and three seconds of the handler.
        assert_eq!(function.gb_s.init, function.cold_starts as f64 * 0.25);
        assert_eq!(function.gb_s.handler, 0.375);
        let mut ends: Vec<(u64, f64)> = rows.iter().map(|row| (row.event_id, row.t_done.seconds())).collect();
        ends.sort_by_key(|(event, _)| *event);
        ends.into_iter().map(|(_, at)| at).collect::<Vec<f64>>()
    };
    assert_eq!(run(true, "never"), [3.0, 5.5, 6.0]);
    assert_eq!(run(false, "never"), [3.0, 4.0, 6.0]);
    // At its age an environment takes nobody, not even one who waits.
    assert_eq!(run(false, "3s"), [3.0, 5.5, 8.0]);
}
