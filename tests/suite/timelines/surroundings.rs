//! Keys, roles, networks and states of functions (S27 to S29, S67, S68).

use coldstart::lambda::outcome::Outcome;
use coldstart::report::model::{FunctionReport, Report};

use crate::simulated::{PLAIN, UNBOUND, attempts, problems_of, report, starts};

fn f(report: &Report) -> &FunctionReport {
    &report.functions["f"]
}

fn errors(report: &Report, exception: &str) -> u64 {
    f(report)
        .service_errors
        .as_ref()
        .map_or(0, |errors| errors.by_exception.get(exception).copied().unwrap_or(0))
}

const KEY: &str = "environment: {kms: {key: customer, latency: 20ms}}";

/// An Init of 100 ms and 20 ms for the Decrypt, once; the second call is warm.
#[test]
fn a_customer_key_is_asked_once_for_each_environment() {
    let report = report(&format!(
        "{PLAIN}\nfunctions: {{f: {{init: 100ms, duration: 50ms, {KEY}}}}}
traffic: [{{to: f, arrivals: even, rate: 1/s, for: 3s}}]
pricing: {{include: [lambda, kms]}}"
    ));
    assert_eq!((f(&report).init_ms.max, f(&report).cold_starts), (Some(120.0), 1));
    assert_eq!(report.downstreams["kms"].succeeded, 1);
    let requests =
        report.cost.lines.iter().find(|line| line.service == "kms" && line.item == "requests").unwrap();
    assert_eq!((requests.quantity, requests.function.as_deref()), (1.0, Some("f")));
    assert!(
        report
            .cost
            .lines
            .iter()
            .any(|line| line.item == "keys" && line.resource.as_deref() == Some("customer"))
    );
}

#[test]
fn code_that_decrypts_itself_asks_the_key_in_every_invocation() {
    let report = report(&format!(
        "{PLAIN}\nfunctions: {{f: {{duration: 50ms, environment: {{kms: {{key: customer, decrypt: each_invocation, latency: 20ms}}}}}}}}
traffic: [{{to: f, arrivals: even, rate: 1/s, for: 3s}}]"
    ));
    assert_eq!(f(&report).duration_ms.max, Some(70.0));
    assert_eq!(report.downstreams["kms"].succeeded, 4);
}

/// The key is disabled from 1.5 s on: the warm environment goes on, and the second one cannot start.
#[test]
fn a_disabled_key_keeps_environments_from_starting_and_leaves_warm_ones_alone() {
    let report = report(&format!(
        "{PLAIN}\nfunctions: {{f: {{duration: 400ms, {KEY}}}}}
traffic: [{{to: f, arrivals: even, rate: 1/s, for: 4s}}, {{name: second, to: f, burst: 1, at: 3100ms}}]
events: [{{at: 1500ms, set: {{functions.f.environment.kms.key_state: disabled}}}}]"
    ));
    assert_eq!((f(&report).succeeded, errors(&report, "KMSDisabledException")), (4, 1));
    assert_eq!((report.ledger.failed_by_cause.service_error, report.downstreams["kms"].refused.key), (1, 1));
    assert!(report.ledger.balanced);
}

/// 502 is a system error: 1, 2, 4 s of back-off, and no retry is used up. The key is usable again at 5 s, so the attempt at 7 s runs.
#[test]
fn in_the_asynchronous_queue_an_unusable_key_is_a_system_error() {
    let (report, rows) = attempts(&format!(
        "{PLAIN}\nfunctions: {{f: {{duration: 1s, environment: {{kms: {{key: customer, key_state: disabled, latency: 0ms}}}}}}}}
traffic: [{{to: f, mode: async, burst: 1}}]
events: [{{at: 5s, set: {{functions.f.environment.kms.key_state: enabled}}}}]"
    ));
    assert_eq!(starts(&rows), [7.0]);
    assert_eq!((errors(&report, "KMSDisabledException"), report.ledger.succeeded), (3, 1));
    assert_eq!((f(&report).attempts, f(&report).asynchronous.retried), (4, 3));
}

