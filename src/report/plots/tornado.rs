//! A tornado: what each assumption does to a result, the strongest at the top.

use super::canvas::{Anchor, BELOW_TITLE, Canvas, TEXT, WIDTH, css, text_width};
use super::frame::Colour;
use crate::report::document::Picture;
use crate::report::figures::shortened;

/// A bar.
#[derive(Clone, Debug)]
pub struct Bar {
    /// What was varied.
    pub name: String,
    /// Alternatives: the result, and how the alternative is called.
    pub ends: Vec<(f64, String)>,
}

/// A whole picture.
#[derive(Clone, Debug)]
pub struct Tornado {
    /// File name without its ending.
    pub name: String,
    /// What it shows.
    pub title: String,
    /// The result as assumed, and how it is written.
    pub base: (f64, String),
    /// The bars from top to bottom.
    pub bars: Vec<Bar>,
    /// How a result is written.
    pub written: fn(f64) -> String,
}

const ROW: f64 = 92.0;
const BAR: f64 = 52.0;

impl Tornado {
    /// The picture.
    pub fn picture(&self) -> Picture {
        let height = BELOW_TITLE + 150.0 + ROW * self.bars.len().max(1) as f64;
        let mut canvas = Canvas::new(&self.title, height);
        let names: Vec<String> = self.bars.iter().map(|bar| shortened(&bar.name, 30)).collect();
        let left = 60.0 + names.iter().map(|name| text_width(name, TEXT)).fold(0.0, f64::max) + 260.0;
        let right = WIDTH - 320.0;
        let results =
            || self.bars.iter().flat_map(|bar| &bar.ends).map(|(value, _)| *value).chain([self.base.0]);
        let (low, high) =
            (results().fold(f64::INFINITY, f64::min), results().fold(f64::NEG_INFINITY, f64::max));
        let span = if high > low { high - low } else { 1.0 };
        let x = |value: f64| {
            if high > low { left + (value - low) / span * (right - left) } else { f64::midpoint(left, right) }
        };
        let (top, bottom) = (BELOW_TITLE + 20.0, height - 110.0);
        for (row, (bar, name)) in self.bars.iter().zip(&names).enumerate() {
            let y = top + row as f64 * ROW;
            canvas.text(40.0, y + BAR / 2.0 + 16.0, Anchor::Start, name);
            for (value, alternative) in farthest(&bar.ends, self.base.0) {
                let (from, to) = (x(self.base.0).min(x(*value)), x(self.base.0).max(x(*value)));
                if to - from < 1.0 {
                    continue;
                }
                let rises = *value > self.base.0;
                let colour = css(if rises { Colour::VERMILION } else { Colour::BLUE });
                canvas.rectangle((from, y), (to - from, BAR), &colour);
                let (at, anchor) =
                    if rises { (to + 14.0, Anchor::Start) } else { (from - 14.0, Anchor::End) };
                canvas.small(at, y + BAR / 2.0 + 13.0, anchor, "#444444", &shortened(alternative, 18));
            }
        }
        canvas.line((x(self.base.0), top - 16.0), (x(self.base.0), bottom), "#222222", 4.0);
        canvas.text(x(self.base.0), bottom + 60.0, Anchor::Middle, &self.base.1);
        for end in [low, high] {
            let written = (self.written)(end);
            // The ends are told where they do not lie on the word in the middle.
            if (x(end) - x(self.base.0)).abs() > text_width(&written, TEXT) + text_width(&self.base.1, TEXT) {
                canvas.small(x(end), bottom + 60.0, Anchor::Middle, "#666666", &written);
            }
        }
        Picture { name: self.name.clone(), title: self.title.clone(), svg: canvas.svg() }
    }
}

/// On each side of the base the end that is farthest from it.
fn farthest(ends: &[(f64, String)], base: f64) -> impl Iterator<Item = &(f64, String)> {
    let below = ends.iter().filter(|end| end.0 < base).min_by(|one, other| one.0.total_cmp(&other.0));
    // Of equal ends the first is named.
    let above = ends.iter().rev().filter(|end| end.0 > base).max_by(|one, other| one.0.total_cmp(&other.0));
    [below, above].into_iter().flatten()
}
