//! `size --schedule`: how much provisioned concurrency each part of the day needs.
//!
//! Every capacity is simulated once, constant over the whole run; each part of the day then takes the smallest with which its
//! conditions hold in all its windows. What parts of the day do to each other (requests that run across a change, capacity that
//! comes late) is not in that. So the schedule is simulated as a whole; where it misses, that part is raised and the whole is
//! simulated again, a few times. What is answered is always what the last of these runs showed.

mod document;
mod search;
mod setting;

use serde::Serialize;

use crate::experiment::{Head, Runner};
use crate::report::model::Report;
use crate::scenario::Template;
use crate::scenario::metric::MetricUnit;
use crate::scenario::model::{Comparison, Scenario, Threshold};
use crate::units::{SimDuration, SimTime, Usd};

use super::{SizeRefusal, VERB, Wish, conditions, unit, within};
pub use document::document;
use search::{Search, each_window, means};
use setting::Plan;

/// What is asked.
#[derive(Clone, Debug)]
pub struct ScheduleWish {
    /// The path of the provisioned concurrency.
    pub path: String,
    /// Length of a part of the day.
    pub slot: SimDuration,
    /// Runs of each capacity.
    pub replications: u32,
}

/// The answer.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract; docs/experiments.md describes them")]
pub struct Schedule {
    #[serde(flatten)]
    pub head: Head,
    pub path: String,
    pub conditions: Vec<String>,
    pub slot_s: f64,
    /// Parts of the day that the run has, in the order of the clock.
    pub slots: Vec<Slot>,
    /// The schedule as a whole; absent where some part of the day has no capacity that is enough.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub whole: Option<Whole>,
    /// Capacities that were simulated, constant over the run.
    pub tried: Vec<u64>,
    pub remarks: Vec<String>,
    #[serde(skip)]
    units: Vec<MetricUnit>,
}

/// A part of the day.
#[derive(Clone, Debug, Serialize)]
pub struct Slot {
    /// `09:00`, UTC.
    pub from: String,
    /// The smallest constant capacity that is enough here; absent where none is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub needs: Option<u64>,
    /// What the schedule has here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity: Option<u64>,
    /// What each condition measured in its worst window here with the schedule, mean of the runs; absent where nothing was.
    pub measured: Vec<Option<f64>>,
    /// Whether the conditions hold here with the schedule.
    pub holds: bool,
}

/// What the schedule as a whole does, against its greatest capacity all the time.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract; docs/experiments.md describes them")]
pub struct Whole {
    /// What to write at the path.
    pub setting: String,
    /// Whether the conditions hold in every window.
    pub holds: bool,
    /// Of the run, mean of the runs; absent without prices.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost_usd: Option<Usd>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub constant_cost_usd: Option<Usd>,
    pub constant: u64,
    /// The same as lines of the scenario.
    #[serde(skip)]
    pub(super) lines: Vec<String>,
}

const DAY_S: u64 = 86_400;
const METHOD: &str = "each capacity is simulated constant; a part of the day takes the smallest with which the mean of the runs \
                      meets every condition in all its windows; then the schedule as a whole is simulated";
/// So often the parts that miss in the schedule as a whole are raised.
const REPAIRS: u32 = 5;

/// How the windows of the run lie in the day.
#[derive(Clone, Copy, Debug)]
struct Day {
    slot_s: u64,
    /// Part of the day in which the run begins.
    first: u64,
    windows: usize,
}

impl Day {
    fn per_day(self) -> u64 {
        DAY_S / self.slot_s
    }

    fn part_of(self, window: usize) -> u64 {
        (self.first + window as u64) % self.per_day()
    }

    /// The parts that the run has, each with its windows, in the order of the clock.
    fn parts(self) -> Vec<(u64, Vec<usize>)> {
        let windows = |part| (0..self.windows).filter(|window| self.part_of(*window) == part).collect();
        let all = (0..self.per_day()).map(|part| (part, windows(part)));
        all.filter(|(_, windows): &(u64, Vec<usize>)| !windows.is_empty()).collect()
    }

    fn clock(self, part: u64) -> String {
        let seconds = part * self.slot_s;
        format!("{:02}:{:02}", seconds / 3_600, seconds / 60 % 60)
    }
}

