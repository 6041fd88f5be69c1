//! Flags that say what a scenario may also say under `experiment:`. They are written into the tree, so that they are read,
//! checked and complained about like the rest.

use super::problem::Problem;
use super::tree::{self, Entry, Node, Place, Scalar, Source, Value};
use super::{Prepared, patch, shift, shifted};

/// A flag about `experiment:`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExperimentFlag {
    /// `--replications N`.
    Replications(u32),
    /// `--batches N`.
    Batches(u32),
    /// `--confidence 99%`.
    Confidence(String),
    /// `--precision 1%`.
    Precision(String),
    /// `--metric api.latency.p99`; several take the place of the scenario's.
    Metric(String),
    /// `--over PATH=VALUES`; several take the place of the scenario's sweep.
    Over(String),
    /// `--uncertain PATH=VALUES`, as [`Self::Over`].
    Uncertain(String),
    /// A flag that is about one field, such as `--memory VALUES`: its name, the path, the values. As [`Self::Over`].
    Field(&'static str, String, String),
    /// `--change PATH=VALUE`; together with the scenario as it is they take the place of its variants.
    Change(String),
    /// `--baseline NAME`.
    Baseline(String),
    /// `--until "api.throttle_rate < 0.1%"`; several take the place of the scenario's thresholds.
    Until(String),
    /// The path that a verb is about, typed by itself behind the verb.
    Subject(&'static str, String),
}

impl ExperimentFlag {
    /// The key under `experiment:` and what stands there, of flags that are one value.
    fn entry(&self) -> Option<(&'static str, String)> {
        match self {
            Self::Replications(count) => Some(("replications", count.to_string())),
            Self::Batches(count) => Some(("batches", count.to_string())),
            Self::Confidence(text) => Some(("confidence", text.clone())),
            Self::Precision(text) => Some(("precision", text.clone())),
            Self::Baseline(text) => Some(("baseline", text.clone())),
            Self::Metric(_)
            | Self::Over(_)
            | Self::Uncertain(_)
            | Self::Field(..)
            | Self::Change(_)
            | Self::Until(_)
            | Self::Subject(..) => None,
        }
    }
}

impl Prepared {
    /// Writes `flags` into the tree; what cannot be written is returned.
    pub(super) fn add_experiment(&mut self, flags: &[ExperimentFlag]) -> Vec<Problem> {
        let mut problems = Vec::new();
        let (mut metrics, mut sweep, mut thresholds) = (Vec::new(), Vec::new(), Vec::new());
        let mut variants = Vec::new();
        for flag in flags {
            if let Some((key, text)) = flag.entry() {
                let value = self.typed(&format!("--{key} "), text);
                self.put(&format!("experiment.{key}"), value);
                continue;
            }
            match flag {
                ExperimentFlag::Metric(text) => metrics.push(self.typed("--metric ", text.clone())),
                ExperimentFlag::Over(text) => match self.field("--over", text) {
                    Ok(entry) => sweep.push(entry),
                    Err(problem) => problems.push(*problem),
                },
                ExperimentFlag::Uncertain(text) => match self.field("--uncertain", text) {
                    Ok(entry) => sweep.push(entry),
                    Err(problem) => problems.push(*problem),
                },
                ExperimentFlag::Field(flag, path, values) => {
                    let node = self.typed(&format!("{flag} "), values.clone());
                    sweep.push(Entry { key: path.clone(), key_place: node.place, node });
                }
                ExperimentFlag::Change(text) => match self.field("--change", text) {
                    Ok(entry) => variants.push(entry),
                    Err(problem) => problems.push(*problem),
                },
                ExperimentFlag::Until(text) => match self.condition(text) {
                    Ok(entry) => thresholds.push(entry),
                    Err(problem) => problems.push(*problem),
                },
                // It stands nowhere in the tree: mistakes in it are shown where it is typed.
                ExperimentFlag::Subject(verb, path) => {
                    let _ = self.typed(&format!("{verb} "), path.clone());
                }
                _ => {}
            }
        }
        if let (Some(first), Some(last)) = (metrics.first(), metrics.last()) {
            let place = Place { end: last.place.end, ..first.place };
            self.put("experiment.metrics", Node { value: Value::List(metrics), place });
        }
        if let Some(place) = sweep.first().map(|entry: &Entry| entry.node.place) {
            self.put("experiment.sweep", Node { value: Value::Map(sweep), place });
        }
        if let Some(place) = variants.first().map(|entry: &Entry| entry.node.place) {
            self.put("experiment.variants", Node { value: Value::Map(against_as_it_is(variants)), place });
            self.put("experiment.baseline", Node { value: Value::Null, place });
        }
        if let Some(place) = thresholds.first().map(|entry: &Entry| entry.node.place) {
            self.put("thresholds", Node { value: Value::Map(together(thresholds)), place });
        }
        problems
    }

    /// The key is the language's own, so the path leads there.
    fn put(&mut self, path: &str, value: Node) {
        let place = value.place;
        let _ = patch::set(&mut self.tree, path, value, place);
    }

    /// A value as it is typed behind a flag.
    fn typed(&mut self, flag: &str, text: String) -> Node {
        let source = Source::Flag(self.flags.len() as u32);
        let start = flag.len() as u32;
        let place = Place { source, start, end: start + text.len() as u32 };
        self.flags.push(format!("{flag}{text}"));
        Node { value: Value::Scalar(Scalar { text, offset: Some(0) }), place }
    }

    /// `PATH=VALUES`.
    fn field(&mut self, name: &str, text: &str) -> Result<Entry, Box<Problem>> {
        let whole = self.typed(&format!("{name} "), text.to_owned()).place;
        let Some((path, values)) = text.split_once('=') else {
            let problem = Problem::new("", whole, format!("`{name}` needs PATH=VALUES"));
            let example = format!("e.g. {name} \"functions.api.memory=512MB..2048MB step 256MB\"");
            return Err(Box::new(problem.hint(example)));
        };
        let base = whole.start + path.len() as u32 + 1;
        let lead = (path.len() - path.trim_start().len()) as u32;
        let key_place =
            Place { start: whole.start + lead, end: whole.start + lead + path.trim().len() as u32, ..whole };
        // Only what begins like a list is one: `1, 2` and `a: b` are plain text here.
        let node = if values.trim() == "null" {
            Node { value: Value::Null, place: Place { start: base, ..whole } }
        } else if values.trim_start().starts_with(['[', '{']) {
            let mut node = tree::parse(values, whole.source).map_err(|error| {
                let place = error.place.map_or(whole, |place| shifted(place, base));
                Box::new(Problem::new(path, place, error.message).maybe_hint(error.hint))
            })?;
            shift(&mut node, base);
            node
        } else {
            let lead = (values.len() - values.trim_start().len()) as u32;
            let place = Place { start: base + lead, end: whole.end, ..whole };
            Node { value: Value::Scalar(Scalar { text: values.trim().to_owned(), offset: Some(0) }), place }
        };
        Ok(Entry { key: path.trim().to_owned(), key_place, node })
    }

    /// `METRIC CONDITION`, as an entry of `thresholds`.
    fn condition(&mut self, text: &str) -> Result<Entry, Box<Problem>> {
        let whole = self.typed("--until ", text.to_owned()).place;
        let lead = text.len() - text.trim_start().len();
        let Some(length) = text[lead..].find(char::is_whitespace) else {
            let problem = Problem::new("", whole, "a condition is a metric and what is expected of it");
            return Err(Box::new(problem.hint("e.g. --until \"api.throttle_rate < 0.1%\"")));
        };
        let rest = &text[lead + length..];
        let start = whole.start + (text.len() - rest.trim_start().len()) as u32;
        let place = Place { start, end: start + rest.trim().len() as u32, ..whole };
        let value = Value::Scalar(Scalar { text: rest.trim().to_owned(), offset: Some(0) });
        let key_start = whole.start + lead as u32;
        Ok(Entry {
            key: text[lead..lead + length].to_owned(),
            key_place: Place { start: key_start, end: key_start + length as u32, ..whole },
            node: Node { value, place },
        })
    }
}

/// The scenario as it is, and a variant for each change.
fn against_as_it_is(changes: Vec<Entry>) -> Vec<Entry> {
    let named = |key: String, place: Place, entries: Vec<Entry>| Entry {
        key,
        key_place: place,
        node: Node { value: Value::Map(entries), place },
    };
    let place = changes.first().map_or(Place::DEFAULT, |entry| entry.key_place);
    let mut variants = vec![named("as it is".to_owned(), place, Vec::new())];
    for change in changes {
        let short = change.key.strip_prefix("functions.").unwrap_or(&change.key);
        let name = format!("{short} = {}", patch::written(&change.node));
        variants.push(named(name, change.key_place, vec![change]));
    }
    variants
}

/// Conditions on one metric stand under one key.
fn together(entries: Vec<Entry>) -> Vec<Entry> {
    let mut joined: Vec<Entry> = Vec::new();
    for entry in entries {
        match joined.iter_mut().find(|known| known.key == entry.key) {
            Some(known) => {
                let first = std::mem::replace(&mut known.node, Node::empty_map());
                let place = first.place;
                let mut items = match first.value {
                    Value::List(items) => items,
                    value => vec![Node { value, place }],
                };
                items.push(entry.node);
                known.node = Node { value: Value::List(items), place };
            }
            None => joined.push(entry),
        }
    }
    joined
}
