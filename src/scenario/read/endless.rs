//! Records that come round for ever.

use std::collections::BTreeSet;

use crate::scenario::model::{Function, StreamId, Target};

use super::cursor::Cursor;

/// Loop detection stops calls, events and messages (S49), but not records: a function that puts some into a stream that it
/// reads, alone or by way of others, goes on until the horizon, so there has to be one.
pub(super) fn check_streams(top: &Cursor<'_>, functions: &[Function], has_horizon: bool) {
    let Some(section) = top.find("functions").filter(|_| !has_horizon) else { return };
    for (index, (name, function)) in section.entries().enumerate() {
        let comes_round = streams_fed_by(&functions[index])
            .any(|stream| readers(functions, stream).any(|reader| reaches(functions, reader, index)));
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
    configurations(function).flat_map(|config| config.emits.iter().map(|emission| emission.to))
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
fn reaches(functions: &[Function], from: usize, to: usize) -> bool {
    let (mut seen, mut ahead) = (BTreeSet::new(), vec![from]);
    while let Some(at) = ahead.pop() {
        if at == to {
            return true;
        }
        if seen.insert(at) {
            for target in targets(&functions[at]) {
                let reads = |other: &Function| match target {
                    Target::Function(_) => false,
                    Target::Queue(queue) => other.event_sources.iter().any(|source| source.queue == queue),
                    Target::Stream(stream) => {
                        other.stream_sources.iter().any(|source| source.stream == stream)
                    }
                };
                if let Target::Function(id) = target {
                    ahead.push(id.0 as usize);
                }
                ahead
                    .extend(functions.iter().enumerate().filter(|(_, other)| reads(other)).map(|(at, _)| at));
            }
        }
    }
    false
}
