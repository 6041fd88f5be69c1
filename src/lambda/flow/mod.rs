//! The order of steps: what each event of the agenda sets in motion.
//!
//! [`World`] holds the parts and dispatches; it decides nothing. One file per chain of steps:
//! `arrive` → `invoke` → (`synchronous`, `call`, `asynchronous`), and `control`.

mod admission;
mod arrive;
mod asynchronous;
mod call;
mod control;
mod deployment;
mod downstream;
mod errand;
mod gateway;
mod invoke;
mod parts;
mod polling;
mod provisioning;
mod queue;
mod stream;
mod waiting;

use std::collections::BTreeMap;

use crate::engine::{Agenda, Arena, Rank};
use crate::platform::Profile;
use crate::random::Stream;
use crate::scenario::model::{Client, Function, FunctionId, Mode, Payload, QueueId, Scenario};
use crate::traffic::ArrivalStream;
use crate::units::SimTime;

use super::account::{Account, AccountLimits};
use super::account_load::AccountLoad;
use super::batches::{BatchState, Batches, Held};
use super::cell::Cell;
use super::client::QuotaTokens;
use super::concurrency::FunctionConcurrency;
use super::course::Course;
use super::errands::{ErrandState, Errands};
use super::facts::{Fact, Observer, RequestTag};
use super::fleet::{Fleet, Lapse};
use super::lineage::Lineages;
use super::messages::Messages;
use super::meter::Consumption;
use super::outcome::Fate;
use super::parts::Parts;
use super::rate_limiter::RateLimiter;
use super::request_rate::RequestRate;
use super::scaling::ScalingRate;
use super::source::{Given, Source};
use super::tmp::Storage;

use asynchronous::AsyncEvent;
use call::Call;
use deployment::DeploymentState;
pub use downstream::DownstreamRemains;
use downstream::DownstreamState;
use gateway::{GatewayEvent, GatewayState, Passage};
use parts::{Caller, Route};
use polling::MappingState;
use provisioning::Pool;
pub use queue::QueueRemains;
use queue::{Feed, QueueEvent, QueueState};
use stream::{ConsumerState, LanePlace, StreamState};
use waiting::WaitingRequest;

/// Something the agenda will do. Closed, `Copy` and small: it is moved around the heap a lot.
#[derive(Clone, Copy, Debug)]
enum Event {
    /// Requests of a traffic source arrive.
    Arrival { source: u32 },
    /// An invocation ends.
    InvocationEnd { function: u32, environment: u32 },
    /// An Init ends; only where requests do not wait for their own cold start.
    InitEnd { function: u32, environment: u32 },
    /// An asynchronous event is due.
    AttemptDue { event: u32 },
    /// A dead letter or destination record is due.
    Delivery { event: u32 },
    /// A client sends (first or again).
    CallSend { call: u32 },
    /// A client's attempt reaches the service.
    CallReach { call: u32, attempt: u16 },
    /// An answer reaches the client.
    CallReply { call: u32, attempt: u16 },
    /// A client gives up on an attempt.
    CallTimeout { call: u32, attempt: u16 },
    /// A user of a closed model calls.
    UserCalls { source: u32, user: u32 },
    /// The configuration changes.
    Control { change: u32 },
    /// A deployment takes its next step.
    Shift { deployment: u32 },
    /// The alarms of a deployment are looked at.
    Look { deployment: u32 },
    /// An allocation of provisioned concurrency is complete.
    PoolReady { pool: u32, number: u32 },
    /// A minute of utilisation is over.
    PoolMinute { pool: u32 },
    /// A scheduled action of auto scaling is due.
    PoolAction { pool: u32, action: u32 },
    /// Something about a queue, its pollers or a batch.
    Queue(QueueEvent),
    /// Something about a request in a gateway.
    Gateway(GatewayEvent),
    /// A handler's own part is over; its calls begin.
    ErrandBegins { function: u32, environment: u32 },
    /// A call has ended, or is there.
    ErrandGoesOn { errand: u32, receipt: u32 },
    /// The function timeout ends an invocation in the middle of a call.
    ErrandTimesOut { errand: u32, receipt: u32 },
    /// The rate of a downstream lets the next call begin.
    DownstreamTurn { downstream: u32 },
    /// Something begins to be not as usual; whoever comes will notice.
    Disturbance,
    /// A lane of a shard looks for a batch.
    LaneLooks { lane: u32 },
    /// The window or the wait of a lane is over.
    LaneGoesOn { lane: u32, receipt: u32 },
}

const _: () = assert!(size_of::<Event>() <= 12, "events are moved around the agenda a lot");

/// Who asked for an invocation. When it ends, the asker decides what follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asker {
    /// A caller that takes the first answer.
    Caller,
    /// A user of a closed model, who then thinks.
    User { user: u32 },
    /// An attempt of a client's call.
    Call { call: u32, attempt: u16 },
    /// An asynchronous event.
    Event { event: u32 },
    /// A batch of messages that a poller has received.
    Batch { batch: u32 },
    /// A gateway, for somebody.
    Gateway { passage: u32 },
    /// A handler that waits for its answer.
    Errand { errand: u32 },
    /// A lane of a shard, for its batch.
    Lane { lane: u32 },
}

