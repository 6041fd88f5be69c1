//! One attempt to run a function: admission (S30), the course of the invocation, and its end.

use crate::engine::Rank;
use crate::scenario::model::{Function, Mode};
use crate::units::{Bytes, SimDuration, SimTime};

use super::super::concurrency::Headroom;
use super::super::course::{self, Course, HandlerRun, Preparation};
use super::super::facts::{Considered, Detail, Ended, Fact, Observer, Started};
use super::super::fleet::{ColdStartDraw, Taken};
use super::super::meter::{self, Tariff};
use super::super::outcome::{EnvironmentAfter, Outcome, ThrottleCause};
use super::super::source::{Given, HandlerDraw};
use super::{AccountLimits, Asker, Event, Request, Run, World};

/// What became of an attempt.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Admission {
    /// It runs, and this is when it will end; `None` while that is not known (S11 switched off).
    Admitted(Option<SimTime>),
    /// It was refused.
    Refused(ThrottleCause),
}

impl Run {
    /// Whether a request is being served (a placeholder stands in an environment that initialises for nobody).
    pub(crate) fn is_live(&self) -> bool {
        self.tag.number > 0
    }
}

impl<O: Observer> World<'_, O> {
    /// Tries to get an environment for `request`, in the order of S30.
    #[inline]
    pub(super) fn attempt(&mut self, request: Request) -> Admission {
        if O::DETAILED {
            self.tell_considered(&request);
        }
        match self.admit(&request) {
            Ok(end) => Admission::Admitted(end),
            Err(cause) => {
                self.tell(Fact::Refused {
                    request: request.tag,
                    mode: request.asker.mode(),
                    attempt: request.attempt,
                    cause,
                });
                Admission::Refused(cause)
            }
        }
    }

    #[inline(always)]
    fn admit(&mut self, request: &Request) -> Result<Option<SimTime>, ThrottleCause> {
        let now = self.now;
        let choice = self.scenario.assumptions.environment_choice;
        let state = &mut self.functions[request.tag.function as usize];
        if state.concurrency.is_switched_off() {
            return Err(ThrottleCause::ReservedConcurrency);
        }
        if !state.request_rate.allows(now) {
            return Err(ThrottleCause::ReservedRequestRate);
        }
        if !self.account_rate.allows(now) {
            return Err(ThrottleCause::AccountRequestRate);
        }
        if let Headroom::Full(cause) = self.account.headroom(&state.concurrency) {
            return Err(cause);
        }
        let taken = state.fleet.take(now, state.config, choice);
        let cold = taken.is_none();
        if cold {
            if !(state.scaling.allows(now) && self.regional_scaling.allows(now)) {
                self.tell_lapses(request.tag.function);
                return Err(ThrottleCause::ScalingRate);
            }
            state.scaling.charge(now);
            self.regional_scaling.charge(now);
        }
        state.request_rate.charge(now);
        self.account_rate.charge(now);
        self.account.start(&mut state.concurrency);
        if self.limits == AccountLimits::Watch {
            self.load.admitted(now, self.account.unreserved_in_flight());
        }
        self.tell_lapses(request.tag.function);
        Ok(match taken {
            Some(taken) => Some(self.begin_warm(request, taken)),
            None if self.scenario.assumptions.own_cold_start => Some(self.begin_cold(request)),
            None => {
                self.begin_init_for_anybody(request);
                None
            }
        })
    }

    #[inline(always)]
    fn begin_warm(&mut self, request: &Request, taken: Taken) -> SimTime {
        let course = self.plan(request, taken.preparation, None);
        let run = self.run_of(request, false, course);
        self.begin(taken.environment, run, Some(taken.idle_since))
    }

    #[inline(never)]
    fn begin_cold(&mut self, request: &Request) -> SimTime {
        let (environment, draw) = self.create_environment(request.tag.function, request.given.init);
        let course = self.plan_cold(request, draw);
        let run = self.run_of(request, true, course);
        self.begin(environment, run, None)
    }

    /// What is kept about an invocation that is admitted now.
    #[inline(always)]
    pub(super) fn run_of(&self, request: &Request, cold: bool, course: Course) -> Run {
        Run {
            tag: request.tag,
            source: request.source,
            ordinal: request.ordinal,
            attempt: request.attempt,
            earlier_runs: request.run,
            request_charges: self.request_charges(request),
            asker: request.asker,
            admitted: self.now,
            cold,
            course,
        }
    }

    /// The course of a request in the environment that was created for it.
    pub(super) fn plan_cold(&mut self, request: &Request, draw: ColdStartDraw) -> Course {
        match draw {
            ColdStartDraw::Phases(preparation) => self.plan(request, preparation, None),
            ColdStartDraw::Whole(response) => {
                self.plan(request, Preparation::Warm { first_invoke: SimDuration::ZERO }, Some(response))
            }
        }
    }

    pub(super) fn create_environment(
        &mut self,
        function: u32,
        given_init: Option<SimDuration>,
    ) -> (u32, ColdStartDraw) {
        let now = self.now;
        let state = &mut self.functions[function as usize];
        state.fleet.create(now, state.config, given_init, Run::PLACEHOLDER)
    }

    /// An invocation whose course is known begins; returns its end.
    #[inline(always)]
    fn begin(&mut self, environment: u32, run: Run, idle_since: Option<SimTime>) -> SimTime {
        let function = run.tag.function;
        let end = run.admitted + run.course.total();
        let state = &mut self.functions[function as usize];
        state.fleet.set_run(environment, run);
        let started = Started {
            request: run.tag,
            mode: run.asker.mode(),
            cold: run.cold,
            idle_since,
            environment: state.fleet.serial(environment),
            in_flight: state.concurrency.in_flight(),
        };
        self.agenda.push(end, Rank::Completion, Event::InvocationEnd { function, environment });
        self.tell(Fact::Started(started));
        end
    }

    /// Works out everything that will happen to an invocation. `whole` replaces what the handler would take.
    #[inline]
    pub(super) fn plan(
        &mut self,
        request: &Request,
        preparation: Preparation,
        whole: Option<SimDuration>,
    ) -> Course {
        let config = self.functions[request.tag.function as usize].config;
        let source = &mut self.sources[request.source as usize];
        let given = Given { duration: whole.or(request.given.duration), ..request.given };
        let HandlerDraw { duration, raises, exits, exceeds_memory } =
            source.draw(request.ordinal, request.run, config, given);
        let synchronous = !matches!(request.asker, Asker::Event { .. });
        let platform = &self.scenario.platform;
        let response_too_large =
            synchronous && source.payload(config).response > platform.sync_response_maximum;
        let scale = course::suppressed_scale(self.scenario.assumptions.suppressed_init, config.memory);
        let run = HandlerRun { duration, raises, exits, exceeds_memory, response_too_large };
        if O::DETAILED {
            let detail = Detail::Planned { request: request.tag, preparation, handler: run };
            self.tell(Fact::Detail(detail));
        }
        course::course(preparation, run, config, &self.scenario.platform, scale)
    }

    #[inline(always)]
    pub(super) fn end_invocation(&mut self, function: u32, environment: u32) {
        let now = self.now;
        let state = &mut self.functions[function as usize];
        let run = *state.fleet.run(environment);
        let serial = state.fleet.serial(environment);
        let after = run.course.outcome.environment_after();
        state.fleet.run_mut(environment).tag.number = 0;
        let config = state.config_of(environment);
        self.tell_ended(&run, serial, config);
        let state = &mut self.functions[function as usize];
        if state.waiting.is_empty()
            || after != EnvironmentAfter::Warm
            || !state.fleet.takes_requests(environment, now)
        {
            state.fleet.release(environment, now, after, state.config);
            self.account.end(&mut state.concurrency);
            if self.limits == AccountLimits::Watch {
                self.load.ended(now, self.account.unreserved_in_flight());
            }
            self.tell_lapses(function);
        } else {
            let preparation = Preparation::Warm { first_invoke: SimDuration::ZERO };
            self.serve_waiting(function, environment, preparation);
        }
        self.answer(&run);
    }

    /// Whoever asked learns how the invocation ended, and decides what follows.
    #[inline(always)]
    fn answer(&mut self, run: &Run) {
        let outcome = run.course.outcome;
        match run.asker {
            Asker::Caller | Asker::User { .. } => self.answer_caller(run, outcome),
            Asker::Call { call, attempt } => self.service_answers_call(call, attempt, outcome),
            Asker::Event { event } => self.event_ran(event, outcome),
        }
    }

    #[inline(always)]
    fn tell_ended(&mut self, run: &Run, environment: u64, config: &Function) {
        let platform = &self.scenario.platform;
        self.tell(Fact::Ended(Ended {
            request: run.tag,
            source: run.source,
            ordinal: run.ordinal,
            attempt: run.attempt,
            run: run.earlier_runs,
            admitted: run.admitted,
            cold: run.cold,
            environment,
            course: run.course,
            billed: meter::billed(run.course.init, run.course.duration, config, platform),
            request_charges: run.request_charges,
            tariff: Tariff::of(config, platform),
        }));
    }

    /// One request charge, and for large asynchronous payloads more (F 4.3, 7.1).
    #[inline(always)]
    fn request_charges(&self, request: &Request) -> u64 {
        match request.asker {
            Asker::Caller | Asker::User { .. } | Asker::Call { .. } => 1,
            Asker::Event { .. } => {
                self.scenario.platform.async_request_charges(Bytes::new(self.request_bytes(request)))
            }
        }
    }

    #[cold]
    fn tell_considered(&mut self, request: &Request) {
        let now = self.now;
        let state = &mut self.functions[request.tag.function as usize];
        let considered = Considered {
            request: request.tag,
            attempt: request.attempt,
            in_flight: state.concurrency.in_flight(),
            reserved: state.concurrency.reserved(),
            unreserved_in_flight: self.account.unreserved_in_flight(),
            unreserved_limit: self.account.unreserved_limit(),
            idle: state.fleet.idle(),
            scaling_tokens: state.scaling.tokens(now),
            regional_tokens: self.regional_scaling.tokens(now),
            account_rate_tokens: self.account_rate.tokens(now),
            reserved_rate_tokens: state.request_rate.tokens(now),
        };
        self.tell(Fact::Considered(considered));
    }

    /// A caller without patience or retries: the first answer is final.
    pub(super) fn call_directly(&mut self, request: Request) {
        if let Admission::Refused(_) = self.attempt(request) {
            self.close(request.tag, Mode::Sync, super::Fate::Throttled);
            if let Asker::User { user } = request.asker {
                self.user_thinks(request.source, user);
            }
        }
    }

    #[inline(always)]
    fn answer_caller(&mut self, run: &Run, outcome: Outcome) {
        self.close(run.tag, Mode::Sync, super::Fate::of_answer(outcome));
        if let Asker::User { user } = run.asker {
            self.user_thinks(run.source, user);
        }
    }
}

impl Run {
    /// Stands in an environment that serves nobody.
    pub(super) const PLACEHOLDER: Self = Self {
        tag: super::RequestTag { function: 0, number: 0, born: SimTime::ZERO },
        source: 0,
        ordinal: 0,
        attempt: 0,
        earlier_runs: 0,
        request_charges: 0,
        asker: Asker::Caller,
        admitted: SimTime::ZERO,
        cold: false,
        course: Course {
            placement: SimDuration::ZERO,
            init: SimDuration::ZERO,
            suppressed_init: SimDuration::ZERO,
            duration: SimDuration::ZERO,
            outcome: Outcome::Succeeded,
        },
    };
}
