//! Flags that say what a scenario may also say under `experiment:`. They are written into the tree, so that they are read,
//! checked and complained about like the rest.

use super::tree::{Node, Place, Scalar, Source, Value};
use super::{Prepared, patch};

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
}

impl ExperimentFlag {
    /// The key under `experiment:` and what stands there.
    fn entry(&self) -> (&'static str, String) {
        match self {
            Self::Replications(count) => ("replications", count.to_string()),
            Self::Batches(count) => ("batches", count.to_string()),
            Self::Confidence(text) => ("confidence", text.clone()),
            Self::Precision(text) => ("precision", text.clone()),
        }
    }
}

impl Prepared {
    /// Writes `flags` into the tree.
    pub(super) fn add_experiment(&mut self, flags: &[ExperimentFlag]) {
        for flag in flags {
            let (key, text) = flag.entry();
            let source = Source::Flag(self.flags.len() as u32);
            let typed = format!("--{key} ");
            let start = typed.len() as u32;
            let place = Place { source, start, end: start + text.len() as u32 };
            self.flags.push(typed + &text);
            let value = Node { value: Value::Scalar(Scalar { text, offset: Some(0) }), place };
            // The key is the language's own, so the path leads there.
            let _ = patch::set(&mut self.tree, &format!("experiment.{key}"), value, place);
        }
    }
}
