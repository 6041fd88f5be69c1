//! Rows of a trace file as they stand there.

use std::io::{self, Read};

use super::calendar::parse_rfc3339;
use super::trace::TraceProblem;
use crate::units::{Bytes, SimDuration, parse_bytes};

/// The columns that a trace may have, `t` first.
const COLUMNS: [&str; 5] = ["t", "function", "duration_ms", "init_ms", "payload"];
/// Longest line, bytes.
const LONGEST_LINE: usize = 65_536;
const NANOS_PER_SECOND: u64 = 1_000_000_000;
const NANOS_PER_MILLISECOND: u64 = 1_000_000;

/// When a row's request comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowTime {
    /// Nanoseconds after the start of the source.
    Offset(u64),
    /// Nanoseconds since 1970.
    Date(i128),
}

/// A row that could be read.
#[derive(Debug)]
#[expect(missing_docs, reason = "as in the file; `line` from 1")]
pub struct Row<'a> {
    pub line: u64,
    pub time: RowTime,
    pub function: Option<&'a str>,
    pub duration: Option<SimDuration>,
    pub init: Option<SimDuration>,
    pub payload: Option<Bytes>,
}

/// Reads rows one after the other into one buffer.
pub struct Rows<R> {
    csv: csv::Reader<GuardedLines<R>>,
    record: csv::StringRecord,
    /// Position of each of [`COLUMNS`].
    positions: [Option<usize>; COLUMNS.len()],
    width: usize,
    /// The first record is a row, already in the buffer.
    first_is_pending: bool,
    broken: bool,
}

impl<R: Read> Rows<R> {
    /// Reads the header, or the first row of a file that has but one column and no header.
    pub fn new(input: R) -> Result<Self, TraceProblem> {
        let csv = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .trim(csv::Trim::All)
            .comment(Some(b'#'))
            .from_reader(GuardedLines { input, in_line: 0, quoted: false });
        let record = csv::StringRecord::new();
        let positions = [Some(0), None, None, None, None];
        let mut rows = Self { csv, record, positions, width: 1, first_is_pending: false, broken: false };
        if !rows.advance()? {
            return Ok(rows);
        }
        let line = rows.line();
        let is_row = rows.record.get(0).is_some_and(|cell| parse_time(cell).is_some());
        if is_row && rows.record.len() > 1 {
            let message = format!("a trace with several columns needs a header of {}", COLUMNS.join(","));
            return Err(TraceProblem { line, message });
        }
        if is_row {
            rows.first_is_pending = true;
        } else {
            rows.positions = header(&rows.record).map_err(|message| TraceProblem { line, message })?;
            rows.width = rows.record.len();
        }
        Ok(rows)
    }

    /// The next row; a row that cannot be understood is a problem, after which reading may go on.
    pub fn next_row(&mut self) -> Result<Option<Row<'_>>, TraceProblem> {
        if self.first_is_pending {
            self.first_is_pending = false;
        } else if !self.advance()? {
            return Ok(None);
        }
        let line = self.line();
        self.row(line).map(Some).map_err(|message| TraceProblem { line, message })
    }

    /// Whether nothing more can be read because of an error of input.
    pub fn is_broken(&self) -> bool {
        self.broken
    }

    fn advance(&mut self) -> Result<bool, TraceProblem> {
        let found = self.csv.read_record(&mut self.record);
        found.map_err(|error| {
            self.broken = matches!(error.kind(), csv::ErrorKind::Io(_));
            let line = error.position().unwrap_or(self.csv.position()).line();
            let message = match error.kind() {
                csv::ErrorKind::Io(cause) => cause.to_string(),
                csv::ErrorKind::Utf8 { .. } => "the line is no UTF-8 text".to_owned(),
                _ => error.to_string(),
            };
            TraceProblem { line, message }
        })
    }

    fn line(&self) -> u64 {
        self.record.position().map_or(0, csv::Position::line)
    }

    fn row(&self, line: u64) -> Result<Row<'_>, String> {
        if self.record.len() > self.width {
            return Err(format!("{} cells in a table of {} columns", self.record.len(), self.width));
        }
        let [time, function, duration, init, payload] = self
            .positions
            .map(|position| position.and_then(|at| self.record.get(at)).filter(|cell| !cell.is_empty()));
        let time = time.ok_or("the time is missing")?;
        Ok(Row {
            line,
            time: parse_time(time)
                .ok_or_else(|| format!("t is a number of seconds or an RFC 3339 date, found {time:?}"))?,
            function,
            duration: duration.map(|cell| milliseconds("duration_ms", cell)).transpose()?,
            init: init.map(|cell| milliseconds("init_ms", cell)).transpose()?,
            payload: payload.map(parse_payload).transpose()?,
        })
    }
}

