//! The meter: what an invocation adds to the bill (S60).

use std::ops::AddAssign;

use crate::platform::{InitBilling, Profile};
use crate::scenario::model::{Arch, Function, PackageType};
use crate::units::{Memory, SimDuration};

/// What is billed for an invocation, in milliseconds; the sum is ⌈Init + Duration⌉ where Init is billed (S60).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Billed {
    /// ⌈Duration⌉.
    pub handler_ms: u64,
    /// What billing the Init adds.
    pub init_ms: u64,
}

/// Bills `init` and `duration` by the platform's granularity.
#[inline(always)]
pub fn billed(init: SimDuration, duration: SimDuration, function: &Function, profile: &Profile) -> Billed {
    if init == SimDuration::ZERO {
        return Billed { handler_ms: round_up_ms(duration, profile.billing_granularity), init_ms: 0 };
    }
    billed_with_init(init, duration, function, profile)
}

#[inline(never)]
fn billed_with_init(
    init: SimDuration,
    duration: SimDuration,
    function: &Function,
    profile: &Profile,
) -> Billed {
    let handler_ms = round_up_ms(duration, profile.billing_granularity);
    let init_ms = if !bills_init(function, profile) {
        0
    } else if function.snapstart.is_some() {
        // Billed Restore Duration is a number of its own in the REPORT line.
        round_up_ms(init, profile.billing_granularity)
    } else {
        round_up_ms(init + duration, profile.billing_granularity) - handler_ms
    };
    Billed { handler_ms, init_ms }
}

/// Milliseconds of the whole grains that cover `span`.
#[inline]
fn round_up_ms(span: SimDuration, grain: SimDuration) -> u64 {
    const MILLISECOND: SimDuration = SimDuration::from_millis(1);
    if grain == MILLISECOND {
        // Division by a constant: a multiplication.
        return span.div_ceil(MILLISECOND);
    }
    span.div_ceil(grain) * (grain.nanos() / MILLISECOND.nanos())
}

/// What a billed millisecond is multiplied by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tariff {
    /// Memory size.
    pub memory: Memory,
    /// `/tmp` above what is included, MB.
    pub paid_storage_mb: u32,
    /// Instruction set.
    pub arch: Arch,
    /// On provisioned concurrency, at its lower rate.
    pub provisioned: bool,
}

impl Tariff {
    /// Before anything was billed.
    pub const NONE: Self =
        Self { memory: Memory::from_mb(0), paid_storage_mb: 0, arch: Arch::X86_64, provisioned: false };

    /// The tariff of `function`.
    #[inline]
    pub fn of(function: &Function, profile: &Profile) -> Self {
        Self {
            memory: function.memory,
            paid_storage_mb: paid_storage_mb(function.ephemeral_storage, profile),
            arch: function.arch,
            provisioned: false,
        }
    }
}

#[inline]
fn bills_init(function: &Function, profile: &Profile) -> bool {
    match profile.init_billing {
        InitBilling::All => true,
        InitBilling::ExceptManagedZip if function.snapstart.is_some() => true,
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
    /// Billed time on provisioned concurrency, Inits included, MB·ms: it has a rate of its own.
    pub provisioned_mb_ms: u128,
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
        let paid_storage_mb = paid_storage_mb(ephemeral_storage, profile);
        let tariff = Tariff { memory, paid_storage_mb, ..Tariff::NONE };
        Self::of_billed(requests, Billed { handler_ms, init_ms }, tariff)
    }

    /// `requests` charges and what was billed.
    #[inline]
    pub fn of_billed(requests: u64, billed: Billed, tariff: Tariff) -> Self {
        let times = |size: u32, ms: u64| u128::from(size) * u128::from(ms);
        let [handler, init] = [billed.handler_ms, billed.init_ms].map(|ms| times(tariff.memory.mb(), ms));
        let (on_demand, provisioned_mb_ms) =
            if tariff.provisioned { ([0, 0], handler + init) } else { ([handler, init], 0) };
        Self {
            requests,
            handler_mb_ms: on_demand[0],
            init_mb_ms: on_demand[1],
            provisioned_mb_ms,
            storage_mb_ms: times(tariff.paid_storage_mb, billed.handler_ms + billed.init_ms),
        }
    }

    /// As [`Self::of_init`], with another tariff than the function's on demand.
    pub fn of_init_at(init: SimDuration, function: &Function, profile: &Profile, tariff: Tariff) -> Self {
        Self::of_billed(0, billed(init, SimDuration::ZERO, function, profile), tariff)
    }

    /// An Init of `function` without an invocation.
    pub fn of_init(init: SimDuration, function: &Function, profile: &Profile) -> Self {
        let billed = billed(init, SimDuration::ZERO, function, profile);
        Self::of_billed(0, billed, Tariff::of(function, profile))
    }
}

/// `/tmp` above what is included, MB.
#[inline]
fn paid_storage_mb(ephemeral_storage: Memory, profile: &Profile) -> u32 {
    ephemeral_storage.mb().saturating_sub(profile.ephemeral_storage_included.mb())
}

impl AddAssign for Consumption {
    #[inline]
    fn add_assign(&mut self, other: Self) {
        self.requests += other.requests;
        self.handler_mb_ms += other.handler_mb_ms;
        self.init_mb_ms += other.init_mb_ms;
        self.provisioned_mb_ms += other.provisioned_mb_ms;
        self.storage_mb_ms += other.storage_mb_ms;
    }
}
