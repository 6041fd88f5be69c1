//! The rules and quotas of a platform profile as plain text, at most 100 columns wide.

use indexmap::IndexSet;

use crate::platform::{Profile, ProfileDifference, Quota, Rule, rules};

const WIDTH: usize = 100;
/// Texts of a rule stand under its title, behind its number.
const INDENT: usize = 6;

/// Every rule with provenance, switch and default, then every quota in force with its source.
pub fn all(profile: &Profile) -> String {
    let mut blocks = vec![format!("RULES of {}\n", profile.name)];
    blocks.extend(rules().map(|rule| rule_text(rule, profile)));
    blocks.push(format!("QUOTAS of {}\n", profile.name));
    blocks.push(quota_table(profile));
    blocks.join("\n")
}

/// What is different in `after`: quotas, and rules whose default changes with them.
pub fn difference(before: &Profile, after: &Profile) -> String {
    let difference = ProfileDifference::between(before, after);
    if difference.is_empty() {
        return format!("{} and {} do not differ.\n", before.name, after.name);
    }
    let spelt = |quota: Option<&Quota>| quota.map_or_else(|| "none".to_owned(), Quota::spelt);
    let mut rows = vec![["QUOTA".to_owned(), before.name.to_owned(), after.name.to_owned()]];
    for change in &difference.quotas {
        rows.push([change.name.to_owned(), spelt(change.before), spelt(change.after)]);
    }
    let names = before.name.len().max(after.name.len());
    let mut blocks = vec![aligned(&rows)];
    for change in &difference.rules {
        blocks.push(
            format!("{:<INDENT$}{}\n", change.rule.number, change.rule.title)
                + &labelled(&format!("{:<names$}", before.name), &change.before)
                + &labelled(&format!("{:<names$}", after.name), &change.after),
        );
    }
    blocks.join("\n")
}

fn rule_text(rule: &Rule, profile: &Profile) -> String {
    let known: Vec<String> = rule.provenance.iter().map(ToString::to_string).collect();
    let known = known.join(", ");
    let built = if rule.built { "" } else { "not built yet" };
    let title_width = WIDTH - INDENT - known.len();
    let title = format!("{:<34}{built}", rule.title);
    let mut text = format!("{:<INDENT$}{title:<title_width$}{known}\n", rule.number);
    text.push_str(&wrapped(rule.text, INDENT));
    let default = rule.default_in(profile);
    match rule.switch {
        Some(path) => text.push_str(&labelled("switch", &format!("{path}: {default}"))),
        None if !default.is_empty() => text.push_str(&labelled("value", &default)),
        None => {}
    }
    if !rule.source.is_empty() {
        text.push_str(&labelled("source", rule.source));
    }
    text
}

/// The quotas as a table whose sources are numbered, and the sources below it.
fn quota_table(profile: &Profile) -> String {
    let mut sources: IndexSet<&str> = IndexSet::new();
    let heads = ["QUOTA", "VALUE", "KNOWN", "DATE", "SOURCE"];
    let mut rows = vec![heads.map(str::to_owned)];
    for quota in profile.quotas() {
        let (source, _) = sources.insert_full(&quota.source);
        let number = format!("[{}]", source + 1);
        rows.push([quota.name.clone(), quota.spelt(), quota.confidence.clone(), quota.date.clone(), number]);
    }
    let legend = sources.iter().enumerate().map(|(place, source)| {
        let number = format!("[{}]", place + 1);
        format!("{number:<INDENT$}{}", wrapped(source, INDENT).trim_start())
    });
    format!("{}\n{}", aligned(&rows), legend.collect::<String>())
}

/// Columns as wide as their widest cell, two blanks apart.
pub(super) fn aligned<const N: usize>(rows: &[[String; N]]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..N).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let cells: Vec<String> =
            row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
    text
}

/// `label` and, behind it, the value over as many lines as it takes.
fn labelled(label: &str, value: &str) -> String {
    let column = INDENT + label.len().max(8) + 2;
    let lines = wrapped(value, column);
    let head = format!("{:INDENT$}{label}", "");
    format!("{head:<column$}{}", lines.trim_start())
}

/// `text` broken between words into lines of at most [`WIDTH`] columns, each behind `indent` blanks.
fn wrapped(text: &str, indent: usize) -> String {
    let mut lines = String::new();
    let mut column = 0;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if column > 0 && column + 1 + length <= WIDTH {
            lines.push(' ');
            column += 1 + length;
        } else {
            if column > 0 {
                lines.push('\n');
            }
            lines.push_str(&" ".repeat(indent));
            column = indent + length;
        }
        lines.push_str(word);
    }
    lines.push('\n');
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(name: &str) -> Profile {
        Profile::by_name(name).unwrap()
    }

    #[test]
    fn no_line_is_wider_than_a_hundred_columns_or_ends_in_blanks() {
        let mut texts: Vec<String> = Profile::NAMES.iter().map(|name| all(&profile(name))).collect();
        for (one, other) in [(0, 3), (3, 0), (0, 1), (1, 2)] {
            texts.push(difference(&profile(Profile::NAMES[one]), &profile(Profile::NAMES[other])));
        }
        for line in texts.iter().flat_map(|text| text.lines()) {
            assert!(line.chars().count() <= WIDTH, "{line}");
            assert_eq!(line, line.trim_end());
        }
    }

    #[test]
    fn a_rule_shows_provenance_switch_default_and_source() {
        let text = all(&Profile::current());
        let idle = text.split("\n\n").find(|block| block.starts_with("S16 ")).unwrap();
        for part in ["Idle lifetime", "measured", "functions.NAME.keep_alive: aws-2025", "ubc-cirrus-lab"] {
            assert!(idle.contains(part), "no {part} in\n{idle}");
        }
        assert!(!text.contains("not built yet"), "every rule is part of the program");
    }

    #[test]
    fn every_quota_leads_to_its_source() {
        let text = all(&Profile::current());
        let row = text.lines().find(|line| line.starts_with("async_request_maximum ")).unwrap();
        assert!(row.contains("1 MB") && row.contains("documented") && row.contains("2025-10"), "{row}");
        let number = row.split_whitespace().last().unwrap();
        let source = text.lines().rev().find(|line| line.starts_with(number)).unwrap();
        assert!(source.contains("gettingstarted-limits"), "{source}");
    }

    #[test]
    fn the_difference_to_july_2025_is_who_pays_for_init() {
        let text = difference(&profile("aws-lambda/2025-08"), &profile("aws-lambda/2025-07"));
        let expected = "\
QUOTA         aws-lambda/2025-08  aws-lambda/2025-07
init_billing  all                 except_managed_zip

S60   Billed duration
      aws-lambda/2025-08  Init of: all; rounded up to 1 ms
      aws-lambda/2025-07  Init of: except_managed_zip; rounded up to 1 ms
";
        assert_eq!(text, expected);
        let same = difference(&Profile::current(), &Profile::current());
        assert_eq!(same, "aws-lambda/2026-11 and aws-lambda/2026-11 do not differ.\n");
    }

    #[test]
    fn the_year_2019_had_smaller_functions_and_a_regional_burst() {
        let text = difference(&Profile::current(), &profile("aws-lambda/2019"));
        for part in ["memory_maximum", "10,240 MB", "3,008 MB", "per_function", "regional", "100 ms"] {
            assert!(text.contains(part), "no {part} in\n{text}");
        }
    }
}
