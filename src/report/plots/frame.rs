//! A picture as plain data, and drawing it: title, keys above the plot so that they hide nothing, axes, layers.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::axis::{Axis, Scale};
use crate::report::figures::shortened;

/// Drawn large, because coordinates are whole numbers; the view box lets it be shown at any size.
const SIZE: (i32, i32) = (2_000, 1_250);
const MARGIN: i32 = 30;
const TITLE_SIZE: i32 = 64;
const TEXT_SIZE: i32 = 54;
const KEY_HEIGHT: i32 = 72;
const KEY_CHARACTERS: usize = 44;
/// Share of the width below which a piece of a line is drawn as a dot.
const DOT: f64 = 0.012;
pub(super) const FONT: &str = "Helvetica, Arial, 'DejaVu Sans', sans-serif";
const INK: RGBColor = RGBColor(0x22, 0x22, 0x22);
const GRID: RGBColor = RGBColor(0xdd, 0xdd, 0xdd);

/// Colours that people with colour blindness can tell apart (Okabe and Ito 2008), without the yellow, which is too
/// faint on white.
const PALETTE: [RGBColor; 7] = [
    RGBColor(0x00, 0x72, 0xb2),
    RGBColor(0xd5, 0x5e, 0x00),
    RGBColor(0x00, 0x9e, 0x73),
    RGBColor(0xcc, 0x79, 0xa7),
    RGBColor(0xe6, 0x9f, 0x00),
    RGBColor(0x56, 0xb4, 0xe9),
    RGBColor(0x00, 0x00, 0x00),
];

/// A colour by its place in the palette.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Colour(pub(super) usize);

impl Colour {
    /// Series that can be told apart.
    pub(super) const COUNT: usize = PALETTE.len() - 1;
    pub(super) const BLACK: Self = Self(PALETTE.len() - 1);
    pub(super) const BLUE: Self = Self(0);
    pub(super) const VERMILION: Self = Self(1);
    pub(super) const PINK: Self = Self(3);

    pub(super) fn rgb(self) -> RGBColor {
        PALETTE[self.0 % PALETTE.len()]
    }
}

/// How a layer looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// A line.
    Line,
    /// A line that is wider by so many steps than others drawn on it.
    Wide(u32),
    /// A thinner, paler line.
    Faint,
    /// A dashed line: a limit.
    Dashed,
    /// A line and the area under it.
    Area,
    /// No line of its own, only words among the keys.
    Words,
}

/// Something drawn, with its entry among the keys.
#[derive(Clone, Debug)]
pub(super) struct Layer {
    /// Text of the key; empty for none.
    pub(super) name: String,
    pub(super) colour: Colour,
    pub(super) look: Look,
    /// Connected points; a gap in the data starts a new piece.
    pub(super) pieces: Vec<Vec<(f64, f64)>>,
}

/// A whole picture.
#[derive(Clone, Debug)]
pub(super) struct Picture {
    pub(super) title: String,
    pub(super) x: Axis,
    pub(super) y: Axis,
    pub(super) layers: Vec<Layer>,
    /// What to say in place of data.
    pub(super) when_empty: &'static str,
}

type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;
type Drawn = Result<(), DrawingAreaErrorKind<std::io::Error>>;

impl Picture {
    /// The picture as SVG.
    pub(super) fn svg(&self) -> String {
        let mut svg = String::new();
        {
            let area = SVGBackend::with_string(&mut svg, (SIZE.0.unsigned_abs(), SIZE.1.unsigned_abs()))
                .into_drawing_area();
            // Drawing into a string cannot fail: the only error of the backend is one of its output.
            self.draw(&area).and_then(|()| area.present()).expect("memory takes the picture");
        }
        // A picture names its size only as a proportion, and itself for those who cannot see it.
        let size = format!("width=\"{}\" height=\"{}\" ", SIZE.0, SIZE.1);
        let title = crate::report::markup::escape(&self.title);
        svg.replacen(&size, &format!("role=\"img\" aria-label=\"{title}\" "), 1)
    }

    fn draw(&self, area: &Area<'_>) -> Drawn {
        area.fill(&WHITE)?;
        let keys = self.keys();
        let rows = keys.iter().map(|(_, _, row)| row + 1).max().unwrap_or(0);
        let header = MARGIN + TITLE_SIZE + 24 + rows * KEY_HEIGHT;
        let (top, plot) = area.split_vertically(header);
        top.draw(&Text::new(self.title.clone(), (MARGIN, MARGIN), font(TITLE_SIZE).style(FontStyle::Bold)))?;
        for (layer, x, row) in keys {
            draw_key(&top, layer, x, MARGIN + TITLE_SIZE + 24 + row * KEY_HEIGHT)?;
        }
        self.draw_plot(&plot)
    }

    /// Layers with a key, each with its place: x and row.
    fn keys(&self) -> Vec<(&Layer, i32, i32)> {
        let mut keys = Vec::new();
        let (mut x, mut row) = (MARGIN, 0);
        for layer in self.layers.iter().filter(|layer| !layer.name.is_empty()) {
            let width = 130 + text_width(&key_text(layer));
            if x > MARGIN && x + width > SIZE.0 - MARGIN {
                (x, row) = (MARGIN, row + 1);
            }
            keys.push((layer, x, row));
            x += width;
        }
        keys
    }