fn header(record: &csv::StringRecord) -> Result<[Option<usize>; COLUMNS.len()], String> {
    let mut positions = [None; COLUMNS.len()];
    for (position, cell) in record.iter().enumerate() {
        let cell = cell.trim_start_matches('\u{feff}');
        let Some(column) = COLUMNS.iter().position(|name| *name == cell) else {
            return Err(format!("unknown column {cell:?}; columns are {}", COLUMNS.join(", ")));
        };
        if positions[column].replace(position).is_some() {
            return Err(format!("the column {cell} stands there twice"));
        }
    }
    if positions[0].is_none() {
        return Err("the column t is missing".to_owned());
    }
    Ok(positions)
}

fn parse_time(cell: &str) -> Option<RowTime> {
    decimal_nanos(cell.trim_start_matches('\u{feff}'), NANOS_PER_SECOND)
        .map(RowTime::Offset)
        .or_else(|| parse_rfc3339(cell).map(RowTime::Date))
}

fn milliseconds(column: &str, cell: &str) -> Result<SimDuration, String> {
    decimal_nanos(cell, NANOS_PER_MILLISECOND)
        .map(SimDuration::from_nanos)
        .ok_or_else(|| format!("{column} is a number of milliseconds, found {cell:?}"))
}

fn parse_payload(cell: &str) -> Result<Bytes, String> {
    if let Ok(count) = cell.parse() {
        return Ok(Bytes::new(count));
    }
    parse_bytes(cell).map_err(|error| format!("payload {cell:?}: {error}"))
}

/// A decimal number of units of `unit` nanoseconds, exact, rounded half up to a nanosecond.
///
/// Spellings with an exponent go through a double. `None` for a sign, for what is no number and for more than
/// 584 years.
fn decimal_nanos(text: &str, unit: u64) -> Option<u64> {
    if text.contains(['e', 'E']) {
        let nanos = text.parse::<f64>().ok()? * unit as f64;
        return (nanos >= 0.0 && nanos < u64::MAX as f64).then_some((nanos + 0.5) as u64);
    }
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(decimals) || (whole.is_empty() && decimals.is_empty()) {
        return None;
    }
    let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    // Eighteen decimals are far below a nanosecond.
    let kept = &decimals[..decimals.len().min(18)];
    let fraction: u128 = if kept.is_empty() { 0 } else { kept.parse().ok()? };
    let scale = 10_u128.pow(kept.len() as u32);
    let part = (2 * fraction * u128::from(unit) + scale) / (2 * scale);
    whole.checked_mul(unit)?.checked_add(u64::try_from(part).ok()?)
}

/// Lets only text with lines of reasonable length through, so that a record cannot fill the memory.
struct GuardedLines<R> {
    input: R,
    in_line: usize,
    quoted: bool,
}

impl<R: Read> Read for GuardedLines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        for byte in &buffer[..count] {
            match byte {
                b'\n' if self.quoted => {
                    return Err(io::Error::new(
                        io::ErrorKind::InvalidData,
                        "a quote is not closed in its line",
                    ));
                }
                b'\n' => self.in_line = 0,
                b'"' => self.quoted = !self.quoted,
                _ => self.in_line += 1,
            }
        }
        if self.in_line > LONGEST_LINE {
            let message = format!("a line is longer than {LONGEST_LINE} bytes; this is no table");
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_read_exactly() {
        let seconds = |text| decimal_nanos(text, NANOS_PER_SECOND);
        assert_eq!(seconds("1603373445.123456789"), Some(1_603_373_445_123_456_789));
        assert_eq!(seconds("0.0000000005"), Some(1));
        assert_eq!(seconds(".5"), Some(500_000_000));
        assert_eq!(seconds("7."), Some(7_000_000_000));
        assert_eq!(seconds("1.5e2"), Some(150_000_000_000));
        assert_eq!(decimal_nanos("7.125", NANOS_PER_MILLISECOND), Some(7_125_000));
        for wrong in ["", ".", "-1", "1s", "nan", "1e300", "99999999999999999999", "1e-x"] {
            assert_eq!(seconds(wrong), None, "{wrong}");
        }
    }
}
