//! Whole runs with the normal report on: invocations per second of CPU time, peak memory, and the digest, so that
//! faster can't mean different.
//!
//! `cargo bench` runs all workloads; `cargo bench -- W1` one of them; `cargo bench -- W1 10000000` with another number
//! of invocations. CPU time and peak memory are read from `/proc`; where there is none, only the digest is printed.

#![allow(clippy::print_stdout, reason = "a benchmark talks to the terminal")]

use std::fmt::Write as _;
use std::path::Path;

use coldstart::scenario::{self, Overrides, Scenario};
use coldstart::{Division, Options, simulate};

/// A workload: its scenario for about so many invocations.
struct Workload {
    name: &'static str,
    about: &'static str,
    invocations: u64,
    text: fn(u64) -> String,
}

const WORKLOADS: [Workload; 4] = [
    Workload {
        name: "W1",
        about: "1 function, Poisson 100/s, exp 1 s, cold +0.5 s, keep-alive 600 s",
        invocations: 20_000_000,
        text: |invocations| one_function("exp(mean=1s)", 100, invocations),
    },
    Workload {
        name: "W1L",
        about: "as W1 with lognormal mean 1 s, sigma 1",
        invocations: 20_000_000,
        text: |invocations| one_function("lognormal(mean=1s, sigma=1)", 100, invocations),
    },
    Workload {
        name: "W4",
        about: "as W1 at 1,000/s",
        invocations: 20_000_000,
        text: |invocations| one_function("exp(mean=1s)", 1_000, invocations),
    },
    Workload {
        name: "W3",
        about: "10,000 functions, 100,000/s in all, otherwise as W1",
        invocations: 10_000_000,
        text: ten_thousand_functions,
    },
];

const UNLIMITED: &str =
    "account: {concurrency: unlimited, requests_per_second: unlimited, scaling_rate: unlimited}\n";

fn one_function(duration: &str, rate: u64, invocations: u64) -> String {
    let seconds = invocations / rate;
    format!(
        "name: workload\n{UNLIMITED}functions:\n  f: {{timeout: 15m, init: 500ms, duration: \"{duration}\", keep_alive: 600s, max_age: never}}\n\
         traffic:\n  - {{to: f, rate: {rate}/s, for: {seconds}s}}\n"
    )
}

fn ten_thousand_functions(invocations: u64) -> String {
    let (functions, seconds) = (10_000, invocations / 100_000);
    let mut text = format!("name: workload\n{UNLIMITED}functions:\n");
    for index in 0..functions {
        let _ = writeln!(
            text,
            "  f{index}: {{timeout: 15m, init: 500ms, duration: \"exp(mean=1s)\", keep_alive: 600s, max_age: never}}"
        );
    }
    text.push_str("traffic:\n");
    for index in 0..functions {
        let _ = writeln!(text, "  - {{to: f{index}, rate: 10/s, for: {seconds}s}}");
    }
    text
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let wanted = words.first().map(String::as_str);
    let invocations = words.get(1).and_then(|word| word.parse().ok());
    for workload in WORKLOADS.iter().filter(|workload| wanted.is_none_or(|name| name == workload.name)) {
        run(workload, invocations.unwrap_or(workload.invocations));
    }
}

fn run(workload: &Workload, invocations: u64) {
    let text = (workload.text)(invocations);
    let scenario = match scenario::read(&text, "workload.yaml", Path::new("."), &Overrides::default()) {
        Ok(scenario) => scenario,
        Err(problems) => panic!("{}", problems.render(false)),
    };
    println!("{:<4} {}", workload.name, workload.about);
    measure("cells", &scenario, Division::IntoCells);
    if scenario.functions.len() > 1 {
        measure("one agenda", &scenario, Division::Together);
    }
}

fn measure(how: &str, scenario: &Scenario, division: Division) {
    let before = cpu_seconds();
    let report = simulate(scenario, &Options { jobs: 1, division, ..Options::default() });
    let invocations: u64 = report.functions.values().map(|function| function.invocations).sum();
    let cold: u64 = report.functions.values().map(|function| function.cold_starts).sum();
    if let (Some(before), Some(after)) = (before, cpu_seconds()) {
        let seconds = after - before;
        println!(
            "     {how:<11} {:>6.2} M invocations/s   {:>6.1} ns each   {} invocations   peak memory {} MiB",
            invocations as f64 / seconds / 1e6,
            seconds * 1e9 / invocations as f64,
            invocations,
            peak_memory_mib().unwrap_or(0),
        );
    }
    println!("     {how:<11} digest {}   cold starts {cold}", report.digest);
}

/// CPU time of this process so far.
fn cpu_seconds() -> Option<f64> {
    let schedule = std::fs::read_to_string("/proc/self/schedstat").ok()?;
    schedule.split_whitespace().next()?.parse::<f64>().ok().map(|nanos| nanos / 1e9)
}

/// Greatest resident memory of this process so far.
fn peak_memory_mib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib / 1024)
}
