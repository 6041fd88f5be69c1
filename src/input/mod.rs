//! What both the language and the traffic read: dates, cron expressions and the rows of traces.

pub mod calendar;
mod cron;
mod trace;
mod trace_rows;

pub use cron::{CronDays, CronSchedule};
pub use trace::{TraceProblem, TraceSummary, check_trace};
pub use trace_rows::{Row, RowTime, Rows};
