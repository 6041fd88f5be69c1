//! The scenario language as its users meet it.

use std::path::Path;

use coldstart::scenario::{self, Overrides, Problems, Scenario};

fn read(text: &str) -> Result<Scenario, Problems> {
    scenario::read(text, "app.yaml", Path::new("."), &Overrides::default())
}

const HELLO: &str = "\
name: hello
functions:
  hello:
    memory: 512MB
    init: 400ms
    duration: 120ms
traffic:
  - to: hello
    rate: 20/s
    for: 5m
";

#[test]
fn the_ten_lines_of_hello_are_a_scenario() {
    let hello = read(HELLO).unwrap();
    assert_eq!(hello.functions[0].memory.mb(), 512);
    assert_eq!(hello.traffic[0].name, "hello");
    assert_eq!(hello.seed, 42);
    assert_eq!(hello.account.requests_per_second, Some(10_000.0));
}

/// Every key that is built, at least once.
const EVERYTHING: &str = r#"
version: 1
name: everything
description: "every key: once"
platform: aws-lambda/2026-11
region: eu-central-1
start: 2026-11-23T08:00:00+01:00
seed: 7
horizon: 2h
warmup: 10s
account: {concurrency: 3000, requests_per_second: 20000/s, scaling_rate: 50/s}
allow_invalid: false
defaults: {memory: 1GB, init: 200ms, errors: 1%, async: {max_event_age: 1h}}
functions:
  api:
    runtime: python3.13
    handler: lambda_function.lambda_handler
    handler_exists: true
    arch: arm64
    package: {type: zip, size: 20MB, unzipped: 50MB}
    memory: 512MB
    timeout: 30s
    ephemeral_storage: 1GB
    placement: 50ms
    init_extra: 150ms
    init_errors: 0.1%
    work: {cpu: "lognormal(median=80ms, sigma=0.3)", io: exp(mean=40ms), threads: 2}
    first_invoke_extra: 10ms
    cpu_model: proportional
    max_memory_used: normal(mean=180MB, sd=10MB)
    crashes: 0.01%
    poison: [3, 1, 3]
    payload: {request: 2KB, response: 10KB}
    reserved_concurrency: 100
    keep_alive: fixed(10m)
    max_age: uniform(1h, 2h)
    proactive_replacement: 50%
    early_end: 1.2%
    async: {max_retry_attempts: 1, dead_letter: dead, on_failure: worker, on_success: dead, queue_latency: 20ms, delivery_delay: exp(mean=1s), delivery_errors: 1%}
  worker: {cold_duration: exp(mean=2.2s), duration: 'mix(95%: 40ms, 5%: exp(mean=1s))', keep_alive: aws-2020-logs}
  measured: {memory: 128MB, duration: {128MB: 11.722s, 256MB: 6.678s}, keep_alive: never, max_age: never}
queues:
  dead: {type: standard, retention: 14d}
clients:
  mobile: {preset: boto3-standard, network: 18ms, timeout: 5s, attempts: 4, backoff: "full_jitter(base=100ms, cap=20s)", retry_quota: per_request, allow: ["lambda:InvokeFunction"]}
  stranger: {allow: ["s3:GetObject"]}
  legacy: {preset: boto3-legacy}
traffic:
  - {name: steady, to: api, client: mobile, mode: sync, arrivals: gamma(cv=2), rate: 6000/min, at: 5s, for: 10m}
  - {to: api, arrivals: even, start_rate: 50/s, stages: [{duration: 5m, target: 100/s}, {duration: 0s, target: 900/s}]}
  - {to: api, diurnal: {peak: 200/s, trough: 10/s, period: 1h}, duration: 1s, errors: 2%, payload: {request: 5MB}, max_memory_used: 600MB}
  - {to: worker, mode: async, burst: 100, at: 5s, work: {cpu: 1ms}}
  - {to: worker, users: 50, think_time: 1s, for: 1m}
  - {to: worker, schedule: rate(5 minutes)}
  - {to: worker, schedule: cron(0 9 ? * MON-FRI *)}
  - {to: measured, arrivals: renewal(exp(mean=1s))}
  - {to: measured, mode: dry_run, rate: 1/s, arrivals: "onoff(on=exp(mean=10s), off=exp(mean=30s))"}
events:
  - {at: 6m, set: {functions.api.reserved_concurrency: null, functions.worker.keep_alive: aws-2020}}
  - {at: 5m, set: {functions.api.reserved_concurrency: 50, account.concurrency: 2000}}
thresholds:
  "api.latency": ["p99 < 500ms", "mean <= 1s"]
  "api.client_latency": ["p99.9 < 2s"]
  "api.throttle_rate": "< 0.1%"
  "api.concurrency": ["max <= 100", "> 0"]
  "dead.depth": ["== 0"]
  "dead.oldest_message_age": ["max < 40m"]
  "cost.monthly": [{expect: "< $250", strict: false}]
