//! The report as plain data, and its renderings: text, JSON, CSV, Markdown, JUnit, HTML and pictures.

mod bill;
pub mod model;

pub use bill::{Bill, Consumption, FunctionUsage, Steady, Usage, bill};
