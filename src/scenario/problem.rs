//! What is wrong with a scenario, told so that it can be put right.

use std::fmt::{self, Write as _};

use super::render;
use super::tree::{Place, Source};

/// One thing that is wrong with a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Dotted path of the key, `functions.api.timeout`; empty for the file as a whole.
    pub path: String,
    /// Where it stands; `None` when it is about the file as a whole.
    pub place: Option<Place>,
    /// What was found and what is accepted.
    pub message: String,
    /// A few words at the caret; may be empty.
    pub label: String,
    /// How to put it right: nearest match, an example, AWS's own words.
    pub hints: Vec<String>,
    /// Another place that belongs to it: the first of two equal keys.
    pub other: Option<(Place, String)>,
    /// AWS would reject this at creation; `allow_invalid: true` turns it into a warning.
    pub rejected_by_aws: bool,
}

impl Problem {
    /// A problem at `place` of `path`.
    pub fn new(path: impl Into<String>, place: Place, message: impl Into<String>) -> Self {
        let place = (place.source != Source::Default).then_some(place);
        Self {
            path: path.into(),
            place,
            message: message.into(),
            label: String::new(),
            hints: Vec::new(),
            other: None,
            rejected_by_aws: false,
        }
    }

    /// A problem of the file as a whole.
    pub fn of_the_file(message: impl Into<String>) -> Self {
        Self::new("", Place::DEFAULT, message)
    }

    /// With a few words at the caret.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// With a line of help.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// With a line of help, if there is one.
    #[must_use]
    pub fn maybe_hint(mut self, hint: Option<impl Into<String>>) -> Self {
        self.hints.extend(hint.map(Into::into));
        self
    }

    /// With another place that belongs to it.
    #[must_use]
    pub fn other(mut self, place: Place, label: impl Into<String>) -> Self {
        if place.source != Source::Default {
            self.other = Some((place, label.into()));
        }
        self
    }

    /// Why AWS rejects such a configuration, where its words are not known.
    #[must_use]
    pub fn aws_rejects(mut self, reason: &str) -> Self {
        self.hints.push(format!("AWS rejects this: {reason}"));
        self.rejected_by_aws = true;
        self
    }

    /// What AWS says when it rejects such a configuration.
    #[must_use]
    pub fn aws_says(mut self, words: &str) -> Self {
        self.hints.push(format!("AWS says: {words}"));
        self.rejected_by_aws = true;
        self
    }
}

/// All problems of a scenario, in the order of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems {
    items: Vec<Problem>,
    file_name: String,
    text: String,
    flags: Vec<String>,
}

impl Problems {
    /// Sorts `items` by position and drops repetitions; `text` is the file and `flags` the command-line texts that places refer to.
    pub fn new(mut items: Vec<Problem>, file_name: &str, text: &str, flags: &[String]) -> Self {
        items.sort_by_key(|problem| problem.place);
        items.dedup();
        Self { items, file_name: file_name.to_owned(), text: text.to_owned(), flags: flags.to_vec() }
    }

    /// The problems, first in the file first; those of the file as a whole lead.
    pub fn items(&self) -> &[Problem] {
        &self.items
    }

    /// Line and column of a problem in the scenario file, both from 1.
    pub fn line_and_column(&self, problem: &Problem) -> Option<(usize, usize)> {
        let place = problem.place.filter(|place| place.source == Source::File)?;
        let before = self.text.get(..place.start as usize)?;
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Some((before.matches('\n').count() + 1, before[line_start..].chars().count() + 1))
    }

    /// Everything as text for the terminal, with the lines of the file and carets below them.
    pub fn render(&self, color: bool) -> String {
        render::all(&self.items, &self.file_name, &self.text, &self.flags, color)
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.render(false))
    }
}

impl std::error::Error for Problems {}

/// The accepted word that is nearest to what was written, if one is near.
pub fn nearest<'w>(written: &str, accepted: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    let lower = written.to_lowercase();
    accepted
        .into_iter()
        .map(|word| (strsim::normalized_damerau_levenshtein(&lower, &word.to_lowercase()), word))
        .filter(|(likeness, word)| {
            let word = word.to_lowercase();
            *likeness >= 0.6
                || (lower.len() >= 4 && word.contains(&lower))
                || (word.len() >= 3 && lower.starts_with(&word))
        })
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, word)| word)
}

/// "did you mean `x`?", or the list of what is accepted.
pub fn suggestion<'w>(written: &str, accepted: impl IntoIterator<Item = &'w str> + Clone) -> String {
    match nearest(written, accepted.clone()) {
        Some(word) => format!("did you mean `{word}`?"),
        None => format!("accepted: {}", listed(accepted)),
    }
}

/// `a`, `b` or `c`, cut after a dozen.
pub fn listed<'w>(words: impl IntoIterator<Item = &'w str>) -> String {
    let words: Vec<&str> = words.into_iter().collect();
    if words.is_empty() {
        return "nothing".to_owned();
    }
    let shown: Vec<String> = words.iter().take(40).map(|word| format!("`{word}`")).collect();
    let rest = words.len() - shown.len();
    let mut text = shown.join(", ");
    if rest > 0 {
        let _ = write!(text, " and {rest} more");
    }
    text
}
