//! Checking traces: `t[,function][,duration_ms][,init_ms][,payload]`.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::trace_rows::{RowTime, Rows};
use crate::units::SimDuration;

/// Problems that are reported of one file; what follows is usually the same mistake again.
const PROBLEMS_REPORTED: usize = 20;

/// What is wrong with a row of a trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceProblem {
    /// Line in the file, from 1.
    pub line: u64,
    /// What was found and what is accepted.
    pub message: String,
}

/// What a valid trace holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceSummary {
    /// Number of requests.
    pub rows: u64,
    /// Offset of the last row, from the start of the scenario for numbers, from the first row for dates.
    pub last: SimDuration,
    /// Where the rows carry dates, that of the first in nanoseconds since 1970. It must not lie before the
    /// scenario's `start`.
    pub first_date_unix_ns: Option<i128>,
    /// The functions that rows name.
    pub functions: BTreeSet<String>,
}

impl TraceSummary {
    /// What is wrong when the scenario starts at `start_unix_s`: rows with dates before it.
    pub fn problem_with_start(&self, start_unix_s: i64) -> Option<TraceProblem> {
        let first = self.first_date_unix_ns?;
        (first < i128::from(start_unix_s) * 1_000_000_000).then(|| TraceProblem {
            line: 2,
            message:
                "the first date lies before the scenario's start; set start: to it or to an earlier date"
                    .to_owned(),
        })
    }
}

/// Reads a whole trace, in memory that does not grow with it, and checks every row.
///
/// `function_names` are the functions that rows may name.
///
/// # Errors
/// The first 20 problems.
pub fn check_trace(path: &Path, function_names: &[&str]) -> Result<TraceSummary, Vec<TraceProblem>> {
    let file = File::open(path)
        .map_err(|error| vec![TraceProblem { line: 0, message: format!("cannot be read: {error}") }])?;
    check_rows(file, function_names)
}

fn check_rows(input: impl Read, function_names: &[&str]) -> Result<TraceSummary, Vec<TraceProblem>> {
    let mut rows = Rows::new(input).map_err(|problem| vec![problem])?;
    let mut problems = Vec::new();
    let mut summary = TraceSummary {
        rows: 0,
        last: SimDuration::ZERO,
        first_date_unix_ns: None,
        functions: BTreeSet::new(),
    };
    let mut before = None;
    while problems.len() < PROBLEMS_REPORTED {
        let row = match rows.next_row() {
            Ok(None) => break,
            Ok(Some(row)) => row,
            Err(problem) => {
                let fatal = rows.is_broken();
                problems.push(problem);
                if fatal {
                    break;
                }
                continue;
            }
        };
        summary.rows += 1;
        if let Some(message) = wrong_order(before, row.time) {
            problems.push(TraceProblem { line: row.line, message });
        } else {
            before = Some(row.time);
        }
        match row.time {
            RowTime::Offset(nanos) => summary.last = SimDuration::from_nanos(nanos),
            RowTime::Date(unix_ns) => {
                let first = *summary.first_date_unix_ns.get_or_insert(unix_ns);
                summary.last = SimDuration::from_nanos(u64::try_from(unix_ns - first).unwrap_or(0));
            }
        }
        if let Some(name) = row.function
            && !summary.functions.contains(name)
        {
            if function_names.contains(&name) {
                summary.functions.insert(name.to_owned());
            } else {
                let message =
                    format!("there is no function {name:?}; there are {}", function_names.join(", "));
                problems.push(TraceProblem { line: row.line, message });
            }
        }
    }
    if summary.rows == 0 && problems.is_empty() {
        problems.push(TraceProblem { line: 1, message: "the trace has no rows".to_owned() });
    }
    if problems.is_empty() { Ok(summary) } else { Err(problems) }
}

