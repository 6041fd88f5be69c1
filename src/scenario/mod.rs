//! Scenarios: reading YAML, finding every problem at once, and the typed result.

pub mod language;
pub mod model;
pub mod problem;
mod render;
pub mod tree;