/// 10,000 a second in Stockholm: of 10,100 Inits at once 100 find the bucket empty.
#[test]
fn inits_above_the_quota_of_the_region_fail() {
    let report = report(&format!(
        "region: eu-north-1\n{UNBOUND}\nfunctions: {{f: {{duration: 1s, {KEY}}}}}\ntraffic: [{{to: f, burst: 10100}}]"
    ));
    assert_eq!((f(&report).invocations, errors(&report, "ThrottlingException")), (10_000, 100));
}

/// A client of AWS tries again after a 502 (three attempts), and not after a 409.
#[test]
fn clients_try_again_after_502_and_not_after_409() {
    let calls = |function: &str| {
        let report = report(&format!(
            "{PLAIN}\nclients: {{sdk: {{preset: boto3-standard}}}}\nfunctions: {{f: {{duration: 1s, {function}}}}}
traffic: [{{to: f, client: sdk, burst: 1}}]"
        ));
        (report.clients["sdk"].attempts, report.ledger.failed_by_cause.service_error)
    };
    assert_eq!(calls("environment: {kms: {key: k, key_state: deleted}}"), (3, 1));
    assert_eq!(calls("created: 0s, pending: 1h"), (1, 1));
}

fn calling(function: &str, call: &str, rest: &str) -> Report {
    report(&format!(
        "{PLAIN}\nfunctions: {{f: {{duration: 0ms, timeout: 10s, {function} calls: [{{to: api, latency: 50ms, {call}}}]}}}}
downstreams: {{api: {{}}}}\nqueues: {{dlq: {{}}}}\n{rest}"
    ))
}

const ONE: &str = "traffic: [{to: f, burst: 1}]";

/// Check 15 of the facts: three runs of 10 s, and the waits of 60 and 120 s: in the DLQ at 210 s.
#[test]
fn without_a_nat_gateway_a_public_call_hangs_until_the_function_timeout_and_bills() {
    let report = calling(
        "vpc: {subnets: private}, async: {dead_letter: dlq},",
        "public_endpoint: true",
        "traffic: [{to: f, mode: async, burst: 1}]",
    );
    assert_eq!((f(&report).timeouts, f(&report).billed_ms_total, report.simulated_s), (3, 30_000, 210.0));
    assert_eq!((report.ledger.dead_lettered, f(&report).blocked_calls.unwrap().no_route), (1, 3));
    assert_eq!(report.downstreams["api"].calls, 0);
}

#[test]
fn what_leads_out_of_a_vpc_decides_whether_a_call_arrives() {
    let timeouts = |vpc: &str, call: &str| f(&calling(vpc, call, ONE)).timeouts;
    let public = "public_endpoint: true";
    assert_eq!(timeouts("", public), 0);
    assert_eq!(timeouts("vpc: {},", ""), 0);
    assert_eq!(timeouts("vpc: {},", public), 1);
    assert_eq!(timeouts("vpc: {nat: true},", public), 0);
    assert_eq!(timeouts("vpc: {nat: true, subnets: public},", public), 1);
    assert_eq!(timeouts("vpc: {nat: true, security_group_egress: private},", public), 1);
    assert_eq!(timeouts("vpc: {security_group_egress: none},", ""), 1);
    let table = "public_endpoint: true, needs: \"dynamodb:PutItem\"";
    assert_eq!(timeouts("vpc: {endpoints: [dynamodb]},", table), 0);
    assert_eq!(timeouts("vpc: {endpoints: [s3]},", table), 1);
    let queue = "public_endpoint: true, needs: \"sqs:SendMessage\"";
    assert_eq!(timeouts("vpc: {endpoints: [sqs], security_group_egress: private},", queue), 0);
}

