//! Traces as arrivals, streamed row by row.

use std::fs::File;

use super::arrivals::TraceRow;
use crate::input::{RowTime, Rows, TraceProblem};
use crate::scenario::model::{FunctionId, Trace};
use crate::units::{SimDuration, SimTime};

/// A checked trace as arrivals.
pub(super) struct TraceReader {
    rows: Rows<File>,
    trace: Trace,
    /// The function of rows that name none; `None` where rows are messages.
    to: Option<FunctionId>,
    at: SimTime,
    /// Calendar time of t = 0, ns since 1970.
    epoch_ns: i128,
    at_end: bool,
}

impl TraceReader {
    /// # Panics
    /// When the file cannot be read any more.
    pub(super) fn open(trace: &Trace, to: Option<FunctionId>, at: SimTime, start_unix_s: i64) -> Self {
        let file = File::open(&trace.path).unwrap_or_else(|error| {
            panic!("the trace {} cannot be read any more: {error}", trace.path.display())
        });
        let rows = Rows::new(file).unwrap_or_else(|problem| changed(trace, &problem));
        Self {
            rows,
            trace: trace.clone(),
            to,
            at,
            epoch_ns: i128::from(start_unix_s) * 1_000_000_000,
            at_end: false,
        }
    }

    /// The next row and its instant.
    ///
    /// # Panics
    /// When the file is no longer what validation has seen.
    pub(super) fn next_row(&mut self) -> Option<(SimTime, TraceRow)> {
        let row = match self.rows.next_row() {
            Ok(Some(row)) => row,
            Ok(None) => {
                self.at_end = true;
                return None;
            }
            Err(problem) => changed(&self.trace, &problem),
        };
        let function = row.function.map_or(self.to, |name| {
            let known = self.trace.functions.get(name).copied();
            Some(known.unwrap_or_else(|| {
                let message = format!("unknown function {name:?}");
                changed(&self.trace, &TraceProblem { line: row.line, message })
            }))
        });
        let offset = match row.time {
            RowTime::Offset(nanos) => nanos,
            RowTime::Date(unix_ns) => u64::try_from(unix_ns - self.epoch_ns).unwrap_or_else(|_| {
                let message = "the date lies outside the simulated time".to_owned();
                changed(&self.trace, &TraceProblem { line: row.line, message })
            }),
        };
        let instant = self.at + SimDuration::from_nanos(offset);
        Some((instant, TraceRow { function, duration: row.duration, init: row.init, payload: row.payload }))
    }

    /// Whether the last row has been read.
    pub(super) fn at_end(&self) -> bool {
        self.at_end
    }
}

fn changed(trace: &Trace, problem: &TraceProblem) -> ! {
    panic!(
        "the trace {} changed after it was checked: line {}: {}",
        trace.path.display(),
        problem.line,
        problem.message
    )
}
