//! The same scenario gives the same bytes: twice, on any number of threads, however it is divided, beside other
//! functions; and what two scenarios share stays the same between them.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use coldstart::lambda::facts::{Fact, Observer};
use coldstart::report::model::Report;
use coldstart::report::text::{self, Detail, TextOptions};
use coldstart::report::{csv, html, json, junit, markdown, plots};
use coldstart::scenario::Scenario;
use coldstart::scenario::model::{EnvironmentChoice, KeepAlive};
use coldstart::units::{SimDuration, SimTime};
use coldstart::{Division, Options, simulate, simulate_observed, simulate_with_attempts};

use crate::simulated::{scenario, scenario_in};
use crate::swarm::generator;

/// Everything that is written about a report, under a name each.
fn renderings(report: &Report) -> Vec<(String, String)> {
    let options = TextOptions { detail: Detail::Full, colour: true, columns: 100 };
    let mut all = vec![
        ("json".to_owned(), json::render(report).unwrap()),
        ("html".to_owned(), html::render(report)),
        ("text".to_owned(), text::render(report, options)),
        ("md".to_owned(), markdown::render(report)),
        ("junit".to_owned(), junit::render(report)),
    ];
    all.extend(csv::render(report).into_iter().map(|(name, table)| (name.to_owned(), table)));
    all.extend(plots::render(report).into_iter().map(|plot| (plot.name.to_owned(), plot.svg)));
    all
}

fn run(scenario: &Scenario, jobs: usize, division: Division) -> Report {
    simulate(scenario, &Options { jobs, division, ..Options::default() })
}

/// Fails with the first place at which two reports differ.
fn assert_same(one: &Report, other: &Report, what: &str) {
    for ((name, left), (_, right)) in renderings(one).iter().zip(&renderings(other)) {
        let Some(place) = left.bytes().zip(right.bytes()).position(|(left, right)| left != right) else {
            assert_eq!(left.len(), right.len(), "{what}: {name} differs in length");
            continue;
        };
        let around = |text: &str| {
            let from =
                (0..=place.saturating_sub(300)).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
            text[from..].chars().take(500).collect::<String>()
        };
        panic!("{what}: {name} differs at byte {place}:\n{}\n--- and\n{}", around(left), around(right));
    }
}

/// With very many functions their samples are reduced to what is reported; that must be what a whole sample says.
#[test]
fn among_very_many_functions_one_has_the_percentiles_that_it_has_alone() {
    let text = |functions: usize| {
        let mut text = String::from(
            "account: {concurrency: unlimited, requests_per_second: unlimited, scaling_rate: unlimited}\n\
             defaults: {init: 500ms, duration: \"exp(mean=1s)\", errors: 2%, keep_alive: 10s, timeout: 4s}\nfunctions:\n",
        );
        (0..functions).for_each(|index| writeln!(text, "  f{index}: {{}}").unwrap());
        text.push_str("traffic:\n");
        for index in 0..functions {
            let rate = if index == 0 { 20 } else { 1 };
            writeln!(text, "  - {{to: f{index}, rate: {rate}/s, for: {}s}}", if index == 0 { 60 } else { 2 })
                .unwrap();
        }
        text
    };
    let [alone, among] = [1, 1_001].map(|functions| run(&scenario(&text(functions)), 1, Division::IntoCells));
    let of = |report: &Report| {
        let function = &report.functions["f0"];
        (function.latency_ms.clone(), function.duration_ms.clone(), function.init_ms.clone())
    };
    assert_eq!(of(&among), of(&alone));
    // Fewer points of the same curve.
    let curve = &alone.functions["f0"].latency_cdf;
    let coarse = &among.functions["f0"].latency_cdf;
    assert!(coarse.len() < curve.len());
    assert!(coarse.iter().all(|point| curve.iter().any(|fine| fine.0 == point.0)), "{coarse:?}");
}