#[test]
fn a_connection_that_does_not_come_about_fails_after_the_patience_of_its_client() {
    let report = calling("vpc: {},", "public_endpoint: true, connect_timeout: 2s", ONE);
    assert_eq!((f(&report).errors, f(&report).timeouts, f(&report).duration_ms.max), (1, 0, Some(2_000.0)));
}

/// An hour of one NAT gateway at $0.045, and 1,024 calls of 1 MB: 1 GB at $0.045. Two zones of one interface endpoint at $0.01.
#[test]
fn gateways_and_endpoints_are_paid_by_the_hour_and_by_the_byte() {
    let bill = |vpc: &str, needs: &str| {
        let report = calling(
            vpc,
            &format!("public_endpoint: true, data: 1MB{needs}"),
            "horizon: 1h\ntraffic: [{to: f, arrivals: even, rate: 1024/h, for: 1h}]\npricing: {include: [lambda, nat, endpoints]}",
        );
        let of = |service: &str| -> f64 {
            report
                .cost
                .lines
                .iter()
                .filter(|line| line.service == service)
                .map(|line| line.amount.dollars())
                .sum()
        };
        (of("nat"), of("endpoints"))
    };
    assert_eq!(bill("vpc: {nat: true},", ""), (0.09, 0.0));
    assert_eq!(bill("vpc: {endpoints: [sqs]},", ", needs: \"sqs:SendMessage\""), (0.0, 0.03));
    assert_eq!(bill("vpc: {endpoints: [s3]},", ", needs: \"s3:GetObject\""), (0.0, 0.0));
}

#[test]
fn a_nat_gateway_never_changes_a_function_that_calls_nothing() {
    let digest = |vpc: &str| {
        let report = report(&format!(
            "{PLAIN}\nfunctions: {{f: {{duration: exp(mean=300ms), errors: 2%, init: 300ms, {vpc}}}}}
traffic: [{{to: f, rate: 20/s, for: 60s}}]"
        ));
        (report.digest, report.cost.total)
    };
    assert_eq!(digest("vpc: {nat: true}"), digest("vpc: {nat: false}"));
    assert_eq!(digest("vpc: {nat: true}"), digest(""));
}

/// Three addresses in 2019: the fourth environment at once has none.
#[test]
fn in_2019_every_environment_took_an_address_and_ten_seconds() {
    let report = report(
        "platform: aws-lambda/2019
functions: {f: {init: 100ms, duration: 1s, timeout: 1m, keep_alive: never, vpc: {free_addresses: 3}}}
traffic: [{to: f, burst: 4}]",
    );
    assert_eq!((f(&report).succeeded, errors(&report, "SubnetIPAddressLimitReachedException")), (3, 1));
    assert_eq!((f(&report).latency_ms.max, f(&report).init_ms.max), (Some(11_100.0), Some(100.0)));
}

/// Two functions of one VPC share its addresses, whichever cells they would be in.
#[test]
fn functions_of_one_vpc_share_its_addresses() {
    let report = report(&format!(
        "{PLAIN}\nfunctions:
  f: {{duration: 1s, vpc: {{free_addresses: 1, availability_zones: 2}}}}
  g: {{duration: 1s, vpc: {{name: other, free_addresses: 2, availability_zones: 2}}}}
traffic: [{{to: f, burst: 1}}, {{name: g, to: g, burst: 5}}]"
    ));
    assert_eq!(errors(&report, "SubnetIPAddressLimitReachedException"), 1);
    assert_eq!(report.functions["g"].succeeded, 5);
}

#[test]
fn an_action_that_the_role_does_not_allow_is_an_error_of_the_handler() {
    let run = |role: &str| {
        let report = calling(role, "needs: \"dynamodb:PutItem\"", ONE);
        (f(&report).errors, f(&report).blocked_calls.map(|blocked| blocked.access_denied))
    };
    assert_eq!(run(""), (0, None));
    assert_eq!(run("role: {allow: [\"dynamodb:PutItem\"]},"), (0, None));
    assert_eq!(run("role: {allow: [\"dynamodb:*\"]},"), (0, None));
    assert_eq!(run("role: {allow: [\"dynamodb:GetItem\"]},"), (1, Some(1)));
}

