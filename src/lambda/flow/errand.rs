//! What an invocation does outside, call after call: downstreams (S48) and other functions (S49).

use crate::engine::Rank;
use crate::scenario::model::{Callee, DisturbanceKind, Mode, OutgoingCall, Way};
use crate::units::{SimDuration, SimTime};

use super::super::downstream::{Entrance, Refusal, Waiting};
use super::super::errands::{Errand, ErrandState};
use super::super::facts::{DownstreamChange, DownstreamFact, ErrandStep, Fact, Observer, RequestTag};
use super::super::lineage::Lineage;
use super::super::outcome::{Fate, Outcome};
use super::super::retry::LONGEST_CHAIN;
use super::super::source::Given;
use super::invoke::Admission;
use super::{Asker, Event, Request, World};

impl<'s, O: Observer> World<'s, O> {
    /// The handler's own part is over, and its calls begin.
    pub(super) fn errand_begins(&mut self, place: u32, environment: u32) {
        let state = &self.functions[place as usize];
        let run = *state.fleet.run(environment);
        let function = run.invocation.request.function;
        let began = run.invocation.admitted + run.invocation.course.placement + run.invocation.course.init;
        let deadline = began + state.config_of(environment).timeout;
        let lineage = self.lineage_through(run.asker, function);
        let errand = self.errands.open(Errand {
            receipt: 0,
            state: ErrandState::OnTheWay,
            function,
            place,
            environment,
            step: 0,
            began,
            deadline,
            since: self.now,
            asked: RequestTag { function, number: 0, born: self.now },
            lineage,
        });
        self.next_call(errand);
    }

    /// The chain that an invocation of `function` for this asker belongs to, itself included.
    pub(super) fn lineage_through(&mut self, asker: Asker, function: u32) -> Lineage {
        let before = match asker {
            Asker::Caller
            | Asker::User { .. }
            | Asker::Call { .. }
            | Asker::Gateway { .. }
            | Asker::Lane { .. } => Lineage::NEW,
            Asker::Event { event } => self.events.at(event).lineage,
            Asker::Batch { batch } => self.batches.at(batch).lineage(),
            Asker::Errand { errand } => self.errands.at(errand).lineage,
        };
        self.lineages.through(before, function)
    }

    fn next_call(&mut self, errand: u32) {
        let call = loop {
            let Some(call) = self.current_call(errand) else {
                return self.errand_ends(errand, Outcome::Succeeded);
            };
            match call.to {
                Callee::Receiver(emission) if !self.will_emit(errand, emission) => {
                    self.errands.at_mut(errand).step += 1;
                }
                _ => break call,
            }
        };
        let obstacle = self.obstacle_of(errand, call);
        if (obstacle.is_some() || call.way != Way::Direct) && !self.leaves(errand, call, obstacle) {
            return;
        }
        match call.to {
            Callee::Receiver(_) => {
                self.errands.at_mut(errand).step += 1;
                self.next_call(errand);
            }
            Callee::Downstream(id) => {
                let downstream = self.local_downstream(id);
                self.call_downstream(errand, downstream, call.connections);
            }
            Callee::Function(_) => {
                let way = self.draw_call_latency(errand);
                self.errands.at_mut(errand).state = ErrandState::OnTheWay;
                if way == SimDuration::ZERO {
                    self.ask_function(errand);
                } else {
                    self.go_on_after(errand, Some(way));
                }
            }
        }
    }

    /// Whether the invocation of an errand will pass something on by this emission if it succeeds.
    fn will_emit(&mut self, errand: u32, emission: u32) -> bool {
        let Errand { place, environment, .. } = *self.errands.at(errand);
        let state = &self.functions[place as usize];
        let probability = state.config_of(environment).emits[emission as usize].probability;
        let run = *state.fleet.run(environment);
        let (first, records) = self.records_of(&run);
        let source = &mut self.sources[run.invocation.source as usize];
        (first..first + u64::from(records))
            .any(|ordinal| source.emits(probability, ordinal, run.invocation.run, emission))
    }

