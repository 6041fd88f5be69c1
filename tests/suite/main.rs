//! Integration tests, one binary.

mod arrivals;
mod theory;
