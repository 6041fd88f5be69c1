//! What must hold on every path, without statistics: relations between runs of the same random arrivals and durations.
//! Thirty small workloads with fixed seeds each; no Init and no reservation unless a test says so.

mod environments;
mod independence;
mod limits;
mod surroundings;

use coldstart::lambda::facts::Ended;
use coldstart::observe::attempts::AttemptRow;
use coldstart::scenario::Scenario;
use tempfile::TempDir;

use crate::simulated::{Witness, attempts_of, scenario_in};
use coldstart::report::model::Report;
use coldstart::{Options, simulate_observed};

/// Workloads that each property is tried on.
const WORKLOADS: u64 = 30;

/// Arrivals and durations in milliseconds, as a trace.
pub struct Workload {
    rows: Vec<(u64, u64)>,
    folder: TempDir,
}

/// The `SplitMix64` generator, so that the workloads are the same everywhere and for ever.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }
}

impl Workload {
    /// Up to 150 requests; many at the same instants, and many that end when others begin.
    pub fn new(seed: u64) -> Self {
        let mut dice = Dice(seed);
        let step = [1, 100, 500][dice.below(3) as usize];
        let (longest_gap, longest_run) = (dice.below(40) + 1, dice.below(60) + 2);
        let mut at = 0;
        let rows = (0..50 + dice.below(100))
            .map(|_| {
                // Now and then a pause that outlasts keep-alives.
                let gap = if dice.below(12) == 0 { dice.below(400) } else { dice.below(longest_gap) };
                at += gap * step;
                (at, (dice.below(longest_run) + 1) * step)
            })
            .collect();
        Self { rows, folder: TempDir::new().unwrap() }
    }

    /// Every seed's workload.
    pub fn all() -> impl Iterator<Item = Self> {
        (1..=WORKLOADS).map(Self::new)
    }

    /// The same with all times `factor` times as long.
    pub fn stretched(&self, factor: u64) -> Self {
        let rows = self.rows.iter().map(|(at, run)| (at * factor, run * factor)).collect();
        Self { rows, folder: TempDir::new().unwrap() }
    }

    /// The scenario in which function `f` with these settings gets the requests, in an account with these limits.
    pub fn scenario(&self, account: &str, settings: &str, assumptions: &str) -> Scenario {
        let mut trace = "t,duration_ms\n".to_owned();
        for (at, run) in &self.rows {
            trace += &format!("{}.{:03},{run}\n", at / 1_000, at % 1_000);
        }
        std::fs::write(self.folder.path().join("trace.csv"), trace).unwrap();
        let text = format!(
            "account: {{concurrency: {account}, requests_per_second: unlimited, scaling_rate: unlimited}}
defaults: {{init: 0ms, max_age: never, proactive_replacement: 0%, timeout: 15m, duration: 1s}}
assumptions: {{{assumptions}}}
functions: {{f: {{{settings}}}}}
traffic: [{{to: f, arrivals: trace(trace.csv)}}]"
        );
        scenario_in(&text, self.folder.path())
    }

    /// Runs without a limit on concurrency.
    pub fn run(&self, settings: &str, assumptions: &str) -> Path {
        Path::of(&self.scenario("unlimited", settings, assumptions))
    }

    /// Runs with `cap` concurrent executions.
    pub fn run_capped(&self, cap: u32, settings: &str, assumptions: &str) -> Path {
        Path::of(&self.scenario(&cap.to_string(), settings, assumptions))
    }

    /// Runs, and keeps every fact.
    pub fn witnessed(&self, settings: &str) -> (Report, Witness) {
        let scenario = self.scenario("unlimited", settings, "");
        simulate_observed(&scenario, &Options::default(), Witness::default())
    }
}

/// What happened to the requests of a run, in the order of their arrival.
pub struct Path {
    rows: Vec<AttemptRow>,
    pub report: Report,
}

impl Path {
    fn of(scenario: &Scenario) -> Self {
        let (report, mut rows) = attempts_of(scenario);
        rows.sort_by_key(|row| row.event_id);
        Self { rows, report }
    }

    /// What ran, in the order of arrival.
    pub fn ran(&self) -> Vec<Ended> {
        self.rows.iter().filter_map(|row| row.ran).collect()
    }

    /// Numbers of the requests that started cold.
    pub fn cold(&self) -> Vec<u64> {
        self.ran().iter().filter(|ended| ended.cold).map(|ended| ended.request.number).collect()
    }

    /// Numbers of the requests that were throttled.
    pub fn throttled(&self) -> Vec<u64> {
        self.rows.iter().filter(|row| row.throttle.is_some()).map(|row| row.event_id).collect()
    }

    /// When each request that ran began and ended, in nanoseconds.
    pub fn spans(&self) -> Vec<(u64, u64, u64)> {
        let ran = self.rows.iter().filter(|row| row.ran.is_some());
        ran.map(|row| (row.event_id, row.t_start.nanos(), row.t_done.nanos())).collect()
    }
}
