//! Tables whose every cell is escaped.

use crate::report::markup::escape;

/// How a column looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    /// The name of a thing; may be broken.
    Name,
    /// A number or a span.
    Number,
    /// A short text.
    Text,
    /// A sentence.
    Prose,
}

impl Column {
    fn class(self) -> &'static str {
        match self {
            Self::Name => " class=\"name\"",
            Self::Number => "",
            Self::Text => " class=\"text\"",
            Self::Prose => " class=\"prose\"",
        }
    }
}

/// A cell: a text, possibly with a verdict that colours it.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    text: String,
    class: Option<&'static str>,
}

impl Cell {
    /// Coloured when `noticed`.
    pub(super) fn marked(text: impl Into<String>, class: &'static str, noticed: bool) -> Self {
        Self { text: text.into(), class: noticed.then_some(class) }
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self { text: text.into(), class: None }
    }
}

/// A table that scrolls by itself where the page is narrow.
pub(super) struct Table {
    columns: Vec<(String, Column)>,
    rows: Vec<Vec<Cell>>,
}

impl Table {
    pub(super) fn new(columns: &[(&str, Column)]) -> Self {
        let owned = columns.iter().map(|(heading, column)| ((*heading).to_owned(), *column));
        Self { columns: owned.collect(), rows: Vec::new() }
    }

    pub(super) fn row(&mut self, cells: Vec<Cell>) {
        assert_eq!(cells.len(), self.columns.len(), "a row has a cell for every column");
        self.rows.push(cells);
    }

    /// Nothing at all without rows.
    pub(super) fn render(&self) -> String {
        if self.rows.is_empty() {
            return String::new();
        }
        let mut html = "<div class=\"scroll\"><table>\n<tr>".to_owned();
        for (heading, column) in &self.columns {
            let class = if *column == Column::Number { "" } else { " class=\"text\"" };
            html.push_str(&format!("<th{class}>{}</th>", escape(heading)));
        }
        html.push_str("</tr>\n");
        for row in &self.rows {
            html.push_str("<tr>");
            for (cell, (_, column)) in row.iter().zip(&self.columns) {
                let text = escape(&cell.text);
                let text =
                    cell.class.map_or(text.clone(), |class| format!("<span class=\"{class}\">{text}</span>"));
                html.push_str(&format!("<td{}>{text}</td>", column.class()));
            }
            html.push_str("</tr>\n");
        }
        html.push_str("</table></div>\n");
        html
    }
}
