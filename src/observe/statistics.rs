//! The statistics of a cell: every fact finds its counter here.

use crate::lambda::cell::Cell;
use crate::lambda::facts::{
    BatchChange, BatchFact, DeploymentChange, Ended, Fact, GatewayChange, GatewayFact, Invocation, Observer,
    RequestTag, Settlement, Started, StreamChange, StreamFact,
};
use crate::lambda::flow::QueueRemains;
use crate::lambda::lapse::Lapse;
use crate::lambda::meter::Consumption;
use crate::lambda::outcome::Fate;
use crate::lambda::parts::{Parts, Served};
use crate::scenario::model::{Aggregate, Arch, Mode, Scenario};
use crate::units::{SimDuration, SimTime};

use super::counts::ClientStatistics;
use super::downstream::DownstreamStatistics;
use super::function::FunctionStatistics;
use super::gateway::GatewayStatistics;
use super::kafka_pollers::KafkaPollers;
use super::metering::Metering;
use super::provisioned::ProvisionedStatistics;
use super::push_source::PushStatistics;
use super::queue::{MappingStatistics, QueueStatistics};
use super::sample::curve_shares;
use super::sliding::SlidingWindows;
use super::snapstart::SnapStartStatistics;
use super::sqs_requests::SqsRequestsOfCell;
use super::stream::StreamStatistics;
use super::stream_charges::StreamCharges;

/// What the statistics cover, and the grid of the time series (S72).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Requests that arrive earlier do not count; time averages begin here.
    pub from: SimTime,
    /// Time averages end here: the end of traffic, or the horizon.
    pub to: SimTime,
    /// Length of an interval at the start.
    pub step: SimDuration,
    /// Most intervals.
    pub intervals: usize,
    /// Points of a latency curve.
    pub curve_points: usize,
}

/// Intervals of a time series (contract: at most 3,600).
const MOST_INTERVALS: usize = 3_600;
/// Fewer with many functions, so that memory stays bounded.
const INTERVALS_IN_ALL: usize = 400_000;
const FEWEST_INTERVALS: usize = 60;
/// Points of a latency curve, and where there are very many functions.
const CURVE_POINTS: usize = 200;
const FEWEST_CURVE_POINTS: usize = 20;
/// With more functions than this a function's values are given up when nothing more will come, but for what is reported:
/// ten thousand values of each of ten thousand functions would take 1.6 GB.
const FUNCTIONS_WITH_ALL_VALUES: usize = 1_000;
/// Percentiles that every report has.
pub const REPORTED_SHARES: [f64; 5] = [0.5, 0.9, 0.95, 0.99, 0.999];

impl Window {
    /// The window of `scenario`.
    pub fn of(scenario: &Scenario) -> Self {
        let to = scenario.traffic_end();
        let functions = scenario.functions.len().max(1);
        let intervals = (INTERVALS_IN_ALL / functions).clamp(FEWEST_INTERVALS, MOST_INTERVALS);
        let last_change = scenario.changes.last().map_or(SimTime::ZERO, |change| change.at);
        let planned = to.max(last_change).nanos();
        let mut step = SimDuration::from_secs(1);
        // Where traffic has no end the grid doubles as it goes.
        while planned < SimTime::MAX.nanos() && planned / step.nanos() >= intervals as u64 {
            step = step.saturating_mul(2);
        }
        let curve_points =
            if functions > FUNCTIONS_WITH_ALL_VALUES { FEWEST_CURVE_POINTS } else { CURVE_POINTS };
        Self { from: scenario.warmup, to, step, intervals, curve_points }
    }

    /// The percentiles to which samples are reduced when nothing more will come, ascending; `None` where all is kept.
    fn outline(&self, scenario: &Scenario) -> Option<Box<[f64]>> {
        if self.curve_points == CURVE_POINTS {
            return None;
        }
        let curve = curve_shares(self.curve_points);
        let asked = scenario.thresholds.iter().filter_map(|threshold| match threshold.aggregate {
            Some(Aggregate::Percentile(percentile)) => Some(percentile / 100.0),
            _ => None,
        });
        let mut shares: Vec<f64> = curve.chain(REPORTED_SHARES).chain(asked).collect();
        shares.sort_by(f64::total_cmp);
        shares.dedup();
        Some(shares.into())
    }

