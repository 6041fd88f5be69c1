//! What AWS fixes: dated profiles of quotas, measured init tables, runtime dates and the price book.
//!
//! All of it is data with value, unit, source, date and confidence; the files stand in `data/` beside this
//! one and are loaded at build time.

mod profile;

pub use profile::{InitBilling, Profile, ScalingRule};
