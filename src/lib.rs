//! coldstart simulates AWS Lambda: deterministic, in virtual time, on a laptop.

pub mod engine;
pub mod platform;
pub mod random;
pub mod report;
pub mod scenario;
pub mod theory;
pub mod traffic;
pub mod units;
