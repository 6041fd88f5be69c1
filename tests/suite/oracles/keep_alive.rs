//! Cold starts from idleness and age: level crossings (MRU), renewals (REN, GI), age limits (LIFE).

use coldstart::report::model::FunctionReport;

use super::{Oracle, four_sigma, oracle};
use crate::simulated::{UNBOUND, report, tries};

/// One function with these settings under Poisson requests, about `requests` of them after `settled_s`.
fn poisson(settings: &str, lam: f64, requests: u64, settled_s: f64) -> (FunctionReport, f64) {
    let length = requests as f64 / lam + settled_s;
    let report = report(&format!(
        "{UNBOUND}\nwarmup: {settled_s}s\nfunctions: {{f: {{{settings}}}}}
traffic: [{{to: f, rate: {lam}/s, for: {length:.0}s}}]"
    ));
    (report.functions["f"].clone(), length - settled_s)
}

fn cold_share(function: &FunctionReport) -> f64 {
    function.cold_start_rate.unwrap()
}

/// P(cold) ± 4 sqrt(p/n). The rows ask for 1 % on idle environments at lengths they do not say: a level that forgets
/// within the keep-alive K has a mean that varies by no more than sqrt(2 K level / T).
fn check_pool(row: &Oracle, function: &FunctionReport, p_cold: &str, keep_alive: f64, length: f64) {
    let p = row.expected(p_cold);
    let n = function.invocations as f64;
    row.agrees(p_cold, cold_share(function), 4.0 * (p / n).sqrt());
    let idle = row.expected("mean_idle");
    let idle_error = 4.0 * (2.0 * keep_alive * idle / length).sqrt();
    row.agrees("mean_idle", function.environments.mean_idle.unwrap(), idle_error);
}

#[test]
fn cold_starts_of_a_most_recently_used_pool_follow_the_level_crossings() {
    for id in ["MRU-0.9-1.991-600", "MRU-0.05-2-600", "MRU-0.002778-0.1-322", "MRU-1-0.2-322"] {
        let row = oracle(id);
        let (lam, service, keep_alive) =
            (row.input("lam"), row.input("mean_service_s"), row.input("keep_alive_s"));
        let settings = format!("duration: 'exp(mean={service}s)', keep_alive: {keep_alive}s");
        let (function, length) = poisson(&settings, lam, tries(300_000, 10_000_000), 10.0 * keep_alive);
        check_pool(&row, &function, "p_cold", keep_alive, length);
        let (busy, n) = (row.expected("mean_busy"), function.invocations as f64);
        let busy_error = 4.0 * busy * (2.0 / n).sqrt();
        let environments = &function.environments;
        row.agrees("mean_busy", environments.mean_busy.unwrap(), busy_error);
        let error = busy_error + 4.0 * (2.0 * keep_alive * row.expected("mean_idle") / length).sqrt();
        row.agrees("mean_envs", environments.mean.unwrap(), error);
    }
}

#[test]
fn an_idle_time_drawn_anew_for_each_idle_period_gives_the_averaged_chance_of_a_cold_start() {
    let row = oracle("MRUU-0.003333");
    let settings = "duration: 'exp(mean=100ms)', keep_alive: 'uniform(296s, 348s)'";
    let (function, length) = poisson(settings, row.input("lam"), tries(100_000, 2_000_000), 4_000.0);
    check_pool(&row, &function, "p_cold", 322.0, length);
}

#[test]
fn a_capped_pool_throttles_by_erlang_b_and_starts_cold_by_truncated_level_crossings() {
    for id in ["MRUC-0.5-4", "MRUC-2-6"] {
        let row = oracle(id);
        let (lam, service, keep_alive, cap) =
            (row.input("lam"), row.input("mean_service_s"), row.input("keep_alive_s"), row.input("cap"));
        let settings = format!(
            "duration: 'exp(mean={service}s)', keep_alive: {keep_alive}s, reserved_concurrency: {cap}"
        );
        let (function, length) = poisson(&settings, lam, tries(300_000, 5_000_000), 10.0 * keep_alive);
        let p = row.expected("throttle_fraction");
        // As EB at a similar size: k = 2.5 (cap 5).
        let sigma = (2.5 * p * (1.0 - p) / function.requests as f64).sqrt();
        row.agrees("throttle_fraction", function.throttle_rate.unwrap(), 4.0 * sigma);
        check_pool(&row, &function, "p_cold_given_admitted", keep_alive, length);
        let busy_error = 4.0 * lam * service * (2.0 / function.requests as f64).sqrt();
        row.agrees("mean_busy", function.environments.mean_busy.unwrap(), busy_error);
    }
}

