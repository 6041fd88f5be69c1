//! Pictures as PNG, with the feature `png`: the SVG, drawn with an embedded font.

use std::sync::Arc;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{self, Options, Tree, fontdb};

/// Share of the SVG's size: 1,000 pixels wide.
const SCALE: f32 = 0.5;

/// Draws an SVG. Text is set in Noto Sans (SIL Open Font License 1.1), which is part of the program, so that the
/// picture does not depend on the fonts of the machine.
///
/// # Errors
/// When `svg` is no SVG.
pub fn render(svg: &str) -> Result<Vec<u8>, String> {
    let mut fonts = fontdb::Database::new();
    for font in [notosans::REGULAR_TTF, notosans::BOLD_TTF] {
        fonts.load_font_data(font.to_vec());
    }
    fonts.set_sans_serif_family("Noto Sans");
    let options =
        Options { font_family: "Noto Sans".to_owned(), fontdb: Arc::new(fonts), ..Options::default() };
    let tree = Tree::from_str(svg, &options).map_err(|error: usvg::Error| error.to_string())?;
    let size = tree.size().to_int_size().scale_by(SCALE).ok_or("the picture has no size")?;
    let mut pixels = Pixmap::new(size.width(), size.height()).ok_or("the picture has no size")?;
    resvg::render(&tree, Transform::from_scale(SCALE, SCALE), &mut pixels.as_mut());
    pixels.encode_png().map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use crate::report::{plots, png, sample};

    #[test]
    fn every_plot_can_be_drawn_as_a_png_with_its_words() {
        for plot in plots::render(&sample::busy()) {
            let bytes = png::render(&plot.svg).unwrap();
            assert_eq!(bytes[1..4], *b"PNG", "{}", plot.name);
            let silent = plot.svg.replace("<text", "<desc").replace("</text", "</desc");
            assert_ne!(bytes, png::render(&silent).unwrap(), "{} shows no text", plot.name);
        }
    }
}