/// The schedule with which the thresholds of the scenario hold, which all have windows of the length of a slot.
///
/// # Errors
/// When the run does not fit the parts of a day, or nothing can be set at the path.
pub fn schedule(
    template: &Template,
    wish: &ScheduleWish,
    runner: &Runner<'_>,
) -> Result<Schedule, SizeRefusal> {
    let scenario = template.scenario();
    let day = check(scenario, wish)?;
    let limits = Wish { path: wish.path.clone(), within: None, replications: wish.replications };
    let (_, most) = within(template, &limits)?;
    let mut search = Search::new(template, wish, runner, (most, day.windows));
    let parts = day.parts();
    let needs: Vec<Option<u64>> = parts.iter().map(|(_, windows)| search.smallest(windows)).collect();
    let mut remarks = remarks(&search, &needs, &parts, day);
    let enough: Option<Vec<u64>> = needs.iter().copied().collect();
    let whole = match enough {
        Some(capacities) => Some(simulated(template, wish, runner, (day, most), capacities)?),
        None => None,
    };
    let slots = parts.iter().enumerate().map(|(index, (part, windows))| Slot {
        from: day.clock(*part),
        needs: needs[index],
        capacity: whole.as_ref().map(|whole| whole.capacities[index]),
        measured: whole.as_ref().map_or_else(Vec::new, |whole| whole.worst(&scenario.thresholds, windows)),
        holds: whole.as_ref().is_some_and(|whole| windows.iter().all(|window| whole.held[*window])),
    });
    let slots: Vec<Slot> = slots.collect();
    remarks.extend(whole.iter().filter_map(|_| raised(&slots)));
    let setting = whole.as_ref().map(|whole| &whole.answer);
    Ok(Schedule {
        head: Head::of(scenario, "schedule", wish.replications, METHOD),
        path: wish.path.clone(),
        conditions: conditions(scenario),
        slot_s: wish.slot.seconds(),
        slots,
        whole: setting.cloned(),
        tried: search.tried(),
        remarks,
        units: scenario.thresholds.iter().map(unit).collect(),
    })
}

/// How the run lies in the day, where it fits.
fn check(scenario: &Scenario, wish: &ScheduleWish) -> Result<Day, SizeRefusal> {
    let refuse = |words: &str| Err(SizeRefusal::Words(words.to_owned()));
    let slot_s = wish.slot.nanos() / 1_000_000_000;
    if slot_s < 900 || !DAY_S.is_multiple_of(slot_s) || !slot_s.is_multiple_of(60) {
        return refuse(
            "the parts of a day must be equal, whole minutes and at least 15m long, e.g. --schedule 1h",
        );
    }
    if !wish.path.ends_with("provisioned_concurrency") {
        return refuse(
            "a schedule is one of provisioned concurrency, e.g. functions.api.provisioned_concurrency",
        );
    }
    if scenario.thresholds.is_empty() {
        return refuse("there is no condition: say which, e.g. --until \"api.cold_start_rate < 1%\"");
    }
    if scenario.thresholds.iter().any(|threshold| threshold.window != Some(wish.slot)) {
        return refuse(
            "conditions of a schedule hold in each part of the day: name them with --until, without `for`",
        );
    }
    if scenario.warmup != SimTime::ZERO || scenario.start_unix_s.rem_euclid(slot_s.cast_signed()) != 0 {
        return refuse(
            "a schedule needs a run without warm-up whose `start` is where a part of the day begins",
        );
    }
    let windows = scenario.traffic_end().nanos() / wish.slot.nanos();
    if windows == 0 || scenario.traffic_end() == SimTime::MAX {
        return refuse("the traffic is shorter than a part of the day, or has no end");
    }
    let first = scenario.start_unix_s.rem_euclid(DAY_S.cast_signed()).cast_unsigned() / slot_s;
    Ok(Day { slot_s, first, windows: windows as usize })
}

/// The schedule as it was simulated last.
struct Simulated {
    answer: Whole,
    capacities: Vec<u64>,
    /// By threshold and window.
    means: Vec<Vec<Option<f64>>>,
    held: Vec<bool>,
}

impl Simulated {
    /// What each condition showed in the worst of `windows`.
    fn worst(&self, thresholds: &[Threshold], windows: &[usize]) -> Vec<Option<f64>> {
        let worst = |(threshold, means): (&Threshold, &Vec<Option<f64>>)| {
            let values = windows.iter().filter_map(|window| *means.get(*window)?);
            match threshold.comparison {
                Comparison::Greater | Comparison::GreaterOrEqual => values.min_by(f64::total_cmp),
                _ => values.max_by(f64::total_cmp),
            }
        };
        thresholds.iter().zip(&self.means).map(worst).collect()
    }
}

