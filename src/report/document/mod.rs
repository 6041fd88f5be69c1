//! An answer made of sentences, tables and pictures, written once and rendered as text, Markdown and a web page.
//!
//! The report of a run has renderings of its own; this is for what is made of many runs.

mod html;
mod markdown;
mod text;

pub use html::render as html;
pub use markdown::render as markdown;
pub use text::render as text;

/// A whole answer.
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// What was done: `sweep`.
    pub kind: &'static str,
    /// Of which scenario.
    pub title: String,
    /// What belongs to its identity: seed, platform, number of runs.
    pub identity: Vec<String>,
    /// From top to bottom.
    pub blocks: Vec<Block>,
}

/// A part of an answer.
#[derive(Clone, Debug)]
pub enum Block {
    /// The answer itself, in sentences.
    Answer(Vec<String>),
    /// Explanation.
    Text(String),
    /// Lines as they stand in a file.
    Listing(Vec<String>),
    /// Numbers.
    Table(Table),
    /// A picture; not on the terminal.
    Picture(Picture),
    /// What to know before trusting the rest.
    Notes(Vec<String>),
}

/// A picture.
#[derive(Clone, Debug)]
pub struct Picture {
    /// File name without its ending.
    pub name: String,
    /// What it shows.
    pub title: String,
    /// The picture.
    pub svg: String,
}

/// Rows of cells.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// What it shows; may be empty.
    pub title: String,
    /// Headings from left to right.
    pub columns: Vec<Column>,
    /// So many columns say what a row is; they stand again where a table is broken.
    pub keys: usize,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
}

/// A column.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its heading.
    pub heading: String,
    /// On which side its cells stand.
    pub side: Side,
}

/// On which side cells stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// A cell.
#[derive(Clone, Debug, Default)]
pub struct Cell {
    /// What stands there.
    pub text: String,
    /// How it is coloured.
    pub tone: Tone,
}

/// How words are coloured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Not at all.
    #[default]
    Plain,
    /// A name.
    Strong,
    /// Fine.
    Good,
    /// Wrong.
    Bad,
    /// Deserves a look.
    Remark,
    /// May be overlooked.
    Faint,
}

impl Column {
    /// Of words.
    pub fn left(heading: impl Into<String>) -> Self {
        Self { heading: heading.into(), side: Side::Left }
    }

    /// Of numbers.
    pub fn right(heading: impl Into<String>) -> Self {
        Self { heading: heading.into(), side: Side::Right }
    }
}

impl Cell {
    /// A coloured cell.
    pub fn toned(text: impl Into<String>, tone: Tone) -> Self {
        Self { text: text.into(), tone }
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self { text: text.into(), tone: Tone::Plain }
    }
}

impl Document {
    /// Its pictures.
    pub fn pictures(&self) -> impl Iterator<Item = &Picture> {
        self.blocks.iter().filter_map(|block| match block {
            Block::Picture(picture) => Some(picture),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::text::{Detail, TextOptions};

    fn document() -> Document {
        let row = |name: &str, value: &str| vec![Cell::from(name), Cell::toned(value, Tone::Good)];
        Document {
            kind: "sweep",
            title: "a <b> | c".to_owned(),
            identity: vec!["seed 42".to_owned()],
            blocks: vec![
                Block::Answer(vec!["It is cheaper.".to_owned()]),
                Block::Table(Table {
                    title: "What it costs".to_owned(),
                    columns: vec![Column::left("memory"), Column::right("cost")],
                    keys: 1,
                    rows: vec![row("512MB", "$1.00"), row("1024MB|x", "$12.00")],
                }),
                Block::Listing(vec!["api:".to_owned(), "  note: \"<b>\"".to_owned()]),
                Block::Notes(vec!["Look <here>.".to_owned()]),
            ],
        }
    }

    #[test]
    fn the_terminal_has_columns_and_no_colours_unless_they_are_wanted() {
        let options = TextOptions { detail: Detail::Full, colour: false, columns: 90 };
        let text = text(&document(), options);
        assert!(text.contains("   512MB      $1.00\n   1024MB|x  $12.00\n"), "{text}");
        assert!(text.contains("\n   api:\n     note: \"<b>\"\n"), "{text}");
        assert!(!text.contains('\u{1b}'));
    }

    #[test]
    fn a_table_that_is_too_wide_goes_on_below_with_its_first_column() {
        let columns: Vec<Column> = std::iter::once(Column::left("point"))
            .chain((0..9).map(|n| Column::right(format!("a rather wide {n}"))))
            .collect();
        let row = (0..10).map(|n| Cell::from(format!("cell {n}"))).collect();
        let table = Table { title: String::new(), columns, keys: 1, rows: vec![row] };
        let document = Document { blocks: vec![Block::Table(table)], ..document() };
        let text = text(&document, TextOptions { detail: Detail::Full, colour: false, columns: 80 });
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        assert_eq!(text.matches("cell 0").count(), 3, "{text}");
        assert_eq!(text.matches("cell 9").count(), 1, "{text}");
    }

    #[test]
    fn names_cannot_become_markup() {
        let page = html(&document());
        assert!(page.contains("a &lt;b&gt; | c") && page.contains("Look &lt;here&gt;."));
        assert!(page.contains("<pre>api:\n  note: &quot;&lt;b&gt;&quot;\n</pre>"), "{page}");
        assert!(markdown(&document()).contains("```yaml\napi:\n  note: \"<b>\"\n```\n"));
        assert!(markdown(&document()).contains("| 1024MB\\|x | **$12.00** |"));
    }
}
