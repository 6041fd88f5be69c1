//! Attempts of functions for which Lambda may fail to start an environment: states, role, network, key (S27 to S29, S67).

use std::collections::BTreeMap;

use crate::scenario::model::{Callee, CustomerKey, Obstacle, OutgoingCall, Way};
use crate::units::SimTime;

use super::super::errands::ErrandState;
use super::super::facts::{ErrandStep, ExitChange, ExitFact, Fact, FaultFact, Observer};
use super::super::fault::Fault;
use super::super::network;
use super::super::outcome::Outcome;
use super::super::parts::Served;
use super::invoke::Admission;
use super::{Request, World};

/// What Lambda knows of a function that may be Pending.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Wakefulness {
    /// Its latest attempt that found it Active.
    called: SimTime,
    /// It is Pending until then, after it was Inactive.
    pending_until: SimTime,
    /// The snapshot of its code is being made until then.
    snapshot_until: SimTime,
}

impl<'s, O: Observer> World<'s, O> {
    /// As `attempt`, of a function that may have no environment started: in the order of S30, and the service's own errors
    /// where an environment would be made.
    #[inline(never)]
    pub(super) fn attempt_surrounded(&mut self, request: Request) -> Admission {
        let (now, function) = (self.now, request.tag.function);
        if O::DETAILED {
            self.tell_considered(&request, function);
        }
        if let Some(fault) = self.fault_of_state(function) {
            return self.fail(&request, Served::WHOLE, fault);
        }
        let choice = self.scenario.assumptions.environment_choice;
        let state = &mut self.functions[function as usize];
        let taken = match state.within_limits(now, &mut self.account) {
            Ok(()) => state.fleet.take(now, state.config, choice),
            Err(cause) => return self.refuse(request, Served::WHOLE, cause),
        };
        self.tell_lapses(function);
        if let Some(taken) = taken {
            if let Some(fault) = self.fault_of_reset(function, &taken) {
                return self.fail(&request, Served::WHOLE, fault);
            }
            let state = &mut self.functions[function as usize];
            state.start(now, &mut self.account);
            let Self { functions, sources, agenda, observer, scenario, .. } = self;
            let state = &mut functions[function as usize];
            let source = &mut sources[request.source as usize];
            let end = state.begin_warm(&request, source, taken, scenario, agenda, observer);
            return Admission::Admitted((!state.makes_calls).then_some(end));
        }
        let state = &mut self.functions[function as usize];
        if let Err(cause) = state.pay_for_environment(now, &mut self.account) {
            return self.refuse(request, Served::WHOLE, cause);
        }
        if let Some(fault) = self.fault_of_environment(function) {
            return self.fail(&request, Served::WHOLE, fault);
        }
        self.functions[function as usize].start(now, &mut self.account);
        self.begin_in_new_environment(request)
    }

    /// An attempt that the service cannot serve.
    pub(super) fn fail(&mut self, request: &Request, served: Served, fault: Fault) -> Admission {
        self.tell(Fact::Faulted(FaultFact {
            request: request.tag,
            mode: request.asker.mode(),
            attempt: request.attempt,
            fault,
            served,
        }));
        Admission::Failed(fault)
    }

    /// What the state of the function says against an invocation (S67).
    pub(super) fn fault_of_state(&mut self, function: u32) -> Option<Fault> {
        let now = self.now;
        let state = &mut self.functions[function as usize];
        let around = &state.config.surroundings;
        if let Some(created) = around.created {
            if now < created.at {
                return Some(Fault::FunctionNotFound);
            }
            if now < created.active {
                let restores = around.snapshot.is_some();
                return Some(if restores { Fault::SnapshotNotReady } else { Fault::FunctionPending });
            }
        }
        if now < state.wakefulness.snapshot_until {
            return Some(Fault::SnapshotNotReady);
        }
        let inactivity = around.inactive?;
        let wakefulness = &mut state.wakefulness;
        if now < wakefulness.pending_until {
            return Some(Fault::FunctionPending);
        }
        // Fourteen days are counted from when it was made, if nobody has called since.
        let made = around.created.map_or(SimTime::ZERO, |created| created.active);
        let was_called = std::mem::replace(&mut wakefulness.called, now).max(made);
        if now.since(was_called) < inactivity.after {
            return None;
        }
        wakefulness.pending_until = now + inactivity.pending;
        Some(Fault::FunctionInactive)
    }

