//! The order of steps: what each event of the agenda sets in motion.
//!
//! [`World`] holds the parts and dispatches; it decides nothing. One file per chain of steps:
//! `arrive` → `invoke` → (`synchronous`, `call`, `asynchronous`), and `control`.

mod admission;
mod arrive;
mod asynchronous;
mod call;
mod closing;
mod consumers;
mod control;
mod decryption;
mod deployment;
mod downstream;
mod errand;
mod event;
mod function_state;
mod gateway;
mod invoke;
mod journey;
mod logs;
mod parts;
mod pollers;
mod polling;
mod provisioning;
mod push;
mod queue;
mod reading;
mod request;
mod stream;
mod surroundings;
mod waiting;

use std::collections::BTreeMap;

use crate::engine::{Agenda, Arena, Rank};
use crate::random::Stream;
use crate::scenario::model::{Client, Function, FunctionId, Mode, QueueId, Scenario};
use crate::traffic::ArrivalStream;
use crate::units::SimTime;

use super::account::{Account, AccountLimits};
use super::batches::{Batches, Held};
use super::cell::Cell;
use super::client::QuotaTokens;
use super::errands::{ErrandState, Errands};
use super::facts::{Fact, Observer, RequestTag};
use super::lineage::Lineages;
use super::messages::Messages;
use super::outcome::Fate;
use super::parts::Parts;
use super::rate_limiter::RateLimiter;
use super::shard_reads::ShardReads;
use super::source::Source;

use asynchronous::AsyncEvent;
use call::Call;
pub use closing::{Finished, Remains};
use deployment::DeploymentState;
pub use downstream::DownstreamRemains;
use downstream::DownstreamState;
use event::Event;
use function_state::FunctionState;
use gateway::{GatewayState, Passage};
use logs::Logged;
use parts::{Caller, Route};
use polling::MappingState;
use provisioning::Pool;
pub use push::PushRemains;
use push::{Parcel, PushState};
pub use queue::QueueRemains;
use queue::{Feed, QueueState};
use request::{Asker, Request, Run};
use stream::{ConsumerState, LanePlace, StreamState};

/// One client while it is simulated.
struct ClientState<'s> {
    config: &'s Client,
    tokens: QuotaTokens,
    /// Of a client that adapts its rate.
    limiter: Option<RateLimiter>,
}

/// Where the requests of a traffic source come in.
#[derive(Clone, Copy)]
struct Entrance {
    function: u32,
    mode: Mode,
    client: Option<u32>,
    /// A gateway.
    via: Option<u32>,
}

/// One traffic source while it is simulated.
// In this order in memory: what every invocation touches shares lines of the cache (measured on W6: docs/performance.md).
#[repr(C)]
struct TrafficState {
    entrance: Entrance,
    arrivals: Option<ArrivalStream>,
    users: Option<UserModel>,
}

/// The closed model of a traffic source.
struct UserModel {
    until: SimTime,
    think: Stream,
    think_time: crate::random::Distribution,
}

/// A cell while it is simulated.
pub struct World<'s, O: Observer> {
    scenario: &'s Scenario,
    cell: &'s Cell,
    agenda: Agenda<Event>,
    now: SimTime,
    end: SimTime,
    /// [`Self::natural_end`], once nothing is left to do.
    rested: Option<SimTime>,
    account: Account,
    /// Functions, then versions.
    functions: Vec<FunctionState<'s>>,
    parts: Parts,
    /// By traffic source, then by internal source between functions: the version or alias that it calls.
    callers: Vec<Option<Caller>>,
    /// By alias, in the order of `parts`.
    routes: Vec<Route>,
    deployments: Vec<DeploymentState<'s>>,
    /// Provisioned concurrency; the places of pools come behind those of versions.
    pools: Vec<Pool<'s>>,
    /// Limits of the account now.
    account_config: crate::scenario::model::Account,
    traffic: Vec<TrafficState>,
    /// By traffic source: its requests, once nothing is left to do.
    arrived: Vec<u64>,
    /// Draws of traffic sources, then of internal sources.
    sources: Vec<Source>,
    clients: Vec<ClientState<'s>>,
    queues: Vec<QueueState<'s>>,
    feeds: Vec<Feed>,
    mappings: Vec<MappingState>,
    batches: Batches,
    gateways: Vec<GatewayState<'s>>,
    passages: Arena<Passage>,
    downstreams: Vec<DownstreamState>,
    /// Open connections by function and environment (its order of creation): to whom, and how many.
    connections: BTreeMap<(u32, u64), Vec<(u32, u32)>>,
    errands: Errands,
    lineages: Lineages,
    /// Invocations whose log lines are on their way to a subscriber.
    logged: Arena<Logged>,
    streams: Vec<StreamState<'s>>,
    consumers: Vec<ConsumerState>,
    lanes: Vec<LanePlace>,
    /// By stream, reader (`None`: all that share) and shard: until when it is being read.
    shards_read: BTreeMap<(u32, Option<u32>, u32), SimTime>,
    shard_reads: ShardReads,
    push_sources: Vec<PushState<'s>>,
    /// What push sources will hand over.
    parcels: Arena<Parcel>,
    /// Scratch space: messages that a receive has put aside, and those whose poison is looked for.
    exhausted: Vec<Messages>,
    divided: Vec<Held>,
    calls: Arena<Call>,
    events: Arena<AsyncEvent>,
    offered: u64,
    closed: u64,
    observer: O,
}

