//! Several values in one text: `512MB, 1GB`, `512MB..2048MB step 256MB`, `1..1024 times 2`.
//!
//! Values are whole multiples of a billionth of their unit, so that no step of a range is rounded.

use std::ops::Range;

use crate::scenario::call::TextError;
use crate::scenario::tree::abridged;

/// More values of one range are a slip.
const MOST_VALUES: usize = 100_000;
const BILLION: i128 = 1_000_000_000;
const EXAMPLE: &str = "e.g. 512MB..2048MB step 256MB, or 1..1024 times 2";

/// A unit: how it is written, what it can be compared with, and its size.
struct Unit {
    suffix: &'static str,
    family: &'static str,
    factor: i128,
}

const fn unit(suffix: &'static str, family: &'static str, factor: i128) -> Unit {
    Unit { suffix, family, factor }
}

/// Rates in different spans are not compared: their ratio is no finite decimal.
const UNITS: [Unit; 16] = [
    unit("", "count", 1),
    unit("%", "share", 1),
    unit("B", "size", 1),
    unit("KB", "size", 1 << 10),
    unit("MB", "size", 1 << 20),
    unit("GB", "size", 1 << 30),
    unit("ns", "time", 1),
    unit("us", "time", 1_000),
    unit("ms", "time", 1_000_000),
    unit("s", "time", BILLION),
    unit("m", "time", 60 * BILLION),
    unit("h", "time", 3_600 * BILLION),
    unit("d", "time", 86_400 * BILLION),
    unit("/s", "rate a second", 1),
    unit("/min", "rate a minute", 1),
    unit("/h", "rate an hour", 1),
];

/// A number with its unit: billionths of the unit's base.
struct Quantity {
    billionths: i128,
    unit: &'static Unit,
}

/// The values that `text` names, each with the bytes that name it.
pub(super) fn values(text: &str) -> Result<Vec<(String, Range<usize>)>, TextError> {
    let mut found = Vec::new();
    for part in parts(text) {
        let written = &text[part.clone()];
        if written.is_empty() {
            return Err(TextError::new(part, "a value is missing").hint("e.g. 512MB, 1024MB, 1769MB"));
        }
        if written.contains("..") && !written.contains('(') {
            let values = expanded(written).map_err(|error| TextError {
                range: part.start + error.range.start..part.start + error.range.end,
                ..error
            })?;
            found.extend(values.into_iter().map(|value| (value, part.clone())));
        } else {
            found.push((written.to_owned(), part));
        }
    }
    Ok(found)
}

/// The value of a plain quantity in the base of its family, and that family, for axes of pictures; none for words.
pub fn number(text: &str) -> Option<(f64, &'static str)> {
    let quantity = quantity(text, 0).ok()?;
    Some((quantity.billionths as f64 / 1e9, quantity.unit.family))
}

/// Bytes between the commas that stand outside parentheses, without blanks.
fn parts(text: &str) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0_i32, 0);
    for (at, character) in text.char_indices().chain([(text.len(), ',')]) {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth <= 0 || at == text.len() => {
                let part = &text[start..at];
                let from = start + part.len() - part.trim_start().len();
                parts.push(from..(from + part.trim().len()));
                start = at + 1;
            }
            _ => {}
        }
    }
    parts
}

/// `A..B step S` or `A..B times F`.
fn expanded(text: &str) -> Result<Vec<String>, TextError> {
    let whole = 0..text.len();
    let Some((ends, how, step_at)) = ["step", "times"].iter().find_map(|how| {
        let at = text.find(&format!(" {how} "))?;
        Some((&text[..at], *how, at + how.len() + 2))
    }) else {
        return Err(TextError::new(whole, "a range needs a step").hint(EXAMPLE));
    };
    let (from_text, to_text) = ends.split_once("..").unwrap_or((ends, ""));
    let to_at = from_text.len() + 2;
    let from = quantity(from_text, 0)?;
    let to = quantity(to_text, to_at)?;
    let step = quantity(&text[step_at..], step_at)?;
    let same = |one: &Quantity| one.unit.family == from.unit.family;
    if !same(&to) {
        let message = format!("the end is a {}, the beginning a {}", to.unit.family, from.unit.family);
        return Err(TextError::new(to_at..ends.len(), message).hint(EXAMPLE));
    }
    if to.billionths < from.billionths {
        return Err(TextError::new(whole, "a range goes up: its end is below its beginning").hint(EXAMPLE));
    }
    let step_range = step_at..text.len();
    let values = if how == "step" {
        if !same(&step) {
            let message = format!("the step is a {}, the beginning a {}", step.unit.family, from.unit.family);
            return Err(TextError::new(step_range, message).hint(EXAMPLE));
        }
        stepped(&from, &to, &step, step_range)?
    } else {
        multiplied(&from, &to, &step, step_range)?
    };
    Ok(values)
}

fn stepped(
    from: &Quantity,
    to: &Quantity,
    step: &Quantity,
    place: Range<usize>,
) -> Result<Vec<String>, TextError> {
    if step.billionths <= 0 {
        return Err(TextError::new(place, "a step is above zero"));
    }
    let count = (to.billionths - from.billionths) / step.billionths + 1;
    if count > MOST_VALUES as i128 {
        let message = format!("{count} values are too many: at most {MOST_VALUES}");
        return Err(TextError::new(place, message));
    }
    let unit = if step.unit.factor < from.unit.factor { step.unit } else { from.unit };
    Ok((0..count).map(|index| written(from.billionths + index * step.billionths, unit)).collect())
}

