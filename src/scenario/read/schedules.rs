//! Schedules as event sources: rules of EventBridge that invoke their function asynchronously.

use crate::scenario::model::{Arrivals, Function, FunctionId, Mode, Overrides, Target, Traffic};
use crate::units::SimTime;

use super::Setting;
use super::cursor::Cursor;

/// An entry of `event_sources` with `schedule`.
pub(super) fn source(source: &Cursor<'_>) -> Option<Arrivals> {
    const OF_OTHERS: [&str; 12] = [
        "batch_size",
        "batch_window",
        "max_concurrency",
        "report_batch_item_failures",
        "on_failure",
        "parallelization_factor",
        "bisect",
        "max_retry_attempts",
        "max_record_age",
        "poll_interval",
        "filter",
        "provisioned_pollers",
    ];
    let given = |key: &Cursor<'_>| key.node.place != crate::scenario::tree::Place::DEFAULT;
    for key in OF_OTHERS.iter().filter_map(|key| source.find(key)).filter(given) {
        let problem = key.problem(format!("`{}` belongs to queues and streams", key.name()));
        key.report(problem.hint("a schedule invokes the function asynchronously: see `async`"));
    }
    super::traffic::schedule(&source.find("schedule")?)
}

/// Adds the traffic that schedules make: until the end of all other traffic, or the horizon.
pub(super) fn add(top: &Cursor<'_>, functions: &[Function], traffic: &mut Vec<Traffic>, setting: &Setting) {
    let until = match setting.horizon {
        Some(_) => None,
        None => traffic.iter().filter_map(Traffic::end).max(),
    };
    let Some(section) = top.find("functions") else { return };
    for (index, ((_, cursor), function)) in section.entries().zip(functions).enumerate() {
        for (place, arrivals) in function.schedules.iter().enumerate() {
            if until.is_none() && setting.horizon.is_none() {
                let key = cursor.find("event_sources").unwrap_or_else(|| cursor.clone());
                let problem = key.problem(format!("the schedule of `{}` never ends", function.name));
                key.report(problem.hint(
                    "give the scenario a horizon, e.g. horizon: 1d, or other traffic, with which it ends",
                ));
                continue;
            }
            let number = if place == 0 { String::new() } else { format!("#{}", place + 1) };
            traffic.push(Traffic {
                name: format!("schedule{number}->{}", function.name),
                to: Target::Function(FunctionId(index as u32)),
                qualifier: None,
                mode: Mode::Async,
                client: None,
                via: None,
                arrivals: arrivals.clone(),
                at: SimTime::ZERO,
                until,
                overrides: Overrides::default(),
            });
        }
    }
}