    /// The middle of a piece that is too short to be seen as a line.
    fn dot(&self, piece: &[(f64, f64)]) -> Option<(f64, f64)> {
        let ((from, height), (to, _)) = (*piece.first()?, *piece.last()?);
        (to - from < DOT * (self.x.to - self.x.from)).then(|| (f64::midpoint(from, to), height))
    }

    fn draw_plot(&self, plot: &Area<'_>) -> Drawn {
        let widest = self.y.ticks.iter().map(|tick| text_width(&self.y.tick(*tick))).max().unwrap_or(0);
        let last = self.x.ticks.last().map_or(0, |tick| text_width(&self.x.tick(*tick)));
        let mut chart = ChartBuilder::on(plot)
            .margin_top(34)
            .margin_bottom(16)
            .margin_left(16)
            .margin_right(MARGIN + last / 2)
            .x_label_area_size(TEXT_SIZE * 2 + 34)
            .y_label_area_size(widest + TEXT_SIZE + 60)
            .build_cartesian_2d(Scale::of(&self.x), Scale::of(&self.y))?;
        chart
            .configure_mesh()
            .set_all_tick_mark_size(14)
            .bold_line_style(GRID.stroke_width(2))
            .light_line_style(TRANSPARENT)
            .axis_style(INK.stroke_width(3))
            .label_style(font(TEXT_SIZE))
            .axis_desc_style(font(TEXT_SIZE))
            .x_label_formatter(&|value| self.x.tick(*value))
            .y_label_formatter(&|value| self.y.tick(*value))
            .x_desc(self.x.label.clone())
            .y_desc(self.y.label.clone())
            .draw()?;
        for layer in &self.layers {
            let colour = layer.colour.rgb();
            for piece in &layer.pieces {
                let points = piece.iter().copied();
                if let Some(dot) = self.dot(piece).filter(|_| layer.look == Look::Line) {
                    chart.draw_series([Circle::new(dot, 9, colour.filled())]).map(drop)?;
                }
                match layer.look {
                    Look::Line | Look::Wide(_) => {
                        let width = 6 + 5 * layer.look.steps_wider();
                        chart.draw_series(LineSeries::new(points, colour.stroke_width(width))).map(drop)?;
                    }
                    Look::Faint => chart
                        .draw_series(LineSeries::new(points, colour.mix(0.5).stroke_width(4)))
                        .map(drop)?,
                    Look::Dashed => {
                        chart
                            .draw_series(DashedLineSeries::new(points, 28, 16, colour.stroke_width(5)))
                            .map(drop)?;
                    }
                    Look::Area => {
                        let area = AreaSeries::new(points, 0.0, colour.mix(0.25))
                            .border_style(colour.stroke_width(5));
                        chart.draw_series(area).map(drop)?;
                    }
                    Look::Words => {}
                }
            }
        }
        if self.layers.iter().all(|layer| layer.pieces.iter().all(Vec::is_empty)) {
            let (columns, rows) = plot.get_pixel_range();
            let (width, height) = (columns.end - columns.start, rows.end - rows.start);
            let style = font(TEXT_SIZE).color(&INK).pos(Pos::new(HPos::Center, VPos::Center));
            plot.draw(&Text::new(self.when_empty, (width / 2, height / 2 - 60), style))?;
        }
        Ok(())
    }
}

impl Look {
    fn steps_wider(self) -> u32 {
        if let Self::Wide(steps) = self { steps } else { 0 }
    }
}

fn font(size: i32) -> FontDesc<'static> {
    FontDesc::new(FontFamily::Name(FONT), f64::from(size), FontStyle::Normal)
}

/// Room for `text` without asking a font: the average character of a sans-serif is 0.53 em wide.
fn text_width(text: &str) -> i32 {
    i32::try_from(text.chars().count()).unwrap_or(i32::MAX / TEXT_SIZE / 53) * TEXT_SIZE * 53 / 100
}

/// Names may be 64 characters long; a key keeps their beginning and end.
fn key_text(layer: &Layer) -> String {
    shortened(&layer.name, KEY_CHARACTERS)
}

fn draw_key(area: &Area<'_>, layer: &Layer, x: i32, y: i32) -> Drawn {
    let colour = layer.colour.rgb();
    let middle = y + TEXT_SIZE / 2;
    let ends = [(x, middle), (x + 64, middle)];
    match layer.look {
        Look::Line | Look::Wide(_) => area.draw(&PathElement::new(ends, colour.stroke_width(8)))?,
        Look::Faint => area.draw(&PathElement::new(ends, colour.mix(0.5).stroke_width(6)))?,
        Look::Area => {
            area.draw(&Rectangle::new([(x, middle - 16), (x + 64, middle + 16)], colour.mix(0.5).filled()))?;
        }
        Look::Dashed => {
            for start in [x, x + 24, x + 48] {
                area.draw(&PathElement::new(
                    [(start, middle), (start + 16, middle)],
                    colour.stroke_width(6),
                ))?;
            }
        }
        Look::Words => {}
    }
    let indent = if layer.look == Look::Words { 0 } else { 80 };
    area.draw(&Text::new(key_text(layer), (x + indent, y), font(TEXT_SIZE)))
}
