//! Admission: the limits that a request meets, in the order of S30.

use crate::scenario::model::EnvironmentChoice;
use crate::units::SimTime;

use super::super::account::Account;
use super::super::concurrency::Headroom;
use super::super::fleet::Taken;
use super::super::outcome::ThrottleCause;
use super::FunctionState;

impl FunctionState<'_> {
    /// As [`Self::admit`] for what most requests meet: nothing stands in the way, and the most recently used environment is
    /// idle. `None` decides nothing, and all may be asked again. (What is found stays in registers when no rarer way of finding
    /// it leads to the same place; measured on W1 together with the like for ends: 95 instructions an invocation less.)
    #[inline(always)]
    pub(super) fn admit_at_once(
        &mut self,
        now: SimTime,
        account: &mut Account,
        choice: EnvironmentChoice,
    ) -> Option<Taken> {
        if choice != EnvironmentChoice::MostRecentlyUsed {
            return None;
        }
        self.within_limits(now, account).ok()?;
        let taken = self.fleet.take_most_recent(now, self.config)?;
        self.start(now, account);
        Some(taken)
    }

    /// Asks all limits, and then for an idle environment; `None` when a new one is to be created, which is paid for.
    pub(super) fn admit(
        &mut self,
        now: SimTime,
        account: &mut Account,
        choice: EnvironmentChoice,
    ) -> Result<Option<Taken>, ThrottleCause> {
        self.within_limits(now, account)?;
        let taken = self.fleet.take(now, self.config, choice);
        if taken.is_none() {
            self.pay_for_environment(now, account)?;
        }
        self.start(now, account);
        Ok(taken)
    }

    /// Asks the rates and the concurrency.
    #[inline(always)]
    pub(super) fn within_limits(&mut self, now: SimTime, account: &mut Account) -> Result<(), ThrottleCause> {
        self.within_rates(now, account)?;
        self.has_headroom(account)
    }

    /// Asks the rates.
    #[inline(always)]
    pub(super) fn within_rates(&mut self, now: SimTime, account: &mut Account) -> Result<(), ThrottleCause> {
        if self.concurrency.is_switched_off() {
            return Err(ThrottleCause::ReservedConcurrency);
        }
        if !self.request_rate.allows(now) {
            return Err(ThrottleCause::ReservedRequestRate);
        }
        if !account.rate.allows(now) {
            return Err(ThrottleCause::AccountRequestRate);
        }
        Ok(())
    }

    /// Asks the concurrency.
    #[inline(always)]
    pub(super) fn has_headroom(&self, account: &Account) -> Result<(), ThrottleCause> {
        match account.concurrency.headroom(&self.concurrency) {
            Headroom::Full(cause) => Err(cause),
            Headroom::Free => Ok(()),
        }
    }

    /// Asks whether an environment may be created, and pays for it.
    #[inline(always)]
    pub(super) fn pay_for_environment(
        &mut self,
        now: SimTime,
        account: &mut Account,
    ) -> Result<(), ThrottleCause> {
        if !(self.scaling.allows(now) && account.scaling.allows(now)) {
            return Err(ThrottleCause::ScalingRate);
        }
        self.scaling.charge(now);
        account.scaling.charge(now);
        Ok(())
    }

    /// The invocation begins on provisioned concurrency.
    pub(super) fn start_provisioned(&mut self, now: SimTime, account: &mut Account) {
        self.request_rate.charge(now);
        account.start_provisioned(now);
        self.concurrency.start_provisioned();
    }

    /// The invocation begins.
    #[inline(always)]
    pub(super) fn start(&mut self, now: SimTime, account: &mut Account) {
        self.request_rate.charge(now);
        account.start(now, &mut self.concurrency);
    }
}
