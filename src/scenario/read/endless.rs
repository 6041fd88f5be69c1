//! What comes round for ever.

use std::collections::BTreeSet;

use crate::scenario::model::{Callee, Function, FunctionId, PushKind, PushSource, Target};

use super::cursor::Cursor;

/// Loop detection stops calls, events and messages of queues, topics and buckets (S49). Records of streams, events of an event bus
/// and lines of a log begin a chain of their own: what comes round by way of them goes on until the horizon, so there has to be
/// one.
///
/// `logs_are_told`: that functions are told of their own logs has been said already.
pub(super) fn check(top: &Cursor<'_>, functions: &[Function], pushes: &[PushSource], logs_are_told: bool) {
    let Some(section) = top.find("functions") else { return };
    let graph = Graph { functions, pushes };
    for (index, (name, function)) in section.entries().enumerate() {
        let by = graph.comes_round(FunctionId(index as u32));
        let Some(by) = by.filter(|by| *by != By::Log || !logs_are_told) else { continue };
        let (what, key) = match by {
            By::Log => (format!("what `{name}` logs makes it run again"), "logs"),
            By::Stream => (format!("what `{name}` puts into a stream comes back to it"), "emits"),
            By::EventBus => (format!("what `{name}` sends to an event bus comes back to it"), "emits"),
        };
        let key = function.find(key).unwrap_or(function);
        let problem = key.problem(format!("{what}, for ever"));
        key.report(problem.hint("a run with such a loop needs `horizon:`; nothing on AWS stops it"));
    }
}

/// A way on which no chain is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum By {
    Log,
    Stream,
    EventBus,
}

struct Graph<'s> {
    functions: &'s [Function],
    pushes: &'s [PushSource],
}

impl Graph<'_> {
    /// The way on which no chain is told and that a function itself begins, where it makes the function run again. Each loop has
    /// such a function, so that it is said of that one alone.
    fn comes_round(&self, start: FunctionId) -> Option<By> {
        let mut seen = BTreeSet::new();
        let mut ahead = self.next(Target::Function(start), None);
        while let Some((at, by)) = ahead.pop() {
            if at == Target::Function(start) && by.is_some() {
                return by;
            }
            let is_of_another = matches!(at, Target::Function(_)) && by.is_none();
            if !is_of_another && seen.insert((at, by)) {
                ahead.extend(self.next(at, by));
            }
        }
        None
    }

    /// Where something goes from here, with the first way on which no chain was told.
    fn next(&self, at: Target, by: Option<By>) -> Vec<(Target, Option<By>)> {
        let onward = |to: Target, way: Option<By>| (to, by.or(way));
        match at {
            Target::Function(id) => {
                let function = &self.functions[id.0 as usize];
                let logs = function.surroundings.log_subscriptions.iter();
                let logs = logs.map(|filter| onward(Target::Function(filter.to), Some(By::Log)));
                targets(function).map(|to| onward(to, self.untold(to))).chain(logs).collect()
            }
            Target::Queue(queue) => {
                self.polled(by, |other| other.event_sources.iter().any(|source| source.queue == queue))
            }
            Target::Stream(stream) => {
                self.polled(by, |other| other.stream_sources.iter().any(|source| source.stream == stream))
            }
            Target::Push(id) => {
                let source = self.pushes.get(id.0 as usize).into_iter();
                let subscriptions = source.flat_map(|push| &push.subscriptions);
                subscriptions
                    .map(|subscription| onward(subscription.to, self.untold(subscription.to)))
                    .collect()
            }
        }
    }

    fn untold(&self, to: Target) -> Option<By> {
        match to {
            Target::Stream(_) => Some(By::Stream),
            Target::Push(id) => {
                let is_bus =
                    self.pushes.get(id.0 as usize).is_some_and(|push| push.kind == PushKind::EventBus);
                is_bus.then_some(By::EventBus)
            }
            Target::Function(_) | Target::Queue(_) => None,
        }
    }

    fn polled(&self, by: Option<By>, reads: impl Fn(&Function) -> bool) -> Vec<(Target, Option<By>)> {
        let readers = self.functions.iter().zip(0..).filter(|(function, _)| reads(function));
        readers.map(|(_, id)| (Target::Function(FunctionId(id)), by)).collect()
    }
}

/// A function with all its versions.
fn configurations(function: &Function) -> impl Iterator<Item = &Function> {
    std::iter::once(function).chain(function.versions.iter().map(|version| &version.config))
}

/// What a function calls, passes on and leaves behind.
fn targets(function: &Function) -> impl Iterator<Item = Target> {
    let given_up = function.stream_sources.iter().filter_map(|source| source.on_failure);
    let asynchronous = &function.asynchronous;
    let events = [asynchronous.dead_letter, asynchronous.on_failure, asynchronous.on_success];
    let called = configurations(function).flat_map(|config| &config.calls).filter_map(|call| match call.to {
        Callee::Function(id) => Some(Target::Function(id)),
        _ => None,
    });
    configurations(function)
        .flat_map(|config| config.emits.iter().map(|emission| emission.to))
        .chain(given_up)
        .chain(events.into_iter().flatten())
        .chain(called)
}
