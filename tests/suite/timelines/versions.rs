//! Versions, aliases and deployments: who serves, where environments are, how traffic is shifted and taken back.

use coldstart::lambda::outcome::ThrottleCause;

use crate::simulated::{PLAIN, UNBOUND, attempts, problems_of, refusals, report};

const TWO: &str = "versions: {v1: {duration: 1s}, v2: {duration: 1s}}, aliases: {live: {version: v1}}";

#[test]
fn each_version_has_environments_of_its_own() {
    let report = report(&format!(
        "{UNBOUND}\nfunctions: {{f: {{duration: 1s, {TWO}}}}}
traffic:
  - {{to: f, burst: 1}}
  - {{to: 'f:v1', burst: 1, at: 5s}}
  - {{to: 'f:v2', burst: 1, at: 10s}}
  - {{to: 'f:v1', burst: 1, at: 15s}}
  - {{to: f, burst: 1, at: 20s}}"
    ));
    let function = &report.functions["f"];
    assert_eq!((function.invocations, function.cold_starts, function.environments.alive), (5, 3, 3));
    let cold = |name: &str| (function.versions[name].invocations, function.versions[name].cold_starts);
    assert_eq!((cold("v1"), cold("v2")), ((2, 1), (1, 1)));
    assert_eq!(function.versions["v1"].environments_alive, Some(1));
    assert_eq!(function.aliases["live"].invocations, 0);
}

#[test]
fn versions_share_the_concurrency_of_their_function() {
    let (report, rows) = attempts(&format!(
        "{PLAIN}\nfunctions: {{f: {{duration: 1s, reserved_concurrency: 3, {TWO}}}}}
traffic: [{{to: 'f:v1', burst: 2}}, {{to: 'f:v2', burst: 2, at: 500ms}}]"
    ));
    assert_eq!(refusals(&rows), [(0.5, ThrottleCause::ReservedConcurrency)]);
    let versions = &report.functions["f"].versions;
    assert_eq!((versions["v1"].throttles.total, versions["v2"].throttles.total), (0, 1));
    assert_eq!(versions["v2"].throttle_rate, Some(0.5));
    assert_eq!(report.functions["f"].concurrency.peak, 3);
    let asked: Vec<&str> = rows.iter().map(|row| row.version.as_str()).collect();
    assert_eq!(asked, ["v2", "v1", "v1", "v2"], "the refused one first, then by their ends");
}

/// S19: a new configuration retires what is not published, and nothing else; versions keep what they were published with.
#[test]
fn a_change_of_the_function_does_not_reach_its_versions() {
    let report = report(&format!(
        "{UNBOUND}\nfunctions: {{f: {{memory: 128MB, duration: 1s, versions: {{v1: {{}}}}}}}}
traffic:
  - {{to: f, burst: 1}}
  - {{to: 'f:v1', burst: 1}}
  - {{to: f, burst: 1, at: 10s}}
  - {{to: 'f:v1', burst: 1, at: 10s}}
events: [{{at: 5s, set: {{functions.f.memory: 1024MB, functions.f.duration: 4s}}}}]"
    ));
    let function = &report.functions["f"];
    assert_eq!((function.cold_starts, function.versions["v1"].cold_starts), (3, 1));
    assert_eq!(function.versions["v1"].duration_ms.max, Some(1_000.0));
    // Three seconds with 128 MB and four with 1,024 MB.
    assert_eq!(function.gb_s.handler, 3.0 * 0.125 + 4.0);
    assert_eq!(function.versions["v1"].billed_gb_s, 2.0 * 0.125);
}

#[test]
fn an_alias_leads_where_it_is_set_to_lead() {
    let (report, rows) = attempts(&format!(
        "{UNBOUND}\nfunctions: {{f: {{duration: 1s, {TWO}}}}}
traffic: [{{to: 'f:live', arrivals: even, rate: 0.1/s, for: 40s}}]
events:
  - {{at: 10s, set: {{functions.f.aliases.live.version: v2}}}}
  - {{at: 20s, set: {{functions.f.aliases.live.version: $LATEST}}}}
  - {{at: 30s, set: {{functions.f.aliases.live.version: v1}}}}"
    ));
    let served: Vec<&str> = rows.iter().map(|row| row.version.as_str()).collect();
    assert_eq!(served, ["v1", "v2", "$LATEST", "v1"]);
    assert_eq!(report.functions["f"].cold_starts, 3, "the environment of v1 is still warm");
    assert_eq!(report.functions["f"].aliases["live"].invocations, 4);
}

