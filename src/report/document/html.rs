//! A document as one self-contained page: no network, no scripts.

use super::{Block, Cell, Document, Side, Table, Tone};
use crate::report::html::STYLE;
use crate::report::markup::escape;

/// The page.
pub fn render(document: &Document) -> String {
    let title = escape(&document.title);
    let identity: String =
        document.identity.iter().map(|part| format!("<span>{}</span>", escape(part))).collect();
    let mut body = format!("<h1>{}: {title}</h1>\n<p class=\"identity\">{identity}</p>\n", document.kind);
    let mut pictures = String::new();
    for block in &document.blocks {
        if let Block::Picture(picture) = block {
            pictures.push_str(&format!("<figure>\n{}</figure>\n", picture.svg));
            continue;
        }
        close(&mut body, &mut pictures);
        body.push_str(&self::block(block));
    }
    close(&mut body, &mut pictures);
    let version = env!("CARGO_PKG_VERSION");
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title} – coldstart {kind}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n{body}\
         <footer>coldstart {version}</footer>\n</main>\n</body>\n</html>\n",
        kind = document.kind
    )
}

/// Pictures that follow each other stand side by side.
fn close(body: &mut String, pictures: &mut String) {
    if !pictures.is_empty() {
        body.push_str(&format!("<div class=\"plots\">\n{pictures}</div>\n"));
        pictures.clear();
    }
}

fn block(block: &Block) -> String {
    match block {
        Block::Answer(sentences) if sentences.is_empty() => String::new(),
        Block::Answer(sentences) => {
            let lines: String = sentences
                .iter()
                .map(|one| format!("<p class=\"sum\"><b>{}</b></p>\n", escape(one)))
                .collect();
            format!("<section>\n{lines}</section>\n")
        }
        Block::Text(text) => format!("<p class=\"soft\">{}</p>\n", escape(text)),
        Block::Listing(lines) => {
            format!("<pre>{}\n</pre>\n", lines.iter().map(|line| escape(line)).collect::<Vec<_>>().join("\n"))
        }
        Block::Table(table) => self::table(table),
        Block::Notes(notes) if notes.is_empty() => String::new(),
        Block::Notes(notes) => {
            let items: String = notes.iter().map(|note| format!("<li>{}</li>\n", escape(note))).collect();
            format!("<section class=\"notes\">\n<h2>Notes</h2>\n<ul>\n{items}</ul>\n</section>\n")
        }
        Block::Picture(_) => String::new(),
    }
}

fn table(table: &Table) -> String {
    let class = |side: Side| if side == Side::Left { " class=\"text\"" } else { "" };
    let headings: String = table
        .columns
        .iter()
        .map(|column| format!("<th{}>{}</th>", class(column.side), escape(&column.heading)))
        .collect();
    let mut rows = String::new();
    for row in &table.rows {
        let cells: String = row
            .iter()
            .zip(&table.columns)
            .map(|(cell, column)| format!("<td{}>{}</td>", class(column.side), self::cell(cell)))
            .collect();
        rows.push_str(&format!("<tr>{cells}</tr>\n"));
    }
    let title =
        if table.title.is_empty() { String::new() } else { format!("<h2>{}</h2>\n", escape(&table.title)) };
    format!(
        "<section>\n{title}<div class=\"scroll\"><table>\n<tr>{headings}</tr>\n{rows}</table></div>\n</section>\n"
    )
}

fn cell(cell: &Cell) -> String {
    let text = escape(&cell.text);
    match cell.tone {
        Tone::Plain => text,
        Tone::Strong => format!("<b>{text}</b>"),
        Tone::Good => format!("<span class=\"good\">{text}</span>"),
        Tone::Bad => format!("<span class=\"bad\">{text}</span>"),
        Tone::Remark => format!("<span class=\"remark\">{text}</span>"),
        Tone::Faint => format!("<span class=\"soft\">{text}</span>"),
    }
}
