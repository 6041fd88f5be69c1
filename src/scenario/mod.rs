//! Scenarios: reading YAML, finding every problem at once, and the typed result.

pub mod model;
