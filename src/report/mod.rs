//! The report as plain data, and its renderings: text, JSON, CSV, Markdown, JUnit, HTML and pictures.

mod assumptions_used;
mod bill;
mod build;
mod caveats;
mod messages;
pub mod model;
pub mod rules_text;
mod time_series;

pub use bill::{Bill, FunctionUsage, Steady, Usage, bill};
pub use build::{Observed, ObservedCell, build};
pub mod theory_text;
