//! Numbers and lines of the theory table.

/// Widest line, characters.
const WIDTH: usize = 100;

/// Five significant digits, whole numbers in full.
pub(super) fn significant(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return format!("{value}");
    }
    let magnitude = value.abs();
    if magnitude < 1e-4 {
        return format!("{value:.4e}");
    }
    let mut decimals = 4;
    let mut scale = 1.0;
    while decimals > 0 && magnitude >= scale * 10.0 {
        scale *= 10.0;
        decimals -= 1;
    }
    while magnitude < scale && decimals < 9 {
        scale /= 10.0;
        decimals += 1;
    }
    let text = format!("{value:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// A number of seconds as the scenario language spells it: `120ms`, `600s`.
pub(super) fn seconds(value: f64) -> String {
    if value == 0.0 || value >= 1.0 {
        format!("{}s", significant(value))
    } else {
        format!("{}ms", significant(value * 1e3))
    }
}

/// `text` broken at blanks, each line behind `indent`.
pub(super) fn wrapped(text: &str, indent: &str) -> String {
    let mut lines = String::new();
    let mut line = indent.to_owned();
    for word in text.split(' ') {
        let empty = line.len() == indent.len();
        if !empty && line.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push_str(&line);
            lines.push('\n');
            line = format!("{indent}{word}");
        } else {
            if !empty {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines + &line + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_five_digits_and_whole_numbers_all() {
        let cases = [
            (0.121_661_064, "0.12166"),
            (36_009.0, "36009"),
            (1_234_567.0, "1234567"),
            (2.0, "2"),
            (12.345_678, "12.346"),
            (0.001_329_306, "0.0013293"),
            (0.000_012_3, "1.2300e-5"),
            (100.0, "100"),
            (0.0, "0"),
        ];
        for (value, text) in cases {
            assert_eq!(significant(value), text);
        }
        assert_eq!((seconds(0.12), seconds(600.0)), ("120ms".to_owned(), "600s".to_owned()));
    }

    #[test]
    fn long_lines_are_broken_at_blanks() {
        let text = wrapped(&"word ".repeat(60), "    ");
        assert!(text.lines().count() > 2 && text.lines().all(|line| line.chars().count() <= WIDTH));
    }
}
