//! Hand-made reports for the tests of the renderings. Their numbers are consistent, not simulated.

mod scenario;

use indexmap::IndexMap;

use super::model::{
    AccountReport, AssumptionUsed, AsyncAge, AsyncReport, Caveat, ClientReport, Concurrency, CostLine,
    CostReport, Distribution, Environments, ErrorsByCause, FailedByCause, FunctionConfiguration,
    FunctionReport, FunctionSeries, GbSeconds, Ledger, MessageReport, QueueReport, QueueSeries, Report,
    SCHEMA_VERSION, ScenarioIdentity, ThresholdResult, Throttles, ThrottlesByCause, TimeSeries, Tool,
    WasteLine,
};
use crate::units::Usd;

pub use scenario::scenario;

/// Millionths of a dollar.
fn micros(amount: i128) -> Usd {
    Usd::from_units(amount * 10_i128.pow(Usd::PLACES - 6))
}

/// A distribution from mean, min, p50, p90, p95, p99, p99.9 and max.
fn distribution(count: u64, values: [f64; 8]) -> Distribution {
    let [mean, min, p50, p90, p95, p99, p99_9, max] = values.map(Some);
    Distribution { count, mean, min, p50, p90, p95, p99, p99_9, max }
}

fn line(function: &str, item: &str, quantity: f64, unit: &'static str, rate: &str, amount: i128) -> CostLine {
    CostLine {
        service: "lambda",
        item: item.to_owned(),
        function: Some(function.to_owned()),
        resource: None,
        quantity,
        unit,
        rate: rate.to_owned(),
        amount: micros(amount),
        source: "sample".to_owned(),
    }
}

/// A report without functions, traffic or cost.
pub fn empty() -> Report {
    Report {
        schema_version: SCHEMA_VERSION,
        tool: Tool { name: "coldstart", version: "0.1.0" },
        scenario: ScenarioIdentity {
            name: "sample".to_owned(),
            sha256: "9f2c41d07be28ac6f59d0b85a6a3bb2ab12cf92c07c91a4d1fcf7d8e3b1f6a55".to_owned(),
        },
        platform: "aws-lambda/2026-11".to_owned(),
        region: "us-east-1".to_owned(),
        seed: 42,
        simulated_s: 0.0,
        digest: "b1946ac92492d2347c6235b4d2611184".to_owned(),
        account: AccountReport {
            concurrency: Some(1_000),
            unreserved_concurrency: Some(1_000),
            requests_per_second: Some(10_000.0),
        },
        functions: IndexMap::new(),
        queues: IndexMap::new(),
        event_sources: IndexMap::new(),
        streams: IndexMap::new(),
        topics: IndexMap::new(),
        buckets: IndexMap::new(),
        event_buses: IndexMap::new(),
        schedules: IndexMap::new(),
        gateways: IndexMap::new(),
        downstreams: IndexMap::new(),
        clients: IndexMap::new(),
        deployments: Vec::new(),
        cost: CostReport {
            currency: "USD",
            priced: true,
            lines: Vec::new(),
            total: Usd::ZERO,
            prorated: None,
            prorated_by_function: indexmap::IndexMap::new(),
            monthly: None,
            monthly_lines: Vec::new(),
            monthly_method: String::new(),
            price_source: "AWS price list of 2026-11-01, us-east-1".to_owned(),
            waste: Vec::new(),
            not_priced: Vec::new(),
            usage: None,
        },
        ledger: Ledger { balanced: true, ..Ledger::default() },
        thresholds: Vec::new(),
        assumptions: Vec::new(),
        fates: Vec::new(),
        replications: None,
        batch_means: None,
        caveats: Vec::new(),
        time_series: TimeSeries { step_s: 1.0, ..TimeSeries::default() },
    }
}

/// A function that was never called.
fn idle_function() -> FunctionReport {
    FunctionReport {
        configuration: FunctionConfiguration {
            memory_mb: 512,
            arch: "x86_64".to_owned(),
            runtime: None,
            timeout_s: 3.0,
            reserved_concurrency: None,
            concurrency_limit: Some(1_000),
            concurrency_limit_kind: "account".to_owned(),
        },
        digest: "d41d8cd98f00b204e9800998ecf8427e".to_owned(),
        ..FunctionReport::default()
    }
}

