//! Integration tests, one binary.

mod arrivals;