pricing: {free_tier: true, include: [lambda]}
assumptions: {scaling_bucket: step, suppressed_init: cpu_share, environment_choice: lru, own_cold_start: false, async_jitter: full}
"#;

/// Everything but the digest of the text.
fn meaning(scenario: &Scenario) -> String {
    format!("{:#?}", Scenario { sha256: String::new(), ..scenario.clone() })
}

fn accepted(text: &str) -> Scenario {
    read(text).unwrap_or_else(|problems| panic!("{problems}"))
}

#[test]
fn what_expand_prints_is_a_scenario_and_means_the_same() {
    let overrides = Overrides {
        set: vec!["functions.api.timeout=10s".to_owned()],
        seed: Some(9),
        ..Overrides::default()
    };
    for text in [HELLO, EVERYTHING] {
        let name = if text.contains("hello") { "hello" } else { "api" };
        let set = vec![format!("functions.{name}.timeout=10s")];
        let overrides = Overrides { set, ..overrides.clone() };
        let original = scenario::read(text, "app.yaml", Path::new("."), &overrides).unwrap();
        let expanded = scenario::expand(text, "app.yaml", Path::new("."), &overrides).unwrap();
        let again = read(&expanded).unwrap_or_else(|problems| panic!("{problems}\n{expanded}"));
        assert_eq!(meaning(&again), meaning(&original), "{expanded}");
        assert!(expanded.contains("10s  # --set"), "{expanded}");
        assert!(expanded.contains("seed: 9  # --seed 9"), "{expanded}");
    }
}

#[test]
fn expand_names_the_origin_of_values() {
    let text = "defaults: {memory: 1GB}\nfunctions:\n  api:\n    duration: 1s\ntraffic:\n  - {to: api, rate: 1/s, for: 1s}\n";
    let expanded = scenario::expand(text, "app.yaml", Path::new("."), &Overrides::default()).unwrap();
    for line in [
        "    memory: 1GB  # defaults: in app.yaml:1",
        "    duration: 1s  # app.yaml:4",
        "    timeout: 3s  # default",
        "  concurrency: 1000  # platform aws-lambda/2026-11",
        "    # init: the measured table of python3.13, the default runtime (S13a)",
    ] {
        assert!(expanded.lines().any(|found| found == line), "no line {line:?} in\n{expanded}");
    }
}

#[test]
fn every_value_of_the_language_reaches_the_model() {
    use coldstart::scenario::model::{Arrivals, Backoff, Handler, KeepAlive, Poison, RetryQuota};
    use coldstart::units::{SimDuration, SimTime};
    let everything = accepted(EVERYTHING);
    let [api, worker, measured] = &everything.functions[..] else { panic!() };
    assert_eq!(everything.start_unix_s, 1_795_392_000 + 7 * 3_600);
    assert_eq!(everything.account.requests_per_second, Some(20_000.0));
    assert_eq!(api.poison, Poison::Ordinals(vec![1, 3]));
    assert_eq!(api.asynchronous.max_event_age, SimDuration::from_secs(3_600));
    assert_eq!((api.errors, api.init_errors, api.early_end), (0.01, 0.001, 0.012));
    assert!(matches!(&api.handler, Handler::Work { threads: 2, .. }));
    assert_eq!(api.keep_alive, KeepAlive::Fixed(SimDuration::from_secs(600)));
    assert!(matches!(worker.keep_alive, KeepAlive::FunctionIdle { .. }));
    assert!(matches!(measured.keep_alive, KeepAlive::Never));
    assert!(matches!(worker.cold_start, coldstart::scenario::model::ColdStart::Whole(_)));
    assert_eq!(worker.proactive_replacement, 0.0);
    assert_eq!(measured.handler, Handler::Duration(coldstart::random::Distribution::Constant(11_722e6)));
    assert_eq!(measured.maximum_age, None);
    let mobile = &everything.clients[0];
    assert!(matches!(mobile.backoff, Backoff::FullJitter { .. }) && mobile.attempts == 4);
    assert!(matches!(mobile.retry_quota, RetryQuota::Tokens { shared: false, timeout_cost: 14, .. }));
    assert!(!everything.clients[1].may_invoke && everything.clients[1].timeout.is_none());
    assert_eq!(everything.clients[2].attempts, 5);
    let names: Vec<&str> = everything.traffic.iter().map(|source| source.name.as_str()).collect();
    assert_eq!(
        names,
        ["steady", "api", "api#2", "worker", "worker#2", "worker#3", "worker#4", "measured", "measured#2"]
    );
    assert_eq!(everything.traffic[0].until, Some(SimTime::ZERO + SimDuration::from_secs(605)));
    assert_eq!(everything.traffic[1].until, Some(SimTime::ZERO + SimDuration::from_secs(300)));
    assert_eq!(everything.traffic[5].mode, coldstart::scenario::model::Mode::Async);
    assert!(matches!(everything.traffic[6].arrivals, Arrivals::Cron(_)));
    assert_eq!(everything.thresholds.len(), 9);
}