    /// Whether a request that arrived at `born` belongs to the statistics.
    #[inline]
    pub fn counts(&self, born: SimTime) -> bool {
        born >= self.from
    }

    /// How much of `since..until` lies within.
    #[inline]
    pub fn overlap(&self, since: SimTime, until: SimTime) -> SimDuration {
        until.min(self.to).saturating_since(since.max(self.from))
    }

    /// Length of the window.
    pub fn length(&self) -> SimDuration {
        self.to.saturating_since(self.from)
    }
}

/// Until when provisioned concurrency that nobody disables is billed: traffic and changes are over, or the horizon.
fn held_until(scenario: &Scenario) -> SimTime {
    let last_change = scenario.changes.last().map_or(SimTime::ZERO, |change| change.at);
    let until = scenario.traffic_end().max(last_change);
    scenario.horizon.map_or(until, |horizon| until.min(horizon))
}

/// Statistics of all functions, queues and clients of a cell.
#[derive(Clone, Debug)]
pub struct Statistics {
    window: Window,
    /// Functions, then versions, then aliases, by index within the cell.
    pub functions: Vec<FunctionStatistics>,
    /// What deployments did, in order of time.
    pub deployments: Vec<(u32, SimTime, DeploymentChange)>,
    parts: Parts,
    /// By index within the cell.
    pub queues: Vec<QueueStatistics>,
    /// Requests to SQS.
    pub sqs: SqsRequestsOfCell,
    /// Provisioned pollers of Kafka topics.
    pub kafka: KafkaPollers,
    /// By index within the cell.
    pub clients: Vec<ClientStatistics>,
    /// What is billed besides requests and durations, and what was wasted.
    pub metering: Metering,
    /// Provisioned concurrency.
    pub provisioned: ProvisionedStatistics,
    traffic_end: SimTime,
    /// By index of the event source mapping within the cell.
    pub mappings: Vec<MappingStatistics>,
    /// By index within the cell.
    pub gateways: Vec<GatewayStatistics>,
    /// By index within the cell.
    pub downstreams: Vec<DownstreamStatistics>,
    /// By index within the cell.
    pub streams: Vec<StreamStatistics>,
    /// Topics, buckets and event buses, by index within the cell.
    pub push_sources: Vec<PushStatistics>,
    /// By index of the mapping of a stream within the cell.
    pub consumers: Vec<MappingStatistics>,
    /// What thresholds with a window watch, where there are any.
    pub sliding: Option<Box<SlidingWindows>>,
    /// `SnapStart`, where anything has it.
    pub snapstart: Option<Box<SnapStartStatistics>>,
    outline: Option<Box<[f64]>>,
}

impl Statistics {
    /// Nothing has happened yet.
    pub fn new(scenario: &Scenario, cell: &Cell) -> Self {
        let window = Window::of(scenario);
        let parts = Parts::of(scenario, cell);
        Self {
            window,
            functions: (0..parts.count()).map(|_| FunctionStatistics::new(scenario, window)).collect(),
            deployments: Vec::new(),
            parts,
            queues: cell.queues.iter().map(|_| QueueStatistics::new(window)).collect(),
            sqs: SqsRequestsOfCell::new(scenario, cell, window),
            kafka: KafkaPollers::new(scenario, cell, window),
            clients: vec![ClientStatistics::new(window); cell.clients.len()],
            metering: Metering::new(scenario, cell, window),
            provisioned: ProvisionedStatistics::new(scenario, cell, window),
            traffic_end: held_until(scenario),
            mappings: vec![MappingStatistics::default(); cell.mappings(scenario).len()],
            gateways: cell
                .gateways
                .iter()
                .map(|id| GatewayStatistics::new(scenario, cell, *id, window))
                .collect(),
            downstreams: cell.downstreams.iter().map(|_| DownstreamStatistics::new(window)).collect(),
            streams: cell
                .streams
                .iter()
                .map(|id| {
                    let shards = scenario.streams[id.0 as usize].shards;
                    StreamStatistics::new(window, shards, StreamCharges::of(scenario, cell, *id, window))
                })
                .collect(),
            push_sources: cell
                .push_sources
                .iter()
                .map(|id| PushStatistics::new(scenario, &scenario.push_sources[id.0 as usize], window))
                .collect(),
            consumers: vec![MappingStatistics::default(); cell.consumers(scenario).len()],
            sliding: SlidingWindows::of(scenario, cell, window),
            snapstart: SnapStartStatistics::of(scenario, cell, window),
            outline: window.outline(scenario),
        }
    }

