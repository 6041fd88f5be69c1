//! Cells: groups of functions that nothing but the account's limits ties together.

use crate::scenario::model::{
    Arrivals, ClientId, Function, FunctionId, GatewayId, QueueId, Scenario, Target,
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
            traffic,
            feeds,
        }
    }

    /// The internal sources: each function that is a destination of another function, once per pair.
    pub fn onward_sources(&self, scenario: &Scenario) -> Vec<OnwardSource> {
        let mut sources: Vec<OnwardSource> = Vec::new();
        for &from in &self.functions {
            for function in configurations_of(scenario, from) {
                for target in targets(function) {
                    let Target::Function(to) = target else { continue };
                    if sources.iter().any(|known| (known.from, known.to) == (from, to)) {
                        continue;
                    }
                    let [one, other] = [from, to].map(|id| &scenario.functions[id.0 as usize].name);
                    sources.push(OnwardSource { from, to, name: format!("{one} -> {other}") });
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

    /// The name of a source by its index within the cell: traffic sources come first, then functions that are
    /// destinations, then event source mappings.
    pub fn source_name(&self, scenario: &Scenario, source: u32) -> String {
        let index = source as usize;
        if let Some(&traffic) = self.traffic.get(index) {
            return scenario.traffic[traffic].name.clone();
        }
        let onward = self.onward_sources(scenario).into_iter().map(|source| source.name);
        let mappings = self.mappings(scenario).into_iter().map(|mapping| mapping.name);
        onward.chain(mappings).nth(index - self.traffic.len()).expect("every source has a name")
    }
}

/// A function whose records are events of another function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnwardSource {
    /// Whose records.
    pub from: FunctionId,
    /// Whose events.
    pub to: FunctionId,
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

/// An entity that may be tied to others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Entity {
    Function(FunctionId),
    Queue(QueueId),
    Client(ClientId),
    Gateway(GatewayId),
}

impl From<Target> for Entity {
    fn from(target: Target) -> Self {
        match target {
            Target::Function(id) => Self::Function(id),
            Target::Queue(id) => Self::Queue(id),
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
    for (index, traffic) in scenario.traffic.iter().enumerate() {
        let cell = cell_of(traffic.to.into(), &mut cells);
        let sources = match traffic.to {
            Target::Function(_) => &mut cells[cell].traffic,
            Target::Queue(_) => &mut cells[cell].feeds,
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
    }
    for (index, queue) in scenario.queues.iter().enumerate() {
        if let Some(redrive) = queue.redrive {
            tie(Entity::Queue(QueueId(index as u32)), Entity::Queue(redrive.dead_letter));
        }
    }
    for deployment in &scenario.deployments {
        for alarm in &deployment.rollback_if {
            tie(Entity::Function(deployment.function), Entity::Function(alarm.function));
        }
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

/// Every entity as a node of one graph.
struct Nodes {
    functions: usize,
    queues: usize,
    clients: usize,
    gateways: usize,
}

impl Nodes {
    fn of(scenario: &Scenario) -> Self {
        Self {
            functions: scenario.functions.len(),
            queues: scenario.queues.len(),
            clients: scenario.clients.len(),
            gateways: scenario.gateways.len(),
        }
    }

    fn count(&self) -> usize {
        self.functions + self.queues + self.clients + self.gateways
    }

    fn index(&self, entity: Entity) -> usize {
        match entity {
            Entity::Function(id) => id.0 as usize,
            Entity::Queue(id) => self.functions + id.0 as usize,
            Entity::Client(id) => self.functions + self.queues + id.0 as usize,
            Entity::Gateway(id) => self.functions + self.queues + self.clients + id.0 as usize,
        }
    }
}

/// Each function as it is at the start and after each change.
fn every_configuration(scenario: &Scenario) -> impl Iterator<Item = (usize, &Function)> {
    let later = scenario.changes.iter().flat_map(|change| change.functions.iter().enumerate());
    scenario.functions.iter().enumerate().chain(later)
}

/// One function as it is at the start and after each change.
fn configurations_of(scenario: &Scenario, id: FunctionId) -> impl Iterator<Item = &Function> {
    let all = scenario.changes.iter().map(|change| &change.functions);
    std::iter::once(&scenario.functions).chain(all).map(move |functions| &functions[id.0 as usize])
}

/// Where a function's asynchronous events may end.
fn targets(function: &Function) -> impl Iterator<Item = Target> {
    let settings = &function.asynchronous;
    [settings.dead_letter.map(Target::Queue), settings.on_failure, settings.on_success].into_iter().flatten()
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
