//! Cells: groups of functions that nothing but the account's limits ties together.

use std::collections::BTreeMap;

use crate::scenario::model::{
    Arrivals, Asynchronous, Callee, ClientId, CustomerKey, DownstreamId, Function, FunctionId, GatewayId,
    PushId, Qualifier, QueueId, Scenario, StreamId, Target,
};

/// What is simulated in one agenda. All indices ascend.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// Functions.
    pub functions: Vec<FunctionId>,
    /// Queues that receive from these functions, or are read by them.
    pub queues: Vec<QueueId>,
    /// Clients that call these functions.
    pub clients: Vec<ClientId>,
    /// Gateways that requests to these functions come through.
    pub gateways: Vec<GatewayId>,
    /// Downstreams that these functions call.
    pub downstreams: Vec<DownstreamId>,
    /// Streams that these functions read.
    pub streams: Vec<StreamId>,
    /// Topics, buckets and event buses that call these functions, or that they send to.
    pub push_sources: Vec<PushId>,
    /// Indices of traffic sources that call functions.
    pub traffic: Vec<usize>,
    /// Indices of traffic sources that send to anything else.
    pub feeds: Vec<usize>,
}

impl Cell {
    /// Everything in one cell.
    pub fn whole(scenario: &Scenario) -> Self {
        let (traffic, feeds) =
            (0..scenario.traffic.len()).partition(|index| scenario.traffic[*index].function().is_some());
        Self {
            functions: (0..scenario.functions.len()).map(|index| FunctionId(index as u32)).collect(),
            queues: (0..scenario.queues.len()).map(|index| QueueId(index as u32)).collect(),
            clients: (0..scenario.clients.len()).map(|index| ClientId(index as u32)).collect(),
            gateways: (0..scenario.gateways.len()).map(|index| GatewayId(index as u32)).collect(),
            downstreams: (0..scenario.downstreams.len()).map(|index| DownstreamId(index as u32)).collect(),
            streams: (0..scenario.streams.len()).map(|index| StreamId(index as u32)).collect(),
            push_sources: (0..scenario.push_sources.len()).map(|index| PushId(index as u32)).collect(),
            traffic,
            feeds,
        }
    }

    /// The internal sources: each function, version or alias that another function sends to or calls, once per pair.
    pub fn onward_sources(&self, scenario: &Scenario) -> Vec<OnwardSource> {
        let mut sources: Vec<OnwardSource> = Vec::new();
        for &from in &self.functions {
            for function in configurations_of(scenario, from) {
                for (target, qualifier) in qualified_targets(function) {
                    let Target::Function(to) = target else { continue };
                    let is_known = |known: &OnwardSource| {
                        (known.from, known.to, known.qualifier) == (from, to, qualifier)
                    };
                    if sources.iter().any(is_known) {
                        continue;
                    }
                    let one = &scenario.functions[from.0 as usize].name;
                    let other = scenario.functions[to.0 as usize].called(qualifier);
                    sources.push(OnwardSource { from, to, qualifier, name: format!("{one} -> {other}") });
                }
            }
        }
        sources
    }

    /// The event source mappings of queues, by function and then in the order of the file.
    pub fn mappings(&self, scenario: &Scenario) -> Vec<Mapping> {
        let mut mappings = Vec::new();
        for (function, id) in self.functions.iter().enumerate() {
            let config = &scenario.functions[id.0 as usize];
            for (index, source) in config.event_sources.iter().enumerate() {
                let queue = self.queues.binary_search(&source.queue).expect("cells are closed under queues");
                mappings.push(Mapping {
                    function: function as u32,
                    index,
                    queue: queue as u32,
                    name: format!("{}->{}", scenario.queues[source.queue.0 as usize].name, config.name),
                });
            }
        }
        mappings
    }

    /// The event source mappings of streams, by function and then in the order of the file.
    pub fn consumers(&self, scenario: &Scenario) -> Vec<Consumer> {
        let mut consumers = Vec::new();
        for (function, id) in self.functions.iter().enumerate() {
            let config = &scenario.functions[id.0 as usize];
            for (index, source) in config.stream_sources.iter().enumerate() {
                let stream =
                    self.streams.binary_search(&source.stream).expect("cells are closed under streams");
                consumers.push(Consumer {
                    function: function as u32,
                    index,
                    stream: stream as u32,
                    name: format!("{}->{}", scenario.streams[source.stream.0 as usize].name, config.name),
                });
            }
        }
        consumers
    }

