//! Statistics of one function, from its facts.

use crate::lambda::course::Course;
use crate::lambda::facts::{ExitChange, FaultFact, Invocation, Settlement, Started};
use crate::lambda::lapse::Lapse;
use crate::lambda::meter::Consumption;
use crate::lambda::outcome::{Fate, Outcome, ThrottleCause};
use crate::lambda::presign::UrlUse;
use crate::scenario::model::{Arch, Mode, Scenario};
use crate::units::{SimDuration, SimTime};

use super::counts::{AsyncCounts, FateCounts, InvocationCounts, StorageCounts, ThrottleCounts, UrlCounts};
use super::digest::Digest;
use super::sample::Sample;
use super::series::{Interval, Series};
use super::statistics::Window;
use super::surroundings::SurroundingCounts;
use super::time_weighted::TimeWeighted;
use super::timeline::Timeline;
use super::usage::Usage;

/// Everything that is kept about one function.
// In this order in memory: what every invocation touches shares lines of the cache (measured on W6: docs/performance.md).
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "the names of the report")]
#[repr(C)]
pub struct FunctionStatistics {
    window: Window,
    pub digest: Digest,
    pub billed_ms: u64,
    pub counts: InvocationCounts,
    pub fates: FateCounts,
    pub environments: EnvironmentCounts,
    timeline: Timeline,
    pub usage: Usage,
    pub asynchronous: AsyncCounts,
    /// Where asynchronous events that belong to the statistics have ended.
    pub event_fates: FateCounts,
    pub throttles: ThrottleCounts,
    pub storage: StorageCounts,
    pub urls: UrlCounts,
    /// Once there is something to count.
    pub around: Option<Box<SurroundingCounts>>,
    /// Known when the run is over.
    pub latency: Sample,
    /// Latency as clients saw it, from their first attempt to the final answer.
    pub client_latency: Sample,
    /// Known when the run is over.
    pub duration: Sample,
    pub init: Sample,
    /// Calls, events and messages that the recursive-loop detection kept from it.
    pub recursions_stopped: u64,
    /// First and last cold start.
    pub cold_starts_span: Option<(SimTime, SimTime)>,
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
            storage: StorageCounts::default(),
            urls: UrlCounts::default(),
            around: None,
            event_fates: FateCounts::default(),
            latency: Sample::default(),
            client_latency: Sample::default(),
            duration: Sample::default(),
            init: Sample::default(),
            billed_ms: 0,
            recursions_stopped: 0,
            environments: EnvironmentCounts::default(),
            cold_starts_span: None,
            usage: Usage::new(scenario),
            digest: Digest::default(),
            timeline: Timeline::new(window),
        }
    }

    pub(super) fn refused(&mut self, now: SimTime, born: SimTime, mode: Mode, cause: ThrottleCause) {
        self.digest.word(now.nanos() << 3 | cause as u64);
        self.timeline.at(now).throttles += 1;
        if self.window.counts(born) {
            self.count_attempt(mode);
            self.throttles.add(now, cause);
        }
    }

    /// An attempt met an error of the service.
    pub(super) fn faulted(&mut self, now: SimTime, fact: &FaultFact) {
        self.digest.word(now.nanos() << 4 | fact.fault as u64);
        if self.window.counts(fact.request.born) {
            self.count_attempt(fact.mode);
            self.around.get_or_insert_default().fault(fact.fault);
        }
    }

    /// Lines of its log have reached a subscriber.
    pub(super) fn logs_delivered(&mut self, now: SimTime, filter: u32) {
        if self.window.counts(now) {
            self.around.get_or_insert_default().logs_delivered[filter as usize] += 1;
        }
    }

    /// A call has come to its way out.
    pub(super) fn exits(&mut self, now: SimTime, change: ExitChange) {
        // What belongs to the statistics is decided by the request; the call has none, so its own time does.
        if self.window.counts(now) {
            self.around.get_or_insert_default().exit(change);
        }
    }

    #[inline]
    fn count_attempt(&mut self, mode: Mode) {
        self.counts.attempts += 1;
        if mode == Mode::Async {
            self.asynchronous.attempts += 1;
        }
    }

    /// Something ended; asynchronous events have counts of their own.
    #[inline]
    pub(super) fn close_event(&mut self, born: SimTime, mode: Mode, fate: Fate) {
        if mode == Mode::Async && fate != Fate::Rejected && self.window.counts(born) {
            self.event_fates.close(fate);
        }
    }

    #[inline(always)]
    pub(super) fn started(&mut self, now: SimTime, started: &Started) {
        self.timeline.start(now);
        let counts = self.window.counts(started.request.born);
        if counts {
            self.count_attempt(started.mode);
            self.counts.invocations += 1;
        }
        if let Some(since) = started.idle_since {
            self.environments.idle_nanos += u128::from(self.window.overlap(since, now).nanos());
        }
        if started.cold {
            self.cold_start(now, counts);
        }
    }

    #[inline(never)]
    fn cold_start(&mut self, now: SimTime, counts: bool) {
        self.environments.created += 1;
        let alive = self.environments.created - self.environments.retired;
        self.environments.peak = self.environments.peak.max(alive);
        let interval = self.timeline.present();
        interval.created += 1;
        interval.cold_starts += 1;
        if counts {
            self.counts.cold_starts += 1;
            self.cold_starts_span = Some((self.cold_starts_span.map_or(now, |(first, _)| first), now));
        }
    }

    #[inline(always)]
    pub(super) fn ended(&mut self, now: SimTime, invocation: &Invocation, settlement: &Settlement) {
        let course = &invocation.course;
        self.timeline.end(now);
        self.digest.word(now.nanos());
        self.digest.word(course.duration.nanos() << 4 | course.outcome as u64);
        self.digest.word(settlement.environment << 1 | u64::from(invocation.cold));
        let billed_ms = settlement.billed.handler_ms + settlement.billed.init_ms;
        let interval = self.timeline.present();
        interval.mb_ms += u64::from(settlement.tariff.memory.mb()) * billed_ms;
        interval.charges += invocation.request_charges;
        interval.errors += u64::from(course.outcome != Outcome::Succeeded);
        self.billed_ms += billed_ms;
        let counts = self.window.counts(invocation.request.born);
        self.usage.invocation(now, settlement.tariff, invocation.request_charges, settlement.billed, counts);
        let latency = now.since(invocation.admitted);
        if counts && latency == course.duration && course.outcome == Outcome::Succeeded {
            self.counts.end(course.outcome);
            self.timeline.spans().same(latency);
            if course.suppressed_init > SimDuration::ZERO {
                self.counts.suppressed_inits += 1;
            }
        } else {
            // Restores have statistics of their own.
            let cold = invocation.cold && !settlement.restored;
            self.ended_otherwise(latency, *course, cold, counts);
        }
    }

    /// Cold, failed, or in the warm-up.
    #[inline(never)]
    fn ended_otherwise(&mut self, latency: SimDuration, course: Course, cold: bool, counts: bool) {
        if course.outcome.completed() {
            self.timeline.spans().latency(latency, counts);
        }
        if counts {
            self.counts.end(course.outcome);
            self.timeline.spans().duration(course.duration);
            if cold && course.init > SimDuration::ZERO {
                self.init.record(course.init);
            }
            if course.suppressed_init > SimDuration::ZERO {
                self.counts.suppressed_inits += 1;
            }
        }
    }

    pub(super) fn lapse(&mut self, lapse: Lapse, arch: Arch, consumption: Consumption) {
        match lapse {
            Lapse::IdlePeriodEnded { since, until } => {
                self.environments.idle_nanos += u128::from(self.window.overlap(since, until).nanos());
            }
            Lapse::Retired { created, at, .. } => {
                self.environments.retired += 1;
                self.environments.life_nanos += u128::from(at.since(created).nanos());
                self.timeline.at(at).retired += 1;
            }
            Lapse::Allocated { at, .. } => {
                self.environments.created += 1;
                let alive = self.environments.created - self.environments.retired;
                self.environments.peak = self.environments.peak.max(alive);
                self.timeline.at(at).created += 1;
                self.usage.other(at, arch, consumption);
            }
            Lapse::Replacement { at, .. } => {
                self.environments.created += 1;
                self.environments.replacements += 1;
                let interval = self.timeline.at(at);
                interval.created += 1;
                interval.mb_ms += consumption.init_mb_ms as u64;
                self.usage.other(at, arch, consumption);
            }
        }
    }

    pub(super) fn bill_init(&mut self, now: SimTime, arch: Arch, consumption: Consumption) {
        self.usage.other(now, arch, consumption);
    }

    /// An invocation has found so much in `/tmp`.
    pub(super) fn storage_used(&mut self, born: SimTime, found_bytes: u64) {
        if found_bytes > 0 && self.window.counts(born) {
            self.storage.starts_with_leftovers += 1;
            self.storage.leftovers_max_bytes = self.storage.leftovers_max_bytes.max(found_bytes);
        }
    }

    /// An invocation has made a presigned URL.
    pub(super) fn url_presigned(&mut self, born: SimTime, url: UrlUse) {
        if self.window.counts(born) {
            match url {
                UrlUse::Served => self.urls.served += 1,
                UrlUse::Expired => self.urls.expired += 1,
                UrlUse::SessionEnded => self.urls.session_ended += 1,
            }
        }
    }

    /// Concurrency is held without an invocation.
    pub(super) fn held(&mut self, now: SimTime) {
        self.timeline.start(now);
    }

    /// Concurrency is no longer held.
    pub(super) fn let_go(&mut self, now: SimTime) {
        self.timeline.end(now);
    }

    /// The interval of `at` in the time series.
    #[inline]
    pub(super) fn interval(&mut self, at: SimTime) -> &mut Interval {
        self.timeline.at(at)
    }

    /// No invocation begins or ends after `now`. Samples are reduced to `outline`, where there is one.
    pub(super) fn rest(&mut self, now: SimTime, outline: Option<&[f64]>) {
        [self.latency, self.duration] = self.timeline.rest(now, outline);
        for sample in [&mut self.init, &mut self.client_latency] {
            match outline {
                Some(shares) => {
                    let all = std::mem::take(sample);
                    Sample::outline([sample], &all, shares);
                }
                None => sample.close(),
            }
        }
    }

    /// The run ends.
    pub(super) fn finish(&mut self, end: SimTime) {
        self.timeline.finish(end);
        self.usage.finish();
    }

    /// Invocations that run, over time.
    pub fn concurrency(&self) -> &TimeWeighted {
        self.timeline.concurrency()
    }

    /// Values per interval.
    pub fn series(&self) -> &Series {
        self.timeline.series()
    }

    /// What the statistics cover.
    pub fn window(&self) -> Window {
        self.window
    }
}
