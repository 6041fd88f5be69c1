//! Experiments: many runs that answer one question together.
//!
//! ```text
//! Scenario ─ Runner ─ replications, on all cores ─ reduce ─▶ in order ─▶ fold
//! ```
//!
//! Results come in the order of the runs, whatever thread simulated them, so that nothing depends on the number of
//! threads.

mod batch_means;
mod batches;
mod replications;
mod runner;
mod seeds;
mod spread;
mod tracked;
mod warm_up;

pub use batch_means::batch_means;
pub use replications::replicate;
pub use runner::{Run, Runner};
pub use seeds::replication_seed;
pub use spread::Spread;
pub use tracked::{tracked, values};