/// The hello world of the documentation: 20 requests a second for five minutes from empty.
pub fn hello() -> Report {
    let mut report = empty();
    "hello".clone_into(&mut report.scenario.name);
    report.simulated_s = 300.07;
    report.functions.insert("hello".to_owned(), hello_function());
    report.cost.lines = vec![
        line("hello", "requests", 6_000.0, "request", "0.0000002", 1_200),
        line("hello", "duration", 360.0, "GB-s", "0.0000166667", 6_000),
        line("hello", "init", 2.2, "GB-s", "0.0000166667", 37),
    ];
    report.cost.total = micros(7_237);
    report.cost.monthly = Some(micros(62_208_000));
    report.cost.monthly_lines = vec![
        line("hello", "requests", 51_840_000.0, "request", "0.0000002", 10_368_000),
        line("hello", "duration", 3_110_400.0, "GB-s", "0.0000166667", 51_840_000),
    ];
    "30 days of the steady part (after the warm-up, without cold-start Inits); tiers count from zero usage"
        .clone_into(&mut report.cost.monthly_method);
    report.ledger = Ledger { offered: 6_000, succeeded: 6_000, balanced: true, ..Ledger::default() };
    report.assumptions = vec![
        assumption("keep_alive", "aws-2025", "measured", "S16"),
        assumption("own_cold_start", "true", "ours", "S11"),
    ];
    report.caveats = vec![Caveat {
        code: "start_from_empty",
        text: "Little's law says 2.4 environments; the start from empty needed 11 (see: coldstart explain --peak)."
            .to_owned(),
    }];
    report.time_series = hello_series();
    report
}

fn assumption(
    name: &'static str,
    value: &str,
    provenance: &'static str,
    rule: &'static str,
) -> AssumptionUsed {
    AssumptionUsed { name, value: value.to_owned(), provenance, rule }
}

fn hello_function() -> FunctionReport {
    FunctionReport {
        requests: 6_000,
        attempts: 6_000,
        invocations: 6_000,
        succeeded: 6_000,
        throttle_rate: Some(0.0),
        error_rate: Some(0.0),
        cold_starts: 11,
        cold_start_rate: Some(11.0 / 6_000.0),
        cold_starts_first_s: Some(0.0),
        cold_starts_last_s: Some(0.5),
        latency_ms: distribution(6_000, [120.7, 120.0, 120.0, 120.0, 120.0, 120.0, 520.0, 520.0]),
        duration_ms: distribution(6_000, [120.0, 120.0, 120.0, 120.0, 120.0, 120.0, 120.0, 120.0]),
        init_ms: distribution(11, [400.0, 400.0, 400.0, 400.0, 400.0, 400.0, 400.0, 400.0]),
        billed_ms_total: 724_400,
        recursions_stopped: 0,
        concurrency: Concurrency {
            mean: Some(2.41),
            variance: Some(0.33),
            p50: Some(2),
            p90: Some(3),
            p99: Some(3),
            p99_9: Some(9),
            peak: 11,
            peak_s: Some(0.5),
            at_end: 0,
        },
        environments: Environments {
            created: 11,
            alive: 11,
            mean: Some(10.99),
            mean_busy: Some(2.41),
            mean_idle: Some(8.58),
            peak: 11,
            ..Environments::default()
        },
        provisioned: None,
        versions: IndexMap::new(),
        aliases: IndexMap::new(),
        gb_s: GbSeconds { handler: 360.0, init: 2.2, provisioned: 0.0 },
        cost_usd: micros(7_237),
        latency_cdf: vec![(120.0, 0.998_166), (520.0, 1.0)],
        ..idle_function()
    }
}

fn hello_series() -> TimeSeries {
    const POINTS: usize = 300;
    let first_then =
        |first: u64, then: u64| (0..POINTS).map(|at| if at == 0 { first } else { then }).collect();
    let series = FunctionSeries {
        concurrency: (0..POINTS).map(|at| if at == 0 { 11 } else { 3 }).collect(),
        concurrency_mean: vec![2.41; POINTS],
        environments: vec![11; POINTS],
        requests: vec![20; POINTS],
        throttles: vec![0; POINTS],
        errors: vec![0; POINTS],
        cold_starts: first_then(11, 0),
        p50_ms: vec![Some(120.0); POINTS],
        p99_ms: (0..POINTS).map(|at| Some(if at == 0 { 520.0 } else { 120.0 })).collect(),
    };
    TimeSeries {
        step_s: 1.0,
        functions: IndexMap::from([("hello".to_owned(), series)]),
        cost_usd: (1..=POINTS).map(|at| 0.000_035 + 0.000_024 * at as f64).collect(),
        ..TimeSeries::default()
    }
}

