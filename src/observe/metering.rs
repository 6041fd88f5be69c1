//! What is billed besides requests and durations, and what of those paid for nothing new.
//!
//! Quantities of [`Metered`] are counted by calendar month, since tiers and free units begin again with each; the bill
//! has rates and arithmetic.

use std::collections::BTreeMap;

use crate::lambda::cell::Cell;
use crate::lambda::facts::{DownstreamChange, DownstreamFact, ExitChange, ExitFact, Invocation, Settlement};
use crate::lambda::meter::{Billed, Consumption};
use crate::lambda::outcome::Outcome;
use crate::lambda::parts::{Parts, Served};
use crate::scenario::model::{Arch, Function, Metered, Mode, Scenario, Service, Way};
use crate::units::SimTime;

use super::statistics::Window;
use super::usage::end_of_month;

/// Why an invocation was paid for without anything new. Each invocation has at most one of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waste {
    /// It was a second or later run of its request.
    Retries,
    /// It ran into the function timeout.
    Timeouts,
    /// It ended in another error.
    Errors,
}

impl Waste {
    /// All, in the order of a report.
    pub const ALL: [Self; 3] = [Self::Retries, Self::Timeouts, Self::Errors];

    /// Its name in a report.
    pub fn name(self) -> &'static str {
        match self {
            Self::Retries => "retries",
            Self::Timeouts => "timeouts",
            Self::Errors => "errors",
        }
    }

    #[inline]
    fn of(invocation: &Invocation) -> Option<Self> {
        match invocation.course.outcome {
            _ if invocation.run > 0 => Some(Self::Retries),
            Outcome::Succeeded => None,
            Outcome::TimedOut => Some(Self::Timeouts),
            Outcome::HandlerError
            | Outcome::ResponseTooLarge
            | Outcome::RuntimeExit
            | Outcome::OutOfMemory
            | Outcome::InitFailed
            | Outcome::StorageFull => Some(Self::Errors),
        }
    }
}

/// Invocations that paid for nothing new, and what they used without their Inits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "plain")]
pub struct Wasted {
    pub invocations: u64,
    pub consumption: Consumption,
}

/// Quantities by calendar month, and those of requests that belong to the steady part.
#[derive(Clone, Debug)]
pub struct MeteredUsage {
    start_unix_s: i64,
    /// End of each month since the start.
    ends: Vec<SimTime>,
    months: Vec<BTreeMap<Metered, u128>>,
    steady: BTreeMap<Metered, u128>,
    /// What of `months` is paid for more time than passed.
    rounded_up: BTreeMap<Metered, u128>,
}

impl MeteredUsage {
    /// Nothing counted yet; the clock starts at `start_unix_s`.
    pub fn new(start_unix_s: i64) -> Self {
        let ends = vec![end_of_month(start_unix_s, SimTime::ZERO)];
        let (steady, rounded_up) = (BTreeMap::new(), BTreeMap::new());
        Self { start_unix_s, ends, months: vec![BTreeMap::new()], steady, rounded_up }
    }

    /// Counts `quantity` parts of `metered` at `at`. `steady`: it belongs to what the monthly projection scales.
    pub fn add(&mut self, at: SimTime, metered: Metered, quantity: u128, steady: bool) {
        if quantity == 0 {
            return;
        }
        let month = self.month_of(at);
        *self.months[month].entry(metered).or_default() += quantity;
        if steady {
            *self.steady.entry(metered).or_default() += quantity;
        }
    }

    fn month_of(&mut self, at: SimTime) -> usize {
        while self.ends.last().is_some_and(|last| at >= *last) {
            self.ends.push(end_of_month(self.start_unix_s, self.ends[self.ends.len() - 1]));
            self.months.push(BTreeMap::new());
        }
        self.ends.partition_point(|end| *end <= at)
    }

    /// Counts the milliseconds of `from..until`, month by month; what lies in the window is the steady part.
    pub fn add_span(&mut self, from: SimTime, until: SimTime, metered: Metered, window: Window) {
        self.add_held((from, until), metered, 1, window);
    }

