//! From a report to the bytes of every output that was asked for.

use std::fmt::Display;
use std::path::Path;

use super::flags::Flags;
use super::outputs::is_stdout;
use super::staged::Staged;
use super::status::Failure;
use coldstart::report::model::Report;
use coldstart::report::{csv, html, json, junit, markdown, plots};

type Render = fn(&Report) -> Result<String, Failure>;

/// Renders everything, puts files under temporary names into `staged`, and returns what goes to standard output.
pub(super) fn stage(report: &Report, flags: &Flags, staged: &mut Staged) -> Result<Option<String>, Failure> {
    let texts: [(_, Render); 4] = [
        (&flags.json, |report| json::render(report).map_err(|error| Failure::internal(error.to_string()))),
        (&flags.html, |report| Ok(html::render(report))),
        (&flags.md, |report| Ok(markdown::render(report))),
        (&flags.junit, |report| Ok(junit::render(report))),
    ];
    let mut to_stdout = None;
    for (target, render) in texts {
        if let Some(target) = target {
            to_stdout = stage_text(target, render(report)?, staged)?.or(to_stdout);
        }
    }
    if let Some(folder) = &flags.csv {
        let tables = csv::render(report).into_iter().map(|(name, text)| (name, text.into_bytes()));
        stage_folder(folder, tables, staged)?;
    }
    if let Some(folder) = &flags.plot {
        let plots = plots::render(report).into_iter().map(|plot| picture_files(plot.name, plot.svg));
        let files: Vec<_> = plots.collect::<Result<_, _>>()?;
        stage_folder(folder, files.into_iter().flatten(), staged)?;
    }
    Ok(to_stdout)
}

/// Puts a text under a temporary name into `staged`, or gives it back where it goes to standard output.
pub(super) fn stage_text(
    target: &Path,
    text: String,
    staged: &mut Staged,
) -> Result<Option<String>, Failure> {
    if is_stdout(target) {
        return Ok(Some(text));
    }
    staged.add(target, text.as_bytes())?;
    Ok(None)
}

/// Puts files of a folder, which need not exist, under temporary names into `staged`.
pub(super) fn stage_folder<N: AsRef<Path>>(
    folder: &Path,
    files: impl IntoIterator<Item = (N, Vec<u8>)>,
    staged: &mut Staged,
) -> Result<(), Failure> {
    staged.add_folder(folder)?;
    for (name, bytes) in files {
        staged.add(&folder.join(name), &bytes)?;
    }
    Ok(())
}

/// A picture as SVG, and as PNG where that is built in.
#[cfg_attr(not(feature = "png"), expect(clippy::unnecessary_wraps, reason = "an SVG cannot fail, a PNG can"))]
pub(super) fn picture_files(name: impl Display, svg: String) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let mut files = Vec::new();
    #[cfg(feature = "png")]
    {
        let bytes = coldstart::report::png::render(&svg)
            .map_err(|error| Failure::internal(format!("error: {name}: {error}")))?;
        files.push((format!("{name}.png"), bytes));
    }
    files.push((format!("{name}.svg"), svg.into_bytes()));
    Ok(files)
}
