//! Requests that take whichever environment is free first (S11 switched off): the environment they started, or one
//! that another request has finished with.

use crate::engine::Rank;
use crate::scenario::model::Function;
use crate::units::{SimDuration, SimTime};

use super::super::course::{Course, Preparation};
use super::super::facts::{Fact, Observer, Started};
use super::super::fleet::ColdStartDraw;
use super::super::meter::Consumption;
use super::super::outcome::{EnvironmentAfter, Outcome};
use super::super::parts::Served;
use super::{Event, Request, Run, World};

/// A request whose environment is not known yet.
#[derive(Clone, Copy, Debug)]
pub(super) struct WaitingRequest {
    pub request: Request,
    admitted: SimTime,
    /// The course in the environment that was created for it, if it ends up there.
    own: Course,
    own_environment: u32,
}

impl<O: Observer> World<'_, O> {
    /// Creates an environment whose Init the request need not wait for.
    pub(super) fn begin_init_for_anybody(&mut self, request: &Request) {
        let function = request.tag.function;
        let (environment, draw) = self.create_environment(function, request.given.init);
        let own = self.plan_cold(request, environment, draw);
        let (now, state) = (self.now, &mut self.functions[function as usize]);
        // How the Init turned out, should its own request have left by then.
        state.fleet.set_run(environment, Run::placeholder_with(own));
        let (in_flight, serial) = (state.concurrency.in_flight(), state.fleet.serial(environment));
        state.waiting.push_back(WaitingRequest {
            request: *request,
            admitted: now,
            own,
            own_environment: environment,
        });
        let ready = match draw {
            ColdStartDraw::Phases(_) => now + own.placement + own.init,
            ColdStartDraw::Whole(_) => now,
        };
        self.agenda.push(ready, Rank::Completion, Event::InitEnd { function, environment });
        self.tell(Fact::Started(Started {
            request: request.tag,
            mode: request.asker.mode(),
            cold: true,
            idle_since: None,
            environment: serial,
            in_flight,
            served: Served::WHOLE,
        }));
    }

    /// An Init ends: the environment serves its own request if that still waits, else the longest-waiting one, else
    /// it becomes idle.
    pub(super) fn end_init(&mut self, function: u32, environment: u32) {
        let now = self.now;
        let state = &mut self.functions[function as usize];
        let config = state.config_of(environment);
        let environment_init = state.fleet.init(environment).min(self.scenario.platform.init_limit);
        let after = after_lonely_init(&state.fleet.run(environment).invocation.course);
        let own = state.waiting.iter().position(|waiting| waiting.own_environment == environment);
        if let Some(place) = own {
            let waiting = state.waiting.remove(place).expect("it was found there");
            let run = self.run_of(&waiting.request, true, waiting.own).admitted_at(waiting.admitted);
            self.functions[function as usize].fleet.set_run(environment, run);
            let end = waiting.admitted + waiting.own.total();
            let next = self.functions[function as usize].after_handler(
                environment,
                function,
                run.invocation.course.outcome,
            );
            self.agenda.push(end.max(now), Rank::Completion, next);
            if waiting.own.suppressed_init > SimDuration::ZERO {
                self.second_init(function);
            }
        } else if state.waiting.is_empty() || after == EnvironmentAfter::Destroyed {
            state.fleet.release(environment, now, after, state.config);
            self.account.end(now, &mut state.concurrency);
            self.tell_let_go(function, config, environment_init);
            self.tell_lapses(function);
        } else {
            self.tell_let_go(function, config, environment_init);
            let first_invoke = SimDuration::ZERO;
            let preparation = match after {
                EnvironmentAfter::Reset => {
                    self.second_init(function);
                    let init = self.functions[function as usize].fleet.init(environment);
                    Preparation::SuppressedInit { init, first_invoke }
                }
                EnvironmentAfter::Warm | EnvironmentAfter::Destroyed => Preparation::Warm { first_invoke },
            };
            self.serve_waiting(function, environment, preparation);
        }
    }

    fn tell_let_go(&mut self, function: u32, config: &Function, init: SimDuration) {
        let consumption = Consumption::of_init(init, config, &self.scenario.platform);
        self.tell(Fact::LetGo { function, arch: config.arch, consumption });
    }

    /// A free environment goes to the request that has waited longest. The environment stays busy, so no
    /// concurrency is released or taken.
    pub(super) fn serve_waiting(&mut self, function: u32, environment: u32, preparation: Preparation) {
        let now = self.now;
        let state = &mut self.functions[function as usize];
        let waiting = state.waiting.pop_front().expect("somebody waits");
        let mut course = self.plan(&waiting.request, environment, preparation, None);
        let end = now + course.duration;
        // The wait for this environment is part of the latency, as placement is; nothing of it is billed here.
        course.placement = now.since(waiting.admitted);
        let run = self.run_of(&waiting.request, true, course).admitted_at(waiting.admitted);
        let state = &mut self.functions[function as usize];
        state.fleet.set_run(environment, run);
        let next = state.after_handler(environment, function, run.invocation.course.outcome);
        self.agenda.push(end, Rank::Completion, next);
        self.tell(Fact::Held { function });
    }
}

/// What an environment is worth whose Init ended without its own request: a failed one is gone, and one whose Init was cut
/// at the limit does it again inside its first invoke (S15).
fn after_lonely_init(own: &Course) -> EnvironmentAfter {
    if own.outcome == Outcome::InitFailed {
        EnvironmentAfter::Destroyed
    } else if own.suppressed_init > SimDuration::ZERO {
        EnvironmentAfter::Reset
    } else {
        EnvironmentAfter::Warm
    }
}
