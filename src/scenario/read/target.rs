//! References from one entity to another: one namespace, several kinds.

use std::collections::BTreeMap;

use crate::scenario::model::Target;
use crate::scenario::problem::suggestion;

use super::Names;
use super::cursor::Cursor;

/// The function, queue, topic, bucket or event bus that a key names.
pub(super) fn target(key: &Cursor<'_>, names: &Names) -> Option<Target> {
    let name = key.text()?;
    let function = names.functions.get(name).copied().map(Target::Function);
    let queue = || names.queues.get(name).copied().map(Target::Queue);
    let push = || names.pushes.get(name).map(|(id, _)| Target::Push(*id));
    let found = function.or_else(queue).or_else(push);
    if found.is_none() {
        let known = names.functions.keys().chain(names.queues.keys()).chain(names.pushes.keys());
        let message = format!("there is no queue or function {}", key.node.described());
        key.report(key.problem(message).hint(suggestion(name, known.map(String::as_str))));
    }
    found
}

/// The function, queue or stream that a key names.
pub(super) fn receiver(key: &Cursor<'_>, names: &Names) -> Option<Target> {
    let stream = key.text().and_then(|name| names.streams.get(name)).copied();
    stream.map(Target::Stream).or_else(|| target(key, names))
}

/// Names of what the same keys take must differ.
pub(super) fn check_names(top: &Cursor<'_>) {
    const SECTIONS: [&str; 7] =
        ["functions", "queues", "streams", "topics", "buckets", "event_buses", "downstreams"];
    let mut taken: BTreeMap<&str, &str> = BTreeMap::new();
    for section in SECTIONS {
        // Only functions are called as downstreams are.
        let shares = |other: &str| section != "downstreams" || other == "functions";
        for (name, cursor) in top.find(section).iter().flat_map(Cursor::entries) {
            match taken.get(name).filter(|other| **other != section && shares(other)) {
                Some(other) => {
                    let kind = other.strip_suffix("es").filter(|_| *other == "event_buses");
                    let kind = kind.or_else(|| other.strip_suffix('s')).unwrap_or(other).replace('_', " ");
                    let article = if kind.starts_with('e') { "an" } else { "a" };
                    let problem = cursor.problem(format!("`{name}` is already the name of {article} {kind}"));
                    cursor
                        .report(problem.hint(format!("{other} and {section} are targets of the same keys")));
                }
                None => {
                    taken.entry(name).or_insert(section);
                }
            }
        }
    }
}
