//! Every closed form against `tests/data/oracles.json`.

use coldstart::random::{Distribution, math};
use coldstart::theory::level_crossing::{IdleTime, Pool, most_recently_used_pool};
use coldstart::theory::{
    cold_starts, cpu, durations, erlang, first_passage, keep_alive, modulated, poisson, retries, step_load,
};
use serde_json::Value;

/// The numbers are printed with nine digits: half a unit of the last.
const PRINTED: f64 = 5.1e-9;

fn oracles(prefix: &str) -> Vec<Value> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/oracles.json");
    let text = std::fs::read_to_string(path).expect("the oracles can be read");
    let all: Vec<Value> = serde_json::from_str(&text).expect("the oracles are JSON");
    let found: Vec<Value> = all
        .into_iter()
        .filter(|oracle| oracle["id"].as_str().is_some_and(|id| id.starts_with(prefix)))
        .collect();
    assert!(!found.is_empty(), "no oracle {prefix}");
    found
}

fn input(oracle: &Value, name: &str) -> f64 {
    oracle["inputs"][name].as_f64().unwrap_or_else(|| panic!("{} has no input {name}", oracle["id"]))
}

#[track_caller]
fn agrees(oracle: &Value, name: &str, found: f64, tolerance: f64) {
    let wanted =
        oracle["expected"][name].as_f64().unwrap_or_else(|| panic!("{} expects no {name}", oracle["id"]));
    close(oracle, name, found, wanted, tolerance);
}

#[track_caller]
fn close(oracle: &Value, name: &str, found: f64, wanted: f64, tolerance: f64) {
    let off = (found - wanted).abs();
    assert!(off <= tolerance * wanted.abs().max(1e-12), "{} {name}: {found} is not {wanted}", oracle["id"]);
}

#[test]
fn erlang_b_gives_the_share_throttled() {
    for oracle in oracles("EB-").into_iter().filter(|oracle| oracle["id"] != "EB-part") {
        let (cap, load) = (input(&oracle, "cap") as u32, input(&oracle, "offered_erlangs"));
        agrees(&oracle, "throttle_fraction", erlang::erlang_b(cap, load), PRINTED);
        agrees(&oracle, "mean_busy", erlang::carried(cap, load), PRINTED);
    }
    let split = &oracles("EB-part")[0];
    agrees(split, "shared", erlang::erlang_b(80, 70.0), PRINTED);
    close(
        split,
        "split 0",
        erlang::erlang_b(50, 40.0),
        split["expected"]["split"][0].as_f64().unwrap(),
        PRINTED,
    );
    close(
        split,
        "split 1",
        erlang::erlang_b(30, 30.0),
        split["expected"]["split"][1].as_f64().unwrap(),
        PRINTED,
    );
}

#[test]
fn overflow_is_more_variable_than_poisson() {
    for oracle in oracles("PC-") {
        let (servers, load) = (input(&oracle, "pc") as u32, input(&oracle, "offered_erlangs"));
        let (mean, variance) = erlang::overflow(servers, load);
        agrees(&oracle, "spill_fraction", erlang::erlang_b(servers, load), PRINTED);
        agrees(&oracle, "overflow_mean", mean, PRINTED);
        agrees(&oracle, "overflow_variance", variance, PRINTED);
        agrees(&oracle, "pc_utilisation", erlang::carried(servers, load) / f64::from(servers), PRINTED);
    }
}

#[test]
fn erlang_c_gives_the_wait_before_slots() {
    for oracle in oracles("MMC-") {
        let (slots, service) = (input(&oracle, "c") as u32, input(&oracle, "mean_service_s"));
        let load = input(&oracle, "lam") * service;
        let waits = erlang::erlang_c(slots, load);
        agrees(&oracle, "p_wait", waits, PRINTED);
        agrees(&oracle, "mean_wait_s", erlang::mean_wait(slots, load) * service, PRINTED);
        agrees(&oracle, "p_wait_gt_S", waits * math::exp(load - f64::from(slots)), PRINTED);
    }
    for oracle in oracles("MG1-") {
        let service = input(&oracle, "mean_service_s");
        let load = input(&oracle, "lam") * service;
        let wait = erlang::mean_wait_single(load, input(&oracle, "cv2").sqrt()) * service;
        agrees(&oracle, "mean_wait_s", wait, PRINTED);
    }
}

