//! What was used, by calendar month and instruction set: tiers begin again with each month (S63).

use crate::input::calendar::Date;
use crate::lambda::meter::{Billed, Consumption, Tariff};
use crate::scenario::model::{Arch, Scenario};
use crate::units::{SimDuration, SimTime};

const SECONDS_PER_DAY: i64 = 86_400;

/// Consumption of one function.
///
/// Milliseconds are added up under the tariff that applies, and multiplied by it when another one does, or another month
/// begins.
// In this order in memory: what every invocation touches shares lines of the cache (measured on W6: docs/performance.md).
#[derive(Clone, Debug)]
#[repr(C)]
pub struct Usage {
    tariff: Tariff,
    /// What belongs to the statistics and is not priced yet.
    counted: Tally,
    /// What does not belong to them.
    uncounted: Tally,
    monthly: MonthlyUsage,
    /// Of requests after the warm-up, without Inits; by instruction set.
    steady: [Consumption; 2],
}

#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    requests: u64,
    billed: Billed,
}

impl Usage {
    /// Nothing used yet.
    pub fn new(scenario: &Scenario) -> Self {
        Self {
            monthly: MonthlyUsage::new(scenario),
            steady: [Consumption::default(); 2],
            tariff: Tariff::NONE,
            counted: Tally::default(),
            uncounted: Tally::default(),
        }
    }

    /// An invocation that ended at `now`, not before what was added last. It `counts` when it belongs to the statistics;
    /// then it goes on like this after the start: without the Init of a cold start, and `/tmp` during it (S63).
    #[inline]
    pub fn invocation(&mut self, now: SimTime, tariff: Tariff, requests: u64, billed: Billed, counts: bool) {
        if tariff != self.tariff || now >= self.monthly.month_ends {
            self.settle();
            self.tariff = tariff;
            self.monthly.reach(now);
        }
        let tally = if counts { &mut self.counted } else { &mut self.uncounted };
        tally.requests += requests;
        tally.billed.handler_ms += billed.handler_ms;
        tally.billed.init_ms += billed.init_ms;
    }

    /// Something that is no invocation, at `at`, which may lie in the past.
    pub fn other(&mut self, at: SimTime, arch: Arch, consumption: Consumption) {
        self.settle();
        self.monthly.add_late(at, arch, consumption);
    }

    /// Nothing more will be used.
    pub fn finish(&mut self) {
        self.settle();
    }

    /// Consumption by month since the start, with its instruction set.
    pub fn months(&self) -> impl Iterator<Item = [(Arch, Consumption); 2]> {
        self.monthly.months()
    }

    /// All months together.
    pub fn total(&self) -> Consumption {
        self.monthly.total()
    }

    /// What goes on after the start (S63), by instruction set.
    pub fn steady(&self) -> [(Arch, Consumption); 2] {
        let [x86, arm] = self.steady;
        [(Arch::X86_64, x86), (Arch::Arm64, arm)]
    }

    fn settle(&mut self) {
        let tariff = self.tariff;
        let price = |tally: Tally| Consumption::of_billed(tally.requests, tally.billed, tariff);
        let counted = std::mem::take(&mut self.counted);
        self.monthly.add(tariff.arch, price(counted));
        self.monthly.add(tariff.arch, price(std::mem::take(&mut self.uncounted)));
        let without_init = Billed { init_ms: 0, ..counted.billed };
        self.steady[arch_index(tariff.arch)] += price(Tally { billed: without_init, ..counted });
    }
}

/// Consumption by month.
#[derive(Clone, Debug)]
struct MonthlyUsage {
    /// One entry per month since the start, each by instruction set (`x86_64`, arm64).
    months: Vec<[Consumption; 2]>,
    start_unix_s: i64,
    month_ends: SimTime,
}

impl MonthlyUsage {
    fn new(scenario: &Scenario) -> Self {
        let mut usage = Self {
            months: vec![[Consumption::default(); 2]],
            start_unix_s: scenario.start_unix_s,
            month_ends: SimTime::ZERO,
        };
        usage.month_ends = usage.end_of_month(SimTime::ZERO);
        usage
    }

    /// The month of `at` is the present one.
    fn reach(&mut self, at: SimTime) {
        while at >= self.month_ends {
            self.months.push([Consumption::default(); 2]);
            self.month_ends = self.end_of_month(self.month_ends);
        }
    }

    /// Uses `consumption` in the present month.
    fn add(&mut self, arch: Arch, consumption: Consumption) {
        let month = self.months.last_mut().expect("there is a month from the start on");
        month[arch_index(arch)] += consumption;
    }

    /// Uses `consumption` at `at`, which may lie in a month that is over: an idle environment's past becomes known late.
    fn add_late(&mut self, at: SimTime, arch: Arch, consumption: Consumption) {
        let mut ends = self.end_of_month(SimTime::ZERO);
        for month in &mut self.months {
            if at < ends {
                month[arch_index(arch)] += consumption;
                return;
            }
            ends = end_of_month(self.start_unix_s, ends);
        }
        self.reach(at);
        self.add(arch, consumption);
    }

    fn months(&self) -> impl Iterator<Item = [(Arch, Consumption); 2]> {
        self.months.iter().map(|[x86, arm]| [(Arch::X86_64, *x86), (Arch::Arm64, *arm)])
    }

    fn total(&self) -> Consumption {
        let mut total = Consumption::default();
        for month in &self.months {
            for consumption in month {
                total += *consumption;
            }
        }
        total
    }

    fn end_of_month(&self, at: SimTime) -> SimTime {
        end_of_month(self.start_unix_s, at)
    }
}

/// The end of the calendar month of `at`, when the run starts at `start_unix_s`.
pub(super) fn end_of_month(start_unix_s: i64, at: SimTime) -> SimTime {
    let unix_s = start_unix_s + (at.nanos() / 1_000_000_000).cast_signed();
    let date = Date::from_unix_days(unix_s.div_euclid(SECONDS_PER_DAY));
    let first_of_next = date.unix_days() - i64::from(date.day) + 1 + i64::from(date.days_in_month());
    let seconds = first_of_next * SECONDS_PER_DAY - start_unix_s;
    SimTime::ZERO + SimDuration::from_secs(seconds.max(0) as u64)
}

fn arch_index(arch: Arch) -> usize {
    match arch {
        Arch::X86_64 => 0,
        Arch::Arm64 => 1,
    }
}
