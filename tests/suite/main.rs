//! Everything that is tested from the outside, as one program.

#![allow(clippy::unwrap_used, reason = "a test that fails here says where")]

mod arrivals;
mod bill;
mod language;
mod scenario_reference;
mod theory;
mod wrong_scenarios;