#[test]
fn busy_environments_without_a_limit_are_poisson() {
    for oracle in oracles("MGI-").into_iter().filter(|oracle| oracle["id"] != "MGI-t-100") {
        let mean = input(&oracle, "rho");
        for (name, p) in [("q50", 0.5), ("q90", 0.9), ("q99", 0.99), ("q99_9", 0.999)] {
            agrees(&oracle, name, poisson::quantile(p, mean) as f64, 0.0);
        }
        agrees(&oracle, "p_zero", poisson::pmf(0, mean), PRINTED);
        let total: f64 = (0..1_000).map(|count| poisson::pmf(count, mean)).sum();
        assert!((total - 1.0).abs() < 1e-12);
    }
    let oracle = &oracles("MGI-t-100")[0];
    let service = Distribution::lognormal_median_sigma(input(oracle, "median_s"), input(oracle, "sigma"));
    for at in [0.1, 0.2, 0.5, 1.0, 5.0] {
        agrees(oracle, &format!("m({at})"), poisson::busy_from_empty(100.0, &service, at), PRINTED);
    }
}

#[test]
fn a_daily_cycle_swings_the_load_and_lags() {
    for oracle in oracles("NHPP-") {
        let service = input(&oracle, "mean_service_s");
        let load = modulated::sinusoidal_load(
            input(&oracle, "lam0"),
            input(&oracle, "A"),
            input(&oracle, "period_s"),
            service,
        );
        agrees(&oracle, "mean", load.mean, PRINTED);
        agrees(&oracle, "peak", load.peak, 1e-8);
        agrees(&oracle, "trough", load.trough, 1e-8);
        agrees(&oracle, "lag_s", load.lag, 1e-8);
    }
    let oracle = &oracles("IPP-20")[0];
    let (mean, variance) = modulated::on_off_load(20.0, 10.0, 30.0, 1.0);
    agrees(oracle, "mean", mean, PRINTED);
    agrees(oracle, "variance", variance, PRINTED);
    agrees(oracle, "peakedness", variance / mean, PRINTED);
}

fn pool(oracle: &Value, idle_time: IdleTime, limit: Option<u32>) -> Pool {
    most_recently_used_pool(input(oracle, "lam"), input(oracle, "mean_service_s"), idle_time, limit)
}

#[test]
fn level_crossing_gives_cold_starts_of_the_most_recently_used_pool() {
    for oracle in oracles("MRU-") {
        let found = pool(&oracle, IdleTime::Fixed(input(&oracle, "keep_alive_s")), None);
        agrees(&oracle, "p_cold", found.p_cold, 1e-7);
        agrees(&oracle, "mean_idle", found.mean_idle, 1e-7);
        agrees(&oracle, "mean_busy", found.mean_busy, 1e-7);
        agrees(&oracle, "mean_envs", found.mean_busy + found.mean_idle, 1e-7);
    }
    for oracle in oracles("MRUC-") {
        let limit = Some(input(&oracle, "cap") as u32);
        let found = pool(&oracle, IdleTime::Fixed(input(&oracle, "keep_alive_s")), limit);
        agrees(&oracle, "throttle_fraction", found.p_throttled, 1e-7);
        agrees(&oracle, "p_cold_given_admitted", found.p_cold, 1e-7);
        agrees(&oracle, "mean_busy", found.mean_busy, 1e-7);
        agrees(&oracle, "mean_idle", found.mean_idle, 1e-7);
    }
    for oracle in oracles("MRUU-") {
        let found = pool(&oracle, IdleTime::Uniform { low: 296.0, high: 348.0 }, None);
        agrees(&oracle, "p_cold", found.p_cold, 1e-7);
        agrees(&oracle, "mean_idle", found.mean_idle, 1e-7);
    }
}

#[test]
fn splitting_a_function_changes_its_cold_starts_either_way() {
    let oracle = &oracles("POOL-")[0];
    for parts in [1.0, 2.0, 4.0] {
        let rate = input(oracle, "lam") / parts;
        let found = most_recently_used_pool(rate, 2.0, IdleTime::Fixed(600.0), None);
        agrees(oracle, &format!("k={parts}"), found.p_cold, 1e-7);
    }
}

