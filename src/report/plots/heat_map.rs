//! A metric over two fields: darker is more.

use super::canvas::{Anchor, BELOW_TITLE, Canvas, HEIGHT, TEXT, WIDTH, shade, text_width};
use crate::report::document::Picture;
use crate::report::figures::shortened;

/// A whole picture.
#[derive(Clone, Debug)]
pub struct HeatMap {
    /// File name without its ending.
    pub name: String,
    /// What it shows.
    pub title: String,
    /// The field of the columns, and its values.
    pub across: (String, Vec<String>),
    /// The field of the rows, and its values.
    pub down: (String, Vec<String>),
    /// Row by row: the value, and how it is written.
    pub cells: Vec<Vec<Option<(f64, String)>>>,
}

const BOTTOM: f64 = HEIGHT - 190.0;
/// Characters of a label.
const LONGEST: usize = 16;

impl HeatMap {
    /// The picture.
    pub fn picture(&self) -> Picture {
        let mut canvas = Canvas::new(&self.title, HEIGHT);
        let (columns, rows) = (self.across.1.len().max(1), self.down.1.len().max(1));
        let labels: Vec<String> = self.down.1.iter().map(|label| shortened(label, LONGEST)).collect();
        let left = 190.0 + labels.iter().map(|label| text_width(label, TEXT)).fold(0.0, f64::max);
        let (top, right) = (BELOW_TITLE + 20.0, WIDTH - 40.0);
        let (width, height) = ((right - left) / columns as f64, (BOTTOM - top) / rows as f64);
        let values = || self.cells.iter().flatten().flatten().map(|(value, _)| *value);
        let (low, high) =
            (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
        for (row, cells) in self.cells.iter().enumerate() {
            for (column, cell) in cells.iter().enumerate() {
                let corner = (left + column as f64 * width, top + row as f64 * height);
                let size = (width - 4.0, height - 4.0);
                let Some((value, text)) = cell else {
                    canvas.rectangle(corner, size, "#eeeeee");
                    continue;
                };
                let share = if high > low { (value - low) / (high - low) } else { 0.3 };
                canvas.rectangle(corner, size, &shade(0.08 + 0.92 * share));
                if text_width(text, TEXT * 0.8) < width - 10.0 && height > TEXT {
                    let ink = if share > 0.55 { "#ffffff" } else { "#222222" };
                    let middle = (corner.0 + width / 2.0, corner.1 + height / 2.0 + 13.0);
                    canvas.small(middle.0, middle.1, Anchor::Middle, ink, text);
                }
            }
        }
        let every = |room: f64, needed: f64| (needed / room).ceil().max(1.0) as usize;
        let step = every(height, TEXT * 1.1);
        for (row, label) in labels.iter().enumerate().step_by(step) {
            canvas.text(left - 16.0, top + (row as f64 + 0.5) * height + 16.0, Anchor::End, label);
        }
        let widest = self
            .across
            .1
            .iter()
            .map(|label| text_width(&shortened(label, LONGEST), TEXT))
            .fold(0.0, f64::max);
        for (column, label) in self.across.1.iter().enumerate().step_by(every(width, widest + 30.0)) {
            let x = left + (column as f64 + 0.5) * width;
            canvas.text(x, BOTTOM + 60.0, Anchor::Middle, &shortened(label, LONGEST));
        }
        canvas.text(
            f64::midpoint(left, right),
            HEIGHT - 40.0,
            Anchor::Middle,
            &shortened(&self.across.0, 60),
        );
        canvas.upward(70.0, f64::midpoint(top, BOTTOM), "#222222", &shortened(&self.down.0, 36));
        Picture { name: self.name.clone(), title: self.title.clone(), svg: canvas.svg() }
    }
}
