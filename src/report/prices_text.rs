//! The price book as text: for people, and as a file that `pricing.prices` takes.

use indexmap::IndexSet;

use crate::platform::PriceRow;

use super::rules_text::aligned;

const HEADS: [&str; 6] = ["ITEM", "ARCH", "PER", "USD", "DATE", "SOURCE"];

/// The rows region by region with numbered sources, and the sources below.
pub fn all(rows: &[PriceRow]) -> String {
    let mut sources: IndexSet<&str> = IndexSet::new();
    let mut regions: IndexSet<&str> = rows.iter().map(|row| row.region.as_str()).collect();
    regions.sort_unstable();
    let mut text = String::new();
    for region in regions {
        let mut table = vec![HEADS.map(str::to_owned)];
        for row in rows.iter().filter(|row| row.region == region) {
            let (source, _) = sources.insert_full(&row.source);
            let inferred = if row.source.starts_with("INFERRED:") { " inferred" } else { "" };
            table.push([
                row.item.clone(),
                if row.arch == "any" { String::new() } else { row.arch.clone() },
                row.unit.clone(),
                row.price.clone(),
                row.date.clone(),
                format!("[{}]{inferred}", source + 1),
            ]);
        }
        text.push_str(&format!("PRICES of {region}\n\n{}\n", aligned(&table)));
    }
    text.push_str("SOURCES\n\n");
    for (place, source) in sources.iter().enumerate() {
        text.push_str(&format!("{:<5} {source}\n", format!("[{}]", place + 1)));
    }
    text
}

/// The rows with the columns of `pricing.prices`.
pub fn csv(rows: &[PriceRow]) -> String {
    let mut table = csv::Writer::from_writer(Vec::new());
    let header = ["region", "arch", "item", "unit", "price_usd", "date", "source"];
    table.write_record(header).expect("memory takes the header");
    for row in rows {
        let cells = [&row.region, &row.arch, &row.item, &row.unit, &row.price, &row.date, &row.source];
        table.write_record(cells).expect("rows have the length of the header, and memory takes them");
    }
    let bytes = table.into_inner().expect("memory takes every byte");
    String::from_utf8(bytes).expect("cells are text")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::PriceBook;

    #[test]
    fn every_price_is_shown_with_its_date_and_its_source() {
        let book = PriceBook::current();
        let text = all(book.rows());
        for row in book.rows() {
            let shown = text.lines().any(|line| {
                line.starts_with(&row.item) && line.contains(&row.price) && line.contains(&row.date)
            });
            assert!(shown, "{row:?}");
            assert!(text.lines().any(|line| line.ends_with(&row.source)), "{row:?}");
        }
    }

    #[test]
    fn what_is_printed_as_a_file_is_read_back_as_the_same_prices() {
        let book = PriceBook::current();
        let again = book.overridden_by(&csv(book.rows()), "all.csv").unwrap();
        assert_eq!(again.rows(), book.rows());
        assert_eq!(again.overrides(), book.rows().len());
    }
}
