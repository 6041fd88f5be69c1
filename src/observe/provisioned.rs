//! Provisioned concurrency: who ran on it, who spilled over, how much of it was used, how long it was held.

use crate::lambda::cell::Cell;
use crate::lambda::facts::{ProvisionedChange, ProvisionedFact};
use crate::lambda::parts::Provision;

use crate::scenario::model::{Arch, Metered, Scenario};
use crate::units::{Memory, SimDuration, SimTime};

use super::metering::MeteredUsage;
use super::statistics::Window;

/// Held time is rounded up to this (S61).
const ROUNDING: SimDuration = SimDuration::from_secs(300);
/// Changes that are kept for the report.
const MOST_CHANGES: usize = 1_000;

/// The pools of a cell.
#[derive(Clone, Debug)]
pub struct ProvisionedStatistics {
    window: Window,
    functions: Vec<OfFunction>,
    pools: Vec<Pool>,
    held: Vec<Option<MeteredUsage>>,
    start_unix_s: i64,
}

/// What concerns all pools of a function.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the names of the report")]
pub struct OfFunction {
    pub invocations: u64,
    pub spillover: u64,
    pub requested: u32,
    pub ready: u32,
    pub changes: Vec<CapacityChange>,
    /// Capacities that auto scaling asked for in vain, and the greatest of them.
    pub refused: u64,
    pub refused_max: u32,
    /// Allocations that FAILED, because the code does not initialise.
    pub failed: u64,
    /// Environments times nanoseconds within the window.
    busy_nanos: u128,
    ready_nanos: u128,
    busy: u32,
    since: SimTime,
    has_pools: bool,
}

/// The capacity of one qualifier changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "plain")]
pub struct CapacityChange {
    pub at: SimTime,
    /// Index of the version or alias; `None` is the bare name.
    pub part: Option<u32>,
    pub requested: u32,
    pub ready: u32,
}

#[derive(Clone, Debug)]
struct Pool {
    function: u32,
    arch: Arch,
    memory: Memory,
    now: ProvisionedChange,
    /// What is held, the latest last.
    blocks: Vec<Block>,
}

/// Environments that were asked for at one instant.
#[derive(Clone, Copy, Debug)]
struct Block {
    count: u32,
    since: SimTime,
}

impl OfFunction {
    /// Busy environments per environment that was ready, over time; `None` where none was ready.
    pub fn utilization(&self) -> Option<f64> {
        (self.ready_nanos > 0).then(|| self.busy_nanos as f64 / self.ready_nanos as f64)
    }

    /// Whether the function has provisioned concurrency.
    pub fn has_pools(&self) -> bool {
        self.has_pools
    }

    fn spend(&mut self, now: SimTime, window: Window) {
        let nanos = u128::from(window.overlap(self.since, now).nanos());
        self.busy_nanos += u128::from(self.busy) * nanos;
        self.ready_nanos += u128::from(self.ready) * nanos;
        self.since = now;
    }
}

impl ProvisionedStatistics {
    /// Nothing has happened yet.
    pub fn new(scenario: &Scenario, cell: &Cell, window: Window) -> Self {
        Self {
            window,
            functions: vec![OfFunction::default(); cell.functions.len()],
            pools: Vec::new(),
            held: vec![None; cell.functions.len()],
            start_unix_s: scenario.start_unix_s,
        }
    }

    /// A function of the cell, by its index.
    pub fn function(&self, function: usize) -> &OfFunction {
        &self.functions[function]
    }

    /// What a function was billed for holding.
    pub fn held(&self, function: usize) -> Option<&MeteredUsage> {
        self.held[function].as_ref()
    }

    pub(super) fn started(&mut self, now: SimTime, function: u32, provision: Provision, counts: bool) {
        let window = self.window;
        let of = &mut self.functions[function as usize];
        match provision {
            Provision::OnDemand => {}
            Provision::Spilled => of.spillover += u64::from(counts),
            Provision::Provisioned => {
                of.invocations += u64::from(counts);
                of.spend(now, window);
                of.busy += 1;
            }
        }
    }

