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
mod cases;
pub mod compare;
mod grid;
mod head;
mod paired;
mod pictures;
mod replications;
mod runner;
mod seeds;
pub mod sensitivity;
mod spread;
pub mod sweep;
mod tally;
mod tracked;
mod warm_up;

pub use batch_means::batch_means;
pub use cases::{Case, cases, judged_cost};
pub use grid::{Grid, Shard};
pub use head::Head;
pub use paired::{Difference, Ratio, difference};
pub use replications::{estimate, replicate};
pub use runner::{Run, Runner};
pub use seeds::replication_seed;
pub use spread::Spread;
pub use tally::{Reduced, Tally};
pub use tracked::{Shown, shown, tracked, values};
