//! One row per attempt, written while the simulation runs: CSV or NDJSON.

use std::io::{self, Write};

use serde::Serialize;

use crate::lambda::fault::Fault;
use crate::lambda::outcome::{Fate, ThrottleCause};
use crate::observe::attempts::AttemptRow as ObservedAttempt;
use crate::scenario::model::Scenario;

/// One attempt to run a function. Times are simulated seconds since the start.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct AttemptRow {
    /// When the request arrived first, s.
    pub t_arrival: f64,
    /// The request, by its number in order of arrival from 1: what `explain --request` takes.
    pub event_id: String,
    /// Which try of the request, from 1.
    pub attempt: u32,
    /// The function.
    pub function: String,
    /// Its version.
    pub version: String,
    /// Traffic source.
    pub source: String,
    /// Environment, unless it was throttled.
    pub env_id: Option<u64>,
    /// Whether an environment was created for it.
    pub cold: bool,
    /// When the handler began, s.
    pub t_start: Option<f64>,
    /// Init before it, ms.
    pub init_ms: Option<f64>,
    /// Handler, ms.
    pub handler_ms: Option<f64>,
    /// Billed, ms.
    pub billed_ms: Option<u64>,
    /// `succeeded`, `handler_error`, `timed_out`, `out_of_memory`, `runtime_exit`, `init_failed`, `response_too_large` or
    /// `throttled`.
    pub status: &'static str,
    /// AWS's reason of a throttle.
    pub throttle_reason: Option<&'static str>,
    /// When the attempt ended, s.
    pub t_done: Option<f64>,
    /// Where the request ended, if it ended with this attempt.
    pub fate: &'static str,
}

impl AttemptRow {
    /// The row of an observed attempt.
    pub fn of(attempt: &ObservedAttempt, scenario: &Scenario) -> Self {
        let ran = attempt.ran.as_ref();
        let handler = ran.map(|ran| ran.course.duration.millis_f64());
        Self {
            t_arrival: attempt.t_arrival.seconds(),
            event_id: attempt.event_id.to_string(),
            attempt: attempt.attempt + 1,
            function: attempt.function.clone(),
            version: attempt.version.clone(),
            source: ran
                .and_then(|ran| scenario.traffic.get(ran.source as usize))
                .map_or_else(String::new, |traffic| traffic.name.clone()),
            env_id: ran.map(|ran| ran.environment),
            cold: ran.is_some_and(|ran| ran.cold),
            t_start: ran.map(|ran| (ran.admitted + ran.course.placement + ran.course.init).seconds()),
            init_ms: ran.filter(|ran| ran.cold).map(|ran| ran.course.init.millis_f64()),
            handler_ms: handler,
            billed_ms: ran.map(|ran| ran.billed.handler_ms + ran.billed.init_ms),
            status: match (ran, attempt.fault) {
                (Some(ran), _) => ran.course.outcome.name(),
                (None, Some(_)) => "service_error",
                (None, None) => "throttled",
            },
            throttle_reason: attempt
                .throttle
                .map(ThrottleCause::reason)
                .or(attempt.fault.map(Fault::exception)),
            t_done: Some(attempt.t_done.seconds()),
            fate: attempt.fate.map_or("", Fate::name),
        }
    }
}

/// How rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowFormat {
    /// A header and comma-separated rows.
    Csv,
    /// A JSON object per line.
    Ndjson,
}

/// Writes rows to `W` as they come.
#[derive(Debug)]
pub struct AttemptWriter<W: Write> {
    rows: Rows<W>,
}

#[derive(Debug)]
enum Rows<W: Write> {
    Csv(Box<csv::Writer<W>>),
    Ndjson(W),
}

impl<W: Write> AttemptWriter<W> {
    /// A writer of `format`.
    pub fn new(format: RowFormat, output: W) -> Self {
        Self {
            rows: match format {
                RowFormat::Csv => Rows::Csv(Box::new(csv::Writer::from_writer(output))),
                RowFormat::Ndjson => Rows::Ndjson(output),
            },
        }
    }

    /// Writes one row.
    ///
    /// # Errors
    /// When the output does not take it.
    pub fn write(&mut self, row: &AttemptRow) -> io::Result<()> {
        match &mut self.rows {
            Rows::Csv(writer) => writer.serialize(row).map_err(io::Error::other),
            Rows::Ndjson(output) => {
                serde_json::to_writer(&mut *output, row)?;
                output.write_all(b"\n")
            }
        }
    }

    /// Writes what is still held back.
    ///
    /// # Errors
    /// When the output does not take it.
    pub fn finish(self) -> io::Result<W> {
        match self.rows {
            Rows::Csv(writer) => writer.into_inner().map_err(csv::IntoInnerError::into_error),
            Rows::Ndjson(mut output) => output.flush().map(|()| output),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(format: RowFormat) -> String {
        let mut writer = AttemptWriter::new(format, Vec::new());
        let throttled = AttemptRow {
            event_id: "web#1".to_owned(),
            attempt: 1,
            status: "throttle",
            ..AttemptRow::default()
        };
        writer.write(&throttled).unwrap();
        writer.write(&AttemptRow { attempt: 2, status: "success", t_done: Some(1.5), ..throttled }).unwrap();
        String::from_utf8(writer.finish().unwrap()).unwrap()
    }

    #[test]
    fn a_row_per_attempt_with_empty_cells_for_what_does_not_apply() {
        let text = written(RowFormat::Csv);
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines.len(), 3);
        assert!(lines[0].starts_with("t_arrival,event_id,attempt,function,version,source,env_id,cold,"));
        assert_eq!(lines[1], "0.0,web#1,1,,,,,false,,,,,throttle,,,");
        assert_eq!(lines[2], "0.0,web#1,2,,,,,false,,,,,success,,1.5,");
    }

    #[test]
    fn an_object_per_line() {
        let text = written(RowFormat::Ndjson);
        assert_eq!(text.lines().count(), 2);
        assert!(text.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()));
    }
}
