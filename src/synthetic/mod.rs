//! Synthetic workloads: whole populations of functions in the shape of published statistics.
//!
//! What is published stands in [`azure_2019`], with its sources; [`Population`] deals it out to functions, and
//! [`scenario_text`] writes them down as a scenario.

pub mod azure_2019;
mod population;
mod text;

pub use population::{Population, SyntheticFunction};
pub use text::scenario_text;

use crate::units::SimDuration;

/// What a synthetic scenario should be like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    /// How many functions.
    pub functions: u32,
    /// How long the traffic lasts.
    pub length: SimDuration,
    /// Invocations to be expected in all; `None` leaves the rates as they were published.
    pub invocations: Option<u64>,
    /// Decides which function has which rate, duration, memory and trigger.
    pub seed: u64,
}
