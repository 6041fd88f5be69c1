//! What a run costs: CPU time and memory of this process, read from `/proc` where there is one.

use std::path::Path;

use coldstart::report::model::Report;
use coldstart::scenario::{self, Overrides, Scenario};
use coldstart::{Division, Options, simulate};

/// A run and what it cost.
pub struct Measured {
    pub report: Report,
    pub seconds: Option<f64>,
    pub invocations: u64,
}

impl Measured {
    /// CPU time per invocation.
    pub fn nanos_each(&self) -> Option<f64> {
        self.seconds.map(|seconds| seconds * 1e9 / self.invocations as f64)
    }
}

/// The scenario of a text that is right.
pub fn scenario(text: &str) -> Scenario {
    match scenario::read(text, "workload.yaml", Path::new("."), &Overrides::default()) {
        Ok(scenario) => scenario,
        Err(problems) => panic!("{}", problems.render(false)),
    }
}

/// Runs on one thread with the normal report on.
pub fn run(scenario: &Scenario, division: Division) -> Measured {
    let before = cpu_seconds();
    let report = simulate(scenario, &Options { jobs: 1, division, ..Options::default() });
    let seconds = before.zip(cpu_seconds()).map(|(before, after)| after - before);
    let invocations = report.functions.values().map(|function| function.invocations).sum();
    Measured { report, seconds, invocations }
}

/// CPU time of this process so far.
fn cpu_seconds() -> Option<f64> {
    let schedule = std::fs::read_to_string("/proc/self/schedstat").ok()?;
    schedule.split_whitespace().next()?.parse::<f64>().ok().map(|nanos| nanos / 1e9)
}

/// Greatest resident memory of this process so far.
pub fn peak_memory_mib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib / 1024)
}
