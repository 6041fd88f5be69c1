//! Prices of the user's own, from a file with the columns of the one that comes with the program.

use std::collections::BTreeMap;

use super::book::{PriceRow, name_of};
use crate::units::Usd;

/// Columns of the file; the first three must be there.
const COLUMNS: [&str; 7] = ["region", "item", "price_usd", "arch", "unit", "date", "source"];
const NEEDED: usize = 3;
/// More decimals could not be multiplied with a usage without rounding.
const MOST_DECIMALS: usize = 13;
/// Problems of one file that are told.
const MOST_PROBLEMS: usize = 20;

/// The rows of `text`, or what is wrong with them, each with its line.
pub(super) fn parse(text: &str, shown: &str, known: &[PriceRow]) -> Result<Vec<PriceRow>, Vec<String>> {
    let mut reader =
        csv::ReaderBuilder::new().comment(Some(b'#')).trim(csv::Trim::All).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|error| vec![format!("{shown}: {error}")])?.clone();
    let columns = columns(&header).map_err(|message| vec![format!("{shown}: {message}")])?;
    let (mut rows, mut problems) = (Vec::new(), Vec::new());
    let mut seen: BTreeMap<(String, String, String), u64> = BTreeMap::new();
    for record in reader.records() {
        let line = |record: &csv::StringRecord| record.position().map_or(0, csv::Position::line);
        let row = match &record {
            Err(error) => Err(format!("{shown}: {error}")),
            Ok(record) => {
                let cell =
                    |column: &str| columns.get(column).and_then(|place| record.get(*place)).unwrap_or("");
                let line = line(record);
                row(&cell, shown, line, known)
                    .map_err(|message| format!("{shown}:{line}: {message}"))
                    .and_then(|row| {
                        let key = (row.region.clone(), row.arch.clone(), row.name().to_owned());
                        match seen.insert(key, line) {
                            Some(first) => {
                                Err(format!("{shown}:{line}: the same price stands in line {first}"))
                            }
                            None => Ok(row),
                        }
                    })
            }
        };
        match row {
            Ok(row) => rows.push(row),
            Err(problem) if problems.len() < MOST_PROBLEMS => problems.push(problem),
            Err(_) => {}
        }
    }
    if rows.is_empty() && problems.is_empty() {
        problems.push(format!("{shown} has no prices"));
    }
    if problems.is_empty() { Ok(rows) } else { Err(problems) }
}

/// Where each column stands.
fn columns(header: &csv::StringRecord) -> Result<BTreeMap<String, usize>, String> {
    let mut places = BTreeMap::new();
    for (place, column) in header.iter().enumerate() {
        if !COLUMNS.contains(&column) {
            return Err(format!(
                "there is no column `{column}`; {}",
                accepted(column, COLUMNS.iter().copied())
            ));
        }
        if places.insert(column.to_owned(), place).is_some() {
            return Err(format!("the column `{column}` stands there twice"));
        }
    }
    match COLUMNS[..NEEDED].iter().find(|needed| !places.contains_key(**needed)) {
        Some(missing) => Err(format!(
            "the column `{missing}` is missing; a first line such as region,arch,item,price_usd is needed"
        )),
        None => Ok(places),
    }
}

/// One row; an item that no price list has could never be used.
fn row<'c>(
    cell: &dyn Fn(&str) -> &'c str,
    shown: &str,
    line: u64,
    known: &[PriceRow],
) -> Result<PriceRow, String> {
    let (region, item) = (cell("region"), cell("item"));
    if region.is_empty() {
        return Err("the region is missing".to_owned());
    }
    let arch = if cell("arch").is_empty() { "any" } else { cell("arch") };
    let alike: Vec<&PriceRow> = known.iter().filter(|row| row.name() == name_of(item)).collect();
    let Some(first) = alike.first() else {
        let names = known.iter().map(PriceRow::name);
        return Err(format!("there is no item `{item}`; {}", accepted(item, names)));
    };
    if !alike.iter().any(|row| row.arch == arch) {
        let arches: std::collections::BTreeSet<_> = alike.iter().map(|row| row.arch.as_str()).collect();
        let listed = arches.into_iter().collect::<Vec<_>>().join("` or `");
        return Err(format!("`{item}` is priced with the arch `{listed}`; found `{arch}`"));
    }
    let unit = cell("unit");
    if !unit.is_empty() && unit != first.unit {
        return Err(format!("`{item}` is priced per {}; found `{unit}`", first.unit));
    }
    let price = cell("price_usd");
    let decimals = price.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    let readable = if free_units(&first.price).is_some() {
        free_units(price).is_some()
    } else {
        Usd::from_decimal(price).is_some() && decimals <= MOST_DECIMALS
    };
    if !readable {
        let example = &first.price;
        return Err(format!(
            "the price must be a plain decimal with at most {MOST_DECIMALS} decimals, such as {example}; found `{price}`"
        ));
    }
    // Without a remark of its own an item keeps the range of its tier.
    let same = |row: &&&PriceRow| row.arch == arch && row.region == region;
    let item = match alike.iter().find(same).or_else(|| alike.iter().find(|row| row.arch == arch)) {
        Some(row) if item == row.name() => row.item.clone(),
        _ => item.to_owned(),
    };
    let or = |text: &str, otherwise: String| if text.is_empty() { otherwise } else { text.to_owned() };
    Ok(PriceRow {
        region: region.to_owned(),
        arch: arch.to_owned(),
        item,
        unit: first.unit.clone(),
        price: price.to_owned(),
        date: or(cell("date"), "–".to_owned()),
        source: or(cell("source"), format!("{shown}, line {line}")),
    })
}

