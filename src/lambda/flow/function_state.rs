//! One function, or version, while it is simulated.

use crate::platform::Profile;
use crate::scenario::model::{Function, Qualifier, Scenario};
use crate::units::SimTime;

use super::super::concurrency::FunctionConcurrency;
use super::super::facts::{Fact, Observer};
use super::super::fleet::Fleet;
use super::super::lapse::Lapse;
use super::super::meter::{Consumption, Tariff};
use super::super::request_rate::RequestRate;
use super::super::scaling::ScalingRate;
use super::super::tmp::Storage;
use super::Run;
use super::surroundings::Wakefulness;
use super::waiting::WaitingRequest;

/// A function, and which version or alias of it is called.
pub(super) type Called = (u32, Option<Qualifier>);

/// One function while it is simulated.
// In this order in memory: what every invocation touches shares lines of the cache (measured on W6: docs/performance.md).
#[repr(C)]
pub(super) struct FunctionState<'s> {
    pub(super) config: &'s Function,
    /// By its configuration no request fails, but for a timeout: most functions are so, and then nobody needs to ask (measured
    /// on W1: 65 instructions an invocation less).
    pub(super) undisturbed: bool,
    /// By its configuration every request gets as far as the limits.
    pub(super) is_open: bool,
    /// It has versions or aliases, or is a version: then `parts` has its invocations.
    pub(super) is_divided: bool,
    /// Lambda may fail to start an environment, other than by a throttle: then `surroundings` has its attempts.
    pub(super) may_fail: bool,
    /// Its handler calls others when its own work is done.
    pub(super) makes_calls: bool,
    /// It calls or passes on, so that the end of an invocation is not all.
    pub(super) has_partners: bool,
    /// Its invocations leave something behind: files in `/tmp`, presigned URLs.
    pub(super) leaves_something: bool,
    /// What its invocations are billed by.
    pub(super) tariff: Tariff,
    /// Configurations whose environments were retired, in order: some may still run.
    pub(super) former: Vec<&'s Function>,
    /// Requests that will take the first environment that is free (S11 switched off).
    pub(super) waiting: std::collections::VecDeque<WaitingRequest>,
    pub(super) concurrency: FunctionConcurrency,
    pub(super) request_rate: RequestRate,
    pub(super) scaling: ScalingRate,
    pub(super) fleet: Fleet<Run>,
    pub(super) wakefulness: Wakefulness,
    /// Of a function that calls: environments that have left, and when.
    pub(super) gone: Vec<(u64, SimTime)>,
    /// Of a function with a customer key: when Inits of successors were, that have not been told to KMS yet.
    pub(super) successors: Vec<SimTime>,
    /// `/tmp` of its environments, once one of them has written something.
    pub(super) storage: Option<Box<Storage>>,
    /// Internal sources for what it causes in other functions: whom it calls, and the source.
    pub(super) onward: Vec<(Called, u32)>,
}

impl<'s> FunctionState<'s> {
    /// The configuration that `environment` was created with, as far as it decides about the bill.
    pub(super) fn config_of(&self, environment: u32) -> &'s Function {
        self.config_of_generation(self.fleet.generation(environment))
    }

    fn config_of_generation(&self, generation: u32) -> &'s Function {
        self.former.get(generation as usize).copied().unwrap_or(self.config)
    }

    /// A function, or a version, before anything has happened; `reserved_rate` is the quota that comes with a reservation.
    pub(super) fn new(config: &'s Function, scenario: &Scenario, reserved_rate: Option<f64>) -> Self {
        Self {
            config,
            tariff: Tariff::of(config, &scenario.platform),
            undisturbed: is_undisturbed(config, &scenario.platform),
            is_open: is_open(config, &scenario.platform),
            is_divided: false,
            may_fail: config.surroundings.may_fail(scenario.traffic_end()),
            wakefulness: Wakefulness::default(),
            concurrency: FunctionConcurrency::new(config.reserved_concurrency),
            request_rate: RequestRate::new(reserved_rate),
            scaling: ScalingRate::of_function(scenario.account.scaling, scenario.assumptions.scaling_bucket),
            fleet: Fleet::new(scenario.seed, &config.name),
            leaves_something: leaves_something(config),
            storage: None,
            waiting: std::collections::VecDeque::new(),
            makes_calls: !config.calls.is_empty(),
            has_partners: config.has_partners() || config.surroundings.key.is_some(),
            gone: Vec::new(),
            successors: Vec::new(),
            former: Vec::new(),
            onward: Vec::new(),
        }
    }

    /// `config` applies from now on.
    pub(super) fn take_on(&mut self, config: &'s Function, scenario: &Scenario) {
        let platform = &scenario.platform;
        self.config = config;
        self.tariff = Tariff::of(config, platform);
        self.undisturbed = is_undisturbed(config, platform);
        self.is_open = is_open(config, platform);
        self.may_fail |= config.surroundings.may_fail(scenario.traffic_end());
        // What an earlier configuration has left in /tmp stays as long as its environments.
        self.leaves_something |= leaves_something(config);
    }
}

impl FunctionState<'_> {
    /// Passes on what the fleet has found out about its idle environments.
    #[inline(always)]
    pub(super) fn tell_lapses(
        &mut self,
        now: SimTime,
        function: u32,
        platform: &Profile,
        observer: &mut impl Observer,
    ) {
        if self.fleet.has_lapses() {
            self.tell_all_lapses(now, function, platform, observer);
        }
    }

    #[inline(never)]
    pub(super) fn tell_all_lapses(
        &mut self,
        now: SimTime,
        function: u32,
        platform: &Profile,
        observer: &mut impl Observer,
    ) {
        let Self { config, gone, successors, makes_calls, .. } = self;
        self.fleet.take_lapses(|lapse| {
            if let Lapse::Replacement { at, .. } = lapse
                && config.surroundings.key.is_some()
            {
                successors.push(at);
            }
            if let Lapse::Retired { environment, at, .. } = lapse
                && *makes_calls
            {
                gone.push((environment, at));
            }
            let consumption = match lapse {
                Lapse::Replacement { init, .. } => Consumption::of_init(init, config, platform),
                Lapse::IdlePeriodEnded { .. } | Lapse::Retired { .. } | Lapse::Allocated { .. } => {
                    Consumption::default()
                }
            };
            observer.observe(now, &Fact::Lapse { function, arch: config.arch, consumption, lapse });
        });
    }
}

/// The configuration of environments created after so many changes of code or configuration (the `former` ones were
/// replaced by each), and what their invocations are billed by.
#[inline(always)]
pub(super) fn terms_of_generation<'s>(
    generation: u32,
    former: &[&'s Function],
    present: (&'s Function, Tariff),
    platform: &Profile,
) -> (&'s Function, Tariff) {
    match former.get(generation as usize) {
        None => present,
        Some(former) => (former, Tariff::of(former, platform)),
    }
}

fn is_undisturbed(config: &Function, platform: &Profile) -> bool {
    config.errors == 0.0
        && config.crashes == 0.0
        && config.poison.is_none()
        && config.max_memory_used.is_none()
        && config.tmp.is_none()
        && config.payload.response <= platform.sync_response_maximum
}

fn is_open(config: &Function, platform: &Profile) -> bool {
    config.surroundings.created.is_none()
        && config.payload.request <= platform.sync_request_maximum.min(platform.async_request_maximum)
}

fn leaves_something(config: &Function) -> bool {
    config.tmp.is_some() || config.presigns.is_some()
}
