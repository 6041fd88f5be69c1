//! From YAML text to a report, for tests.

use std::path::Path;

use coldstart::report::model::Report;
use coldstart::scenario::{self, Overrides, Scenario};
use coldstart::{Options, simulate};

/// Reads a scenario that must be right; relative paths begin at `folder`.
pub fn scenario_in(folder: &Path, text: &str) -> Scenario {
    scenario::read(text, "test.yaml", folder, &Overrides::default())
        .unwrap_or_else(|problems| panic!("{problems}\n{text}"))
}

/// Reads a scenario that must be right.
pub fn scenario(text: &str) -> Scenario {
    scenario_in(Path::new("."), text)
}

/// Simulates a scenario on all cores.
pub fn report(text: &str) -> Report {
    simulate(&scenario(text), &Options { jobs: 0, ..Options::default() })
}

/// `long` in an optimised build, `short` otherwise: the length of a run on which a tolerance depends.
pub fn run_length(long: f64, short: f64) -> f64 {
    if cfg!(debug_assertions) { short } else { long }
}

/// An account without limits.
pub const UNLIMITED: &str =
    "account: {concurrency: unlimited, requests_per_second: unlimited, scaling_rate: unlimited}\n";