impl<'s, O: Observer> World<'s, O> {
    /// The cell at t = 0, with its traffic and changes scheduled.
    pub fn new(scenario: &'s Scenario, cell: &'s Cell, limits: AccountLimits, observer: O) -> Self {
        let mut world = Self {
            scenario,
            cell,
            agenda: Agenda::default(),
            now: SimTime::ZERO,
            end: scenario.horizon.unwrap_or(SimTime::MAX),
            rested: None,
            account: Account::new(scenario.account, limits, scenario.totals.reserved_concurrency),
            functions: Vec::new(),
            parts: Parts::of(scenario, cell),
            callers: Vec::new(),
            routes: Vec::new(),
            deployments: Vec::new(),
            pools: Vec::new(),
            account_config: scenario.account,
            traffic: Vec::new(),
            arrived: Vec::new(),
            sources: Vec::new(),
            clients: Vec::new(),
            queues: Vec::new(),
            feeds: Vec::new(),
            mappings: Vec::new(),
            batches: Batches::default(),
            gateways: Vec::new(),
            passages: Arena::default(),
            downstreams: Vec::new(),
            connections: BTreeMap::new(),
            errands: Errands::default(),
            lineages: Lineages::default(),
            logged: Arena::default(),
            streams: Vec::new(),
            consumers: Vec::new(),
            lanes: Vec::new(),
            shards_read: BTreeMap::new(),
            shard_reads: ShardReads::new(scenario.platform.shard_reads_per_second),
            push_sources: Vec::new(),
            parcels: Arena::default(),
            exhausted: Vec::new(),
            divided: Vec::new(),
            calls: Arena::default(),
            events: Arena::default(),
            offered: 0,
            closed: 0,
            observer,
        };
        world.build_functions();
        world.build_parts();
        world.build_pools();
        world.build_keys();
        world.build_queues();
        world.build_clients();
        world.build_gateways();
        world.build_downstreams();
        world.build_traffic();
        world.build_onward_sources();
        world.build_mappings();
        world.build_streams();
        world.build_push_sources();
        world.build_feeds();
        world.build_deployments();
        world.build_redrives();
        for change in 0..scenario.changes.len() {
            let at = scenario.changes[change].at;
            world.agenda.push(at, Rank::Control, Event::Control { change: change as u32 });
        }
        world
    }

    /// Runs until nothing is left to do before `until` or the horizon (S72).
    pub fn run_until(&mut self, until: SimTime) {
        let end = self.end.min(until);
        while let Some((now, event)) = self.agenda.pop_before(end) {
            self.now = now;
            self.dispatch(event);
        }
    }

    /// Whether anything is left to do before the horizon.
    pub fn is_over(&mut self) -> bool {
        self.agenda.next_at().is_none_or(|at| at >= self.end)
    }

    /// When the run of this cell ends by itself: the horizon if it cut something off, else the later of its last
    /// event and the end of all traffic.
    pub fn natural_end(&self) -> SimTime {
        match self.rested {
            Some(end) => end,
            None if self.agenda.pending() > 0 => self.end,
            None => self.now.max(self.scenario.traffic_end()),
        }
    }

    /// Nothing is left to do: gives back what only events need. Very many cells wait for the last one to end.
    ///
    /// # Panics
    /// When something is left to do.
    pub fn rest(&mut self) {
        assert!(self.is_over(), "the run is not over");
        if self.rested.is_some() {
            return;
        }
        self.rested = Some(self.natural_end());
        self.observer.rest(self.now);
        self.agenda = Agenda::default();
        self.arrived = self.sources.iter().take(self.traffic.len()).map(Source::requests).collect();
        (self.traffic, self.sources) = (Vec::new(), Vec::new());
    }

    /// Requests offered so far.
    pub fn offered(&self) -> u64 {
        self.offered
    }