/// A reserved function under a spike, an asynchronous worker with a dead-letter queue, and a client.
pub fn busy() -> Report {
    let mut report = empty();
    "checkout spike".clone_into(&mut report.scenario.name);
    report.simulated_s = 783.0;
    report.account.unreserved_concurrency = Some(600);
    report.functions.insert("checkout".to_owned(), checkout_function());
    report.functions.insert("send-receipt".to_owned(), receipt_function());
    report.queues.insert("receipts-dlq".to_owned(), receipts_queue());
    report.clients.insert("web".to_owned(), web_client());
    report.cost = busy_cost();
    report.ledger = Ledger {
        offered: 152_000,
        succeeded: 141_360,
        throttled: 9_400,
        failed: 1_180,
        dead_lettered: 38,
        dropped: 0,
        expired: 0,
        unfinished: 22,
        balanced: true,
        failed_by_cause: FailedByCause {
            function_error: 700,
            timed_out: 420,
            client_timeout: 60,
            gateway_timeout: 0,
            service_error: 0,
            ..Default::default()
        },
    };
    report.thresholds = busy_thresholds();
    report.assumptions = vec![
        assumption("keep_alive", "aws-2025", "measured", "S16"),
        assumption("scaling_bucket", "continuous", "ours", "S32"),
        assumption(
            "default_runtime",
            "python3.13 (functions without runtime: and init:)",
            "measured",
            "S13a",
        ),
        assumption("async_jitter", "none", "ours", "S42"),
    ];
    report.caveats = vec![
        Caveat {
            code: "throttled_below_limit",
            text: "checkout was throttled for 47 s although its mean concurrency (212) is half of its reserved 400: \
                   the spike at 120 s needed 620 at once."
                .to_owned(),
        },
        Caveat {
            code: "single_run",
            text: "One run: rates and percentiles carry no confidence interval.".to_owned(),
        },
    ];
    report.time_series = busy_series();
    report
}

fn checkout_function() -> FunctionReport {
    FunctionReport {
        configuration: FunctionConfiguration {
            memory_mb: 1_769,
            arch: "arm64".to_owned(),
            runtime: Some("nodejs22.x".to_owned()),
            timeout_s: 10.0,
            reserved_concurrency: Some(400),
            concurrency_limit: Some(400),
            concurrency_limit_kind: "reserved".to_owned(),
        },
        requests: 150_000,
        attempts: 158_250,
        invocations: 141_450,
        succeeded: 140_330,
        errors: 700,
        timeouts: 420,
        errors_by_cause: ErrorsByCause {
            handler: 612,
            runtime_exit: 80,
            init: 8,
            response_too_large: 0,
            storage_full: 0,
        },
        throttles: Throttles {
            total: 16_800,
            by_cause: ThrottlesByCause {
                reserved_concurrency: 15_950,
                reserved_request_rate: 850,
                ..ThrottlesByCause::default()
            },
            by_reason: IndexMap::from([
                ("ReservedFunctionConcurrentInvocationLimitExceeded", 15_950),
                ("ReservedFunctionInvocationRateLimitExceeded", 850),
            ]),
            first_s: Some(121.3),
            last_s: Some(168.9),
        },
        throttle_rate: Some(16_800.0 / 158_250.0),
        error_rate: Some(1_120.0 / 141_450.0),
        cold_starts: 431,
        cold_start_rate: Some(431.0 / 141_450.0),
        cold_starts_first_s: Some(0.01),
        cold_starts_last_s: Some(611.2),
        suppressed_inits: 497,
        snapstart: None,
        tmp: None,
        presigned_urls: None,
        latency_ms: distribution(141_030, [412.6, 88.1, 301.0, 702.0, 990.0, 2_130.0, 6_400.0, 9_998.0]),
        duration_ms: distribution(141_450, [440.2, 88.1, 300.0, 699.0, 975.0, 2_020.0, 9_400.0, 10_000.0]),
        init_ms: distribution(423, [310.0, 160.0, 298.0, 402.0, 450.0, 611.0, 702.0, 702.0]),
        billed_ms_total: 62_378_910,
        recursions_stopped: 0,
        concurrency: Concurrency {
            mean: Some(212.4),
            variance: Some(9_120.0),
            p50: Some(180),
            p90: Some(398),
            p99: Some(400),
            p99_9: Some(400),
            peak: 400,
            peak_s: Some(121.3),
            at_end: 0,
        },
        environments: Environments {
            created: 431,
            retired: 31,
            alive: 400,
            mean: Some(388.0),
            mean_busy: Some(212.4),
            mean_idle: Some(175.6),
            peak: 400,
            mean_life_s: Some(402.1),
            ..Environments::default()
        },
        provisioned: None,
        versions: IndexMap::new(),
        aliases: IndexMap::new(),
        gb_s: GbSeconds { handler: 107_531.2, init: 226.5, provisioned: 0.0 },
        cost_usd: micros(1_464_970),
        latency_cdf: vec![
            (88.1, 0.0),
            (180.0, 0.1),
            (240.0, 0.3),
            (301.0, 0.5),
            (420.0, 0.7),
            (702.0, 0.9),
            (990.0, 0.95),
            (2_130.0, 0.99),
            (6_400.0, 0.999),
            (9_998.0, 1.0),
        ],
        ..idle_function()
    }
}

