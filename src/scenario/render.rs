//! Problems as text: message, line of the file, caret, help.

use std::fmt::Write as _;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::problem::Problem;
use super::tree::{Place, Source};

/// No more than this many problems are shown with their lines; the rest is counted.
const SHOWN_AT_MOST: usize = 100;
/// Of a line that is longer than this many bytes only the surroundings of the caret are shown.
const LONGEST_LINE: usize = 400;

/// All problems and a last line that counts them.
pub(super) fn all(
    problems: &[Problem],
    file_name: &str,
    text: &str,
    flags: &[String],
    color: bool,
) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() }.decor_style(DecorStyle::Ascii);
    let sources = Sources { file_name, text, flags };
    let mut output = String::new();
    for problem in problems.iter().take(SHOWN_AT_MOST) {
        output.push_str(&renderer.render(&[sources.group(problem)]));
        output.push_str("\n\n");
    }
    let hidden = problems.len().saturating_sub(SHOWN_AT_MOST);
    if hidden > 0 {
        let _ = writeln!(output, "… and {hidden} more\n");
    }
    let count =
        if problems.len() == 1 { "1 problem".to_owned() } else { format!("{} problems", problems.len()) };
    let _ = writeln!(output, "{file_name}: {count}; nothing was run");
    output
}

struct Sources<'s> {
    file_name: &'s str,
    text: &'s str,
    flags: &'s [String],
}

/// Some whole lines of a source.
struct Window<'s> {
    path: &'s str,
    lines: &'s str,
    start: usize,
    first_line: usize,
}

impl<'s> Sources<'s> {
    fn group(&self, problem: &'s Problem) -> Group<'s> {
        let mut group = Group::with_title(Level::ERROR.primary_title(problem.message.as_str()));
        match problem.place {
            Some(place) => {
                let window = self.window(place);
                let mut snippet =
                    Snippet::source(window.lines).path(window.path).line_start(window.first_line);
                let mut annotation = AnnotationKind::Primary.span(window.range(place));
                if !problem.label.is_empty() {
                    annotation = annotation.label(problem.label.as_str());
                }
                snippet = snippet.annotation(annotation);
                group = group.element(snippet);
                if let Some((place, label)) = &problem.other {
                    let window = self.window(*place);
                    let annotation = AnnotationKind::Context.span(window.range(*place)).label(label.as_str());
                    group = group.element(
                        Snippet::source(window.lines)
                            .path(window.path)
                            .line_start(window.first_line)
                            .annotation(annotation),
                    );
                }
            }
            None => group = group.element(annotate_snippets::Origin::path(self.file_name)),
        }
        group.elements(problem.hints.iter().map(|hint| Level::HELP.message(hint.as_str())))
    }

    /// The line around the beginning of `place`.
    fn window(&self, place: Place) -> Window<'s> {
        let (path, text): (&str, &str) = match place.source {
            Source::File | Source::Default => (self.file_name, self.text),
            Source::Flag(index) => {
                ("command line", self.flags.get(index as usize).map_or("", String::as_str))
            }
        };
        let at = floor_boundary(text, place.start as usize);
        let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let end = text[at..].find('\n').map_or(text.len(), |newline| at + newline);
        let first_line = text[..start].matches('\n').count() + 1;
        if end - start <= LONGEST_LINE {
            return Window { path, lines: &text[start..end], start, first_line };
        }
        let start = floor_boundary(text, start.max(at.saturating_sub(LONGEST_LINE / 4)));
        let end = floor_boundary(text, end.min(at + LONGEST_LINE));
        Window { path, lines: &text[start..end], start, first_line }
    }
}

impl Window<'_> {
    /// `place` within the window; at least one character wide where there is one.
    fn range(&self, place: Place) -> std::ops::Range<usize> {
        let clip = |byte: u32| floor_boundary(self.lines, (byte as usize).saturating_sub(self.start));
        let (start, end) = (clip(place.start), clip(place.end));
        start..end.max(start)
    }
}

/// The nearest character boundary at or before `byte`.
fn floor_boundary(text: &str, byte: usize) -> usize {
    let mut at = byte.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
