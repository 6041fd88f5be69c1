//! Weighted aliases: each invocation is drawn by itself (ALIAS).

use super::{Oracle, oracle};
use crate::simulated::{UNBOUND, report, tries};

/// Invocations on the version with `weight`, of `n` through the alias.
fn on_the_other_version(row: &Oracle, seed: u64) -> f64 {
    let (n, weight) = (row.input("n"), row.input("weight"));
    let report = report(&format!(
        "{UNBOUND}
seed: {seed}
functions:
  f:
    duration: 1ms
    versions: {{v1: {{}}, v2: {{}}}}
    aliases: {{live: {{version: v1, additional: {{version: v2, weight: {weight}}}}}}}
traffic: [{{to: 'f:live', arrivals: even, rate: 100/s, for: {}s}}]",
        n / 100.0
    ));
    let versions = &report.functions["f"].versions;
    assert_eq!(versions["v1"].invocations + versions["v2"].invocations, n as u64);
    versions["v2"].invocations as f64
}

/// The count for the fixed seed lies in the row's interval of 99.9 %; over many seeds the sum of the squared standard
/// scores is chi-square distributed: mean k, variance 2k, and four standard deviations around that.
fn check(id: &str, seeds: u64) {
    let row = oracle(id);
    let interval = row.value("interval_99_9");
    let bound = |index: usize| interval[index].as_f64().expect("a number");
    let found = on_the_other_version(&row, 1);
    assert!((bound(0)..=bound(1)).contains(&found), "{id}: {found}");
    let score = |seed| (on_the_other_version(&row, seed) - row.expected("mean")) / row.expected("sd");
    let chi_square: f64 = (1..=seeds).map(score).map(|score| score * score).sum();
    let k = seeds as f64;
    super::agree(&format!("{id} chi-square"), chi_square, k, 4.0 * (2.0 * k).sqrt());
}

#[test]
fn weighted_aliases_are_binomial() {
    check("ALIAS-10000-0.05", tries(5, 200));
    check("ALIAS-1000-0.1", tries(40, 200));
    check("ALIAS-500-0.25", tries(40, 200));
}
