//! References from one entity to another: one namespace, several kinds.

use std::collections::BTreeSet;

use crate::scenario::model::Target;
use crate::scenario::problem::suggestion;

use super::Names;
use super::cursor::Cursor;

/// The function or queue that a key names.
pub(super) fn target(key: &Cursor<'_>, names: &Names) -> Option<Target> {
    let name = key.text()?;
    let function = names.functions.get(name).copied().map(Target::Function);
    let found = function.or_else(|| names.queues.get(name).copied().map(Target::Queue));
    if found.is_none() {
        let known = names.functions.keys().chain(names.queues.keys()).map(String::as_str);
        let message = format!("there is no queue or function {}", key.node.described());
        key.report(key.problem(message).hint(suggestion(name, known)));
    }
    found
}

/// The function, queue or stream that a key names.
pub(super) fn receiver(key: &Cursor<'_>, names: &Names) -> Option<Target> {
    let stream = key.text().and_then(|name| names.streams.get(name)).copied();
    stream.map(Target::Stream).or_else(|| target(key, names))
}

/// Names of functions, queues and downstreams must differ where the same keys take them.
pub(super) fn check_names(top: &Cursor<'_>) {
    let functions = top.find("functions");
    let taken: BTreeSet<&str> = functions.iter().flat_map(Cursor::entries).map(|(name, _)| name).collect();
    for section in ["queues", "streams", "downstreams"] {
        for (name, other) in top.find(section).iter().flat_map(Cursor::entries) {
            if taken.contains(name) {
                let problem = other.problem(format!("`{name}` is already the name of a function"));
                other.report(problem.hint(format!("functions and {section} are targets of the same keys")));
            }
        }
    }
}