    /// Other code or configuration is a new version, and with `SnapStart` it answers when its snapshot is made (S108).
    pub(super) fn publish_version(&mut self, function: u32) {
        let now = self.now;
        let state = &mut self.functions[function as usize];
        if let Some(takes) = state.config.surroundings.snapshot {
            state.wakefulness.snapshot_until = now + takes;
            state.may_fail = true;
        }
    }

    /// What keeps a new environment of the place from starting.
    pub(super) fn fault_of_environment(&mut self, place: u32) -> Option<Fault> {
        let around = &self.functions[place as usize].config.surroundings;
        if around.role_is_gone {
            return Some(Fault::RoleNotAssumable);
        }
        if let Some(vpc) = around.vpc.as_ref().filter(|vpc| vpc.can_run_out()) {
            let alive = self.alive_in(&vpc.name);
            if let Err(fault) = network::room_for_another(vpc, alive) {
                return Some(fault);
            }
        }
        self.decrypt(place)
    }

    /// Environments of all functions of a VPC, by their set of security groups.
    fn alive_in(&mut self, vpc: &str) -> BTreeMap<&'s [String], u64> {
        let now = self.now;
        let mut alive = BTreeMap::new();
        for place in 0..self.functions.len() as u32 {
            let state = &mut self.functions[place as usize];
            let own = state.config.surroundings.vpc.as_ref().filter(|own| own.name == vpc);
            if let Some(own) = own {
                state.fleet.catch_up(now, state.config);
                *alive.entry(&own.security_groups[..]).or_default() += state.fleet.alive();
                self.tell_lapses_of_place(place);
            }
        }
        alive
    }

    /// What stands in the way of the current call of an errand now: the state of a key is the key's, whichever version
    /// decrypts with it.
    pub(super) fn obstacle_of(&self, errand: u32, call: &OutgoingCall) -> Option<Obstacle> {
        let place = self.errands.at(errand).place;
        let is_key_service = |key: &CustomerKey| call.to == Callee::Downstream(key.service);
        let key = self.functions[place as usize].config.surroundings.key.as_ref();
        match call.obstacle {
            None | Some(Obstacle::Key(_)) if key.is_some_and(is_key_service) => {
                self.unusable_key(place).map(Obstacle::Key)
            }
            other => other,
        }
    }

    /// The way out of the current call of an errand; `false` when the call ends there.
    pub(super) fn leaves(&mut self, errand: u32, call: &OutgoingCall, obstacle: Option<Obstacle>) -> bool {
        let function = self.errands.at(errand).function;
        let Some(obstacle) = obstacle else {
            if call.way != Way::Direct {
                let change = ExitChange::Passed { way: call.way, bytes: call.data.count() };
                self.tell(Fact::Exit(ExitFact { function, change }));
            }
            return true;
        };
        self.tell(Fact::Exit(ExitFact { function, change: ExitChange::Blocked(obstacle) }));
        self.tell_errand(errand, ErrandStep::Blocked { obstacle });
        match obstacle {
            Obstacle::NoRoute => {
                // No answer comes, not even a refusal: the packets are dropped.
                self.errands.at_mut(errand).state = ErrandState::Hanging;
                self.go_on_after(errand, Some(call.connect_timeout));
            }
            Obstacle::AccessDenied | Obstacle::Key(_) => self.errand_ends(errand, Outcome::HandlerError),
        }
        false
    }
}
