//! Statistics of one function, from its facts.

use crate::lambda::facts::{Ended, Started};
use crate::lambda::fleet::Lapse;
use crate::lambda::meter::{Billed, Consumption};
use crate::lambda::outcome::{Fate, Outcome, ThrottleCause};
use crate::scenario::model::{Arch, Mode, Scenario};
use crate::units::{SimDuration, SimTime};

use super::counts::{AsyncCounts, FateCounts, InvocationCounts, ThrottleCounts};
use super::digest::Digest;
use super::sample::Sample;
use super::series::Series;
use super::statistics::Window;
use super::time_weighted::TimeWeighted;
use super::usage::MonthlyUsage;

/// Everything that is kept about one function.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "the names of the report")]
pub struct FunctionStatistics {
    window: Window,
    pub counts: InvocationCounts,
    pub fates: FateCounts,
    pub throttles: ThrottleCounts,
    pub asynchronous: AsyncCounts,
    /// Where asynchronous events that belong to the statistics have ended.
    pub event_fates: FateCounts,
    pub latency: Sample,
    /// Latency as clients saw it, from their first attempt to the final answer.
    pub client_latency: Sample,
    pub duration: Sample,
    pub init: Sample,
    pub billed_ms: u64,
    pub concurrency: TimeWeighted,
    pub environments: EnvironmentCounts,
    /// First and last cold start.
    pub cold_starts_span: Option<(SimTime, SimTime)>,
    pub usage: MonthlyUsage,
    /// Usage of requests after the warm-up, without Inits; by instruction set.
    pub steady: [(Arch, Consumption); 2],
    pub series: Series,
    pub digest: Digest,
}

/// Environments over the whole run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the report")]
pub struct EnvironmentCounts {
    pub created: u64,
    pub replacements: u64,
    pub retired: u64,
    pub peak: u64,
    /// Idle time within the window, ns.
    pub idle_nanos: u128,
    /// Lives of retired environments, ns.
    pub life_nanos: u128,
}

impl FunctionStatistics {
    /// Nothing has happened yet.
    pub fn new(scenario: &Scenario, window: Window) -> Self {
        Self {
            window,
            counts: InvocationCounts::default(),
            fates: FateCounts::default(),
            throttles: ThrottleCounts::default(),
            asynchronous: AsyncCounts::default(),
            event_fates: FateCounts::default(),
            latency: Sample::default(),
            client_latency: Sample::default(),
            duration: Sample::default(),
            init: Sample::default(),
            billed_ms: 0,
            concurrency: TimeWeighted::new(window.from, window.to),
            environments: EnvironmentCounts::default(),
            cold_starts_span: None,
            usage: MonthlyUsage::new(scenario),
            steady: [(Arch::X86_64, Consumption::default()), (Arch::Arm64, Consumption::default())],
            series: Series::new(window.step, window.intervals),
            digest: Digest::default(),
        }
    }

    pub(super) fn refused(&mut self, now: SimTime, born: SimTime, mode: Mode, cause: ThrottleCause) {
        self.digest.word(now.nanos() << 3 | cause as u64);
        self.series.at(now).throttles += 1;
        if self.window.counts(born) {
            self.count_attempt(mode);
            self.throttles.add(now, cause);
        }
    }

    #[inline]
    fn count_attempt(&mut self, mode: Mode) {
        self.counts.attempts += 1;
        self.asynchronous.attempts += u64::from(mode == Mode::Async);
    }

    /// Something ended; asynchronous events have counts of their own.
    #[inline]
    pub(super) fn close_event(&mut self, born: SimTime, mode: Mode, fate: Fate) {
        if mode == Mode::Async && fate != Fate::Rejected && self.window.counts(born) {
            self.event_fates.close(fate);
        }
    }

