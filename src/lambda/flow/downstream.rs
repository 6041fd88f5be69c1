//! Connections of environments to downstreams, and what functions pass on when they are done (S48, S49).

use crate::engine::Rank;
use crate::scenario::model::{Callee, Downstream, DownstreamId, Emission, Function, Mode, Target};

use super::super::downstream::DownstreamDoor;
use super::super::errands::Errand;
use super::super::facts::{Detail, DownstreamChange, Entry, Fact, Observer, Onward, RequestTag};
use super::super::lineage::Lineage;
use super::super::outcome::{EnvironmentAfter, Outcome};
use super::super::retry::LONGEST_CHAIN;
use super::super::source::Given;
use super::function_state::Called;
use super::{Asker, Event, Request, Run, World};

/// One downstream while it is simulated.
pub(super) struct DownstreamState {
    pub door: DownstreamDoor,
    /// Places (functions, versions, provisioned concurrency) whose environments may call it.
    callers: Vec<u32>,
    has_proxy: bool,
    /// The turn of the first that waits is on the agenda.
    pub turn_is_due: bool,
}

/// Calls in progress and connections that are left in a downstream at the end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DownstreamRemains {
    /// Calls that wait.
    pub waiting: u64,
    /// Calls in progress.
    pub talking: u64,
    /// Connections that are open.
    pub connections: u64,
}

impl<'s, O: Observer> World<'s, O> {
    pub(super) fn build_downstreams(&mut self) {
        let scenario = self.scenario;
        for id in &self.cell.downstreams {
            let config: &'s Downstream = &scenario.downstreams[id.0 as usize];
            let callers = (0..self.functions.len() as u32)
                .filter(|place| self.may_call(*place, Callee::Downstream(*id)))
                .collect();
            self.downstreams.push(DownstreamState {
                door: DownstreamDoor::new(config),
                callers,
                has_proxy: config.has_proxy,
                turn_is_due: false,
            });
        }
        for disturbance in &scenario.disturbances {
            // The run lasts until then (S72).
            if let Ok(downstream) = self.cell.downstreams.binary_search(&disturbance.downstream) {
                let begins = Event::Disturbance { downstream: downstream as u32 };
                self.agenda.push(disturbance.at, Rank::Control, begins);
            }
        }
    }

    pub(super) fn local_downstream(&self, id: DownstreamId) -> u32 {
        self.cell.downstreams.binary_search(&id).expect("cells are closed under calls") as u32
    }

    /// Whether environments of a place have code, now or later, that calls `callee`: provisioned concurrency of an alias gets
    /// that of any version.
    fn may_call(&self, place: u32, callee: Callee) -> bool {
        let calls =
            |config: &crate::scenario::model::Function| config.calls.iter().any(|call| call.to == callee);
        calls(self.functions[place as usize].config)
            || self.versions_of_pool(place).iter().any(|version| calls(&version.config))
    }

    /// Whether the environment of an errand has its connections to a downstream, or gets them now.
    pub(super) fn is_connected(&mut self, errand: u32, downstream: u32, count: u32) -> bool {
        if count == 0 || self.downstreams[downstream as usize].has_proxy {
            return true;
        }
        let Errand { function, place, environment, .. } = *self.errands.at(errand);
        let serial = self.functions[place as usize].fleet.serial(environment);
        let known = self.connections.get(&(place, serial));
        if known.is_some_and(|open| open.iter().any(|(to, _)| *to == downstream)) {
            return true;
        }
        self.settle_connections(downstream);
        if !self.downstreams[downstream as usize].door.connects(count) {
            return false;
        }
        self.connections.entry((place, serial)).or_default().push((downstream, count));
        self.tell_downstream(downstream, function, DownstreamChange::Connected { count });
        true
    }

    /// Environments that have left by now have let go of their connections.
    fn settle_connections(&mut self, downstream: u32) {
        for index in 0..self.downstreams[downstream as usize].callers.len() {
            let place = self.downstreams[downstream as usize].callers[index];
            let now = self.now;
            let state = &mut self.functions[place as usize];
            state.fleet.catch_up(now, state.config);
            self.tell_lapses_of_place(place);
            self.disconnect_gone(place);
        }
    }

    /// Connections of environments that are known to have left are closed.
    pub(super) fn disconnect_gone(&mut self, place: u32) {
        while let Some((serial, at)) = self.functions[place as usize].gone.pop() {
            self.disconnect(place, serial, at);
        }
    }

    fn disconnect(&mut self, place: u32, serial: u64, at: crate::units::SimTime) {
        let function = self.function_of_place(place);
        for (downstream, count) in self.connections.remove(&(place, serial)).unwrap_or_default() {
            self.downstreams[downstream as usize].door.disconnect(count);
            self.tell_downstream(downstream, function, DownstreamChange::Disconnected { count, at });
        }
    }

    /// An invocation, in an environment of this place and configuration, of a function that has to do with others has ended.
    pub(super) fn leave_traces(&mut self, place: u32, serial: u64, config: &'s Function, run: Run) {
        self.decrypt_for_successors(place);
        let outcome = run.invocation.course.outcome;
        if outcome.environment_after() != EnvironmentAfter::Warm {
            // Its memory is lost, and with it what was connected (S18).
            self.disconnect(place, serial, self.now);
        }
        if outcome == Outcome::Succeeded {
            self.send_on(config, &run);
        }
        self.send_logs(&run);
    }