#[test]
fn events_build_on_each_other_in_order_of_time() {
    let changes = accepted(EVERYTHING).changes;
    assert_eq!(changes[0].functions[0].reserved_concurrency, Some(50));
    assert_eq!(changes[1].functions[0].reserved_concurrency, None);
    assert_eq!(changes[1].account.concurrency, Some(2_000));
    assert_eq!(changes[1].account.requests_per_second, Some(20_000.0));
    assert_eq!(changes[0].assignments[0], ("functions.api.reserved_concurrency".to_owned(), "50".to_owned()));
    assert_ne!(changes[0].functions[1].keep_alive, changes[1].functions[1].keep_alive);
}

#[test]
fn duration_between_measured_memory_sizes_is_log_linear() {
    use coldstart::random::Distribution;
    use coldstart::scenario::model::Handler;
    // Proportional to 1/memory at both ends, so also between: 1 s at 256 MB.
    let scenario = accepted("functions: {a: {init: 0s, memory: 256MB, duration: {128MB: 2s, 512MB: 500ms}}}");
    let Handler::Duration(Distribution::Constant(nanos)) = scenario.functions[0].handler else { panic!() };
    assert!((nanos - 1e9).abs() <= 1.0, "{nanos}");
}

#[test]
fn a_lognormal_by_two_percentiles_has_these_percentiles() {
    use coldstart::random::{Distribution, math};
    use coldstart::scenario::model::Handler;
    let scenario = accepted("functions: {a: {init: 0s, duration: 'lognormal(p50=90ms, p99=600ms)'}}");
    let Handler::Duration(Distribution::LogNormal { mu, sigma }) = scenario.functions[0].handler else {
        panic!()
    };
    assert!((math::exp(mu) - 90e6).abs() < 1.0);
    assert!((math::exp(mu + 2.326_347_874_040_841 * sigma) - 600e6).abs() < 10.0);
}

#[test]
fn what_aws_would_reject_can_be_let_through_as_a_warning() {
    let text = "allow_invalid: true\naccount: {concurrency: 50}\nfunctions: {a: {init: 0s, duration: 1s, memory: 64MB, timeout: 30m, reserved_concurrency: 40}}";
    let warnings = accepted(text).warnings;
    assert_eq!(warnings.len(), 3, "{warnings:?}");
    assert!(warnings.iter().any(|warning| warning.contains("minimum value of [100]")));
    assert!(read(&text.replace("true", "false")).is_err());
    // A mistake stays a mistake.
    assert!(read(&text.replace("30m", "30")).is_err());
}

#[test]
fn nine_hundred_of_a_thousand_can_be_reserved_and_not_one_more() {
    let reserving =
        |count: u32| format!("functions: {{a: {{init: 0s, duration: 1s, reserved_concurrency: {count}}}}}");
    assert!(read(&reserving(900)).is_ok());
    assert!(read(&reserving(901)).is_err());
}

#[test]
fn a_function_without_init_and_runtime_is_on_the_default_runtime() {
    let scenario = accepted(
        "functions: {a: {duration: 1s}, b: {duration: 1s, init: 0s}, c: {duration: 1s, runtime: nodejs24.x}}",
    );
    assert_eq!(scenario.functions_on_default_runtime, [coldstart::scenario::model::FunctionId(0)]);
}

#[test]
fn the_profile_of_2019_scales_by_region() {
    use coldstart::scenario::model::Scaling;
    let tokyo = accepted(
        "platform: aws-lambda/2019\nregion: ap-northeast-1\nstart: 2019-06-01T00:00:00Z\nfunctions: {a: {init: 0s, duration: 1s}}",
    );
    let Scaling::Regional(rule) = tokyo.account.scaling else { panic!("{:?}", tokyo.account.scaling) };
    assert_eq!((rule.capacity, rule.refill), (1_000, 500));
}