    /// The run ended at `end`, with this left in each queue.
    pub fn finish(&mut self, end: SimTime, queues: &[QueueRemains]) {
        for function in &mut self.functions {
            function.finish(end);
        }
        self.provisioned.finish(end, self.traffic_end);
        for (queue, remains) in self.queues.iter_mut().zip(queues) {
            queue.finish(end, remains);
        }
        self.sqs.finish(end);
        self.kafka.finish(end);
        for gateway in &mut self.gateways {
            gateway.finish(end);
        }
        self.downstreams.iter_mut().for_each(|downstream| downstream.finish(end));
        let until = self.traffic_end;
        self.streams.iter_mut().for_each(|stream| stream.finish(end, until));
        if let Some(sliding) = &mut self.sliding {
            sliding.finish(end);
        }
        if let Some(snapstart) = &mut self.snapstart {
            snapstart.finish(self.traffic_end);
        }
    }

    #[cold]
    #[inline(never)]
    fn part_started(&mut self, now: SimTime, started: Started) {
        for part in started.served.parts() {
            self.functions[part as usize].started(now, &started);
        }
        let counts = self.window.counts(started.request.born);
        self.provisioned.started(now, started.request.function, started.served.provision, counts);
    }

    #[cold]
    #[inline(never)]
    fn part_ended(&mut self, now: SimTime, invocation: &Invocation, settlement: Settlement) {
        let Served { provision, .. } = settlement.served;
        for part in settlement.served.parts() {
            self.functions[part as usize].ended(now, invocation, &settlement);
        }
        self.provisioned.ended(now, invocation.request.function, provision);
    }

    /// For thresholds with a window.
    #[cold]
    #[inline(never)]
    fn slide(&mut self, now: SimTime, fact: &Fact) {
        if let Some(sliding) = &mut self.sliding {
            sliding.observe(now, fact);
        }
    }

    /// What happens to an environment of a version happens to the function, too.
    fn lapsed(&mut self, place: u32, arch: Arch, consumption: Consumption, lapse: Lapse) {
        let function = self.parts.function_of(place);
        if let (Some(snapstart), Lapse::Replacement { at, .. }) = (&mut self.snapstart, lapse) {
            snapstart.replaced(at, place);
        }
        self.functions[function as usize].lapse(lapse, arch, consumption);
        if function != place {
            self.functions[place as usize].lapse(lapse, arch, consumption);
        }
    }

    #[inline]
    fn of(&mut self, request: RequestTag) -> &mut FunctionStatistics {
        &mut self.functions[request.function as usize]
    }

    fn event_ended(&mut self, now: SimTime, request: RequestTag, succeeded: bool) {
        let age = now.since(request.born).nanos();
        if !self.window.counts(request.born) {
            return;
        }
        let counts = &mut self.of(request).asynchronous;
        counts.age_max_nanos = counts.age_max_nanos.max(age);
        if succeeded {
            counts.succeeded += 1;
            counts.age_succeeded_nanos += u128::from(age);
        } else {
            counts.ended_without_success += 1;
        }
    }

    fn observe_event(&mut self, now: SimTime, fact: &Fact) {
        match *fact {
            Fact::EventAccepted { request } if self.window.counts(request.born) => {
                self.of(request).asynchronous.received += 1;
            }
            Fact::EventRetry { request, .. } if self.window.counts(request.born) => {
                self.of(request).asynchronous.retried += 1;
            }
            Fact::EventEnded { request, end } => self.event_ended(now, request, end.is_none()),
            Fact::DeliveryFailed { request, dead_letter } if self.window.counts(request.born) => {
                let counts = &mut self.of(request).asynchronous;
                if dead_letter {
                    counts.dead_letter_errors += 1;
                } else {
                    counts.destination_delivery_failures += 1;
                }
            }
            Fact::MessageSent(message) => {
                self.of(message.request).digest.word(now.nanos() ^ 0x5eed);
                self.queues[message.queue as usize].keep(now, message);
            }
            _ => {}
        }
    }

    #[inline]
    fn observe_batch(&mut self, now: SimTime, fact: &BatchFact) {
        self.mappings[fact.mapping as usize].observe(fact);
        self.sqs.batch(now, fact);
        if let BatchChange::Left { .. } = fact.change {
            self.count_batch(now, fact.request);
        }
    }

