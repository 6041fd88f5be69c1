//! `tune`: the closed form at every size, what may not be chosen, and the published example.

use coldstart::decision::tune::{Size, Strategy, Tuning, Wish, document, tune};
use coldstart::experiment::Runner;
use coldstart::experiment::sweep::SweepRefusal;
use coldstart::report::document::text;
use coldstart::report::text::{Detail, TextOptions};
use coldstart::scenario::ExperimentFlag;

use super::sweeps::template;

fn wish(strategy: Strategy) -> Wish {
    Wish { function: "api".to_owned(), strategy, weight: 0.5, by: "mean".to_owned(), replications: 1 }
}

fn tuned(function: &str, sizes: &str, strategy: Strategy) -> Tuning {
    let scenario = format!(
        "defaults: {{init: 0ms, max_age: never, keep_alive: never, timeout: 15m}}
functions: {{api: {{{function}}}}}
traffic: [{{to: api, arrivals: even, rate: 3/min, for: 1m}}]
"
    );
    let sizes = ExperimentFlag::Field("--memory", "functions.api.memory".to_owned(), sizes.to_owned());
    tune(&template(&scenario, vec![sizes]), &wish(strategy), &Runner { jobs: 2, progress: None }).unwrap()
}

/// Duration of `work` in ms by rule S21, written down a second time: 20 ms periods with a quota of 20 ms x memory / 1,769.
fn by_hand(memory: f64, cpu_ms: f64, io_ms: f64, threads: f64) -> f64 {
    let vcpus = match memory {
        _ if memory <= 3_008.0 => 2.0,
        _ if memory <= 5_307.0 => 3.0,
        _ if memory <= 7_076.0 => 4.0,
        _ if memory <= 8_845.0 => 5.0,
        _ => 6.0,
    };
    let parallel = f64::min(threads, vcpus);
    let quota = 20.0 * memory / 1_769.0;
    if cpu_ms <= quota || memory >= 1_769.0 * parallel {
        return cpu_ms / parallel + io_ms;
    }
    let periods = (cpu_ms / quota).floor();
    let rest = cpu_ms - periods * quota;
    let busy = if rest == 0.0 {
        (periods - 1.0) * 20.0 + quota / parallel
    } else {
        periods * 20.0 + rest / parallel
    };
    busy + io_ms
}

fn seconds(size: &Size) -> f64 {
    size.time.unwrap().mean
}

/// Every step of 1 MB in an optimised build; every 173 in a debug build.
#[test]
fn work_takes_and_costs_what_the_closed_form_says_at_every_size() {
    let step = if cfg!(debug_assertions) { 173 } else { 1 };
    for (threads, cpu) in [(1.0, 83.0), (2.0, 300.0)] {
        let function = format!("work: {{cpu: {cpu}ms, io: 40ms, threads: {threads}}}");
        let found = tuned(&function, &format!("128MB..10240MB step {step}MB"), Strategy::Cost);
        assert_eq!(found.sizes.len(), (10_240 - 128) / step + 1);
        for size in &found.sizes {
            let memory = f64::from(size.memory_mb);
            let duration = by_hand(memory, cpu, 40.0, threads);
            assert!(
                (seconds(size) - duration).abs() < 1e-3,
                "{memory} MB: {} is not {duration}",
                seconds(size)
            );
            // A duration that is a whole number of ms up to the last nanosecond is billed as such.
            let billed = (duration - 1e-6).ceil();
            let cost = billed / 1e3 * memory / 1_024.0 * 16.666_7 + 0.2;
            let found = size.cost_per_million.unwrap().mean;
            assert!((found - cost).abs() < 1e-6 * cost, "{memory} MB: {found} is not {cost}");
            assert_eq!(size.invalid, None);
        }
    }
}

#[test]
fn sizes_that_time_out_or_run_out_of_memory_are_marked_and_never_chosen() {
    // What needs 300 MB does not fit into 256; 300 ms of CPU take 4.1 s with 128 MB, and 1.03 s with 512.
    let found =
        tuned("max_memory_used: 300MB, work: {cpu: 300ms}", "128MB,256MB,512MB,1024MB", Strategy::Cost);
    let why: Vec<Option<&str>> = found.sizes.iter().map(|size| size.invalid.as_deref()).collect();
    assert_eq!(why[0], Some("out of memory"));
    assert_eq!(why[1], Some("out of memory"));
    assert_eq!(why[2..], [None, None]);
    let slow = tuned("timeout: 1s, work: {cpu: 300ms}", "128MB,256MB,512MB,1024MB", Strategy::Cost);
    assert_eq!(slow.sizes[0].invalid.as_deref(), Some("timeouts"));
    assert_eq!(slow.sizes[slow.choice.unwrap().cost].invalid, None);
    let none = tuned("timeout: 1s, duration: 2s", "128MB,256MB", Strategy::Speed);
    assert_eq!(none.choice, None);
    let options = TextOptions { detail: Detail::Full, colour: false, columns: 100 };
    assert!(text(&document(&none), options).contains("No size is valid"));
    assert!(text(&document(&slow), options).contains("✗ timeouts"));
}

