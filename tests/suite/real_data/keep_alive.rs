//! How often a single environment is gone after a pause (`keepalive_cold_probability_2025.csv`, 100 tries each).

use std::fmt::Write as _;

use super::{number, rows};
use crate::simulated::report;

const REPETITIONS: f64 = 10_000.0;

/// Share of idle periods U(296 s, 348 s) that have ended after `pause` seconds.
fn ended(pause: f64) -> f64 {
    ((pause - 296.0) / (348.0 - 296.0)).clamp(0.0, 1.0)
}

#[test]
fn the_chance_of_a_cold_start_after_a_pause_is_as_measured() {
    let measured: Vec<(u32, f64)> = rows("keepalive_cold_probability_2025.csv")
        .iter()
        .filter(|row| &row[2] == "AWS")
        .map(|row| (number(row, 3) as u32, number(row, 6)))
        .collect();
    assert_eq!(measured.len(), 18);
    let mut text = "defaults: {duration: 0ms, init: 0ms}\nfunctions:\n".to_owned();
    let mut traffic = "traffic:\n".to_owned();
    for (pause, _) in &measured {
        writeln!(text, "  after-{pause}s: {{}}").unwrap();
        let length = f64::from(*pause) * (REPETITIONS + 1.5);
        writeln!(traffic, "  - {{to: after-{pause}s, arrivals: renewal({pause}s), for: {length}s}}").unwrap();
    }
    let report = report(&format!("{text}{traffic}"));
    println!("pause s  simulated  expected  measured");
    for (pause, measured) in measured {
        let function = &report.functions[&format!("after-{pause}s")];
        // The first request is cold without a pause.
        assert_eq!(function.requests, REPETITIONS as u64 + 1);
        let share = (function.cold_starts - 1) as f64 / REPETITIONS;
        let expected = ended(f64::from(pause));
        println!("{pause:7} {share:10.4} {expected:9.4} {measured:9.2}");
        let noise = 4.0 * (expected * (1.0 - expected) / REPETITIONS).sqrt();
        assert!((share - expected).abs() <= noise, "{pause} s: {share}, expected {expected}");
        assert!((share - measured).abs() <= 0.10, "{pause} s: {share}, measured {measured}");
    }
    println!();
}
