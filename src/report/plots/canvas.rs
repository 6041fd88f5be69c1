//! A sheet of SVG to draw on, in the measures and colours of the other pictures.

use super::frame::{Colour, FONT};
use crate::report::figures::shortened;
use crate::report::markup::escape;

/// Width of every picture; the view box lets it be shown at any size.
pub(super) const WIDTH: f64 = 2_000.0;
/// Usual height.
pub(super) const HEIGHT: f64 = 1_250.0;
/// Size of text.
pub(super) const TEXT: f64 = 48.0;
/// Size of the title.
const TITLE: f64 = 60.0;
/// Where a picture may begin below its title.
pub(super) const BELOW_TITLE: f64 = 130.0;

/// Where a text stands from its point.
#[derive(Clone, Copy, Debug)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

pub(super) struct Canvas {
    body: String,
    title: String,
    height: f64,
}

impl Canvas {
    pub(super) fn new(title: &str, height: f64) -> Self {
        let mut canvas = Self { body: String::new(), title: title.to_owned(), height };
        let shown = shortened(title, 62);
        canvas.styled(30.0, 30.0 + TITLE, TITLE, Anchor::Start, "#222222", " font-weight=\"bold\"", &shown);
        canvas
    }

    /// The finished picture.
    pub(super) fn svg(self) -> String {
        let title = escape(&self.title);
        format!(
            "<svg role=\"img\" aria-label=\"{title}\" viewBox=\"0 0 {WIDTH} {height}\" xmlns=\"http://www.w3.org/2000/svg\" \
             font-family=\"{FONT}\">\n<rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#ffffff\"/>\n{}</svg>\n",
            self.body,
            height = self.height,
        )
    }

    pub(super) fn text(&mut self, x: f64, y: f64, anchor: Anchor, text: &str) {
        self.styled(x, y, TEXT, anchor, "#222222", "", text);
    }

    pub(super) fn small(&mut self, x: f64, y: f64, anchor: Anchor, colour: &str, text: &str) {
        self.styled(x, y, TEXT * 0.8, anchor, colour, "", text);
    }

    /// From bottom to top, around its middle.
    pub(super) fn upward(&mut self, x: f64, y: f64, colour: &str, text: &str) {
        let turned = format!(" transform=\"rotate(-90 {} {})\"", px(x), px(y));
        self.styled(x, y, TEXT, Anchor::Middle, colour, &turned, text);
    }

    #[expect(clippy::too_many_arguments, reason = "the one place that writes text")]
    fn styled(&mut self, x: f64, y: f64, size: f64, anchor: Anchor, colour: &str, more: &str, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        self.body.push_str(&format!(
            "<text x=\"{}\" y=\"{}\" font-size=\"{}\" text-anchor=\"{anchor}\" fill=\"{colour}\"{more}>{}</text>\n",
            px(x),
            px(y),
            px(size),
            escape(text)
        ));
    }

    pub(super) fn line(&mut self, from: (f64, f64), to: (f64, f64), colour: &str, width: f64) {
        self.body.push_str(&format!(
            "<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" stroke=\"{colour}\" stroke-width=\"{}\"/>\n",
            px(from.0),
            px(from.1),
            px(to.0),
            px(to.1),
            px(width)
        ));
    }

    pub(super) fn rectangle(&mut self, (x, y): (f64, f64), (width, height): (f64, f64), fill: &str) {
        self.body.push_str(&format!(
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{fill}\"/>\n",
            px(x),
            px(y),
            px(width.max(0.0)),
            px(height.max(0.0))
        ));
    }

    pub(super) fn dot(&mut self, (x, y): (f64, f64), radius: f64, colour: &str) {
        let (x, y, radius) = (px(x), px(y), px(radius));
        self.body.push_str(&format!("<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\" fill=\"{colour}\"/>\n"));
    }

    pub(super) fn polyline(&mut self, points: &[(f64, f64)], colour: &str, dashed: bool) {
        let dash = if dashed { " stroke-dasharray=\"28 16\"" } else { "" };
        self.body.push_str(&format!(
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"7\" stroke-linejoin=\"round\"{dash}/>\n",
            joined(points)
        ));
    }

    /// A closed shape that others show through.
    pub(super) fn band(&mut self, points: &[(f64, f64)], colour: &str) {
        self.body.push_str(&format!(
            "<polygon points=\"{}\" fill=\"{colour}\" fill-opacity=\"0.5\"/>\n",
            joined(points)
        ));
    }

    pub(super) fn area(&mut self, points: &[(f64, f64)], colour: &str) {
        self.body.push_str(&format!(
            "<polygon points=\"{}\" fill=\"{colour}\" fill-opacity=\"0.22\"/>\n",
            joined(points)
        ));
    }
}

/// The colour of a series, as CSS has it.
pub(super) fn css(colour: Colour) -> String {
    let rgb = colour.rgb();
    format!("#{:02x}{:02x}{:02x}", rgb.0, rgb.1, rgb.2)
}

/// A colour between white and the palette's blue; `share` 0..=1.
pub(super) fn shade(share: f64) -> String {
    let channel = |dark: f64| (255.0 + (dark - 255.0) * share.clamp(0.0, 1.0)).round() as u8;
    format!("#{:02x}{:02x}{:02x}", channel(0.0), channel(114.0), channel(178.0))
}

/// Room for `text` in text of `size`: the average character of a sans-serif is 0.53 em wide.
pub(super) fn text_width(text: &str, size: f64) -> f64 {
    text.chars().count() as f64 * 0.53 * size
}

fn joined(points: &[(f64, f64)]) -> String {
    points.iter().map(|(x, y)| format!("{},{}", px(*x), px(*y))).collect::<Vec<_>>().join(" ")
}

/// A coordinate with at most one decimal.
fn px(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}