    /// Counts `each` for every millisecond of `from..until`, month by month; what lies in the window is the steady part.
    pub fn add_held(
        &mut self,
        (from, until): (SimTime, SimTime),
        metered: Metered,
        each: u128,
        window: Window,
    ) {
        let millis =
            |from: SimTime, until: SimTime| u128::from(until.saturating_since(from).nanos() / 1_000_000);
        let mut since = from;
        while since < until {
            let month = self.month_of(since);
            let upto = until.min(self.ends[month]);
            self.add(since, metered, each * millis(since, upto), false);
            since = upto;
        }
        let steady = u128::from(window.overlap(from, until).nanos() / 1_000_000);
        if steady > 0 {
            *self.steady.entry(metered).or_default() += each * steady;
        }
    }

    /// Counts quantities of the months since the start, which are no part of the projection by themselves.
    pub fn add_months(&mut self, metered: Metered, quantities: &[u128]) {
        for (month, quantity) in quantities.iter().enumerate().filter(|(_, quantity)| **quantity > 0) {
            while self.months.len() <= month {
                self.ends.push(end_of_month(self.start_unix_s, self.ends[self.ends.len() - 1]));
                self.months.push(BTreeMap::new());
            }
            *self.months[month].entry(metered).or_default() += quantity;
        }
    }

    /// Counts `quantity` for the monthly projection alone.
    pub fn add_steady(&mut self, metered: Metered, quantity: u128) {
        if quantity > 0 {
            *self.steady.entry(metered).or_default() += quantity;
        }
    }

    /// So much of what was counted is paid for time that nobody had it: until the end of a unit of billing.
    pub fn add_rounded_up(&mut self, metered: Metered, quantity: u128) {
        if quantity > 0 {
            *self.rounded_up.entry(metered).or_default() += quantity;
        }
    }

    /// What of the quantities is paid for more time than passed.
    pub fn rounded_up(&self) -> &BTreeMap<Metered, u128> {
        &self.rounded_up
    }

    /// Quantities of each month since the start.
    pub fn months(&self) -> &[BTreeMap<Metered, u128>] {
        &self.months
    }

    /// Quantities of the steady part.
    pub fn steady(&self) -> &BTreeMap<Metered, u128> {
        &self.steady
    }
}

/// What the functions of a cell are billed for besides requests and durations, and what was wasted.
#[derive(Clone, Debug)]
pub struct Metering {
    window: Window,
    wasted: Vec<[[Wasted; 2]; Waste::ALL.len()]>,
    surroundings: Option<Box<Surroundings>>,
}

impl Metering {
    /// Nothing has happened yet.
    pub fn new(scenario: &Scenario, cell: &Cell, window: Window) -> Self {
        let counted = [Service::Logs, Service::DataTransfer, Service::Nat, Service::Endpoints, Service::Kms];
        let wanted = counted.iter().any(|service| scenario.pricing.includes(*service));
        let surroundings = wanted.then(|| Box::new(Surroundings::new(scenario, cell)));
        Self { window, wasted: vec![Default::default(); cell.functions.len()], surroundings }
    }

    /// An invocation ended.
    // What is rare gets a copy of the settlement: then that never needs a place in memory.
    #[inline(always)]
    pub fn ended(&mut self, now: SimTime, invocation: &Invocation, settlement: &Settlement) {
        if let Some(waste) = Waste::of(invocation) {
            self.waste(waste, invocation, *settlement);
        }
        if self.surroundings.is_some() {
            self.surround(now, invocation, settlement.served);
        }
    }

    /// A call of a function has left its VPC, or could not.
    pub fn exit(&mut self, now: SimTime, fact: &ExitFact) {
        if let (Some(surroundings), ExitChange::Passed { way, bytes }) = (&mut self.surroundings, fact.change)
        {
            let metered = match way {
                Way::Nat => Metered::NatData,
                Way::InterfaceEndpoint => Metered::EndpointData,
                Way::Direct => return,
            };
            let counts = self.window.counts(now);
            if way == Way::Nat && surroundings.includes(Service::DataTransfer) {
                let crossing = surroundings.between_zones(now, fact.function, bytes);
                let usage = &mut surroundings.functions[fact.function as usize];
                usage.add(now, Metered::BetweenZones, crossing, counts);
            }
            if surroundings.includes(metered.service()) {
                let usage = &mut surroundings.functions[fact.function as usize];
                usage.add(now, metered, u128::from(bytes), counts);
            }
        }
    }

