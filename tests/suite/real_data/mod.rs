//! Comparison with what others measured on AWS and with what other simulators say of the same workload.
//!
//! Each test prints its table; `cargo test --release real_data -- --nocapture --test-threads 1` shows them all. Runs are
//! shorter in an unoptimised build, with tolerances that follow from their length.

mod cpu;
mod keep_alive;
mod other_simulators;
mod poisson_experiments;
mod pool_eviction;
mod replayed_logs;

use std::fs;
use std::path::Path;

/// The rows of `tests/data/NAME` behind its header.
fn rows(name: &str) -> Vec<csv::StringRecord> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    csv::Reader::from_reader(text.as_bytes()).records().map(Result::unwrap).collect()
}

fn number(row: &csv::StringRecord, column: usize) -> f64 {
    row[column].parse().unwrap_or_else(|_| panic!("column {column} of {row:?} is no number"))
}

/// |simulated / real − 1|.
fn relative_error(simulated: f64, real: f64) -> f64 {
    (simulated / real - 1.0).abs()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}
