//! When requests come: arrival processes as streams of instants.

mod arrivals;
mod on_off;
mod rate_integral;
mod trace;

pub use arrivals::{ArrivalStream, TraceRow};
