//! What was published about the functions of Azure in July 2019, as distributions.
//!
//! Sources, where nothing else is said:
//!
//! - \[S\] Shahrad et al., Serverless in the Wild, USENIX ATC 2020, in the numbers of the summary by M. Shilkov
//!   (mikhail.io, 2020-05-05); confidence B.
//! - \[D\] The lognormal law of execution times as the simulator dslab-faas carries it for the same data; confidence B.
//! - \[M\] The Burr law of memory, quoted from \[S\] without having been read again there; confidence C.
//!
//! ## Applications are taken as functions
//! Azure counts rates and memory by application, which may hold several functions. Lambda deploys, scales and bills
//! functions, so a function stands where an application stood.
//!
//! ## Marginal distributions, not the joint one
//! How often a function is called, how long it takes and how much memory it has are independent here: nothing was
//! published about how they go together, except what triggers say about rates.

use crate::random::{math, normal_quantile};
use crate::scenario::model::Mode;

const PER_HOUR: f64 = 24.0;
const PER_MINUTE: f64 = 1_440.0;
/// Calls a day of a function that is called once a second.
pub const PER_SECOND: f64 = 86_400.0;

/// Shares of functions and the rates (calls a day) that they do not exceed \[S\]: 45 % at most once an hour, 36 % more
/// at most once a minute, 3 % more than once a second. Between them rates are spread evenly in their logarithm. Nothing
/// is rarer than once a day, so that rates span 8 orders of magnitude \[S\] in a fleet of 40,000.
pub const RATES: [(f64, f64); 4] = [(0.0, 1.0), (0.45, PER_HOUR), (0.81, PER_MINUTE), (0.97, PER_SECOND)];

/// Tail exponent of the rates above once a second. Ours: 40,000 functions then make some 900 million calls a day.
const RATE_TAIL: f64 = 1.05;

/// The rate, in calls a day, that a share `u` of functions does not exceed, 0 < u < 1.
pub fn rate_per_day(u: f64) -> f64 {
    for points in RATES.windows(2) {
        let ((below, low), (share, high)) = (points[0], points[1]);
        if u <= share {
            return low * math::exp(math::ln(high / low) * (u - below) / (share - below));
        }
    }
    let (below, lowest) = RATES[RATES.len() - 1];
    lowest * math::pow((1.0 - below) / (1.0 - u), 1.0 / RATE_TAIL)
}

/// Parameters of the logarithm of a function's mean execution time in seconds \[D\]. \[S\] has 20 % below 100 ms, half
/// below 1 s and 4 % above one minute.
const DURATION_MU: f64 = -0.38;
const DURATION_SIGMA: f64 = 2.36;
/// Longest mean, s. Ours: below Lambda's longest timeout of 15 minutes; 0.2 % of the lognormal law lie above.
pub const LONGEST_MEAN_S: f64 = 600.0;

/// Scatter of one function's execution times: sigma of their logarithm. Ours: with it about half of the functions stay
/// below 3 s at their slowest and about 10 % exceed one minute, which is what \[S\] says about maxima.
pub const SCATTER: f64 = 0.8;

/// The mean execution time, in seconds, that a share `u` of functions does not exceed, 0 < u < 1.
pub fn mean_duration_s(u: f64) -> f64 {
    math::exp(DURATION_MU + DURATION_SIGMA * normal_quantile(u)).min(LONGEST_MEAN_S)
}

/// Burr XII law of allocated memory \[M\]: exponents c and k, scale in MB.
const MEMORY_C: f64 = 11.652;
const MEMORY_K: f64 = 0.221;
const MEMORY_SCALE_MB: f64 = 107.083;

/// The allocated memory, in MB, that a share `u` of functions does not exceed, 0 < u < 1.
pub fn memory_mb(u: f64) -> f64 {
    let odds = math::pow(1.0 - u, -1.0 / MEMORY_K) - 1.0;
    MEMORY_SCALE_MB * math::pow(odds, 1.0 / MEMORY_C)
}

/// What calls a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the groups of the publication")]
pub enum Trigger {
    Http,
    Queue,
    Event,
    Timer,
    Orchestration,
    Other,
}

/// A kind of trigger, with its shares.
#[derive(Clone, Copy, Debug)]
pub struct TriggerShare {
    /// Which.
    pub trigger: Trigger,
    /// First part of the names of such functions.
    pub prefix: &'static str,
    /// Percent of all functions.
    pub functions: u32,
    /// Percent of all calls.
    pub calls: u32,
    /// How Lambda would be invoked. A poller of a queue and an orchestration wait for the answer, others do not.
    pub mode: Mode,
}

impl Trigger {
    /// Whether a function with so many calls a day can have this trigger: a timer fires at most once a second.
    pub fn can_make(self, per_day: f64) -> bool {
        self != Self::Timer || per_day <= PER_SECOND
    }
}

/// Triggers by their shares of functions and of calls \[S\].
pub const TRIGGERS: [TriggerShare; 6] = [
    share(Trigger::Http, "http", 55, 36, Mode::Sync),
    share(Trigger::Queue, "queue", 15, 34, Mode::Sync),
    share(Trigger::Event, "event", 2, 25, Mode::Async),
    share(Trigger::Timer, "timer", 16, 2, Mode::Async),
    share(Trigger::Orchestration, "step", 7, 2, Mode::Sync),
    share(Trigger::Other, "other", 5, 1, Mode::Async),
];

const fn share(
    trigger: Trigger,
    prefix: &'static str,
    functions: u32,
    calls: u32,
    mode: Mode,
) -> TriggerShare {
    TriggerShare { trigger, prefix, functions, calls, mode }
}