#[test]
fn a_role_that_cannot_be_assumed_any_more_starts_no_environment() {
    let report = report(&format!(
        "{PLAIN}\nfunctions: {{f: {{duration: 400ms}}}}
traffic: [{{to: f, arrivals: even, rate: 1/s, for: 4s}}, {{name: second, to: f, burst: 1, at: 3100ms}}]
events: [{{at: 1500ms, set: {{functions.f.role.assumable: false}}}}]"
    ));
    assert_eq!((f(&report).succeeded, errors(&report, "AccessDeniedException")), (4, 1));
    let said =
        problems_of("functions: {f: {duration: 1s, role: {assumable: false}}}\ntraffic: [{to: f, burst: 1}]");
    assert!(said.contains("The role defined for the function cannot be assumed by Lambda."), "{said}");
}

/// Not there until 2 s, Pending until 5 s.
#[test]
fn a_new_function_is_not_found_then_pending_then_active() {
    let report = report(&format!(
        "{PLAIN}\nfunctions: {{f: {{duration: 0ms, created: 2s}}}}\ntraffic: [{{to: f, arrivals: even, rate: 1/s, for: 8s}}]"
    ));
    assert_eq!(
        (errors(&report, "ResourceNotFoundException"), errors(&report, "ResourceConflictException")),
        (2, 3)
    );
    assert_eq!(f(&report).succeeded, 3);
}

/// Nobody calls for 15 days: the call at 15 d fails, one a second later too, and after 3 s of Pending all is well.
#[test]
fn a_function_that_rests_for_two_weeks_is_inactive_and_the_next_call_wakes_it() {
    let run = |package: &str| {
        let report = report(&format!(
            "{PLAIN}\nfunctions: {{f: {{duration: 10ms, {package}}}}}
traffic: [{{to: f, burst: 1}}, {{name: later, to: f, arrivals: even, rate: 1/s, at: 15d, for: 5s}}]"
        ));
        (errors(&report, "ResourceConflictException"), f(&report).succeeded)
    };
    assert_eq!(run("package: {type: image}"), (3, 3));
    assert_eq!(run("package: {type: zip}"), (0, 6));
}

/// The update that is asked for at 2 s is successful at 4.5 s: the call at 4 s has the old configuration.
#[test]
fn until_an_update_is_successful_the_old_configuration_serves() {
    let text = |second: &str| {
        format!(
            "{PLAIN}\nfunctions: {{f: {{init: 100ms, duration: 10ms}}}}\ntraffic: [{{to: f, arrivals: even, rate: 1/s, for: 6s}}]
events: [{{at: 2s, takes: 2500ms, set: {{functions.f.memory: 512MB}}}}{second}]"
        )
    };
    let report = report(&text(""));
    assert_eq!((f(&report).cold_starts, f(&report).cold_starts_last_s), (2, Some(5.0)));
    let said = problems_of(&text(", {at: 3s, set: {functions.f.timeout: 5s}}"));
    assert!(said.contains("An update is in progress for resource: function:f"), "{said}");
}

/// 2 GB at a second each in the first five environments: Init 100 ms + 2 s.
#[test]
fn the_first_five_starts_of_an_image_that_no_cache_has_are_slow() {
    let report = report(&format!(
        "{PLAIN}\nfunctions: {{f: {{init: 100ms, duration: 1s, package: {{type: image, size: 2GB, cached: false}}}}}}
traffic: [{{to: f, burst: 8}}]"
    ));
    let init = &f(&report).init_ms;
    assert_eq!((init.count, init.min, init.max, init.mean), (8, Some(100.0), Some(2_100.0), Some(1_350.0)));
}

