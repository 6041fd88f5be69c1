//! Observed values from a file: `empirical(durations.csv)`.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::sync::Arc;

use crate::random::Distribution;

use super::distribution::Unit;

/// No more values than this are kept in memory.
const MOST_VALUES: usize = 5_000_000;

/// The values of the first column of `path`, each equally likely. Values carry a unit (`120ms`), or a header names it
/// (`duration_ms`).
pub(super) fn read(path: &Path, unit: Unit) -> Result<Distribution, String> {
    let shown = path.display();
    let file = File::open(path).map_err(|error| format!("cannot read {shown}: {error}"))?;
    let mut values = Vec::new();
    let mut suffix = "";
    for (index, line) in BufReader::new(file).lines().enumerate() {
        let line = line.map_err(|error| format!("{shown}:{}: {error}", index + 1))?;
        let cell = line.split([',', ';', '\t']).next().unwrap_or("").trim().trim_matches('"');
        if cell.is_empty() {
            continue;
        }
        if index == 0 && cell.starts_with(|c: char| c.is_ascii_alphabetic()) {
            suffix = header_unit(cell, unit);
            continue;
        }
        let value =
            unit.parse(&format!("{cell}{suffix}")).or_else(|error| unit.parse(cell).map_err(|_| error));
        let value = value.map_err(|error| {
            let about_header =
                if suffix.is_empty() { " (or a header such as duration_ms that names the unit)" } else { "" };
            format!("{shown}:{}: {error}{about_header}", index + 1)
        })?;
        if values.len() == MOST_VALUES {
            return Err(format!("{shown}: more than {MOST_VALUES} values"));
        }
        values.push(value);
    }
    if values.is_empty() {
        return Err(format!("{shown} has no values"));
    }
    values.sort_by(f64::total_cmp);
    Ok(Distribution::Empirical(Arc::from(values)))
}

/// The unit at the end of a header such as `duration_ms`.
fn header_unit(header: &str, unit: Unit) -> &'static str {
    let units: &[(&str, &str)] = match unit {
        Unit::Time => &[("_ns", "ns"), ("_us", "us"), ("_ms", "ms"), ("_s", "s")],
        Unit::Memory => &[("_mb", "MB"), ("_gb", "GB")],
    };
    let header = header.to_lowercase();
    units.iter().find(|(end, _)| header.ends_with(end)).map_or("", |(_, unit)| unit)
}
