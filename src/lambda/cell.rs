//! Cells: groups of functions that nothing but the account's limits ties together.

use crate::scenario::model::{Arrivals, ClientId, Destination, Function, FunctionId, QueueId, Scenario};

/// What is simulated in one agenda. All indices ascend.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// Functions.
    pub functions: Vec<FunctionId>,
    /// Queues that receive from these functions.
    pub queues: Vec<QueueId>,
    /// Clients that call these functions.
    pub clients: Vec<ClientId>,
    /// Indices of traffic sources.
    pub traffic: Vec<usize>,
}

impl Cell {
    /// Everything in one cell.
    pub fn whole(scenario: &Scenario) -> Self {
        Self {
            functions: (0..scenario.functions.len()).map(|index| FunctionId(index as u32)).collect(),
            queues: (0..scenario.queues.len()).map(|index| QueueId(index as u32)).collect(),
            clients: (0..scenario.clients.len()).map(|index| ClientId(index as u32)).collect(),
            traffic: (0..scenario.traffic.len()).collect(),
        }
    }

    /// The internal sources: each function that is a destination of another function, once per pair.
    pub fn onward_sources(&self, scenario: &Scenario) -> Vec<OnwardSource> {
        let mut sources: Vec<OnwardSource> = Vec::new();
        for &from in &self.functions {
            for (_, function) in every_configuration(scenario).filter(|(index, _)| *index == from.0 as usize)
            {
                for target in targets(function) {
                    let Destination::Function(to) = target else { continue };
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

    /// The name of a source by its index within the cell: traffic sources come first, then internal ones.
    pub fn source_name(&self, scenario: &Scenario, source: u32) -> String {
        let index = source as usize;
        match self.traffic.get(index) {
            Some(&traffic) => scenario.traffic[traffic].name.clone(),
            None => self.onward_sources(scenario).swap_remove(index - self.traffic.len()).name,
        }
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

/// Divides a scenario into its cells, in the order of their first functions.
///
/// Functions are tied together by a queue that both send to, by destinations, by a client and by a trace.
pub fn cells(scenario: &Scenario) -> Vec<Cell> {
    let functions = scenario.functions.len();
    let queues = scenario.queues.len();
    let queue_node = |queue: QueueId| functions + queue.0 as usize;
    let client_node = |client: ClientId| functions + queues + client.0 as usize;
    let mut ties = DisjointSets::new(functions + queues + scenario.clients.len());
    for (index, function) in every_configuration(scenario) {
        for target in targets(function) {
            let other = match target {
                Destination::Queue(queue) => queue_node(queue),
                Destination::Function(other) => other.0 as usize,
            };
            ties.join(index, other);
        }
    }
    for traffic in &scenario.traffic {
        let to = traffic.to.0 as usize;
        if let Some(client) = traffic.client {
            ties.join(to, client_node(client));
        }
        if let Arrivals::Trace(trace) = &traffic.arrivals {
            for other in trace.functions.values() {
                ties.join(to, other.0 as usize);
            }
        }
    }
    let mut cell_of_root: Vec<Option<usize>> = vec![None; ties.len()];
    let mut cells: Vec<Cell> = Vec::new();
    let mut cell_of = |node: usize, cells: &mut Vec<Cell>| {
        let root = ties.root(node);
        *cell_of_root[root].get_or_insert_with(|| {
            cells.push(Cell::default());
            cells.len() - 1
        })
    };
    for index in 0..functions {
        let cell = cell_of(index, &mut cells);
        cells[cell].functions.push(FunctionId(index as u32));
    }
    for index in 0..queues {
        let cell = cell_of(functions + index, &mut cells);
        cells[cell].queues.push(QueueId(index as u32));
    }
    for index in 0..scenario.clients.len() {
        let cell = cell_of(functions + queues + index, &mut cells);
        cells[cell].clients.push(ClientId(index as u32));
    }
    for (index, traffic) in scenario.traffic.iter().enumerate() {
        let cell = cell_of(traffic.to.0 as usize, &mut cells);
        cells[cell].traffic.push(index);
    }
    cells
}

/// Each function as it is at the start and after each change.
fn every_configuration(scenario: &Scenario) -> impl Iterator<Item = (usize, &Function)> {
    let later = scenario.changes.iter().flat_map(|change| change.functions.iter().enumerate());
    scenario.functions.iter().enumerate().chain(later)
}

/// Where a function's asynchronous events may end.
fn targets(function: &Function) -> impl Iterator<Item = Destination> {
    let settings = &function.asynchronous;
    [settings.dead_letter.map(Destination::Queue), settings.on_failure, settings.on_success]
        .into_iter()
        .flatten()
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