/// `f` fails at 0 s and takes 100 ms; `alarm` gets its event 2 s later and fails too, three times, telling nobody.
#[test]
fn a_function_that_reads_the_log_is_told_of_every_error() {
    let run = |pattern: &str, failing: &str| {
        let (report, rows) = attempts(&format!(
            "{PLAIN}\nfunctions:
  f: {{duration: 100ms, {failing}, logs: {{subscription: {{pattern: {pattern}, to: alarm, delay: 2s}}}}}}
  alarm: {{duration: 0ms}}
traffic: [{{to: f, burst: 1}}]"
        ));
        (report.functions["f"].log_subscription.unwrap().delivered, starts(&rows))
    };
    assert_eq!(run("error", "errors: 100%"), (1, vec![0.0, 2.1]));
    assert_eq!(run("error", "errors: 0%"), (0, vec![0.0]));
    assert_eq!(run("timeout", "errors: 100%"), (0, vec![0.0]));
    assert_eq!(run("all", "errors: 0%"), (1, vec![0.0, 2.1]));
}

#[test]
fn whoever_would_be_told_of_its_own_log_is_refused() {
    let said = problems_of(
        "functions:
  f: {duration: 1s, logs: {subscription: {to: g}}}
  g: {duration: 1s, logs: {subscription: {to: f}}}
traffic: [{to: f, burst: 1}]",
    );
    assert!(
        said.contains("`f` would be told of its own log") && said.contains("`g` would be told"),
        "{said}"
    );
}

/// Created at 60 s and Active 10 s later: an event and a dry run before get 404, and its mapping begins to poll when it is Active.
#[test]
fn nothing_of_a_function_is_there_before_it_is_created() {
    let report = report(
        "functions: {f: {init: 0ms, duration: 1s, timeout: 10s, created: 60s, pending: 10s, event_sources: [{queue: q}]}}
queues: {q: {backlog: 1, redrive: {max_receive_count: 1, dlq: dead}}, dead: {}}
traffic:
  - {name: events, to: f, mode: async, burst: 2, at: 10s}
  - {name: tries, to: f, mode: dry_run, burst: 3, at: 20s}",
    );
    let f = f(&report);
    assert_eq!((f.rejected, f.asynchronous.received, f.dry_runs.rejected), (5, 0, 3));
    assert_eq!((report.queues["q"].deleted, report.queues["q"].dead_lettered), (1, 0));
    assert_eq!(report.queues["q"].drained_at_s, Some(71.0));
}

/// `alarm` reads the log of `f` and passes something on to it: nothing stops that, so a run needs an end.
#[test]
fn a_loop_through_a_log_needs_a_horizon() {
    let text = "functions:
  f: {init: 0ms, duration: 1s, logs: {subscription: {pattern: all, to: alarm, delay: 9s}}}
  alarm: {init: 0ms, duration: 1s, emits: [{to: f}]}
traffic: [{to: f, burst: 1}]\n";
    let said = problems_of(text);
    assert!(said.contains("what `f` logs makes it run again, for ever"), "{said}");
    // A round takes 1 s of `f`, 9 s of delivery and 1 s of `alarm`, besides the queues of both.
    let report = report(&format!("horizon: 100s\n{text}"));
    assert!((9..=10).contains(&f(&report).invocations), "{}", f(&report).invocations);
}

/// The version has no retries, the function two: `f:v1` runs once, `f` three times.
#[test]
fn a_version_has_asynchronous_settings_of_its_own() {
    let report = report(&format!(
        "{PLAIN}\nqueues: {{dlq: {{}}, other: {{}}}}
functions:
  f:
    {{duration: 0ms, errors: 100%, async: {{dead_letter: dlq}}, versions: {{v1: {{async: {{max_retry_attempts: 0, dead_letter: other}}}}, v2: {{}}}}}}
traffic:
  - {{to: f, mode: async, burst: 1}}
  - {{name: one, to: 'f:v1', mode: async, burst: 1}}
  - {{name: two, to: 'f:v2', mode: async, burst: 1}}"
    ));
    assert_eq!(f(&report).versions["v1"].invocations, 1);
    assert_eq!((f(&report).versions["v2"].invocations, f(&report).invocations), (3, 7));
    assert_eq!((report.queues["dlq"].sent, report.queues["other"].sent), (2, 1));
}

