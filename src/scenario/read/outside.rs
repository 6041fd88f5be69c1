//! What the room of traffic knows how to read: calendar instants and trace files.

use std::path::Path;

use crate::input::calendar::parse_rfc3339;
use crate::input::check_trace;
use crate::scenario::model::{FunctionId, Trace};
use crate::units::SimDuration;

use super::Names;

/// Seconds since 1970 of `2026-11-23T00:00:00Z` or with an offset.
pub(super) fn unix_seconds(text: &str) -> Option<i64> {
    i64::try_from(parse_rfc3339(text)?.div_euclid(1_000_000_000)).ok()
}

/// Reads the whole trace once; what is wrong with it, row by row.
pub(super) fn trace(path: &Path, names: &Names, start_unix_s: i64) -> Result<Trace, Vec<String>> {
    let shown = path.display();
    let functions: Vec<&str> = names.functions.keys().map(String::as_str).collect();
    let checked =
        check_trace(path, &functions).and_then(|summary| match summary.problem_with_start(start_unix_s) {
            Some(problem) => Err(vec![problem]),
            None => Ok(summary),
        });
    let summary = checked.map_err(|problems| {
        let told = problems.iter().map(|problem| match problem.line {
            0 => format!("{shown}: {}", problem.message),
            line => format!("{shown}:{line}: {}", problem.message),
        });
        told.collect::<Vec<_>>()
    })?;
    let with_id = |name: &String| names.functions.get(name).map(|id| (name.clone(), *id));
    let functions: std::collections::BTreeMap<String, FunctionId> =
        summary.functions.iter().filter_map(with_id).collect();
    let start_nanos = i128::from(start_unix_s) * 1_000_000_000;
    let before_first = summary.first_date_unix_ns.map_or(0, |first| (first - start_nanos).max(0));
    let last = SimDuration::from_nanos(u64::try_from(before_first).unwrap_or(u64::MAX)) + summary.last;
    Ok(Trace { path: path.to_owned(), functions, last })
}
