//! Running a scenario: cells on threads, the check that no account limit would have been reached, one report.

use std::convert::Infallible;
use std::sync::Mutex;

use crate::engine::in_order;
use crate::lambda::account::AccountLimits;
use crate::lambda::account_load::AccountLoad;
use crate::lambda::cell::{Cell, cells};
use crate::lambda::facts::{Observer, Watched};
use crate::lambda::flow::{Finished, World};
use crate::observe::Statistics;
use crate::observe::attempts::{AttemptLog, AttemptRow};
use crate::observe::audit::Audit;
use crate::report;
use crate::report::model::Report;
use crate::report::{Observed, ObservedCell};
use crate::scenario::model::{Account, Scaling, Scenario};
use crate::units::{SimDuration, SimTime};

/// How to run a scenario. None of it changes a result.
pub struct Options<'o> {
    /// Threads; 0 is one per core.
    pub jobs: usize,
    /// How functions that share nothing but the account are simulated.
    pub division: Division,
    /// Told now and then how far the run is.
    pub progress: Option<&'o (dyn Fn(Progress) + Sync)>,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self { jobs: 1, division: Division::IntoCells, progress: None }
    }
}

impl Options<'_> {
    /// Threads to be used.
    pub(crate) fn threads(&self) -> usize {
        threads(self.jobs)
    }
}

/// `jobs`, or as many threads as there are cores where it is 0.
pub(crate) fn threads(jobs: usize) -> usize {
    if jobs > 0 { jobs } else { std::thread::available_parallelism().map_or(1, std::num::NonZero::get) }
}

/// How functions that share nothing but the account are simulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Division {
    /// Each cell alone, and all together only if an account limit could have been reached.
    IntoCells,
    /// All together.
    Together,
}

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// Share of the work that is done, 0..=1, as far as it can be told.
    pub share: f64,
    /// Simulated time that has been reached by the slowest part.
    pub simulated: SimTime,
    /// Requests so far.
    pub requests: u64,
}

/// Simulates `scenario`.
///
/// # Panics
/// When the audit finds that anything was lost or counted twice, which is a bug of ours.
pub fn simulate(scenario: &Scenario, options: &Options<'_>) -> Report {
    let divided = match options.division {
        Division::IntoCells if !accounts(scenario).any(is_regional) => cells(scenario),
        Division::IntoCells | Division::Together => vec![Cell::whole(scenario)],
    };
    if divided.len() > 1 {
        // Limits that do not exist refuse nothing, wherever they are applied.
        let is_limited = accounts(scenario).any(has_limits);
        let limits = if is_limited { AccountLimits::Watch } else { AccountLimits::Apply };
        let (observed, loads) = run_cells(scenario, &divided, limits, options);
        if !is_limited || fits_account(scenario, loads) {
            return report::build(scenario, &observed);
        }
    }
    let (observed, _) = run_cells(scenario, &[Cell::whole(scenario)], AccountLimits::Apply, options);
    report::build(scenario, &observed)
}

/// Simulates `scenario` in one agenda and hands every attempt to `write`, in the order in which they end.
pub fn simulate_with_attempts(
    scenario: &Scenario,
    options: &Options<'_>,
    write: &mut dyn FnMut(&AttemptRow),
) -> Report {
    let cell = Cell::whole(scenario);
    let log = AttemptLog::new(scenario, &cell, write);
    let (report, mut log) = simulate_observed(scenario, options, log);
    log.finish();
    report
}

/// Simulates `scenario` in one agenda with an observer of the caller's beside the usual ones.
pub fn simulate_observed<O: Observer>(
    scenario: &Scenario,
    options: &Options<'_>,
    mut extra: O,
) -> (Report, O) {
    let report = if O::DETAILED {
        simulate_in_detail(scenario, options, Watched::by(&mut extra))
    } else {
        simulate_watched(scenario, options, Watched::by(&mut extra))
    };
    (report, extra)
}

// Two functions that are not generic: so the model is compiled here, and not wherever somebody observes it.
fn simulate_in_detail(scenario: &Scenario, options: &Options<'_>, extra: Watched<'_, true>) -> Report {
    simulate_with(scenario, options, extra)
}

fn simulate_watched(scenario: &Scenario, options: &Options<'_>, extra: Watched<'_, false>) -> Report {
    simulate_with(scenario, options, extra)
}

fn simulate_with(scenario: &Scenario, options: &Options<'_>, extra: impl Observer) -> Report {
    let cell = Cell::whole(scenario);
    let observer = (usual_observers(scenario, &cell), extra);
    let mut world = World::new(scenario, &cell, AccountLimits::Apply, observer);
    run_in_slices(&mut world, scenario, options, |_| ());
    let end = world.natural_end();
    let Finished { observer: (usual, _), load, remains } = world.finish(end);
    let (closed, _) = close(&cell, Finished { observer: usual, load, remains }, end);
    report::build(scenario, &Observed { cells: vec![closed], end })
}

type Usual = (Statistics, Audit);

fn usual_observers(scenario: &Scenario, cell: &Cell) -> Usual {
    (Statistics::new(scenario, cell), Audit::new(scenario, cell))
}

/// A burst that is shared by the region orders the functions among themselves from the first request on.
fn is_regional(account: &Account) -> bool {
    matches!(account.scaling, Scaling::Regional(_))
}

fn has_limits(account: &Account) -> bool {
    account.concurrency.is_some() || account.requests_per_second.is_some()
}

