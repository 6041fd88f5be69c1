//! Decrypts of Inits that no request waits for, and of those that are done again (S107).

use coldstart::report::model::{FunctionReport, Report};

use crate::simulated::{PLAIN, UNBOUND, report};

const KEY: &str = "environment: {kms: {key: customer, latency: 20ms}}";

fn f(report: &Report) -> &FunctionReport {
    &report.functions["f"]
}

/// Decrypts that were served, and what KMS has on the bill.
fn decrypts(report: &Report) -> (u64, f64) {
    let line = report.cost.lines.iter().find(|line| line.service == "kms" && line.item == "requests");
    (report.downstreams["kms"].succeeded, line.map_or(0.0, |line| line.quantity))
}

fn billed(function: &str, rest: &str) -> Report {
    report(&format!(
        "{PLAIN}\nfunctions: {{f: {{{function}, {KEY}}}}}\npricing: {{include: [lambda, kms]}}\n{rest}"
    ))
}

/// The timeout at 1 s resets the environment; the call at 10 s does its Init again, and that decrypts again.
#[test]
fn an_environment_that_was_reset_decrypts_again() {
    let two = "traffic: [{to: f, burst: 1}, {name: later, to: f, burst: 1, at: 10s}]";
    let report = billed("init: 100ms, duration: 5s, timeout: 1s", two);
    assert_eq!((f(&report).cold_starts, f(&report).timeouts, decrypts(&report)), (1, 2, (2, 2.0)));
    let sound = billed("init: 100ms, duration: 500ms, timeout: 1s", two);
    assert_eq!((f(&sound).cold_starts, decrypts(&sound)), (1, (1, 1.0)));
}

/// Disabled from 5 to 15 s: the call at 10 s finds an environment that cannot do its Init again; at 20 s it can.
#[test]
fn while_the_key_is_disabled_an_environment_that_was_reset_waits_as_it_is() {
    let report = billed(
        "init: 100ms, duration: 5s, timeout: 1s",
        "traffic: [{to: f, burst: 1}, {name: second, to: f, burst: 1, at: 10s}, {name: third, to: f, burst: 1, at: 20s}]
events: [{at: 5s, set: {functions.f.environment.kms.key_state: disabled}}, {at: 15s, set: {functions.f.environment.kms.key_state: enabled}}]",
    );
    let errors = f(&report).service_errors.as_ref().unwrap().by_exception["KMSDisabledException"];
    assert_eq!((errors, f(&report).invocations, f(&report).environments.created), (1, 2, 1));
    // A refused request is paid for like any other.
    assert_eq!((decrypts(&report), report.downstreams["kms"].refused.key), ((2, 3.0), 1));
}

/// An Init of 11 s is cut at 10 s and done again inside the invoke: two Decrypts, without and with the switch of S11, on
/// a function and on a version.
#[test]
fn an_init_that_is_done_again_decrypts_again() {
    let long = "init: 11s, duration: 100ms, timeout: 60s";
    assert_eq!(decrypts(&billed(long, "traffic: [{to: f, burst: 1}]")), (2, 2.0));
    let anybody = "assumptions: {own_cold_start: false}\ntraffic: [{to: f, burst: 1}]";
    assert_eq!(decrypts(&billed(long, anybody)), (2, 2.0));
    let version = format!("{long}, versions: {{v1: {{}}}}");
    assert_eq!(decrypts(&billed(&version, "traffic: [{to: 'f:v1', burst: 1}]")), (2, 2.0));
    assert_eq!(decrypts(&billed(&long.replace("11s", "9s"), "traffic: [{to: f, burst: 1}]")), (1, 1.0));
}

