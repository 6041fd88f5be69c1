//! When requests come: arrival processes as streams of instants.

mod arrivals;

pub use arrivals::{ArrivalStream, TraceRow};
