//! Tests through the public interface.
#![allow(clippy::unwrap_used, reason = "a test ends where something unexpected happens")]

mod answers;
mod answers_around;
mod arrivals;
mod bill;
mod command_line;
mod comparisons;
mod decisions;
mod determinism;
mod docs;
mod error_table;
mod examples;
mod experiments;
mod explain;
mod fleet;
mod language;
mod oracles;
mod pathwise;
mod real_data;
mod rejections;
mod report_documentation;
mod report_goldens;
mod scenario_reference;
mod schedules;
mod simulated;
mod sizing;
mod structure;
mod swarm;
mod sweeps;
mod theory;
mod threshold_windows;
mod timelines;
mod tuning;
mod wrong_scenarios;
