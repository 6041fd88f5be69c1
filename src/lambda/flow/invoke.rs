//! One attempt to run a function: admission (S30), the course of the invocation, and its end.

use crate::engine::{Agenda, Rank};
use crate::platform::Profile;
use crate::scenario::model::{Function, Mode, Scenario};
use crate::units::{Bytes, SimDuration, SimTime};

use super::super::course::{self, Course, HandlerRun, Preparation};
use super::super::facts::{Considered, Detail, Fact, Invocation, Observer, RequestTag, Settlement, Started};
use super::super::fault::Fault;
use super::super::fleet::{ColdStartDraw, Taken};
use super::super::meter::{self, Tariff};
use super::super::outcome::{EnvironmentAfter, Outcome, ThrottleCause};
use super::super::parts::Served;
use super::super::presign;
use super::super::source::{Given, Mishaps, Source};
use super::super::tmp::Room;
use super::function_state::terms_of_generation;
use super::{Asker, Event, FunctionState, Request, Run, World};

/// What became of an attempt.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Admission {
    /// It runs, and this is when it will end; `None` while that is not known (S11 switched off).
    Admitted(Option<SimTime>),
    /// It was refused.
    Refused(ThrottleCause),
    /// The service could not serve it.
    Failed(Fault),
}

impl Run {
    /// Whether a request is being served (a placeholder stands in an environment that initialises for nobody).
    pub(crate) fn is_live(&self) -> bool {
        self.invocation.request.number > 0
    }

    /// What is kept about an invocation that is admitted at `now`.
    #[inline(always)]
    pub(super) fn new(
        request: &Request,
        now: SimTime,
        request_charges: u64,
        cold: bool,
        course: Course,
    ) -> Self {
        let invocation = Invocation {
            request: request.tag,
            source: request.source,
            ordinal: request.ordinal,
            attempt: request.attempt,
            run: request.run,
            admitted: now,
            cold,
            course,
            request_charges,
        };
        Self { invocation, asker: request.asker }
    }

    /// The same, but admitted earlier.
    pub(super) fn admitted_at(mut self, admitted: SimTime) -> Self {
        self.invocation.admitted = admitted;
        self
    }

    /// What its asker is told when it has ended.
    #[inline(always)]
    pub(super) fn answered(&self) -> Answered {
        let Invocation { request, source, course, .. } = self.invocation;
        Answered { asker: self.asker, request, source, outcome: course.outcome }
    }
}

/// An invocation that has ended, as far as its asker is concerned.
#[derive(Clone, Copy, Debug)]
pub(super) struct Answered {
    asker: Asker,
    request: RequestTag,
    source: u32,
    outcome: Outcome,
}

/// What the end of an invocation adds, in environment number `environment` of its function, by these terms.
#[inline(always)]
pub(super) fn settle(
    invocation: &Invocation,
    environment: u64,
    (config, tariff): (&Function, Tariff),
    platform: &Profile,
) -> Settlement {
    let Course { init, duration, .. } = invocation.course;
    let billed = meter::billed(init, duration, config, platform);
    let restored = invocation.cold && config.snapstart.is_some();
    Settlement { environment, billed, restored, tariff, served: Served::WHOLE }
}

