//! Variant × replication on all cores.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::engine::in_order;
use crate::report::model::Report;
use crate::scenario::model::Scenario;
use crate::simulation::{self, Options, simulate};

use super::seeds::replication_seed;

/// One simulation of an experiment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Run {
    /// Which variant, from 0.
    pub variant: usize,
    /// Which replication of it, from 0; replication 0 has the scenario's own seed.
    pub replication: u32,
}

impl Run {
    /// All runs of `variants` variants, `replications` of each: variant by variant.
    pub fn all(variants: usize, replications: u32) -> impl Iterator<Item = Self> + Clone {
        (0..variants)
            .flat_map(move |variant| (0..replications).map(move |replication| Self { variant, replication }))
    }
}

/// Simulates many runs. What comes out does not depend on the number of threads.
#[derive(Clone, Copy, Default)]
pub struct Runner<'r> {
    /// Threads; 0 is one per core.
    pub jobs: usize,
    /// Hears the share of the runs that is done, 0..=1, from any thread.
    pub progress: Option<&'r (dyn Fn(f64) + Sync)>,
}

/// A million parts of a run are counted for the progress.
const PARTS: f64 = 1e6;

impl Runner<'_> {
    /// What `reduce` makes of each report, by variant and replication.
    ///
    /// A report is dropped as soon as it is reduced, so memory grows with what `reduce` keeps only.
    pub fn table<R: Send>(
        &self,
        variants: &[Scenario],
        replications: u32,
        reduce: impl Fn(Run, Report) -> R + Sync,
    ) -> Vec<Vec<R>> {
        let runs: Vec<Run> = Run::all(variants.len(), replications).collect();
        let mut table: Vec<Vec<R>> = variants.iter().map(|_| Vec::new()).collect();
        let variant = |index: usize| variants[index].clone();
        let Ok(()) = self.each(&runs, variant, reduce, |run, reduced| {
            table[run.variant].push(reduced);
            Ok::<(), std::convert::Infallible>(())
        });
        table
    }

    /// Simulates `runs`, makes something small of each report by `reduce` on the thread that simulated it, and hands
    /// that to `take` in the order of `runs`, on the calling thread.
    ///
    /// `variant` is asked once for each variant that has runs, by any thread, and what it answers is kept until the last of
    /// them is done; runs of a variant should therefore stand together.
    ///
    /// # Errors
    /// The first error of `take`; runs that have not begun are then left out.
    ///
    /// # Panics
    /// When the audit of a run finds a bug of ours.
    pub fn each<R: Send, E>(
        &self,
        runs: &[Run],
        variant: impl Fn(usize) -> Scenario + Sync,
        reduce: impl Fn(Run, Report) -> R + Sync,
        mut take: impl FnMut(Run, R) -> Result<(), E>,
    ) -> Result<(), E> {
        let jobs = self.threads();
        let variants = Shared::new(runs, &variant);
        let progress = Fraction { done: AtomicU64::new(0), of: runs.len(), tell: self.progress };
        let within = (jobs / runs.len().max(1)).max(1);
        let work = |index: usize| {
            let run = runs[index];
            let scenario = variants.of(run.variant);
            let report = simulated(&scenario, run.replication, within, &progress);
            variants.done(run.variant);
            reduce(run, report)
        };
        in_order(jobs, runs.len(), work, |index, reduced| take(runs[index], reduced))
    }

    fn threads(&self) -> usize {
        simulation::threads(self.jobs)
    }
}

/// One run. Its seed is all that distinguishes it from the other replications.
fn simulated(scenario: &Scenario, replication: u32, jobs: usize, progress: &Fraction<'_>) -> Report {
    let reseeded;
    let scenario = if replication == 0 {
        scenario
    } else {
        reseeded = Scenario { seed: replication_seed(scenario.seed, replication), ..scenario.clone() };
        &reseeded
    };
    let told = AtomicU64::new(0);
    let tell = |now: crate::Progress| progress.reach(&told, now.share);
    // Slices of a run are for the progress only: nobody hears them where there are many runs.
    let few = progress.of <= FEW && progress.tell.is_some();
    let heard: &(dyn Fn(crate::Progress) + Sync) = &tell;
    let options = Options { jobs, progress: few.then_some(heard), ..Options::default() };
    let report = simulate(scenario, &options);
    progress.reach(&told, 1.0);
    report
}

/// So many runs are long enough, or few enough, that a bar should move within them.
const FEW: usize = 200;

/// How much of all runs is done.
struct Fraction<'f> {
    done: AtomicU64,
    of: usize,
    tell: Option<&'f (dyn Fn(f64) + Sync)>,
}

