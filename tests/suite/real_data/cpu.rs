//! CPU in proportion to memory, as measured (`aws_cpu_duration_vs_memory_2025.csv`, and SeBS `graph-bfs` of 2020).

use std::fmt::Write as _;

use super::{mean, number, relative_error, rows};
use crate::simulated::report;

/// Duration in ms of `work` ms of CPU at each memory size.
fn durations(work: f64, memories: &[u32], model: &str) -> Vec<f64> {
    let mut text = format!(
        "defaults: {{init: 0ms, timeout: 900s, cpu_model: {model}, work: {{cpu: {work}ms}}}}\nfunctions:\n"
    );
    let mut traffic = "traffic:\n".to_owned();
    for memory in memories {
        writeln!(text, "  f{memory}: {{memory: {memory}MB}}").unwrap();
        writeln!(traffic, "  - {{to: f{memory}, burst: 1}}").unwrap();
    }
    let report = report(&format!("{text}{traffic}"));
    memories.iter().map(|memory| report.functions[&format!("f{memory}")].duration_ms.mean.unwrap()).collect()
}

#[test]
fn durations_at_195_memory_sizes_are_met_by_the_quota() {
    let rows = rows("aws_cpu_duration_vs_memory_2025.csv");
    let memories: Vec<u32> = rows.iter().map(|row| number(row, 0) as u32).collect();
    assert_eq!(memories.len(), 195);
    let [quota, proportional] = ["quota", "proportional"].map(|model| durations(16.2, &memories, model));
    let mut errors = [Vec::new(), Vec::new()];
    println!("   MB  real ms   quota  proportional");
    for (index, row) in rows.iter().enumerate() {
        let (memory, real) = (memories[index], number(row, 2));
        let own = [quota[index], proportional[index]];
        let off = own.map(|simulated| relative_error(simulated, real));
        if [128, 177, 257, 345, 443, 558, 699, 1_203, 1_504, 1_770].contains(&memory) {
            println!("{memory:5} {real:8.2} {:7.2} {:13.2}", own[0], own[1]);
            assert!(memory > 460 || off[0] <= 0.10, "{memory} MB: {} ms, measured {real} ms", own[0]);
        }
        errors[0].push(off[0]);
        errors[1].push(off[1]);
    }
    let [worst, other] = errors.each_ref().map(|errors| errors.iter().copied().fold(0.0, f64::max) * 100.0);
    println!("largest relative error: quota {worst:.1} %, proportional {other:.1} %");
    let [quota, proportional] = errors.map(|errors| mean(&errors));
    println!(
        "mean relative error: quota {:.2} %, proportional {:.2} %\n",
        quota * 100.0,
        proportional * 100.0
    );
    assert!(quota <= 0.10, "{quota}");
    assert!(proportional > 1.5 * quota, "the comparison cannot tell the models apart");
}

/// Medians in ms of SeBS `graph-bfs`, one thread (SeBS, 2020).
const GRAPH_BFS: [(u32, f64); 7] =
    [(128, 865.7), (256, 424.9), (512, 203.2), (1_024, 98.5), (1_536, 68.6), (2_048, 60.5), (3_008, 60.0)];

#[test]
fn a_graph_search_takes_as_long_as_measured_at_seven_sizes() {
    let memories = GRAPH_BFS.map(|(memory, _)| memory);
    let [quota, proportional] = ["quota", "proportional"].map(|model| durations(60.0, &memories, model));
    println!("   MB  real ms   quota  proportional");
    for (index, (memory, real)) in GRAPH_BFS.into_iter().enumerate() {
        println!("{memory:5} {real:8.1} {:7.1} {:13.1}", quota[index], proportional[index]);
        for simulated in [quota[index], proportional[index]] {
            assert!(
                relative_error(simulated, real) <= 0.06,
                "{memory} MB: {simulated} ms, measured {real} ms"
            );
        }
    }
    println!();
}
