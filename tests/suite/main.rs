//! Everything that is tested from the outside, as one program.

#![allow(clippy::unwrap_used, reason = "a test that fails here says where")]

mod arrivals;
mod bill;
mod command_line;
mod explain;
mod language;
mod report_documentation;
mod report_goldens;
mod theory;
mod wrong_scenarios;