/// The account's limits at the start and after each change.
fn accounts(scenario: &Scenario) -> impl Iterator<Item = &Account> {
    scenario.changes.iter().map(|change| &change.account).chain([&scenario.account])
}

/// Runs every cell to its end on `options.jobs` threads; the result does not depend on which thread took which.
fn run_cells(
    scenario: &Scenario,
    cells: &[Cell],
    limits: AccountLimits,
    options: &Options<'_>,
) -> (Observed, Vec<AccountLoad>) {
    let done = Mutex::new((0_usize, 0_u64));
    let lock = || done.lock().expect("no thread panics with the lock");
    let run = |index: usize| {
        let cell = &cells[index];
        let mut world = World::new(scenario, cell, limits, usual_observers(scenario, cell));
        let before = *lock();
        run_in_slices(&mut world, scenario, options, |progress: &mut Progress| {
            progress.share = (before.0 as f64 + progress.share) / cells.len() as f64;
            progress.requests += before.1;
        });
        world.rest();
        let mut done = lock();
        *done = (done.0 + 1, done.1 + world.offered());
        world
    };
    let worlds = collected(options.threads(), cells.len(), run);
    let end = worlds.iter().map(World::natural_end).max().unwrap_or(SimTime::ZERO);
    let worlds: Vec<_> = worlds.into_iter().map(|world| Mutex::new(Some(world))).collect();
    let finish = |index: usize| {
        let world = worlds[index].lock().expect("each is taken once").take().expect("each is taken once");
        close(&cells[index], world.finish(end), end)
    };
    let (cells, loads) = collected(options.threads(), worlds.len(), finish).into_iter().unzip();
    (Observed { cells, end }, loads)
}

/// What `work` makes of the numbers from 0 to `count` − 1.
fn collected<R: Send>(jobs: usize, count: usize, work: impl Fn(usize) -> R + Sync) -> Vec<R> {
    let mut results = Vec::with_capacity(count);
    let Ok(()) = in_order(jobs, count, work, |_, result| {
        results.push(result);
        Ok::<(), Infallible>(())
    });
    results
}

/// Runs a world to its end, in slices between which progress is told.
fn run_in_slices<O: Observer>(
    world: &mut World<'_, O>,
    scenario: &Scenario,
    options: &Options<'_>,
    adjust: impl Fn(&mut Progress),
) {
    const SLICES: u64 = 200;
    let Some(tell) = options.progress else {
        world.run_until(SimTime::MAX);
        return;
    };
    let planned = scenario.traffic_end();
    let slice = SimDuration::from_nanos((planned.nanos() / SLICES).max(1));
    let mut until = SimTime::ZERO;
    while until < planned && !world.is_over() {
        until += slice;
        world.run_until(until);
        let share = (until.nanos() as f64 / planned.nanos() as f64).min(1.0);
        let mut progress = Progress { share, simulated: until.min(planned), requests: world.offered() };
        adjust(&mut progress);
        tell(progress);
    }
    world.run_until(SimTime::MAX);
}

/// Closes the statistics of a cell, and audits them.
fn close(cell: &Cell, finished: Finished<Usual>, end: SimTime) -> (ObservedCell, AccountLoad) {
    let (mut statistics, audit) = finished.observer;
    statistics.finish(end, &finished.remains.queues);
    audit.verify(&finished.remains, &statistics);
    (ObservedCell { cell: cell.clone(), statistics, remains: finished.remains }, finished.load)
}

/// Whether the account's limits could not have refused anything that the cells did alone.
///
/// Sufficient, not necessary: the sums of each cell's greatest concurrency and busiest second are compared, interval by
/// interval. A bucket one second deep never runs dry while no second asks for more than half of it.
fn fits_account(scenario: &Scenario, mut loads: Vec<AccountLoad>) -> bool {
    let reserved = |functions: &[crate::scenario::model::Function]| -> u32 {
        let carved = |function: &crate::scenario::model::Function| {
            function.reserved_concurrency.unwrap_or_else(|| function.most_provisioned())
        };
        functions.iter().map(carved).sum()
    };
    let configurations = scenario.changes.iter().map(|change| &change.functions).chain([&scenario.functions]);
    let most_reserved = configurations.map(|functions| reserved(functions)).max().unwrap_or(0);
    let concurrency = accounts(scenario).filter_map(|account| account.concurrency).min();
    let concurrency = concurrency.map(|limit| u64::from(limit.saturating_sub(most_reserved)));
    // Auto scaling stops where a hundred are left.
    let scales = scenario.functions.iter().any(|function| function.most_provisioned() > 0);
    let least = if scales { u64::from(scenario.platform.unreserved_minimum) } else { 0 };
    if concurrency.is_some_and(|unreserved| unreserved < least) {
        return false;
    }
    let rate = accounts(scenario).filter_map(|account| account.requests_per_second).reduce(f64::min);
    let step = loads.iter().map(AccountLoad::step).max().unwrap_or_default();
    for load in &mut loads {
        load.coarsen(step);
    }
    let intervals = loads.iter().map(|load| load.intervals().len()).max().unwrap_or(0);
    (0..intervals).all(|index| {
        let (mut in_flight, mut requests) = (0_u64, 0_u64);
        for load in &loads {
            let asked = load.intervals().get(index).copied().unwrap_or(load.afterwards());
            in_flight += u64::from(asked.concurrency);
            requests += u64::from(asked.requests_per_second);
        }
        concurrency.is_none_or(|limit| in_flight <= limit)
            && rate.is_none_or(|rate| 2.0 * requests as f64 <= rate)
    })
}
