//! What is billed: rounding, Init by profile, large payloads (S35, S60).

use coldstart::report::model::Report;

use crate::simulated::{PLAIN, report};

/// Billed milliseconds of one cold request with Init 80.00 ms and Duration 133.61 ms.
fn billed(platform: &str, settings: &str) -> u64 {
    // The year of the profile, for runtimes that have been blocked since.
    let start = if platform.ends_with("2019") { "2019-09-01T00:00:00Z" } else { "2025-09-01T00:00:00Z" };
    let report = report(&format!(
        "platform: {platform}\nstart: {start}\n{PLAIN}
functions: {{f: {{duration: 133.61ms, init: 80ms{settings}}}}}
traffic: [{{to: f, burst: 1}}]"
    ));
    report.functions["f"].billed_ms_total
}

#[test]
fn init_and_duration_are_rounded_up_together() {
    assert_eq!(billed("aws-lambda/2026-11", ""), 214);
    assert_eq!(billed("aws-lambda/2025-08", ""), 214);
}

#[test]
fn before_august_2025_the_init_of_zip_functions_on_managed_runtimes_was_free() {
    assert_eq!(billed("aws-lambda/2025-07", ", runtime: python3.12"), 134);
    assert_eq!(billed("aws-lambda/2025-07", ", runtime: provided.al2023"), 214);
    assert_eq!(billed("aws-lambda/2025-07", ", runtime: python3.12, package: {type: image}"), 214);
}

#[test]
fn in_2019_time_was_billed_in_tenths_of_a_second() {
    assert_eq!(billed("aws-lambda/2019", ""), 200);
    assert_eq!(billed("aws-lambda/2019", ", runtime: provided"), 300);
}

#[test]
fn a_warm_request_bills_its_duration_alone() {
    let report = report(&format!(
        "{PLAIN}\nfunctions: {{f: {{memory: 512MB, duration: 133.61ms, init: 80ms}}}}
traffic: [{{to: f, arrivals: even, rate: 1/s, for: 10s}}]"
    ));
    let function = &report.functions["f"];
    assert_eq!(function.billed_ms_total, 214 + 9 * 134);
    let gb_s = (function.gb_s.handler, function.gb_s.init);
    assert!((gb_s.0 - 10.0 * 0.067).abs() < 1e-12 && (gb_s.1 - 0.04).abs() < 1e-12, "{gb_s:?}");
}

fn quantity(report: &Report, item: &str) -> f64 {
    report.cost.lines.iter().filter(|line| line.item == item).map(|line| line.quantity).sum()
}

/// F 7.1: one for the first 256 KB and one for each further 64 KB, for each attempt.
#[test]
fn a_large_asynchronous_payload_is_charged_as_several_requests() {
    for (size, charges) in [("256KB", 1.0), ("257KB", 2.0), ("320KB", 2.0), ("321KB", 3.0), ("1MB", 13.0)] {
        let with = |mode: &str, errors: &str| {
            report(&format!(
                "{PLAIN}\nfunctions: {{f: {{duration: 1s, errors: {errors}, payload: {{request: {size}}}}}}}
traffic: [{{to: f, mode: {mode}, burst: 1}}]"
            ))
        };
        assert_eq!(quantity(&with("async", "0%"), "requests"), charges, "{size}");
        assert_eq!(quantity(&with("async", "100%"), "requests"), 3.0 * charges, "{size}, three attempts");
        assert_eq!(quantity(&with("sync", "0%"), "requests"), 1.0, "{size}, synchronous");
    }
}

/// F 7.5 (F 12 item 17): 100,000 × 350 ms; the vectors in GB-s stand in `bill.rs`.
#[test]
fn a_hundred_thousand_requests_cost_what_the_published_vector_says() {
    for (memory, arch, expected) in
        [(512, "x86_64", "0.29"), (512, "arm64", "0.23"), (128, "x86_64", "0.07"), (128, "arm64", "0.06")]
    {
        let report = report(&format!(
            "{PLAIN}\nfunctions: {{f: {{memory: {memory}MB, arch: {arch}, duration: 350ms}}}}
traffic: [{{to: f, arrivals: even, rate: 1000/s, for: 100s}}]"
        ));
        let amount = |item: &str| {
            let line = report.cost.lines.iter().find(|line| line.item == item).expect("the line is there");
            line.amount.to_fixed(2)
        };
        assert_eq!((amount("duration").as_str(), amount("requests").as_str()), (expected, "0.02"));
    }
}

#[test]
fn throttles_and_refusals_cost_nothing() {
    let report = report(&format!(
        "{PLAIN}\nfunctions: {{f: {{duration: 1s, reserved_concurrency: 0}}, g: {{duration: 1s, payload: {{request: 7MB}}}}}}
traffic: [{{to: f, burst: 10}}, {{to: g, burst: 10}}]"
    ));
    assert_eq!(report.cost.total.dollars(), 0.0);
    assert_eq!((report.ledger.throttled, report.ledger.failed_by_cause.rejected), (10, 10));
}

fn wasted(report: &Report) -> Vec<(&'static str, u64, f64)> {
    report.cost.waste.iter().map(|line| (line.cause, line.invocations, line.gb_s)).collect()
}

