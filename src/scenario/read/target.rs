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

/// Names of functions and queues must differ.
pub(super) fn check_names(top: &Cursor<'_>) {
    let functions = top.find("functions");
    let taken: BTreeSet<&str> = functions.iter().flat_map(Cursor::entries).map(|(name, _)| name).collect();
    for (name, queue) in top.find("queues").iter().flat_map(Cursor::entries) {
        if taken.contains(name) {
            queue.report(
                queue
                    .problem(format!("`{name}` is already the name of a function"))
                    .hint("functions and queues are targets of the same keys"),
            );
        }
    }
}
