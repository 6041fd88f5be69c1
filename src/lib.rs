//! coldstart simulates AWS Lambda: deterministic, in virtual time, on a laptop.

pub mod engine;
pub mod explain;
pub mod input;
pub mod lambda;
pub mod observe;
pub mod platform;
pub mod random;
pub mod report;
pub mod scenario;
mod simulation;
pub mod theory;
pub mod traffic;
pub mod units;
pub use simulation::{Division, Options, Progress, simulate, simulate_observed, simulate_with_attempts};