    /// Functions that push sources call, by source and subscription.
    pub fn push_links(&self, scenario: &Scenario) -> Vec<PushLink> {
        let mut links = Vec::new();
        for (source, id) in self.push_sources.iter().enumerate() {
            let config = &scenario.push_sources[id.0 as usize];
            for (subscription, told) in config.subscriptions.iter().enumerate() {
                let Target::Function(to) = told.to else { continue };
                let to = &scenario.functions[to.0 as usize].name;
                // A function may be the target of several rules.
                let rule = if told.rule == 0 { String::new() } else { format!("#{}", told.rule + 1) };
                links.push(PushLink {
                    source: source as u32,
                    subscription: subscription as u32,
                    name: format!("{}{rule} -> {to}", config.name),
                });
            }
        }
        links
    }

    /// The name of a source by its index within the cell: traffic sources come first, then functions that are
    /// destinations, then event source mappings, then what push sources call.
    pub fn source_name(&self, scenario: &Scenario, source: u32) -> String {
        let index = source as usize;
        if let Some(&traffic) = self.traffic.get(index) {
            return scenario.traffic[traffic].name.clone();
        }
        let onward = self.onward_sources(scenario).into_iter().map(|source| source.name);
        let mappings = self.mappings(scenario).into_iter().map(|mapping| mapping.name);
        let consumers = self.consumers(scenario).into_iter().map(|consumer| consumer.name);
        let pushes = self.push_links(scenario).into_iter().map(|link| link.name);
        onward
            .chain(mappings)
            .chain(consumers)
            .chain(pushes)
            .nth(index - self.traffic.len())
            .expect("every source has a name")
    }
}

/// A function whose records are events of another function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnwardSource {
    /// Whose records.
    pub from: FunctionId,
    /// Whose events.
    pub to: FunctionId,
    /// Which version or alias of it.
    pub qualifier: Option<Qualifier>,
    /// Addresses the draws of these events.
    pub name: String,
}

/// A queue that Lambda polls for a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// Index of the function within the cell.
    pub function: u32,
    /// Index among the event sources of the function.
    pub index: usize,
    /// Index of the queue within the cell.
    pub queue: u32,
    /// `jobs->worker`: its name in the report, which addresses the draws of its batches.
    pub name: String,
}

/// A stream that Lambda reads for a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consumer {
    /// Index of the function within the cell.
    pub function: u32,
    /// Index among the stream sources of the function.
    pub index: usize,
    /// Index of the stream within the cell.
    pub stream: u32,
    /// `clicks->count`: its name in the report, which addresses the draws of its batches.
    pub name: String,
}

/// A function that a push source calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushLink {
    /// Index of the push source within the cell.
    pub source: u32,
    /// Index of the subscription there.
    pub subscription: u32,
    /// `alerts -> notify`: addresses the draws of these events.
    pub name: String,
}

/// An entity that may be tied to others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Entity {
    Function(FunctionId),
    Queue(QueueId),
    Client(ClientId),
    Gateway(GatewayId),
    Downstream(DownstreamId),
    Stream(StreamId),
    Push(PushId),
}

impl From<Target> for Entity {
    fn from(target: Target) -> Self {
        match target {
            Target::Function(id) => Self::Function(id),
            Target::Queue(id) => Self::Queue(id),
            Target::Stream(id) => Self::Stream(id),
            Target::Push(id) => Self::Push(id),
        }
    }
}