#[test]
fn one_environment_that_is_renewed_lives_and_serves_as_the_renewal_theorem_says() {
    for id in ["REN-300-322", "REN-600-300", "REN-180-600"] {
        let row = oracle(id);
        let (lam, keep_alive) = (row.input("lam"), row.input("keep_alive_s"));
        let settings = format!("duration: 0ms, keep_alive: {keep_alive}s");
        let (function, length) = poisson(&settings, lam, tries(100_000, 2_000_000), 0.0);
        let (p, n) = (row.expected("p_cold"), function.invocations as f64);
        row.agrees("p_cold", cold_share(&function), four_sigma(p, n));
        // A geometric number of requests and a life that is a random sum: standard deviation about the mean.
        let lives = function.environments.retired as f64;
        let life = row.expected("mean_env_life_s");
        row.agrees("mean_env_life_s", function.environments.mean_life_s.unwrap(), 4.0 * life / lives.sqrt());
        let served = row.expected("mean_requests_per_env");
        let found = n / function.environments.created as f64;
        row.agrees("mean_requests_per_env", found, 4.0 * served / lives.sqrt());
        // One environment or none, for a keep-alive at a time.
        let level = row.expected("mean_envs");
        let error = 4.0 * (2.0 * (keep_alive + life) * level * (1.0 - level) / length).sqrt();
        row.agrees("mean_envs", function.environments.mean.unwrap(), error);
    }
}

#[test]
fn an_age_limit_ends_environments_that_traffic_would_keep() {
    for id in ["LIFE-0.1-322", "LIFE-0.01-322", "LIFE-0.003333-322"] {
        let row = oracle(id);
        let (keep_alive, age) = (row.input("keep_alive_s"), row.input("max_age_s"));
        let settings = format!("duration: 0ms, keep_alive: {keep_alive}s, max_age: {age}s");
        let (function, _) = poisson(&settings, row.input("lam"), tries(300_000, 5_000_000), 0.0);
        let (p, n) = (row.expected("p_cold"), function.invocations as f64);
        row.agrees("p_cold", cold_share(&function), four_sigma(p, n));
        let served = row.expected("mean_requests_per_env");
        let lives = function.environments.created as f64;
        row.agrees("mean_requests_per_env", n / lives, 4.0 * served / lives.sqrt());
        assert_eq!(function.environments.replacements, 0);
    }
}

#[test]
fn with_independent_gaps_a_request_is_cold_when_its_gap_outlasts_the_keep_alive() {
    let laws = [
        ("GI-LN", "lognormal(median=60s, sigma=1.5)"),
        ("GI-WB", "weibull(scale=60s, shape=0.5)"),
        ("GI-U", "uniform(250s, 400s)"),
    ];
    for (id, gap) in laws {
        let row = oracle(id);
        let report = report(&format!(
            "{UNBOUND}\nfunctions: {{f: {{duration: 0ms, keep_alive: {}s}}}}
traffic: [{{to: f, arrivals: 'renewal({gap})', for: {}s}}]",
            row.input("keep_alive_s"),
            tries(10_000_000, 200_000_000)
        ));
        let function = &report.functions["f"];
        let n = function.invocations as f64;
        row.agrees("p_cold", cold_share(function), four_sigma(row.expected("p_cold"), n));
    }
}

/// Four sigma of the share of cold starts, pooled over the parts.
#[test]
fn splitting_a_function_into_parts_first_raises_and_then_lowers_its_share_of_cold_starts() {
    let row = oracle("POOL-0.05");
    let (lam, service, keep_alive) =
        (row.input("lam"), row.input("mean_service_s"), row.input("keep_alive_s"));
    let length = tries(4_000_000, 40_000_000);
    for parts in [1_u32, 2, 4] {
        let names: Vec<String> = (0..parts).map(|part| format!("part{part}")).collect();
        let functions: String = names
            .iter()
            .map(|name| {
                format!("  {name}: {{duration: 'exp(mean={service}s)', keep_alive: {keep_alive}s}}\n")
            })
            .collect();
        let rate = lam / f64::from(parts);
        let traffic: String = names
            .iter()
            .map(|name| format!("  - {{to: {name}, rate: {rate}/s, for: {length}s}}\n"))
            .collect();
        let report =
            report(&format!("{UNBOUND}\nwarmup: 6000s\nfunctions:\n{functions}\ntraffic:\n{traffic}"));
        let sum = |of: fn(&FunctionReport) -> u64| report.functions.values().map(of).sum::<u64>() as f64;
        let n = sum(|function| function.invocations);
        let name = format!("k={parts}");
        row.agrees(&name, sum(|function| function.cold_starts) / n, four_sigma(row.expected(&name), n));
    }
}
