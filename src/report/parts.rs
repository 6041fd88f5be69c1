//! Versions and aliases of a function, and deployments.

use indexmap::IndexMap;

use crate::lambda::cell::Cell;
use crate::lambda::facts::DeploymentChange;
use crate::lambda::parts::Parts;
use crate::observe::{CapacityChange, FunctionStatistics, Statistics};
use crate::scenario::model::{FunctionId, Qualifier, Scenario, Strategy};
use crate::units::SimTime;

use super::build::{Observed, concurrency, distribution, ratio, throttles};
use super::model::{DeploymentReport, DeploymentStep, PartReport, ProvisionedReport, ProvisionedStep};

/// The statistics of a part of a function.
pub(super) fn find(
    observed: &Observed,
    scenario: &Scenario,
    id: FunctionId,
    qualifier: Qualifier,
) -> Option<Found> {
    let cell = observed.cells.iter().position(|cell| cell.cell.functions.binary_search(&id).is_ok())?;
    let function = observed.cells[cell].cell.functions.binary_search(&id).ok()? as u32;
    let parts = Parts::of(scenario, &observed.cells[cell].cell);
    Some(Found { cell, index: parts.index(function, qualifier) as usize })
}

/// Where the statistics of a part are.
pub(super) struct Found {
    pub cell: usize,
    pub index: usize,
}

/// Versions and aliases of the functions of a cell, by function and name.
pub(super) struct PartReports {
    pub versions: IndexMap<String, PartReport>,
    pub aliases: IndexMap<String, PartReport>,
    pub provisioned: Option<ProvisionedReport>,
}

/// The parts of each function of a cell, in the order of the functions.
pub(super) fn of_cell(
    scenario: &Scenario,
    cell: &Cell,
    statistics: &Statistics,
    alive: &[u64],
) -> Vec<PartReports> {
    let parts = Parts::of(scenario, cell);
    let nothing = |index: usize| PartReports {
        versions: IndexMap::new(),
        aliases: IndexMap::new(),
        provisioned: provisioned(scenario, cell, &parts, statistics, index),
    };
    let mut reports: Vec<PartReports> = (0..cell.functions.len()).map(nothing).collect();
    for (index, part) in parts.all() {
        let statistics = &statistics.functions[index as usize];
        let name = parts.name(part, scenario, cell).to_owned();
        let of_function = &mut reports[part.function as usize];
        let alive = alive.get(index as usize).copied();
        let report = part_report(statistics, alive);
        match part.qualifier {
            Qualifier::Version(_) => of_function.versions.insert(name, report),
            Qualifier::Alias(_) => of_function.aliases.insert(name, report),
        };
    }
    reports
}

fn provisioned(
    scenario: &Scenario,
    cell: &Cell,
    parts: &Parts,
    statistics: &Statistics,
    function: usize,
) -> Option<ProvisionedReport> {
    let of = statistics.provisioned.function(function);
    let change = |change: &CapacityChange| ProvisionedStep {
        at_s: change.at.seconds(),
        qualifier: change
            .part
            .and_then(|part| parts.part(part))
            .map(|part| parts.name(part, scenario, cell).to_owned()),
        requested: change.requested,
        allocated: change.ready,
    };
    let held = statistics.provisioned.held(function);
    let months = held.into_iter().flat_map(|held| held.months().iter().flat_map(|month| month.values()));
    of.has_pools().then(|| ProvisionedReport {
        requested: of.requested,
        allocated: of.ready,
        invocations: of.invocations,
        spillover: of.spillover,
        failed: of.failed,
        refused: of.refused,
        refused_max: (of.refused > 0).then_some(of.refused_max),
        utilization: of.utilization(),
        held_gb_s: months.sum::<u128>() as f64 / 1_024_000.0,
        changes: of.changes.iter().map(change).collect(),
    })
}

fn part_report(statistics: &FunctionStatistics, alive: Option<u64>) -> PartReport {
    let counts = &statistics.counts;
    let total = statistics.usage.total();
    PartReport {
        attempts: counts.attempts,
        invocations: counts.invocations,
        succeeded: counts.succeeded,
        errors: counts.errors(),
        timeouts: counts.timeouts,
        out_of_memory: counts.out_of_memory,
        throttles: throttles(statistics),
        throttle_rate: ratio(statistics.throttles.total(), counts.attempts),
        error_rate: ratio(counts.errors() + counts.timeouts + counts.out_of_memory, counts.invocations),
        cold_starts: counts.cold_starts,
        cold_start_rate: ratio(counts.cold_starts, counts.invocations),
        cold_starts_first_s: statistics.cold_starts_span.map(|(first, _)| first.seconds()),
        cold_starts_last_s: statistics.cold_starts_span.map(|(_, last)| last.seconds()),
        latency_ms: distribution(&statistics.latency),
        duration_ms: distribution(&statistics.duration),
        init_ms: distribution(&statistics.init),
        concurrency: concurrency(statistics),
        environments_created: alive.map(|_| statistics.environments.created),
        environments_alive: alive,
        billed_gb_s: (total.handler_mb_ms + total.init_mb_ms + total.provisioned_mb_ms) as f64 / 1_024_000.0,
    }
}

/// What became of each deployment, in order of time.
pub(super) fn deployments(scenario: &Scenario, observed: &Observed) -> Vec<DeploymentReport> {
    let mut told: Vec<(u32, SimTime, DeploymentChange)> =
        observed.cells.iter().flat_map(|cell| cell.statistics.deployments.iter().copied()).collect();
    told.sort_by_key(|(deployment, at, _)| (*deployment, *at));
    let report = |(index, deployment): (usize, &crate::scenario::model::Deployment)| {
        let function = &scenario.functions[deployment.function.0 as usize];
        let own = || told.iter().filter(move |(told, ..)| *told as usize == index);
        let shifted = |(_, at, change): &(u32, SimTime, DeploymentChange)| match change {
            DeploymentChange::Shifted { tenths } => {
                Some(DeploymentStep { at_s: at.seconds(), weight: f64::from(*tenths) / 10.0 })
            }
            DeploymentChange::RolledBack { .. } => None,
        };
        let rolled_back = own().find_map(|(_, at, change)| match change {
            DeploymentChange::RolledBack { alarm } => Some((*at, *alarm)),
            DeploymentChange::Shifted { .. } => None,
        });
        let steps: Vec<DeploymentStep> = own().filter_map(shifted).collect();
        let completed = steps.last().filter(|step| step.weight >= 1.0).map(|step| step.at_s);
        DeploymentReport {
            function: function.name.clone(),
            alias: function.aliases[deployment.alias].name.clone(),
            version: function.versions[deployment.version].name.clone(),
            strategy: strategy_name(deployment.strategy),
            outcome: match (completed, rolled_back) {
                (_, Some(_)) => "rolled back",
                (Some(_), None) => "completed",
                (None, None) => "under way",
            },
            steps,
            completed_s: completed,
            rolled_back_s: rolled_back.map(|(at, _)| at.seconds()),
            rolled_back_by: rolled_back.map(|(_, alarm)| deployment.rollback_if[alarm as usize].text.clone()),
        }
    };
    scenario.deployments.iter().enumerate().map(report).collect()
}

fn strategy_name(strategy: Strategy) -> String {
    Strategy::named().find(|(_, known)| *known == strategy).map_or_else(String::new, |(name, _)| name)
}
