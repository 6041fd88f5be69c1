//! Everything that is tested from the outside, as one program.

#![allow(clippy::unwrap_used, reason = "a test that fails here says where")]

mod arrivals;
mod bill;
mod command_line;
mod language;
mod oracles;
mod pathwise;
mod report_documentation;
mod report_goldens;
mod simulated;
mod theory;
mod timelines;
mod wrong_scenarios;
