//! The one table of the scenario language: every key, its shape, its default, what it means and whether it is built.
//!
//! Unknown keys, defaults, `schema`, `validate --expand` and the reference in `docs/scenario.md` all come from here.

mod downstream;
mod event_source;
mod experiment;
mod function;
mod gateway;
mod push_source;
mod queue;
mod resources;
mod stream;
mod surroundings;
mod top;
mod traffic;
mod version;

use std::sync::OnceLock;

use crate::platform::Profile;

use super::tree::Node;

pub use function::{FUNCTION, KEEP_ALIVE_PRESETS};
pub use resources::CLIENT_PRESETS;
pub use top::TOP;
pub use traffic::{EVENT, TRAFFIC};

/// A key of the language.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// What may stand there.
    pub shape: Shape,
    /// What holds when it is absent.
    pub fallback: Fallback,
    /// What it means, in a line or two.
    pub doc: &'static str,
    /// Whether the simulator has it.
    pub status: Status,
}

/// Whether the simulator has what a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Yes.
    Built,
    /// Not yet; with what it will come.
    Planned(&'static str),
    /// Never: what it is, and why not. `docs/fidelity.md` has the same sentence.
    OutOfScope(&'static str),
}

/// What holds when a key is absent.
#[derive(Clone, Copy, Debug)]
pub enum Fallback {
    /// It must be given.
    Required,
    /// Nothing; the words say what that means.
    Nothing(&'static str),
    /// This value.
    Text(&'static str),
    /// A value of the platform profile.
    Platform(fn(&Profile) -> String, &'static str),
    /// A value that follows from the keys beside it, if they say anything.
    Derived(fn(&Node) -> Option<&'static str>, &'static str),
    /// The defaults of the keys inside.
    Inside,
}

/// What may stand at a key.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// Any text.
    Text,
    /// `true` or `false`.
    Bool,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A whole number within bounds.
    Count(u64, u64),
    /// A span of time.
    Duration,
    /// A span of time or a distribution of it.
    Distribution,
    /// A memory size.
    Memory,
    /// A memory size or a distribution of it.
    MemoryDistribution,
    /// A number of bytes.
    Size,
    /// So many per second, minute or hour.
    Rate,
    /// A probability.
    Share,
    /// An instant of the calendar.
    Timestamp,
    /// Words in parentheses, such as `full_jitter(base=100ms, cap=20s)`: the pattern and an example.
    Call(&'static str, &'static str),
    /// One of several shapes.
    Either(&'static [Shape]),
    /// A map with these keys.
    Block(&'static [Key]),
    /// A map from names of the user's choice.
    Named(&'static Shape),
    /// A map from memory sizes to durations.
    PerMemory,
    /// A map from dotted paths of `account` and `functions` to values.
    Assignments,
    /// A map from any dotted paths, in words.
    Paths(&'static str),
    /// A list.
    List(&'static Shape),
    /// A map with the keys of a function that a version may have.
    FunctionKeys,
}

impl Key {
    const fn new(name: &'static str, shape: Shape, fallback: Fallback, doc: &'static str) -> Self {
        Self { name, shape, fallback, doc, status: Status::Built }
    }

    const fn planned(name: &'static str, with: &'static str) -> Self {
        Self {
            name,
            shape: Shape::Text,
            fallback: Fallback::Nothing(""),
            doc: "",
            status: Status::Planned(with),
        }
    }

    const fn out_of_scope(name: &'static str, sentence: &'static str) -> Self {
        Self { status: Status::OutOfScope(sentence), ..Self::planned(name, "") }
    }

    /// Whether the simulator has it.
    pub fn is_built(&self) -> bool {
        self.status == Status::Built
    }
}

impl Shape {
    /// What is accepted, in words: "a duration such as `30s`".
    pub fn described(&self) -> String {
        match self {
            Self::Text => "text".to_owned(),
            Self::Bool => "`true` or `false`".to_owned(),
            Self::Choice(words) => super::problem::listed(words.iter().copied()),
            Self::Count(least, most) if *most == u64::MAX => format!("a whole number from {least}"),
            Self::Count(least, most) => format!("a whole number from {least} to {most}"),
            Self::Duration => "a duration such as `30s`".to_owned(),
            Self::Distribution => {
                "a duration such as `120ms`, or a distribution such as `exp(mean=200ms)`".to_owned()
            }
            Self::Memory => "a memory size such as `512MB`".to_owned(),
            Self::MemoryDistribution => "a memory size such as `180MB`, or a distribution of it".to_owned(),
            Self::Size => "a size such as `6KB`".to_owned(),
            Self::Rate => "a rate such as `100/s`".to_owned(),
            Self::Share => "a share such as `0.5%`".to_owned(),
            Self::Timestamp => "an instant such as `2026-11-23T00:00:00Z`".to_owned(),
            Self::Call(_, example) => format!("`{example}`"),
            Self::Either(shapes) => shapes.iter().map(Self::described).collect::<Vec<_>>().join(", or "),
            Self::Block(keys) => {
                let names = keys.iter().filter(|key| key.is_built()).map(|key| key.name);
                format!("a map with keys such as {}", super::problem::listed(names.take(3)))
            }
            Self::Named(_) => "a map from names to settings".to_owned(),
            Self::PerMemory => {
                "a map from memory sizes to durations such as `{128MB: 2s, 256MB: 1s}`".to_owned()
            }
            Self::Assignments => "a map from dotted paths to values".to_owned(),
            Self::Paths(words) => format!("a map from dotted paths to {words}"),
            Self::List(_) => "a list".to_owned(),
            Self::FunctionKeys => "a map with keys of a function".to_owned(),
        }
    }

    /// The shapes that may stand here, one by one.
    pub fn alternatives(&self) -> &[Self] {
        match self {
            Self::Either(shapes) => shapes,
            single => std::slice::from_ref(single),
        }
    }

    /// The keys of the block that may stand here.
    pub fn keys(&self) -> Option<&'static [Key]> {
        self.alternatives().iter().find_map(|shape| match shape {
            Self::Block(keys) => Some(*keys),
            Self::FunctionKeys => Some(FUNCTION),
            _ => None,
        })
    }
}

/// A path at which there is a key called `name`, other than in `defaults`.
pub(super) fn path_of(name: &str) -> Option<&'static str> {
    static PATHS: OnceLock<Vec<(String, &'static Key)>> = OnceLock::new();
    let paths = PATHS.get_or_init(all_keys);
    let found = paths.iter().find(|(path, key)| key.name == name && !path.starts_with("defaults."));
    found.map(|(path, _)| path.as_str())
}

/// Every key with its dotted path (`NAME` for a name of the user's choice, `N` for a list's index), in order.
pub fn all_keys() -> Vec<(String, &'static Key)> {
    let mut found = Vec::new();
    collect(TOP, "", &mut found);
    found
}

fn collect(keys: &'static [Key], prefix: &str, found: &mut Vec<(String, &'static Key)>) {
    for key in keys {
        let path = format!("{prefix}{}", key.name);
        found.push((path.clone(), key));
        collect_inside(&key.shape, &path, found);
    }
}

fn collect_inside(shape: &'static Shape, path: &str, found: &mut Vec<(String, &'static Key)>) {
    for alternative in shape.alternatives() {
        match alternative {
            Shape::Block(keys) => collect(keys, &format!("{path}."), found),
            Shape::Named(inner) => collect_inside(inner, &format!("{path}.NAME"), found),
            Shape::List(inner) => collect_inside(inner, &format!("{path}.N"), found),
            _ => {}
        }
    }
}
