//! What is to be billed, from the observations of all cells.

use std::collections::BTreeMap;

use crate::observe::{MeteredUsage, Waste};
use crate::platform::Metered;
use crate::scenario::model::Scenario;

use super::bill::{FunctionUsage, FunctionWaste, MeteredQuantity, MonthUsage, Owner, Steady, Usage};
use super::build::{Observed, ObservedFunction};

/// The usage of a run, functions in the order of the file.
pub(super) fn of_run(scenario: &Scenario, functions: &[ObservedFunction<'_>], observed: &Observed) -> Usage {
    let standing = super::standing::usage(scenario, observed.end);
    let mut metered = metered(scenario, observed);
    metered.extend(standing.iter().map(|(owner, usage)| (owner.clone(), usage)));
    let months =
        functions.iter().map(|function| function.statistics.usage.months().count()).max().unwrap_or(0);
    let months = months.max(metered.iter().map(|(_, usage)| usage.months().len()).max().unwrap_or(0));
    let months = (0..months).map(|month| of_month(functions, &metered, month)).collect();
    Usage {
        region: scenario.region.clone(),
        pricing: scenario.pricing.clone(),
        months,
        steady: steady(functions, &metered),
        wasted: wasted(scenario, observed),
        rounded_up: metered.iter().flat_map(|(owner, usage)| quantities(owner, usage.rounded_up())).collect(),
    }
}

/// Metered quantities with their owners, in the order of the file.
type MeteredByOwner<'o> = Vec<(Owner, &'o MeteredUsage)>;

fn metered<'o>(scenario: &Scenario, observed: &'o Observed) -> MeteredByOwner<'o> {
    let mut found: Vec<_> = observed
        .cells
        .iter()
        .flat_map(|cell| cell.cell.functions.iter().enumerate().map(move |(index, id)| (id, index, cell)))
        .flat_map(|(id, index, cell)| {
            let held = cell.statistics.provisioned.held(index);
            let metered = cell.statistics.metering.metered(index);
            let snapshots = cell.statistics.snapstart.as_ref().and_then(|snapstart| snapstart.metered(index));
            let pollers = cell.statistics.sqs.poller_time(index).chain(cell.statistics.kafka.billed(index));
            let all = held.into_iter().chain(snapshots).chain(metered).chain(pollers);
            all.map(|usage| (id.0 as usize, usage))
        })
        .collect();
    found.sort_by_key(|(id, _)| *id);
    let functions =
        found.into_iter().map(|(id, usage)| (Owner::Function(scenario.functions[id].name.clone()), usage));
    let gateways = observed.gateways().into_iter().filter_map(|(id, statistics)| {
        let usage = statistics.metered.as_ref()?;
        Some((Owner::Resource(scenario.gateways[id].name.clone()), usage))
    });
    let queues = observed.sqs_requests().into_iter().filter_map(|(id, requests)| {
        let usage = requests.metered.as_ref()?;
        Some((Owner::Resource(scenario.queues[id].name.clone()), usage))
    });
    let streams = observed.streams().into_iter().filter_map(|(id, statistics)| {
        let usage = statistics.charges.as_ref()?.usage();
        Some((Owner::Resource(scenario.streams[id].name.clone()), usage))
    });
    let push_sources = observed.push_sources().into_iter().filter_map(|(id, statistics)| {
        let usage = statistics.metered.as_ref()?;
        Some((Owner::Resource(scenario.push_sources[id].name.clone()), usage))
    });
    functions.chain(gateways).chain(queues).chain(streams).chain(push_sources).collect()
}

fn quantities(owner: &Owner, used: &BTreeMap<Metered, u128>) -> Vec<MeteredQuantity> {
    let one = |(metered, quantity): (&Metered, &u128)| MeteredQuantity {
        owner: owner.clone(),
        metered: *metered,
        quantity: *quantity,
    };
    used.iter().map(one).collect()
}

fn of_month(functions: &[ObservedFunction<'_>], metered: &MeteredByOwner<'_>, month: usize) -> MonthUsage {
    let of_function = |function: &ObservedFunction<'_>| -> Vec<FunctionUsage> {
        let used = function.statistics.usage.months().nth(month).into_iter().flatten();
        let name = function.config.name.clone();
        used.map(|(arch, consumption)| FunctionUsage { name: name.clone(), arch, consumption }).collect()
    };
    let others =
        metered.iter().filter_map(|(owner, usage)| Some(quantities(owner, usage.months().get(month)?)));
    MonthUsage {
        functions: functions.iter().flat_map(of_function).collect(),
        others: others.flatten().collect(),
    }
}

fn steady(functions: &[ObservedFunction<'_>], metered: &MeteredByOwner<'_>) -> Option<Steady> {
    let span = functions.first()?.statistics.window().length();
    let of_function = |function: &ObservedFunction<'_>| {
        let name = function.config.name.clone();
        function.statistics.usage.steady().map(|(arch, consumption)| FunctionUsage {
            name: name.clone(),
            arch,
            consumption,
        })
    };
    let usage = MonthUsage {
        functions: functions.iter().flat_map(of_function).collect(),
        others: metered.iter().flat_map(|(owner, usage)| quantities(owner, usage.steady())).collect(),
    };
    (span.nanos() > 0).then_some(Steady { usage, span })
}

fn wasted(scenario: &Scenario, observed: &Observed) -> Vec<FunctionWaste> {
    let mut found: Vec<(usize, FunctionWaste)> = Vec::new();
    for cell in &observed.cells {
        for (index, id) in cell.cell.functions.iter().enumerate() {
            for why in Waste::ALL {
                for (arch, wasted) in cell.statistics.metering.wasted(index, why) {
                    let name = scenario.functions[id.0 as usize].name.clone();
                    if wasted.invocations > 0 {
                        found.push((id.0 as usize, FunctionWaste { name, arch, why, wasted }));
                    }
                }
            }
        }
    }
    found.sort_by_key(|(id, _)| *id);
    found.into_iter().map(|(_, waste)| waste).collect()
}