fn wrong_order(before: Option<RowTime>, now: RowTime) -> Option<String> {
    match (before, now) {
        (Some(RowTime::Offset(before)), RowTime::Offset(now)) if now < before => Some(format!(
            "rows must be in order of time: {} s comes after {} s",
            SimDuration::from_nanos(now).seconds(),
            SimDuration::from_nanos(before).seconds()
        )),
        (Some(RowTime::Date(before)), RowTime::Date(now)) if now < before => {
            Some("rows must be in order of time: this date is earlier than the one above".to_owned())
        }
        (Some(RowTime::Date(_)), RowTime::Offset(_)) | (Some(RowTime::Offset(_)), RowTime::Date(_)) => {
            Some("dates and seconds cannot be mixed in one trace".to_owned())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> Result<TraceSummary, Vec<TraceProblem>> {
        check_rows(text.as_bytes(), &["api", "worker"])
    }

    fn problems(text: &str) -> Vec<(u64, String)> {
        check(text).unwrap_err().into_iter().map(|problem| (problem.line, problem.message)).collect()
    }

    #[test]
    fn a_trace_is_summed_up() {
        let summary = check("t,function,duration_ms\n0,api,12\n0.5,worker,\n2.25,api,7.125\n").unwrap();
        assert_eq!((summary.rows, summary.last), (3, SimDuration::from_millis(2_250)));
        assert_eq!(summary.functions.into_iter().collect::<Vec<_>>(), ["api", "worker"]);
    }

    #[test]
    fn a_bare_column_of_times_needs_no_header() {
        assert_eq!(check("0\n1.5\n1.5\n").unwrap().rows, 3);
        assert_eq!(check("# recorded in 2020\r\n\"0\"\r\n\r\n3\r\n").unwrap().rows, 2);
    }

    #[test]
    fn dates_count_from_the_scenarios_start() {
        let summary = check("t\n2026-11-23T00:00:05Z\n2026-11-23T00:00:06Z\n").unwrap();
        assert_eq!(summary.last, SimDuration::from_secs(1));
        let start = 20_780 * 86_400;
        assert_eq!(summary.problem_with_start(start), None);
        assert_eq!(summary.problem_with_start(start + 6).unwrap().line, 2);
    }

    #[test]
    fn every_bad_row_is_named_with_its_line() {
        let found = problems("t,function\n0,api\n-1,api\n3,apj\nx,api\n2,api\n1,api,9\n");
        let lines: Vec<u64> = found.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [3, 4, 5, 6, 7], "{found:?}");
        assert!(found[1].1.contains("no function \"apj\""));
        assert!(found[3].1.contains("in order of time"));
    }

    #[test]
    fn at_most_twenty_problems_are_reported() {
        assert_eq!(problems(&format!("t\n{}", "x\n".repeat(1_000))).len(), 20);
    }

    #[test]
    fn headers_are_checked() {
        assert!(problems("t,durations\n0,1\n")[0].1.contains("duration_ms"));
        assert!(problems("function\napi\n")[0].1.contains("column t"));
        assert!(problems("0,12\n")[0].1.contains("header"));
        assert!(problems("t,t\n0,1\n")[0].1.contains("twice"));
        assert!(problems("")[0].1.contains("no rows"));
        assert!(problems("t\n")[0].1.contains("no rows"));
    }

    #[test]
    fn what_is_no_table_is_refused_without_reading_it_into_memory() {
        let endless = std::io::repeat(b'7');
        let problem = check_rows(endless, &[]).unwrap_err().remove(0);
        assert!(problem.message.contains("longer than"), "{}", problem.message);
        assert!(problems("t\n0\n\"1\n2\n")[0].1.contains("quote"));
        assert!(!check_rows(&b"t\n\xff\xfe\n"[..], &[]).unwrap_err().is_empty());
    }

    #[test]
    fn seconds_and_dates_cannot_be_mixed() {
        assert!(problems("t\n1\n2026-11-23T00:00:05Z\n")[0].1.contains("mixed"));
    }
}
