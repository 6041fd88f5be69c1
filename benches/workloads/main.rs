//! Whole runs with the normal report on: invocations per second of CPU time, peak memory, and the digest, so that
//! faster can't mean different.
//!
//! - `cargo bench` runs all workloads; `cargo bench -- W1` one of them; `cargo bench -- W1 10000000` with another number of
//!   invocations; `cargo bench -- W3 10000000 cells` with functions apart only.
//! - `cargo bench -- bare` tells each workload in bare loops of its ingredients, so that machines can be compared.
//! - `cargo bench -- instructions` counts instructions with valgrind and says where they are.
//! - `cargo bench -- threads W3` compares one thread with two.
//! - `cargo bench -- growth` measures how the cost of an invocation grows, and draws it.
//!
//! CPU time and peak memory are read from `/proc`; where there is none, only the digest is printed.

#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark talks to the terminal and reads the clock"
)]

mod bare;
mod growth;
mod instructions;
mod measuring;
mod scenarios;

use std::time::Instant;

use coldstart::scenario::Scenario;
use coldstart::{Division, Options, simulate};

use measuring::{peak_memory_mib, run, scenario};
use scenarios::{WORKLOADS, Workload};

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let word = |place: usize| words.get(place).map(String::as_str);
    let chosen = |name: Option<&str>| {
        WORKLOADS
            .iter()
            .filter(move |workload| name.is_none_or(|name| name == workload.name))
            .collect::<Vec<_>>()
    };
    match word(0) {
        Some("growth") => growth::growth(),
        Some("bare") => against_bare_loop(&chosen(word(1))),
        Some("threads") => chosen(word(1).or(Some("W3"))).into_iter().for_each(compare_threads),
        Some("instructions") => chosen(word(1)).into_iter().for_each(instructions::count),
        name => {
            let invocations = word(1).and_then(|word| word.parse().ok());
            for workload in chosen(name) {
                show(workload, invocations.unwrap_or(workload.invocations), word(2) == Some("cells"));
            }
        }
    }
}

/// Rounds of a workload against the bare loop.
const ROUNDS: usize = 5;

/// Each workload on one thread, in ns and in bare loops. The two run in turn, so that what slows the machine for a while slows
/// both; the ns are the shortest of all rounds, the ratio is the median of the rounds.
fn against_bare_loop(workloads: &[&Workload]) {
    for workload in workloads {
        let scenario = scenario(&(workload.text)(workload.invocations));
        let rounds: Vec<(f64, f64)> = (0..ROUNDS)
            .filter_map(|_| {
                let bare = bare::nanos_each(5_000_000);
                run(&scenario, Division::IntoCells).nanos_each().map(|nanos| (bare, nanos))
            })
            .collect();
        let mut ratios: Vec<f64> = rounds.iter().map(|(bare, nanos)| nanos / bare).collect();
        ratios.sort_by(f64::total_cmp);
        let Some(median) = ratios.get(ratios.len() / 2) else { continue };
        let bare = rounds.iter().map(|round| round.0).fold(f64::INFINITY, f64::min);
        let nanos = rounds.iter().map(|round| round.1).fold(f64::INFINITY, f64::min);
        println!(
            "{:<4} {nanos:>6.1} ns each   {:>4.1} M/s   bare {bare:.1} ns   {median:.2} bare loops ({:.2} to {:.2})",
            workload.name,
            1e3 / nanos,
            ratios[0],
            ratios[ratios.len() - 1],
        );
    }
}

fn show(workload: &Workload, invocations: u64, only_cells: bool) {
    let scenario = scenario(&(workload.text)(invocations));
    println!("{:<4} {}", workload.name, workload.about);
    print_run("cells", &scenario, Division::IntoCells);
    if scenario.functions.len() > 1 && !only_cells {
        print_run("one agenda", &scenario, Division::Together);
    }
}

/// Wall-clock time with one thread and with two, alternately, the shortest of three runs each: on an idle machine.
fn compare_threads(workload: &Workload) {
    let scenario = scenario(&(workload.text)(workload.invocations));
    let mut shortest = [f64::INFINITY; 2];
    let mut digests = Vec::new();
    for run in 0..6 {
        let jobs = run % 2 + 1;
        let start = Instant::now();
        let report = simulate(&scenario, &Options { jobs, ..Options::default() });
        shortest[run % 2] = shortest[run % 2].min(start.elapsed().as_secs_f64());
        digests.push(report.digest);
    }
    digests.dedup();
    let [one, two] = shortest;
    println!(
        "{:<4} one thread {one:.2} s   two threads {two:.2} s   {:.2} times as fast",
        workload.name,
        one / two
    );
    println!("     digest {}", digests.join(" and "));
}

fn print_run(how: &str, scenario: &Scenario, division: Division) {
    let measured = run(scenario, division);
    let cold: u64 = measured.report.functions.values().map(|function| function.cold_starts).sum();
    if let Some(nanos) = measured.nanos_each() {
        println!(
            "     {how:<11} {:>6.2} M invocations/s   {nanos:>6.1} ns each   {} invocations   peak memory {} MiB",
            1e3 / nanos,
            measured.invocations,
            peak_memory_mib().unwrap_or(0),
        );
        let messages: u64 = measured.report.queues.values().map(|queue| queue.deleted).sum();
        if messages > 0 {
            let each = nanos * measured.invocations as f64 / messages as f64;
            println!(
                "     {how:<11} {:>6.2} M messages/s   {each:>6.1} ns each   {messages} messages",
                1e3 / each
            );
        }
    }
    println!("     {how:<11} digest {}   cold starts {cold}", measured.report.digest);
}
