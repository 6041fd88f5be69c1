use super::*;
use crate::random::Distribution;
use crate::report::model::{
    AccountReport, AsyncReport, Concurrency, CostReport, Distribution as Summary, FunctionConfiguration,
    FunctionReport, Ledger, ScenarioIdentity, Throttles, ThrottlesByCause, TimeSeries, Tool,
};
use crate::report::sample;
use crate::scenario::model::{
    Arch, Arrivals, Asynchronous, ColdStart, CpuModel, FirstInvoke, Function, FunctionId, Handler, KeepAlive,
    Mode, Overrides, PackageType, Payload, PointLaw, Poison, RateProfile, Scaling, Surroundings, Target,
    TokenRule, Totals, Traffic,
};
use crate::units::{Bytes, Memory, Rate, SimDuration, SimTime, Usd};

const SECOND: f64 = 1e9;

fn function() -> Function {
    Function {
        name: "api".to_owned(),
        runtime: None,
        code: String::new(),
        managed_runtime: true,
        arch: Arch::X86_64,
        package: PackageType::Zip,
        memory: Memory::from_mb(1_769),
        timeout: SimDuration::from_secs(900),
        ephemeral_storage: Memory::from_mb(512),
        tmp: None,
        presigns: None,
        cold_start: ColdStart::Phases {
            placement: Distribution::Constant(0.0),
            init: Distribution::Constant(0.0),
            init_extra: None,
            first_invoke: FirstInvoke::Nothing,
        },
        init_errors: 0.0,
        handler: Handler::Duration(Distribution::exponential(2.0 * SECOND)),
        cpu_model: CpuModel::Quota,
        max_memory_used: None,
        errors: 0.0,
        crashes: 0.0,
        poison: Poison::Share(0.0),
        payload: Payload { request: Bytes::new(0), response: Bytes::new(0) },
        log_volume: Bytes::new(350),
        reserved_concurrency: None,
        keep_alive: KeepAlive::Fixed(SimDuration::from_secs(600)),
        maximum_age: None,
        proactive_replacement: 0.0,
        early_end: 0.0,
        asynchronous: Asynchronous {
            max_retry_attempts: 2,
            max_event_age: SimDuration::from_secs(21_600),
            dead_letter: None,
            on_failure: None,
            on_success: None,
            queue_latency: Distribution::Constant(0.0),
            delivery_delay: Distribution::Constant(0.0),
            delivery_errors: 0.0,
            denied: crate::scenario::model::DeniedDeliveries::default(),
        },
        event_sources: Vec::new(),
        surroundings: Surroundings::default(),
        schedules: Vec::new(),
        has_handler: true,
        provisioned: None,
        held: None,
        snapstart: None,
        versions: std::sync::Arc::default(),
        aliases: Vec::new(),
        stream_sources: Vec::new(),
        calls: Vec::new(),
        emits: Vec::new(),
    }
}

fn traffic(arrivals: Arrivals) -> Traffic {
    Traffic {
        name: "api".to_owned(),
        to: Target::Function(FunctionId(0)),
        qualifier: None,
        mode: Mode::Sync,
        client: None,
        via: None,
        arrivals,
        at: SimTime::ZERO,
        until: None,
        overrides: Overrides::default(),
    }
}

fn at_rate(law: PointLaw, per_second: f64) -> Traffic {
    traffic(Arrivals::Rate { law, profile: RateProfile::Constant(Rate::per_second(per_second)) })
}

fn scenario(function: Function, source: Traffic) -> Scenario {
    let horizon = Some(SimTime::from_nanos(1_000 * 1_000_000_000));
    Scenario {
        totals: Totals::of(std::slice::from_ref(&function), std::slice::from_ref(&source), horizon),
        horizon,
        functions: vec![function],
        traffic: vec![source],
        ..sample::scenario()
    }
}

fn results(throttles: u64) -> FunctionReport {
    FunctionReport {
        configuration: FunctionConfiguration {
            memory_mb: 1_769,
            arch: "x86_64".to_owned(),
            runtime: None,
            timeout_s: 900.0,
            reserved_concurrency: None,
            concurrency_limit: None,
            concurrency_limit_kind: "unlimited".to_owned(),
        },
        requests: 4_000,
        attempts: 4_000,
        invocations: 4_000 - throttles,
        succeeded: 4_000 - throttles,
        throttles: Throttles {
            total: throttles,
            by_cause: ThrottlesByCause { reserved_concurrency: throttles, ..ThrottlesByCause::default() },
            ..Throttles::default()
        },
        throttle_rate: Some(throttles as f64 / 4_000.0),
        error_rate: Some(0.0),
        cold_starts: 11,
        cold_start_rate: Some(0.002_75),
        duration_ms: Summary { count: 4_000, mean: Some(2_000.0), ..Summary::default() },
        concurrency: Concurrency { mean: Some(8.0), ..Concurrency::default() },
        ..FunctionReport::default()
    }
}

