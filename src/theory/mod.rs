//! Closed forms: what queueing and renewal theory say before anything is simulated.
//!
//! Pure functions of numbers. Times are in any unit as long as it is one and the same (rates are per that
//! unit); the load in erlangs is arrival rate × mean holding time.

pub mod cold_starts;
pub mod cpu;
pub mod durations;
pub mod erlang;
pub mod first_passage;
pub mod keep_alive;
pub mod level_crossing;
pub mod modulated;
pub mod poisson;
pub mod retries;
pub mod step_load;
mod tridiagonal;
