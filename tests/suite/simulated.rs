//! A scenario as a user writes it, run by the simulator, and what happened in it.

use std::path::Path;

use coldstart::lambda::facts::{Ended, Fact, Observer};
use coldstart::lambda::lapse::Lapse;
use coldstart::lambda::outcome::{Outcome, ThrottleCause};
use coldstart::observe::attempts::AttemptRow;
use coldstart::report::model::Report;
use coldstart::scenario::{Overrides, Scenario, read};
use coldstart::units::SimTime;
use coldstart::{Options, simulate, simulate_observed, simulate_with_attempts};

/// Nothing of the account binds, and environments stay unless a function says otherwise.
pub const UNBOUND: &str = "
account: {concurrency: unlimited, requests_per_second: unlimited, scaling_rate: unlimited}
defaults: {init: 0ms, max_age: never, keep_alive: never, proactive_replacement: 0%, timeout: 15m}
";

/// Section 12 of the facts: no init, no age limit, kept for ten minutes; AWS's own account.
pub const PLAIN: &str = "
defaults: {init: 0ms, max_age: never, keep_alive: 10m, proactive_replacement: 0%, timeout: 15m}
";

/// The scenario that `text` describes.
pub fn scenario(text: &str) -> Scenario {
    scenario_in(text, Path::new("."))
}

/// The same, with traces in `folder`.
pub fn scenario_in(text: &str, folder: &Path) -> Scenario {
    read(text, "test.yaml", folder, &Overrides::default())
        .unwrap_or_else(|problems| panic!("{}\n{text}", problems.render(false)))
}

/// What the reader says against `text`.
pub fn problems_of(text: &str) -> String {
    match read(text, "test.yaml", Path::new("."), &Overrides::default()) {
        Ok(_) => panic!("nothing is said against\n{text}"),
        Err(problems) => problems.render(false),
    }
}

/// The report on the scenario that `text` describes.
pub fn report(text: &str) -> Report {
    simulate(&scenario(text), &Options::default())
}

/// The report, and a row for every attempt in the order of their ends.
pub fn attempts(text: &str) -> (Report, Vec<AttemptRow>) {
    attempts_of(&scenario(text))
}

/// The same for a scenario that has been read.
pub fn attempts_of(scenario: &Scenario) -> (Report, Vec<AttemptRow>) {
    let mut rows = Vec::new();
    let report = simulate_with_attempts(scenario, &Options::default(), &mut |row| rows.push(row.clone()));
    (report, rows)
}

/// The attempts that ran, in the order of admission.
pub fn by_admission(rows: &[AttemptRow]) -> Vec<Ended> {
    let mut ran: Vec<Ended> = rows.iter().filter_map(|row| row.ran).collect();
    ran.sort_by_key(|ended| (ended.admitted, ended.request.number, ended.attempt));
    ran
}

/// Seconds at which the attempts that ran were admitted.
pub fn starts(rows: &[AttemptRow]) -> Vec<f64> {
    by_admission(rows).iter().map(|ended| ended.admitted.seconds()).collect()
}

/// How the attempts that ran ended, in the order of admission.
pub fn outcomes(rows: &[AttemptRow]) -> Vec<Outcome> {
    by_admission(rows).iter().map(|ended| ended.course.outcome).collect()
}

/// Seconds and causes of the refused attempts.
pub fn refusals(rows: &[AttemptRow]) -> Vec<(f64, ThrottleCause)> {
    rows.iter().filter_map(|row| row.throttle.map(|cause| (row.t_start.seconds(), cause))).collect()
}

/// Keeps all facts, to look at them afterwards.
#[derive(Debug, Default)]
pub struct Witness(pub Vec<(SimTime, Fact)>);

impl Observer for Witness {
    fn observe(&mut self, now: SimTime, fact: &Fact) {
        self.0.push((now, *fact));
    }
}

impl Witness {
    /// When environments left, in order, in seconds.
    pub fn retirements(&self) -> Vec<f64> {
        let mut instants: Vec<f64> = self.lapses().filter_map(retired_at).collect();
        instants.sort_by(f64::total_cmp);
        instants
    }

    /// Everything that happened to idle environments.
    pub fn lapses(&self) -> impl Iterator<Item = Lapse> {
        self.0.iter().filter_map(|(_, fact)| match fact {
            Fact::Lapse { lapse, .. } => Some(*lapse),
            _ => None,
        })
    }
}

fn retired_at(lapse: Lapse) -> Option<f64> {
    match lapse {
        Lapse::Retired { at, .. } => Some(at.seconds()),
        Lapse::IdlePeriodEnded { .. } | Lapse::Replacement { .. } | Lapse::Allocated { .. } => None,
    }
}

/// The report and every fact.
pub fn witnessed(text: &str) -> (Report, Witness) {
    simulate_observed(&scenario(text), &Options::default(), Witness::default())
}

/// How often to try where a test gets sharper with more tries: fewer in builds that are not optimised.
pub const fn tries(debug: u64, optimised: u64) -> u64 {
    if cfg!(debug_assertions) { debug } else { optimised }
}

/// `long` in an optimised build, `short` otherwise: the length of a run on which a tolerance depends.
pub fn run_length(long: f64, short: f64) -> f64 {
    if cfg!(debug_assertions) { short } else { long }
}

/// An account without limits.
pub const UNLIMITED: &str =
    "account: {concurrency: unlimited, requests_per_second: unlimited, scaling_rate: unlimited}\n";
