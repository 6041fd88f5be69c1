//! How the books of a cell are closed.

use crate::scenario::model::Scenario;
use crate::units::SimTime;

use super::super::account_load::AccountLoad;
use super::super::batches::BatchState;
use super::super::cell::Cell;
use super::super::errands::ErrandState;
use super::super::facts::Observer;
use super::super::parts::Parts;
use super::{Asker, DownstreamRemains, PushRemains, QueueRemains, World};

/// A cell that has been simulated.
pub struct Finished<O> {
    /// The observer, with all it has seen.
    pub observer: O,
    /// What was asked of the account.
    pub load: AccountLoad,
    /// What is left.
    pub remains: Remains,
}

/// What is left when a cell has been simulated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remains {
    /// Requests that are still open, counted from what is still in flight or waiting.
    pub open: u64,
    /// Requests of each traffic source that calls functions.
    pub arrived: Vec<u64>,
    /// Environments alive, per function and then per version.
    pub alive: Vec<u64>,
    /// Messages left in each queue.
    pub queues: Vec<QueueRemains>,
    /// Requests that wait in each gateway.
    pub gateways: Vec<u64>,
    /// Calls and connections in each downstream.
    pub downstreams: Vec<DownstreamRemains>,
    /// Records of each stream that are not done with, once for each reader.
    pub streams: Vec<u64>,
    /// What each topic, bucket and event bus was told, and what is on its way.
    pub push_sources: Vec<PushRemains>,
}

impl Remains {
    /// Environments alive of each function with its versions.
    pub fn alive_by_function(&self, scenario: &Scenario, cell: &Cell) -> Vec<u64> {
        let parts = Parts::of(scenario, cell);
        let mut alive = self.alive[..cell.functions.len()].to_vec();
        for (index, environments) in self.alive.iter().enumerate().skip(cell.functions.len()) {
            alive[parts.function_of(index as u32) as usize] += environments;
        }
        alive
    }
}

impl<O: Observer> World<'_, O> {
    /// Tells observers what only shows when somebody looks, and closes the books at `end`, which is the latest
    /// [`Self::natural_end`] of all cells.
    pub fn finish(mut self, end: SimTime) -> Finished<O> {
        self.rest();
        assert!(end >= self.now, "the run ends after its last event");
        self.now = end;
        for function in 0..self.parts.places() {
            let state = &mut self.functions[function as usize];
            state.fleet.finish(end, state.config);
            self.tell_lapses(function);
            self.disconnect_gone(function);
        }
        self.finish_pools(end);
        for queue in 0..self.queues.len() as u32 {
            self.expire_messages(queue);
        }
        self.rest_pollers();
        let open = self.count_open();
        assert_eq!(
            self.offered,
            self.closed + open,
            "requests were lost: seed {}, t = {end}",
            self.scenario.seed,
        );
        let queues: Vec<QueueRemains> =
            (0..self.queues.len() as u32).map(|queue| self.count_messages(queue)).collect();
        // A batch is a request of its poller; in the ledger stand its messages or records.
        let streams = self.count_records();
        let records: u64 = streams.iter().sum();
        let push_sources = self.count_parcels();
        let parcels: u64 = push_sources.iter().map(|source| source.waiting).sum();
        let messages: u64 = queues.iter().map(|queue| queue.open).sum();
        let remains = Remains {
            open: open - self.open_batches() + messages + records + parcels,
            alive: self
                .alive_in_pools()
                .into_iter()
                .zip(&self.functions)
                .map(|(pooled, state)| pooled + state.fleet.alive())
                .collect(),
            queues,
            gateways: self.waiting_in_gateways(),
            arrived: std::mem::take(&mut self.arrived),
            downstreams: self.count_downstreams(),
            streams,
            push_sources,
        };
        Finished { observer: self.observer, load: self.account.into_load(), remains }
    }

    /// Requests that have not ended, counted from what is in flight or waiting.
    fn count_open(&self) -> u64 {
        let mut open = self.calls.iter().filter(|(_, call)| call.is_open()).count() as u64;
        open += self.events.iter().filter(|(_, event)| event.is_open()).count() as u64;
        open += self.passages.iter().filter(|(_, passage)| passage.is_awaited_by_caller()).count() as u64;
        open += self.errands.iter().filter(|errand| errand.state == ErrandState::Asking).count() as u64;
        for state in &self.functions {
            let direct = |asker: Asker| matches!(asker, Asker::Caller | Asker::User { .. });
            let waiting = state.waiting.iter().filter(|waiting| direct(waiting.request.asker)).count();
            let running = state.fleet.running().filter(|run| run.is_live() && direct(run.asker)).count();
            open += (waiting + running) as u64;
        }
        open + self.open_batches()
    }

    /// Batches that run or whose poller tries again.
    fn open_batches(&self) -> u64 {
        let is_open = |state: BatchState| matches!(state, BatchState::Running | BatchState::Retrying);
        let lanes = self.lanes.iter().filter(|lane| lane.is_open).count();
        (self.batches.iter().filter(|batch| is_open(batch.state)).count() + lanes) as u64
    }
}