    /// A batch is a request of its function.
    #[inline]
    fn count_batch(&mut self, now: SimTime, request: RequestTag) {
        let counts = self.window.counts(request.born);
        let function = self.of(request);
        function.interval(now).requests += 1;
        function.counts.requests += u64::from(counts);
    }

    fn observe_stream(&mut self, now: SimTime, fact: &StreamFact) {
        self.streams[fact.stream as usize].observe(now, fact);
        self.consumers[fact.consumer as usize].observe_stream(fact);
        self.kafka.observe(now, fact);
        if let StreamChange::Batched { .. } = fact.change {
            self.count_batch(now, fact.request);
        }
    }

    fn observe_gateway(&mut self, now: SimTime, fact: &GatewayFact) {
        self.gateways[fact.gateway as usize].observe(now, fact);
        if let GatewayChange::Answered { latency, reply, is_final: true, .. } = fact.change
            && !reply.fate().is_refusal()
            && self.window.counts(fact.request.born)
        {
            self.of(fact.request).client_latency.record(latency);
        }
    }

    fn observe_call(&mut self, now: SimTime, fact: &Fact) {
        let window = self.window;
        let client = |client: u32| client as usize;
        if let Fact::CallOpened { client: index, .. }
        | Fact::CallAttempted { client: index, .. }
        | Fact::CallClosed { client: index, .. } = *fact
        {
            self.clients[client(index)].count_over_time(now, fact);
        }
        match *fact {
            Fact::CallOpened { client: index, request } if window.counts(request.born) => {
                self.clients[client(index)].calls += 1;
            }
            Fact::CallAttempted { client: index, request, attempt } if window.counts(request.born) => {
                let statistics = &mut self.clients[client(index)];
                statistics.attempts += 1;
                statistics.retries += u64::from(attempt > 0);
            }
            Fact::CallAbandoned { client: index, request, .. } if window.counts(request.born) => {
                self.clients[client(index)].abandoned += 1;
            }
            Fact::RetryDenied { client: index, request } if window.counts(request.born) => {
                self.clients[client(index)].retries_denied += 1;
            }
            Fact::CallClosed { client: index, request, fate, attempts } if window.counts(request.born) => {
                self.clients[client(index)].close(now, request, fate, attempts);
                if !fate.is_refusal() {
                    self.of(request).client_latency.record(now.since(request.born));
                }
            }
            _ => {}
        }
    }
}

impl Observer for Statistics {
    fn rest(&mut self, now: SimTime) {
        for function in &mut self.functions {
            function.rest(now, self.outline.as_deref());
        }
    }

    #[inline(always)]
    fn offered(&mut self, now: SimTime, request: RequestTag, mode: Mode) {
        let counts = self.window.counts(request.born);
        let function = self.of(request);
        function.fates.offered += 1;
        match mode {
            Mode::Sync | Mode::Async => {
                function.interval(now).requests += 1;
                function.counts.requests += u64::from(counts);
            }
            Mode::DryRun => {}
        }
    }

    #[inline(always)]
    fn started(&mut self, now: SimTime, started: &Started) {
        self.of(started.request).started(now, started);
        if started.served != Served::WHOLE {
            self.part_started(now, *started);
        }
        if started.cold
            && let Some(snapstart) = &mut self.snapstart
        {
            snapstart.started(now, started);
        }
        if self.sliding.is_some() {
            self.slide(now, &Fact::Started(*started));
        }
    }

    #[inline(always)]
    fn ended(&mut self, now: SimTime, invocation: &Invocation, settlement: &Settlement) {
        self.of(invocation.request).ended(now, invocation, settlement);
        self.metering.ended(now, invocation, settlement);
        if settlement.served != Served::WHOLE {
            self.part_ended(now, invocation, *settlement);
        }
        if settlement.restored
            && let Some(snapstart) = &mut self.snapstart
        {
            snapstart.ended(invocation);
        }
        if self.sliding.is_some() {
            self.slide(now, &Fact::Ended(Ended::new(invocation, settlement)));
        }
    }

    #[inline(always)]
    fn closed(&mut self, now: SimTime, request: RequestTag, mode: Mode, fate: Fate) {
        let function = self.of(request);
        function.digest.word(now.nanos() << 4 | fate as u64);
        function.fates.close(fate);
        function.close_event(request.born, mode, fate);
    }

