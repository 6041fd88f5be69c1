//! Nine real request logs of 2020 (`pacs_aws_poisson_requests_2020.csv`), replayed request by request.
//!
//! Three numbers of the preset `aws-2020-logs` (640 s, 1,200 s, 2 h) were fitted on eleven such logs, all rows of these nine
//! among them. So this shows that three numbers describe all nine, not that they foretell a tenth. Arrivals and
//! durations are the logs' own; nothing else was fitted.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use coldstart::lambda::facts::{Fact, Observer};
use coldstart::units::{SimDuration, SimTime};
use coldstart::{Options, simulate, simulate_observed};

use super::{number, relative_error, rows};
use crate::simulated::{UNLIMITED, scenario_in};

struct Log {
    /// (seconds since the start, Duration in ms), in order of time.
    requests: Vec<(f64, f64)>,
    cold_starts: u64,
}

fn logs() -> BTreeMap<String, Log> {
    let mut logs: BTreeMap<String, Log> = BTreeMap::new();
    for row in rows("pacs_aws_poisson_requests_2020.csv") {
        let log = logs
            .entry(format!("log-{}", &row[0]))
            .or_insert_with(|| Log { requests: Vec::new(), cold_starts: 0 });
        log.requests.push((number(&row, 1), number(&row, 4)));
        log.cold_starts += u64::from(&row[2] == "1");
    }
    for log in logs.values_mut() {
        log.requests.sort_by(|one, other| one.0.total_cmp(&other.0));
    }
    logs
}

/// Writes a trace per log into `folder`, and a scenario that replays them.
///
/// Init is 118 ms, what the runtime of these functions (python3.6) took in 2020; it changes nothing but the time for
/// which a cold environment is busy.
fn write(folder: &std::path::Path, logs: &BTreeMap<String, Log>, keep_alive: &str, choice: &str) -> String {
    let mut text = format!(
        "{UNLIMITED}assumptions: {{environment_choice: {choice}}}\n\
         defaults: {{duration: 2s, init: 118ms, timeout: 900s, keep_alive: {keep_alive}}}\nfunctions:\n"
    );
    for name in logs.keys() {
        writeln!(text, "  {name}: {{}}").unwrap();
    }
    text.push_str("traffic:\n");
    for (name, log) in logs {
        let mut trace = "t,duration_ms\n".to_owned();
        for (t, duration) in &log.requests {
            writeln!(trace, "{t},{duration}").unwrap();
        }
        fs::write(folder.join(format!("{name}.csv")), trace).unwrap();
        writeln!(text, "  - {{to: {name}, arrivals: trace({name}.csv)}}").unwrap();
    }
    text
}

fn replay(logs: &BTreeMap<String, Log>, keep_alive: &str) -> BTreeMap<String, u64> {
    let folder = tempfile::tempdir().unwrap();
    let text = write(folder.path(), logs, keep_alive, "mru");
    let report = simulate(&scenario_in(&text, folder.path()), &Options::default());
    report.functions.iter().map(|(name, function)| (name.clone(), function.cold_starts)).collect()
}

#[test]
fn cold_starts_of_nine_real_logs_are_met() {
    let logs = logs();
    let (fitted, range) = (replay(&logs, "aws-2020-logs"), replay(&logs, "aws-2020"));
    println!("{:15} {:>8} {:>5} {:>13} {:>9}", "log", "requests", "real", "aws-2020-logs", "aws-2020");
    let mut totals = [0, 0, 0];
    for (name, log) in &logs {
        println!(
            "{name:15} {:8} {:5} {:13} {:9}",
            log.requests.len(),
            log.cold_starts,
            fitted[name],
            range[name]
        );
        if log.cold_starts >= 30 {
            let error = relative_error(fitted[name] as f64, log.cold_starts as f64);
            assert!(error <= 0.12, "{name}: {} cold starts, really {}", fitted[name], log.cold_starts);
        }
        for (total, count) in totals.iter_mut().zip([log.cold_starts, fitted[name], range[name]]) {
            *total += count;
        }
    }
    let [real, simulated, other] = totals;
    println!("{:15} {:8} {real:5} {simulated:13} {other:9}\n", "all", "");
    assert!(relative_error(simulated as f64, real as f64) <= 0.05, "{simulated} cold starts, really {real}");
}

/// Watches which idle environment each warm start takes.
#[derive(Default)]
struct Choices {
    /// (environment, idle since), in order of release.
    idle: Vec<(u64, SimTime)>,
    created: BTreeMap<u64, SimTime>,
    last_use: SimTime,
    /// Warm starts that found at least two idle, and those of them that took the most recently released.
    decisions: u64,
    most_recent: u64,
    /// Decisions by number of idle environments.
    found: BTreeMap<usize, u64>,
}

impl Choices {
    /// Forgets the environments that `aws-2020-logs` has let go by `now`.
    fn forget(&mut self, now: SimTime) {
        if now.since(self.last_use) >= SimDuration::from_secs(640) && !self.idle.is_empty() {
            self.idle.clear();
        }
        self.idle.retain(|(environment, since)| {
            now.since(*since) < SimDuration::from_secs(1_200)
                && now.since(self.created[environment]) < SimDuration::from_secs(7_200)
        });
    }
}

impl Observer for Choices {
    fn observe(&mut self, now: SimTime, fact: &Fact) {
        match fact {
            Fact::Started(started) => {
                self.forget(now);
                self.last_use = now;
                if started.cold {
                    self.created.insert(started.environment, now);
                    return;
                }
                let place = self.idle.iter().position(|(id, _)| *id == started.environment).unwrap();
                if self.idle.len() >= 2 {
                    self.decisions += 1;
                    self.most_recent += u64::from(place + 1 == self.idle.len());
                    *self.found.entry(self.idle.len()).or_default() += 1;
                }
                self.idle.remove(place);
            }
            Fact::Ended(ended) => {
                self.idle.push((ended.environment, now));
                self.last_use = now;
            }
            _ => {}
        }
    }
}

fn choices(choice: &str) -> Choices {
    let mut logs = logs();
    logs.retain(|name, _| name == "log-2020-04-24");
    let folder = tempfile::tempdir().unwrap();
    let text = write(folder.path(), &logs, "aws-2020-logs", choice);
    let scenario = scenario_in(&text, folder.path());
    simulate_observed(&scenario, &Options::default(), Choices::default()).1
}

/// Real decisions with so many idle environments in the log of 2020-04-24, counted in the log itself.
const REAL_IDLE: [(usize, f64); 4] = [(2, 4_036.0), (3, 4_444.0), (4, 695.0), (5, 64.0)];

#[test]
fn a_warm_start_takes_the_most_recently_used_environment() {
    let watched = choices("mru");
    println!("idle environments found at 0.1/s, share of {} decisions", watched.decisions);
    assert_eq!(watched.most_recent, watched.decisions);
    let real_total: f64 = REAL_IDLE.iter().map(|(_, count)| count).sum();
    let mut distance = 0.0;
    for (idle, count) in REAL_IDLE {
        let share = watched.found.get(&idle).copied().unwrap_or(0) as f64 / watched.decisions as f64;
        println!("{idle}: {share:.3} real {:.3}", count / real_total);
        distance += (share - count / real_total).abs() / 2.0;
    }
    println!("distance in total variation: {distance:.3}\n");
    assert!(watched.decisions > 8_000);
    assert!(distance < 0.15, "{distance}");
    let other = choices("lru");
    assert!(other.most_recent * 2 < other.decisions, "the watch cannot tell the choices apart");
}
