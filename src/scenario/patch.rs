//! Dotted paths: `functions.api.memory`, list items by index from 0, `null` removes.
//!
//! `--set` and `events: - {at, set}` use the same.

use super::call::TextError;
use super::language::{FUNCTION, Key, Shape, TOP};
use super::problem::{nearest, suggestion};
use super::tree::{Entry, Node, Place, Value, abridged};

/// Sets the value at `path`, or removes it when `value` is null. `place` is where the path is written.
///
/// Blocks that are absent are made; names and list items must exist, so that a misspelt name is not a new thing.
///
/// # Errors
/// When the path leads nowhere, with the bytes of the path that are meant.
pub(super) fn set(tree: &mut Node, path: &str, value: Node, place: Place) -> Result<(), TextError> {
    let mut walk = Walk { path, at: 0, shape: &Shape::Block(TOP) };
    let mut node = tree;
    loop {
        let step = walk.step(node)?;
        let last = walk.at >= path.len();
        match step {
            Step::Item(index) => {
                let Value::List(items) = &mut node.value else {
                    return Err(walk.error(index.to_string().len(), "this is not a list"));
                };
                if last && value.is_null() {
                    items.remove(index);
                    return Ok(());
                }
                node = &mut items[index];
            }
            Step::Key(key) => {
                if !matches!(node.value, Value::Map(_)) {
                    *node = Node { value: Value::Map(Vec::new()), place };
                }
                let Some(entries) = node.entries_mut() else {
                    return Err(walk.error(key.len(), "this is not a map"));
                };
                if last && value.is_null() {
                    entries.retain(|entry| entry.key != key);
                    return Ok(());
                }
                let position = entries.iter().position(|entry| entry.key == key).unwrap_or(entries.len());
                if position == entries.len() {
                    let node = Node { value: Value::Null, place };
                    entries.push(Entry { key, key_place: place, node });
                }
                node = &mut entries[position].node;
            }
        }
        if last {
            *node = value;
            return Ok(());
        }
    }
}

enum Step {
    Key(String),
    Item(usize),
}

struct Walk<'p> {
    path: &'p str,
    at: usize,
    shape: &'static Shape,
}

impl Walk<'_> {
    /// The next part of the path, seen from `node`.
    fn step(&mut self, node: &Node) -> Result<Step, TextError> {
        let rest = &self.path[self.at..];
        let word = rest.split('.').next().unwrap_or(rest);
        if word.is_empty() {
            return Err(self.error(0, "a part of the path is empty").hint("e.g. functions.api.memory"));
        }
        for alternative in self.shape.alternatives() {
            match alternative {
                Shape::List(inner) if matches!(node.value, Value::List(_)) => {
                    return self.item(node, word, inner);
                }
                Shape::Block(keys) => return self.key(word, keys),
                Shape::FunctionKeys => return self.key(word, FUNCTION),
                Shape::Named(inner) => return self.name(node, rest, word, inner),
                Shape::PerMemory => {
                    self.advance(word.len());
                    return Ok(Step::Key(word.to_owned()));
                }
                // Keys are paths themselves.
                Shape::Assignments | Shape::Paths(_) => {
                    let path = rest.to_owned();
                    self.advance(rest.len());
                    return Ok(Step::Key(path));
                }
                _ => {}
            }
        }
        let so_far = abridged(self.path[..self.at].trim_end_matches('.'));
        let what = if matches!(self.shape, Shape::List(_)) { "has no items" } else { "has nothing inside" };
        Err(self.error(word.len(), format!("`{so_far}` {what}")))
    }

    fn key(&mut self, word: &str, keys: &'static [Key]) -> Result<Step, TextError> {
        let Some(key) = keys.iter().find(|key| key.name == word) else {
            let names = keys.iter().filter(|key| key.is_built()).map(|key| key.name);
            return Err(self
                .error(word.len(), format!("there is no key `{}`", abridged(word)))
                .hint(suggestion(word, names)));
        };
        self.shape = &key.shape;
        self.advance(word.len());
        Ok(Step::Key(word.to_owned()))
    }

    /// A name of the user's choice may contain dots: the longest that exists is meant.
    fn name(
        &mut self,
        node: &Node,
        rest: &str,
        word: &str,
        inner: &'static Shape,
    ) -> Result<Step, TextError> {
        let known = node.entries().iter().map(|entry| entry.key.as_str());
        let fits = |name: &&str| {
            rest.strip_prefix(*name).is_some_and(|after| after.is_empty() || after.starts_with('.'))
        };
        let name = match known.clone().filter(fits).max_by_key(|name| name.len()) {
            Some(name) => name.to_owned(),
            // The whole of something new may be set, but not a part of it.
            None if word.len() == rest.len() && nearest(word, known.clone()).is_none() => word.to_owned(),
            None => {
                let so_far = abridged(self.path[..self.at].trim_end_matches('.'));
                let error = self.error(word.len(), format!("there is no `{}` in `{so_far}`", abridged(word)));
                return Err(error.hint(suggestion(word, known)));
            }
        };
        self.shape = inner;
        self.advance(name.len());
        Ok(Step::Key(name))
    }

    fn item(&mut self, node: &Node, word: &str, inner: &'static Shape) -> Result<Step, TextError> {
        let count = node.items().len();
        match word.parse::<usize>() {
            Ok(index) if index < count => {
                self.shape = inner;
                self.advance(word.len());
                Ok(Step::Item(index))
            }
            _ => Err(self
                .error(word.len(), format!("`{}` is no index of a list of {count}", abridged(word)))
                .hint("items are counted from 0")),
        }
    }

    fn advance(&mut self, length: usize) {
        self.at = (self.at + length + 1).min(self.path.len() + 1);
    }

    fn error(&self, length: usize, message: impl Into<String>) -> TextError {
        let start = self.at.min(self.path.len());
        TextError::new(start..(start + length).min(self.path.len()), message)
    }
}

