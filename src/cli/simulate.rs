//! Running the simulation: the one place that calls it.

use coldstart::report::attempts::AttemptRow;
use coldstart::report::model::Report;
use coldstart::scenario::model::Scenario;
use coldstart::{Options, Progress};

/// Takes the rows of attempts one after the other.
pub(super) type AttemptSink<'sink> = dyn FnMut(&AttemptRow) + 'sink;

/// Simulates `scenario` on `jobs` threads (`None`: as many as there are). `progress` hears the share of
/// simulated time that is done.
pub(super) fn simulate(
    scenario: &Scenario,
    jobs: Option<usize>,
    progress: &(dyn Fn(f64) + Sync),
    attempts: Option<&mut AttemptSink<'_>>,
) -> Report {
    let tell = |now: Progress| progress(now.share);
    let options = Options { jobs: jobs.unwrap_or(0), progress: Some(&tell), ..Options::default() };
    match attempts {
        None => coldstart::simulate(scenario, &options),
        Some(sink) => coldstart::simulate_with_attempts(scenario, &options, &mut |row| {
            sink(&AttemptRow::of(row, scenario));
        }),
    }
}
