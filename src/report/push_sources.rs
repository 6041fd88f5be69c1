//! Topics, buckets and event buses as the report has them.

use indexmap::IndexMap;

use crate::observe::PushStatistics;
use crate::scenario::model::{Function, PushKind, PushSource, Scenario, Target};

use super::build::Observed;
use super::model::PushSourceReport;

impl Observed {
    /// All push sources in the order of the file.
    pub(super) fn push_sources(&self) -> Vec<(usize, &PushStatistics)> {
        let of_cells = self.cells.iter().flat_map(|cell| {
            cell.cell.push_sources.iter().map(|id| id.0 as usize).zip(&cell.statistics.push_sources)
        });
        let mut sources: Vec<_> = of_cells.collect();
        sources.sort_by_key(|(id, _)| *id);
        sources
    }
}

/// Those of one kind, by name.
pub(super) fn of_kind(
    scenario: &Scenario,
    observed: &Observed,
    kind: PushKind,
) -> IndexMap<String, PushSourceReport> {
    let all = observed.push_sources().into_iter();
    let all = all.map(|(id, statistics)| (&scenario.push_sources[id], statistics));
    all.filter(|(source, _)| source.kind == kind)
        .map(|(source, statistics)| (source.name.clone(), report(scenario, source, statistics)))
        .collect()
}

fn report(scenario: &Scenario, source: &PushSource, statistics: &PushStatistics) -> PushSourceReport {
    let mut delivered = IndexMap::new();
    for (subscription, count) in source.subscriptions.iter().zip(&statistics.handed_over) {
        *delivered.entry(name(scenario, subscription.to).to_owned()).or_insert(0) += count;
    }
    PushSourceReport {
        published: statistics.published,
        deduplicated: statistics.deduplicated,
        delivered,
        filtered: statistics.filtered,
        failed_attempts: statistics.failures,
        dead_lettered: statistics.dead_lettered,
        lost: statistics.lost,
        on_the_way: statistics.fates.offered - statistics.fates.closed(),
    }
}

fn name(scenario: &Scenario, target: Target) -> &str {
    match target {
        Target::Function(id) => &scenario.functions[id.0 as usize].name,
        Target::Queue(id) => &scenario.queues[id.0 as usize].name,
        Target::Stream(id) => &scenario.streams[id.0 as usize].name,
        Target::Push(id) => &scenario.push_sources[id.0 as usize].name,
    }
}

/// What is easily misread: behind a queue the function is called synchronously, by the poller.
pub(super) fn synchronous_behind_queues(scenario: &Scenario) -> Vec<String> {
    let mut texts = Vec::new();
    for source in &scenario.push_sources {
        for subscription in &source.subscriptions {
            let Target::Queue(queue) = subscription.to else { continue };
            let reads = |function: &&Function| function.event_sources.iter().any(|one| one.queue == queue);
            for function in scenario.functions.iter().filter(reads) {
                let queue = &scenario.queues[queue.0 as usize];
                let redrive = match queue.redrive {
                    Some(redrive) => format!("and after {} receives its redrive", redrive.max_receive_count),
                    None => "and no redrive".to_owned(),
                };
                texts.push(format!(
                    "{} -> {} -> {}: the poller calls {} synchronously. A failure is tried again by the visibility timeout of {} ({}), {}; \
                     `async` of {} has no part in it.",
                    source.name,
                    queue.name,
                    function.name,
                    function.name,
                    queue.name,
                    queue.visibility_timeout,
                    redrive,
                    function.name
                ));
            }
        }
    }
    texts
}