    #[inline]
    pub(super) fn started(&mut self, now: SimTime, started: &Started) {
        self.change_concurrency(now, 1);
        let counts = self.window.counts(started.request.born);
        if counts {
            self.count_attempt(started.mode);
            self.counts.invocations += 1;
        }
        if let Some(since) = started.idle_since {
            self.environments.idle_nanos += u128::from(self.window.overlap(since, now).nanos());
        }
        if started.cold {
            self.environments.created += 1;
            let alive = self.environments.created - self.environments.retired;
            self.environments.peak = self.environments.peak.max(alive);
            let interval = self.series.at(now);
            interval.created += 1;
            interval.cold_starts += 1;
            if counts {
                self.counts.cold_starts += 1;
                self.cold_starts_span = Some((self.cold_starts_span.map_or(now, |(first, _)| first), now));
            }
        }
    }

    #[inline]
    pub(super) fn ended(&mut self, now: SimTime, ended: &Ended) {
        let course = &ended.course;
        self.change_concurrency(now, -1);
        self.digest.word(now.nanos());
        self.digest.word(course.duration.nanos() << 4 | course.outcome as u64);
        self.digest.word(ended.environment << 1 | u64::from(ended.cold));
        let latency = now.since(ended.admitted);
        let consumption =
            Consumption::of_billed(ended.request_charges, ended.billed, ended.memory, ended.paid_storage_mb);
        let interval = self.series.at(now);
        interval.mb_ms += (consumption.handler_mb_ms + consumption.init_mb_ms) as u64;
        interval.charges += ended.request_charges;
        if course.outcome != Outcome::Succeeded {
            interval.errors += 1;
        }
        if course.outcome.completed() {
            self.series.latency(now, latency);
        }
        self.billed_ms += ended.billed.handler_ms + ended.billed.init_ms;
        self.usage.add(now, ended.arch, consumption);
        if self.window.counts(ended.request.born) {
            self.counts.end(course.outcome);
            if course.outcome.completed() {
                self.latency.record(latency);
            }
            self.duration.record(course.duration);
            if ended.cold && course.init > SimDuration::ZERO {
                self.init.record(course.init);
            }
            if course.suppressed_init > SimDuration::ZERO {
                self.counts.suppressed_inits += 1;
            }
            self.add_steady(ended);
        }
    }

    /// What goes on like this after the start: no Init of a cold start, nor /tmp during it (S63).
    #[inline]
    fn add_steady(&mut self, ended: &Ended) {
        let billed = Billed { init_ms: 0, ..ended.billed };
        let steady =
            Consumption::of_billed(ended.request_charges, billed, ended.memory, ended.paid_storage_mb);
        let (_, consumption) = &mut self.steady[usize::from(ended.arch == Arch::Arm64)];
        *consumption += steady;
    }

    pub(super) fn lapse(&mut self, lapse: Lapse, arch: Arch, consumption: Consumption) {
        match lapse {
            Lapse::IdlePeriodEnded { since, until } => {
                self.environments.idle_nanos += u128::from(self.window.overlap(since, until).nanos());
            }
            Lapse::Retired { created, at, .. } => {
                self.environments.retired += 1;
                self.environments.life_nanos += u128::from(at.since(created).nanos());
                self.series.at(at).retired += 1;
            }
            Lapse::Replacement { at, .. } => {
                self.environments.created += 1;
                self.environments.replacements += 1;
                let interval = self.series.at(at);
                interval.created += 1;
                interval.mb_ms += consumption.init_mb_ms as u64;
                self.usage.add_late(at, arch, consumption);
            }
        }
    }

    pub(super) fn bill_init(&mut self, now: SimTime, arch: Arch, consumption: Consumption) {
        self.usage.add(now, arch, consumption);
    }

    #[inline]
    pub(super) fn change_concurrency(&mut self, now: SimTime, change: i32) {
        let level =
            self.concurrency.level().checked_add_signed(change).expect("concurrency is never negative");
        self.concurrency.change(now, level);
        self.series.concurrency(now, level);
    }

    /// The run ends.
    pub(super) fn finish(&mut self, end: SimTime) {
        self.concurrency.finish(end);
        self.series.finish(end);
    }

    /// What the statistics cover.
    pub fn window(&self) -> Window {
        self.window
    }
}
