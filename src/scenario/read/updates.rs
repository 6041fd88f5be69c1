//! Updates that take their time: until one is successful AWS refuses the next (S67).

use std::collections::{BTreeMap, BTreeSet};

use crate::platform::{self, RuntimeStatus};
use crate::scenario::model::Function;
use crate::units::{SimDuration, SimTime};

use super::cursor::Cursor;
use super::function::optional;

/// A change of functions, from its request to its success.
pub(super) struct Update<'a> {
    pub asked: SimTime,
    pub successful: SimTime,
    pub set: Cursor<'a>,
}

/// The change that an entry of `events` asks for, if it is one.
pub(super) fn read<'a>(event: &Cursor<'a>) -> Option<Update<'a>> {
    let takes = optional(event.find("takes"), Cursor::duration)?;
    let Some(set) = event.find("set") else {
        if let Some(key) = event.find("takes") {
            key.report(key.problem("`takes` belongs to a `set`: how long the update is in progress"));
        }
        return None;
    };
    let asked = SimTime::ZERO + event.find("at")?.duration()?;
    Some(Update { asked, successful: takes.map_or(asked, |takes| asked + takes), set })
}

/// Reports every update of a function that is asked for while another one is in progress.
pub(super) fn check_one_at_a_time(updates: &[Update<'_>]) {
    let mut in_order: Vec<&Update<'_>> = updates.iter().collect();
    in_order.sort_by_key(|update| update.asked);
    let mut busy: BTreeMap<&str, (SimTime, &Update<'_>)> = BTreeMap::new();
    for update in in_order {
        let mut names: Vec<&str> =
            update.set.node.entries().iter().filter_map(|entry| function_of(&entry.key)).collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            if let Some((until, earlier)) = busy.get(name)
                && update.asked < *until
            {
                let message = format!("`{name}` is being updated until {}", until.since(SimTime::ZERO));
                let problem = update.set.problem(message).other(earlier.set.node.place, "by this update");
                update.set.report(problem.aws_says(&format!(
                    "The operation cannot be performed at this time. An update is in progress for resource: \
                     function:{name}"
                )));
            }
            busy.insert(name, (update.successful, update));
        }
    }
}

/// What of a function is set by a call of the control plane; how its handler behaves is not.
const SET_BY_CALLS: [&str; 16] = [
    "aliases",
    "arch",
    "async",
    "environment",
    "ephemeral_storage",
    "event_sources",
    "layers",
    "logs",
    "memory",
    "package",
    "provisioned_concurrency",
    "reserved_concurrency",
    "role",
    "runtime",
    "timeout",
    "vpc",
];

/// Reports the change that is one call of the control plane too many within a second: one for each function.
pub(super) fn check_request_rate(updates: &[Update<'_>], most: u32) {
    const SECOND: SimDuration = SimDuration::from_secs(1);
    let mut in_order: Vec<&Update<'_>> = updates.iter().collect();
    in_order.sort_by_key(|update| update.asked);
    let mut calls: Vec<SimTime> = Vec::new();
    for update in in_order {
        let before = calls.len();
        let called = update.set.node.entries().iter().filter_map(|entry| called_for(&entry.key));
        let called: BTreeSet<&str> = called.collect();
        calls.extend(called.iter().map(|_| update.asked));
        let within = calls.iter().filter(|at| **at + SECOND > update.asked).count();
        if calls.len() > before && within > most as usize {
            let message = format!("{within} calls of the control plane within a second; AWS takes {most}");
            let problem = update.set.problem(message).hint("let some of the changes come a second later");
            update.set.report(problem.aws_rejects("TooManyRequestsException, Rate exceeded"));
            return;
        }
    }
}

/// The function for which a change of this path is a call.
fn called_for(path: &str) -> Option<&str> {
    let mut parts = path.strip_prefix("functions.")?.split('.');
    let function = parts.next()?;
    parts.next().is_some_and(|key| SET_BY_CALLS.contains(&key)).then_some(function)
}

/// Reports functions whose configuration would be changed although AWS updates no function of their runtime any more.
pub(super) fn check_runtimes(
    update: &Update<'_>,
    after: &[Function],
    before: &[Function],
    start_unix_s: i64,
) {
    let today = start_unix_s + update.asked.seconds() as i64;
    for (after, before) in after.iter().zip(before) {
        let Some(runtime) = after.runtime.as_deref().filter(|_| is_updated(before, after)) else { continue };
        if let RuntimeStatus::UpdateBlocked { since } = platform::runtime_status(runtime, today) {
            let message = format!(
                "`{}` cannot be updated: its runtime `{runtime}` has been blocked since {since}",
                after.name
            );
            update.set.report(update.set.problem(message).aws_says(&platform::blocked_message(runtime)));
        }
    }
}

/// Whether code or configuration changes, and not only how the handler behaves or what the function may use.
fn is_updated(before: &Function, after: &Function) -> bool {
    before.runtime != after.runtime
        || before.memory != after.memory
        || before.timeout != after.timeout
        || before.ephemeral_storage != after.ephemeral_storage
        || before.package != after.package
        || before.surroundings.environment_size != after.surroundings.environment_size
}

fn function_of(path: &str) -> Option<&str> {
    path.strip_prefix("functions.")?.split('.').next()
}
