//! From a report to the bytes of every output that was asked for.

use super::flags::Flags;
use super::outputs::is_stdout;
use super::staged::Staged;
use super::status::Failure;
use coldstart::report::model::Report;
use coldstart::report::{csv, html, json, junit, markdown, plots};

type Render = fn(&Report) -> Result<String, Failure>;

/// Renders everything, puts files under temporary names into `staged`, and returns what goes to standard output.
pub(super) fn stage(report: &Report, flags: &Flags, staged: &mut Staged) -> Result<Option<String>, Failure> {
    let mut to_stdout = None;
    let texts: [(_, Render); 4] = [
        (&flags.json, |report| json::render(report).map_err(|error| Failure::internal(error.to_string()))),
        (&flags.html, |report| Ok(html::render(report))),
        (&flags.md, |report| Ok(markdown::render(report))),
        (&flags.junit, |report| Ok(junit::render(report))),
    ];
    for (target, render) in texts {
        let Some(target) = target else { continue };
        let text = render(report)?;
        if is_stdout(target) {
            to_stdout = Some(text);
        } else {
            staged.add(target, text.as_bytes())?;
        }
    }
    if let Some(folder) = &flags.csv {
        staged.add_folder(folder)?;
        for (name, text) in csv::render(report) {
            staged.add(&folder.join(name), text.as_bytes())?;
        }
    }
    if let Some(folder) = &flags.plot {
        staged.add_folder(folder)?;
        for (name, bytes) in pictures(report)? {
            staged.add(&folder.join(name), &bytes)?;
        }
    }
    Ok(to_stdout)
}

/// Every plot as SVG, and as PNG where that is built in.
#[cfg_attr(not(feature = "png"), expect(clippy::unnecessary_wraps, reason = "an SVG cannot fail, a PNG can"))]
fn pictures(report: &Report) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let mut files = Vec::new();
    for plot in plots::render(report) {
        #[cfg(feature = "png")]
        {
            let bytes = coldstart::report::png::render(&plot.svg)
                .map_err(|error| Failure::internal(format!("error: {}: {error}", plot.name)))?;
            files.push((format!("{}.png", plot.name), bytes));
        }
        files.push((format!("{}.svg", plot.name), plot.svg.into_bytes()));
    }
    Ok(files)
}
