//! Curves over a field that was swept, with their intervals; on request with a second scale at the right.

use super::axis::{Axis, unit_of_latency};
use super::canvas::{Anchor, BELOW_TITLE, Canvas, HEIGHT, TEXT, WIDTH, css, text_width};
use super::frame::Colour;
use crate::report::document::Picture;
use crate::scenario::metric::MetricUnit;

/// A curve.
#[derive(Clone, Debug)]
pub struct Curve {
    /// Its key.
    pub name: String,
    /// What its values count in.
    pub unit: MetricUnit,
    /// Where it is, its value, and half the width of its interval.
    pub points: Vec<(f64, f64, f64)>,
    /// Whether it belongs to the scale at the right.
    pub at_right: bool,
}

/// A whole picture.
#[derive(Clone, Debug)]
pub struct Curves {
    /// File name without its ending.
    pub name: String,
    /// What it shows.
    pub title: String,
    /// What lies along the horizontal axis.
    pub along: String,
    /// Where the values of the field lie, and how they are written; in rising order.
    pub places: Vec<(f64, String)>,
    /// The curves.
    pub curves: Vec<Curve>,
    /// Heights on the left scale with a word: a limit. One far above all curves is left out.
    pub levels: Vec<(f64, String)>,
    /// Places with a word: `cheapest`.
    pub marks: Vec<(f64, String)>,
    /// Places that are out of the question, and why.
    pub crosses: Vec<(f64, String)>,
}

/// A level so many times above all curves would flatten them.
const FAR_ABOVE: f64 = 4.0;
const BOTTOM: f64 = HEIGHT - 190.0;
/// A place needs so much room for its label.
const LABEL_ROOM: f64 = 40.0;

/// A scale: from the value to the pixel.
struct Scale {
    axis: Axis,
    factor: f64,
    top: f64,
}

impl Scale {
    fn of(curves: &[&Curve], levels: &[(f64, String)], top: f64) -> Option<Self> {
        let unit = curves.first()?.unit;
        let values = curves.iter().flat_map(|curve| &curve.points).map(|(_, value, half)| value + half);
        let largest = values.fold(0.0, f64::max);
        let levels = levels.iter().map(|(level, _)| *level).filter(|level| *level <= FAR_ABOVE * largest);
        let largest = levels.fold(largest, f64::max);
        let (label, factor) = match unit {
            MetricUnit::Millis => unit_of_latency(largest),
            MetricUnit::Seconds => ("s", 1.0),
            MetricUnit::Share => ("", 100.0),
            MetricUnit::Count | MetricUnit::Dollars => ("", 1.0),
        };
        let axis = Axis::from_zero(label, largest * factor, false);
        let axis = match unit {
            MetricUnit::Share => axis.in_percent(),
            MetricUnit::Dollars => axis.in_dollars(),
            _ => axis,
        };
        Some(Self { axis, factor, top })
    }

    fn y(&self, value: f64) -> f64 {
        let share = (value * self.factor / self.axis.to).clamp(0.0, 1.0);
        BOTTOM - share * (BOTTOM - self.top)
    }

    fn tick(&self, value: f64) -> String {
        let unit = if self.axis.label.is_empty() { String::new() } else { format!(" {}", self.axis.label) };
        format!("{}{unit}", self.axis.tick(value))
    }

    fn widest(&self) -> f64 {
        self.axis.ticks.iter().map(|tick| text_width(&self.tick(*tick), TEXT)).fold(0.0, f64::max)
    }
}

impl Curves {
    /// The picture.
    pub fn picture(&self) -> Picture {
        let mut canvas = Canvas::new(&self.title, HEIGHT);
        let rows = self.keys(&mut canvas);
        let top = BELOW_TITLE + 70.0 * rows as f64 + 70.0;
        let side =
            |at_right: bool| self.curves.iter().filter(|one| one.at_right == at_right).collect::<Vec<_>>();
        let (left, right) = (Scale::of(&side(false), &self.levels, top), Scale::of(&side(true), &[], top));
        let from = 60.0 + left.as_ref().map_or(0.0, Scale::widest);
        let to = WIDTH - 60.0 - right.as_ref().map_or(0.0, Scale::widest);
        self.frame(&mut canvas, left.as_ref(), right.as_ref(), (from, to));
        let (low, high) = self.span();
        let x = |place: f64| from + 40.0 + (place - low) / (high - low) * (to - from - 80.0);
        self.labels(&mut canvas, &x);
        for (place, why) in &self.crosses {
            let x = x(*place);
            canvas.line((x, top), (x, BOTTOM), "#f2d5c4", 14.0);
            canvas.small(x, BOTTOM - 14.0, Anchor::Middle, "#b02a00", why);
        }
        for (level, word) in &self.levels {
            let Some(scale) = left.as_ref().filter(|scale| level * scale.factor <= scale.axis.to) else {
                continue;
            };
            let y = scale.y(*level);
            canvas.polyline(&[(from, y), (to, y)], "#222222", true);
            canvas.small(to, y - 14.0, Anchor::End, "#222222", word);
        }
        for (index, curve) in self.curves.iter().enumerate() {
            let scale = if curve.at_right { right.as_ref() } else { left.as_ref() };
            if let Some(scale) = scale {
                draw(&mut canvas, curve, index, &x, scale);
            }
        }
        for (number, (place, word)) in self.marks.iter().enumerate() {
            let x = x(*place);
            let y = top - 14.0;
            canvas.line((x, top), (x, BOTTOM), "#999999", 3.0);
            // Words of neighbouring marks would lie on each other: every other stands lower.
            let y = if number % 2 == 0 { y } else { y + 48.0 };
            let anchor = if x > WIDTH * 0.8 { Anchor::End } else { Anchor::Start };
            canvas.small(x, y, anchor, "#444444", word);
        }
        Picture { name: self.name.clone(), title: self.title.clone(), svg: canvas.svg() }
    }

