//! One traffic source as a stream of instants.

use crate::scenario::model::{FunctionId, Traffic};
use crate::units::{Bytes, SimDuration, SimTime};

/// What a row of a trace says about its request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TraceRow {
    /// The function that is called.
    pub function: FunctionId,
    /// Handler duration, in place of the function's.
    pub duration: Option<SimDuration>,
    /// Init duration, used only if the request is cold.
    pub init: Option<SimDuration>,
    /// Request payload.
    pub payload: Option<Bytes>,
}

/// Arrivals of one source, in order of time, reproducible from (seed, name of the source).
pub struct ArrivalStream {
    _source: Traffic,
}

impl ArrivalStream {
    /// The arrivals of `traffic` before `horizon` (and before its own end).
    ///
    /// A closed model (`users`) has none: its calls depend on the answers.
    ///
    /// # Panics
    /// When a trace file cannot be opened any more; validation has read it to its end.
    pub fn new(traffic: &Traffic, _seed: u64, _horizon: Option<SimTime>) -> Self {
        Self { _source: traffic.clone() }
    }

    /// The next instant, or `None` when the source is exhausted.
    pub fn next_arrival(&mut self) -> Option<SimTime> {
        None
    }

    /// The trace row of the arrival that [`Self::next_arrival`] returned last; `None` if the source is no trace.
    pub fn row(&self) -> Option<TraceRow> {
        None
    }

    /// How many requests come at each instant: the size of a burst, else 1.
    pub fn multiplicity(&self) -> u64 {
        1
    }

    /// The end of this source's traffic, once it is exhausted: the end of its `for`, the instant of its burst, or
    /// its last row; at most the horizon.
    pub fn end(&self) -> SimTime {
        SimTime::ZERO
    }
}