/// W1: λ 100/s, S 1 s, keep-alive 600 s; the load at which the effort still has to be bearable.
#[test]
fn a_pool_of_a_hundred_is_within_reach() {
    let found = most_recently_used_pool(100.0, 1.0, IdleTime::Fixed(600.0), None);
    assert!((found.mean_busy - 100.0).abs() < 1e-9);
    assert!(found.p_cold > 0.0 && found.p_cold < 1e-4, "{}", found.p_cold);
    assert!((found.mean_busy + found.mean_idle - 139.75).abs() < 2.0, "{}", found.mean_idle);
}

#[test]
fn one_environment_of_a_rare_function_is_renewed() {
    for oracle in oracles("REN-") {
        let found = cold_starts::single_environment(input(&oracle, "lam"), input(&oracle, "keep_alive_s"));
        agrees(&oracle, "p_cold", found.p_cold, PRINTED);
        agrees(&oracle, "mean_env_life_s", found.mean_life, PRINTED);
        agrees(&oracle, "mean_requests_per_env", found.requests_per_environment, PRINTED);
        agrees(&oracle, "mean_envs", found.mean_environments, PRINTED);
    }
    for oracle in oracles("LIFE-") {
        let (rate, idle, age) =
            (input(&oracle, "lam"), input(&oracle, "keep_alive_s"), input(&oracle, "max_age_s"));
        let p_cold = cold_starts::with_maximum_age(rate, idle, age).unwrap();
        agrees(&oracle, "p_cold", p_cold, 1e-7);
        agrees(&oracle, "mean_requests_per_env", 1.0 / p_cold, 1e-7);
    }
    let (rate, idle_time) = (1.0 / 300.0, IdleTime::Uniform { low: 296.0, high: 348.0 });
    let stack = most_recently_used_pool(rate, 1e-6, idle_time, None);
    assert!((cold_starts::rare_poisson_uniform(rate, 296.0, 348.0) - stack.p_cold).abs() < 1e-7);
}

#[test]
fn renewal_arrivals_are_cold_when_the_gap_outlasts_the_keep_alive() {
    let weibull = Distribution::Weibull { scale: 60.0, shape: 0.5 };
    assert!((weibull.mean() - 120.0).abs() < 1e-9);
    let gaps = [
        ("GI-LN", Distribution::lognormal_median_sigma(60.0, 1.5)),
        ("GI-WB", weibull),
        ("GI-U", Distribution::uniform(250.0, 400.0)),
    ];
    for (id, gap) in gaps {
        agrees(&oracles(id)[0], "p_cold", cold_starts::renewal(&gap, 322.0), PRINTED);
    }
}

#[test]
fn without_expiry_cold_starts_are_the_maximum_of_the_load() {
    for oracle in oracles("MAX-") {
        let (rate, service, horizon) =
            (input(&oracle, "lam"), input(&oracle, "mean_service_s"), input(&oracle, "horizon_s"));
        agrees(&oracle, "mean_cold", first_passage::mean_cold_starts(rate, service, horizon), 1e-7);
        for (name, wanted) in oracle["expected"].as_object().unwrap() {
            if let Some(level) = name.strip_prefix("P(cold>=") {
                let level = level.trim_end_matches(')').parse().unwrap();
                let found = first_passage::reaches(level, rate, service, horizon);
                close(&oracle, name, found, wanted.as_f64().unwrap(), 1e-7);
            }
        }
    }
}

#[test]
fn a_step_load_runs_into_the_scaling_rate() {
    for oracle in oracles("TB-") {
        let load = step_load::StepLoad {
            arrival_rate: input(&oracle, "lam"),
            service: input(&oracle, "service_s"),
            capacity: 1_000.0,
            refill: 100.0,
        };
        let outcome = load.outcome();
        agrees(&oracle, "first_throttle_s", outcome.first_throttle.unwrap(), PRINTED);
        agrees(&oracle, "total_throttled_fluid", outcome.throttled, PRINTED);
        agrees(&oracle, "cold_starts", outcome.cold_starts, PRINTED);
        let discrete = load.throttled_one_by_one(200.0) as f64;
        let wanted = oracle["expected"]["total_throttled_discrete"].as_f64().unwrap();
        assert!((discrete - wanted).abs() <= 26.0, "{}: {discrete} is not {wanted}", oracle["id"]);
    }
    let gentle = step_load::StepLoad { arrival_rate: 90.0, service: 10.0, capacity: 1_000.0, refill: 100.0 };
    assert_eq!((gentle.outcome().throttled, gentle.throttled_one_by_one(100.0)), (0.0, 0));
}

