//! What has nothing to do with each other changes nothing of each other (invariants 11 and 12).

use std::fmt::Write;

use coldstart::report::model::Report;
use coldstart::{Division, Options, simulate};

use crate::simulated::scenario;

/// A function with everything that is drawn, and its traffic.
fn busy_function(name: &str, settings: &str) -> (String, String) {
    let function = format!(
        "  {name}: {{runtime: nodejs22.x, duration: 'lognormal(p50=80ms, p99=900ms)', errors: 3%, crashes: 1%, \
         max_memory_used: 'uniform(60MB, 130MB)', keep_alive: 'uniform(5s, 20s)', early_end: 5%, \
         async: {{dead_letter: {name}-dlq}}{settings}}}\n"
    );
    let traffic = format!(
        "  - {{to: {name}, rate: 8/s, for: 60s, client: {name}-app}}
  - {{to: {name}, mode: async, arrivals: gamma(cv=2), rate: 2/s, for: 60s}}\n"
    );
    (function, traffic)
}

/// These functions, and a call long after all retries, so that the end does not depend on whose come last.
fn with_functions(seed: u64, functions: &[(&str, &str)]) -> String {
    let mut text = format!("seed: {seed}\nqueues:\n");
    for (name, _) in functions {
        writeln!(text, "  {name}-dlq: {{}}").unwrap();
    }
    writeln!(text, "clients:").unwrap();
    for (name, _) in functions {
        writeln!(text, "  {name}-app: {{preset: boto3-standard, timeout: 1s, network: exp(mean=5ms)}}")
            .unwrap();
    }
    let (blocks, traffic): (Vec<_>, Vec<_>) =
        functions.iter().map(|(name, settings)| busy_function(name, settings)).unzip();
    let clock = ["  clock: {duration: 1ms}\n", "  - {to: clock, burst: 1, at: 10m}\n"];
    text + "functions:\n" + &blocks.concat() + clock[0] + "traffic:\n" + &traffic.concat() + clock[1]
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap()
}

/// Fails where two texts differ, and shows the place.
fn same(found: &str, expected: &str) {
    if let Some(place) = found.bytes().zip(expected.bytes()).position(|(a, b)| a != b) {
        let begin = place.saturating_sub(200);
        let around = |text: &str| text.chars().skip(begin).take(300).collect::<String>();
        panic!("differs at {place}:\n{}\n{}", around(found), around(expected));
    }
    assert_eq!(found.len(), expected.len());
}

fn run(text: &str, jobs: usize, division: Division) -> Report {
    simulate(&scenario(text), &Options { jobs, division, progress: None })
}

/// 11: the whole report on the first function is the same, wherever the second stands in the file.
#[test]
fn a_second_function_in_its_own_reserved_pool_changes_nothing_of_the_first() {
    for seed in 1..=10 {
        let alone = run(&with_functions(seed, &[("f", "")]), 1, Division::Together);
        let pool = ("other", ", reserved_concurrency: 3");
        for order in [[("f", ""), pool], [pool, ("f", "")]] {
            let both = run(&with_functions(seed, &order), 1, Division::Together);
            assert!(both.functions["other"].throttles.total > 0);
            let mut function = both.functions["f"].clone();
            // What the reservation leaves is less, and says so.
            assert_eq!(function.configuration.concurrency_limit, Some(997));
            function.configuration.concurrency_limit = Some(1_000);
            same(&json(&function), &json(&alone.functions["f"]));
            same(&json(&both.clients["f-app"]), &json(&alone.clients["f-app"]));
            same(&json(&both.queues["f-dlq"]), &json(&alone.queues["f-dlq"]));
        }
    }
}

/// 11: changing a limit never changes what arrives (S3).
#[test]
fn a_limit_changes_nothing_of_what_arrives() {
    for seed in 1..=10 {
        let offered = |limit: &str| {
            let report = run(&with_functions(seed, &[("f", limit)]), 1, Division::Together);
            (report.clients["f-app"].calls, report.functions["f"].asynchronous.received)
        };
        assert_eq!(offered(""), offered(", reserved_concurrency: 1"));
        assert_eq!(offered(""), offered(", memory: 1769MB, timeout: 1s"));
    }
}

/// 12: the same bytes with any number of threads, in one agenda or in one for each function.
#[test]
fn threads_and_division_change_no_byte_of_the_report() {
    let functions: [(&str, &str); 5] =
        [("a", ""), ("b", ", reserved_concurrency: 3"), ("c", ", memory: 512MB"), ("d", ""), ("e", "")];
    for seed in 1..=6 {
        let text = with_functions(seed, &functions);
        let reference = json(&run(&text, 1, Division::Together));
        for jobs in [1, 2, 4] {
            same(&json(&run(&text, jobs, Division::IntoCells)), &reference);
        }
        same(&json(&run(&text, 1, Division::Together)), &reference);
    }
}

#[test]
fn another_seed_gives_another_path() {
    let digest = |seed| run(&with_functions(seed, &[("f", "")]), 1, Division::Together).digest;
    assert_eq!(digest(1), digest(1));
    assert_ne!(digest(1), digest(2));
}