/// Divides a scenario into its cells, in the order of their first functions.
pub fn cells(scenario: &Scenario) -> Vec<Cell> {
    let nodes = Nodes::of(scenario);
    let mut ties = DisjointSets::new(nodes.count());
    for_each_tie(scenario, |one, other| ties.join(nodes.index(one), nodes.index(other)));
    let mut cell_of_root: Vec<Option<usize>> = vec![None; ties.len()];
    let mut cells: Vec<Cell> = Vec::new();
    let mut cell_of = |entity: Entity, cells: &mut Vec<Cell>| {
        let root = ties.root(nodes.index(entity));
        *cell_of_root[root].get_or_insert_with(|| {
            cells.push(Cell::default());
            cells.len() - 1
        })
    };
    for id in (0..nodes.functions).map(|index| FunctionId(index as u32)) {
        let cell = cell_of(Entity::Function(id), &mut cells);
        cells[cell].functions.push(id);
    }
    for id in (0..nodes.queues).map(|index| QueueId(index as u32)) {
        let cell = cell_of(Entity::Queue(id), &mut cells);
        cells[cell].queues.push(id);
    }
    for id in (0..nodes.clients).map(|index| ClientId(index as u32)) {
        let cell = cell_of(Entity::Client(id), &mut cells);
        cells[cell].clients.push(id);
    }
    for id in (0..nodes.gateways).map(|index| GatewayId(index as u32)) {
        let cell = cell_of(Entity::Gateway(id), &mut cells);
        cells[cell].gateways.push(id);
    }
    for id in (0..nodes.downstreams).map(|index| DownstreamId(index as u32)) {
        let cell = cell_of(Entity::Downstream(id), &mut cells);
        cells[cell].downstreams.push(id);
    }
    for id in (0..nodes.streams).map(|index| StreamId(index as u32)) {
        let cell = cell_of(Entity::Stream(id), &mut cells);
        cells[cell].streams.push(id);
    }
    for id in (0..nodes.push_sources).map(|index| PushId(index as u32)) {
        let cell = cell_of(Entity::Push(id), &mut cells);
        cells[cell].push_sources.push(id);
    }
    for (index, traffic) in scenario.traffic.iter().enumerate() {
        let cell = cell_of(traffic.to.into(), &mut cells);
        let sources = match traffic.to {
            Target::Function(_) => &mut cells[cell].traffic,
            Target::Queue(_) | Target::Stream(_) | Target::Push(_) => &mut cells[cell].feeds,
        };
        sources.push(index);
    }
    cells
}

/// Tells every pair of entities that must be simulated together: what one sends to, reads from or calls.
fn for_each_tie(scenario: &Scenario, mut tie: impl FnMut(Entity, Entity)) {
    for (index, function) in every_configuration(scenario) {
        let own = Entity::Function(FunctionId(index as u32));
        for target in targets(function) {
            tie(own, target.into());
        }
        for source in &function.event_sources {
            tie(own, Entity::Queue(source.queue));
        }
        for source in &function.stream_sources {
            tie(own, Entity::Stream(source.stream));
            if let Some(target) = source.on_failure {
                tie(own, target.into());
            }
        }
        for key in keys(function) {
            tie(own, Entity::Downstream(key.service));
        }
        for call in &function.calls {
            if let Callee::Downstream(id) = call.to {
                tie(own, Entity::Downstream(id));
            }
        }
    }
    for (one, other) in shared_networks(scenario) {
        tie(Entity::Function(one), Entity::Function(other));
    }
    for (index, queue) in scenario.queues.iter().enumerate() {
        if let Some(redrive) = queue.redrive {
            tie(Entity::Queue(QueueId(index as u32)), Entity::Queue(redrive.dead_letter));
        }
    }
    for (index, source) in scenario.push_sources.iter().enumerate() {
        let own = Entity::Push(PushId(index as u32));
        for subscription in &source.subscriptions {
            tie(own, subscription.to.into());
            if let Some(queue) = subscription.dead_letter {
                tie(own, Entity::Queue(queue));
            }
        }
    }
    for deployment in &scenario.deployments {
        for alarm in &deployment.rollback_if {
            tie(Entity::Function(deployment.function), Entity::Function(alarm.function));
        }
    }
    for redrive in &scenario.redrives {
        tie(Entity::Queue(redrive.from), Entity::Queue(redrive.to));
    }
    for traffic in &scenario.traffic {
        let to = traffic.to.into();
        if let Some(client) = traffic.client {
            tie(to, Entity::Client(client));
        }
        if let Some(gateway) = traffic.via {
            tie(to, Entity::Gateway(gateway));
        }
        if let Arrivals::Trace(trace) = &traffic.arrivals {
            for other in trace.functions.values() {
                tie(to, Entity::Function(*other));
            }
        }
    }
}

/// The customer keys of a function and its versions.
fn keys(function: &Function) -> impl Iterator<Item = &CustomerKey> {
    let versions = function.versions.iter().map(|version| &version.config);
    std::iter::once(function).chain(versions).filter_map(|config| config.surroundings.key.as_ref())
}

/// Functions whose network interfaces run out together: each with the first one of its VPC.
fn shared_networks(scenario: &Scenario) -> Vec<(FunctionId, FunctionId)> {
    let mut first: BTreeMap<&str, FunctionId> = BTreeMap::new();
    let mut pairs = Vec::new();
    for (index, function) in every_configuration(scenario) {
        let id = FunctionId(index as u32);
        let versions = function.versions.iter().map(|version| &version.config);
        for config in std::iter::once(function).chain(versions) {
            if let Some(vpc) = config.surroundings.vpc.as_ref().filter(|vpc| vpc.can_run_out()) {
                pairs.push((*first.entry(&vpc.name).or_insert(id), id));
            }
        }
    }
    pairs
}

