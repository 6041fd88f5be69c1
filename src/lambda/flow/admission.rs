//! Admission: the limits that a request meets, in the order of S30.

use crate::scenario::model::EnvironmentChoice;
use crate::units::SimTime;

use super::super::account::Account;
use super::super::concurrency::Headroom;
use super::super::fleet::Taken;
use super::super::outcome::ThrottleCause;
use super::FunctionState;

impl FunctionState<'_> {
    /// Asks all limits, and then for an idle environment; `None` when a new one is to be created, which is paid for.
    #[inline(always)]
    pub(super) fn admit(
        &mut self,
        now: SimTime,
        account: &mut Account,
        choice: EnvironmentChoice,
    ) -> Result<Option<Taken>, ThrottleCause> {
        if self.concurrency.is_switched_off() {
            return Err(ThrottleCause::ReservedConcurrency);
        }
        if !self.request_rate.allows(now) {
            return Err(ThrottleCause::ReservedRequestRate);
        }
        if !account.rate.allows(now) {
            return Err(ThrottleCause::AccountRequestRate);
        }
        if let Headroom::Full(cause) = account.concurrency.headroom(&self.concurrency) {
            return Err(cause);
        }
        let taken = self.fleet.take(now, self.config, choice);
        if taken.is_none() {
            if !(self.scaling.allows(now) && account.scaling.allows(now)) {
                return Err(ThrottleCause::ScalingRate);
            }
            self.scaling.charge(now);
            account.scaling.charge(now);
        }
        self.request_rate.charge(now);
        account.start(now, &mut self.concurrency);
        Ok(taken)
    }
}