#[test]
fn the_schema_is_what_validate_accepts() {
    let schema = scenario::schema();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let told = |text: &str| -> Vec<String> {
        let value: serde_json::Value =
            serde_yaml::from_str_with_options(text, serde_yaml::options!(strict_booleans: true)).unwrap();
        validator.iter_errors(&value).map(|error| format!("{error} at {}", error.instance_path)).collect()
    };
    for text in [
        HELLO.to_owned(),
        EVERYTHING.to_owned(),
        scenario::expand(EVERYTHING, "a.yaml", Path::new("."), &Overrides::default()).unwrap(),
    ] {
        assert_eq!(told(&text), Vec::<String>::new());
    }
    for wrong in [
        "unknown-function-key",
        "bare-numbers",
        "unknown-units",
        "unknown-choices",
        "traffic-without-target",
        "not-built-yet",
        "yes-is-no-boolean",
    ] {
        let file = format!("{}/tests/wrong/{wrong}.yaml", env!("CARGO_MANIFEST_DIR"));
        assert!(!told(&std::fs::read_to_string(file).unwrap()).is_empty(), "{wrong}");
    }
}

#[test]
fn random_mutations_of_a_scenario_never_panic() {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut draw = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    let pieces = [
        "'", "\"", "{", "}", "[", "]", ":", ": ", "- ", "&a ", "*a", "null", "-1", "1e999", "(", ")", "=",
        "%", ",", "\n", "  ", "#", "é", "<<: *a", "!!int ", "|", ">",
    ];
    for _ in 0..400 {
        let mut lines: Vec<String> = EVERYTHING.lines().map(str::to_owned).collect();
        for _ in 0..=draw(3) {
            let at = draw(lines.len());
            match draw(5) {
                0 => drop(lines.remove(at)),
                1 => lines.insert(at, lines[draw(lines.len())].clone()),
                2 => {
                    let other = draw(lines.len());
                    lines.swap(at, other);
                }
                3 => {
                    let mut characters: Vec<char> = lines[at].chars().collect();
                    if !characters.is_empty() {
                        characters.remove(draw(characters.len()));
                    }
                    lines[at] = characters.into_iter().collect();
                }
                _ => {
                    let mut characters: Vec<char> = lines[at].chars().collect();
                    let place = draw(characters.len() + 1);
                    let piece = pieces[draw(pieces.len())];
                    characters.splice(place..place, piece.chars());
                    lines[at] = characters.into_iter().collect();
                }
            }
        }
        let text = lines.join("\n");
        if let Err(problems) = read(&text) {
            assert!(problems.render(true).contains("problem"));
        }
    }
}

/// Nothing is accepted and ignored: whatever the key, nonsense behind it is noticed there.
#[test]
fn every_key_is_read() {
    use coldstart::scenario::language::{Shape, all_keys};
    let base = "\
functions:
  one: {init: 0s, duration: 1s, package: {}, payload: {}, async: {}, event_sources: [{}], aliases: {one: {additional: {}}}}
queues: {one: {redrive: {}}}
clients: {one: {}}
traffic: [{to: one}]
events: [{deploy: {function: one}}]
thresholds: {one.latency: [{}]}
account: {}
pricing: {}
assumptions: {}
";
    // Free text, about which there is nothing to check.
    let free = [
        "name",
        "description",
        "traffic.N.name",
        "functions.NAME.environment.kms.key",
        "functions.NAME.vpc.name",
        "downstreams.NAME.endpoint",
    ];
    for (path, key) in all_keys() {
        let scalar = !key.shape.alternatives().iter().any(|shape| {
            matches!(shape, Shape::Block(_) | Shape::Named(_) | Shape::List(_) | Shape::Assignments)
        });
        if !key.is_built() || !scalar || free.contains(&path.as_str()) || path.starts_with("defaults.") {
            continue;
        }
        let path = path.replace("thresholds.NAME", "thresholds.one.latency");
        let path = path.replace("NAME", "one").replace(".N.", ".0.");
        let assignment = format!("{path}=\"! ?\"");
        let mut set = match path.rsplit_once('.') {
            Some(("traffic.0.stages.0", _)) => vec!["traffic.0.stages=[{}]".to_owned()],
            Some(("functions.one.work" | "functions.one.work.per_record", _)) => {
                vec!["functions.one.duration=null".to_owned()]
            }
            _ => Vec::new(),
        };
        set.push(assignment.clone());
        let overrides = Overrides { set, ..Overrides::default() };
        let problems = scenario::read(base, "app.yaml", Path::new("."), &overrides).unwrap_err();
        let noticed = problems.items().iter().any(|problem| problem.path == path && problem.place.is_some());
        assert!(noticed, "{assignment}\n{problems}");
    }
}

#[test]
fn a_text_that_is_not_utf8_is_told_where_it_stops_being_so() {
    let told = |bytes: &[u8]| scenario::text_of(bytes, "app.yaml").unwrap_err().to_string();
    let latin = told(b"name: hello\n# caf\xe9\nfunctions: {}\n");
    assert!(latin.contains("not UTF-8: line 2, column 6 is 0xe9"), "{latin}");
    assert!(told(b"\x7fELF\0\xff").contains("binary file"));
}
