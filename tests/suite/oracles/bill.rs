//! The bill of simulated traffic (TIER, COST).

use coldstart::report::model::{CostLine, CostReport, Report};

use super::{Oracle, agree, oracle};
use crate::simulated::{UNBOUND, report};

/// Sum of the lines of duration.
fn duration_usd(cost: &CostReport) -> f64 {
    let lines = cost.lines.iter().filter(|line| line.item.starts_with("duration"));
    lines.map(|line| line.amount.dollars()).sum()
}

/// Twenty-three days of even traffic in a month of 31, each request worth `seconds` × 10 GB.
fn month_of(gb_s: f64, seconds: f64, arch: &str) -> Report {
    const LENGTH_S: f64 = 2_000_000.0;
    let requests = gb_s / (10.0 * seconds);
    report(&format!(
        "{UNBOUND}\nstart: 2026-12-01T00:00:00Z
functions: {{f: {{memory: 10240MB, arch: {arch}, duration: {seconds}s}}}}
traffic: [{{to: f, arrivals: even, rate: {}/s, for: {LENGTH_S}s}}]",
        requests / LENGTH_S
    ))
}

fn check_tiers(row: &Oracle, seconds: f64) {
    let gb_s = row.input("gb_s");
    for (arch, key) in [("x86_64", "x86_usd"), ("arm64", "arm_usd")] {
        let report = month_of(gb_s, seconds, arch);
        agree(&format!("GB-s of {arch}"), report.functions["f"].gb_s.handler, gb_s, 1e-6);
        row.agrees(key, duration_usd(&report.cost), 1e-6);
    }
}

#[test]
fn a_month_of_simulated_work_is_billed_by_the_tiers() {
    check_tiers(&oracle("TIER-4e+05"), 400.0);
    check_tiers(&oracle("TIER-6e+09"), 800.0);
    check_tiers(&oracle("TIER-7e+09"), 800.0);
    check_tiers(&oracle("TIER-2e+10"), 800.0);
}

fn line<'a>(lines: &'a [CostLine], item: &str) -> &'a CostLine {
    lines.iter().find(|line| line.item == item).unwrap_or_else(|| panic!("no line {item}"))
}

/// A hundredth of a month of ten million requests, projected to the month.
#[test]
fn ten_million_requests_a_month_cost_what_the_formula_says() {
    let row = oracle("COST-512");
    let (requests, billed_ms) = (row.input("requests"), row.input("billed_ms"));
    let month = |free_tier: bool| {
        report(&format!(
            "{UNBOUND}\npricing: {{free_tier: {free_tier}}}
functions: {{f: {{memory: {}MB, duration: {billed_ms}ms}}}}
traffic: [{{to: f, arrivals: even, rate: {}/s, for: 25920s}}]",
            row.input("memory_mb"),
            requests / 2_592_000.0
        ))
        .cost
    };
    let paid = month(false);
    let duration = line(&paid.monthly_lines, "duration");
    row.agrees("gb_s", duration.quantity, 1e-6);
    row.agrees("duration_usd", duration.amount.dollars(), 1e-9);
    row.agrees("request_usd", line(&paid.monthly_lines, "requests").amount.dollars(), 1e-9);
    row.agrees("total_usd", paid.monthly.unwrap().dollars(), 1e-9);
    row.agrees("with_free_tier_usd", month(true).monthly.unwrap().dollars(), 1e-9);
}
