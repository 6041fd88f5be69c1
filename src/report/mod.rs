//! The report as plain data, and its renderings: text, JSON, CSV, Markdown, JUnit, HTML and pictures.

pub mod figures;
pub mod json;
pub mod model;
#[doc(hidden)]
pub mod sample;
pub mod text;
mod verdict;

pub use verdict::a_strict_threshold_failed;