    /// A function has called a downstream: the key service is paid by the call.
    pub fn called(&mut self, now: SimTime, fact: &DownstreamFact) {
        // As with the Inits themselves, what they decrypt is no part of what goes on after the start (S63).
        let (at, steady) = match fact.change {
            DownstreamChange::Called => (now, self.window.counts(now)),
            DownstreamChange::Decrypted { at, .. } => (at, false),
            _ => return,
        };
        if let Some(surroundings) = &mut self.surroundings
            && surroundings.key_service == Some(fact.downstream)
        {
            let usage = &mut surroundings.functions[fact.function as usize];
            usage.add(at, Metered::KmsRequests, 1, steady);
        }
    }

    #[inline(never)]
    fn surround(&mut self, now: SimTime, invocation: &Invocation, served: Served) {
        if let Some(surroundings) = &mut self.surroundings {
            surroundings.ended(now, invocation, served, self.window.counts(invocation.request.born));
        }
    }

    #[cold]
    #[inline(never)]
    fn waste(&mut self, waste: Waste, invocation: &Invocation, settlement: Settlement) {
        let by_arch = &mut self.wasted[invocation.request.function as usize][waste as usize];
        let wasted = &mut by_arch[usize::from(settlement.tariff.arch == Arch::Arm64)];
        let billed = Billed { init_ms: 0, ..settlement.billed };
        wasted.invocations += 1;
        wasted.consumption += Consumption::of_billed(invocation.request_charges, billed, settlement.tariff);
    }

    /// What a function of the cell, by its index, wasted for this reason; by instruction set.
    pub fn wasted(&self, function: usize, waste: Waste) -> [(Arch, Wasted); 2] {
        let [x86, arm] = self.wasted[function][waste as usize];
        [(Arch::X86_64, x86), (Arch::Arm64, arm)]
    }

    /// What else a function of the cell, by its index, is billed for; `None` when nothing else is on the bill.
    pub fn metered(&self, function: usize) -> Option<&MeteredUsage> {
        self.surroundings.as_ref().map(|surroundings| &surroundings.functions[function])
    }
}

/// Logs and data transfer, where they are on the bill.
#[derive(Clone, Debug)]
struct Surroundings {
    functions: Vec<MeteredUsage>,
    /// What each function, and behind them each version, writes and answers, from an instant on.
    volumes: Vec<(SimTime, Vec<Volumes>)>,
    /// By source.
    responses: Vec<Response>,
    /// What is on the bill.
    services: Vec<Service>,
    /// KMS within the cell, where it is on the bill.
    key_service: Option<u32>,
}

/// What leaves for the internet when a request of a source succeeds.
#[derive(Clone, Copy, Debug)]
enum Response {
    /// Nobody is answered.
    None,
    /// The function's response.
    OfFunction,
    /// So many bytes: the source has responses of its own size.
    OfSource(u64),
}

/// Bytes of an invocation.
#[derive(Clone, Copy, Debug)]
struct Volumes {
    log: u64,
    response: u64,
    /// Of so many zones of its VPC, these have no NAT gateway of their own.
    zones: u32,
    zones_without_nat: u32,
}