#[test]
fn asynchronous_retries_follow_their_waits() {
    for oracle in oracles("ASYNC-") {
        let found = retries::retries(input(&oracle, "p"), input(&oracle, "duration_s"), &[60.0, 120.0]);
        agrees(&oracle, "p_dlq", found.p_failed, PRINTED);
        agrees(&oracle, "mean_attempts", found.mean_attempts, PRINTED);
        agrees(&oracle, "mean_attempts_given_success", found.mean_attempts_of_succeeded, PRINTED);
        agrees(&oracle, "dlq_time_s", found.ends, 0.0);
        agrees(&oracle, "mean_completion_given_success_s", found.mean_completion, PRINTED);
        assert_eq!(found.starts, [0.0, 63.0, 186.0]);
    }
}

#[test]
fn timeouts_rounding_and_mixing_change_durations() {
    for oracle in oracles("TO-") {
        let duration =
            Distribution::lognormal_median_sigma(input(&oracle, "median_s"), input(&oracle, "sigma"));
        let found = durations::with_timeout(&duration, input(&oracle, "timeout_s"));
        agrees(&oracle, "p_timeout", found.p_timeout, PRINTED);
        agrees(&oracle, "mean_billed_s", found.mean_billed, PRINTED);
        agrees(&oracle, "mean_success_s", found.mean_success, PRINTED);
    }
    for oracle in oracles("CEIL-") {
        let found = durations::mean_rounded_up_exponential(input(&oracle, "mean_ms"));
        agrees(&oracle, "mean_billed_ms", found, PRINTED);
    }
    for oracle in oracles("MIX-") {
        let p_cold = input(&oracle, "p_cold");
        let cold = Distribution::lognormal_median_sigma(400.0, 0.3);
        let warm = Distribution::lognormal_median_sigma(30.0, 0.4);
        let latency = Distribution::Mixture(vec![(p_cold, cold), (1.0 - p_cold, warm)].into());
        agrees(&oracle, "mean", latency.mean(), PRINTED);
        for (name, p) in [("p50", 0.5), ("p90", 0.9), ("p95", 0.95), ("p99", 0.99), ("p99.9", 0.999)] {
            agrees(&oracle, name, durations::quantile(&latency, p), 5e-9);
        }
    }
}

#[test]
fn cpu_work_takes_longer_on_less_memory() {
    for oracle in oracles("CPU-") {
        let work = input(&oracle, "cpu_ms");
        for (model, time) in
            [("proportional", cpu::proportional as fn(f64, u32, u32) -> f64), ("cfs", cpu::quota)]
        {
            for (memory, wanted) in oracle["expected"][model].as_object().unwrap() {
                let found = time(work, memory.parse().unwrap(), 1);
                close(&oracle, memory, found, wanted.as_f64().unwrap(), PRINTED);
            }
        }
    }
    for oracle in oracles("CPUN-") {
        for (memory, wanted) in oracle["expected"].as_object().unwrap() {
            let found = cpu::proportional(input(&oracle, "cpu_s"), memory.parse().unwrap(), 4);
            close(&oracle, memory, found, wanted.as_f64().unwrap(), PRINTED);
        }
    }
}

#[test]
fn an_idle_pool_empties_in_stairs() {
    let uniform = &oracles("STAIR-U")[0];
    for (at, wanted) in uniform["expected"].as_object().unwrap() {
        // The burst of 1 s ends at 1 s.
        let idle = at.trim_start_matches("t=").parse::<f64>().unwrap() - 1.0;
        let found = keep_alive::left_after_uniform(200, idle, 296.0, 348.0);
        assert!((found - wanted.as_f64().unwrap()).abs() < 1e-4, "{at}: {found}");
    }
    for (count, wanted) in oracles("STAIR-H1")[0]["expected"].as_object().unwrap() {
        let sizes: Vec<u64> = wanted.as_array().unwrap().iter().map(|size| size.as_u64().unwrap()).collect();
        assert_eq!(keep_alive::halving(count.parse().unwrap()), sizes);
    }
}