/// The text of a node in one line of YAML, as `--set` would take it.
pub(super) fn written(node: &Node) -> String {
    match &node.value {
        Value::Null => "null".to_owned(),
        Value::Scalar(scalar) => scalar.text.clone(),
        Value::List(items) => format!("[{}]", items.iter().map(written).collect::<Vec<_>>().join(", ")),
        Value::Map(entries) => {
            let inside = entries.iter().map(|entry| format!("{}: {}", entry.key, written(&entry.node)));
            format!("{{{}}}", inside.collect::<Vec<_>>().join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::tree::{Source, parse};

    fn patched(text: &str, path: &str, value: &str) -> Result<String, String> {
        let mut tree = parse(text, Source::File).unwrap();
        let value = parse(value, Source::Flag(0)).unwrap();
        set(&mut tree, path, value, Place::DEFAULT).map_err(|error| error.message)?;
        Ok(written(&tree))
    }

    const TEXT: &str = "functions: {api: {memory: 1GB}}\nqueues: {jobs.fifo: {}}\ntraffic: [{to: api}]\n";

    #[test]
    fn a_value_is_replaced_added_or_removed() {
        let told = |path, value| patched("functions: {api: {memory: 1GB}}", path, value).unwrap();
        assert_eq!(told("functions.api.memory", "2GB"), "{functions: {api: {memory: 2GB}}}");
        assert_eq!(
            told("account.concurrency", "10"),
            "{functions: {api: {memory: 1GB}}, account: {concurrency: 10}}"
        );
        assert_eq!(told("functions.api.memory", "null"), "{functions: {api: {}}}");
        assert_eq!(
            told("functions.api.async.max_retry_attempts", "0"),
            "{functions: {api: {memory: 1GB, async: {max_retry_attempts: 0}}}}"
        );
    }

    #[test]
    fn names_may_contain_dots_and_items_have_indices() {
        assert!(
            patched(TEXT, "queues.jobs.fifo.retention", "1d")
                .unwrap()
                .contains("{jobs.fifo: {retention: 1d}}")
        );
        assert!(patched(TEXT, "traffic.0.rate", "1/s").unwrap().contains("[{to: api, rate: 1/s}]"));
        assert!(patched(TEXT, "traffic.0", "null").unwrap().contains("traffic: []"));
    }

    #[test]
    fn a_path_that_leads_nowhere_is_refused() {
        let told = |path| patched(TEXT, path, "1").unwrap_err();
        assert_eq!(told("functions.apj.memory"), "there is no `apj` in `functions`");
        assert_eq!(told("functions.api.memroy"), "there is no key `memroy`");
        assert_eq!(told("traffic.1.rate"), "`1` is no index of a list of 1");
        assert_eq!(told("functions.api.memory.size"), "`functions.api.memory` has nothing inside");
        assert_eq!(told("functions..memory"), "a part of the path is empty");
        assert_eq!(told(""), "a part of the path is empty");
    }
}