fn report(function: FunctionReport) -> Report {
    Report {
        schema_version: 1,
        tool: Tool { name: "coldstart", version: "0" },
        scenario: ScenarioIdentity { name: "test".to_owned(), sha256: String::new() },
        platform: String::new(),
        region: String::new(),
        seed: 42,
        simulated_s: 1_000.0,
        digest: String::new(),
        account: AccountReport { concurrency: None, unreserved_concurrency: None, requests_per_second: None },
        functions: [("api".to_owned(), function)].into_iter().collect(),
        queues: [].into_iter().collect(),
        event_sources: [].into_iter().collect(),
        streams: [].into_iter().collect(),
        topics: [].into_iter().collect(),
        buckets: [].into_iter().collect(),
        event_buses: [].into_iter().collect(),
        schedules: [].into_iter().collect(),
        gateways: [].into_iter().collect(),
        downstreams: [].into_iter().collect(),
        clients: [].into_iter().collect(),
        deployments: Vec::new(),
        cost: CostReport {
            currency: "USD",
            priced: false,
            lines: Vec::new(),
            total: Usd::ZERO,
            prorated: None,
            prorated_by_function: indexmap::IndexMap::new(),
            monthly: None,
            monthly_lines: Vec::new(),
            monthly_method: String::new(),
            price_source: String::new(),
            waste: Vec::new(),
            not_priced: Vec::new(),
            usage: None,
        },
        ledger: Ledger::default(),
        fates: Vec::new(),
        thresholds: Vec::new(),
        assumptions: Vec::new(),
        replications: None,
        batch_means: None,
        caveats: Vec::new(),
        time_series: TimeSeries::default(),
    }
}

