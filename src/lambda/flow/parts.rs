//! Versions and aliases: which part of a function serves an attempt, and an invocation in a version's environment.
//!
//! A version is a place of its own among the functions of the world, with its configuration and its environments. What the
//! function has (concurrency, rates, the ledger) stays with the function; functions without versions and aliases never come
//! here.

use crate::engine::Rank;
use crate::random::Purpose;
use crate::scenario::model::{Function, Qualifier};
use crate::units::SimTime;

use super::super::alarm::Sign;
use super::super::course::{self, Preparation};
use super::super::facts::{Fact, Observer, Started};
use super::super::fault::Fault;
use super::super::fleet::{ColdStartDraw, Taken};
use super::super::outcome::{Outcome, ThrottleCause};
use super::super::parts::{Provision, Served};
use super::super::source::{Given, OrdinalStream};
use super::function_state::terms_of_generation;
use super::invoke::{self, Admission, settle};
use super::{Event, FunctionState, Request, Run, World};

/// A source that calls a version or an alias.
pub(super) struct Caller {
    /// Index of the part.
    pub part: u32,
    /// Which of two versions each attempt gets.
    draws: OrdinalStream,
}

/// Where an alias leads now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Route {
    /// The place it points to: a version, or the function itself.
    pub place: u32,
    /// One more, and its share of the invocations.
    pub additional: Option<(u32, f64)>,
}

/// Why an attempt gets no environment.
enum Hindrance {
    Throttle(ThrottleCause),
    Fault(Fault),
}

impl From<ThrottleCause> for Hindrance {
    fn from(cause: ThrottleCause) -> Self {
        Self::Throttle(cause)
    }
}

