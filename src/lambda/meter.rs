//! The meter: what an invocation adds to the bill (S60).

use std::ops::AddAssign;

use crate::platform::{InitBilling, Profile};
use crate::scenario::model::{Function, PackageType};
use crate::units::{Memory, SimDuration};

/// What is billed for an invocation, in milliseconds; the sum is ⌈Init + Duration⌉ where Init is billed (S60).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Billed {
    /// ⌈Duration⌉.
    pub handler_ms: u64,
    /// What billing the Init adds.
    pub init_ms: u64,
}

/// Bills `init` and `duration` by the platform's granularity.
#[inline]
pub fn billed(init: SimDuration, duration: SimDuration, function: &Function, profile: &Profile) -> Billed {
    let granularity_ms = profile.billing_granularity.nanos() / 1_000_000;
    let round_up = |span: SimDuration| span.div_ceil(profile.billing_granularity) * granularity_ms;
    let handler_ms = round_up(duration);
    let init_ms = if init == SimDuration::ZERO || !bills_init(function, profile) {
        0
    } else {
        round_up(init + duration) - handler_ms
    };
    Billed { handler_ms, init_ms }
}

#[inline]
fn bills_init(function: &Function, profile: &Profile) -> bool {
    match profile.init_billing {
        InitBilling::All => true,
        InitBilling::ExceptManagedZip => !(function.managed_runtime && function.package == PackageType::Zip),
    }
}

/// What one function used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Consumption {
    /// Request charges, with the extra ones of large asynchronous payloads.
    pub requests: u64,
    /// Billed duration without Init, MB·ms.
    pub handler_mb_ms: u128,
    /// Billed Init, MB·ms.
    pub init_mb_ms: u128,
    /// Billed time (Init too) times the size of `/tmp` above what is included, MB·ms.
    pub storage_mb_ms: u128,
}

impl Consumption {
    /// `requests` charges and so many billed milliseconds with one memory size and one size of `/tmp`.
    pub fn new(
        requests: u64,
        [handler_ms, init_ms]: [u64; 2],
        memory: Memory,
        ephemeral_storage: Memory,
        profile: &Profile,
    ) -> Self {
        Self::of_billed(
            requests,
            Billed { handler_ms, init_ms },
            memory,
            paid_storage_mb(ephemeral_storage, profile),
        )
    }

    /// `requests` charges and what was billed, with `paid_storage_mb` of `/tmp`.
    #[inline]
    pub fn of_billed(requests: u64, billed: Billed, memory: Memory, paid_storage_mb: u32) -> Self {
        let size = u64::from(memory.mb());
        Self {
            requests,
            handler_mb_ms: u128::from(size * billed.handler_ms),
            init_mb_ms: u128::from(size * billed.init_ms),
            storage_mb_ms: u128::from(u64::from(paid_storage_mb) * (billed.handler_ms + billed.init_ms)),
        }
    }

    /// An Init of `function` without an invocation.
    pub fn of_init(init: SimDuration, function: &Function, profile: &Profile) -> Self {
        let storage = paid_storage_mb(function.ephemeral_storage, profile);
        Self::of_billed(0, billed(init, SimDuration::ZERO, function, profile), function.memory, storage)
    }
}

/// `/tmp` above what is included, MB.
#[inline]
pub fn paid_storage_mb(ephemeral_storage: Memory, profile: &Profile) -> u32 {
    ephemeral_storage.mb().saturating_sub(profile.ephemeral_storage_included.mb())
}

impl AddAssign for Consumption {
    #[inline]
    fn add_assign(&mut self, other: Self) {
        self.requests += other.requests;
        self.handler_mb_ms += other.handler_mb_ms;
        self.init_mb_ms += other.init_mb_ms;
        self.storage_mb_ms += other.storage_mb_ms;
    }
}
