//! Completing a tree: `defaults:` merged into every function, then every key's default written in.
//!
//! Readers therefore find a node wherever there is a default, and `validate --expand` prints the same tree.
//!
//! ## Functions and sources are completed one by one, not all at once
//! A function has about sixty keys, of which a scenario says two or three. Completed together, 40,000 functions and their
//! traffic took 400 MB; one at a time they take no more than the file.

use crate::platform::Profile;

use super::language::{FUNCTION, Fallback, Key, Shape, TOP, TRAFFIC};
use super::tree::{Entry, Node, Place, Value};

/// Keys of a function that replace each other, so that a function's own word beats the other in `defaults:`.
const REPLACEMENTS: [(&str, &[&str]); 7] = [
    ("duration", &["work"]),
    ("work", &["duration"]),
    ("cold_duration", &["init", "placement", "init_extra", "first_invoke_extra", "init_table"]),
    ("init", &["cold_duration", "init_table"]),
    ("placement", &["cold_duration"]),
    ("init_extra", &["cold_duration"]),
    ("init_table", &["cold_duration", "init"]),
];

/// Merges `defaults:` into every function.
pub(super) fn merge_defaults(tree: &mut Node) {
    let Some(defaults) = tree.find("defaults").cloned() else { return };
    let Some(functions) =
        tree.entries_mut().and_then(|entries| entries.iter_mut().find(|entry| entry.key == "functions"))
    else {
        return;
    };
    for function in functions.node.entries_mut().into_iter().flatten() {
        merge_into_function(&mut function.node, &defaults);
    }
}

fn merge_into_function(function: &mut Node, defaults: &Node) {
    let given = function.entries().iter().filter(|entry| !entry.node.is_null());
    let own: Vec<String> = given.map(|entry| entry.key.clone()).collect();
    let replaced = |key: &str| {
        REPLACEMENTS.iter().any(|(new, old)| own.iter().any(|name| name == new) && old.contains(&key))
    };
    merge(function, defaults, FUNCTION, &replaced);
}

fn merge(own: &mut Node, defaults: &Node, keys: &'static [Key], replaced: &dyn Fn(&str) -> bool) {
    let Some(entries) = own.entries_mut() else { return };
    for default in defaults.entries() {
        if replaced(&default.key) {
            continue;
        }
        let inside = keys.iter().find(|key| key.name == default.key).and_then(|key| key.shape.keys());
        match entries.iter_mut().find(|entry| entry.key == default.key) {
            None => entries.push(default.clone()),
            Some(entry) => {
                if let (Value::Map(_), Value::Map(_), Some(keys)) =
                    (&entry.node.value, &default.node.value, inside)
                    && default.key != "work"
                {
                    merge(&mut entry.node, &default.node, keys, &|_| false);
                }
            }
        }
    }
}

/// Writes the default of every absent key into `tree`.
pub(super) fn fill(tree: &mut Node, profile: &Profile) {
    block(tree, TOP, profile, &["defaults"]);
}

/// As [`fill`], but functions and sources of traffic stay as they are.
pub(super) fn fill_frame(tree: &mut Node, profile: &Profile) {
    block(tree, TOP, profile, &["defaults", "functions", "traffic"]);
}

/// A function with `defaults` merged and the default of every absent key written in.
pub(super) fn complete_function(own: &Node, defaults: Option<&Node>, profile: &Profile) -> Node {
    let mut complete = own.clone();
    if let Some(defaults) = defaults {
        merge_into_function(&mut complete, defaults);
    }
    block(&mut complete, FUNCTION, profile, &[]);
    complete
}

/// A version: its own keys, then those of its function but for `not_inherited`, then `defaults`, then the default of every
/// absent key.
pub(super) fn complete_version(
    own: &Node,
    function: &Node,
    defaults: Option<&Node>,
    not_inherited: &[&str],
    profile: &Profile,
) -> Node {
    let without = |node: &Node| {
        let mut kept = node.clone();
        if let Some(entries) = kept.entries_mut() {
            entries.retain(|entry| !not_inherited.contains(&entry.key.as_str()));
        }
        kept
    };
    let mut complete = own.clone();
    merge_into_function(&mut complete, &without(function));
    complete_function(&complete, defaults.map(without).as_ref(), profile)
}

/// A source of traffic with the default of every absent key written in.
pub(super) fn complete_source(own: &Node, profile: &Profile) -> Node {
    let mut complete = own.clone();
    block(&mut complete, TRAFFIC, profile, &[]);
    complete
}

/// `left_alone` are keys whose inside is not looked at.
fn block(node: &mut Node, keys: &'static [Key], profile: &Profile, left_alone: &[&str]) {
    for key in keys.iter().filter(|key| key.is_built()) {
        let absent = node.find(key.name).is_none_or(Node::is_null);
        if absent {
            let filled = match key.fallback {
                Fallback::Text(text) => Some(Node::filled(text)),
                Fallback::Platform(value, _) => Some(Node::filled(value(profile))),
                Fallback::Derived(value, _) => value(node).map(Node::filled),
                Fallback::Inside => Some(Node::empty_map()),
                Fallback::Required | Fallback::Nothing(_) => None,
            };
            if let Some(filled) = filled {
                put(node, key.name, filled);
            }
        }
        if left_alone.contains(&key.name) {
            continue;
        }
        let Some(entry) =
            node.entries_mut().and_then(|entries| entries.iter_mut().find(|entry| entry.key == key.name))
        else {
            continue;
        };
        inside(&mut entry.node, &key.shape, profile);
    }
}

fn inside(node: &mut Node, shape: &'static Shape, profile: &Profile) {
    for alternative in shape.alternatives() {
        match (alternative, &mut node.value) {
            (Shape::Block(keys), Value::Map(_)) => block(node, keys, profile, &[]),
            (Shape::Named(inner), Value::Map(entries)) => {
                for entry in entries {
                    inside(&mut entry.node, inner, profile);
                }
            }
            (Shape::List(inner), Value::List(items)) => {
                for item in items {
                    inside(item, inner, profile);
                }
            }
            _ => {}
        }
    }
}

/// Sets `key`, in place of a null that may stand there.
fn put(node: &mut Node, key: &str, value: Node) {
    let Some(entries) = node.entries_mut() else { return };
    match entries.iter_mut().find(|entry| entry.key == key) {
        Some(entry) => entry.node = value,
        None => entries.push(Entry { key: key.to_owned(), key_place: Place::DEFAULT, node: value }),
    }
}
