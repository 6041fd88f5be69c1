//! `validate --expand`: the resolved scenario as YAML, each value with its origin.
//!
//! The output is a scenario again and means the same. What has no spelling in the language (a measured table), and what
//! follows from the keys beside it and must go on following when `events:` change those, stands in comment lines.

use std::fmt::Write as _;

use super::language::{Fallback, Key, Shape, TOP};
use super::model::{Scaling, Scenario, TokenRule};
use super::read::DEFAULT_RUNTIME;
use super::tree::{Entry, Node, Place, Source, Value};

/// Keys whose default has no spelling of its own: shown as comments.
const UNSPELT: [&str; 5] = ["init", "placement", "first_invoke_extra", "backoff", "retry_quota"];

/// Where values came from.
pub(super) struct Origins<'o> {
    pub file_name: &'o str,
    pub text: &'o str,
    pub flags: &'o [String],
    pub platform: &'o str,
    /// The place of `defaults:`.
    pub defaults: Option<Place>,
}

/// Writes `tree`, in which every default stands, for the scenario that was read from it.
pub(super) fn write(tree: &Node, scenario: &Scenario, origins: &Origins<'_>) -> String {
    let mut tree = tree.clone();
    name(&mut tree, "name", &scenario.name);
    if let Some(entry) =
        tree.entries_mut().and_then(|entries| entries.iter_mut().find(|entry| entry.key == "traffic"))
        && let Value::List(sources) = &mut entry.node.value
    {
        for (source, traffic) in sources.iter_mut().zip(&scenario.traffic) {
            name(source, "name", &traffic.name);
        }
    }
    let after_breaks = origins.text.match_indices('\n').map(|(at, _)| at as u32 + 1);
    let line_starts = std::iter::once(0).chain(after_breaks).collect();
    let mut writer = Writer { output: String::new(), scenario, line_starts, origins };
    writer.block(&tree, TOP, 0, "");
    writer.output
}

/// Writes a name where none was given.
fn name(node: &mut Node, key: &str, text: &str) {
    if node.find(key).is_none_or(Node::is_null)
        && let Some(entries) = node.entries_mut()
    {
        entries.retain(|entry| entry.key != key);
        entries.push(Entry { key: key.to_owned(), key_place: Place::DEFAULT, node: Node::filled(text) });
    }
}

struct Writer<'o> {
    output: String,
    scenario: &'o Scenario,
    /// The byte at which each line of the file begins.
    line_starts: Vec<u32>,
    origins: &'o Origins<'o>,
}

