//! Versions, aliases and deployments of one function.

use super::Page;
use crate::report::figures::{counted, millis, percent, thousands};
use crate::report::model::{FunctionReport, PartReport, Report};
use crate::report::{around, deployed};

pub(super) fn rows(page: Page, name: &str, function: &FunctionReport, report: &Report) -> String {
    let mut text = String::new();
    if let Some(provisioned) = &function.provisioned {
        text.push_str(&page.row("provisioned", &around::provisioned(provisioned)));
    }
    for (version, part) in &function.versions {
        text.push_str(&page.row(&format!("version {version}"), &pieces(part)));
    }
    for (alias, part) in &function.aliases {
        text.push_str(&page.row(&format!("alias {alias}"), &pieces(part)));
    }
    for deployment in report.deployments.iter().filter(|deployment| deployment.function == name) {
        text.push_str(&page.row("deployment", &deployed::words(deployment)));
    }
    text
}

fn pieces(part: &PartReport) -> Vec<String> {
    let mut pieces = vec![thousands(part.invocations)];
    if part.throttles.total > 0 {
        pieces.push(format!("throttled {}", thousands(part.throttles.total)));
    }
    pieces.push(format!("errors {}", percent(part.error_rate.unwrap_or(0.0))));
    pieces.push(counted(part.cold_starts, "cold start", "cold starts"));
    for (name, value) in [("p50", part.latency_ms.p50), ("p99", part.latency_ms.p99)] {
        pieces.extend(value.map(|value| format!("{name}={}", millis(value))));
    }
    pieces
}
