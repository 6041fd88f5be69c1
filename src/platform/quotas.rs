//! The table of quotas: value, unit, first profile, source, date and confidence of every number that AWS fixes.

use std::sync::OnceLock;

use crate::units::{Bytes, Memory, SimDuration};

const TABLE: &str = include_str!("data/quotas.csv");

/// One row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quota {
    /// `memory_maximum`; regional values end in the region: `regional_burst.us-east-1`.
    pub name: String,
    /// The number, or the name of a rule.
    pub value: String,
    /// `MB`, `s`, `executions`, …
    pub unit: String,
    /// The first profile in which the row holds, without `aws-lambda/`.
    pub as_of: String,
    /// Where the value stands.
    pub source: String,
    /// When it came into force; in brackets, when the source was read.
    pub date: String,
    /// documented, recorded, measured or ours.
    pub confidence: String,
}

impl Quota {
    /// Value and unit as a reader writes them: `10,240 MB`, `per_function`.
    pub fn spelt(&self) -> String {
        if self.unit == "rule" {
            return self.value.clone();
        }
        let mut grouped = String::new();
        for (place, digit) in self.value.chars().enumerate() {
            if place > 0 && (self.value.len() - place).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        format!("{grouped} {}", self.unit)
    }
}

/// All rows, in the order of the file.
pub fn all_quotas() -> &'static [Quota] {
    static ROWS: OnceLock<Vec<Quota>> = OnceLock::new();
    ROWS.get_or_init(|| {
        super::table::rows(TABLE)
            .map(|[name, value, unit, as_of, source, date, confidence]| Quota {
                name,
                value,
                unit,
                as_of,
                source,
                date,
                confidence,
            })
            .collect()
    })
}

/// The rows that hold in one profile.
#[derive(Clone, Copy, Debug)]
pub(super) struct QuotaTable<'a> {
    /// Profiles from the oldest to the one that is read, without `aws-lambda/`.
    eras: &'a [&'static str],
}

impl<'a> QuotaTable<'a> {
    /// The table as of the last of `eras`.
    pub(super) fn new(eras: &'a [&'static str]) -> Self {
        Self { eras }
    }

    /// The row called `name` that is in force, if there is one yet.
    pub(super) fn find(self, name: &str) -> Option<&'static Quota> {
        self.eras
            .iter()
            .rev()
            .find_map(|era| all_quotas().iter().find(|row| row.name == name && row.as_of == *era))
    }

    /// The rows in force, in the order of the file.
    pub(super) fn in_force(self) -> Vec<&'static Quota> {
        all_quotas().iter().filter(|row| self.find(&row.name).is_some_and(|found| found == *row)).collect()
    }

    /// The row called `name`.
    ///
    /// # Panics
    /// When the table, which is part of the program, lacks it.
    fn row(self, name: &str) -> &'static Quota {
        self.find(name).unwrap_or_else(|| panic!("no quota {name} as of {:?}", self.eras.last()))
    }

    pub(super) fn rule(self, name: &str) -> &'static str {
        let row = self.row(name);
        assert_eq!(row.unit, "rule", "{name} is a number");
        &row.value
    }

    pub(super) fn count(self, name: &str) -> u32 {
        let row = self.row(name);
        assert!(!matches!(row.unit.as_str(), "MB" | "KB" | "bytes" | "s" | "ms"), "{name} has a unit");
        u32::try_from(number(row)).unwrap_or_else(|_| panic!("{name} is too large"))
    }

    pub(super) fn memory(self, name: &str) -> Memory {
        let row = self.row(name);
        assert_eq!(row.unit, "MB", "{name} is no memory size");
        Memory::from_mb(u32::try_from(number(row)).unwrap_or_else(|_| panic!("{name} is too large")))
    }

    pub(super) fn duration(self, name: &str) -> SimDuration {
        let row = self.row(name);
        match row.unit.as_str() {
            "s" => SimDuration::from_secs(number(row)),
            "ms" => SimDuration::from_millis(number(row)),
            other => panic!("{name} is a duration in {other}"),
        }
    }

    pub(super) fn bytes(self, name: &str) -> Bytes {
        let row = self.row(name);
        match row.unit.as_str() {
            "MB" => Bytes::from_mb(number(row)),
            "KB" => Bytes::from_kb(number(row)),
            "bytes" => Bytes::new(number(row)),
            other => panic!("{name} is a size in {other}"),
        }
    }
}

fn number(row: &Quota) -> u64 {
    row.value.parse().unwrap_or_else(|_| panic!("{} is no number: {}", row.name, row.value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::Profile;

    #[test]
    fn every_quota_names_its_source_date_and_confidence() {
        for row in all_quotas() {
            assert!(row.source.len() > 10, "{}: no source", row.name);
            assert!(row.date.contains("20"), "{}: no date", row.name);
            assert!(
                ["documented", "recorded", "measured", "ours"].contains(&row.confidence.as_str()),
                "{}: confidence {}",
                row.name,
                row.confidence
            );
            assert!(Profile::NAMES.contains(&format!("aws-lambda/{}", row.as_of).as_str()), "{}", row.name);
        }
    }

    #[test]
    fn every_quota_is_in_force_in_some_profile_and_read_by_it() {
        let reader = include_str!("profile.rs");
        for row in all_quotas() {
            let name = row.name.split('.').next().unwrap();
            assert!(reader.contains(&format!("\"{name}")), "no profile reads {name}");
            let used =
                Profile::NAMES.iter().any(|name| Profile::by_name(name).unwrap().quotas().contains(&row));
            assert!(used, "{} as of {} is never used", row.name, row.as_of);
        }
    }
}