fn receipt_function() -> FunctionReport {
    FunctionReport {
        configuration: FunctionConfiguration {
            memory_mb: 256,
            timeout_s: 30.0,
            concurrency_limit: Some(600),
            concurrency_limit_kind: "account".to_owned(),
            ..idle_function().configuration
        },
        requests: 2_000,
        attempts: 2_102,
        invocations: 2_102,
        succeeded: 1_930,
        errors: 140,
        out_of_memory: 32,
        errors_by_cause: ErrorsByCause { handler: 140, ..ErrorsByCause::default() },
        throttle_rate: Some(0.0),
        error_rate: Some(172.0 / 2_102.0),
        cold_starts: 14,
        cold_start_rate: Some(14.0 / 2_102.0),
        cold_starts_first_s: Some(1.2),
        cold_starts_last_s: Some(183.4),
        latency_ms: distribution(2_070, [880.0, 610.0, 860.0, 1_020.0, 1_110.0, 1_400.0, 1_910.0, 2_004.0]),
        duration_ms: distribution(2_102, [870.0, 300.0, 860.0, 1_010.0, 1_100.0, 1_380.0, 1_500.0, 1_512.0]),
        init_ms: distribution(14, [180.0, 150.0, 178.0, 200.0, 205.0, 210.0, 210.0, 210.0]),
        billed_ms_total: 1_831_260,
        recursions_stopped: 0,
        concurrency: Concurrency {
            mean: Some(2.3),
            variance: Some(2.0),
            p50: Some(2),
            p90: Some(4),
            p99: Some(7),
            p99_9: Some(9),
            peak: 12,
            peak_s: Some(183.4),
            at_end: 0,
        },
        environments: Environments {
            created: 14,
            retired: 9,
            alive: 5,
            mean: Some(7.9),
            mean_busy: Some(2.3),
            mean_idle: Some(5.6),
            peak: 12,
            mean_life_s: Some(355.0),
            ..Environments::default()
        },
        asynchronous: AsyncReport {
            received: 2_000,
            attempts: 2_102,
            retried: 134,
            succeeded: 1_930,
            dead_lettered: 38,
            events_dropped: 38,
            pending: 32,
            age_s: AsyncAge { max: 183.9, mean_succeeded: Some(4.4) },
            ..AsyncReport::default()
        },
        provisioned: None,
        versions: IndexMap::new(),
        aliases: IndexMap::new(),
        gb_s: GbSeconds { handler: 457.2, init: 0.6, provisioned: 0.0 },
        cost_usd: micros(8_051),
        latency_cdf: vec![(610.0, 0.01), (860.0, 0.5), (1_020.0, 0.9), (1_400.0, 0.99), (2_004.0, 1.0)],
        ..idle_function()
    }
}

fn receipts_queue() -> QueueReport {
    QueueReport {
        sent: 38,
        depth: 38,
        depth_max: 38,
        oldest_age_max_s: 599.8,
        oldest_age_at_end_s: 599.8,
        first_messages: vec![MessageReport {
            sent_s: 183.2,
            from: "send-receipt".to_owned(),
            kind: "dead_letter",
            attributes: IndexMap::from([
                ("RequestID", "send-receipt#17".to_owned()),
                ("ErrorCode", "200".to_owned()),
                ("ErrorMessage", "Unhandled <b>exception</b> & more".to_owned()),
            ]),
        }],
        ..QueueReport::default()
    }
}