/// Every entity as a node of one graph.
struct Nodes {
    functions: usize,
    queues: usize,
    clients: usize,
    gateways: usize,
    downstreams: usize,
    streams: usize,
    push_sources: usize,
}

impl Nodes {
    fn of(scenario: &Scenario) -> Self {
        Self {
            functions: scenario.functions.len(),
            queues: scenario.queues.len(),
            clients: scenario.clients.len(),
            gateways: scenario.gateways.len(),
            downstreams: scenario.downstreams.len(),
            streams: scenario.streams.len(),
            push_sources: scenario.push_sources.len(),
        }
    }

    /// Where each kind begins, and where all end.
    fn starts(&self) -> [usize; 8] {
        let sizes = [
            self.functions,
            self.queues,
            self.clients,
            self.gateways,
            self.downstreams,
            self.streams,
            self.push_sources,
        ];
        let mut starts = [0; 8];
        for (index, size) in sizes.into_iter().enumerate() {
            starts[index + 1] = starts[index] + size;
        }
        starts
    }

    fn count(&self) -> usize {
        self.starts()[7]
    }

    fn index(&self, entity: Entity) -> usize {
        let starts = self.starts();
        match entity {
            Entity::Function(id) => starts[0] + id.0 as usize,
            Entity::Queue(id) => starts[1] + id.0 as usize,
            Entity::Client(id) => starts[2] + id.0 as usize,
            Entity::Gateway(id) => starts[3] + id.0 as usize,
            Entity::Downstream(id) => starts[4] + id.0 as usize,
            Entity::Stream(id) => starts[5] + id.0 as usize,
            Entity::Push(id) => starts[6] + id.0 as usize,
        }
    }
}

/// Each function as it is at the start and after each change, and its versions.
fn every_configuration(scenario: &Scenario) -> impl Iterator<Item = (usize, &Function)> {
    let later = scenario.changes.iter().flat_map(|change| change.functions.iter().enumerate());
    let all = scenario.functions.iter().enumerate().chain(later);
    all.flat_map(|(index, function)| with_versions(function).map(move |config| (index, config)))
}

/// One function as it is at the start and after each change, and its versions.
fn configurations_of(scenario: &Scenario, id: FunctionId) -> impl Iterator<Item = &Function> {
    let all = scenario.changes.iter().map(|change| &change.functions);
    let all = std::iter::once(&scenario.functions).chain(all);
    all.flat_map(move |functions| with_versions(&functions[id.0 as usize]))
}

fn with_versions(function: &Function) -> impl Iterator<Item = &Function> {
    std::iter::once(function).chain(function.versions.iter().map(|version| &version.config))
}

/// Where asynchronous events with these settings may end.
fn ends_of(settings: &Asynchronous) -> impl Iterator<Item = Target> + use<> {
    let ends = [settings.dead_letter, settings.on_failure, settings.on_success];
    ends.into_iter().flatten()
}

/// Whom a function sends to: where its asynchronous events may end, which functions it calls, what it passes on.
fn targets(function: &Function) -> impl Iterator<Item = Target> {
    qualified_targets(function).map(|(target, _)| target)
}

/// The same, with the version or alias that is meant.
fn qualified_targets(function: &Function) -> impl Iterator<Item = (Target, Option<Qualifier>)> {
    let settings = &function.asynchronous;
    let called = function.calls.iter().filter_map(|call| match call.to {
        Callee::Function(id) => Some((Target::Function(id), call.qualifier)),
        Callee::Downstream(_) | Callee::Receiver(_) => None,
    });
    let told = function.surroundings.log_subscriptions.iter().map(|filter| Target::Function(filter.to));
    let of_versions = function.versions.iter().flat_map(|version| ends_of(&version.config.asynchronous));
    ends_of(settings)
        .chain(of_versions)
        .chain(told)
        .map(|target| (target, None))
        .chain(called)
        .chain(function.emits.iter().map(|emission| (emission.to, emission.qualifier)))
}

struct DisjointSets {
    parent: Vec<usize>,
}

impl DisjointSets {
    fn new(size: usize) -> Self {
        Self { parent: (0..size).collect() }
    }

    fn len(&self) -> usize {
        self.parent.len()
    }

    fn root(&mut self, mut node: usize) -> usize {
        while self.parent[node] != node {
            self.parent[node] = self.parent[self.parent[node]];
            node = self.parent[node];
        }
        node
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        // The smaller index is the root, so that cells come in the order of the file.
        self.parent[one.max(other)] = one.min(other);
    }
}