/// The number in `0 (first 1000000)`.
pub(super) fn free_units(price: &str) -> Option<u64> {
    price.strip_prefix("0 (first ")?.strip_suffix(')')?.parse().ok()
}

/// "did you mean `x`?", or the first words that are accepted.
fn accepted<'w>(written: &str, words: impl Iterator<Item = &'w str>) -> String {
    let mut words: Vec<&str> = words.collect();
    words.sort_unstable();
    words.dedup();
    let likeness = |word: &str| strsim::normalized_damerau_levenshtein(written, word);
    match words.iter().max_by(|one, other| likeness(one).total_cmp(&likeness(other))) {
        Some(word) if likeness(word) >= 0.6 => format!("did you mean `{word}`?"),
        _ if words.len() <= 8 => format!("accepted: {}", words.join(", ")),
        _ => "all items: coldstart assumptions --prices".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::platform::PriceBook;

    fn problems(text: &str) -> Vec<String> {
        PriceBook::current().overridden_by(text, "my.csv").unwrap_err()
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once_with_its_line() {
        let text = "region,arch,item,unit,price_usd\n\
                    us-east-1,any,lambda reqest,request,0.1\n\
                    us-east-1,any,lambda request,GB-second,0.1\n\
                    us-east-1,x86_64,lambda request,,0.1\n\
                    us-east-1,any,lambda request,,1e-7\n\
                    us-east-1,any,lambda request,,0.00000000000001\n\
                    us-east-1,any,lambda request,,0.1\n\
                    us-east-1,any,lambda request,,0.2\n\
                    us-east-1,any,lambda free tier requests,,0.5\n\
                    ,any,lambda request,,0.2\n";
        assert_eq!(
            problems(text),
            [
                "my.csv:2: there is no item `lambda reqest`; did you mean `lambda request`?",
                "my.csv:3: `lambda request` is priced per request; found `GB-second`",
                "my.csv:4: `lambda request` is priced with the arch `any`; found `x86_64`",
                "my.csv:5: the price must be a plain decimal with at most 13 decimals, such as 0.00000027; found `1e-7`",
                "my.csv:6: the price must be a plain decimal with at most 13 decimals, such as 0.00000027; found `0.00000000000001`",
                "my.csv:8: the same price stands in line 7",
                "my.csv:9: the price must be a plain decimal with at most 13 decimals, such as 0 (first 1000000); found `0.5`",
                "my.csv:10: the region is missing",
            ]
        );
    }

    #[test]
    fn the_header_must_name_known_columns() {
        assert_eq!(
            problems("region,item,prise_usd\n"),
            ["my.csv: there is no column `prise_usd`; did you mean `price_usd`?"]
        );
        assert_eq!(
            problems("region,item\n"),
            [
                "my.csv: the column `price_usd` is missing; a first line such as region,arch,item,price_usd is needed"
            ]
        );
        assert_eq!(problems("region,item,price_usd\n"), ["my.csv has no prices"]);
        assert_eq!(
            problems("region,item,item,price_usd\n"),
            ["my.csv: the column `item` stands there twice"]
        );
        assert!(problems("region,item,price_usd\na,b\n")[0].contains("found record with 2 fields"));
    }

    #[test]
    fn a_tier_keeps_its_range_unless_the_row_says_another() {
        let tier = |item: &str| {
            let text = format!("region,arch,item,price_usd\nus-east-1,x86_64,{item},0.00001\n");
            let book = PriceBook::current().overridden_by(&text, "my.csv").unwrap();
            book.find("us-east-1", "x86_64", "lambda duration tier1").unwrap().item.clone()
        };
        assert_eq!(tier("lambda duration tier1"), "lambda duration tier1 (0-6e9 GB-s/month)");
        assert_eq!(
            tier("lambda duration tier1 (0-7e9 GB-s/month)"),
            "lambda duration tier1 (0-7e9 GB-s/month)"
        );
    }
}
