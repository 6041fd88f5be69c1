//! What theory needs to know of one function: how requests come, how long they stay, what may refuse them.

use crate::random::Distribution;
use crate::report::model::FunctionReport;
use crate::scenario::model::{
    Arrivals, Callee, ClientId, ColdStart, CpuModel, FirstInvoke, Function, FunctionId, Handler, Mode,
    PerRecord, PointLaw, RateProfile, Scenario, Target, Traffic,
};
use crate::theory::cpu;
use crate::units::SimTime;

const NANOS: f64 = 1e9;
/// Points at which a distribution is sampled where no closed form of a mean exists.
const POINTS: u32 = 2_000;

/// A function with its traffic and its results.
pub(super) struct Subject<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) function: &'a Function,
    pub(super) report: &'a FunctionReport,
    pub(super) sources: Vec<&'a Traffic>,
    pub(super) arrivals: Kind<'a>,
    /// From the end of the warm-up to the end of traffic, s.
    pub(super) window: f64,
}

/// How requests come.
pub(super) enum Kind<'a> {
    /// Poisson at a constant rate, 1/s.
    Poisson(f64),
    /// Evenly spaced, 1/s.
    Even(f64),
    Renewal(&'a Distribution),
    OnOff {
        rate: f64,
        on: &'a Distribution,
        off: &'a Distribution,
    },
    /// No closed form, and why.
    Other(String),
}

impl<'a> Subject<'a> {
    pub(super) fn new(
        scenario: &'a Scenario,
        index: usize,
        report: &'a FunctionReport,
        simulated_s: f64,
    ) -> Self {
        let id = FunctionId(index as u32);
        let sources: Vec<&Traffic> = scenario.traffic.iter().filter(|source| calls(source, id)).collect();
        let arrivals =
            beyond_closed_forms(scenario, id, &sources).map_or_else(|| kind(&sources), Kind::Other);
        let window = (end_of_traffic(scenario, simulated_s) - scenario.warmup.seconds()).max(0.0);
        Self { scenario, function: &scenario.functions[index], report, sources, arrivals, window }
    }

    /// The handlers that requests meet, with their shares.
    fn handlers(&self) -> Vec<(f64, &'a Handler)> {
        let function = self.function;
        let all: Vec<(f64, &Handler)> = self
            .sources
            .iter()
            .map(|source| {
                (
                    constant_rate(source).unwrap_or(1.0),
                    source.overrides.handler.as_ref().unwrap_or(&function.handler),
                )
            })
            .collect();
        let total: f64 = all.iter().map(|(rate, _)| rate).sum();
        all.into_iter()
            .map(|(rate, handler)| (if total > 0.0 { rate / total } else { 1.0 }, handler))
            .collect()
    }

    /// Mean time in the handler, s, cut at the function timeout.
    pub(super) fn mean_service(&self) -> f64 {
        self.handlers().iter().map(|(share, handler)| share * self.mean_of(handler)).sum()
    }

    fn mean_of(&self, handler: &Handler) -> f64 {
        let timeout = self.function.timeout.nanos() as f64;
        match handler {
            Handler::Duration(duration) => duration.truncated_mean(timeout) / NANOS,
            Handler::Work { cpu, io, threads, per_record } => {
                // A request that is no batch has one record.
                let of_record = |part: fn(&PerRecord) -> &Distribution| {
                    per_record.as_deref().map_or(0.0, |record| part(record).mean())
                };
                let record_cpu = of_record(|record| &record.cpu);
                let cpu_time = average(cpu, |work| self.cpu_time((work + record_cpu) / 1e6, *threads) * 1e6);
                (cpu_time + io.mean() + of_record(|record| &record.io)).min(timeout) / NANOS
            }
        }
    }

    /// ms for `work_ms` of CPU work.
    fn cpu_time(&self, work_ms: f64, threads: u32) -> f64 {
        match self.function.cpu_model {
            CpuModel::Quota => cpu::quota(work_ms, self.function.memory.mb(), threads),
            CpuModel::Proportional => cpu::proportional(work_ms, self.function.memory.mb(), threads),
        }
    }