#[test]
fn cold_starts_are_in_time_and_cost() {
    let warm = tuned("work: {cpu: 80ms}", "512MB", Strategy::Cost);
    let cold = tuned("init: 1s, keep_alive: 1s, work: {cpu: 80ms}", "512MB", Strategy::Cost);
    assert_eq!(cold.sizes[0].cold_start_rate.unwrap().mean, 1.0);
    assert!((seconds(&cold.sizes[0]) - seconds(&warm.sizes[0]) - 1_000.0).abs() < 1e-6);
    let more = cold.sizes[0].cost_per_million.unwrap().mean - warm.sizes[0].cost_per_million.unwrap().mean;
    assert!((more - 0.5 * 16.666_7).abs() < 1e-6, "{more}");
}

#[test]
fn arm_is_a_fifth_cheaper_and_both_architectures_are_shown() {
    let scenario = "functions: {api: {init: 0ms, max_age: never, keep_alive: never, work: {cpu: 80ms}}}
traffic: [{to: api, arrivals: even, rate: 3/min, for: 1m}]
";
    let flags = vec![
        ExperimentFlag::Field("--memory", "functions.api.memory".to_owned(), "512MB, 1769MB".to_owned()),
        ExperimentFlag::Field("--arch", "functions.api.arch".to_owned(), "x86_64, arm64".to_owned()),
    ];
    let found = tune(&template(scenario, flags), &wish(Strategy::Cost), &Runner::default()).unwrap();
    assert_eq!(found.sizes.len(), 4);
    let cost = |index: usize| found.sizes[index].cost_per_million.unwrap().mean - 0.2;
    assert!((cost(1) / cost(0) - 13.333_4 / 16.666_7).abs() < 1e-6);
    assert_eq!(found.chosen().unwrap().arch, "arm64");
}

#[test]
fn a_fixed_duration_is_remarked() {
    let found = tuned("duration: 1s", "128MB, 256MB", Strategy::Cost);
    assert!(found.remarks.iter().any(|remark| remark.contains("(S22)")));
    assert_eq!(found.chosen().unwrap().memory_mb, 128);
}

/// Every size would show the same: the version that serves has 128 MB whatever the function has.
#[test]
fn a_function_whose_versions_have_their_own_memory_is_not_tuned() {
    let tuned = |versions: &str, to: &str| {
        let scenario = format!(
            "functions: {{api: {{init: 0ms, work: {{cpu: 80ms}}, versions: {{{versions}}}, aliases: {{live: {{version: v1}}}}}}}}
traffic: [{{to: \"api:{to}\", arrivals: even, rate: 3/min, for: 1m}}, {{to: \"api:v2\", arrivals: even, rate: 3/min, for: 1m}}]
"
        );
        let sizes =
            ExperimentFlag::Field("--memory", "functions.api.memory".to_owned(), "512MB, 1GB".to_owned());
        tune(&template(&scenario, vec![sizes]), &wish(Strategy::Cost), &Runner::default())
    };
    let refused = tuned("v1: {memory: 128MB}, v2: {memory: 256MB}", "live").unwrap_err();
    let SweepRefusal::Words(words) = refused else { panic!("{refused:?}") };
    assert!(words.contains("versions that set their own size (`v1`, `v2`)"), "{words}");
    assert!(words.contains("--over \"functions.api.versions.VERSION.memory="), "{words}");
    let mixed = tuned("v1: {memory: 128MB}, v2: {}", "live").unwrap();
    assert!(mixed.remarks.iter().any(|one| one.contains("own size (`v1`)")), "{:?}", mixed.remarks);
    let inherited = tuned("v1: {}, v2: {}", "live").unwrap();
    assert!(!inherited.remarks.iter().any(|one| one.contains("own size")), "{:?}", inherited.remarks);
}