impl Writer<'_> {
    fn block(&mut self, node: &Node, keys: &'static [Key], indent: usize, path: &str) {
        for key in keys.iter().filter(|key| key.is_built()) {
            let inner = super::conform::joined(path, key.name);
            match node.find(key.name).filter(|node| !node.is_null()) {
                Some(value) if follows(key, value, path) => {
                    self.remark(key, value.text().unwrap_or(""), indent);
                }
                Some(value) => self.pair(key.name, value, &key.shape, Some(key), indent, &inner),
                None => self.unspelt(node, key, indent, path),
            }
        }
    }

    fn unspelt(&mut self, block: &Node, key: &Key, indent: usize, path: &str) {
        let Fallback::Nothing(prose) = key.fallback else { return };
        let in_defaults = path == "defaults";
        if !UNSPELT.contains(&key.name) || in_defaults || block.find("cold_duration").is_some() {
            return;
        }
        let table = block.find("init_table").or_else(|| block.find("runtime")).and_then(Node::text);
        let words = match (key.name, table) {
            ("init", Some(table)) => format!("the measured table of {table}"),
            ("placement" | "first_invoke_extra", _) if block.find("init").is_some() => {
                "none, as `init` is the whole delay (S13a)".to_owned()
            }
            ("placement", _) => {
                "lognormal(median=100ms, sigma=0.20), plus 10 ms per zip MB above 10 (S14)".to_owned()
            }
            ("first_invoke_extra", _) => "the table's CPU work (S14)".to_owned(),
            ("init", None) => format!("the measured table of {DEFAULT_RUNTIME}, the default runtime (S13a)"),
            _ => prose.to_owned(),
        };
        let _ = writeln!(self.output, "{:indent$}# {}: {words}", "", key.name);
    }

    fn remark(&mut self, key: &Key, value: &str, indent: usize) {
        let Fallback::Derived(_, prose) = key.fallback else { return };
        let _ = writeln!(self.output, "{:indent$}# {}: {value} (default: {prose})", "", key.name);
    }

    fn pair(
        &mut self,
        name: &str,
        value: &Node,
        shape: &'static Shape,
        key: Option<&'static Key>,
        indent: usize,
        path: &str,
    ) {
        let _ = write!(self.output, "{:indent$}{}:", "", scalar(name));
        self.value(value, shape, key, indent + 2, path);
    }

    /// What follows a colon or dash.
    fn value(
        &mut self,
        node: &Node,
        shape: &'static Shape,
        key: Option<&'static Key>,
        indent: usize,
        path: &str,
    ) {
        match &node.value {
            Value::Null => self.output.push_str(" null\n"),
            Value::Scalar(text) => {
                let origin = self.origin(node, key);
                let meaning =
                    self.meaning(path, &text.text).map_or(String::new(), |meaning| format!("; {meaning}"));
                let _ = writeln!(self.output, " {}  # {origin}{meaning}", scalar(&text.text));
            }
            Value::List(items) if items.is_empty() => self.output.push_str(" []\n"),
            Value::Map(entries) if entries.is_empty() => self.output.push_str(" {}\n"),
            Value::List(items) => {
                self.output.push('\n');
                let inner = shape.alternatives().iter().find_map(|shape| match shape {
                    Shape::List(inner) => Some(*inner),
                    _ => None,
                });
                for item in items {
                    let _ = write!(self.output, "{:1$}-", "", indent);
                    self.value(item, inner.unwrap_or(&Shape::Text), None, indent + 2, path);
                }
            }
            Value::Map(entries) => {
                self.output.push('\n');
                match shape
                    .alternatives()
                    .iter()
                    .find(|shape| matches!(shape, Shape::Block(_) | Shape::Named(_)))
                {
                    Some(Shape::Block(keys)) => self.block(node, keys, indent, path),
                    Some(Shape::Named(inner)) => {
                        for entry in entries {
                            let path = super::conform::joined(path, &entry.key);
                            self.pair(&entry.key, &entry.node, inner, None, indent, &path);
                        }
                    }
                    _ => {
                        for entry in entries {
                            self.pair(&entry.key, &entry.node, &Shape::Text, None, indent, path);
                        }
                    }
                }
            }
        }
    }

    /// What a word stands for, where it is not a value itself.
    fn meaning(&self, path: &str, text: &str) -> Option<String> {
        let key = path.rsplit('.').next().unwrap_or(path);
        match (key, text) {
            ("requests_per_second", "auto") => Some(match self.scenario.account.requests_per_second {
                Some(rate) => format!("{rate}/s, from concurrency"),
                None => "unlimited, as concurrency is".to_owned(),
            }),
            ("scaling_rate", "auto") => Some(match self.scenario.account.scaling {
                Scaling::Unlimited => "unlimited".to_owned(),
                Scaling::PerFunction(rule) => format!("each function {}", tokens(rule)),
                Scaling::Regional(rule) => format!("the region {}", tokens(rule)),
            }),
            ("max_age", "default") => {
                Some("uniform(7130s, 7390s), or 2h with keep-alive aws-2020-logs".to_owned())
            }
            ("keep_alive", preset) => keep_alive(preset).map(str::to_owned),
            _ => None,
        }
    }

    fn origin(&self, node: &Node, key: Option<&Key>) -> String {
        match node.place.source {
            Source::File => {
                let line = self.line_starts.partition_point(|start| *start <= node.place.start);
                let through = if self.origins.defaults.is_some_and(|place| place.contains(node.place)) {
                    "defaults: in "
                } else {
                    ""
                };
                format!("{through}{}:{line}", one_line(self.origins.file_name))
            }
            Source::Flag(index) => {
                self.origins.flags.get(index as usize).map_or(String::new(), |flag| one_line(flag))
            }
            Source::Default => match key.map(|key| key.fallback) {
                Some(Fallback::Platform(..)) => format!("platform {}", self.origins.platform),
                Some(Fallback::Derived(_, prose)) => format!("default: {prose}"),
                Some(Fallback::Nothing(prose)) if !prose.is_empty() => format!("default: {prose}"),
                _ => "default".to_owned(),
            },
        }
    }
}

fn tokens(rule: TokenRule) -> String {
    format!("{} environments at once, and {} more per {}", rule.capacity, rule.refill, rule.per)
}

/// The idle times behind a preset (S16).
fn keep_alive(preset: &str) -> Option<&'static str> {
    match preset {
        "aws-2025" => Some("idle for uniform(296s, 348s)"),
        "aws-2021-01" => Some("idle for uniform(375s, 381s)"),
        "aws-2020" => Some("idle for uniform(626s, 654s)"),
        "aws-2019" => Some("idle for uniform(600s, 627s)"),
        "aws-2020-pool" => Some("every 380s half of the idle pool leaves"),
        "aws-2020-logs" => Some("function idle for 640s, or environment idle for 1200s"),
        _ => None,
    }
}

/// A default of a function that depends on the keys beside it, which events may change.
fn follows(key: &Key, value: &Node, path: &str) -> bool {
    matches!(key.fallback, Fallback::Derived(..))
        && value.place.source == Source::Default
        && path.starts_with("functions.")
}

fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// A scalar or key, in quotes where YAML needs them.
fn scalar(text: &str) -> String {
    let plain_characters = |c: char| c.is_ascii_alphanumeric() || " _.,()=%/$+*-".contains(c);
    let plain = text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '$')
        && text.chars().all(plain_characters)
        && !text.ends_with(' ')
        && !matches!(text.to_lowercase().as_str(), "null" | "~");
    if plain {
        return text.to_owned();
    }
    // A JSON string is a YAML string.
    serde_json::Value::from(text).to_string()
}
