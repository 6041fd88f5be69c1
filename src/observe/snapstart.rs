//! `SnapStart`: restores, how long they took, and what the cache and they cost (S26, S66).

use crate::lambda::cell::Cell;
use crate::lambda::facts::{Invocation, Started};
use crate::lambda::parts::Parts;
use crate::scenario::model::{Function, Metered, Scenario};
use crate::units::{SimDuration, SimTime};

use super::metering::MeteredUsage;
use super::sample::Sample;
use super::statistics::Window;

/// The snapshot of a version is paid for at least so long.
const LEAST_CACHED: SimDuration = SimDuration::from_secs(3 * 3_600);

/// A place with `SnapStart`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Snapshot {
    memory_mb: u32,
    is_paid: bool,
}

/// What concerns a function and all its versions.
#[derive(Clone, Debug, Default)]
struct OfFunction {
    has_snapshots: bool,
    restores: u64,
    length: Sample,
    usage: Option<MeteredUsage>,
}

/// All functions of a cell, some of which have `SnapStart`.
#[derive(Clone, Debug)]
pub struct SnapStartStatistics {
    window: Window,
    start_unix_s: i64,
    parts: Parts,
    /// What each place (a function, or behind them a version) has, from an instant on.
    snapshots: Vec<(SimTime, Vec<Option<Snapshot>>)>,
    functions: Vec<OfFunction>,
    /// When the version of each place was published.
    published: Vec<SimTime>,
    /// Restores by place.
    restores: Vec<u64>,
}

impl SnapStartStatistics {
    /// `None` where nothing has `SnapStart`.
    pub(super) fn of(scenario: &Scenario, cell: &Cell, window: Window) -> Option<Box<Self>> {
        let parts = Parts::of(scenario, cell);
        let of = |functions: &[Function]| -> Vec<Option<Snapshot>> {
            let snapshot = |config: &Function| {
                let snapstart = config.snapstart.as_ref()?;
                Some(Snapshot { memory_mb: config.memory.mb(), is_paid: snapstart.is_paid })
            };
            let versions = parts.all().filter_map(|(_, part)| part.version(scenario, cell));
            let versions = versions.map(|version| snapshot(&version.config));
            cell.functions.iter().map(|id| snapshot(&functions[id.0 as usize])).chain(versions).collect()
        };
        let mut snapshots = vec![(SimTime::ZERO, of(&scenario.functions))];
        snapshots.extend(scenario.changes.iter().map(|change| (change.at, of(&change.functions))));
        let published =
            |config: &Function| config.surroundings.created.map_or(SimTime::ZERO, |creation| creation.at);
        let of_versions = parts.all().filter_map(|(_, part)| part.version(scenario, cell));
        let of_versions = of_versions.map(|version| published(&version.config));
        let of_functions = cell.functions.iter().map(|id| published(&scenario.functions[id.0 as usize]));
        let published = of_functions.chain(of_versions).collect();
        let mut functions = vec![OfFunction::default(); cell.functions.len()];
        for (_, places) in &snapshots {
            for (place, _) in places.iter().enumerate().filter(|(_, snapshot)| snapshot.is_some()) {
                functions[parts.function_of(place as u32) as usize].has_snapshots = true;
            }
        }
        functions.iter().any(|function| function.has_snapshots).then(|| {
            Box::new(Self {
                window,
                start_unix_s: scenario.start_unix_s,
                restores: vec![0; parts.places() as usize],
                parts,
                snapshots,
                published,
                functions,
            })
        })
    }

    /// Changes come before arrivals of the same instant (S2).
    fn snapshot(&self, place: u32, at: SimTime) -> Option<Snapshot> {
        let since = self.snapshots.partition_point(|(from, _)| *from <= at);
        self.snapshots[since - 1].1[place as usize]
    }

    /// An invocation began; where its environment is new, from a snapshot.
    pub(super) fn started(&mut self, now: SimTime, started: &Started) {
        if started.cold {
            let place = started.served.version.unwrap_or(started.request.function);
            self.restored(now, place, self.window.counts(started.request.born));
        }
    }

    /// A successor took the place of an environment that was too old.
    pub(super) fn replaced(&mut self, at: SimTime, place: u32) {
        self.restored(
            at,
            place,
            self.window.overlap(at, at + SimDuration::from_nanos(1)) > SimDuration::ZERO,
        );
    }

    fn restored(&mut self, at: SimTime, place: u32, is_steady: bool) {
        let Some(snapshot) = self.snapshot(place, at) else { return };
        self.restores[place as usize] += 1;
        let function = &mut self.functions[self.parts.function_of(place) as usize];
        function.restores += 1;
        if snapshot.is_paid {
            let start = self.start_unix_s;
            let usage = function.usage.get_or_insert_with(|| MeteredUsage::new(start));
            usage.add(at, Metered::SnapStartRestores, u128::from(snapshot.memory_mb), is_steady);
        }
    }

    /// An invocation ended that began with a restore.
    pub(super) fn ended(&mut self, invocation: &Invocation) {
        if self.window.counts(invocation.request.born) {
            self.functions[invocation.request.function as usize].length.record(invocation.course.init);
        }
    }

    /// The run ends; what is cached counts until `until`, and for three hours at least.
    pub(super) fn finish(&mut self, until: SimTime) {
        let over = until;
        let ends: Vec<SimTime> =
            self.snapshots[1..].iter().map(|(from, _)| *from).chain([SimTime::MAX]).collect();
        for ((from, places), end) in self.snapshots.iter().zip(ends) {
            for (place, snapshot) in places.iter().enumerate() {
                let Some(Snapshot { memory_mb, is_paid: true }) = *snapshot else { continue };
                let published = self.published[place];
                let (from, end) = ((*from).max(published), end.min(until.max(published + LEAST_CACHED)));
                if published > until || from >= end {
                    continue;
                }
                let function = &mut self.functions[self.parts.function_of(place as u32) as usize];
                let start = self.start_unix_s;
                let usage = function.usage.get_or_insert_with(|| MeteredUsage::new(start));
                let per_ms = u128::from(memory_mb);
                usage.add_held((from, end), Metered::SnapStartCache, per_ms, self.window);
                let beyond = end.saturating_since(over.max(from)).nanos() / 1_000_000;
                usage.add_rounded_up(Metered::SnapStartCache, per_ms * u128::from(beyond));
            }
        }
        self.functions.iter_mut().for_each(|function| function.length.close());
    }

    /// What a function of the cell, by its index, is billed for.
    pub fn metered(&self, function: usize) -> Option<&MeteredUsage> {
        self.functions[function].usage.as_ref()
    }

    /// Restores of a function, by its index, and how long those before an invocation took; `None` without `SnapStart`.
    pub fn restores(&self, function: usize) -> Option<(u64, &Sample)> {
        let of = &self.functions[function];
        of.has_snapshots.then_some((of.restores, &of.length))
    }

    /// Restores of a place, where it has had `SnapStart` all the time.
    pub(super) fn of_place(&self, place: usize) -> Option<u64> {
        let always = self.snapshots.iter().all(|(_, places)| places[place].is_some());
        always.then(|| self.restores[place])
    }
}