#[test]
fn a_weight_of_zero_and_a_weight_of_one_are_the_plain_alias() {
    let with = |alias: &str| {
        report(&format!(
            "{UNBOUND}\nseed: 5\nfunctions: {{f: {{versions: {{v1: {{duration: exp(mean=1s), init: 1s}}, v2: {{duration: exp(mean=2s)}}}}, \
             aliases: {{live: {alias}}}}}}}
traffic: [{{to: 'f:live', rate: 10/s, for: 60s}}]"
        ))
        .digest
    };
    let weighted =
        |weight: &str| with(&format!("{{version: v1, additional: {{version: v2, weight: {weight}}}}}"));
    assert_eq!(weighted("0%"), with("{version: v1}"));
    assert_eq!(weighted("100%"), with("{version: v2}"));
    assert_ne!(weighted("50%"), with("{version: v1}"));
}

/// Every attempt of an event is drawn by itself.
#[test]
fn a_retry_may_be_served_by_the_other_version() {
    let (_, rows) = attempts(&format!(
        "{UNBOUND}\nfunctions: {{f: {{versions: {{v1: {{duration: 1s, errors: 100%}}, v2: {{duration: 1s, errors: 100%}}}}, \
         aliases: {{live: {{version: v1, additional: {{version: v2, weight: 50%}}}}}}}}}}
traffic: [{{to: 'f:live', mode: async, burst: 40}}]"
    ));
    let of =
        |event: u64| rows.iter().filter(move |row| row.event_id == event).map(|row| row.version.as_str());
    assert!((1..=40).any(|event| of(event).any(|version| version == "v1") && of(event).any(|version| version == "v2")));
    assert_eq!(rows.len(), 120);
}

#[test]
fn canary_and_linear_shift_at_their_instants() {
    let shifts = |strategy: &str| -> Vec<(f64, f64)> {
        let report = report(&format!(
            "{UNBOUND}\nfunctions: {{f: {{duration: 1s, {TWO}}}}}
traffic: [{{to: 'f:live', arrivals: even, rate: 1/s, for: 20m}}]
events: [{{at: 1m, deploy: {{function: f, alias: live, version: v2, strategy: {strategy}}}}}]"
        ));
        assert_eq!(report.deployments[0].outcome, "completed");
        report.deployments[0].steps.iter().map(|step| (step.at_s, step.weight)).collect()
    };
    assert_eq!(shifts("AllAtOnce"), [(60.0, 1.0)]);
    assert_eq!(shifts("Canary10Percent5Minutes"), [(60.0, 0.1), (360.0, 1.0)]);
    let linear = shifts("CodeDeployDefault.LambdaLinear10PercentEvery1Minute");
    assert_eq!(linear.len(), 10);
    assert_eq!((linear[2], linear[9]), ((180.0, 0.3), (600.0, 1.0)));
}