/// python3.10: deprecated since 2026-10-31, no creation from 2027-02-01 and no update from 2027-03-03 on.
#[test]
fn a_runtime_is_judged_on_the_day_of_the_creation_and_of_the_update() {
    let text = |start: &str, rest: &str| {
        format!("start: {start}\nfunctions: {{f: {{runtime: python3.10, duration: 1s, {rest}")
    };
    let early = "2026-11-23T00:00:00Z";
    let later = |at: &str| {
        format!(
            "}}}}\ntraffic: [{{to: f, burst: 1}}]\nevents: [{{at: {at}, set: {{functions.f.memory: 512MB}}}}]"
        )
    };
    report(&text(early, &later("90d")));
    let said = problems_of(&text(early, &later("101d")));
    assert!(
        said.contains("blocked since 2027-03-03")
            && said.contains("no longer supported for creating or updating"),
        "{said}"
    );
    let said = problems_of(&text(early, "created: 75d}}\ntraffic: [{to: f, burst: 1}]"));
    assert!(said.contains("blocked since 2027-02-01"), "{said}");
    report(&text(early, "created: 60d}}\ntraffic: [{to: f, burst: 1}]"));
}

/// A larger /tmp takes more runs before it is full.
#[test]
fn a_larger_tmp_never_fails_earlier() {
    let first_failure = |size: u32, write: u32| {
        let (_, rows) = attempts(&format!(
            "{PLAIN}\nfunctions: {{f: {{duration: 100ms, ephemeral_storage: {size}MB, tmp: {{write: {write}MB}}}}}}
traffic: [{{to: f, arrivals: even, rate: 1/s, for: 30s}}]"
        ));
        let failed =
            rows.iter().position(|row| row.ran.is_some_and(|ran| ran.course.outcome == Outcome::StorageFull));
        failed.unwrap_or(rows.len())
    };
    for write in [40, 100, 300] {
        let runs: Vec<_> = [512, 600, 900, 1_024, 4_096].map(|size| first_failure(size, write)).into();
        assert!(runs.is_sorted(), "{write} MB: {runs:?}");
    }
}

/// The key cannot be used for 50 s: nothing of that is a throttle, neither of the function nor of its mapping.
#[test]
fn a_batch_that_lambda_cannot_serve_is_no_throttle_of_its_mapping() {
    let report = report(&format!(
        "{PLAIN}\nqueues: {{jobs: {{visibility_timeout: 20s}}}}
streams: {{log: {{shards: 1}}}}
functions:
  f: {{duration: 100ms, timeout: 10s, {KEY}, event_sources: [{{queue: jobs}}]}}
  g: {{duration: 100ms, timeout: 10s, {KEY}, event_sources: [{{stream: log}}]}}
traffic: [{{to: jobs, burst: 1, at: 10s}}, {{name: records, to: log, burst: 1, at: 10s}}]
events:
  - {{at: 1s, set: {{functions.f.environment.kms.key_state: disabled, functions.g.environment.kms.key_state: disabled}}}}
  - {{at: 51s, set: {{functions.f.environment.kms.key_state: enabled, functions.g.environment.kms.key_state: enabled}}}}"
    ));
    // Received at 10, 30 and 50 s in vain, and at 70 s.
    let jobs = &report.event_sources["jobs->f"];
    assert_eq!((jobs.batches, jobs.service_errors, jobs.throttled, jobs.failed), (4, 3, 0, 0));
    let log = &report.event_sources["log->g"];
    assert!(log.service_errors > 0 && log.throttled == 0, "{log:?}");
    for name in ["f", "g"] {
        assert_eq!((report.functions[name].throttles.total, report.functions[name].succeeded), (0, 1));
    }
}