    /// What an invocation that succeeded passes on, once for each of its records.
    fn send_on(&mut self, config: &'s Function, run: &Run) {
        let function = run.invocation.request.function;
        if config.emits.is_empty() {
            return;
        }
        let lineage = self.lineage_through(run.asker, function);
        let (first, records) = self.records_of(run);
        for ordinal in first..first + u64::from(records) {
            for (index, emission) in config.emits.iter().enumerate() {
                let source = &mut self.sources[run.invocation.source as usize];
                if source.emits(emission.probability, ordinal, run.invocation.run, index as u32) {
                    self.emit(run.invocation.request, emission, lineage);
                }
            }
        }
    }

    /// The ordinals of what an invocation works on without an error: the first of them, and how many.
    pub(super) fn records_of(&self, run: &Run) -> (u64, u32) {
        match run.asker {
            Asker::Batch { batch } => {
                let place = self.batches.at(batch);
                let queue = self.mappings[place.mapping as usize].queue;
                let in_order = self.queues[queue as usize].config.is_fifo();
                (place.first_record, place.sound(in_order))
            }
            Asker::Lane { lane } => self.sound_records(lane),
            _ => (run.invocation.ordinal, 1),
        }
    }

    fn emit(&mut self, from: RequestTag, emission: &Emission, lineage: Lineage) {
        if O::DETAILED && !matches!(emission.to, Target::Function(_)) {
            self.tell(Fact::Detail(Detail::Emitted { request: from, to: emission.to }));
        }
        match emission.to {
            Target::Queue(id) => {
                let queue = self.local_queue(id);
                self.send_in_chain(queue, Entry::Emitted, true, lineage);
            }
            Target::Push(id) => {
                let source = self.local_push(id);
                self.publish(source, 1, false, lineage);
            }
            Target::Stream(id) => {
                let stream = self.local_stream(id);
                self.records_arrive(stream, 1);
            }
            Target::Function(id) => {
                let function = self.local(id);
                let source = self.onward_source(from.function, (function, emission.qualifier));
                self.pass_event((from, Onward::Emission), function, source, lineage);
            }
        }
    }

    /// A message of a chain; one that would come through the same function too often is not sent (F 3.5).
    pub(super) fn send_in_chain(&mut self, queue: u32, entry: Entry, is_offered: bool, lineage: Lineage) {
        if !self.stops_loop(queue, lineage) {
            self.put(queue, 1, entry, is_offered, lineage);
        }
    }

    /// Whether a message of this chain would come through a reader of the queue too often; that is told.
    pub(super) fn stops_loop(&mut self, queue: u32, lineage: Lineage) -> bool {
        let readers = &self.queues[queue as usize].readers;
        let mut functions = readers.iter().map(|mapping| self.mappings[*mapping as usize].function);
        let stopped =
            functions.find(|function| self.lineages.invocations(lineage, *function) >= LONGEST_CHAIN);
        if let Some(function) = stopped {
            self.tell(Fact::RecursionStopped { function });
        }
        stopped.is_some()
    }

    /// A new asynchronous event that another function has caused.
    pub(super) fn pass_event(
        &mut self,
        (from, why): (RequestTag, Onward),
        function: u32,
        source: u32,
        lineage: Lineage,
    ) {
        let ordinal = self.sources[source as usize].next_ordinal();
        self.offered += 1;
        let tag = RequestTag { function, number: self.offered, born: self.now };
        self.open(tag, Mode::Async);
        if O::DETAILED {
            self.tell(Fact::Detail(Detail::PassedOn { request: from, onward: tag, why }));
        }
        let (given, asker) = (Given::default(), Asker::Caller);
        let request = Request { tag, source, ordinal, attempt: 0, run: 0, given, asker };
        self.accept_event(request, lineage);
    }

    /// The source of what `from` causes in the function `to`.
    pub(super) fn onward_source(&self, from: u32, to: Called) -> u32 {
        let onward = &self.functions[from as usize].onward;
        onward.iter().find(|(known, _)| *known == to).expect("everything passed on has a source").1
    }

    /// What is left in each downstream, counted from the errands and the connections.
    pub(super) fn count_downstreams(&self) -> Vec<DownstreamRemains> {
        let mut remains = vec![DownstreamRemains::default(); self.downstreams.len()];
        for errand in self.errands.iter() {
            match errand.state {
                super::ErrandState::Waiting(downstream) => remains[downstream as usize].waiting += 1,
                super::ErrandState::Talking(downstream) => remains[downstream as usize].talking += 1,
                _ => {}
            }
        }
        for (downstream, count) in self.connections.values().flatten() {
            remains[*downstream as usize].connections += u64::from(*count);
        }
        for (state, remains) in self.downstreams.iter().zip(&remains) {
            assert_eq!(u64::from(state.door.busy()), remains.talking, "calls in progress");
            assert_eq!(u64::from(state.door.connections()), remains.connections, "connections");
        }
        remains
    }
}