    /// The one duration distribution (ns) of all requests, if there is one.
    pub(super) fn duration(&self) -> Option<&'a Distribution> {
        match self.handlers()[..] {
            [(_, Handler::Duration(duration))] => Some(duration),
            _ => None,
        }
    }

    /// The time of every request in its handler, s, if it is always the same.
    pub(super) fn constant_service(&self) -> Option<f64> {
        let steady = self.handlers().iter().all(|(_, handler)| match handler {
            Handler::Duration(duration) => duration.is_constant(),
            Handler::Work { cpu, io, per_record, .. } => {
                let record = per_record.as_deref();
                cpu.is_constant()
                    && io.is_constant()
                    && record.is_none_or(|record| record.cpu.is_constant() && record.io.is_constant())
            }
        });
        let one = self.handlers().len() == 1;
        (steady && one).then(|| self.mean_service())
    }

    pub(super) fn has_exponential_service(&self) -> bool {
        matches!(self.duration(), Some(Distribution::Exponential { .. })) && self.p_timeout() < 1e-6
    }

    /// Share of durations above the function timeout.
    pub(super) fn p_timeout(&self) -> f64 {
        self.duration().map_or(0.0, |duration| 1.0 - duration.cdf(self.function.timeout.nanos() as f64))
    }

    /// Mean extra time of a cold request while it holds concurrency, s: Init and the extra of the first invoke.
    pub(super) fn mean_init(&self) -> f64 {
        match &self.function.cold_start {
            ColdStart::Whole(whole) => (whole.mean() / NANOS - self.mean_service()).max(0.0),
            ColdStart::Phases { init, init_extra, first_invoke, .. } => {
                let extra = init_extra.as_ref().map_or(0.0, Distribution::mean);
                (init.mean() + extra) / NANOS + self.first_invoke(first_invoke)
            }
        }
    }

    fn first_invoke(&self, first_invoke: &FirstInvoke) -> f64 {
        match first_invoke {
            FirstInvoke::Nothing => 0.0,
            FirstInvoke::Fixed(extra) => extra.mean() / NANOS,
            FirstInvoke::CpuWork(work) => self.cpu_time(work / 1e6, 1) / 1e3,
        }
    }

    /// From the arrival of a cold request to the release of its environment, s, if it is always the same.
    pub(super) fn constant_cold_response(&self) -> Option<f64> {
        match &self.function.cold_start {
            ColdStart::Whole(whole) => whole.is_constant().then(|| whole.mean() / NANOS),
            ColdStart::Phases { placement, init, init_extra, first_invoke } => {
                let fixed = match first_invoke {
                    FirstInvoke::Fixed(extra) => extra.is_constant(),
                    FirstInvoke::Nothing | FirstInvoke::CpuWork(_) => true,
                };
                let steady = placement.is_constant()
                    && init.is_constant()
                    && init_extra.as_ref().is_none_or(Distribution::is_constant)
                    && fixed
                    && self.function.snapstart.is_none();
                let service = self.constant_service()?;
                steady.then(|| placement.mean() / NANOS + self.mean_init() + service)
            }
        }
    }

    /// The number of environments that may be busy, if it is a matter of this function alone: its reserved
    /// concurrency, or what is unreserved in the account when no other function draws on that. `Err` says why not.
    pub(super) fn limit(&self) -> Result<Option<u32>, String> {
        if let Some(reserved) = self.function.reserved_concurrency {
            return Ok(Some(reserved));
        }
        let Some(account) = self.scenario.account.concurrency else { return Ok(None) };
        let shares = self.scenario.functions.iter().enumerate().any(|(index, other)| {
            !std::ptr::eq(other, self.function)
                && other.reserved_concurrency.is_none()
                && self.scenario.traffic.iter().any(|source| calls(source, FunctionId(index as u32)))
        });
        if shares {
            return Err("other functions draw on the same unreserved concurrency".to_owned());
        }
        let reserved: u32 =
            self.scenario.functions.iter().filter_map(|other| other.reserved_concurrency).sum();
        Ok(Some(account.saturating_sub(reserved)))
    }

    /// Whether a refused request is lost: synchronous, and its client does not try again.
    pub(super) fn refused_requests_are_lost(&self) -> bool {
        self.sources.iter().all(|source| {
            source.mode == Mode::Sync
                && source
                    .client
                    .is_none_or(|ClientId(client)| self.scenario.clients[client as usize].attempts == 1)
        })
    }

    pub(super) fn is_asynchronous(&self) -> bool {
        !self.sources.is_empty() && self.sources.iter().all(|source| source.mode == Mode::Async)
    }
}

fn calls(source: &Traffic, function: FunctionId) -> bool {
    match &source.arrivals {
        Arrivals::Trace(trace) if !trace.functions.is_empty() => {
            source.function() == Some(function) || trace.functions.values().any(|named| *named == function)
        }
        _ => source.function() == Some(function),
    }
}

