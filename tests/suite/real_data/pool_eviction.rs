//! How many environments are left of a pool after so many periods of 380 s (`sebs_aws_container_eviction_2020.csv`).

use std::fmt::Write as _;

use super::{mean, number, rows};
use crate::simulated::{UNLIMITED, report};

#[test]
fn half_a_pool_leaves_in_each_period_as_measured() {
    let rows = rows("sebs_aws_container_eviction_2020.csv");
    let mut text = format!(
        "{UNLIMITED}warmup: 100s\ndefaults: {{duration: 1s, init: 0ms, keep_alive: aws-2020-pool}}\nfunctions:\n"
    );
    let mut traffic = "traffic:\n".to_owned();
    for row in &rows {
        let (calls, periods) = (&row[0], number(row, 1));
        let name = format!("calls-{calls}-periods-{periods}");
        // All calls end at 1 s; the second round comes in the middle of a period.
        let again = 1.0 + 380.0 * periods + 190.0;
        writeln!(text, "  {name}: {{}}").unwrap();
        writeln!(traffic, "  - {{to: {name}, burst: {calls}}}").unwrap();
        writeln!(traffic, "  - {{to: {name}, burst: {calls}, at: {again}s}}").unwrap();
    }
    let report = report(&format!("{text}{traffic}"));
    println!("calls periods  tries  measured  simulated");
    let mut errors = Vec::new();
    for row in &rows {
        let (calls, periods, measured) = (number(row, 0), number(row, 1), number(row, 3));
        let function = &report.functions[&format!("calls-{}-periods-{periods}", &row[0])];
        let warm = calls - function.cold_starts as f64;
        println!("{calls:5} {periods:7} {:6} {measured:9.4} {warm:10}", &row[2]);
        errors.push((warm - measured).abs());
        let allowed = if calls <= 4.0 { 0.1 } else { 0.25_f64.max(0.06 * calls) };
        assert!(
            (warm - measured).abs() <= allowed,
            "{calls} calls, {periods} periods: {warm}, measured {measured}"
        );
        if calls == 8.0 && periods <= 3.0 {
            assert_eq!(warm, [8.0, 4.0, 2.0, 1.0][periods as usize]);
        }
    }
    println!("mean absolute error: {:.3} environments\n", mean(&errors));
    assert!(mean(&errors) <= 0.2, "{}", mean(&errors));
}
