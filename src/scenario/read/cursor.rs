//! A place in the tree with the readers of single values; what is wrong is reported, not returned.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use crate::random::Distribution;
use crate::scenario::call::{self, TextError};
use crate::scenario::conform::joined;
use crate::scenario::problem::{Problem, suggestion};
use crate::scenario::tree::{Node, abridged};
use crate::units::{self, Bytes, Memory, ParseQuantityError, Rate, SimDuration};

use super::distribution::{self, Unit};

/// What all readers share.
pub(in crate::scenario) struct Context {
    problems: RefCell<Vec<Problem>>,
    warnings: RefCell<Vec<String>>,
    folder: PathBuf,
    allow_invalid: bool,
}

impl Context {
    pub fn new(folder: &Path, allow_invalid: bool) -> Self {
        Self {
            problems: RefCell::default(),
            warnings: RefCell::default(),
            folder: folder.to_owned(),
            allow_invalid,
        }
    }

    /// Notes a problem; what AWS would reject becomes a warning under `allow_invalid`.
    pub fn report(&self, problem: Problem) {
        if problem.rejected_by_aws && self.allow_invalid {
            self.warn(format!("{}: {}. {}", problem.path, problem.message, problem.hints.join(". ")));
        } else {
            self.problems.borrow_mut().push(problem);
        }
    }

    /// Notes a remark for the report.
    pub fn warn(&self, text: String) {
        let mut warnings = self.warnings.borrow_mut();
        if !warnings.contains(&text) {
            warnings.push(text);
        }
    }

    /// Another with the same folder and strictness, in which nothing has been reported.
    pub fn sibling(&self) -> Self {
        Self::new(&self.folder, self.allow_invalid)
    }

    /// Whether the same has been reported about the same place.
    pub fn has_said(&self, problem: &Problem) -> bool {
        let same = |known: &Problem| known.place == problem.place && known.message == problem.message;
        problem.place.is_some() && self.problems.borrow().iter().any(same)
    }

    /// A path of the scenario, seen from its folder.
    pub fn resolve(&self, path: &str) -> PathBuf {
        self.folder.join(path)
    }

    pub fn into_parts(self) -> (Vec<Problem>, Vec<String>) {
        (self.problems.into_inner(), self.warnings.into_inner())
    }
}

/// A node with its path.
#[derive(Clone)]
pub(super) struct Cursor<'a> {
    pub node: &'a Node,
    pub path: String,
    pub context: &'a Context,
}

impl<'a> Cursor<'a> {
    /// The value under `key`, unless it is absent or null.
    pub fn find(&self, key: &str) -> Option<Self> {
        let node = self.node.find(key).filter(|node| !node.is_null())?;
        Some(Self { node, path: joined(&self.path, key), context: self.context })
    }

    /// The entries of a map, in the order of the file.
    pub fn entries(&self) -> impl Iterator<Item = (&'a str, Self)> {
        self.node.entries().iter().map(|entry| {
            let cursor =
                Self { node: &entry.node, path: joined(&self.path, &entry.key), context: self.context };
            (entry.key.as_str(), cursor)
        })
    }

    /// The items of a list.
    pub fn items(&self) -> impl Iterator<Item = Self> {
        self.node.items().iter().enumerate().map(|(index, node)| Self {
            node,
            path: joined(&self.path, &index.to_string()),
            context: self.context,
        })
    }

    /// The last part of the path; of an item of a list, with the list's name.
    pub fn name(&self) -> &str {
        let start_of_last = |path: &str| path.rfind('.').map_or(0, |dot| dot + 1);
        let start = start_of_last(&self.path);
        if start > 0 && self.path[start..].bytes().all(|byte| byte.is_ascii_digit()) {
            return &self.path[start_of_last(&self.path[..start - 1])..];
        }
        &self.path[start..]
    }