impl<O: Observer> World<'_, O> {
    /// The places of versions, and where aliases lead at the start.
    pub(super) fn build_parts(&mut self) {
        for (_, part) in self.parts.all() {
            self.functions[part.function as usize].is_divided = true;
            if let Some(version) = part.version(self.scenario, self.cell) {
                let place = FunctionState { is_divided: true, ..self.state_of(&version.config) };
                self.functions.push(place);
            }
        }
        for (_, part) in self.parts.all() {
            if let Qualifier::Alias(index) = part.qualifier {
                let config = self.functions[part.function as usize].config;
                let route = self.route_of(part.function, config, index);
                self.routes.push(route);
            }
        }
        let caller = |&index: &usize| {
            let traffic = &self.scenario.traffic[index];
            let function = self.local(traffic.function()?);
            Some(self.caller(function, traffic.qualifier?, &traffic.name))
        };
        self.callers = self.cell.traffic.iter().map(caller).collect();
    }

    /// A source of this name that calls a part of `function`.
    pub(super) fn caller(&self, function: u32, qualifier: Qualifier, name: &str) -> Caller {
        let part = self.parts.index(function, qualifier);
        let draws = OrdinalStream::new(self.scenario.seed, name, Purpose::Routing);
        Caller { part, draws }
    }

    fn route_of(&self, function: u32, config: &Function, alias: usize) -> Route {
        let alias = &config.aliases[alias];
        let place = |version: usize| self.parts.index(function, Qualifier::Version(version));
        Route {
            place: alias.version.map_or(function, place),
            additional: alias.additional.map(|(version, weight)| (place(version), weight)),
        }
    }

    pub(super) fn route_mut(&mut self, alias: u32) -> &mut Route {
        &mut self.routes[(alias - self.parts.places()) as usize]
    }

    /// Aliases that have changed lead where they say from now on.
    pub(super) fn change_routes(&mut self, function: u32, before: &Function, after: &Function) {
        for (index, (old, new)) in before.aliases.iter().zip(&after.aliases).enumerate() {
            if old != new {
                let route = self.route_of(function, after, index);
                let alias = self.parts.index(function, Qualifier::Alias(index));
                *self.route_mut(alias) = route;
            }
        }
    }

    /// Which part of the function gets this attempt.
    fn route(&mut self, request: &Request) -> Served {
        let Some(Some(caller)) = self.callers.get_mut(request.source as usize) else { return Served::WHOLE };
        let part = caller.part;
        if part < self.parts.places() {
            return Served { version: Some(part), ..Served::WHOLE };
        }
        let route = self.routes[(part - self.parts.places()) as usize];
        let place = match route.additional {
            Some((other, weight)) if caller.draws.happens(weight, request.ordinal, request.attempt) => other,
            _ => route.place,
        };
        let version = (place >= self.parts.functions()).then_some(place);
        Served { version, alias: Some(part), ..Served::WHOLE }
    }

    /// As `attempt`, of a function that has versions, aliases or provisioned concurrency.
    #[inline(never)]
    pub(super) fn attempt_part(&mut self, request: Request) -> Admission {
        let mut served = self.route(&request);
        let function = request.tag.function;
        let place = served.version.unwrap_or(function);
        if O::DETAILED {
            self.tell_considered(&request, place);
        }
        let admitted = self.admit_to(function, place, &mut served);
        self.tell_lapses(place);
        match admitted {
            Ok((place, taken)) => {
                self.sign(function, served, Sign::Attempt { throttled: false });
                self.sign(function, served, Sign::Start { cold: taken.is_none() });
                Admission::Admitted(self.begin_at(place, &request, served, taken))
            }
            Err(Hindrance::Throttle(cause)) => {
                self.sign(function, served, Sign::Attempt { throttled: true });
                self.refuse(request, served, cause)
            }
            Err(Hindrance::Fault(fault)) => self.fail(&request, served, fault),
        }
    }

    /// The limits of the function, then an environment: of the provisioned concurrency, of the place, or a new one (S30).
    fn admit_to(
        &mut self,
        function: u32,
        place: u32,
        served: &mut Served,
    ) -> Result<(u32, Option<Taken>), Hindrance> {
        let now = self.now;
        let choice = self.scenario.assumptions.environment_choice;
        if let Some(fault) = self.fault_of_state(place) {
            return Err(Hindrance::Fault(fault));
        }
        self.functions[function as usize].within_rates(now, &mut self.account)?;
        if let Some(pool) = self.pool_of(function, served.alias.or(served.version)) {
            if let Some(taken) = self.take_provisioned(pool) {
                if let Some(fault) = self.fault_of_reset(self.parts.places() + pool, &taken) {
                    return Err(Hindrance::Fault(fault));
                }
                served.provision = Provision::Provisioned;
                self.functions[function as usize].start_provisioned(now, &mut self.account);
                return Ok((self.parts.places() + pool, Some(taken)));
            }
            served.provision = Provision::Spilled;
        }
        self.functions[function as usize].has_headroom(&self.account)?;
        let state = &mut self.functions[place as usize];
        let taken = state.fleet.take(now, state.config, choice);
        if let Some(fault) = taken.as_ref().and_then(|taken| self.fault_of_reset(place, taken)) {
            return Err(Hindrance::Fault(fault));
        }
        if taken.is_none() {
            let state = &mut self.functions[function as usize];
            state.pay_for_environment(now, &mut self.account)?;
            if let Some(fault) = self.fault_of_environment(place) {
                return Err(Hindrance::Fault(fault));
            }
        }
        self.functions[function as usize].start(now, &mut self.account);
        Ok((place, taken))
    }

    /// A request begins in an environment of the place, or in a new one; returns its end, if that is known.
    fn begin_at(
        &mut self,
        place: u32,
        request: &Request,
        served: Served,
        taken: Option<Taken>,
    ) -> Option<SimTime> {
        let now = self.now;
        let state = &mut self.functions[place as usize];
        let config = state.config;
        let (environment, preparation, whole) = if let Some(taken) = taken {
            (taken.environment, taken.preparation, None)
        } else {
            let (environment, draw) = state.fleet.create(now, config, request.given.init, Run::PLACEHOLDER);
            let warm = Preparation::Warm { first_invoke: crate::units::SimDuration::ZERO };
            match draw {
                ColdStartDraw::Phases(preparation) => (environment, preparation, None),
                ColdStartDraw::Whole(response) => (environment, warm, Some(response)),
            }
        };
        self.load(request);
        let source = &mut self.sources[request.source as usize];
        let given = Given { duration: whole.or(request.given.duration), ..request.given };
        let platform = &self.scenario.platform;
        let duration = source.duration(request.ordinal, request.run, config, given);
        let mut handler = invoke::handler_run(duration, request, source, config, platform);
        handler.storage_full = self.functions[place as usize].finds_storage_full(environment);
        if O::DETAILED {
            invoke::tell_planned(now, request.tag, preparation, handler, &mut self.observer);
        }
        let course = course::course(preparation, handler, config, self.scenario);
        let charges = invoke::request_charges(request, source, config, platform);
        let run = Run::new(request, now, charges, taken.is_none(), course);
        if taken.is_none() {
            self.plan_second_init(place, &course);
        }
        let end = now + course.total();
        let state = &mut self.functions[place as usize];
        state.fleet.set_run(environment, run);
        let serial = state.fleet.serial(environment);
        let next = state.after_handler(environment, place, course.outcome);
        let is_known = matches!(next, Event::InvocationEnd { .. });
        self.agenda.push(end, Rank::Completion, next);
        let started = Started {
            request: request.tag,
            mode: request.asker.mode(),
            cold: taken.is_none(),
            idle_since: taken.map(|taken| taken.idle_since),
            environment: serial,
            in_flight: self.functions[request.tag.function as usize].concurrency.running(),
            served,
        };
        self.observer.started(now, &started);
        is_known.then_some(end)
    }

    /// An invocation of a function with versions or aliases ends.
    #[inline(never)]
    pub(super) fn end_at(&mut self, place: u32, environment: u32) {
        let now = self.now;
        let state = &mut self.functions[place as usize];
        let (run, serial, generation) = state.fleet.ending(environment);
        let run_ended = *run;
        run.invocation.request.number = 0;
        let platform = &self.scenario.platform;
        let terms = terms_of_generation(generation, &state.former, (state.config, state.tariff), platform);
        let mut settlement = settle(&run_ended.invocation, serial, terms, platform);
        let function = run_ended.invocation.request.function;
        let caller = self.callers.get(run_ended.invocation.source as usize).and_then(Option::as_ref);
        let pool = place.checked_sub(self.parts.places());
        let code = pool.map_or(place, |pool| self.place_of_environment(pool, environment));
        let named = caller.map(|caller| caller.part);
        settlement.served = Served {
            version: (code >= self.parts.functions()).then_some(code),
            alias: named.filter(|part| *part >= self.parts.places()),
            provision: if pool.is_some() { Provision::Provisioned } else { Provision::OnDemand },
        };
        settlement.tariff.provisioned = pool.is_some();
        self.observer.ended(now, &run_ended.invocation, &settlement);
        let outcome = run_ended.invocation.course.outcome;
        let state = &mut self.functions[place as usize];
        if state.leaves_something {
            let source = &mut self.sources[run_ended.invocation.source as usize];
            state.tell_what_is_left(now, environment, run_ended, source, &mut self.observer);
        }
        if let Some(pool) = pool {
            self.release_provisioned(pool, environment, outcome.environment_after());
            self.functions[function as usize].concurrency.end_provisioned();
        } else {
            let state = &mut self.functions[place as usize];
            state.fleet.release(environment, now, outcome.environment_after(), state.config);
            self.account.end(now, &mut self.functions[function as usize].concurrency);
            self.tell_lapses(place);
        }
        self.sign(function, settlement.served, Sign::End { failed: outcome != Outcome::Succeeded });
        if self.functions[place as usize].has_partners {
            self.leave_traces(place, serial, terms.0, run_ended);
        }
        self.answer(run_ended.answered());
    }

    /// A throttle, told with the part that it came from.
    #[inline(never)]
    pub(super) fn refuse(&mut self, request: Request, served: Served, cause: ThrottleCause) -> Admission {
        self.tell(Fact::Refused {
            request: request.tag,
            mode: request.asker.mode(),
            attempt: request.attempt,
            cause,
            served,
        });
        Admission::Refused(cause)
    }
}