fn multiplied(
    from: &Quantity,
    to: &Quantity,
    factor: &Quantity,
    place: Range<usize>,
) -> Result<Vec<String>, TextError> {
    if !factor.unit.suffix.is_empty() || factor.billionths <= BILLION {
        return Err(TextError::new(place, "`times` is followed by a number above 1").hint(EXAMPLE));
    }
    if from.billionths <= 0 {
        return Err(TextError::new(0..place.start, "a range by factors begins above zero").hint(EXAMPLE));
    }
    // What comes in whole things stays whole.
    let grain = match from.unit.family {
        "count" | "size" => from.unit.factor * BILLION,
        _ => 1,
    };
    let mut values = Vec::new();
    let mut exact = from.billionths;
    while exact <= to.billionths && values.len() < MOST_VALUES {
        let value = written((exact + grain / 2) / grain * grain, from.unit);
        if values.last() != Some(&value) {
            values.push(value);
        }
        exact = (exact * factor.billionths + BILLION / 2) / BILLION;
    }
    Ok(values)
}

/// A number and its unit, exact to nine decimals. `at`: where the text begins, for the error.
fn quantity(text: &str, at: usize) -> Result<Quantity, TextError> {
    let lead = text.len() - text.trim_start().len();
    let range = at + lead..at + lead + text.trim().len();
    let text = text.trim();
    let wrong = |message: String| TextError::new(range.clone(), message).hint(EXAMPLE);
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (digits, suffix) = (&text[..end], text[end..].trim());
    let Some(unit) = UNITS.iter().find(|unit| unit.suffix == suffix) else {
        return Err(wrong(format!("`{}` has no unit of a range", abridged(text))));
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let sound = !whole.is_empty() && whole.len() <= 15 && fraction.len() <= 9 && !fraction.contains('.');
    let parsed = format!("{whole}{fraction:0<9}").parse::<i128>().ok().filter(|_| sound);
    let Some(billionths) = parsed else {
        return Err(wrong(format!("`{}` is no number of a range", abridged(text))));
    };
    Ok(Quantity { billionths: billionths * unit.factor, unit })
}

/// `billionths` in `unit`, without needless zeros.
fn written(billionths: i128, unit: &Unit) -> String {
    let scaled = billionths / unit.factor;
    let (whole, fraction) = (scaled / BILLION, scaled % BILLION);
    if fraction == 0 {
        return format!("{whole}{}", unit.suffix);
    }
    format!("{whole}.{}{}", format!("{fraction:09}").trim_end_matches('0'), unit.suffix)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        values(text).unwrap().into_iter().map(|(value, _)| value).collect()
    }

    fn wrong(text: &str) -> (String, String) {
        let error = values(text).unwrap_err();
        (text[error.range].to_owned(), error.message)
    }

    #[test]
    fn a_range_has_its_end_only_where_a_step_meets_it() {
        assert_eq!(told("512MB..1024MB step 256MB"), ["512MB", "768MB", "1024MB"]);
        assert_eq!(told("1..10 step 4"), ["1", "5", "9"]);
        assert_eq!(told("7..7 step 1"), ["7"]);
    }

    #[test]
    fn steps_are_exact_and_in_the_smaller_unit() {
        assert_eq!(told("0.1%..0.4% step 0.1%"), ["0.1%", "0.2%", "0.3%", "0.4%"]);
        assert_eq!(told("1GB..2GB step 512MB"), ["1024MB", "1536MB", "2048MB"]);
        assert_eq!(told("1s..2s step 500ms"), ["1000ms", "1500ms", "2000ms"]);
        assert_eq!(told("10/s..30/s step 10/s"), ["10/s", "20/s", "30/s"]);
    }

    #[test]
    fn factors_keep_whole_things_whole() {
        assert_eq!(told("1..20 times 2"), ["1", "2", "4", "8", "16"]);
        assert_eq!(told("1..8 times 1.5"), ["1", "2", "3", "5", "8"]);
        assert_eq!(told("100ms..250ms times 1.5"), ["100ms", "150ms", "225ms"]);
    }

    #[test]
    fn lists_may_hold_ranges_and_calls_keep_their_commas() {
        assert_eq!(told("128MB, 512MB..1024MB step 512MB"), ["128MB", "512MB", "1024MB"]);
        assert_eq!(told("uniform(1s, 2s), 3s"), ["uniform(1s, 2s)", "3s"]);
        assert_eq!(told("empirical(../a.csv)"), ["empirical(../a.csv)"]);
    }

    #[test]
    fn what_is_wrong_is_told_where() {
        assert_eq!(wrong("1GB..2GB").1, "a range needs a step");
        assert_eq!(
            wrong("1GB..2s step 1GB"),
            ("2s".into(), "the end is a time, the beginning a size".into())
        );
        assert_eq!(wrong("1GB..2GB step 1s").0, "1s");
        assert_eq!(wrong("1..9 step 0").0, "0");
        assert_eq!(wrong("9..1 step 1").1, "a range goes up: its end is below its beginning");
        assert_eq!(wrong("1..x step 1").0, "x");
        assert_eq!(wrong("5, 1..9 times 1").0, "1");
        assert_eq!(wrong("1,,2").1, "a value is missing");
        assert_eq!(wrong("0..1000000 step 1").0, "1");
    }
}
