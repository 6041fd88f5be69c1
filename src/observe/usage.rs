//! What was used, by calendar month and instruction set: tiers begin again with each month (S63).

use crate::input::calendar::Date;
use crate::lambda::meter::Consumption;
use crate::scenario::model::{Arch, Scenario};
use crate::units::{SimDuration, SimTime};

const SECONDS_PER_DAY: i64 = 86_400;

/// Consumption of one function.
#[derive(Clone, Debug)]
pub struct MonthlyUsage {
    /// One entry per month since the start, each by instruction set (`x86_64`, arm64).
    months: Vec<[Consumption; 2]>,
    start_unix_s: i64,
    month_ends: SimTime,
}

impl MonthlyUsage {
    /// Nothing used yet.
    pub fn new(scenario: &Scenario) -> Self {
        let mut usage = Self {
            months: vec![[Consumption::default(); 2]],
            start_unix_s: scenario.start_unix_s,
            month_ends: SimTime::ZERO,
        };
        usage.month_ends = usage.end_of_month(SimTime::ZERO);
        usage
    }

    /// Uses `consumption` at `at`, which is not before what was used last.
    #[inline]
    pub fn add(&mut self, at: SimTime, arch: Arch, consumption: Consumption) {
        while at >= self.month_ends {
            self.months.push([Consumption::default(); 2]);
            self.month_ends = self.end_of_month(self.month_ends);
        }
        let month = self.months.last_mut().expect("there is a month from the start on");
        month[arch_index(arch)] += consumption;
    }

    /// Uses `consumption` at `at`, which may lie in a month that is over: an idle environment's past becomes known late.
    pub fn add_late(&mut self, at: SimTime, arch: Arch, consumption: Consumption) {
        let mut ends = self.end_of_month(SimTime::ZERO);
        for month in &mut self.months {
            if at < ends {
                month[arch_index(arch)] += consumption;
                return;
            }
            ends = end_of_month(self.start_unix_s, ends);
        }
        self.add(at, arch, consumption);
    }

    /// Consumption by month since the start, with its instruction set.
    pub fn months(&self) -> impl Iterator<Item = [(Arch, Consumption); 2]> {
        self.months.iter().map(|[x86, arm]| [(Arch::X86_64, *x86), (Arch::Arm64, *arm)])
    }

    /// All months together.
    pub fn total(&self) -> Consumption {
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
fn end_of_month(start_unix_s: i64, at: SimTime) -> SimTime {
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
