//! What all functions of a region share: concurrency, request rate and scaling rate (S31-S33).

use crate::scenario::model;
use crate::units::SimTime;

use super::account_load::AccountLoad;
use super::concurrency::{AccountConcurrency, FunctionConcurrency};
use super::request_rate::RequestRate;
use super::scaling::ScalingRate;

/// Whether the account's limits apply, or are only watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountLimits {
    /// All functions of the scenario are here, or the account has no limits: they apply.
    Apply,
    /// Only one cell is here: nothing is refused, and the load is recorded for a later check.
    Watch,
}

/// The account while it is simulated.
#[derive(Clone, Debug)]
pub struct Account {
    /// The pool of concurrency.
    pub concurrency: AccountConcurrency,
    /// Requests per second.
    pub rate: RequestRate,
    /// New environments, where the region has a limit for all functions together.
    pub scaling: ScalingRate,
    limits: AccountLimits,
    load: AccountLoad,
}

impl Account {
    /// An account with nothing in flight, from which `reserved` is carved out.
    pub fn new(account: model::Account, limits: AccountLimits, reserved: u32) -> Self {
        let (concurrency, rate) = match limits {
            AccountLimits::Apply => (account.concurrency, account.requests_per_second),
            AccountLimits::Watch => (None, None),
        };
        Self {
            concurrency: AccountConcurrency::new(concurrency, reserved),
            rate: RequestRate::new(rate),
            scaling: ScalingRate::of_region(account.scaling),
            limits,
            load: AccountLoad::default(),
        }
    }

    /// An invocation of `function` begins.
    #[inline(always)]
    pub fn start(&mut self, now: SimTime, function: &mut FunctionConcurrency) {
        self.rate.charge(now);
        self.concurrency.start(function);
        if self.limits == AccountLimits::Watch {
            self.load.admitted(now, self.concurrency.unreserved_in_flight());
        }
    }

    /// An invocation begins on provisioned concurrency, which takes nothing from the pool.
    pub fn start_provisioned(&mut self, now: SimTime) {
        self.rate.charge(now);
        if self.limits == AccountLimits::Watch {
            self.load.admitted(now, self.concurrency.unreserved_in_flight());
        }
    }

    /// An invocation of `function` has ended.
    #[inline(always)]
    pub fn end(&mut self, now: SimTime, function: &mut FunctionConcurrency) {
        self.concurrency.end(function);
        self.look(now);
    }

    /// Limits change, and how much is reserved.
    pub fn resize(&mut self, now: SimTime, account: model::Account, reserved: u32) {
        if self.limits == AccountLimits::Apply {
            self.concurrency.resize(account.concurrency, reserved);
            self.rate.resize(now, account.requests_per_second);
        }
    }

    /// Invocations may have left the unreserved pool, or joined it.
    #[inline(always)]
    pub fn look(&mut self, now: SimTime) {
        if self.limits == AccountLimits::Watch {
            self.load.ended(now, self.concurrency.unreserved_in_flight());
        }
    }

    /// What was asked of the account.
    pub fn into_load(self) -> AccountLoad {
        self.load
    }
}