/// Simulates the schedule, raises the parts that miss, and goes on until none does or raising is of no use.
fn simulated(
    template: &Template,
    wish: &ScheduleWish,
    runner: &Runner<'_>,
    (day, most): (Day, u64),
    mut capacities: Vec<u64>,
) -> Result<Simulated, SizeRefusal> {
    let scenario = template.scenario();
    let set = |value: &str| template.with(&[template.at_subject(VERB, &wish.path, value)]);
    let constant = capacities.iter().copied().max().unwrap_or(0);
    let run = |setting: &str| -> Result<Vec<Watched>, SizeRefusal> {
        let scenario = set(setting).map_err(SizeRefusal::Problems)?;
        Ok(runner.table(&[scenario], wish.replications, |_, report| watched(&report)).swap_remove(0))
    };
    let parts = day.parts();
    let constant_cost = cost(&run(&constant.to_string())?);
    let mut repairs = 0;
    loop {
        let plan = Plan::of(scenario, &wish.path, day, &parts, &capacities);
        let setting = plan.written();
        let runs = run(&setting)?;
        let means = means(&runs.iter().map(|run| &run.windows).collect::<Vec<_>>());
        let held = search::held(&scenario.thresholds, &means, day.windows);
        let before = capacities.clone();
        for ((_, windows), capacity) in parts.iter().zip(&mut capacities) {
            if repairs < REPAIRS && windows.iter().any(|window| !held[*window]) {
                *capacity = (*capacity + (*capacity / 10).max(1)).min(most);
            }
        }
        if capacities == before {
            let answer = Whole {
                setting,
                holds: held.iter().all(|holds| *holds),
                cost_usd: cost(&runs),
                constant_cost_usd: constant_cost,
                constant,
                lines: plan.lines(&wish.path),
            };
            return Ok(Simulated { answer, capacities, means, held });
        }
        repairs += 1;
    }
}

/// What is kept of a run.
struct Watched {
    windows: Vec<Vec<Option<f64>>>,
    cost: Option<Usd>,
}

fn watched(report: &Report) -> Watched {
    Watched { windows: each_window(report), cost: report.cost.priced.then_some(report.cost.total) }
}

/// The mean cost of the runs; `None` without prices.
fn cost(runs: &[Watched]) -> Option<Usd> {
    let sum: Usd = runs.iter().map(|run| run.cost).sum::<Option<Usd>>()?;
    Some(Usd::from_units(sum.units() / runs.len().max(1) as i128))
}

fn remarks(search: &Search<'_>, needs: &[Option<u64>], parts: &[(u64, Vec<usize>)], day: Day) -> Vec<String> {
    let mut remarks = Vec::new();
    let named = |wanted: &dyn Fn(usize) -> bool| -> Vec<String> {
        let found = parts.iter().enumerate().filter(|(index, _)| wanted(*index));
        found.map(|(_, (part, _))| day.clock(*part)).collect()
    };
    let never = named(&|index| needs[index].is_none());
    if !never.is_empty() {
        remarks.push(format!(
            "No capacity up to {} is enough from {}: so there is no schedule.",
            search.most(),
            never.join(", ")
        ));
    }
    let odd = named(&|index| needs[index].is_some() && !search.is_monotone(&parts[index].1));
    if !odd.is_empty() {
        remarks.push(format!(
            "More is not always better from {}: of the capacities tried some above the answer fail there.",
            odd.join(", ")
        ));
    }
    if (parts.len() as u64) < day.per_day() {
        remarks
            .push("The run is shorter than a day: the schedule has only the parts that it has.".to_owned());
    }
    remarks
}

/// Which parts needed more in the schedule than by themselves.
fn raised(slots: &[Slot]) -> Option<String> {
    let more = slots.iter().filter(|slot| slot.capacity > slot.needs);
    let more: Vec<String> = more.map(|slot| slot.from.clone()).collect();
    (!more.is_empty()).then(|| {
        format!(
            "From {} the schedule has more than that part needs by itself, because parts of the day act on each other.",
            more.join(", ")
        )
    })
}