/// A request on its way to an environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Request {
    tag: RequestTag,
    source: u32,
    ordinal: u64,
    /// Earlier attempts to get an environment.
    attempt: u32,
    /// Earlier runs of the handler.
    run: u32,
    given: Given,
    asker: Asker,
}

impl Asker {
    /// The invocation type that it stands for.
    #[inline]
    fn mode(self) -> Mode {
        match self {
            Self::Caller
            | Self::User { .. }
            | Self::Call { .. }
            | Self::Batch { .. }
            | Self::Gateway { .. }
            | Self::Errand { .. }
            | Self::Lane { .. } => Mode::Sync,
            Self::Event { .. } => Mode::Async,
        }
    }
}

/// What is kept about an invocation until its end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    tag: RequestTag,
    source: u32,
    ordinal: u64,
    attempt: u32,
    /// Earlier runs of the handler.
    earlier_runs: u32,
    request_charges: u64,
    asker: Asker,
    admitted: SimTime,
    cold: bool,
    course: Course,
}

/// One function while it is simulated.
#[expect(clippy::struct_excessive_bools, reason = "each keeps rare work out of the way of every invocation")]
struct FunctionState<'s> {
    config: &'s Function,
    /// By its configuration no request fails or is turned away, but for a timeout: most functions are so, and then nobody
    /// needs to ask (measured on W1: 65 instructions an invocation less).
    undisturbed: bool,
    /// It has versions or aliases, or is a version: then `parts` has its invocations.
    is_divided: bool,
    /// Its handler calls others when its own work is done.
    makes_calls: bool,
    /// It calls or passes on, so that the end of an invocation is not all.
    has_partners: bool,
    /// Of a function that calls: environments that have left, and when.
    gone: Vec<(u64, SimTime)>,
    /// Configurations whose environments were retired, in order: some may still run.
    former: Vec<&'s Function>,
    concurrency: FunctionConcurrency,
    request_rate: RequestRate,
    scaling: ScalingRate,
    fleet: Fleet<Run>,
    /// Its invocations leave something behind: files in `/tmp`, presigned URLs.
    leaves_something: bool,
    /// `/tmp` of its environments, once one of them has written something.
    storage: Option<Box<Storage>>,
    /// Requests that will take the first environment that is free (S11 switched off).
    waiting: std::collections::VecDeque<WaitingRequest>,
    /// Internal sources for destinations that are functions: (target, source).
    onward: Vec<(u32, u32)>,
}

impl<'s> FunctionState<'s> {
    /// The configuration that `environment` was created with, as far as it decides about the bill.
    fn config_of(&self, environment: u32) -> &'s Function {
        self.config_of_generation(self.fleet.generation(environment))
    }

    /// The configuration of environments created after so many changes of code or configuration.
    #[inline(always)]
    fn config_of_generation(&self, generation: u32) -> &'s Function {
        self.former.get(generation as usize).copied().unwrap_or(self.config)
    }
}

impl FunctionState<'_> {
    /// Passes on what the fleet has found out about its idle environments.
    #[inline(always)]
    fn tell_lapses(&mut self, now: SimTime, function: u32, platform: &Profile, observer: &mut impl Observer) {
        if self.fleet.has_lapses() {
            self.tell_all_lapses(now, function, platform, observer);
        }
    }

    #[inline(never)]
    fn tell_all_lapses(
        &mut self,
        now: SimTime,
        function: u32,
        platform: &Profile,
        observer: &mut impl Observer,
    ) {
        let Self { config, gone, makes_calls, .. } = self;
        self.fleet.take_lapses(|lapse| {
            if let Lapse::Retired { environment, at, .. } = lapse
                && *makes_calls
            {
                gone.push((environment, at));
            }
            let consumption = match lapse {
                Lapse::Replacement { init, .. } => Consumption::of_init(init, config, platform),
                Lapse::IdlePeriodEnded { .. } | Lapse::Retired { .. } | Lapse::Allocated { .. } => {
                    Consumption::default()
                }
            };
            observer.observe(now, &Fact::Lapse { function, arch: config.arch, consumption, lapse });
        });
    }
}

/// One client while it is simulated.
struct ClientState<'s> {
    config: &'s Client,
    tokens: QuotaTokens,
    /// Of a client that adapts its rate.
    limiter: Option<RateLimiter>,
}