impl<O: Observer> World<'_, O> {
    /// Tries to get an environment for `request`, in the order of S30.
    pub(super) fn attempt(&mut self, request: Request) -> Admission {
        self.attempt_now(request)
    }

    /// As [`Self::attempt`], for the place that most requests come through.
    ///
    /// What is rare is called with the request as a value: only then does the optimiser keep it in registers here.
    #[inline(always)]
    fn attempt_now(&mut self, request: Request) -> Admission {
        let Self { functions, sources, agenda, account, observer, scenario, now, .. } = self;
        let state = &mut functions[request.tag.function as usize];
        if state.is_divided | state.may_fail {
            return self.attempt_otherwise(request);
        }
        if O::DETAILED {
            return self.attempt_in_full(request);
        }
        let choice = scenario.assumptions.environment_choice;
        let Some(taken) = state.admit_at_once(*now, account, choice) else {
            return self.attempt_in_full(request);
        };
        state.tell_lapses(*now, request.tag.function, &scenario.platform, observer);
        let source = &mut sources[request.source as usize];
        let end = state.begin_warm(&request, source, taken, scenario, agenda, observer);
        Admission::Admitted((!state.makes_calls).then_some(end))
    }

    /// Whatever it meets, from the first limit on: to have asked before changes no answer.
    #[inline(never)]
    fn attempt_in_full(&mut self, request: Request) -> Admission {
        if O::DETAILED {
            self.tell_considered(&request, request.tag.function);
        }
        let Self { functions, sources, agenda, account, observer, scenario, now, .. } = self;
        let state = &mut functions[request.tag.function as usize];
        let admitted = state.admit(*now, account, scenario.assumptions.environment_choice);
        state.tell_lapses(*now, request.tag.function, &scenario.platform, observer);
        match admitted {
            Ok(Some(taken)) => {
                let source = &mut sources[request.source as usize];
                let end = state.begin_warm(&request, source, taken, scenario, agenda, observer);
                Admission::Admitted((!state.makes_calls).then_some(end))
            }
            Ok(None) => self.begin_in_new_environment(request),
            Err(cause) => self.refuse(request, Served::WHOLE, cause),
        }
    }

    /// Of a function that has parts, or that Lambda may fail to serve.
    #[inline(never)]
    fn attempt_otherwise(&mut self, request: Request) -> Admission {
        if self.functions[request.tag.function as usize].is_divided {
            self.attempt_part(request)
        } else {
            self.attempt_surrounded(request)
        }
    }

    #[inline(never)]
    pub(super) fn begin_in_new_environment(&mut self, request: Request) -> Admission {
        if self.scenario.assumptions.own_cold_start {
            let end = self.begin_cold(&request);
            let makes_calls = self.functions[request.tag.function as usize].makes_calls;
            return Admission::Admitted((!makes_calls).then_some(end));
        }
        self.begin_init_for_anybody(&request);
        Admission::Admitted(None)
    }

    fn begin_cold(&mut self, request: &Request) -> SimTime {
        let (environment, draw) = self.create_environment(request.tag.function, request.given.init);
        let course = self.plan_cold(request, environment, draw);
        self.plan_second_init(request.tag.function, &course);
        let run = self.run_of(request, true, course);
        let Self { functions, agenda, observer, .. } = self;
        let state = &mut functions[request.tag.function as usize];
        let place = (environment, state.fleet.serial(environment));
        state.begin(place, run, None, agenda, observer)
    }

    /// What is kept about an invocation that is admitted now.
    pub(super) fn run_of(&self, request: &Request, cold: bool, course: Course) -> Run {
        let config = self.functions[request.tag.function as usize].config;
        let source = &self.sources[request.source as usize];
        let charges = request_charges(request, source, config, &self.scenario.platform);
        Run::new(request, self.now, charges, cold, course)
    }

    /// The course of a request in the environment that was created for it.
    pub(super) fn plan_cold(&mut self, request: &Request, environment: u32, draw: ColdStartDraw) -> Course {
        match draw {
            ColdStartDraw::Phases(preparation) => self.plan(request, environment, preparation, None),
            ColdStartDraw::Whole(response) => {
                let preparation = Preparation::Warm { first_invoke: SimDuration::ZERO };
                self.plan(request, environment, preparation, Some(response))
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

    /// Works out everything that will happen to an invocation in `environment`. `whole` replaces what the handler would take.
    pub(super) fn plan(
        &mut self,
        request: &Request,
        environment: u32,
        preparation: Preparation,
        whole: Option<SimDuration>,
    ) -> Course {
        let config = self.functions[request.tag.function as usize].config;
        self.load(request);
        let source = &mut self.sources[request.source as usize];
        let given = Given { duration: whole.or(request.given.duration), ..request.given };
        let duration = source.duration(request.ordinal, request.run, config, given);
        let mut handler = handler_run(duration, request, source, config, &self.scenario.platform);
        let state = &mut self.functions[request.tag.function as usize];
        handler.storage_full = state.finds_storage_full(environment);
        if O::DETAILED {
            tell_planned(self.now, request.tag, preparation, handler, &mut self.observer);
        }
        course::course(preparation, handler, config, self.scenario)
    }

    /// The next draw of a mapping's source is about the batch of this request.
    pub(super) fn load(&mut self, request: &Request) {
        match request.asker {
            Asker::Batch { batch } => self.load_batch(request.source, batch),
            Asker::Lane { lane } => self.load_lane(request.source, lane),
            _ => {}
        }
    }

    #[inline(always)]
    pub(super) fn end_invocation(&mut self, function: u32, environment: u32) {
        let state = &self.functions[function as usize];
        if state.is_divided {
            self.end_at(function, environment);
        } else if state.leaves_something | state.has_partners {
            self.end_with_consequences(function, environment);
        } else {
            self.end_run::<false>(function, environment);
        }
    }

    #[inline(never)]
    fn end_with_consequences(&mut self, function: u32, environment: u32) {
        self.end_run::<true>(function, environment);
    }

    /// `CONSEQUENCES`: its end is not all. Only then is the whole of it copied (a constant decides, so that others make no room for
    /// a copy), for what follows when its environment serves others.
    #[inline(always)]
    fn end_run<const CONSEQUENCES: bool>(&mut self, function: u32, environment: u32) {
        let Self { functions, sources, observer, account, scenario, now, .. } = self;
        let now = *now;
        let state = &mut functions[function as usize];
        let (run, serial, generation) = state.fleet.ending(environment);
        let terms =
            terms_of_generation(generation, &state.former, (state.config, state.tariff), &scenario.platform);
        observer.ended(now, &run.invocation, &settle(&run.invocation, serial, terms, &scenario.platform));
        let answered = run.answered();
        let kept = if CONSEQUENCES { Some(*run) } else { None };
        run.invocation.request.number = 0;
        if let (Some(ended), true) = (kept, state.leaves_something) {
            let source = &mut sources[answered.source as usize];
            state.tell_what_is_left(now, environment, ended, source, observer);
        }
        let after = answered.outcome.environment_after();
        let somebody_waits = !state.waiting.is_empty() && after == EnvironmentAfter::Warm;
        if somebody_waits && state.fleet.takes_requests(environment, now) {
            let preparation = Preparation::Warm { first_invoke: SimDuration::ZERO };
            self.serve_waiting(function, environment, preparation);
        } else {
            state.fleet.release(environment, now, after, state.config);
            account.end(now, &mut state.concurrency);
            state.tell_lapses(now, function, &scenario.platform, observer);
        }
        if let Some(ended) = kept {
            self.leave_traces(function, serial, terms.0, ended);
        }
        self.answer(answered);
    }

    /// Whoever asked learns how the invocation ended, and decides what follows.
    #[inline(always)]
    pub(super) fn answer(&mut self, answered: Answered) {
        let Answered { asker, request, outcome, .. } = answered;
        match asker {
            Asker::Caller | Asker::User { .. } => self.answer_caller(answered),
            Asker::Call { call, attempt } => self.service_answers_call(call, attempt, outcome),
            Asker::Event { event } => self.event_ran(event, outcome),
            Asker::Batch { batch } => self.batch_ran(batch, outcome),
            Asker::Gateway { passage } => self.gateway_hears(passage, outcome),
            Asker::Errand { errand } => self.errand_hears(errand, request, outcome),
            Asker::Lane { lane } => self.lane_ran(lane, outcome),
        }
    }

    #[cold]
    pub(super) fn tell_considered(&mut self, request: &Request, place: u32) {
        let now = self.now;
        let idle = self.functions[place as usize].fleet.idle();
        let state = &mut self.functions[request.tag.function as usize];
        let considered = Considered {
            request: request.tag,
            attempt: request.attempt,
            in_flight: state.concurrency.in_flight(),
            reserved: state.concurrency.reserved(),
            unreserved_in_flight: self.account.concurrency.unreserved_in_flight(),
            unreserved_limit: self.account.concurrency.unreserved_limit(),
            idle,
            scaling_tokens: state.scaling.tokens(now),
            regional_tokens: self.account.scaling.tokens(now),
            account_rate_tokens: self.account.rate.tokens(now),
            reserved_rate_tokens: state.request_rate.tokens(now),
        };
        self.tell(Fact::Considered(considered));
    }

    /// A caller without patience or retries: the first answer is final.
    #[inline(always)]
    pub(super) fn call_directly(&mut self, request: Request) {
        match self.attempt_now(request) {
            Admission::Admitted(_) => {}
            Admission::Refused(_) => self.call_ends(request, super::Fate::Throttled),
            Admission::Failed(_) => self.call_ends(request, super::Fate::ServiceError),
        }
    }

    #[inline(never)]
    fn call_ends(&mut self, request: Request, fate: super::Fate) {
        self.close(request.tag, Mode::Sync, fate);
        if let Asker::User { user } = request.asker {
            self.user_thinks(request.source, user);
        }
    }

    #[inline(always)]
    fn answer_caller(&mut self, answered: Answered) {
        self.close(answered.request, Mode::Sync, super::Fate::of_answer(answered.outcome));
        if let Asker::User { user } = answered.asker {
            self.user_thinks(answered.source, user);
        }
    }
}

impl FunctionState<'_> {
    /// A request begins in the idle environment that it has got; returns its end.
    #[inline(always)]
    pub(super) fn begin_warm<O: Observer>(
        &mut self,
        request: &Request,
        source: &mut Source,
        taken: Taken,
        scenario: &Scenario,
        agenda: &mut Agenda<Event>,
        observer: &mut O,
    ) -> SimTime {
        let (now, platform) = (agenda.now(), &scenario.platform);
        let duration = source.duration(request.ordinal, request.run, self.config, request.given);
        let handler = if self.undisturbed && source.keeps_outcome() {
            HandlerRun::undisturbed(duration)
        } else {
            let handler = handler_run(duration, request, source, self.config, platform);
            HandlerRun { storage_full: self.finds_storage_full(taken.environment), ..handler }
        };
        if O::DETAILED {
            tell_planned(now, request.tag, taken.preparation, handler, observer);
        }
        let course = course::course(taken.preparation, handler, self.config, scenario);
        let charges = request_charges(request, source, self.config, platform);
        let run = Run::new(request, now, charges, false, course);
        self.begin((taken.environment, taken.serial), run, Some(taken.idle_since), agenda, observer)
    }

    /// What follows on a handler's own part: its calls, if it has come so far, or the end of the invocation.
    #[inline(always)]
    pub(super) fn after_handler(&self, environment: u32, function: u32, outcome: Outcome) -> Event {
        if self.makes_calls && outcome == Outcome::Succeeded {
            Event::ErrandBegins { function, environment }
        } else {
            Event::InvocationEnd { function, environment }
        }
    }

    /// Whether what the handler writes will not fit into `/tmp` of `environment`.
    #[inline(always)]
    pub(super) fn finds_storage_full(&mut self, environment: u32) -> bool {
        self.config.tmp.is_some() && self.fills_storage(environment)
    }

    #[inline(never)]
    fn fills_storage(&mut self, environment: u32) -> bool {
        let place = (environment, self.fleet.serial(environment));
        self.storage.get_or_insert_default().begin(place, self.config) == Room::Full
    }

    #[inline(never)]
    pub(super) fn tell_what_is_left(
        &mut self,
        now: SimTime,
        environment: u32,
        ended: Run,
        source: &mut Source,
        observer: &mut impl Observer,
    ) {
        let Invocation { request, ordinal, run, course: Course { outcome, .. }, .. } = ended.invocation;
        if let Some(storage) = &mut self.storage {
            let found_bytes = storage.end(environment, outcome, self.config);
            observer.observe(now, &Fact::StorageUsed { request, found_bytes });
        }
        if let (Some(presigns), Outcome::Succeeded) = (&self.config.presigns, outcome) {
            let after = source.presigned_use(&presigns.used_after, ordinal, run);
            observer.observe(now, &Fact::UrlPresigned { request, url: presign::used(after, presigns) });
        }
    }

    /// An invocation whose course is known begins in an environment (and the order of its creation); returns its end.
    #[inline(always)]
    fn begin(
        &mut self,
        (environment, serial): (u32, u64),
        run: Run,
        idle_since: Option<SimTime>,
        agenda: &mut Agenda<Event>,
        observer: &mut impl Observer,
    ) -> SimTime {
        let Run { invocation, asker } = run;
        let Invocation { request, admitted, cold, course, .. } = invocation;
        let function = request.function;
        let end = admitted + course.total();
        self.fleet.set_run(environment, run);
        let started = Started {
            request,
            mode: asker.mode(),
            cold,
            idle_since,
            environment: serial,
            in_flight: self.concurrency.in_flight(),
            served: Served::WHOLE,
        };
        agenda.push(end, Rank::Completion, self.after_handler(environment, function, course.outcome));
        observer.started(admitted, &started);
        end
    }
}

/// What the handler of `request` does in `duration`, unless a timeout ends it.
#[inline(always)]
pub(super) fn handler_run(
    duration: SimDuration,
    request: &Request,
    source: &mut Source,
    config: &Function,
    platform: &Profile,
) -> HandlerRun {
    let Mishaps { raises, exits, exceeds_memory } = source.mishaps(request.ordinal, request.run, config);
    let synchronous = !matches!(request.asker, Asker::Event { .. });
    let response_too_large = synchronous && source.payload(config).response > platform.sync_response_maximum;
    HandlerRun { duration, raises, exits, exceeds_memory, response_too_large, storage_full: false }
}

#[cold]
pub(super) fn tell_planned(
    now: SimTime,
    request: RequestTag,
    preparation: Preparation,
    handler: HandlerRun,
    observer: &mut impl Observer,
) {
    observer.observe(now, &Fact::Detail(Detail::Planned { request, preparation, handler }));
}

/// One request charge, and for large asynchronous payloads more (F 4.3, 7.1).
#[inline(always)]
pub(super) fn request_charges(
    request: &Request,
    source: &Source,
    config: &Function,
    platform: &Profile,
) -> u64 {
    match request.asker {
        Asker::Caller
        | Asker::User { .. }
        | Asker::Call { .. }
        | Asker::Batch { .. }
        | Asker::Gateway { .. }
        | Asker::Errand { .. }
        | Asker::Lane { .. } => 1,
        Asker::Event { .. } => platform.async_request_charges(Bytes::new(request.bytes(source, config))),
    }
}

impl Run {
    /// Stands in an environment that serves nobody.
    pub(super) const PLACEHOLDER: Self = Self {
        invocation: Invocation {
            request: RequestTag { function: 0, number: 0, born: SimTime::ZERO },
            source: 0,
            ordinal: 0,
            attempt: 0,
            run: 0,
            admitted: SimTime::ZERO,
            cold: false,
            course: Course {
                placement: SimDuration::ZERO,
                init: SimDuration::ZERO,
                suppressed_init: SimDuration::ZERO,
                duration: SimDuration::ZERO,
                outcome: Outcome::Succeeded,
            },
            request_charges: 0,
        },
        asker: Asker::Caller,
    };

    /// As [`Self::PLACEHOLDER`], with what would become of an invocation.
    pub(super) fn placeholder_with(course: Course) -> Self {
        let mut run = Self::PLACEHOLDER;
        run.invocation.course = course;
        run
    }
}
