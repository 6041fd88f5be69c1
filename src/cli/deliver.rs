//! An answer made of many runs: on the terminal, and in the files that were asked for.

use serde::Serialize;

use super::flags::{Flags, Summary};
use super::renderings::{picture_files, stage_folder, stage_text};
use super::staged::Staged;
use super::status::Failure;
use super::terminal;
use coldstart::report::document::{self, Document};
use coldstart::report::json;

/// An answer in all its forms.
pub(super) struct Answer<'a, T> {
    /// As plain data.
    pub(super) data: &'a T,
    /// As sentences, tables and pictures.
    pub(super) document: &'a Document,
    /// Tables for --csv: the name of the file and what stands in it.
    pub(super) csv: Vec<(&'static str, String)>,
}

/// Outputs that only a single run has.
pub(super) fn refuse(flags: &Flags, verb: &str) -> Result<(), Failure> {
    let unfit = [("--events", &flags.events), ("--junit", &flags.junit)];
    match unfit.iter().find(|(_, target)| target.is_some()) {
        Some((flag, _)) => Err(Failure::usage(format!(
            "error: {flag} is about a single run; `coldstart {verb}` makes many\nUse it with coldstart run."
        ))),
        None => Ok(()),
    }
}

/// Writes every file, then prints; whole or not at all.
pub(super) fn deliver<T: Serialize>(answer: &Answer<'_, T>, flags: &Flags) -> Result<(), Failure> {
    let mut staged = Staged::default();
    let mut to_stdout = None;
    let rendered = [
        (&flags.json, flags.json.as_ref().map(|_| rendered_json(answer.data)).transpose()?),
        (&flags.html, flags.html.as_ref().map(|_| document::html(answer.document))),
        (&flags.md, flags.md.as_ref().map(|_| document::markdown(answer.document))),
    ];
    for (target, text) in rendered {
        if let (Some(target), Some(text)) = (target, text) {
            to_stdout = stage_text(target, text, &mut staged)?.or(to_stdout);
        }
    }
    if let Some(folder) = &flags.csv {
        let tables = answer.csv.iter().map(|(name, text)| (name, text.clone().into_bytes()));
        stage_folder(folder, tables, &mut staged)?;
    }
    if let Some(folder) = &flags.plot {
        let pictures = answer.document.pictures();
        let files = pictures.map(|picture| picture_files(&picture.name, picture.svg.clone()));
        let files: Vec<_> = files.collect::<Result<_, _>>()?;
        stage_folder(folder, files.into_iter().flatten(), &mut staged)?;
    }
    staged.commit()?;
    let silent = flags.quiet || flags.summary == Some(Summary::None);
    let summary =
        || if silent { String::new() } else { document::text(answer.document, flags.text_options()) };
    terminal::print(&to_stdout.unwrap_or_else(summary))
}

fn rendered_json<T: Serialize>(data: &T) -> Result<String, Failure> {
    json::render(data).map_err(|error| Failure::internal(error.to_string()))
}