/// v2 fails always; the window of 30 s fits 30 s after the beginning.
#[test]
fn an_alarm_takes_the_alias_back_as_soon_as_its_window_fits() {
    let report = report(&format!(
        "{UNBOUND}\nfunctions: {{f: {{versions: {{v1: {{duration: 1s}}, v2: {{duration: 1s, errors: 100%}}}}, aliases: {{live: {{version: v1}}}}}}}}
traffic: [{{to: 'f:live', arrivals: even, rate: 10/s, for: 5m}}]
events:
  - at: 1m
    deploy:
      {{function: f, alias: live, version: v2, strategy: Canary10Percent5Minutes,
       rollback_if: [\"f.throttles > 0 for 1m\", \"f:v2.error_rate > 1% for 30s\"]}}"
    ));
    let deployment = &report.deployments[0];
    assert_eq!((deployment.outcome, deployment.rolled_back_s), ("rolled back", Some(90.0)));
    assert_eq!(deployment.rolled_back_by.as_deref(), Some("f:v2.error_rate > 1% for 30s"));
    let v2 = &report.functions["f"].versions["v2"];
    assert_eq!(v2.error_rate, Some(1.0));
    // A tenth of 300 requests, four standard deviations.
    assert!((v2.invocations as f64 - 30.0).abs() < 21.0, "{}", v2.invocations);
}

#[test]
fn an_alarm_that_stays_quiet_lets_the_deployment_complete() {
    let report = report(&format!(
        "{UNBOUND}\nfunctions: {{f: {{duration: 1s, {TWO}}}}}
traffic: [{{to: 'f:live', arrivals: even, rate: 2/s, for: 20m}}]
events: [{{at: 1m, deploy: {{function: f, alias: live, version: v2, strategy: Linear10PercentEvery1Minute, rollback_if: [\"f:live.errors > 0 for 1m\"]}}}}]"
    ));
    assert_eq!(
        (report.deployments[0].outcome, report.deployments[0].completed_s),
        ("completed", Some(600.0))
    );
}

#[test]
fn a_deployment_that_traffic_does_not_see_the_end_of_is_under_way_and_keeps_nothing_going() {
    let report = report(&format!(
        "{UNBOUND}\nfunctions: {{f: {{duration: 1s, {TWO}}}}}
traffic: [{{to: 'f:live', arrivals: even, rate: 1/s, for: 2m}}]
events: [{{at: 1m, deploy: {{function: f, alias: live, version: v2, strategy: Canary10Percent30Minutes}}}}]"
    ));
    assert_eq!((report.deployments[0].outcome, report.simulated_s), ("under way", 120.0));
}

#[test]
fn thresholds_may_ask_a_version_or_an_alias() {
    let report = report(&format!(
        "{UNBOUND}\nfunctions: {{f: {{versions: {{v1: {{duration: 1s}}, v2: {{duration: 3s, errors: 100%}}}}, aliases: {{live: {{version: v2}}}}}}}}
traffic: [{{to: 'f:v1', burst: 3}}, {{to: 'f:live', burst: 1}}]
thresholds:
  'f:v1.error_rate': '== 0%'
  'f:live.error_rate': '== 100%'
  'f:v2.duration': 'max == 3s'
  'f:v1.concurrency': 'max == 3'
  'f.error_rate': '== 25%'
  'f:v1.latency': 'p75 == 1s'"
    ));
    let failed: Vec<_> = report.thresholds.iter().filter(|threshold| !threshold.passed).collect();
    assert!(failed.is_empty(), "{failed:?}");
}

#[test]
fn a_published_version_cannot_be_changed_while_the_clock_runs() {
    let told = problems_of(&format!(
        "functions: {{f: {{duration: 1s, {TWO}}}}}\ntraffic: [{{to: f, burst: 1}}]
events: [{{at: 1s, set: {{functions.f.versions.v1.memory: 512MB}}}}]"
    ));
    assert!(told.contains("a published version never changes"), "{told}");
}

#[test]
fn a_rollback_gives_the_alias_its_additional_version_back() {
    let report = report(&format!(
        "{UNBOUND}\nfunctions:
  f:
    versions: {{v1: {{duration: 1s}}, v2: {{duration: 1s}}, v3: {{duration: 1s, errors: 100%}}}}
    aliases: {{live: {{version: v1, additional: {{version: v2, weight: 50%}}}}}}
traffic: [{{to: 'f:live', arrivals: even, rate: 10/s, for: 12m}}]
events: [{{at: 2m, deploy: {{function: f, alias: live, version: v3, strategy: Canary10Percent5Minutes, rollback_if: [\"f:v3.errors > 0 for 30s\"]}}}}]"
    ));
    assert_eq!(report.deployments[0].rolled_back_s, Some(150.0));
    // Half of 690 s at 10 a second, four standard deviations.
    let v2 = report.functions["f"].versions["v2"].invocations as f64;
    assert!((v2 - 3_450.0).abs() < 170.0, "{v2}");
}

#[test]
fn an_alarm_of_a_deployment_all_at_once_is_warned_about() {
    let warned = crate::simulated::scenario(&format!(
        "functions: {{f: {{duration: 1s, {TWO}}}}}
traffic: [{{to: 'f:live', rate: 2/s, for: 20m}}]
events: [{{at: 1m, deploy: {{function: f, alias: live, version: v2, rollback_if: [\"f:v2.errors > 0 for 1m\"]}}}}]"
    ));
    assert!(warned.warnings.iter().any(|text| text.contains("all traffic is shifted at once")));
}

#[test]
fn an_alarm_that_can_never_go_off_is_refused() {
    let problems = |strategy: &str, window: &str| {
        problems_of(&format!(
            "functions: {{f: {{duration: 1s, {TWO}}}}}
traffic: [{{to: 'f:live', rate: 2/s, for: 20m}}]
events: [{{at: 1m, deploy: {{function: f, alias: live, version: v2, strategy: {strategy}, rollback_if: [\"f:v2.errors > 0 for {window}\"]}}}}]"
        ))
    };
    assert!(problems("Canary10Percent5Minutes", "6m").contains("does not fit into the deployment"));
}
