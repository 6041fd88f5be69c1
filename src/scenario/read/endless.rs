//! Records that come round for ever.

use std::collections::BTreeSet;

use crate::scenario::model::{Function, FunctionId, PushSource, StreamId, Target};

use super::cursor::Cursor;

/// Loop detection stops calls, events and messages (S49), but not records: a function that puts some into a stream that it
/// reads, alone or by way of others, goes on until the horizon, so there has to be one.
pub(super) fn check_streams(
    top: &Cursor<'_>,
    functions: &[Function],
    pushes: &[PushSource],
    has_horizon: bool,
) {
    let Some(section) = top.find("functions").filter(|_| !has_horizon) else { return };
    for (index, (name, function)) in section.entries().enumerate() {
        let comes_round = streams_fed_by(&functions[index])
            .any(|stream| readers(functions, stream).any(|reader| reaches(functions, pushes, reader, index)));
        if comes_round {
            let key = function.find("emits").unwrap_or(function);
            let problem = key.problem(format!("what `{name}` puts into a stream comes back to it, for ever"));
            key.report(problem.hint("a run with such a loop needs `horizon:`; nothing on AWS stops it"));
        }
    }
}

/// A function with all its versions.
fn configurations(function: &Function) -> impl Iterator<Item = &Function> {
    std::iter::once(function).chain(function.versions.iter().map(|version| &version.config))
}

fn targets(function: &Function) -> impl Iterator<Item = Target> {
    let given_up = function.stream_sources.iter().filter_map(|source| source.on_failure);
    configurations(function)
        .flat_map(|config| config.emits.iter().map(|emission| emission.to))
        .chain(given_up)
}

fn streams_fed_by(function: &Function) -> impl Iterator<Item = StreamId> {
    targets(function).filter_map(|target| match target {
        Target::Stream(stream) => Some(stream),
        _ => None,
    })
}

fn readers(functions: &[Function], stream: StreamId) -> impl Iterator<Item = usize> {
    let reads =
        move |function: &Function| function.stream_sources.iter().any(|source| source.stream == stream);
    functions.iter().enumerate().filter(move |(_, function)| reads(function)).map(|(index, _)| index)
}

/// Whether what happens to function `from` makes function `to` run.
fn reaches(functions: &[Function], pushes: &[PushSource], from: usize, to: usize) -> bool {
    let (mut seen, mut ahead) = (BTreeSet::new(), vec![Target::Function(FunctionId(from as u32))]);
    let polled = |reads: &dyn Fn(&Function) -> bool| -> Vec<Target> {
        let readers = functions.iter().zip(0..).filter(|(function, _)| reads(function));
        readers.map(|(_, id)| Target::Function(FunctionId(id))).collect()
    };
    while let Some(at) = ahead.pop() {
        if at == Target::Function(FunctionId(to as u32)) {
            return true;
        }
        if !seen.insert(at) {
            continue;
        }
        match at {
            Target::Function(id) => ahead.extend(targets(&functions[id.0 as usize])),
            Target::Queue(queue) => {
                ahead.extend(polled(&|other| other.event_sources.iter().any(|source| source.queue == queue)));
            }
            Target::Stream(stream) => {
                ahead.extend(polled(&|other| {
                    other.stream_sources.iter().any(|source| source.stream == stream)
                }));
            }
            Target::Push(id) => {
                let subscriptions =
                    pushes.get(id.0 as usize).into_iter().flat_map(|push| &push.subscriptions);
                ahead.extend(subscriptions.map(|subscription| subscription.to));
            }
        }
    }
    false
}
