//! Provisioned concurrency of one qualifier: what was asked for, and what is ready (S61).

use crate::scenario::model::ProvisionedConcurrency;
use crate::units::{SimDuration, SimTime};

/// Environments of provisioned concurrency are numbered from here on, apart from those of the same version on demand.
pub const FIRST_SERIAL: u64 = 1_000_000_000;

/// What asking for another capacity sets in motion.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Nothing.
    Nothing,
    /// So many are withdrawn now.
    Withdraw(u32),
    /// The additional ones are all ready at this instant.
    ReadyAt {
        /// When.
        at: SimTime,
        /// Tells this request from those before and after it.
        number: u32,
    },
}

/// The capacity of one qualifier.
#[derive(Clone, Debug)]
pub struct Provisioned {
    requested: u32,
    ready: u32,
    /// An allocation is in progress.
    pending: bool,
    /// The last allocation FAILED: the code does not initialise.
    failed: bool,
    /// Number of the last request.
    number: u32,
}

impl Provisioned {
    /// `capacity` environments are ready.
    pub fn with(capacity: u32) -> Self {
        Self { requested: capacity, ready: capacity, pending: false, failed: false, number: 0 }
    }

    /// `capacity` was asked for, of code that does not initialise.
    pub fn failed_with(capacity: u32) -> Self {
        Self { ready: 0, failed: capacity > 0, ..Self::with(capacity) }
    }

    /// Whether what was asked for could not be made.
    pub fn is_failed(&self) -> bool {
        self.failed
    }

    /// What is set aside and paid for: nothing of an allocation that FAILED.
    pub fn held(&self) -> u32 {
        if self.failed { 0 } else { self.requested }
    }

    /// The allocation of request `number` FAILED, unless another request has taken its place.
    pub fn fail(&mut self, number: u32) -> bool {
        let is_current = number == self.number && self.pending;
        if is_current {
            (self.pending, self.failed) = (false, true);
        }
        is_current
    }

    /// What was asked for.
    pub fn requested(&self) -> u32 {
        self.requested
    }

    /// What is usable.
    pub fn ready(&self) -> u32 {
        self.ready
    }

    /// Whether an allocation is in progress.
    pub fn is_allocating(&self) -> bool {
        self.pending
    }

    /// From `now` on there shall be `capacity`; more of it comes by `rule`.
    pub fn request(&mut self, now: SimTime, capacity: u32, rule: &ProvisionedConcurrency) -> Change {
        if capacity == self.requested {
            return Change::Nothing;
        }
        self.requested = capacity;
        self.failed = false;
        self.number += 1;
        self.pending = capacity > self.ready;
        if !self.pending {
            let surplus = self.ready - capacity;
            self.ready = capacity;
            return if surplus == 0 { Change::Nothing } else { Change::Withdraw(surplus) };
        }
        Change::ReadyAt { at: now + allocation(capacity - self.ready, rule), number: self.number }
    }

    /// Nothing of what is ready can be used any more: all of it is allocated anew.
    pub fn reallocate(&mut self, now: SimTime, rule: &ProvisionedConcurrency) -> Change {
        self.ready = 0;
        self.failed = false;
        self.number += 1;
        self.pending = self.requested > 0;
        if !self.pending {
            return Change::Nothing;
        }
        Change::ReadyAt { at: now + allocation(self.requested, rule), number: self.number }
    }

    /// Environments that the allocation of request `number` still needs, unless another request has taken its place.
    pub fn missing(&self, number: u32) -> Option<u32> {
        (number == self.number && self.pending).then(|| self.requested - self.ready)
    }

    /// The allocation of request `number` is complete; returns how many environments there are more, unless another
    /// request has taken its place.
    pub fn complete(&mut self, number: u32) -> Option<u32> {
        let more = self.missing(number)?;
        self.ready = self.requested;
        self.pending = false;
        Some(more)
    }
}

/// How long it takes to prepare `count` environments.
fn allocation(count: u32, rule: &ProvisionedConcurrency) -> SimDuration {
    let nanos = f64::from(count) / rule.allocation_rate.hertz() * 1e9;
    rule.allocation_delay + SimDuration::from_nanos(nanos.round() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Rate;

    fn rule() -> ProvisionedConcurrency {
        ProvisionedConcurrency {
            capacity: 20,
            allocation_delay: SimDuration::from_secs(90),
            allocation_rate: Rate::per_second(100.0),
            scaling: None,
        }
    }

    fn at(millis: u64) -> SimTime {
        SimTime::ZERO + SimDuration::from_millis(millis)
    }

    #[test]
    fn more_comes_after_the_delay_all_at_once() {
        let mut capacity = Provisioned::with(20);
        let change = capacity.request(at(0), 29, &rule());
        assert_eq!(change, Change::ReadyAt { at: at(90_090), number: 1 });
        assert_eq!((capacity.ready(), capacity.is_allocating()), (20, true));
        assert_eq!(capacity.complete(1), Some(9));
        assert_eq!((capacity.ready(), capacity.is_allocating()), (29, false));
        assert_eq!(capacity.request(at(0), 29, &rule()), Change::Nothing);
    }

    #[test]
    fn a_later_request_takes_the_place_of_an_allocation_in_progress() {
        let mut capacity = Provisioned::with(20);
        let _ = capacity.request(at(0), 29, &rule());
        assert_eq!(capacity.request(at(1), 15, &rule()), Change::Withdraw(5));
        assert_eq!(capacity.complete(1), None);
        assert_eq!(capacity.ready(), 15);
        assert_eq!(capacity.reallocate(at(0), &rule()), Change::ReadyAt { at: at(90_150), number: 3 });
        assert_eq!(capacity.ready(), 0);
    }
}
