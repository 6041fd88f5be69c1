//! When requests come: arrival processes as streams of instants.

mod arrivals;
pub mod calendar;
mod cron;
mod on_off;
mod rate_integral;
mod trace;
mod trace_rows;

pub use arrivals::{ArrivalStream, TraceRow};
pub use trace::{TraceProblem, TraceSummary, check_trace};