/// Five scenarios that together touch every part of the model.
const STEADY: &str = "
functions:
  api: {memory: 512MB, runtime: python3.13, duration: \"lognormal(p50=90ms, p99=600ms)\", errors: 1%}
traffic:
  - {to: api, rate: 30/s, for: 10m}
";

const CROWDED: &str = "
account: {concurrency: 120, requests_per_second: 300/s}
functions:
  api: {reserved_concurrency: 10, duration: exp(mean=300ms), runtime: nodejs24.x, memory: 256MB}
  batch: {duration: \"gamma(mean=2s, cv=1.4)\", timeout: 30s, init: 800ms, keep_alive: 40s}
  other: {duration: 40ms, init: 100ms}
traffic:
  - {to: api, rate: 60/s, for: 5m}
  - {to: batch, arrivals: \"onoff(on=exp(mean=10s), off=exp(mean=20s))\", rate: 150/s, for: 5m}
  - {to: other, diurnal: {peak: 200/s, trough: 1/s, period: 2m}, for: 5m}
events:
  - {at: 2m, set: {functions.api.reserved_concurrency: 4}}
";

const ASYNCHRONOUS: &str = "
functions:
  worker:
    duration: \"weibull(scale=300ms, shape=0.7)\"
    init: 250ms
    timeout: 2s
    errors: 20%
    crashes: 3%
    poison: 2%
    reserved_concurrency: 5
    async: {dead_letter: dead, on_failure: failures, on_success: archive, max_event_age: 10m, delivery_errors: 5%}
  archive: {duration: 20ms, runtime: java21, memory: 1769MB}
queues: {dead: {}, failures: {retention: 60s}}
traffic:
  - {to: worker, mode: async, arrivals: gamma(cv=2), rate: 12/s, for: 6m}
  - {to: worker, schedule: \"rate(1 minute)\", for: 6m}
";

const CLIENTS: &str = "
functions:
  slow: {work: {cpu: exp(mean=120ms), io: 30ms}, memory: 300MB, reserved_concurrency: 6, timeout: 1s, keep_alive: aws-2020-pool}
clients:
  sdk: {preset: boto3-standard, network: \"lognormal(median=18ms, sigma=0.23)\", timeout: 700ms}
  legacy: {preset: boto3-legacy, network: 30ms, timeout: 2s}
traffic:
  - {to: slow, client: sdk, rate: 15/s, for: 4m}
  - {to: slow, client: legacy, users: 8, think_time: exp(mean=1s), for: 4m}
";

const AGED: &str = "
assumptions: {environment_choice: random, own_cold_start: false, scaling_bucket: step}
platform: aws-lambda/2025-07
functions:
  old: {duration: exp(mean=1s), keep_alive: aws-2025, max_age: \"uniform(60s, 200s)\", init: \"normal(mean=900ms, sd=90ms)\"}
  new: {duration: \"pareto(min=80ms, alpha=1.9)\", keep_alive: \"mix(80%: 20s, 20%: exp(mean=90s))\", early_end: 5%}
traffic:
  - {to: old, start_rate: 0/s, stages: [{duration: 5m, target: 20/s}, {duration: 5m, target: 1/s}]}
  - {to: new, burst: 300, at: 30s}
  - {to: new, arrivals: \"renewal(exp(mean=2s))\", for: 20m}
";

const FIVE: [(&str, &str); 5] = [
    ("steady", STEADY),
    ("crowded", CROWDED),
    ("asynchronous", ASYNCHRONOUS),
    ("clients", CLIENTS),
    ("aged", AGED),
];

#[test]
fn two_runs_write_the_same_bytes() {
    for (name, text) in FIVE {
        let scenario = scenario(text);
        let first = run(&scenario, 1, Division::IntoCells);
        assert_same(&first, &run(&scenario, 1, Division::IntoCells), name);
        assert_same(&first, &run(&scenario, 2, Division::IntoCells), &format!("{name}, two threads"));
        assert_same(&first, &run(&scenario, 1, Division::Together), &format!("{name}, together"));
        assert_same(
            &first,
            &simulate_with_attempts(&scenario, &Options::default(), &mut |_| ()),
            &format!("{name}, with the attempt log"),
        );
    }
}

/// Functions that share only the account are simulated alone as long as its limits do not matter, and together
/// otherwise. Nothing shows which it was.
#[test]
fn a_scenario_in_parts_is_the_scenario_as_a_whole() {
    let seeds = if cfg!(debug_assertions) { 10_000..10_150_u64 } else { 10_000..11_000 };
    let (mut refusing, mut several) = (0, 0);
    for seed in seeds {
        let folder = tempfile::tempdir().unwrap();
        let text = if seed.is_multiple_of(2) {
            generator::crowded(seed, folder.path())
        } else {
            generator::scenario(seed, folder.path())
        };
        let scenario = scenario_in(&text, folder.path());
        let together = run(&scenario, 1, Division::Together);
        let parts = run(&scenario, 2, Division::IntoCells);
        if serde_json::to_string(&together).unwrap() != serde_json::to_string(&parts).unwrap() {
            println!("{text}");
            assert_same(&together, &parts, &format!("seed {seed}"));
        }
        several += u32::from(scenario.functions.len() > 1);
        refusing += u32::from(together.functions.values().any(|function| {
            let by = function.throttles.by_cause;
            by.account_concurrency + by.account_request_rate > 0
        }));
    }
    println!("{several} scenarios of several functions, {refusing} with an account limit that refused");
    assert!(several > 80 && refusing > 20, "{several}, {refusing}: the scenarios do not test the division");
}

/// An observer that wants every detail: for it, each attempt asks all limits in their order and then for an environment.
struct InDetail;

impl Observer for InDetail {
    const DETAILED: bool = true;

    fn observe(&mut self, _now: SimTime, _fact: &Fact) {}
}

/// Most requests go a shorter way through the same limits than those whose details somebody wants to know.
#[test]
fn the_short_way_of_an_invocation_leads_where_the_full_one_does() {
    const CHOICES: [EnvironmentChoice; 4] = [
        EnvironmentChoice::MostRecentlyUsed,
        EnvironmentChoice::LeastRecentlyUsed,
        EnvironmentChoice::Newest,
        EnvironmentChoice::Random,
    ];
    for seed in 20_000..20_000 + if cfg!(debug_assertions) { 60_u64 } else { 600 } {
        let folder = tempfile::tempdir().unwrap();
        let generate = if seed.is_multiple_of(3) { generator::scenario } else { generator::crowded };
        let mut scenario = scenario_in(&generate(seed, folder.path()), folder.path());
        if seed.is_multiple_of(2) {
            scenario.assumptions.environment_choice = CHOICES[seed as usize / 2 % CHOICES.len()];
        }
        if seed.is_multiple_of(5) {
            scenario.functions[0].keep_alive = KeepAlive::PoolHalving { period: SimDuration::from_secs(20) };
        }
        let short = run(&scenario, 1, Division::Together);
        let (full, _) = simulate_observed(&scenario, &Options::default(), InDetail);
        assert_same(&short, &full, &format!("seed {seed}"));
    }
}

/// Cells of an account without limits are not even watched.
#[test]
fn without_limits_of_the_account_the_parts_are_the_whole() {
    let mut several = 0;
    for seed in 30_000..30_000 + if cfg!(debug_assertions) { 60_u64 } else { 600 } {
        let folder = tempfile::tempdir().unwrap();
        let generate = if seed.is_multiple_of(2) { generator::divided } else { generator::crowded };
        let mut scenario = scenario_in(&generate(seed, folder.path()), folder.path());
        for account in
            scenario.changes.iter_mut().map(|change| &mut change.account).chain([&mut scenario.account])
        {
            (account.concurrency, account.requests_per_second) = (None, None);
        }
        several += u32::from(scenario.functions.len() > 1);
        let together = run(&scenario, 1, Division::Together);
        assert_same(&together, &run(&scenario, 2, Division::IntoCells), &format!("seed {seed}"));
    }
    assert!(several > 30, "{several}: the scenarios do not test the division");
}

#[test]
fn an_unrelated_function_changes_no_number_of_the_others() {
    for (name, text) in FIVE {
        let alone = run(&scenario(text), 1, Division::IntoCells);
        let more = text
            .replacen(
                "functions:\n",
                "functions:\n  aardvark: {duration: exp(mean=80ms), runtime: go1.x, init: 90ms}\n",
                1,
            )
            .replace("runtime: go1.x, ", "")
            .replacen("traffic:\n", "traffic:\n  - {to: aardvark, rate: 3/s, for: 1m}\n", 1);
        // Where the account's limits bind the newcomer takes its share: give it a place of its own there.
        let more = if name == "crowded" {
            more.replacen("aardvark: {", "aardvark: {reserved_concurrency: 20, ", 1).replacen(
                "concurrency: 120, requests_per_second: 300/s",
                "concurrency: 140, requests_per_second: 100000/s",
                1,
            )
        } else {
            more
        };
        let alone = if name == "crowded" {
            run(&scenario(&text.replacen("300/s}", "100000/s}", 1)), 1, Division::IntoCells)
        } else {
            alone
        };
        let beside = run(&scenario(&more), 1, Division::IntoCells);
        assert!(beside.functions["aardvark"].invocations > 100);
        for (function, report) in &alone.functions {
            let (before, after) = (report, &beside.functions[function]);
            assert_eq!(before.digest, after.digest, "{name}: {function} changed");
            // Shares of the bill are rounded over all functions, so costs are compared by what is billed.
            assert_eq!(before.billed_ms_total, after.billed_ms_total, "{name}: {function}");
            assert_eq!(
                serde_json::to_string(&before.latency_ms).unwrap(),
                serde_json::to_string(&after.latency_ms).unwrap()
            );
        }
    }
}

/// (function, arrival in ns) of every first attempt, and the durations of those that ran.
fn arrivals(text: &str) -> Vec<(String, u64)> {
    let mut arrivals = Vec::new();
    simulate_with_attempts(&scenario(text), &Options::default(), &mut |row| {
        if row.attempt == 0 {
            arrivals.push((row.function.clone(), row.t_arrival.nanos()));
        }
    });
    arrivals.sort();
    arrivals
}

#[test]
fn a_limit_changes_who_is_served_but_not_who_comes() {
    let limited = arrivals(CROWDED);
    for change in ["reserved_concurrency: 10", "concurrency: 120", "memory: 256MB"] {
        let (key, value) = change.split_once(": ").unwrap();
        let changed = CROWDED.replacen(change, &format!("{key}: 1{value}"), 1);
        let changed = changed
            .replace("concurrency: 1120", "concurrency: 1000")
            .replace("reserved_concurrency: 110", "reserved_concurrency: 11");
        assert_ne!(changed, CROWDED);
        assert_eq!(limited, arrivals(&changed), "{change}");
    }
}

/// Digests of the five scenarios. A change of the model or of a random stream changes them: say so in the change log,
/// and write them anew with `UPDATE_GOLDENS=1 cargo test digests`.
#[test]
fn the_digests_of_five_scenarios_are_those_of_every_platform() {
    let mut found = String::new();
    for (name, text) in FIVE {
        let report = run(&scenario(text), 1, Division::IntoCells);
        writeln!(found, "{name} {}", report.digest).unwrap();
        for (function, report) in &report.functions {
            writeln!(found, "  {function} {}", report.digest).unwrap();
        }
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/digests.txt");
    if std::env::var_os("UPDATE_GOLDENS").is_some() {
        fs::write(&path, &found).unwrap();
    }
    assert_eq!(fs::read_to_string(&path).unwrap_or_default(), found, "the digests changed");
}
