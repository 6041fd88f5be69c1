//! Rows of prices, and finding one.

use std::fmt;
use std::sync::{Arc, OnceLock};

use super::file;
use crate::platform::table;
use crate::units::Usd;

const TABLE: &str = include_str!("../data/pricing.csv");

/// One price as it stands in a price list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceRow {
    /// AWS region.
    pub region: String,
    /// `x86_64`, `arm64`, or `any`.
    pub arch: String,
    /// What is priced; a remark in parentheses is the range of a tier, or what is free.
    pub item: String,
    /// Per what: `GB-second`.
    pub unit: String,
    /// The decimal as printed there: `0.0000166667`.
    pub price: String,
    /// Date of the price list or of the reading: `2026-09`.
    pub date: String,
    /// Where it stands; begins with `INFERRED:` when it was not found but follows from a pattern.
    pub source: String,
}

impl PriceRow {
    /// The item apart from its remark.
    pub fn name(&self) -> &str {
        name_of(&self.item)
    }

    /// As comparing [`Self::name`], without looking for where the remark begins (a bill asks for each function of a fleet).
    fn is_named(&self, name: &str) -> bool {
        self.item.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(REMARK))
    }
}

/// What a remark begins with.
const REMARK: &str = " (";

/// An item apart from its remark in parentheses.
pub(super) fn name_of(item: &str) -> &str {
    item.split(REMARK).next().unwrap_or(item)
}

/// A price that something is billed at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Price {
    /// The decimal as printed in the list, or as it was worked out from one.
    pub text: String,
    /// The same, as money per unit.
    pub per_unit: Usd,
    /// Where it stands.
    pub source: Arc<str>,
}

impl Price {
    /// Nobody has confirmed this price; the pattern it follows is in the source.
    pub fn is_inferred(&self) -> bool {
        self.source.starts_with("INFERRED:")
    }
}

/// All prices that are known.
#[derive(Clone, PartialEq, Eq)]
pub struct PriceBook {
    rows: Vec<PriceRow>,
    overrides: usize,
}

/// Hundreds of rows say nothing in a message.
impl fmt::Debug for PriceBook {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "PriceBook({} rows, {} of them overridden)", self.rows.len(), self.overrides)
    }
}

impl PriceBook {
    /// The prices that come with the program.
    pub fn current() -> Arc<Self> {
        static BOOK: OnceLock<Arc<PriceBook>> = OnceLock::new();
        let book = BOOK.get_or_init(|| {
            let rows = table::rows(TABLE)
                .map(|[region, arch, item, unit, price, date, source]| PriceRow {
                    region,
                    arch,
                    item,
                    unit,
                    price,
                    date,
                    source,
                })
                .collect();
            Arc::new(Self { rows, overrides: 0 })
        });
        Arc::clone(book)
    }

    /// These prices with the rows of a file in place of those that they name. `shown` is the file in messages, and the
    /// source of rows that name none.
    ///
    /// # Errors
    /// Everything that is wrong with the file, with lines.
    pub fn overridden_by(&self, text: &str, shown: &str) -> Result<Self, Vec<String>> {
        let mut book = self.clone();
        for row in file::parse(text, shown, &self.rows)? {
            let same = |known: &&mut PriceRow| {
                (&known.region, &known.arch, known.name()) == (&row.region, &row.arch, row.name())
            };
            match book.rows.iter_mut().find(same) {
                Some(known) => *known = row,
                None => book.rows.push(row),
            }
            book.overrides += 1;
        }
        Ok(book)
    }

    /// Every row, those that came with the program first, in the order of their file.
    pub fn rows(&self) -> &[PriceRow] {
        &self.rows
    }

    /// How many rows were given by the user.
    pub fn overrides(&self) -> usize {
        self.overrides
    }

    /// Every region that has any price, in alphabetical order; not all of them have all of Lambda's.
    pub fn regions(&self) -> Vec<&str> {
        let mut regions: Vec<_> = self.rows.iter().map(|row| row.region.as_str()).collect();
        regions.sort_unstable();
        regions.dedup();
        regions
    }

    /// The row of an item, without its remark.
    pub(super) fn find(&self, region: &str, arch: &str, name: &str) -> Option<&PriceRow> {
        self.rows.iter().find(|row| row.region == region && row.arch == arch && row.is_named(name))
    }

    /// The price of an item.
    pub(super) fn price(&self, region: &str, arch: &str, name: &str) -> Option<Price> {
        self.find(region, arch, name).and_then(price_of)
    }
}

pub(super) fn price_of(row: &PriceRow) -> Option<Price> {
    let per_unit = Usd::from_decimal(&row.price)?;
    Some(Price { text: row.price.clone(), per_unit, source: row.source.as_str().into() })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_price_has_a_unit_a_date_and_a_source() {
        for row in PriceBook::current().rows() {
            assert!(!row.region.is_empty() && !row.unit.is_empty() && row.source.len() > 20, "{row:?}");
            assert!(["any", "x86_64", "arm64"].contains(&row.arch.as_str()), "{row:?}");
            let date: Vec<usize> = row.date.split('-').map(str::len).collect();
            assert!(date == [4, 2] || date == [4, 2, 2], "{row:?}");
            assert!(
                Usd::from_decimal(&row.price).is_some() || file::free_units(&row.price).is_some(),
                "{row:?}"
            );
        }
    }

    #[test]
    fn no_price_stands_twice() {
        let book = PriceBook::current();
        let names: BTreeSet<_> = book.rows().iter().map(|row| (&row.region, &row.arch, row.name())).collect();
        assert_eq!(names.len(), book.rows().len());
    }

    #[test]
    fn a_row_of_the_user_takes_the_place_of_the_one_it_names() {
        let book = PriceBook::current();
        let mine = book
            .overridden_by("region,item,price_usd\neu-west-1,lambda request,0.00000019\n", "mine.csv")
            .unwrap();
        let price = mine.price("eu-west-1", "any", "lambda request").unwrap();
        assert_eq!((price.text.as_str(), &*price.source), ("0.00000019", "mine.csv, line 2"));
        assert_eq!((mine.rows().len(), mine.overrides()), (book.rows().len(), 1));
        assert_eq!(mine.price("eu-west-2", "any", "lambda request").unwrap().text, "0.0000002");
    }

    #[test]
    fn a_region_can_be_added() {
        let rows = "region,arch,item,price_usd\nmars-north-1,any,lambda request,0.1\n";
        let book = PriceBook::current().overridden_by(rows, "mine.csv").unwrap();
        assert!(book.regions().contains(&"mars-north-1"));
        assert!(book.price("mars-north-1", "any", "lambda request").is_some());
    }
}
