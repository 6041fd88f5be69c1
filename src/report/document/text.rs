//! A document on the terminal.

use super::{Block, Cell, Document, Side, Table, Tone};
use crate::report::text::TextOptions;
use crate::report::text::layout::{flow, left, paragraph, right, width};
use crate::report::text::style::Paint;

const GAP: &str = "  ";
const INDENT: &str = "   ";

/// The document as text; pictures are left out.
pub fn render(document: &Document, options: TextOptions) -> String {
    let page = Page { paint: Paint::new(options.colour), columns: options.columns.clamp(80, 120) };
    let mut pieces = vec![page.paint.strong(&document.title)];
    pieces.extend(document.identity.iter().map(|part| page.paint.faint(part)));
    let mut text =
        flow(&format!(" {}  ", page.paint.strong(&document.kind.to_uppercase())), &pieces, GAP, page.columns);
    text.push('\n');
    for block in &document.blocks {
        let rendered = page.block(block);
        if !rendered.is_empty() {
            text.push_str(&rendered);
            text.push('\n');
        }
    }
    text
}

struct Page {
    paint: Paint,
    columns: usize,
}

impl Page {
    fn block(&self, block: &Block) -> String {
        match block {
            Block::Answer(sentences) => {
                sentences.iter().map(|sentence| paragraph(" » ", sentence, self.columns)).collect()
            }
            Block::Text(text) => paragraph(INDENT, text, self.columns),
            Block::Listing(lines) => lines.iter().map(|line| format!("{INDENT}{line}\n")).collect(),
            Block::Table(table) => self.table(table),
            Block::Picture(_) => String::new(),
            Block::Notes(notes) => notes
                .iter()
                .map(|note| paragraph(&format!(" {}  ", self.paint.remark("NOTE")), note, self.columns))
                .collect(),
        }
    }

    fn table(&self, table: &Table) -> String {
        let mut text = String::new();
        if !table.title.is_empty() {
            text.push_str(&paragraph(" ", &self.paint.strong(&table.title), self.columns));
        }
        let widths: Vec<usize> = (0..table.columns.len())
            .map(|column| {
                let cells = table.rows.iter().map(|row| width(&row[column].text));
                cells.chain([width(&table.columns[column].heading)]).max().unwrap_or(0)
            })
            .collect();
        for (number, shown) in parts(&widths, table.keys, self.columns).iter().enumerate() {
            if number > 0 {
                text.push('\n');
            }
            text.push_str(&self.part(table, shown, &widths));
        }
        text
    }

    fn part(&self, table: &Table, shown: &[usize], widths: &[usize]) -> String {
        let line = |cell: &dyn Fn(usize) -> String| {
            let cells: Vec<String> = shown
                .iter()
                .map(|column| match table.columns[*column].side {
                    Side::Left => left(&cell(*column), widths[*column]),
                    Side::Right => right(&cell(*column), widths[*column]),
                })
                .collect();
            format!("{}\n", format!("{INDENT}{}", cells.join(GAP)).trim_end())
        };
        let mut text = String::new();
        if table.columns.iter().any(|column| !column.heading.is_empty()) {
            text.push_str(&line(&|column| self.paint.faint(&table.columns[column].heading)));
        }
        for row in &table.rows {
            text.push_str(&line(&|column| self.cell(&row[column])));
        }
        text
    }

    fn cell(&self, cell: &Cell) -> String {
        match cell.tone {
            Tone::Plain => cell.text.clone(),
            Tone::Strong => self.paint.strong(&cell.text),
            Tone::Good => self.paint.good(&cell.text),
            Tone::Bad => self.paint.bad(&cell.text),
            Tone::Remark => self.paint.remark(&cell.text),
            Tone::Faint => self.paint.faint(&cell.text),
        }
    }
}

/// The columns of each part of a table that is broken where it would be too wide; the first `keys` stand in all.
fn parts(widths: &[usize], keys: usize, columns: usize) -> Vec<Vec<usize>> {
    let room = |shown: &[usize]| {
        INDENT.len() + shown.iter().map(|column| widths[*column] + GAP.len()).sum::<usize>() - GAP.len()
    };
    let first: Vec<usize> = (0..keys.min(widths.len())).collect();
    let mut parts = vec![first.clone()];
    for column in first.len()..widths.len() {
        let last = parts.last_mut().expect("there is a first part");
        last.push(column);
        if room(last) > columns && last.len() > first.len() + 1 {
            last.pop();
            parts.push(first.iter().copied().chain([column]).collect());
        }
    }
    parts
}