    /// The call that an errand is about, by the configuration that its environment was created with.
    fn current_call(&self, errand: u32) -> Option<&'s OutgoingCall> {
        let Errand { place, environment, step, .. } = *self.errands.at(errand);
        self.functions[place as usize].config_of(environment).calls.get(step as usize)
    }

    /// How long the current call takes, drawn for its request.
    fn draw_call_latency(&mut self, errand: u32) -> SimDuration {
        let call = self.current_call(errand).expect("a call is being made");
        let Errand { place, environment, step, .. } = *self.errands.at(errand);
        let run = *self.functions[place as usize].fleet.run(environment);
        let source = &mut self.sources[run.invocation.source as usize];
        source.call_latency(&call.latency, run.invocation.ordinal, run.invocation.run, step)
    }

    /// The current call ends after `span`, unless the function timeout comes first; `None` never ends.
    pub(super) fn go_on_after(&mut self, errand: u32, span: Option<SimDuration>) {
        let place = self.errands.at(errand);
        let (receipt, deadline) = (place.receipt, place.deadline);
        match span.map(|span| self.now + span).filter(|at| *at <= deadline) {
            Some(at) => self.agenda.push(at, Rank::Completion, Event::ErrandGoesOn { errand, receipt }),
            None => self.watch_deadline(errand),
        }
    }

    fn watch_deadline(&mut self, errand: u32) {
        let place = self.errands.at(errand);
        let event = Event::ErrandTimesOut { errand, receipt: place.receipt };
        self.agenda.push(place.deadline, Rank::Completion, event);
    }

    fn call_downstream(&mut self, errand: u32, downstream: u32, connections: u32) {
        let place = *self.errands.at(errand);
        self.tell_downstream(downstream, place.function, DownstreamChange::Called);
        self.tell_errand(errand, ErrandStep::Calls { downstream });
        let outage = self.outage(downstream);
        if outage == Some(false) {
            return self.downstream_refuses(errand, downstream, Refusal::Outage);
        }
        self.errands.at_mut(errand).since = self.now;
        if outage == Some(true) {
            // No answer comes, not even a refusal.
            self.errands.at_mut(errand).state = ErrandState::Waiting(downstream);
            self.tell_downstream(downstream, place.function, DownstreamChange::Queued);
            self.tell_errand(errand, ErrandStep::Queued { downstream });
            return self.watch_deadline(errand);
        }
        if !self.is_connected(errand, downstream, connections) {
            return self.downstream_refuses(errand, downstream, Refusal::Connections);
        }
        let call = Waiting { errand, receipt: place.receipt };
        match self.downstreams[downstream as usize].door.enter(self.now, call) {
            Entrance::Begins => self.downstream_serves(errand, downstream),
            Entrance::Refused(refusal) => self.downstream_refuses(errand, downstream, refusal),
            Entrance::Waits => {
                self.errands.at_mut(errand).state = ErrandState::Waiting(downstream);
                self.tell_downstream(downstream, place.function, DownstreamChange::Queued);
                self.tell_errand(errand, ErrandStep::Queued { downstream });
                self.watch_deadline(errand);
                self.watch_turn(downstream);
            }
        }
    }

    fn downstream_refuses(&mut self, errand: u32, downstream: u32, refusal: Refusal) {
        let function = self.errands.at(errand).function;
        self.tell_downstream(downstream, function, DownstreamChange::Refused(refusal));
        self.tell_errand(errand, ErrandStep::Refused { downstream, refusal });
        self.errand_ends(errand, Outcome::HandlerError);
    }

    fn downstream_serves(&mut self, errand: u32, downstream: u32) {
        let latency = self.draw_call_latency(errand) + self.slowness(downstream);
        let now = self.now;
        let place = self.errands.at_mut(errand);
        place.state = ErrandState::Talking(downstream);
        let (function, waited) = (place.function, now.since(place.since));
        place.since = now;
        self.tell_downstream(downstream, function, DownstreamChange::Began { waited });
        self.tell_errand(errand, ErrandStep::Began { downstream, waited });
        self.go_on_after(errand, Some(latency));
    }

    /// Those that wait take what is free.
    fn serve_queue_of(&mut self, downstream: u32) {
        loop {
            let Self { downstreams, errands, now, .. } = self;
            let is_alive = |waiting: Waiting| errands.is_current(waiting.errand, waiting.receipt);
            let Some(next) = downstreams[downstream as usize].door.next(*now, is_alive) else { break };
            self.downstream_serves(next.errand, downstream);
        }
        self.watch_turn(downstream);
    }

    /// The first that waits is kept by the rate: it begins when that has a token.
    fn watch_turn(&mut self, downstream: u32) {
        let now = self.now;
        let state = &mut self.downstreams[downstream as usize];
        if let Some(at) = state.door.next_turn(now).filter(|at| *at > now)
            && !std::mem::replace(&mut state.turn_is_due, true)
        {
            self.agenda.push(at, Rank::Timer, Event::DownstreamTurn { downstream });
        }
    }

    pub(super) fn downstream_turn(&mut self, downstream: u32) {
        self.downstreams[downstream as usize].turn_is_due = false;
        self.serve_queue_of(downstream);
    }

    /// A call has ended, or has reached the function that it asks.
    pub(super) fn errand_goes_on(&mut self, errand: u32, receipt: u32) {
        if !self.errands.is_current(errand, receipt) {
            return;
        }
        match self.errands.at(errand).state {
            ErrandState::Talking(downstream) => {
                self.leave_downstream(errand, downstream, true);
                self.errands.at_mut(errand).step += 1;
                self.errands.at_mut(errand).state = ErrandState::OnTheWay;
                self.next_call(errand);
            }
            ErrandState::OnTheWay => self.ask_function(errand),
            ErrandState::Hanging => self.errand_ends(errand, Outcome::HandlerError),
            ErrandState::Waiting(_) | ErrandState::Asking | ErrandState::Orphaned | ErrandState::Over => {
                unreachable!("nothing else goes on by itself")
            }
        }
    }

    fn leave_downstream(&mut self, errand: u32, downstream: u32, is_done: bool) {
        let place = self.errands.at(errand);
        let (function, latency) = (place.function, self.now.since(place.since));
        let (change, step) = if is_done {
            (DownstreamChange::Ended { latency }, ErrandStep::Answered { downstream, latency })
        } else {
            (DownstreamChange::Abandoned, ErrandStep::CutOff { downstream })
        };
        self.tell_downstream(downstream, function, change);
        self.tell_errand(errand, step);
        self.downstreams[downstream as usize].door.leave();
        self.serve_queue_of(downstream);
    }

    /// The function timeout ends the invocation while a call is under way.
    pub(super) fn errand_times_out(&mut self, errand: u32, receipt: u32) {
        if !self.errands.is_current(errand, receipt) {
            return;
        }
        let place = *self.errands.at(errand);
        match place.state {
            ErrandState::Waiting(downstream) => {
                self.tell_downstream(downstream, place.function, DownstreamChange::GaveUpWaiting);
                self.tell_errand(errand, ErrandStep::CutOff { downstream });
            }
            ErrandState::Talking(downstream) => self.leave_downstream(errand, downstream, false),
            // What it has asked for goes on without it.
            ErrandState::Asking => {
                self.tell_errand(errand, ErrandStep::Abandons { asked: place.asked });
                self.close(place.asked, Mode::Sync, Fate::ClientTimeout);
            }
            ErrandState::OnTheWay | ErrandState::Hanging => {}
            ErrandState::Orphaned | ErrandState::Over => unreachable!("its receipt is another"),
        }
        self.errand_ends(errand, Outcome::TimedOut);
    }

    /// The invocation ends, with its calls or because of them.
    pub(super) fn errand_ends(&mut self, errand: u32, outcome: Outcome) {
        let Errand { place, environment, began, .. } = *self.errands.at(errand);
        self.errands.close(errand);
        let run = self.functions[place as usize].fleet.run_mut(environment);
        run.invocation.course.duration = self.now.since(began);
        run.invocation.course.outcome = outcome;
        self.end_invocation(place, environment);
    }

    /// A synchronous call to another function: the caller waits, and is billed while it does.
    fn ask_function(&mut self, errand: u32) {
        let place = *self.errands.at(errand);
        let Some(OutgoingCall { to: Callee::Function(id), qualifier, .. }) = self.current_call(errand) else {
            unreachable!("only calls of functions are on the way")
        };
        let function = self.local(*id);
        if self.lineages.invocations(place.lineage, function) >= LONGEST_CHAIN {
            self.tell(Fact::RecursionStopped { function });
            self.tell_errand(errand, ErrandStep::LoopStopped { function });
            return self.errand_ends(errand, Outcome::HandlerError);
        }
        let source = self.onward_source(place.function, (function, *qualifier));
        let ordinal = self.sources[source as usize].next_ordinal();
        self.offered += 1;
        let tag = RequestTag { function, number: self.offered, born: self.now };
        self.open(tag, Mode::Sync);
        let (given, asker) = (Given::default(), Asker::Errand { errand });
        match self.attempt(Request { tag, source, ordinal, attempt: 0, run: 0, given, asker }) {
            Admission::Admitted(end) => {
                let waits = self.errands.at_mut(errand);
                (waits.state, waits.asked) = (ErrandState::Asking, tag);
                self.tell_errand(errand, ErrandStep::Asks { asked: tag });
                if end.is_none_or(|end| end > place.deadline) {
                    self.watch_deadline(errand);
                }
            }
            Admission::Refused(_) => {
                self.tell_errand(errand, ErrandStep::TurnedAway { asked: tag });
                self.close(tag, Mode::Sync, Fate::Throttled);
                self.errand_ends(errand, Outcome::HandlerError);
            }
            Admission::Failed(_) => {
                self.tell_errand(errand, ErrandStep::TurnedAway { asked: tag });
                self.close(tag, Mode::Sync, Fate::ServiceError);
                self.errand_ends(errand, Outcome::HandlerError);
            }
        }
    }

    /// A function that was asked has ended; its caller may have ended before.
    pub(super) fn errand_hears(&mut self, errand: u32, tag: RequestTag, outcome: Outcome) {
        if self.errands.at(errand).state == ErrandState::Orphaned {
            return self.errands.free(errand);
        }
        self.close(tag, Mode::Sync, Fate::of_answer(outcome));
        self.tell_errand(errand, ErrandStep::Heard { asked: tag, outcome });
        let place = self.errands.at_mut(errand);
        place.state = ErrandState::OnTheWay;
        if outcome == Outcome::Succeeded {
            place.step += 1;
            self.next_call(errand);
        } else {
            self.errand_ends(errand, Outcome::HandlerError);
        }
    }

    pub(super) fn tell_downstream(&mut self, downstream: u32, function: u32, change: DownstreamChange) {
        self.tell(Fact::Downstream(DownstreamFact { downstream, function, change }));
    }

    /// Something begins to be not as usual: with an outage, those that wait for their turn have waited in vain.
    pub(super) fn disturbance_begins(&mut self, downstream: u32) {
        let Some(hangs) = self.outage(downstream) else { return };
        for Waiting { errand, receipt } in self.downstreams[downstream as usize].door.send_away() {
            if !hangs && self.errands.is_current(errand, receipt) {
                self.downstream_refuses(errand, downstream, Refusal::Outage);
            }
        }
    }

    /// Whether a downstream is out of order, and if so whether calls hang.
    fn outage(&self, downstream: u32) -> Option<bool> {
        self.disturbances_of(downstream).find_map(|kind| match kind {
            DisturbanceKind::Outage { hangs } => Some(hangs),
            DisturbanceKind::Slow { .. } => None,
        })
    }

    fn slowness(&self, downstream: u32) -> SimDuration {
        let added = self.disturbances_of(downstream).map(|kind| match kind {
            DisturbanceKind::Slow { by } => by,
            DisturbanceKind::Outage { .. } => SimDuration::ZERO,
        });
        added.fold(SimDuration::ZERO, |sum, by| sum + by)
    }

    fn disturbances_of(&self, downstream: u32) -> impl Iterator<Item = DisturbanceKind> {
        let id = self.cell.downstreams[downstream as usize];
        let now: SimTime = self.now;
        let all = self.scenario.disturbances.iter();
        all.filter(move |one| one.downstream == id && one.at <= now && now < one.until).map(|one| one.kind)
    }
}
