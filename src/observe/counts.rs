//! Plain counters, grouped by what they are about.

use crate::lambda::facts::{Fact, RequestTag};
use crate::lambda::outcome::{Fate, Outcome, ThrottleCause};
use crate::units::SimTime;

use super::call_series::CallSeries;
use super::sample::Sample;
use super::statistics::Window;

/// Where what was offered has ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names of the fates")]
pub struct FateCounts {
    pub offered: u64,
    pub succeeded: u64,
    pub throttled: u64,
    pub function_error: u64,
    pub timed_out: u64,
    pub out_of_memory: u64,
    pub client_timeout: u64,
    pub rejected: u64,
    pub dead_lettered: u64,
    pub dropped: u64,
    pub expired: u64,
    pub gateway_timeout: u64,
    pub service_error: u64,
}

impl FateCounts {
    /// Counts an end.
    #[inline]
    pub fn close(&mut self, fate: Fate) {
        self.close_many(fate, 1);
    }

    /// Counts equal ends.
    #[inline]
    pub fn close_many(&mut self, fate: Fate, count: u64) {
        let counter = match fate {
            Fate::Succeeded => &mut self.succeeded,
            Fate::Throttled => &mut self.throttled,
            Fate::FunctionError => &mut self.function_error,
            Fate::TimedOut => &mut self.timed_out,
            Fate::OutOfMemory => &mut self.out_of_memory,
            Fate::ClientTimeout => &mut self.client_timeout,
            Fate::Rejected => &mut self.rejected,
            Fate::DeadLettered => &mut self.dead_lettered,
            Fate::Dropped => &mut self.dropped,
            Fate::Expired => &mut self.expired,
            Fate::GatewayTimeout => &mut self.gateway_timeout,
            Fate::ServiceError => &mut self.service_error,
        };
        *counter += count;
    }

    /// Everything that has ended.
    pub fn closed(&self) -> u64 {
        self.succeeded + self.throttled + self.failed() + self.dead_lettered + self.dropped + self.expired
    }

    /// What callers saw as a failure other than a throttle.
    pub fn failed(&self) -> u64 {
        self.function_error
            + self.timed_out
            + self.out_of_memory
            + self.client_timeout
            + self.rejected
            + self.gateway_timeout
            + self.service_error
    }
}

/// Refused attempts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ThrottleCounts {
    by_cause: [u64; ThrottleCause::ALL.len()],
    span: Option<(SimTime, SimTime)>,
}

impl ThrottleCounts {
    /// Counts a refusal at `now`.
    pub fn add(&mut self, now: SimTime, cause: ThrottleCause) {
        self.by_cause[cause as usize] += 1;
        self.span = Some((self.span.map_or(now, |(first, _)| first), now));
    }

    /// Refusals for this cause.
    pub fn of(&self, cause: ThrottleCause) -> u64 {
        self.by_cause[cause as usize]
    }

    /// All refusals.
    pub fn total(&self) -> u64 {
        self.by_cause.iter().sum()
    }

    /// When the first and the last came.
    pub fn span(&self) -> Option<(SimTime, SimTime)> {
        self.span
    }
}

/// Invocations by outcome, and what went on around them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names of the outcomes")]
pub struct InvocationCounts {
    pub requests: u64,
    pub attempts: u64,
    pub invocations: u64,
    pub succeeded: u64,
    pub handler_errors: u64,
    pub responses_too_large: u64,
    pub runtime_exits: u64,
    pub timeouts: u64,
    pub out_of_memory: u64,
    pub init_failures: u64,
    pub storage_full: u64,
    pub rejected: u64,
    pub dry_runs_accepted: u64,
    pub dry_runs_rejected: u64,
    pub cold_starts: u64,
    pub suppressed_inits: u64,
}