fn web_client() -> ClientReport {
    ClientReport {
        calls: 150_000,
        succeeded: 139_430,
        failed: 1_120,
        throttled: 9_400,
        timed_out: 50,
        unfinished: 0,
        attempts: 158_250,
        retries: 8_250,
        retries_denied: 612,
        abandoned: 77,
        client_latency_ms: distribution(
            150_000,
            [460.0, 106.0, 320.0, 760.0, 1_210.0, 4_030.0, 8_800.0, 15_020.0],
        ),
        calls_by_attempts: vec![144_100, 3_550, 2_350],
    }
}

fn wasted(cause: &'static str, function: &str, invocations: u64, gb_s: f64, amount: i128) -> WasteLine {
    WasteLine { cause, function: function.to_owned(), invocations, gb_s, amount: micros(amount) }
}

fn busy_cost() -> CostReport {
    CostReport {
        lines: vec![
            line("checkout", "requests", 141_450.0, "request", "0.0000002", 28_290),
            line("checkout", "duration", 107_531.2, "GB-s", "0.0000133334", 1_433_760),
            line("checkout", "init", 226.5, "GB-s", "0.0000133334", 3_020),
            line("send-receipt", "requests", 2_102.0, "request", "0.0000002", 420),
            line("send-receipt", "duration", 457.2, "GB-s", "0.0000166667", 7_620),
            line("send-receipt", "init", 0.6, "GB-s", "0.0000166667", 10),
        ],
        total: micros(1_473_120),
        prorated: None,
        prorated_by_function: indexmap::IndexMap::new(),
        monthly: Some(micros(5_102_330_000)),
        monthly_lines: vec![
            line("checkout", "requests", 540_000_000.0, "request", "0.0000002", 108_000_000),
            line("checkout", "duration", 373_000_000.0, "GB-s", "0.0000133334", 4_973_360_000),
            line("send-receipt", "duration", 1_258_187.0, "GB-s", "0.0000166667", 20_970_000),
        ],
        monthly_method: hello().cost.monthly_method,
        waste: vec![
            wasted("init", "checkout", 0, 226.5, 3_020),
            wasted("init", "send-receipt", 0, 0.6, 10),
            wasted("retries", "checkout", 3_120, 2_418.0, 32_864),
            wasted("timeouts", "checkout", 60, 600.0, 8_012),
        ],
        not_priced: Vec::new(),
        usage: None,
        ..empty().cost
    }
}

fn busy_thresholds() -> Vec<ThresholdResult> {
    let result = |metric: &str, expression: &str, value, passed, strict| ThresholdResult {
        metric: metric.to_owned(),
        expression: expression.to_owned(),
        value,
        passed,
        strict,
        window_s: None,
        window_from_s: None,
        each_window: Vec::new(),
    };
    let in_windows = ThresholdResult {
        window_s: Some(120.0),
        window_from_s: Some(121.0),
        ..result("checkout.error_rate", "< 5% for 2m", Some(0.0125), true, true)
    };
    vec![
        in_windows,
        result("checkout.latency", "p99 < 2500ms", Some(2_130.0), true, true),
        result("checkout.throttle_rate", "< 0.1%", Some(16_800.0 / 158_250.0), false, true),
        result("receipts-dlq.depth", "== 0", Some(38.0), false, true),
        result("send-receipt.client_latency", "p50 < 1s", None, false, true),
        result("cost.monthly", "< $250", Some(5_102.33), false, false),
    ]
}

