//! The shape of a tree against the key table: unknown, repeated and planned keys, maps where scalars belong.

use std::collections::BTreeMap;

use super::language::{FUNCTION, Fallback, Key, Shape, Status, TOP};
use super::other_names::key_called;
use super::problem::{Problem, nearest, suggestion};
use super::tree::{Entry, Node, Value, abridged};

/// A nearest match is looked for so many times; more problems than this are not shown with their lines anyway.
const HINTED_AT_MOST: usize = 1_000;

/// Everything about the shape of `tree` that the language does not accept.
pub(super) fn problems(tree: &Node) -> Vec<Problem> {
    let mut checker = Checker { problems: Vec::new() };
    match &tree.value {
        Value::Map(entries) => checker.block(tree, entries, TOP, ""),
        Value::Null => {}
        Value::Scalar(_) | Value::List(_) => {
            let message = format!("a scenario is a map of keys; found {}", tree.described());
            checker
                .problems
                .push(Problem::new("", tree.place, message).hint("begin with `functions:` and `traffic:`"));
        }
    }
    checker.problems
}

struct Checker {
    problems: Vec<Problem>,
}

impl Checker {
    fn block(&mut self, block: &Node, entries: &[Entry], keys: &'static [Key], path: &str) {
        self.repetitions(entries, path);
        for entry in entries {
            let inner = joined(path, &entry.key);
            match keys.iter().find(|key| key.name == entry.key) {
                None => self.problems.push(unknown(entry, keys, path, self.problems.len() < HINTED_AT_MOST)),
                Some(key) => match key.status {
                    Status::Planned(with) => self.problems.push(planned(entry, &inner, with)),
                    Status::OutOfScope(sentence) => {
                        let message = format!("`{}` is out of scope", entry.key);
                        self.problems.push(Problem::new(&inner, entry.key_place, message).hint(sentence));
                    }
                    Status::Built => self.node(&entry.node, key.name, &key.shape, &inner),
                },
            }
        }
        let required = |key: &&Key| key.is_built() && matches!(key.fallback, Fallback::Required);
        for key in keys.iter().filter(required) {
            if !entries.iter().any(|entry| entry.key == key.name && !entry.node.is_null()) {
                let hint = format!("`{}` is {}", key.name, key.shape.described());
                let subject = if path.is_empty() { "the scenario".to_owned() } else { format!("`{path}`") };
                self.problems.push(
                    Problem::new(
                        joined(path, key.name),
                        block.place,
                        format!("{subject} needs `{}`", key.name),
                    )
                    .hint(hint),
                );
            }
        }
    }

    fn repetitions(&mut self, entries: &[Entry], path: &str) {
        let mut first: BTreeMap<&str, &Entry> = BTreeMap::new();
        for entry in entries {
            if let Some(earlier) = first.insert(&entry.key, entry) {
                let message = format!("`{}` stands here twice", abridged(&entry.key));
                self.problems.push(
                    Problem::new(joined(path, &entry.key), entry.key_place, message)
                        .label("again here")
                        .other(earlier.key_place, "first here"),
                );
            }
        }
    }

    fn node(&mut self, node: &Node, name: &str, shape: &'static Shape, path: &str) {
        let alternatives = shape.alternatives();
        match &node.value {
            Value::Null => {}
            Value::Scalar(_) if alternatives.iter().any(takes_scalar) => {}
            Value::Map(entries) => match alternatives.iter().find(|shape| takes_map(shape)) {
                Some(Shape::Block(keys)) => self.block(node, entries, keys, path),
                Some(Shape::FunctionKeys) => self.block(node, entries, FUNCTION, path),
                Some(Shape::Named(inner)) => self.named(entries, name, inner, path),
                Some(_) => self.repetitions(entries, path),
                None => self.mismatch(node, name, shape, path),
            },
            Value::List(items) => match alternatives.iter().find_map(listed_shape) {
                Some(inner) => {
                    for (index, item) in items.iter().enumerate() {
                        self.node(item, name, inner, &joined(path, &index.to_string()));
                    }
                }
                None => self.mismatch(node, name, shape, path),
            },
            Value::Scalar(_) => self.mismatch(node, name, shape, path),
        }
    }

