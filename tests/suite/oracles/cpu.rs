//! Work in proportion to memory, under both CPU models and with threads (CPU, CPUN).

use std::fmt::Write;

use super::{agree, oracle};
use crate::simulated::{UNBOUND, attempts};

/// Milliseconds that `work` takes at each memory size.
fn milliseconds(work: &str, model: &str, sizes: &[String]) -> Vec<f64> {
    let (mut functions, mut traffic) = (String::new(), String::new());
    for size in sizes {
        writeln!(functions, "  m{size}: {{memory: {size}MB, cpu_model: {model}, work: {{{work}}}}}").unwrap();
        writeln!(traffic, "  - {{to: m{size}, burst: 1}}").unwrap();
    }
    let (_, rows) = attempts(&format!("{UNBOUND}\nfunctions:\n{functions}\ntraffic:\n{traffic}"));
    let of = |size: &String| rows.iter().find(|row| row.function == format!("m{size}")).unwrap();
    sizes.iter().map(|size| of(size).ran.unwrap().course.duration.millis_f64()).collect()
}

/// The rows carry nine digits, and we whole nanoseconds: 1e-8 of the value and one nanosecond.
#[test]
fn one_thread_takes_exactly_what_each_cpu_model_says() {
    for id in ["CPU-160.0", "CPU-16.2"] {
        let row = oracle(id);
        for (model, key) in [("proportional", "proportional"), ("quota", "cfs")] {
            let expected = row.value(key).as_object().unwrap();
            let sizes: Vec<String> = expected.keys().cloned().collect();
            let found = milliseconds(&format!("cpu: {}ms", row.input("cpu_ms")), model, &sizes);
            for (size, found) in sizes.iter().zip(found) {
                let expected = expected[size].as_f64().unwrap();
                agree(&format!("{id} {model} at {size} MB"), found, expected, expected * 1e-8 + 1e-6);
            }
        }
    }
}

#[test]
fn four_threads_gain_until_the_visible_processors_or_the_threads_run_out() {
    let row = oracle("CPUN-4");
    let work = format!("cpu: {}s, threads: {}", row.input("cpu_s"), row.input("threads"));
    let sizes: Vec<String> = row.numbers().into_iter().map(|(size, _)| size).collect();
    let found = milliseconds(&work, "proportional", &sizes);
    for (size, found) in sizes.iter().zip(found) {
        row.agrees(size, found / 1e3, row.expected(size) * 1e-8);
    }
}