    #[inline(always)]
    fn dispatch(&mut self, event: Event) {
        match event {
            Event::Arrival { source } => self.arrive(source),
            Event::InvocationEnd { function, environment } => self.end_invocation(function, environment),
            Event::InitEnd { function, environment } => self.end_init(function, environment),
            Event::SecondInit { place } => self.second_init(place),
            Event::AttemptDue { event } => self.attempt_event(event),
            Event::Delivery { event } => self.deliver(event),
            Event::HandOver { parcel } => self.hand_over_parcel(parcel),
            Event::CallSend { call } => self.send_call(call),
            Event::CallReach { call, attempt } => self.attempt_arrives(call, attempt),
            Event::CallReply { call, attempt } => self.reply_reaches_client(call, attempt),
            Event::CallTimeout { call, attempt } => self.client_gives_up(call, attempt),
            Event::UserCalls { source, user } => self.user_calls(source, user),
            Event::Control { change } => self.apply_change(change),
            Event::Shift { deployment } => self.shift_traffic(deployment),
            Event::Look { deployment } => self.look_at_alarms(deployment),
            Event::PoolReady { pool, number } => self.pool_ready(pool, number),
            Event::PoolMinute { pool, watch } => self.pool_minute(pool, watch),
            Event::PoolAction { pool, action, watch } => self.pool_action(pool, action, watch),
            Event::Queue(event) => self.dispatch_queue(event),
            Event::Gateway(event) => self.dispatch_gateway(event),
            Event::ErrandBegins { function, environment } => self.errand_begins(function, environment),
            Event::ErrandGoesOn { errand, receipt } => self.errand_goes_on(errand, receipt),
            Event::ErrandTimesOut { errand, receipt } => self.errand_times_out(errand, receipt),
            Event::DownstreamTurn { downstream } => self.downstream_turn(downstream),
            Event::LogsArrive { line } => self.logs_arrive(line),
            Event::Disturbance { downstream } => self.disturbance_begins(downstream),
            Event::LaneLooks { lane } => self.lane_looks(lane),
            Event::LagLook { consumer } => self.lag_look(consumer),
            Event::LaneGoesOn { lane, receipt } => self.lane_goes_on(lane, receipt),
        }
    }

    // Inlined with the observers, so that each place that tells a fact does only what that fact calls for.
    #[inline(always)]
    fn tell(&mut self, fact: Fact) {
        self.observer.observe(self.now, &fact);
    }

    #[inline(always)]
    fn open(&mut self, request: RequestTag, mode: Mode) {
        self.observer.offered(self.now, request, mode);
    }

    #[inline(always)]
    fn close(&mut self, request: RequestTag, mode: Mode, fate: Fate) {
        self.closed += 1;
        self.observer.closed(self.now, request, mode, fate);
    }

    /// Passes on what a fleet has found out about its idle environments.
    fn tell_lapses(&mut self, function: u32) {
        let Self { functions, observer, scenario, now, .. } = self;
        functions[function as usize].tell_lapses(*now, function, &scenario.platform, observer);
        if !functions[function as usize].successors.is_empty() {
            self.decrypt_for_successors(function);
        }
    }

    fn build_functions(&mut self) {
        for id in &self.cell.functions {
            let state = self.state_of(&self.scenario.functions[id.0 as usize]);
            self.functions.push(state);
        }
    }

    /// A function, or a version, before anything has happened.
    fn state_of(&self, config: &'s Function) -> FunctionState<'s> {
        FunctionState::new(config, self.scenario, self.reserved_rate(config))
    }

    fn build_clients(&mut self) {
        for id in &self.cell.clients {
            let config = &self.scenario.clients[id.0 as usize];
            let limiter = config.adapts_rate.then(RateLimiter::default);
            self.clients.push(ClientState { config, tokens: QuotaTokens::full(config), limiter });
        }
    }

    /// Internal sources for functions that are destinations, one for each pair.
    fn build_onward_sources(&mut self) {
        for onward in self.cell.onward_sources(self.scenario) {
            let source = self.sources.len() as u32;
            let (from, to) = (self.local(onward.from), self.local(onward.to));
            self.sources.push(Source::new(
                self.scenario.seed,
                &onward.name,
                crate::scenario::model::Overrides::default(),
            ));
            self.functions[from as usize].onward.push(((to, onward.qualifier), source));
            let caller = onward.qualifier.map(|qualifier| self.caller(to, qualifier, &onward.name));
            self.callers.push(caller);
        }
    }

    /// Index of a function within the cell.
    fn local(&self, id: FunctionId) -> u32 {
        self.cell.functions.binary_search(&id).expect("cells are closed under destinations and traces") as u32
    }

    /// Index of a queue within the cell.
    fn local_queue(&self, id: QueueId) -> u32 {
        self.cell.queues.binary_search(&id).expect("cells are closed under queues") as u32
    }

    /// The request-rate quota that comes with reserved concurrency (S33).
    fn reserved_rate(&self, config: &Function) -> Option<f64> {
        config
            .reserved_concurrency
            .map(|reserved| f64::from(reserved) * f64::from(self.scenario.platform.request_rate_factor))
    }
}

/// Reserved concurrency of all functions of the region, whichever cell they are in.
fn reserved_total(functions: &[Function]) -> u32 {
    functions.iter().filter_map(|function| function.reserved_concurrency).sum()
}