impl InvocationCounts {
    /// Counts an end.
    #[inline]
    pub fn end(&mut self, outcome: Outcome) {
        let counter = match outcome {
            Outcome::Succeeded => &mut self.succeeded,
            Outcome::HandlerError => &mut self.handler_errors,
            Outcome::ResponseTooLarge => &mut self.responses_too_large,
            Outcome::RuntimeExit => &mut self.runtime_exits,
            Outcome::TimedOut => &mut self.timeouts,
            Outcome::OutOfMemory => &mut self.out_of_memory,
            Outcome::InitFailed => &mut self.init_failures,
            Outcome::StorageFull => &mut self.storage_full,
        };
        *counter += 1;
    }

    /// Function errors but timeouts and out of memory.
    pub fn errors(&self) -> u64 {
        self.handler_errors
            + self.responses_too_large
            + self.runtime_exits
            + self.init_failures
            + self.storage_full
    }
}

/// What invocations found in `/tmp` of earlier ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StorageCounts {
    pub starts_with_leftovers: u64,
    pub leftovers_max_bytes: u64,
}

/// Presigned URLs, by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names of the report")]
pub struct UrlCounts {
    pub served: u64,
    pub expired: u64,
    pub session_ended: u64,
}

/// Asynchronous events.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[expect(missing_docs, reason = "the names of the report")]
pub struct AsyncCounts {
    pub received: u64,
    pub attempts: u64,
    pub retried: u64,
    pub succeeded: u64,
    pub ended_without_success: u64,
    pub dead_letter_errors: u64,
    pub destination_delivery_failures: u64,
    /// Greatest age at the end of an event, ns.
    pub age_max_nanos: u64,
    /// Ages of succeeded events, ns.
    pub age_succeeded_nanos: u128,
}

/// One client.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names of the report")]
pub struct ClientStatistics {
    pub calls: u64,
    pub succeeded: u64,
    pub failed: u64,
    pub throttled: u64,
    pub timed_out: u64,
    pub attempts: u64,
    pub retries: u64,
    pub retries_denied: u64,
    pub abandoned: u64,
    pub latency: Sample,
    pub calls_by_attempts: Vec<u64>,
    /// Of all calls, those of the warm-up included.
    pub series: CallSeries,
}

impl ClientStatistics {
    /// Nothing has been called yet.
    pub fn new(window: Window) -> Self {
        Self {
            calls: 0,
            succeeded: 0,
            failed: 0,
            throttled: 0,
            timed_out: 0,
            attempts: 0,
            retries: 0,
            retries_denied: 0,
            abandoned: 0,
            latency: Sample::default(),
            calls_by_attempts: Vec::new(),
            series: CallSeries::new(window),
        }
    }

    /// Counts over time what happens to a call at `now`.
    pub fn count_over_time(&mut self, now: SimTime, fact: &Fact) {
        let interval = self.series.at(now);
        match fact {
            Fact::CallOpened { .. } => interval.calls += 1,
            Fact::CallAttempted { attempt, .. } => interval.retries += u64::from(*attempt > 0),
            Fact::CallClosed { fate: Fate::Succeeded, .. } => interval.succeeded += 1,
            Fact::CallClosed { .. } => interval.failed += 1,
            _ => {}
        }
    }

    /// Counts a call that is over.
    pub fn close(&mut self, now: SimTime, request: RequestTag, fate: Fate, attempts: u32) {
        match fate {
            Fate::Succeeded => self.succeeded += 1,
            Fate::Throttled => self.throttled += 1,
            Fate::ClientTimeout => self.timed_out += 1,
            Fate::FunctionError
            | Fate::TimedOut
            | Fate::OutOfMemory
            | Fate::Rejected
            | Fate::DeadLettered
            | Fate::Dropped
            | Fate::Expired
            | Fate::GatewayTimeout
            | Fate::ServiceError => self.failed += 1,
        }
        if !fate.is_refusal() {
            self.latency.record(now.since(request.born));
        }
        let index = attempts as usize - 1;
        if self.calls_by_attempts.len() <= index {
            self.calls_by_attempts.resize(index + 1, 0);
        }
        self.calls_by_attempts[index] += 1;
    }
}