/// The line of a form and quantity, its blanks squeezed.
fn line(text: &str, form: &str, quantity: &str) -> String {
    let found = text.lines().find(|line| line.contains(form) && line.contains(quantity));
    found
        .unwrap_or_else(|| panic!("no {form} {quantity} in\n{text}"))
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

fn assert_narrow(text: &str) {
    for line in text.lines() {
        assert!(line.chars().count() <= 100, "too wide: {line}");
    }
}

#[test]
fn littles_law_holds_whatever_the_arrivals() {
    let scenario = scenario(function(), traffic(Arrivals::Burst(4_000)));
    let mut results = results(0);
    results.duration_ms.mean = Some(100.0);
    let text = render(&Scenario { horizon: None, ..scenario }, &report(results));
    // A burst ends when it begins: there is no time to average over.
    assert!(text.contains("Little: nothing ran"), "{text}");
    assert!(text.contains("all requests come at once"), "{text}");
}

#[test]
fn poisson_arrivals_at_a_reserved_limit_meet_erlang_b() {
    let limited = Function { reserved_concurrency: Some(10), ..function() };
    let text = render(&scenario(limited, at_rate(PointLaw::Poisson, 4.0)), &report(results(487)));
    assert_eq!(
        line(&text, "Erlang B", "share throttled"),
        "Erlang B share throttled 0.12166 0.12175 +0.07 %"
    );
    assert_eq!(line(&text, "Erlang B", "mean concurrency"), "Erlang B mean concurrency 7.0267 8 +13.85 %");
    assert!(text.contains("M/G/inf: requests were throttled"), "{text}");
    assert!(line(&text, "level crossing", "share cold").contains("0.00275"));
    assert_narrow(&text);
}

#[test]
fn poisson_arrivals_without_a_limit_are_a_poisson_number_of_environments() {
    let text = render(&scenario(function(), at_rate(PointLaw::Poisson, 2.0)), &report(results(0)));
    assert_eq!(line(&text, "M/G/inf", "mean concurrency"), "M/G/inf mean concurrency 4 8 +100.00 %");
    assert_eq!(line(&text, "M/G/inf", "p99.9 of"), "M/G/inf p99.9 of concurrency 11 - -");
    assert!(text.contains("Erlang B: there is no concurrency limit"), "{text}");
    assert_narrow(&text);
}

#[test]
fn rare_poisson_calls_are_cold_when_the_gap_outlasts_the_keep_alive() {
    let brief = Function {
        handler: Handler::Duration(Distribution::Constant(0.1 * SECOND)),
        keep_alive: KeepAlive::Fixed(SimDuration::from_secs(322)),
        ..function()
    };
    let rare = traffic(Arrivals::Rate {
        law: PointLaw::Poisson,
        profile: RateProfile::Constant(Rate::new(1.0, SimDuration::from_secs(300))),
    });
    let text = render(&scenario(brief.clone(), rare.clone()), &report(results(0)));
    assert!(line(&text, "rare calls", "share cold").starts_with("rare calls share cold 0.34187 "), "{text}");
    let aged = Function { maximum_age: Some(Distribution::Constant(7_200.0 * SECOND)), ..brief };
    let text = render(&scenario(aged, rare), &report(results(0)));
    assert!(line(&text, "rare calls", "share cold").starts_with("rare calls share cold 0.34187 "), "{text}");
    assert!(text.contains("level crossing: environments are removed at a maximum age"), "{text}");
}

#[test]
fn even_arrivals_from_nothing_are_cold_until_the_first_environment_is_free() {
    let steady = Function {
        handler: Handler::Duration(Distribution::Constant(0.12 * SECOND)),
        cold_start: ColdStart::Phases {
            placement: Distribution::Constant(0.0),
            init: Distribution::Constant(0.4 * SECOND),
            init_extra: None,
            first_invoke: FirstInvoke::Nothing,
        },
        ..function()
    };
    let text = render(&scenario(steady, at_rate(PointLaw::Even, 20.0)), &report(results(0)));
    assert_eq!(line(&text, "start-up storm", "cold starts"), "start-up storm cold starts 11 11 +0.00 %");
    assert!(text.contains("step load:"), "{text}");
    assert_narrow(&text);
}

#[test]
fn a_step_load_meets_the_scaling_bucket() {
    let long = Function { handler: Handler::Duration(Distribution::Constant(10.0 * SECOND)), ..function() };
    let mut scenario = scenario(long, at_rate(PointLaw::Even, 1_000.0));
    let rule = TokenRule { capacity: 1_000, refill: 1_000, per: SimDuration::from_secs(10) };
    scenario.account.scaling = Scaling::PerFunction(rule);
    let text = render(&scenario, &report(results(0)));
    assert!(
        line(&text, "step load", "first throttle").starts_with("step load first throttle, s 1.1111"),
        "{text}"
    );
    let throttles = line(&text, "step load", "throttles");
    let predicted: f64 = throttles.split(' ').nth(3).unwrap().parse().unwrap();
    assert!((predicted - 36_009.0).abs() <= 26.0, "{throttles}");
}

#[test]
fn asynchronous_events_fail_when_every_attempt_does() {
    let failing = Function {
        errors: 0.2,
        handler: Handler::Duration(Distribution::Constant(3.0 * SECOND)),
        ..function()
    };
    let source = Traffic { mode: Mode::Async, ..at_rate(PointLaw::Poisson, 1.0) };
    let mut results = results(0);
    results.asynchronous =
        AsyncReport { received: 1_000, attempts: 1_240, dead_lettered: 8, ..AsyncReport::default() };
    results.asynchronous.age_s.max = 189.0;
    let text = render(&scenario(failing, source), &report(results));
    assert_eq!(line(&text, "async", "share failed"), "async retries share failed 0.008 0.008 +0.00 %");
    assert_eq!(
        line(&text, "async", "attempts per event"),
        "async retries attempts per event 1.24 1.24 +0.00 %"
    );
    assert_eq!(line(&text, "async", "age at the end"), "async retries age at the end, s 189 189 +0.00 %");
    assert!(text.contains("Erlang B: there is no concurrency limit"), "{text}");
    assert_narrow(&text);
}

#[test]
fn events_that_change_the_configuration_leave_only_littles_law() {
    let mut scenario = scenario(function(), at_rate(PointLaw::Poisson, 2.0));
    scenario.changes.push(crate::scenario::model::ControlChange {
        at: SimTime::ZERO,
        assignments: Vec::new(),
        account: scenario.account,
        functions: scenario.functions.clone(),
    });
    let text = render(&scenario, &report(results(0)));
    assert!(line(&text, "Little", "mean concurrency").contains('8'));
    assert!(text.contains("steady-state forms: events change the configuration"), "{text}");
    assert!(!text.contains("M/G/inf"));
}
