//! A document as Markdown, for a pull request.

use super::{Block, Cell, Document, Side, Table, Tone};

/// The document as Markdown; pictures are left out.
pub fn render(document: &Document) -> String {
    let mut text = format!("### {}: {}\n\n", document.kind, plain(&document.title));
    if !document.identity.is_empty() {
        let identity: Vec<String> = document.identity.iter().map(|part| plain(part)).collect();
        text.push_str(&format!("{}\n\n", identity.join(" · ")));
    }
    for block in &document.blocks {
        let rendered = match block {
            Block::Answer(sentences) => {
                sentences.iter().map(|sentence| format!("**{}**\n\n", plain(sentence))).collect()
            }
            Block::Text(words) => format!("{}\n\n", plain(words)),
            Block::Listing(lines) => format!("```yaml\n{}\n```\n\n", lines.join("\n")),
            Block::Table(table) => self::table(table),
            Block::Picture(_) => String::new(),
            Block::Notes(notes) if notes.is_empty() => String::new(),
            Block::Notes(notes) => {
                let notes: String = notes.iter().map(|note| format!("- {}\n", plain(note))).collect();
                format!("{notes}\n")
            }
        };
        text.push_str(&rendered);
    }
    format!("{}\n", text.trim_end())
}

fn table(table: &Table) -> String {
    let mut text =
        if table.title.is_empty() { String::new() } else { format!("#### {}\n\n", plain(&table.title)) };
    let row = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    text.push_str(&row(table.columns.iter().map(|column| plain(&column.heading)).collect()));
    let rule = |side: Side| if side == Side::Left { "---".to_owned() } else { "---:".to_owned() };
    text.push_str(&row(table.columns.iter().map(|column| rule(column.side)).collect()));
    for cells in &table.rows {
        text.push_str(&row(cells.iter().map(cell).collect()));
    }
    text.push('\n');
    text
}

fn cell(cell: &Cell) -> String {
    let text = plain(&cell.text);
    if matches!(cell.tone, Tone::Bad | Tone::Good) && !text.is_empty() { format!("**{text}**") } else { text }
}

/// Text that cannot become markup.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '|' | '*' | '`' | '\\' | '[' | ']' => plain.extend(['\\', character]),
            '<' => plain.push_str("&lt;"),
            '>' => plain.push_str("&gt;"),
            '\n' | '\r' => plain.push(' '),
            _ => plain.push(character),
        }
    }
    plain
}