/// One filter tells `alarm` of errors after 2 s, the other `archive` of everything after 5 s.
#[test]
fn two_functions_may_read_the_log_of_one() {
    let (report, rows) = attempts(&format!(
        "{PLAIN}\nfunctions:
  f: {{duration: 100ms, poison: [1], logs: {{subscription: [{{to: alarm, delay: 2s}}, {{pattern: all, to: archive, delay: 5s}}]}}}}
  alarm: {{duration: 0ms}}
  archive: {{duration: 0ms}}
traffic: [{{to: f, arrivals: even, rate: 1/s, for: 3s}}]"
    ));
    let logs = report.functions["f"].log_subscription.unwrap();
    assert_eq!((logs.delivered, logs.by_filter), (4, Some([1, 3])));
    assert_eq!((report.functions["alarm"].succeeded, report.functions["archive"].succeeded), (1, 3));
    assert_eq!(starts(&rows).len(), 3 + 1 + 3);
    let third = problems_of(
        "functions: {f: {duration: 1s, logs: {subscription: [{to: g}, {to: g}, {to: g}]}}, g: {duration: 1s}}
traffic: [{to: f, burst: 1}]",
    );
    assert!(third.contains("LimitExceededException"), "{third}");
}

/// The version makes two calls, the function none; the second one finds no way out of the VPC that both are in.
#[test]
fn calls_of_a_version_take_their_own_way_out() {
    let report = report(&format!(
        "{PLAIN}\nfunctions:
  f:
    duration: 0ms
    timeout: 10s
    vpc: {{}}
    versions: {{v1: {{calls: [{{to: near, latency: 50ms}}, {{to: far, latency: 50ms, public_endpoint: true}}]}}}}
downstreams: {{near: {{}}, far: {{}}}}
traffic: [{{to: 'f:v1', burst: 1}}]"
    ));
    assert_eq!((f(&report).timeouts, f(&report).blocked_calls.unwrap().no_route), (1, 1));
    assert_eq!((report.downstreams["near"].succeeded, report.downstreams["far"].calls), (1, 0));
}

/// Three addresses: two for the provisioned environments of `g`, and one is left for the first of two calls of `f`.
#[test]
fn environments_of_provisioned_concurrency_have_addresses_too() {
    let report = report(&format!(
        "{PLAIN}\nfunctions:
  f: {{duration: 1s, vpc: {{name: n, free_addresses: 3}}}}
  g: {{duration: 1s, vpc: {{name: n, free_addresses: 3}}, provisioned_concurrency: 2}}
platform: aws-lambda/2025-07
traffic: [{{to: f, burst: 2}}, {{name: other, to: g, burst: 1}}]"
    ));
    let errors = f(&report).service_errors.as_ref().map_or(0, |errors| errors.total);
    assert_eq!((report.functions["g"].succeeded, f(&report).succeeded + errors), (1, 2));
}

/// A key that is disabled while the clock runs is so for a version that decrypts in each invocation, too.
#[test]
fn the_state_of_a_key_reaches_every_version_that_uses_it() {
    let report = report(&format!(
        "{PLAIN}\nfunctions: {{f: {{duration: 10ms, environment: {{kms: {{key: customer, decrypt: each_invocation, latency: 1ms}}}}, versions: {{v1: {{}}}}}}}}
traffic: [{{to: 'f:v1', arrivals: even, rate: 1/s, for: 10s}}]
events: [{{at: 4500ms, set: {{functions.f.environment.kms.key_state: disabled}}}}]"
    ));
    let failed = f(&report).errors;
    assert_eq!((failed, f(&report).succeeded, report.downstreams["kms"].succeeded), (5, 5, 1 + 5));
}