impl Surroundings {
    fn new(scenario: &Scenario, cell: &Cell) -> Self {
        let includes = |service| scenario.pricing.includes(service);
        let key_service = scenario.key_service().filter(|_| includes(Service::Kms));
        let key_service = key_service.and_then(|id| cell.downstreams.binary_search(&id).ok());
        let parts = Parts::of(scenario, cell);
        let of = |functions: &[Function]| -> Vec<Volumes> {
            let function = |id: &crate::scenario::model::FunctionId| &functions[id.0 as usize];
            let volumes = |config: &Function| Volumes {
                log: config.log_volume.count(),
                response: config.payload.response.count(),
                zones: config.surroundings.vpc.as_ref().map_or(1, |vpc| vpc.zones),
                zones_without_nat: config
                    .surroundings
                    .vpc
                    .as_ref()
                    .map_or(0, |vpc| vpc.zones.saturating_sub(vpc.nat_gateways)),
            };
            let versions = parts.all().filter_map(|(_, part)| part.version(scenario, cell));
            let versions = versions.map(|version| volumes(&version.config));
            cell.functions.iter().map(|id| volumes(function(id))).chain(versions).collect()
        };
        let mut volumes = vec![(SimTime::ZERO, of(&scenario.functions))];
        volumes.extend(scenario.changes.iter().map(|change| (change.at, of(&change.functions))));
        let answered = |index: &usize| {
            let source = &scenario.traffic[*index];
            match source.overrides.payload {
                _ if source.mode != Mode::Sync => Response::None,
                None => Response::OfFunction,
                Some(payload) => Response::OfSource(payload.response.count()),
            }
        };
        Self {
            functions: cell.functions.iter().map(|_| MeteredUsage::new(scenario.start_unix_s)).collect(),
            volumes,
            responses: cell.traffic.iter().map(answered).collect(),
            services: Service::ALL.into_iter().filter(|service| includes(*service)).collect(),
            key_service: key_service.map(|index| index as u32),
        }
    }

    fn includes(&self, service: Service) -> bool {
        self.services.contains(&service)
    }

    /// What of `bytes` through a NAT gateway is paid for between zones: environments are spread over the zones, and each byte that
    /// goes to a gateway in another one leaves a zone and enters a zone (S91).
    fn between_zones(&self, now: SimTime, function: u32, bytes: u64) -> u128 {
        let since = self.volumes.partition_point(|(from, _)| *from <= now);
        let volumes = self.volumes[since - 1].1[function as usize];
        2 * u128::from(bytes) * u128::from(volumes.zones_without_nat) / u128::from(volumes.zones.max(1))
    }

    fn ended(&mut self, now: SimTime, invocation: &Invocation, served: Served, steady: bool) {
        let function = invocation.request.function as usize;
        // Changes come before arrivals of the same instant (S2).
        let since = self.volumes.partition_point(|(from, _)| *from <= invocation.admitted);
        let place = served.version.map_or(function, |version| version as usize);
        let volumes = self.volumes[since - 1].1[place];
        let [logs, data_transfer] =
            [Service::Logs, Service::DataTransfer].map(|service| self.includes(service));
        let usage = &mut self.functions[function];
        if logs {
            usage.add(now, Metered::LogsIngested, u128::from(volumes.log), steady);
        }
        if data_transfer && invocation.course.outcome == Outcome::Succeeded {
            // Internal sources come after those of the scenario, and answer nobody.
            let bytes = match self.responses.get(invocation.source as usize) {
                None | Some(Response::None) => 0,
                Some(Response::OfFunction) => volumes.response,
                Some(Response::OfSource(bytes)) => *bytes,
            };
            usage.add(now, Metered::InternetOut, u128::from(bytes), steady);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::SimDuration;

    #[test]
    fn quantities_belong_to_their_calendar_month_even_when_they_come_late() {
        // 2026-11-30T00:00:00Z: the month ends a day later.
        let mut usage = MeteredUsage::new(1_795_996_800);
        let at = |days: u64| SimTime::ZERO + SimDuration::from_secs(days * 86_400);
        for (day, quantity) in [(0, 1), (1, 2), (40, 4), (0, 8)] {
            usage.add(at(day), Metered::LogsIngested, quantity, day > 0);
        }
        let months: Vec<_> = usage
            .months()
            .iter()
            .map(|month| month.get(&Metered::LogsIngested).copied().unwrap_or(0))
            .collect();
        assert_eq!(months, [9, 2, 4]);
        assert_eq!(usage.steady()[&Metered::LogsIngested], 6);
    }
}