/// Two attempts of 1 s that fail and one that would: three runs of 1 GB, the second and third of them retries.
#[test]
fn each_wasted_invocation_has_one_cause_and_inits_stand_apart() {
    let retried = report(&format!(
        "{PLAIN}\nfunctions: {{f: {{memory: 1GB, duration: 1s, init: 500ms, errors: 100%}}}}
traffic: [{{to: f, mode: async, burst: 1}}]"
    ));
    assert_eq!(wasted(&retried), [("init", 0, 0.5), ("retries", 2, 2.0), ("errors", 1, 1.0)]);
    let slow = report(&format!(
        "{PLAIN}\nfunctions: {{f: {{memory: 1GB, timeout: 2s, duration: 3s}}, g: {{memory: 1GB, duration: 2s}}}}
traffic: [{{to: f, burst: 2}}, {{to: g, burst: 2}}]"
    ));
    assert_eq!(wasted(&slow), [("timeouts", 2, 4.0)]);
    assert_eq!(slow.cost.waste[0].function, "f");
}

/// Question 21: five attempts of 90 s, four of them because the client does not wait: 360 s of 450 are retries.
#[test]
fn a_client_that_does_not_wait_pays_for_its_retries() {
    let report = report(&format!(
        "{PLAIN}\nfunctions: {{f: {{memory: 1GB, duration: 90s}}}}
clients: {{sdk: {{timeout: 60s, attempts: 5, backoff: none}}}}
traffic: [{{to: f, client: sdk, burst: 1}}]"
    ));
    assert_eq!(wasted(&report), [("retries", 4, 360.0)]);
    assert_eq!(quantity(&report, "duration"), 450.0);
}

#[test]
fn logs_and_answers_are_counted_by_invocation_and_by_the_volume_of_their_time() {
    let report = report(&format!(
        "{PLAIN}\npricing: {{include: [lambda, logs, data_transfer]}}
functions: {{f: {{duration: 100ms, logs: {{volume: 1MB}}, payload: {{response: 2MB}}}}, g: {{duration: 1s, errors: 100%}}}}
traffic:
  - {{to: f, arrivals: even, rate: 1/s, for: 512s}}
  - {{to: f, name: small, arrivals: even, rate: 1/s, for: 512s, payload: {{response: 1MB}}}}
  - {{to: f, mode: async, arrivals: even, rate: 1/s, for: 512s}}
  - {{to: g, arrivals: even, rate: 1/s, for: 1024s}}
events: [{{at: 256s, set: {{functions.f.logs.volume: 3MB, functions.f.payload.response: 4MB}}}}]"
    ));
    // 3 × 256 of 1 MB and 3 × 256 of 3 MB; 350 bytes for each failure.
    let logs: Vec<f64> =
        report.cost.lines.iter().filter(|line| line.service == "logs").map(|line| line.quantity).collect();
    assert_eq!(logs, [3.0, 1_024.0 * 350.0 / 1_073_741_824.0]);
    // 256 of 2 MB, 256 of 4 MB, and 512 of 1 MB; nobody hears of a failure or of an event.
    let out = report.cost.lines.iter().find(|line| line.service == "data_transfer").unwrap();
    assert_eq!(
        (out.quantity, out.amount.to_fixed(2).as_str(), out.function.as_deref()),
        (2.0, "0.18", Some("f"))
    );
    let of_function: f64 = report.cost.lines.iter().map(|line| line.amount.dollars()).sum();
    assert!((report.cost.total.dollars() - of_function).abs() < 1e-12);
    let names: Vec<&str> = report.assumptions.iter().map(|one| one.name).collect();
    assert!(names.contains(&"log_volume") && names.contains(&"data_transfer"), "{names:?}");
}

#[test]
fn the_projection_scales_what_is_logged() {
    let report = report(&format!(
        "{PLAIN}\npricing: {{include: [lambda, logs]}}
functions: {{f: {{duration: 100ms, logs: {{volume: 1MB}}}}}}
traffic: [{{to: f, arrivals: even, rate: 1/s, for: 60s}}]\nwarmup: 30s"
    ));
    let logs = report.cost.monthly_lines.iter().find(|line| line.service == "logs").unwrap();
    assert_eq!(logs.quantity, 2_592_000.0 / 1_024.0);
}

#[test]
fn kinesis_is_paid_by_its_shards_and_by_what_is_put_into_them() {
    let text = |include: &str| {
        format!(
            "{PLAIN}functions:
  one: {{duration: 10ms, payload: {{request: 60KB}}, event_sources: [{{stream: clicks, batch_size: 10}}]}}
  two: {{duration: 10ms, event_sources: [{{stream: clicks, batch_size: 10}}]}}
streams: {{clicks: {{type: kinesis, shards: 4}}}}
traffic: [{{to: clicks, arrivals: even, rate: 10/s, for: 30m}}]
pricing: {{include: [{include}]}}
"
        )
    };
    let found = report(&text("lambda, kinesis"));
    // Four shards for half an hour; 18,000 records of three units each, though two functions read them.
    assert_eq!((quantity(&found, "shards"), quantity(&found, "PUT units")), (2.0, 54_000.0));
    let line = found.cost.lines.iter().find(|line| line.item == "shards").unwrap();
    assert_eq!((line.resource.as_deref(), line.amount.to_fixed(3)), (Some("clicks"), "0.030".to_owned()));
    let monthly = found.cost.monthly_lines.iter().find(|line| line.item == "shards").unwrap();
    assert_eq!(monthly.quantity, 4.0 * 720.0);
    assert_eq!(report(&text("lambda")).cost.lines.iter().filter(|line| line.service == "kinesis").count(), 0);
}