/// Why the forms of this page do not hold, whatever the arrivals are.
fn beyond_closed_forms(scenario: &Scenario, id: FunctionId, sources: &[&Traffic]) -> Option<String> {
    let function = &scenario.functions[id.0 as usize];
    let because = |why: &str| Some(why.to_owned());
    if !function.calls.is_empty() {
        return because("its handler waits for what it calls");
    }
    if !(function.event_sources.is_empty() && function.stream_sources.is_empty()) {
        return because("pollers call it with batches");
    }
    if !(function.versions.is_empty() && function.aliases.is_empty()) {
        return because("its versions have environments of their own");
    }
    if function.provisioned.is_some() {
        return because("part of its environments are provisioned");
    }
    let is_limited = |source: &&Traffic| {
        source.via.is_some_and(|gateway| scenario.gateways[gateway.0 as usize].limit.is_some())
    };
    if sources.iter().any(is_limited) {
        return because("a gateway with a rate of its own stands before it");
    }
    called_by_destination(scenario, id).or_else(|| called_by_handler(scenario, id))
}

fn called_by_handler(scenario: &Scenario, function: FunctionId) -> Option<String> {
    let calls = |other: &&Function| {
        other.calls.iter().any(|call| call.to == Callee::Function(function))
            || other.emits.iter().any(|emission| emission.to == Target::Function(function))
    };
    scenario.functions.iter().find(calls).map(|other| format!("{} calls it too", other.name))
}

fn called_by_destination(scenario: &Scenario, function: FunctionId) -> Option<String> {
    let called = scenario.functions.iter().find(|other| {
        let targets = [other.asynchronous.on_failure, other.asynchronous.on_success];
        targets.contains(&Some(Target::Function(function)))
    })?;
    Some(format!("the destination of {} calls it too", called.name))
}

fn kind<'a>(sources: &[&'a Traffic]) -> Kind<'a> {
    let other = |why: &str| Kind::Other(why.to_owned());
    match sources {
        [] => other("nothing calls it"),
        [source] => match &source.arrivals {
            Arrivals::Rate { law, profile: RateProfile::Constant(rate) } => match law {
                PointLaw::Poisson => Kind::Poisson(rate.hertz()),
                PointLaw::Even => Kind::Even(rate.hertz()),
                PointLaw::Gamma { .. } => other("gaps are gamma-distributed"),
            },
            Arrivals::Rate { .. } => other("the rate varies"),
            Arrivals::OnOff { rate, on, off } => Kind::OnOff { rate: rate.hertz(), on, off },
            Arrivals::Renewal(gap) => Kind::Renewal(gap),
            Arrivals::Trace(_) => other("arrivals come from a trace"),
            Arrivals::Burst(_) => other("all requests come at once"),
            Arrivals::Users { .. } => other("in a closed model the rate depends on the answers"),
            Arrivals::Every(period) => Kind::Even(1.0 / period.seconds()),
            Arrivals::Cron(_) => other("arrivals follow a calendar"),
        },
        several => {
            let first = several[0];
            let together = several.iter().all(|source| source.at == first.at && source.until == first.until);
            let rates: Option<f64> = several.iter().map(|source| poisson_rate(source)).sum();
            match rates {
                Some(rate) if together => Kind::Poisson(rate),
                _ => other("several sources that are not Poisson over the same time"),
            }
        }
    }
}

fn constant_rate(source: &Traffic) -> Option<f64> {
    match &source.arrivals {
        Arrivals::Rate { profile: RateProfile::Constant(rate), .. } => Some(rate.hertz()),
        _ => None,
    }
}

fn poisson_rate(source: &Traffic) -> Option<f64> {
    match &source.arrivals {
        Arrivals::Rate { law: PointLaw::Poisson, .. } => constant_rate(source),
        _ => None,
    }
}

/// s; what only the simulation knows (the end of a trace) is taken from it.
fn end_of_traffic(scenario: &Scenario, simulated_s: f64) -> f64 {
    let end_of = |source: &Traffic| match &source.arrivals {
        Arrivals::Burst(_) => Some(source.at),
        Arrivals::Rate { profile: RateProfile::Stages { stages, .. }, .. } if source.until.is_none() => {
            Some(stages.iter().fold(source.at, |end, (length, _)| end + *length))
        }
        _ => source.until.or(scenario.horizon),
    };
    let latest =
        scenario.traffic.iter().map(end_of).try_fold(SimTime::ZERO, |end, this| Some(end.max(this?)));
    let end = latest.map_or(simulated_s, SimTime::seconds);
    scenario.horizon.map_or(end, |horizon| end.min(horizon.seconds()))
}

/// The mean of `of` over the distribution, by the midpoint rule on its quantiles.
pub(super) fn average(distribution: &Distribution, of: impl Fn(f64) -> f64) -> f64 {
    if distribution.is_constant() {
        return of(distribution.mean());
    }
    let step = 1.0 / f64::from(POINTS);
    (0..POINTS).map(|point| of(distribution.quantile((f64::from(point) + 0.5) * step)) * step).sum()
}
