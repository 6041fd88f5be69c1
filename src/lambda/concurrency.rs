//! Concurrency shared by all functions of a region: reserved, unreserved, account (S31).

use super::outcome::ThrottleCause;

/// Answer to "may one more invocation run?".
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Headroom {
    /// Yes.
    Free,
    /// No, and this limit says so.
    Full(ThrottleCause),
}

/// The account's pool of unreserved concurrency.
#[derive(Clone, Debug)]
pub struct AccountConcurrency {
    /// Account limit minus everything reserved; `None` is unlimited.
    unreserved_limit: Option<u32>,
    unreserved_in_flight: u32,
}

impl AccountConcurrency {
    /// A pool of `account_limit`, from which `reserved` is carved out.
    pub fn new(account_limit: Option<u32>, reserved: u32) -> Self {
        Self { unreserved_limit: unreserved(account_limit, reserved), unreserved_in_flight: 0 }
    }

    /// Changes the limit; invocations that run go on.
    pub fn resize(&mut self, account_limit: Option<u32>, reserved: u32) {
        self.unreserved_limit = unreserved(account_limit, reserved);
    }

    /// What functions without reserved concurrency share.
    pub fn unreserved_limit(&self) -> Option<u32> {
        self.unreserved_limit
    }

    /// How many invocations use the unreserved pool.
    pub fn unreserved_in_flight(&self) -> u32 {
        self.unreserved_in_flight
    }

    /// Whether `function` may start one more.
    #[inline(always)]
    pub fn headroom(&self, function: &FunctionConcurrency) -> Headroom {
        match function.reserved {
            Some(limit) if function.in_flight + function.set_aside >= limit => {
                Headroom::Full(ThrottleCause::ReservedConcurrency)
            }
            Some(_) => Headroom::Free,
            None => match self.unreserved_limit {
                Some(limit) if self.unreserved_in_flight >= limit => {
                    Headroom::Full(ThrottleCause::AccountConcurrency)
                }
                _ => Headroom::Free,
            },
        }
    }

    /// One more invocation of `function` runs.
    #[inline(always)]
    pub fn start(&mut self, function: &mut FunctionConcurrency) {
        assert_eq!(self.headroom(function), Headroom::Free, "admitted beyond a concurrency limit");
        function.in_flight += 1;
        if function.reserved.is_none() {
            self.unreserved_in_flight += 1;
        }
    }

    /// An invocation of `function` ended.
    #[inline(always)]
    pub fn end(&mut self, function: &mut FunctionConcurrency) {
        function.in_flight = function.in_flight.checked_sub(1).expect("an invocation ends after it began");
        if function.reserved.is_none() {
            self.unreserved_in_flight =
                self.unreserved_in_flight.checked_sub(1).expect("an invocation ends after it began");
        }
    }

    /// `function` has another reservation from now on; what runs moves to the other side of the books.
    pub fn reserve(&mut self, function: &mut FunctionConcurrency, reserved: Option<u32>) {
        match (function.reserved, reserved) {
            (None, Some(_)) => self.unreserved_in_flight -= function.in_flight,
            (Some(_), None) => self.unreserved_in_flight += function.in_flight,
            (None, None) | (Some(_), Some(_)) => {}
        }
        function.reserved = reserved;
    }
}

fn unreserved(account_limit: Option<u32>, reserved: u32) -> Option<u32> {
    account_limit.map(|limit| limit.saturating_sub(reserved))
}

/// One function's side of the books.
#[derive(Clone, Debug)]
pub struct FunctionConcurrency {
    reserved: Option<u32>,
    in_flight: u32,
    /// What of the reservation is kept for provisioned concurrency.
    set_aside: u32,
    /// Invocations on provisioned concurrency, which are not among those in flight.
    on_provisioned: u32,
}

impl FunctionConcurrency {
    /// A function with this reservation and nothing in flight.
    pub fn new(reserved: Option<u32>) -> Self {
        Self { reserved, in_flight: 0, set_aside: 0, on_provisioned: 0 }
    }

    /// Invocations that run now.
    #[inline(always)]
    pub fn in_flight(&self) -> u32 {
        self.in_flight
    }

    /// Invocations that run now, those on provisioned concurrency included.
    pub fn running(&self) -> u32 {
        self.in_flight + self.on_provisioned
    }

    /// So much of the reservation is kept for provisioned concurrency.
    pub fn set_aside(&mut self, provisioned: u32) {
        self.set_aside = provisioned;
    }

    /// What of the reservation is kept for provisioned concurrency.
    pub fn is_set_aside(&self) -> u32 {
        self.set_aside
    }

    /// An invocation begins on provisioned concurrency.
    pub fn start_provisioned(&mut self) {
        self.on_provisioned += 1;
    }

    /// An invocation on provisioned concurrency has ended.
    pub fn end_provisioned(&mut self) {
        self.on_provisioned = self.on_provisioned.checked_sub(1).expect("an invocation ends after it began");
    }

    /// Reserved concurrency, if any.
    pub fn reserved(&self) -> Option<u32> {
        self.reserved
    }

    /// Reserved concurrency 0 switches a function off (S44).
    pub fn is_switched_off(&self) -> bool {
        self.reserved == Some(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(account: &mut AccountConcurrency, function: &mut FunctionConcurrency) -> u32 {
        let mut started = 0;
        while account.headroom(function) == Headroom::Free {
            account.start(function);
            started += 1;
        }
        started
    }

    #[test]
    fn reserved_concurrency_is_carved_out_of_the_account() {
        let mut account = AccountConcurrency::new(Some(1_000), 400);
        let (mut a, mut b) = (FunctionConcurrency::new(Some(400)), FunctionConcurrency::new(None));
        assert_eq!(filled(&mut account, &mut b), 600);
        assert_eq!(account.headroom(&b), Headroom::Full(ThrottleCause::AccountConcurrency));
        assert_eq!(filled(&mut account, &mut a), 400);
        assert_eq!(account.headroom(&a), Headroom::Full(ThrottleCause::ReservedConcurrency));
    }

    #[test]
    fn what_runs_moves_when_a_reservation_is_made() {
        let mut account = AccountConcurrency::new(Some(10), 0);
        let mut function = FunctionConcurrency::new(None);
        account.start(&mut function);
        account.reserve(&mut function, Some(2));
        assert_eq!(account.unreserved_in_flight(), 0);
        account.reserve(&mut function, None);
        account.end(&mut function);
        assert_eq!(account.unreserved_in_flight(), 0);
    }
}