    pub(super) fn ended(&mut self, now: SimTime, function: u32, provision: Provision) {
        if provision == Provision::Provisioned {
            let of = &mut self.functions[function as usize];
            of.spend(now, self.window);
            of.busy -= 1;
        }
    }

    pub(super) fn change(&mut self, now: SimTime, fact: &ProvisionedFact) {
        let index = fact.pool as usize;
        if index == self.pools.len() {
            let nothing = ProvisionedChange { requested: 0, ready: 0, failed: false };
            self.pools.push(Pool {
                function: fact.function,
                arch: fact.arch,
                memory: fact.memory,
                now: nothing,
                blocks: Vec::new(),
            });
        }
        let of = &mut self.functions[fact.function as usize];
        of.has_pools = true;
        if let Some(wanted) = fact.refused {
            of.refused += 1;
            of.refused_max = of.refused_max.max(wanted);
        }
        of.failed += u64::from(fact.change.failed && !self.pools[index].now.failed);
        of.spend(now, self.window);
        let pool = &self.pools[index];
        of.requested = of.requested + fact.change.requested - pool.now.requested;
        of.ready = of.ready + fact.change.ready - pool.now.ready;
        if of.changes.len() < MOST_CHANGES && fact.change != pool.now {
            let ProvisionedChange { requested, ready, .. } = fact.change;
            of.changes.push(CapacityChange { at: now, part: fact.part, requested, ready });
        }
        if (pool.arch, pool.memory) != (fact.arch, fact.memory) {
            self.hold(index, 0, now);
            (self.pools[index].arch, self.pools[index].memory) = (fact.arch, fact.memory);
        }
        let held = if fact.change.failed { 0 } else { fact.change.requested };
        self.hold(index, held, now);
        self.pools[index].now = fact.change;
    }

    /// So many are held from `now` on; what was asked for last goes first.
    fn hold(&mut self, index: usize, count: u32, now: SimTime) {
        let held: u32 = self.pools[index].blocks.iter().map(|block| block.count).sum();
        if count > held {
            self.pools[index].blocks.push(Block { count: count - held, since: now });
        }
        let mut surplus = held.saturating_sub(count);
        while surplus > 0 {
            let Some(last) = self.pools[index].blocks.last_mut() else { return };
            let gone = last.count.min(surplus);
            last.count -= gone;
            let since = last.since;
            if last.count == 0 {
                self.pools[index].blocks.pop();
            }
            surplus -= gone;
            self.bill(index, gone, since, now);
        }
    }

    /// Bills environments from enabled to disabled, rounded up; the projection has the time within the window.
    fn bill(&mut self, index: usize, count: u32, since: SimTime, until: SimTime) {
        let (window, start) = (self.window, self.start_unix_s);
        let pool = &self.pools[index];
        let usage = self.held[pool.function as usize].get_or_insert_with(|| MeteredUsage::new(start));
        let metered = Metered::ProvisionedHeld(pool.arch);
        let quantity = |span: SimDuration| {
            u128::from(count) * u128::from(pool.memory.mb()) * u128::from(span.nanos()) / 1_000_000
        };
        let held = until.since(since).max(SimDuration::from_nanos(1));
        let mut left = ROUNDING.saturating_mul(held.div_ceil(ROUNDING));
        let mut at = since;
        while left > SimDuration::ZERO {
            let month_ends = super::usage::end_of_month(start, at);
            let here = left.min(month_ends.since(at));
            usage.add(at, metered, quantity(here), false);
            (at, left) = (month_ends, left - here);
        }
        usage.add_steady(metered, quantity(window.overlap(since, until)));
        let billed = ROUNDING.saturating_mul(held.div_ceil(ROUNDING));
        usage.add_rounded_up(metered, quantity(billed.saturating_sub(until.since(since))));
    }

    /// The run ends; what is still held counts until `until`.
    pub(super) fn finish(&mut self, end: SimTime, until: SimTime) {
        for of in &mut self.functions {
            of.spend(end, self.window);
        }
        for index in 0..self.pools.len() {
            for block in std::mem::take(&mut self.pools[index].blocks) {
                self.bill(index, block.count, block.since, until.max(block.since));
            }
        }
    }
}