impl Fraction<'_> {
    /// A run of which `told` has been counted is done to `share`.
    fn reach(&self, told: &AtomicU64, share: f64) {
        let Some(tell) = self.tell else { return };
        let now = (share.clamp(0.0, 1.0) * PARTS) as u64;
        let before = told.fetch_max(now, Ordering::Relaxed);
        let done = self.done.fetch_add(now.saturating_sub(before), Ordering::Relaxed);
        tell((done + now.saturating_sub(before)) as f64 / PARTS / self.of.max(1) as f64);
    }
}

/// Variants that are read when their first run begins and dropped after their last.
struct Shared<'s, V> {
    read: &'s V,
    slots: Vec<Mutex<Slot>>,
}

#[derive(Default)]
struct Slot {
    runs_left: usize,
    scenario: Option<Arc<Scenario>>,
}

impl<'s, V: Fn(usize) -> Scenario> Shared<'s, V> {
    fn new(runs: &[Run], read: &'s V) -> Self {
        let count = runs.iter().map(|run| run.variant + 1).max().unwrap_or(0);
        let mut slots: Vec<Slot> = std::iter::repeat_with(Slot::default).take(count).collect();
        for run in runs {
            slots[run.variant].runs_left += 1;
        }
        Self { read, slots: slots.into_iter().map(Mutex::new).collect() }
    }

    fn of(&self, variant: usize) -> Arc<Scenario> {
        let mut slot = self.slots[variant].lock().unwrap_or_else(PoisonError::into_inner);
        slot.scenario.get_or_insert_with(|| Arc::new((self.read)(variant))).clone()
    }

    fn done(&self, variant: usize) {
        let mut slot = self.slots[variant].lock().unwrap_or_else(PoisonError::into_inner);
        slot.runs_left -= 1;
        if slot.runs_left == 0 {
            slot.scenario = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;
    use crate::scenario::{Overrides, read};

    fn scenario(rate: u32) -> Scenario {
        let text = format!(
            "functions: {{api: {{init: 0ms, duration: exp(mean=100ms)}}}}\ntraffic: [{{to: api, rate: {rate}/s, for: 10s}}]"
        );
        read(&text, "test.yaml", std::path::Path::new("."), &Overrides::default()).unwrap()
    }

    fn digests(jobs: usize) -> Vec<Vec<(u64, String)>> {
        let variants = [scenario(10), scenario(20), scenario(5)];
        Runner { jobs, progress: None }.table(&variants, 4, |_, report| (report.seed, report.digest))
    }

    #[test]
    fn the_same_comes_out_on_any_number_of_threads() {
        let alone = digests(1);
        assert_eq!(alone.iter().map(Vec::len).collect::<Vec<_>>(), [4, 4, 4]);
        assert_eq!(alone, digests(2));
        assert_eq!(alone, digests(5));
    }

    #[test]
    fn a_replication_of_every_variant_has_the_same_seed_and_the_first_the_scenarios_own() {
        let table = digests(2);
        let seeds: Vec<u64> = table[0].iter().map(|(seed, _)| *seed).collect();
        assert_eq!(seeds[0], 42);
        for variant in &table {
            assert!(variant.iter().map(|(seed, _)| *seed).eq(seeds.iter().copied()));
        }
        assert_eq!(table[0][0].1, simulate(&scenario(10), &Options::default()).digest);
    }

    #[test]
    fn a_variant_is_read_once_and_only_if_it_has_runs() {
        let read = AtomicUsize::new(0);
        let runs: Vec<Run> = Run::all(3, 4).filter(|run| run.variant != 1).collect();
        let variant = |index: usize| {
            read.fetch_add(1, Ordering::Relaxed);
            scenario(index as u32 + 1)
        };
        let mut heard = Vec::new();
        let runner = Runner { jobs: 3, progress: None };
        runner
            .each(
                &runs,
                variant,
                |_, report| report.seed,
                |run, _| {
                    heard.push(run);
                    Ok::<(), ()>(())
                },
            )
            .unwrap();
        assert_eq!(read.into_inner(), 2);
        assert_eq!(heard, runs);
    }

    #[test]
    fn progress_ends_at_one() {
        let greatest = Mutex::new(0.0_f64);
        let hear = |share: f64| {
            let mut greatest = greatest.lock().unwrap();
            *greatest = greatest.max(share);
        };
        Runner { jobs: 2, progress: Some(&hear) }.table(&[scenario(3)], 3, |_, _| ());
        assert!((*greatest.lock().unwrap() - 1.0).abs() < 1e-9);
    }
}