    fn observe(&mut self, now: SimTime, fact: &Fact) {
        if self.sliding.is_some() && !matches!(fact, Fact::Started(_) | Fact::Ended(_)) {
            self.slide(now, fact);
        }
        match fact {
            Fact::Offered { request, mode } => self.offered(now, *request, *mode),
            Fact::Closed { request, mode, fate } => self.closed(now, *request, *mode, *fate),
            Fact::Refused { request, mode, cause, served, .. } => {
                for part in served.parts() {
                    self.functions[part as usize].refused(now, request.born, *mode, *cause);
                }
                self.of(*request).refused(now, request.born, *mode, *cause);
            }
            Fact::Faulted(fact) => {
                for part in fact.served.parts() {
                    self.functions[part as usize].faulted(now, fact);
                }
                self.of(fact.request).faulted(now, fact);
            }
            Fact::Exit(fact) => {
                self.functions[fact.function as usize].exits(now, fact.change);
                self.metering.exit(now, fact);
            }
            Fact::Started(started) => self.started(now, started),
            Fact::Ended(ended) => {
                let (invocation, settlement) = ended.taken_apart();
                self.ended(now, &invocation, &settlement);
            }
            Fact::Lapse { function, arch, consumption, lapse } => {
                self.lapsed(*function, *arch, *consumption, *lapse);
            }
            Fact::Provisioned(fact) => self.provisioned.change(now, fact),
            Fact::Deployment { deployment, change } => self.deployments.push((*deployment, now, *change)),
            Fact::StorageUsed { request, found_bytes } => {
                self.of(*request).storage_used(request.born, *found_bytes);
            }
            Fact::UrlPresigned { request, url } => self.of(*request).url_presigned(request.born, *url),
            Fact::Held { function } => self.functions[*function as usize].held(now),
            Fact::LetGo { function, arch, consumption } => {
                let statistics = &mut self.functions[*function as usize];
                statistics.let_go(now);
                statistics.bill_init(now, *arch, *consumption);
            }
            Fact::Rejected { request, .. } => {
                let counts = self.window.counts(request.born);
                self.of(*request).counts.rejected += u64::from(counts);
            }
            Fact::DryRunAnswered { request, accepted } => {
                if self.window.counts(request.born) {
                    let counts = &mut self.of(*request).counts;
                    if *accepted {
                        counts.dry_runs_accepted += 1;
                    } else {
                        counts.dry_runs_rejected += 1;
                    }
                }
            }
            Fact::EventAccepted { .. }
            | Fact::EventRetry { .. }
            | Fact::EventEnded { .. }
            | Fact::DeliveryFailed { .. }
            | Fact::MessageSent(_) => self.observe_event(now, fact),
            Fact::Queue(fact) => {
                self.queues[fact.queue as usize].observe(now, fact);
                self.sqs.queue(now, fact);
            }
            Fact::Deduplicated { queue } => {
                self.queues[*queue as usize].deduplicated += 1;
                self.sqs.deduplicated(now, *queue);
            }
            Fact::Push(fact) => self.push_sources[fact.source as usize].observe(now, fact),
            Fact::Pollers(fact) => {
                let most = &mut self.mappings[fact.mapping as usize].pollers_max;
                *most = (*most).max(Some(fact.pollers));
                self.sqs.pollers(fact);
            }
            Fact::Batch(fact) => self.observe_batch(now, fact),
            Fact::Gateway(fact) => self.observe_gateway(now, fact),
            Fact::Stream(fact) => self.observe_stream(now, fact),
            Fact::Downstream(fact) => {
                self.downstreams[fact.downstream as usize].observe(now, fact);
                self.metering.called(now, fact);
            }
            Fact::LogsDelivered { function, filter } => {
                self.functions[*function as usize].logs_delivered(now, *filter);
            }
            Fact::RecursionStopped { function } => {
                self.functions[*function as usize].recursions_stopped += 1;
            }
            Fact::CallOpened { .. }
            | Fact::CallAttempted { .. }
            | Fact::CallAbandoned { .. }
            | Fact::RetryDenied { .. }
            | Fact::CallClosed { .. } => self.observe_call(now, fact),
            Fact::Considered(_) | Fact::Detail(_) | Fact::Reconfigured { .. } => {}
        }
    }
}
