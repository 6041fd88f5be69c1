//! Tests through the public interface.
#![allow(clippy::unwrap_used, reason = "a test ends where something unexpected happens")]

mod arrivals;
mod bill;
mod command_line;
mod explain;
mod language;
mod report_documentation;
mod report_goldens;
mod scenario_reference;
mod theory;
mod wrong_scenarios;
