//! Twelve Poisson experiments on AWS Lambda of 2020 (`simfaas_aws_experiments_2020.csv`).

use std::fmt::Write as _;

use coldstart::report::model::Report;

use super::{mean, number, relative_error, rows};
use crate::simulated::{UNLIMITED, report, run_length};

struct Experiment {
    name: String,
    rate: f64,
    p_cold: f64,
    environments: f64,
    running: f64,
}

fn experiments() -> Vec<Experiment> {
    rows("simfaas_aws_experiments_2020.csv")
        .iter()
        .map(|row| Experiment {
            name: row[0].to_owned(),
            rate: number(row, 1),
            p_cold: number(row, 7),
            environments: number(row, 5),
            running: number(row, 9),
        })
        .collect()
}

/// The inputs of the comparison that SimFaaS published: one mean of warm and one of cold responses for all rows, and the
/// keep-alive of 10 minutes.
fn simulated(choice: &str, experiments: &[Experiment], length: f64) -> Report {
    let mut text = format!("{UNLIMITED}warmup: 12000s\nassumptions: {{environment_choice: {choice}}}\n");
    text.push_str(
        "defaults: {duration: exp(mean=1.98134s), cold_duration: exp(mean=2.30374s), keep_alive: fixed(600s), \
         max_age: never, timeout: 900s}\nfunctions:\n",
    );
    for experiment in experiments {
        writeln!(text, "  {}: {{}}", experiment.name).unwrap();
    }
    text.push_str("traffic:\n");
    for Experiment { name, rate, .. } in experiments {
        writeln!(text, "  - {{to: {name}, rate: {rate:.12}/s, for: {length}s}}").unwrap();
    }
    report(&text)
}

/// Mean relative errors of P(cold), environments and running (of rows above 0.04/s), and the mean standard error of the
/// simulated P(cold) that the length of the run leaves.
#[expect(clippy::print_stdout, reason = "the table of the comparison")]
fn errors(choice: &str) -> [f64; 4] {
    let all = experiments();
    let (rare, frequent) = all.split_at(5);
    // Rare functions run longer, so that every row sees cold starts enough.
    let mut functions = simulated(choice, rare, run_length(2e7, 8e6)).functions;
    functions.extend(simulated(choice, frequent, run_length(4e6, 3e5)).functions);
    let [mut p_cold, mut environments, mut running, mut noise] = [(); 4].map(|()| Vec::new());
    println!("environment_choice: {choice}");
    println!(
        "{:14} {:>8}  {:>9} {:>9}  {:>6} {:>6}  {:>6} {:>6}",
        "experiment", "rate/s", "P(cold)", "real", "envs", "real", "busy", "real"
    );
    for experiment in &all {
        let function = &functions[&experiment.name];
        let p = function.cold_start_rate.unwrap();
        let (alive, busy) = (function.environments.mean.unwrap(), function.environments.mean_busy.unwrap());
        println!(
            "{:14} {:8.5}  {p:9.6} {:9.6}  {alive:6.3} {:6.3}  {busy:6.4} {:6.4}",
            experiment.name, experiment.rate, experiment.p_cold, experiment.environments, experiment.running
        );
        p_cold.push(relative_error(p, experiment.p_cold));
        environments.push(relative_error(alive, experiment.environments));
        noise.push(1.0 / (function.cold_starts.max(1) as f64).sqrt());
        if experiment.rate > 0.04 {
            running.push(relative_error(busy, experiment.running));
        }
    }
    let errors = [mean(&p_cold), mean(&environments), mean(&running), mean(&noise)];
    println!(
        "mean relative error: P(cold) {:.2} %, environments {:.2} %, running {:.2} %\n",
        errors[0] * 100.0,
        errors[1] * 100.0,
        errors[2] * 100.0
    );
    errors
}

#[test]
fn cold_starts_and_environments_of_twelve_real_experiments_are_met() {
    let [p_cold, environments, running, noise] = errors("mru");
    // An optimised build runs long enough for the bound itself; in a short run noise of that size is added to it.
    let allowance = if cfg!(debug_assertions) { noise } else { 0.0 };
    assert!(p_cold <= 0.135 + allowance, "P(cold) is off by {p_cold:.3} on average");
    assert!(environments <= 0.04, "environments are off by {environments:.3} on average");
    assert!(running <= 0.025, "running environments are off by {running:.3} on average");
    let [lru, ..] = errors("lru");
    assert!(lru >= 3.0 * p_cold, "least recently used is no worse ({lru:.3}): the comparison has no power");
}
