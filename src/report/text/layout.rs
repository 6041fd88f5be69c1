//! Lines of a limited width, with columns of what was measured without its colours.

/// Width on the terminal: colour codes take no room.
pub(in crate::report) fn width(text: &str) -> usize {
    let mut columns = 0;
    let mut in_code = false;
    for character in text.chars() {
        match character {
            '\u{1b}' => in_code = true,
            'm' if in_code => in_code = false,
            _ if in_code => {}
            _ => columns += 1,
        }
    }
    columns
}

/// `text`, filled up with spaces to `columns`.
pub(in crate::report) fn left(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// `text` with spaces before it to `columns`.
pub(in crate::report) fn right(text: &str, columns: usize) -> String {
    format!("{}{text}", " ".repeat(columns.saturating_sub(width(text))))
}

/// Puts `pieces` behind `first`, separated by `gap`, and starts a new line indented to the width of `first`
/// where `columns` would be exceeded.
pub(in crate::report) fn flow(first: &str, pieces: &[String], gap: &str, columns: usize) -> String {
    let indent = " ".repeat(width(first));
    let mut text = first.to_owned();
    let mut used = width(first);
    let mut at_start = true;
    for piece in pieces {
        let needed = width(piece) + if at_start { 0 } else { width(gap) };
        if !at_start && used + needed > columns {
            text.truncate(text.trim_end().len());
            text.push('\n');
            text.push_str(&indent);
            used = width(&indent) + width(piece);
        } else {
            if !at_start {
                text.push_str(gap);
            }
            used += needed;
        }
        text.push_str(piece);
        at_start = false;
    }
    text.push('\n');
    text
}

/// A paragraph behind `first`, broken between words.
pub(in crate::report) fn paragraph(first: &str, text: &str, columns: usize) -> String {
    let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    flow(first, &words, " ", columns)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_take_no_room() {
        assert_eq!(width("\u{1b}[1mmm\u{1b}[0m"), 2);
        assert_eq!(left("\u{1b}[1mab\u{1b}[0m", 4), "\u{1b}[1mab\u{1b}[0m  ");
    }

    #[test]
    fn a_paragraph_is_broken_between_words_and_hangs_under_its_beginning() {
        assert_eq!(paragraph(" NOTE  ", "one two three", 14), " NOTE  one two\n       three\n");
    }

    #[test]
    fn a_word_longer_than_the_line_stands_alone() {
        assert_eq!(paragraph("> ", "a verylongword b", 6), "> a\n  verylongword\n  b\n");
    }
}
