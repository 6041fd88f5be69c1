//! Tests through the public interface.
#![allow(clippy::unwrap_used, reason = "a test ends where something unexpected happens")]

mod arrivals;
mod bill;
mod command_line;
mod determinism;
mod language;
mod real_data;
mod report_documentation;
mod report_goldens;
mod scenario_reference;
mod simulated;
mod structure;
mod swarm;
mod theory;
mod wrong_scenarios;