/// One traffic source while it is simulated.
struct TrafficState {
    function: u32,
    client: Option<u32>,
    via: Option<u32>,
    mode: Mode,
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
    /// By traffic source: what it calls besides a function.
    callers: Vec<Option<Caller>>,
    /// By alias, in the order of `parts`.
    routes: Vec<Route>,
    deployments: Vec<DeploymentState<'s>>,
    /// Provisioned concurrency; the places of pools come behind those of versions.
    pools: Vec<Pool<'s>>,
    /// Limits of the account now.
    account_config: crate::scenario::model::Account,
    traffic: Vec<TrafficState>,
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
    streams: Vec<StreamState<'s>>,
    consumers: Vec<ConsumerState>,
    lanes: Vec<LanePlace>,
    /// Scratch space: messages that a receive has put aside, and those whose poison is looked for.
    exhausted: Vec<Messages>,
    divided: Vec<Held>,
    calls: Arena<Call>,
    events: Arena<AsyncEvent>,
    offered: u64,
    closed: u64,
    observer: O,
}

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
            streams: Vec::new(),
            consumers: Vec::new(),
            lanes: Vec::new(),
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
        world.build_queues();
        world.build_clients();
        world.build_gateways();
        world.build_downstreams();
        world.build_traffic();
        world.build_onward_sources();
        world.build_mappings();
        world.build_streams();
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
            Event::AttemptDue { event } => self.attempt_event(event),
            Event::Delivery { event } => self.deliver(event),
            Event::CallSend { call } => self.send_call(call),
            Event::CallReach { call, attempt } => self.attempt_arrives(call, attempt),
            Event::CallReply { call, attempt } => self.reply_reaches_client(call, attempt),
            Event::CallTimeout { call, attempt } => self.client_gives_up(call, attempt),
            Event::UserCalls { source, user } => self.user_calls(source, user),
            Event::Control { change } => self.apply_change(change),
            Event::Shift { deployment } => self.shift_traffic(deployment),
            Event::Look { deployment } => self.look_at_alarms(deployment),
            Event::PoolReady { pool, number } => self.pool_ready(pool, number),
            Event::PoolMinute { pool } => self.pool_minute(pool),
            Event::PoolAction { pool, action } => self.pool_action(pool, action),
            Event::Queue(event) => self.dispatch_queue(event),
            Event::Gateway(event) => self.dispatch_gateway(event),
            Event::ErrandBegins { function, environment } => self.errand_begins(function, environment),
            Event::ErrandGoesOn { errand, receipt } => self.errand_goes_on(errand, receipt),
            Event::ErrandTimesOut { errand, receipt } => self.errand_times_out(errand, receipt),
            Event::DownstreamTurn { downstream } => self.downstream_turn(downstream),
            Event::Disturbance => {}
            Event::LaneLooks { lane } => self.lane_looks(lane),
            Event::LaneGoesOn { lane, receipt } => self.lane_goes_on(lane, receipt),
        }
    }

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
        let messages: u64 = queues.iter().map(|queue| queue.open).sum();
        let remains = Remains {
            open: open - self.open_batches() + messages + records,
            alive: self
                .alive_in_pools()
                .into_iter()
                .zip(&self.functions)
                .map(|(pooled, state)| pooled + state.fleet.alive())
                .collect(),
            queues,
            gateways: self.waiting_in_gateways(),
            downstreams: self.count_downstreams(),
            streams,
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
    }

    fn build_functions(&mut self) {
        for id in &self.cell.functions {
            let state = self.state_of(&self.scenario.functions[id.0 as usize]);
            self.functions.push(state);
        }
    }

    /// A function, or a version, before anything has happened.
    fn state_of(&self, config: &'s Function) -> FunctionState<'s> {
        let scenario = self.scenario;
        FunctionState {
            config,
            undisturbed: is_undisturbed(config, &scenario.platform),
            is_divided: false,
            concurrency: FunctionConcurrency::new(config.reserved_concurrency),
            request_rate: RequestRate::new(self.reserved_rate(config)),
            scaling: ScalingRate::of_function(scenario.account.scaling, scenario.assumptions.scaling_bucket),
            fleet: Fleet::new(scenario.seed, &config.name),
            leaves_something: leaves_something(config),
            storage: None,
            waiting: std::collections::VecDeque::new(),
            makes_calls: !config.calls.is_empty(),
            has_partners: !(config.calls.is_empty() && config.emits.is_empty()),
            gone: Vec::new(),
            former: Vec::new(),
            onward: Vec::new(),
        }
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
            self.functions[from as usize].onward.push((to, source));
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

fn is_undisturbed(config: &Function, platform: &Profile) -> bool {
    let Payload { request, response } = config.payload;
    config.errors == 0.0
        && config.crashes == 0.0
        && config.poison.is_none()
        && config.max_memory_used.is_none()
        && config.tmp.is_none()
        && request <= platform.sync_request_maximum.min(platform.async_request_maximum)
        && response <= platform.sync_response_maximum
}

fn leaves_something(config: &Function) -> bool {
    config.tmp.is_some() || config.presigns.is_some()
}

/// Reserved concurrency of all functions of the region, whichever cell they are in.
fn reserved_total(functions: &[Function]) -> u32 {
    functions.iter().filter_map(|function| function.reserved_concurrency).sum()
}