    /// The text of a scalar; another shape has been reported already.
    pub fn text(&self) -> Option<&'a str> {
        self.node.text()
    }

    /// A problem here, to be reported.
    pub fn problem(&self, message: impl Into<String>) -> Problem {
        Problem::new(self.path.clone(), self.node.place, message)
    }

    pub fn report(&self, problem: Problem) {
        self.context.report(problem);
    }

    /// Reports what is wrong inside the scalar.
    pub fn report_text(&self, error: TextError) {
        let place = self.node.part(error.range.start, error.range.end);
        let problem = Problem::new(self.path.clone(), place, format!("`{}`: {}", self.name(), error.message));
        self.report(problem.maybe_hint(error.hint));
    }

    fn quantity<T>(&self, parse: fn(&str) -> Result<T, ParseQuantityError>) -> Option<T> {
        let text = self.text()?;
        parse(text)
            .map_err(|error| {
                let problem =
                    self.problem(format!("`{}` {}, e.g. {}", self.name(), error.reason, error.example));
                self.report(problem.label(format!("found {}", abridged(text))));
            })
            .ok()
    }

    pub fn duration(&self) -> Option<SimDuration> {
        self.quantity(units::parse_duration)
    }

    pub fn memory(&self) -> Option<Memory> {
        self.quantity(units::parse_memory)
    }

    pub fn bytes(&self) -> Option<Bytes> {
        self.quantity(units::parse_bytes)
    }

    pub fn rate(&self) -> Option<Rate> {
        self.quantity(units::parse_rate)
    }

    pub fn share(&self) -> Option<f64> {
        self.quantity(units::parse_share)
    }

    /// A distribution of durations, in nanoseconds.
    pub fn distribution(&self) -> Option<Distribution> {
        self.distribution_in(Unit::Time)
    }

    /// A distribution of memory sizes, in MB.
    pub fn memory_distribution(&self) -> Option<Distribution> {
        self.distribution_in(Unit::Memory)
    }

    fn distribution_in(&self, unit: Unit) -> Option<Distribution> {
        let text = self.text()?;
        if !text.contains('(') && !text.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return match unit {
                Unit::Time => self.duration().map(|duration| Distribution::Constant(duration.nanos() as f64)),
                Unit::Memory => self.memory().map(|memory| Distribution::Constant(f64::from(memory.mb()))),
            };
        }
        let read =
            call::parse(text).and_then(|expression| distribution::read(&expression, unit, self.context));
        read.map_err(|error| self.report_text(error)).ok()
    }

    /// A whole number in `least..=most`.
    pub fn count(&self, least: u64, most: u64) -> Option<u64> {
        let text = self.text()?;
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let Some(count) = digits.then(|| text.parse::<u64>().ok()).flatten() else {
            let hint = if text.contains(['_', ',', ' ']) && text.bytes().any(|byte| byte.is_ascii_digit()) {
                Some("write it without separators, e.g. 10000")
            } else if digits {
                Some("the number is too large")
            } else {
                None
            };
            let message =
                format!("`{}` must be a whole number; found {}", self.name(), self.node.described());
            self.report(self.problem(message).maybe_hint(hint));
            return None;
        };
        if count < least || count > most {
            let accepted = if least == most { least.to_string() } else { format!("from {least} to {most}") };
            let message = format!("`{}` must be {accepted}; found {count}", self.name());
            self.report(self.problem(message));
            return None;
        }
        Some(count)
    }

    /// `true` or `false`, as YAML 1.2 has them.
    pub fn boolean(&self) -> Option<bool> {
        let text = self.text()?;
        match text {
            "true" => Some(true),
            "false" => Some(false),
            _ => {
                let nearest = match text.to_lowercase().as_str() {
                    "yes" | "on" | "y" | "true" | "1" => Some("write true"),
                    "no" | "off" | "n" | "false" | "0" => Some("write false"),
                    _ => None,
                };
                let message =
                    format!("`{}` must be true or false; found {}", self.name(), self.node.described());
                self.report(self.problem(message).maybe_hint(nearest));
                None
            }
        }
    }

    /// The meaning of one of some words.
    pub fn choice<T: Copy>(&self, words: &[(&str, T)]) -> Option<T> {
        let text = self.text()?;
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, meaning)| *meaning);
        if found.is_none() {
            let message = format!("`{}` cannot be {}", self.name(), self.node.described());
            self.report(self.problem(message).hint(suggestion(text, words.iter().map(|(word, _)| *word))));
        }
        found
    }
}
