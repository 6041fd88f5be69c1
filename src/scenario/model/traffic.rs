//! Who calls, when and how.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::input::CronSchedule;
use crate::random::Distribution;
use crate::units::{Rate, SimDuration, SimTime};

use super::{ClientId, FunctionId, GatewayId, Handler, Payload, Qualifier, Target};

/// Invocation type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "AWS's names")]
pub enum Mode {
    Sync,
    Async,
    DryRun,
}

/// One source of requests.
#[derive(Clone, Debug)]
pub struct Traffic {
    /// Name given, or made from the target: it addresses the random streams.
    pub name: String,
    /// Who gets the requests; a trace's rows may name other functions.
    pub to: Target,
    /// The version or alias of the function that is called.
    pub qualifier: Option<Qualifier>,
    /// Invocation type.
    pub mode: Mode,
    /// Who calls; `None` is a caller that waits for ever and never retries, at no distance.
    pub client: Option<ClientId>,
    /// What stands in between; `None` is the Invoke API.
    pub via: Option<GatewayId>,
    /// When requests come.
    pub arrivals: Arrivals,
    /// Start.
    pub at: SimTime,
    /// End, exclusive; `None` goes on to the horizon (or to the end of the trace, burst or schedule).
    pub until: Option<SimTime>,
    /// What these requests have instead of the function's own values.
    pub overrides: Overrides,
}

impl Traffic {
    /// The function that gets the requests, if it is one.
    pub fn function(&self) -> Option<FunctionId> {
        match self.to {
            Target::Function(id) => Some(id),
            Target::Queue(_) | Target::Stream(_) | Target::Push(_) => None,
        }
    }

    /// The end of this source's traffic; `None` goes on to the horizon.
    pub fn end(&self) -> Option<SimTime> {
        match &self.arrivals {
            Arrivals::Burst(_) => Some(self.at),
            Arrivals::Trace(trace) => {
                let last = self.at + trace.last;
                Some(self.until.map_or(last, |until| until.min(last)))
            }
            Arrivals::Rate { .. }
            | Arrivals::OnOff { .. }
            | Arrivals::Renewal(_)
            | Arrivals::Users { .. }
            | Arrivals::Every(_)
            | Arrivals::Cron(_) => self.until,
        }
    }
}

/// Values that a payload class replaces; `None` keeps the function's.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(missing_docs, reason = "same meaning as on Function")]
pub struct Overrides {
    pub handler: Option<Handler>,
    pub errors: Option<f64>,
    pub payload: Option<Payload>,
    pub max_memory_used: Option<Distribution>,
}

/// When requests come.
#[derive(Clone, Debug, PartialEq)]
pub enum Arrivals {
    /// A point process whose rate may vary.
    Rate {
        /// How arrivals scatter around the rate.
        law: PointLaw,
        /// The rate over time.
        profile: RateProfile,
    },
    /// Poisson at `rate` while on, nothing while off; starts on.
    OnOff {
        /// Rate while on.
        rate: Rate,
        /// Length of an on period.
        on: Distribution,
        /// Length of an off period.
        off: Distribution,
    },
    /// Independent gaps; the first request comes after one gap.
    Renewal(Distribution),
    /// Rows of a file.
    Trace(Trace),
    /// So many at one instant.
    Burst(u64),
    /// A closed model: each user calls, waits for the answer, thinks, and calls again.
    Users {
        /// Users, all calling at the start.
        count: u32,
        /// Between an answer and the next call.
        think_time: Distribution,
    },
    /// `rate(...)` : every `period`, the first after one period.
    Every(SimDuration),
    /// `cron(...)`: instants from the calendar.
    Cron(CronSchedule),
}

/// How arrivals scatter around a rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PointLaw {
    /// Evenly spaced in the integral of the rate.
    Even,
    /// Poisson.
    Poisson,
    /// Gamma-distributed gaps (in the integral of the rate) with this coefficient of variation.
    Gamma {
        /// Standard deviation over mean of a gap.
        cv: f64,
    },
}

/// A rate over time, counted from the source's start.
#[derive(Clone, Debug, PartialEq)]
pub enum RateProfile {
    /// Always the same.
    Constant(Rate),
    /// From `start`, linearly to each target in turn.
    Stages {
        /// Rate at the start.
        start: Rate,
        /// Duration and rate at its end.
        stages: Vec<(SimDuration, Rate)>,
    },
    /// mid + amplitude · sin(2πt/period).
    Diurnal {
        /// Highest rate.
        peak: Rate,
        /// Lowest rate.
        trough: Rate,
        /// Length of a cycle.
        period: SimDuration,
    },
}

/// A trace file, streamed: `t[,function][,duration_ms][,init_ms][,payload]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    /// The file, resolved against the scenario's folder.
    pub path: PathBuf,
    /// Functions that the trace may name. Empty: the trace has no `function` column.
    pub functions: BTreeMap<String, FunctionId>,
    /// Instant of the last row, counted from the source's start.
    pub last: SimDuration,
}
