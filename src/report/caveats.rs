//! Caveats: the truth about a result, and what a reader is likely to misread.

use crate::platform::Service;
use crate::scenario::model::{Scaling, Scenario, TokenRule};
use crate::units::{SimDuration, SimTime};

use super::build::ObservedFunction;
use super::figures::{counted, thousands};
use super::model::{Caveat, FunctionReport, Report};
use super::push_sources;

/// Values that must lie above a percentile before it is more than an anecdote.
const ENOUGH_ABOVE: u64 = 20;

/// All caveats of a run.
pub(super) fn find(scenario: &Scenario, functions: &[ObservedFunction<'_>], report: &Report) -> Vec<Caveat> {
    let mut caveats = Vec::new();
    let mut add = |code, text| caveats.push(Caveat { code, text });
    for warning in &scenario.warnings {
        add("scenario", warning.clone());
    }
    if !scenario.changes.is_empty() {
        add("configuration_changed", configuration_changed(scenario));
    }
    for (observed, (name, function)) in functions.iter().zip(&report.functions) {
        if let Some(text) = start_from_empty(name, function, report) {
            add("start_from_empty", text);
        }
        if let Some(text) = throttled_below_the_limit(scenario, name, function) {
            add("throttled_below_the_limit", text);
        }
        if let Some(text) = few_samples(name, function) {
            add("few_samples", text);
        }
        if !observed.statistics.latency.is_exact() {
            add(
                "histogram",
                format!(
                    "{name}: percentiles come from a histogram and are within 0.1 %; count, mean, minimum and maximum are exact."
                ),
            );
        }
    }
    let coverage = [
        nothing_came(scenario, report),
        nothing_after_warmup(scenario, report),
        traffic_after_horizon(scenario),
        short_projection(scenario, report),
    ];
    for text in coverage.into_iter().flatten() {
        add("coverage", text);
    }
    if report.ledger.unfinished > 0 {
        let text = format!(
            "{} of {} requests had not ended when the run ended at {} s.",
            report.ledger.unfinished, report.ledger.offered, report.simulated_s
        );
        add("unfinished", text);
    }
    if !report.cost.priced {
        add("no_price", format!("No complete prices are known for {}: nothing is billed.", report.region));
    }
    for text in &report.cost.not_priced {
        add("not_priced", format!("The bill is too low: {text}."));
    }
    for text in push_sources::synchronous_behind_queues(scenario) {
        add("synchronous_behind_queue", text);
    }
    if !scenario.pricing.includes(Service::Lambda) {
        add(
            "lambda_not_billed",
            "Lambda itself is not on the bill: `pricing.include` does not name it.".to_owned(),
        );
    }
    add(
        "one_run",
        format!(
            "One run with seed {}: another seed gives other numbers; how far they scatter is not shown here.",
            report.seed
        ),
    );
    many_functions_briefly(caveats)
}

/// What `events:` changed; configuration and limits elsewhere in the report are those of the start.
fn configuration_changed(scenario: &Scenario) -> String {
    let assignments = scenario.changes.iter().flat_map(|change| {
        change.assignments.iter().map(|(path, value)| format!("{path} = {value} at {}", change.at))
    });
    let all: Vec<String> = assignments.collect();
    format!("Set while the clock ran: {}. Limits and sizes shown are those of the start.", the_first(&all))
}

/// The first few, and how many more there are.
fn the_first(all: &[String]) -> String {
    const SHOWN: usize = 6;
    let shown = all.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    let more = if all.len() > SHOWN { format!(" and {} more", all.len() - SHOWN) } else { String::new() };
    format!("{shown}{more}")
}

/// Without traffic a run is over at once, whatever its horizon (S72).
fn nothing_came(scenario: &Scenario, report: &Report) -> Option<String> {
    (report.simulated_s == 0.0 && report.ledger.offered == 0 && scenario.traffic.is_empty()).then(|| {
        "There is no traffic, so the run ended at 0 s (S72): costs of things that merely exist are not in it. \
         One request at the end of the time you want to look at keeps it going."
            .to_owned()
    })
}

/// Everything happened in the warm-up: the ledger and the bill have it, the statistics do not.
fn nothing_after_warmup(scenario: &Scenario, report: &Report) -> Option<String> {
    if scenario.warmup == SimTime::ZERO {
        return None;
    }
    let counted: u64 = report.functions.values().map(|function| function.requests).sum();
    let dry: u64 = report
        .functions
        .values()
        .map(|function| function.dry_runs.accepted + function.dry_runs.rejected)
        .sum();
    (report.ledger.offered > 0 && counted + dry == 0).then(|| {
        format!(
            "All {} requests came within the warm-up of {}: ledger and bill have them, the statistics do not.",
            report.ledger.offered, scenario.warmup
        )
    })
}

fn traffic_after_horizon(scenario: &Scenario) -> Option<String> {
    let horizon = scenario.horizon?;
    let late: Vec<String> = scenario
        .traffic
        .iter()
        .filter(|source| source.at >= horizon)
        .map(|source| source.name.clone())
        .collect();
    (!late.is_empty()).then(|| {
        format!("Traffic that begins at or after the horizon of {horizon} never came: {}.", the_first(&late))
    })
}

/// A month made of seconds.
fn short_projection(scenario: &Scenario, report: &Report) -> Option<String> {
    let steady = scenario.traffic_end().saturating_since(scenario.warmup);
    let is_short = steady < SimDuration::from_secs(60) && steady > SimDuration::ZERO;
    (report.cost.monthly.is_some() && is_short).then(|| {
        format!("The monthly projection scales {steady} of traffic: check that a month looks like that.")
    })
}

/// Little's law against the start-up storm (user question 7).
fn start_from_empty(name: &str, function: &FunctionReport, report: &Report) -> Option<String> {
    let mean = function.concurrency.mean?;
    let (first, last) = (function.cold_starts_first_s?, function.cold_starts_last_s?);
    let needed = mean.ceil().max(1.0);
    // What a deployment or a change has created is no start, and what is provisioned was there before.
    if !report.deployments.is_empty() || first > 0.05 * report.simulated_s || function.provisioned.is_some() {
        return None;
    }
    let early = last - first < 0.05 * report.simulated_s;
    (early && function.cold_starts as f64 > 2.0 * needed && function.cold_starts > 2).then(|| {
        format!(
            "{name}: on average {mean:.1} environments were busy; the start from empty needed {} (see: coldstart explain --peak).",
            function.environments.peak
        )
    })
}

fn throttled_below_the_limit(scenario: &Scenario, name: &str, function: &FunctionReport) -> Option<String> {
    let causes = &function.throttles.by_cause;
    let limit = function.configuration.concurrency_limit?;
    let (rule, count) = if causes.scaling_rate > 0 {
        (format!("the scaling rate{}", scaling_words(scenario.account.scaling)), causes.scaling_rate)
    } else if causes.account_request_rate > 0 {
        let rate = scenario.account.requests_per_second;
        let rate =
            rate.map_or(String::new(), |rate| format!(" ({} a second)", thousands(rate.round() as u64)));
        (format!("the account's request rate{rate}"), causes.account_request_rate)
    } else if causes.reserved_request_rate > 0 {
        (
            "the function's request rate (10 × reserved concurrency a second)".to_owned(),
            causes.reserved_request_rate,
        )
    } else {
        return None;
    };
    (function.concurrency.peak < limit).then(|| {
        format!(
            "{name}: {} by {rule}, although concurrency peaked at {} of {}.",
            counted(count, "throttle", "throttles"),
            thousands(u64::from(function.concurrency.peak)),
            thousands(u64::from(limit))
        )
    })
}

/// ` (up to 1,000 environments at once, then 1,000 every 10s, for each function)`.
fn scaling_words(scaling: Scaling) -> String {
    let words = |rule: TokenRule, whose| {
        format!(
            " (up to {} environments at once, then {} every {}, {whose})",
            thousands(rule.capacity),
            thousands(rule.refill),
            rule.per
        )
    };
    match scaling {
        Scaling::Unlimited => String::new(),
        Scaling::PerFunction(rule) => words(rule, "for each function"),
        Scaling::Regional(rule) => words(rule, "for the whole region"),
    }
}

fn few_samples(name: &str, function: &FunctionReport) -> Option<String> {
    let count = function.latency_ms.count;
    let shaky = if count == 0 || count / 1_000 >= ENOUGH_ABOVE {
        return None;
    } else if count / 100 >= ENOUGH_ABOVE {
        "p99.9"
    } else if count / 20 >= ENOUGH_ABOVE {
        "p99 and above"
    } else if count / 10 >= ENOUGH_ABOVE {
        "p95 and above"
    } else if count / 2 >= ENOUGH_ABOVE {
        "p90 and above"
    } else if count == 1 {
        return Some(format!("{name}: a single latency, which is no distribution."));
    } else {
        "any percentile"
    };
    Some(format!(
        "{name}: {} latencies are few for {shaky} (fewer than {ENOUGH_ABOVE} lie above).",
        thousands(count)
    ))
}

/// With many functions the same caveat for each would bury the rest.
fn many_functions_briefly(caveats: Vec<Caveat>) -> Vec<Caveat> {
    const SHOWN: usize = 3;
    let mut kept: Vec<Caveat> = Vec::new();
    let mut left_out: std::collections::BTreeMap<&'static str, usize> = std::collections::BTreeMap::new();
    for caveat in caveats {
        if kept.iter().filter(|known| known.code == caveat.code).count() < SHOWN {
            kept.push(caveat);
        } else {
            *left_out.entry(caveat.code).or_default() += 1;
        }
    }
    for (code, count) in left_out {
        if let Some(last) = kept.iter_mut().rfind(|known| known.code == code) {
            last.text.push_str(&format!(" The same holds for {count} more."));
        }
    }
    kept
}