    fn named(&mut self, entries: &[Entry], name: &str, inner: &'static Shape, path: &str) {
        self.repetitions(entries, path);
        for entry in entries {
            let path = joined(path, &entry.key);
            if entry.node.is_null() && inner.keys().is_some() {
                self.mismatch(&entry.node, &entry.key, inner, &path);
            } else {
                self.node(&entry.node, if inner.keys().is_some() { &entry.key } else { name }, inner, &path);
            }
        }
    }

    fn mismatch(&mut self, node: &Node, name: &str, shape: &Shape, path: &str) {
        let message =
            format!("`{}` must be {}; found {}", abridged(name), shape.described(), node.described());
        self.problems.push(Problem::new(path, node.place, message));
    }
}

fn takes_scalar(shape: &Shape) -> bool {
    !matches!(
        shape,
        Shape::Either(_)
            | Shape::Block(_)
            | Shape::Named(_)
            | Shape::PerMemory
            | Shape::Assignments
            | Shape::Paths(_)
            | Shape::List(_)
            | Shape::FunctionKeys
    )
}

fn takes_map(shape: &Shape) -> bool {
    matches!(
        shape,
        Shape::Block(_)
            | Shape::Named(_)
            | Shape::PerMemory
            | Shape::Assignments
            | Shape::Paths(_)
            | Shape::FunctionKeys
    )
}

fn listed_shape(shape: &'static Shape) -> Option<&'static Shape> {
    match shape {
        Shape::List(inner) => Some(inner),
        _ => None,
    }
}

/// A template of `CloudFormation` or SAM is no scenario, and complaints about each of its keys would help nobody.
pub(super) fn of_another_language(tree: &Node) -> Option<Problem> {
    const KEYS: [&str; 3] = ["AWSTemplateFormatVersion", "Resources", "Transform"];
    let entry = tree.entries().iter().find(|entry| KEYS.contains(&entry.key.as_str()))?;
    let problem = Problem::new(
        &entry.key,
        entry.key_place,
        "this is a template of CloudFormation or SAM, not a scenario",
    );
    Some(problem.hint("`coldstart init` writes a scenario to begin with; its keys are in docs/scenario.md"))
}

/// Keys of a block that are few enough to be told in a hint.
const SMALL_BLOCK: usize = 6;

fn unknown(entry: &Entry, keys: &'static [Key], path: &str, with_hint: bool) -> Problem {
    let key = abridged(&entry.key);
    let place = if path.is_empty() {
        "at the top of a scenario".to_owned()
    } else {
        format!("in `{}`", abridged(path))
    };
    let problem =
        Problem::new(joined(path, &entry.key), entry.key_place, format!("there is no key `{key}` {place}"));
    if !with_hint {
        return problem;
    }
    if entry.node.is_null() && entry.key.ends_with(')') {
        return problem.hint("inside braces a comma ends a value: put the whole `name(…, …)` in quotes");
    }
    if let Some(ours) = key_called(&entry.key, path) {
        return problem.label("unknown").hint(format!("it is called `{ours}` here"));
    }
    let names = keys.iter().map(|key| key.name);
    if let Some(word) = nearest(&entry.key, names.clone()) {
        return problem.label("unknown").hint(format!("did you mean `{word}`?"));
    }
    let elsewhere = super::language::path_of(&entry.key);
    match elsewhere {
        // In a small block the key that was meant is more likely one of its few.
        Some(path) if keys.len() <= SMALL_BLOCK => problem.label("unknown here").hint(format!(
            "{}; there is a key `{path}`, too: check the indentation",
            suggestion(&entry.key, built_names(keys).iter().copied())
        )),
        Some(path) => {
            problem.label("unknown here").hint(format!("there is a key `{path}`; check the indentation"))
        }
        None => problem.label("unknown").hint(suggestion(&entry.key, built_names(keys).iter().copied())),
    }
}

fn built_names(keys: &'static [Key]) -> Vec<&'static str> {
    keys.iter().filter(|key| key.is_built()).map(|key| key.name).collect()
}

fn planned(entry: &Entry, path: &str, with: &str) -> Problem {
    Problem::new(path, entry.key_place, format!("`{}` is not built yet (planned: {with})", entry.key))
        .label("not simulated so far")
}

/// `path.key`, or `key` at the top.
pub(super) fn joined(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}