/// Environments live for a minute: successors at 60 and 120 s, of which nobody hears until 150 s.
#[test]
fn successors_decrypt_when_they_take_their_place() {
    let text = |rest: &str| {
        billed(
            "init: 100ms, duration: 0ms, max_age: 60s, proactive_replacement: 100%",
            &format!("traffic: [{{to: f, burst: 1}}, {{name: later, to: f, burst: 1, at: 150s}}]\n{rest}"),
        )
    };
    let report = text("");
    assert_eq!((f(&report).environments.created, f(&report).cold_starts), (3, 1));
    assert_eq!(decrypts(&report), (3, 3.0));
    // While the key is disabled no successor can be made: the environment leaves at 60 s.
    let disabled = text(
        "events: [{at: 30s, set: {functions.f.environment.kms.key_state: disabled}}, {at: 100s, set: {functions.f.environment.kms.key_state: enabled}}]",
    );
    assert_eq!((f(&disabled).environments.created, f(&disabled).cold_starts), (2, 2));
    assert_eq!(decrypts(&disabled), (2, 2.0));
}

/// Two are ready at the start and had their Init before; three more are made at 10 s.
#[test]
fn environments_of_provisioned_concurrency_decrypt_when_they_are_made() {
    let text = |rest: &str| {
        billed(
            "init: 100ms, duration: 10ms, provisioned_concurrency: 2",
            &format!(
                "traffic: [{{to: f, arrivals: even, rate: 1/s, for: 200s}}]
events: [{{at: 10s, set: {{functions.f.provisioned_concurrency: 5}}}}{rest}]"
            ),
        )
    };
    assert_eq!(decrypts(&text("")), (3, 3.0));
    // Disabled when the allocation is made: it ends FAILED, and the two go on.
    let disabled = text(", {at: 20s, set: {functions.f.environment.kms.key_state: disabled}}");
    let provisioned = f(&disabled).provisioned.as_ref().unwrap();
    assert_eq!((provisioned.failed, provisioned.allocated, decrypts(&disabled).0), (1, 2, 0));
}

/// 10,000 a second in Stockholm: the 10,500 Inits of an allocation take a second and a little more.
#[test]
fn an_allocation_above_the_quota_of_the_region_asks_again() {
    let report = report(&format!(
        "region: eu-north-1\n{UNBOUND}\nfunctions: {{f: {{duration: 1ms, {KEY}, provisioned_concurrency: {{min: 1, allocation_delay: 10s, allocation_rate: 1000000/s}}}}}}
traffic: [{{to: f, arrivals: even, rate: 1/s, for: 20s}}]
events: [{{at: 1s, set: {{functions.f.provisioned_concurrency.min: 10502}}}}]"
    ));
    // At 11.0105 s ten thousand of 10,501 get through and one is refused; a second later the other 501 do.
    let kms = &report.downstreams["kms"];
    assert_eq!((kms.succeeded, kms.refused.rate, kms.calls), (10_501, 1, 10_502));
    assert_eq!(f(&report).provisioned.as_ref().unwrap().allocated, 10_502);
}

/// S63: what goes on after the start has no Init, and none of the Decrypts of one.
#[test]
fn the_monthly_projection_has_no_decrypts_of_inits() {
    let monthly = |decrypt: &str| {
        let report = report(&format!(
            "{PLAIN}\nfunctions: {{f: {{duration: 10ms, environment: {{kms: {{key: customer, decrypt: {decrypt}}}}}}}}}
pricing: {{include: [lambda, kms]}}\ntraffic: [{{to: f, arrivals: even, rate: 1/s, for: 60s}}]"
        ));
        let line = |lines: &[coldstart::report::model::CostLine]| {
            lines
                .iter()
                .find(|line| line.service == "kms" && line.item == "requests")
                .map_or(0.0, |line| line.quantity)
        };
        (line(&report.cost.lines), line(&report.cost.monthly_lines))
    };
    assert_eq!(monthly("init"), (1.0, 0.0));
    // 60 in a minute, and so 60 x 43,200 in a month of 30 days.
    assert_eq!(monthly("each_invocation"), (61.0, 60.0 * 43_200.0));
}