fn busy_series() -> TimeSeries {
    const POINTS: u32 = 784;
    let load = |at: u32| match at {
        0..120 => 120 + at % 7 * 3,
        120..170 => 620 + at % 5 * 11,
        170..600 => 190 - (at - 170) / 10 + at % 11 * 2,
        _ => 0,
    };
    let checkout = FunctionSeries {
        concurrency: (0..POINTS).map(|at| load(at).min(400)).collect(),
        concurrency_mean: (0..POINTS).map(|at| f64::from(load(at).min(398)) * 0.93).collect(),
        environments: (0..POINTS).map(|at| if at < 120 { 140 } else { 400 }).collect(),
        requests: (0..POINTS).map(|at| u64::from(load(at))).collect(),
        throttles: (0..POINTS).map(|at| u64::from(load(at).saturating_sub(400))).collect(),
        errors: (0..POINTS).map(|at| u64::from(load(at) / 90)).collect(),
        cold_starts: (0..POINTS)
            .map(|at| match at {
                0 => 120,
                1..30 | 500..508 => 1,
                121 => 250,
                122..130 => 3,
                _ => 0,
            })
            .collect(),
        p50_ms: (0..POINTS).map(|at| (load(at) > 0).then(|| 290.0 + f64::from(load(at)) / 6.0)).collect(),
        p99_ms: (0..POINTS).map(|at| (load(at) > 0).then(|| 1_300.0 + f64::from(load(at)) * 2.2)).collect(),
    };
    let receipt = FunctionSeries {
        concurrency: (0..POINTS).map(|at| if at < 600 { 2 + at % 4 } else { u32::from(at < 700) }).collect(),
        concurrency_mean: (0..POINTS).map(|at| if at < 600 { 2.3 } else { 0.1 }).collect(),
        environments: (0..POINTS).map(|_| 8).collect(),
        requests: (0..POINTS).map(|at| if at < 600 { 3 } else { 0 }).collect(),
        throttles: vec![0; POINTS as usize],
        errors: (0..POINTS).map(|at| u64::from(at % 12 == 0)).collect(),
        cold_starts: (0..POINTS).map(|at| u64::from(at < 4 || at == 183)).collect(),
        p50_ms: (0..POINTS).map(|at| (at < 600).then_some(860.0)).collect(),
        p99_ms: (0..POINTS).map(|at| (at < 600).then_some(1_400.0)).collect(),
    };
    let depth = (0..POINTS).map(|at| u64::from(at.saturating_sub(182).min(380) / 10)).collect();
    let oldest_age_s = (0..POINTS).map(|at| f64::from(at.saturating_sub(182))).collect();
    TimeSeries {
        step_s: 1.0,
        functions: IndexMap::from([("checkout".to_owned(), checkout), ("send-receipt".to_owned(), receipt)]),
        queues: IndexMap::from([("receipts-dlq".to_owned(), QueueSeries { depth, oldest_age_s })]),
        cost_usd: (0..POINTS)
            .map(|at| 0.002 * f64::from(at.min(600)) + 0.001 * f64::from(load(at)) / 10.0)
            .collect(),
        ..TimeSeries::default()
    }
}

/// One hundred functions with falling traffic; every seventh was throttled.
pub fn many() -> Report {
    let mut report = hello();
    "a hundred functions".clone_into(&mut report.scenario.name);
    report.functions.clear();
    report.time_series.functions.clear();
    for index in 0..100_u64 {
        let mut function = hello_function();
        function.requests = 6_000 - 50 * index;
        function.invocations = function.requests;
        function.cost_usd = micros(7_237 - 60 * i128::from(index));
        if index % 7 == 3 {
            function.throttles.total = index;
            function.throttle_rate = Some(index as f64 / (function.requests + index) as f64);
            function.throttles.by_cause.account_concurrency = index;
        }
        let name = format!("function-with-a-name-{index:03}");
        let series = hello_series().functions.swap_remove("hello").unwrap_or_default();
        report.functions.insert(name.clone(), function);
        report.time_series.functions.insert(name, series);
    }
    report
}

/// One function, called once at time zero: every series has a single point.
pub fn single() -> Report {
    let mut report = hello();
    let mut function = hello_function();
    function.requests = 1;
    function.attempts = 1;
    function.invocations = 1;
    function.succeeded = 1;
    function.latency_cdf = vec![(120.0, 1.0)];
    report.simulated_s = 0.12;
    report.functions.insert("hello".to_owned(), function);
    for series in report.time_series.functions.values_mut() {
        series.concurrency.truncate(1);
        series.concurrency_mean.truncate(1);
        series.environments.truncate(1);
        series.requests = vec![1];
        series.throttles.truncate(1);
        series.errors.truncate(1);
        series.cold_starts = vec![1];
        series.p50_ms.truncate(1);
        series.p99_ms.truncate(1);
    }
    report.time_series.cost_usd.truncate(1);
    report
}

/// A function that nobody called.
pub fn uncalled() -> Report {
    let mut report = empty();
    report.functions.insert("lonely".to_owned(), idle_function());
    report.time_series.functions.insert("lonely".to_owned(), FunctionSeries::default());
    report
}