    fn span(&self) -> (f64, f64) {
        let low = self.places.first().map_or(0.0, |(place, _)| *place);
        let high = self.places.last().map_or(1.0, |(place, _)| *place);
        if high > low { (low, high) } else { (low - 1.0, low + 1.0) }
    }

    /// Draws the keys below the title and answers how many rows they take.
    fn keys(&self, canvas: &mut Canvas) -> usize {
        let (mut x, mut row) = (40.0, 0);
        for (index, curve) in self.curves.iter().enumerate() {
            let width = 130.0 + text_width(&curve.name, TEXT);
            if x > 40.0 && x + width > WIDTH - 30.0 {
                (x, row) = (40.0, row + 1);
            }
            let y = BELOW_TITLE + 30.0 + 70.0 * row as f64;
            let colour = css(Colour(index));
            canvas.line((x, y), (x + 64.0, y), &colour, 8.0);
            canvas.text(x + 80.0, y + 16.0, Anchor::Start, &curve.name);
            x += width;
        }
        row + 1
    }

    fn frame(
        &self,
        canvas: &mut Canvas,
        left: Option<&Scale>,
        right: Option<&Scale>,
        (from, to): (f64, f64),
    ) {
        if let Some(scale) = left {
            for tick in &scale.axis.ticks {
                let y = scale.y(tick / scale.factor);
                canvas.line((from, y), (to, y), "#dddddd", 2.0);
                canvas.text(from - 20.0, y + 16.0, Anchor::End, &scale.tick(*tick));
            }
        }
        if let Some(scale) = right {
            for tick in &scale.axis.ticks {
                let y = scale.y(tick / scale.factor);
                canvas.line((to, y), (to + 12.0, y), "#222222", 3.0);
                canvas.text(to + 24.0, y + 16.0, Anchor::Start, &scale.tick(*tick));
            }
        }
        canvas.line((from, BOTTOM), (to, BOTTOM), "#222222", 3.0);
        canvas.text(f64::midpoint(from, to), HEIGHT - 40.0, Anchor::Middle, &self.along);
    }

    /// The values of the field, as many as there is room for.
    fn labels(&self, canvas: &mut Canvas, x: &dyn Fn(f64) -> f64) {
        let mut free_from = f64::NEG_INFINITY;
        for (place, label) in &self.places {
            let (middle, half) = (x(*place), text_width(label, TEXT) / 2.0);
            if middle - half >= free_from {
                canvas.line((middle, BOTTOM), (middle, BOTTOM + 14.0), "#222222", 3.0);
                canvas.text(middle, BOTTOM + 70.0, Anchor::Middle, label);
                free_from = middle + half + LABEL_ROOM;
            }
        }
    }
}

fn draw(canvas: &mut Canvas, curve: &Curve, index: usize, x: &dyn Fn(f64) -> f64, scale: &Scale) {
    let colour = css(Colour(index));
    let edge = |sign: f64| {
        curve.points.iter().map(move |(place, value, half)| (x(*place), scale.y(value + sign * half)))
    };
    if curve.points.iter().any(|(_, _, half)| *half > 0.0) {
        let mut band: Vec<(f64, f64)> = edge(1.0).collect();
        band.extend(edge(-1.0).rev());
        canvas.area(&band, &colour);
    }
    let line: Vec<(f64, f64)> = edge(0.0).collect();
    canvas.polyline(&line, &colour, false);
    if line.len() <= 60 {
        for point in &line {
            canvas.dot(*point, 11.0, &colour);
        }
    }
}
