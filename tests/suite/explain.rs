//! What `explain` tells. `UPDATE_GOLDENS=1 cargo test explain` writes `tests/explain/*.txt` anew.

use std::fs;
use std::path::Path;

use coldstart::observe::narrator::MessageName;
use coldstart::scenario::model::Scenario;
use coldstart::scenario::{Overrides, read};
use coldstart::{Options, explain};

fn scenario(text: &str) -> Scenario {
    read(text, "scenario.yaml", Path::new("."), &Overrides::default()).unwrap_or_else(|problems| {
        panic!("{}", problems.render(false));
    })
}

/// Compares with `tests/explain/NAME.txt`, or writes it when asked to.
fn compare(name: &str, actual: &str) {
    for line in actual.lines() {
        assert!(line.chars().count() <= 100, "{name}: {} columns: {line}", line.chars().count());
        assert_eq!(line, line.trim_end(), "{name}: a line ends with a space");
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/explain").join(format!("{name}.txt"));
    if std::env::var_os("UPDATE_GOLDENS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, actual).unwrap();
        return;
    }
    let expected = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert!(expected == actual, "{name} differs; UPDATE_GOLDENS=1 writes it anew. Now:\n{actual}");
}

fn compare_request(name: &str, text: &str, number: u64) {
    compare(name, &explain::request(&scenario(text), number, &Options::default()).unwrap());
}

const STORM: &str = "
name: storm
functions: {render: {memory: 512MB, init: 400ms, duration: 120ms}}
traffic: [{to: render, rate: 20/s, arrivals: even, for: 5m}]
";

const RESERVED: &str = "
name: reserved
functions: {api: {memory: 256MB, init: 200ms, duration: 1s, reserved_concurrency: 2}}
clients: {web: {network: 40ms, timeout: 2s, attempts: 3, backoff: \"exponential(base=200ms, cap=20s)\"}}
traffic: [{to: api, client: web, rate: 4/s, arrivals: even, for: 5s}]
";

const NIGHTLY: &str = "
name: nightly
functions:
  jobs:
    memory: 512MB
    init: 300ms
    duration: 1s
    timeout: 10s
    poison: [0]
    async: {dead_letter: lost, on_failure: report}
  report: {memory: 128MB, init: 100ms, duration: 50ms}
queues: {lost: {}}
traffic: [{to: jobs, mode: async, burst: 1}]
";

const NEIGHBOURS: &str = "
name: neighbours
account: {concurrency: 100}
functions:
  shop: {memory: 512MB, init: 300ms, duration: 200ms}
  batch: {memory: 1024MB, init: 1s, duration: 5s}
traffic:
  - {to: shop, rate: 5/s, arrivals: even, for: 20s}
  - {to: batch, burst: 120, at: 2.1s}
";

const RUNTIME: &str = "
name: runtime
functions: {api: {runtime: python3.13, memory: 256MB, work: {cpu: 30ms, io: 20ms}}}
traffic: [{to: api, schedule: \"rate(5 minutes)\", for: 30m}]
";

#[test]
fn a_cold_request_is_told_with_its_init_its_bill_and_its_environment() {
    compare_request("cold", STORM, 1);
    compare_request("cold-with-tables", RUNTIME, 1);
}

#[test]
fn a_warm_request_is_told_with_the_environment_it_took() {
    compare_request("warm", STORM, 100);
}

#[test]
fn a_client_is_told_with_network_throttles_back_off_and_patience() {
    compare_request("client", RESERVED, 3);
    let impatient = RESERVED.replace("timeout: 2s", "timeout: 500ms");
    compare_request("client-timeout", &impatient, 1);
}

#[test]
fn an_event_is_told_with_its_retries_its_dead_letter_and_its_destination() {
    compare_request("event", NIGHTLY, 1);
    compare_request("event-of-a-destination", NIGHTLY, 2);
}

#[test]
fn a_throttled_event_backs_off_until_it_would_be_too_old() {
    let text = "
functions:
  slow: {memory: 128MB, init: 0ms, duration: 10m, timeout: 15m, reserved_concurrency: 1, async: {max_event_age: 1m}}
traffic: [{to: slow, mode: async, burst: 2}]
";
    compare_request("event-too-old", text, 2);
}

#[test]
fn an_init_over_ten_seconds_is_done_again_inside_the_invoke_and_a_reset_is_paid_for_by_the_next() {
    let text = "
functions: {heavy: {memory: 1024MB, init: 12s, duration: 1s, timeout: 13s}}
traffic: [{to: heavy, burst: 1}, {name: later, to: heavy, burst: 1, at: 1m, duration: 20s}, {name: last, to: heavy, burst: 1, at: 2m}]
";
    compare_request("init-over-the-limit", text, 1);
    compare_request("function-timeout", text, 2);
    compare_request("suppressed-init", text, 3);
}

#[test]
fn a_dry_run_and_a_rejection_end_at_the_door() {
    let text = "
functions: {api: {memory: 128MB, duration: 10ms, payload: {request: 7MB}}}
traffic: [{to: api, burst: 1}, {name: probe, to: api, mode: dry_run, burst: 1, payload: {request: 1KB}}]
";
    compare_request("rejected", text, 1);
    compare_request("dry-run", text, 2);
}

#[test]
fn without_a_number_the_slowest_and_the_first_throttled_are_told() {
    compare("most-instructive", &explain::most_instructive(&scenario(NEIGHBOURS), &Options::default()));
}

#[test]
fn the_peak_of_a_cold_storm_is_eleven_environments_where_three_would_do() {
    let told = explain::peak(&scenario(STORM), None, &Options::default());
    assert!(told.contains("11 invocations in flight at 0.500 s"), "{told}");
    assert!(told.contains("All 11 are cold starts"), "{told}");
    compare("peak", &told);
}

#[test]
fn the_peak_of_an_account_names_the_functions_and_the_limit() {
    compare("peak-of-the-account", &explain::peak(&scenario(NEIGHBOURS), None, &Options::default()));
    let scenario = scenario(NEIGHBOURS);
    let shop = coldstart::scenario::model::FunctionId(0);
    compare("peak-of-a-function", &explain::peak(&scenario, Some(shop), &Options::default()));
}

#[test]
fn a_closed_model_is_told_by_user() {
    let text = "
functions: {api: {memory: 128MB, init: 100ms, duration: 50ms}}
traffic: [{to: api, users: 2, think_time: 1s, for: 5s}]
";
    compare_request("user", text, 4);
}

#[test]
fn a_request_that_does_not_exist_is_answered_with_how_many_there_are() {
    let missing = explain::request(&scenario(STORM), 6_001, &Options::default()).unwrap_err();
    assert_eq!(
        missing.to_string(),
        "there is no request 6001: this scenario has 6,000 requests, numbered from 1 in order of arrival"
    );
    assert!(explain::request(&scenario(STORM), 0, &Options::default()).is_err());
}

#[test]
fn theory_and_assumptions_read_as_before() {
    use coldstart::platform::Profile;
    use coldstart::report::{rules_text, theory_text};
    let busy = "
functions: {api: {memory: 512MB, init: 0ms, duration: exp(mean=200ms)}}
account: {concurrency: 20}
traffic: [{to: api, rate: 100/s, for: 20m}]
";
    for (name, text) in [("storm", STORM), ("busy", busy), ("nightly", NIGHTLY)] {
        let scenario = scenario(text);
        let report = coldstart::simulate(&scenario, &Options::default());
        compare(&format!("theory-{name}"), &theory_text::render(&scenario, &report));
    }
    let legacy = Profile::by_name("aws-lambda/2019").unwrap();
    compare("assumptions-of-2019", &rules_text::difference(&Profile::current(), &legacy));
}

fn compare_message(name: &str, text: &str, message: MessageName) {
    compare(name, &explain::message(&scenario(text), message, &Options::default()).unwrap());
}

/// Two messages in a batch, of which the second is poison: both are received twice and dead-lettered, and moved back at 5 m.
const POISONED: &str = "
name: poisoned
functions:
  worker: {memory: 512MB, init: 200ms, duration: 1s, timeout: 10s, poison: [1], event_sources: [{queue: jobs}]}
queues: {jobs: {visibility_timeout: 60s, redrive: {dlq: dead, max_receive_count: 2}}, dead: {}}
traffic: [{to: jobs, burst: 2}]
events: [{at: 5m, redrive: {from: dead, to: jobs, rate: 1/s}}]
";

#[test]
fn a_message_is_told_from_queue_to_queue_with_what_it_failed_on() {
    compare_message("message-poison", POISONED, MessageName::InQueue { queue: 0, ordinal: 1 });
    compare_message("message-beside-poison", POISONED, MessageName::InQueue { queue: 0, ordinal: 0 });
    let reporting = POISONED.replace("{queue: jobs}", "{queue: jobs, report_batch_item_failures: true}");
    compare_message("message-reported", &reporting, MessageName::InQueue { queue: 0, ordinal: 1 });
}

#[test]
fn a_throttled_message_counts_as_received() {
    let text = "
functions: {worker: {init: 0ms, duration: 1s, timeout: 3s, reserved_concurrency: 0, event_sources: [{queue: jobs}]}}
queues: {jobs: {delay: 5s, visibility_timeout: 20s, redrive: {dlq: dead, max_receive_count: 1}}, dead: {}}
traffic: [{to: jobs, burst: 1}]
";
    compare_message("message-throttled", text, MessageName::InQueue { queue: 0, ordinal: 0 });
}

#[test]
fn a_record_is_told_with_what_blocks_its_lane() {
    let text = "
functions:
  count:
    init: 0ms
    duration: 1s
    timeout: 3s
    poison: [2]
    event_sources: [{stream: clicks, batch_size: 4, max_retry_attempts: 1, bisect: true, on_failure: lost}]
queues: {lost: {}}
streams: {clicks: {shards: 1}}
traffic: [{to: clicks, burst: 4}]
";
    compare_message("record-poison", text, MessageName::InStream { stream: 0, ordinal: 2 });
    compare_message("record-behind-poison", text, MessageName::InStream { stream: 0, ordinal: 3 });
}

#[test]
fn there_are_only_so_many_messages() {
    let name = MessageName::InQueue { queue: 0, ordinal: 2 };
    assert_eq!(explain::message(&scenario(POISONED), name, &Options::default()), Err(2));
}

/// A bucket tells a topic, that tells a function and a queue, after 2 s; the second object does not match.
#[test]
fn what_a_bucket_was_told_is_followed_through_the_topic_to_function_and_queue() {
    let text = "
functions: {index: {duration: 1s}, resize: {duration: 1s, timeout: 3s, event_sources: [{queue: photos}]}}
queues: {photos: {}}
topics: {news: {subscribers: [index, photos], delivery_delay: 2s}}
buckets: {uploads: {notify: [news, {to: index, filter: 0%}]}}
traffic: [{to: uploads, burst: 2, at: 1s}]
";
    compare_message("object", text, MessageName::InPush { source: 1, ordinal: 0 });
    compare_message("message-of-a-topic", text, MessageName::InPush { source: 0, ordinal: 1 });
    let name = MessageName::InPush { source: 1, ordinal: 2 };
    assert_eq!(explain::message(&scenario(text), name, &Options::default()), Err(2));
    let lost = "
functions: {index: {duration: 1s}}
queues: {dead: {}}
event_buses: {bus: {delivery_errors: 100%, rules: [{targets: [{to: index, max_retry_attempts: 2, max_event_age: 60s, dead_letter: dead}]}]}}
traffic: [{to: bus, burst: 1}]
";
    compare_message("event-given-up", lost, MessageName::InPush { source: 0, ordinal: 0 });
    let duplicate = "
functions: {index: {duration: 1s, timeout: 3s, event_sources: [{queue: q}]}}
queues: {q: {type: fifo}}
topics: {orders: {type: fifo, message_groups: 2, deduplication_ids: 1, subscribers: [q]}}
traffic: [{to: orders, burst: 2}]
";
    compare_message("message-of-a-group", duplicate, MessageName::InPush { source: 0, ordinal: 0 });
    compare_message("duplicate", duplicate, MessageName::InPush { source: 0, ordinal: 1 });
}

/// `a` calls a database that is busy for a second, then `b`, and passes on to `c` and a queue.
const CHAIN: &str = "
name: chain
functions:
  a: {memory: 128MB, init: 0ms, duration: 10ms, timeout: 10s, calls: [{to: db, latency: 1s}, {to: 'b:live'}], emits: [{to: c}, {to: q}]}
  b: {memory: 128MB, init: 0ms, duration: 100ms, versions: {v1: {}}, aliases: {live: {version: v1}}}
  c: {memory: 128MB, init: 0ms, duration: 50ms}
queues: {q: {}}
downstreams: {db: {max_concurrency: 1, on_overload: queue}}
traffic: [{to: a, burst: 2}]
";

#[test]
fn a_request_is_told_with_what_its_invocation_called_and_passed_on() {
    compare_request("calls", CHAIN, 2);
    // The first of `a` calls `b` at 1.01 s.
    compare_request("called", CHAIN, 3);
    compare_request("passed-on", CHAIN, 4);
    let throttled = CHAIN.replace("b: {memory", "b: {reserved_concurrency: 0, memory");
    compare_request("call-turned-away", &throttled, 1);
    let out_of_order = CHAIN.replace("traffic:", "events: [{at: 0s, outage: db, for: 1m}]\ntraffic:");
    compare_request("call-refused", &out_of_order, 1);
}

/// One environment is provisioned: the first of two calls at once runs on it, the other spills over and is cold.
#[test]
fn provisioned_concurrency_is_told_with_what_it_spares_and_what_spills_over() {
    let text = "
name: provisioned
functions: {api: {memory: 512MB, timeout: 10s, init: 2s, duration: 100ms, provisioned_concurrency: 1}}
traffic: [{to: api, burst: 2}]
";
    compare_request("provisioned-warm", text, 1);
    compare_request("provisioned-spillover", text, 2);
    let told =
        |number| explain::request(&scenario(text), number, &Options::default()).unwrap().replace('\n', " ");
    let told = |number| told(number).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told(1).contains("It runs on provisioned concurrency") && !told(1).contains("It spills over"));
    assert!(told(2).contains("It spills over") && !told(2).contains("It runs on provisioned concurrency"));
}

/// A call that comes while the snapshot of its version is being made is told with AWS's exception and our rule.
#[test]
fn a_call_of_a_snapshot_that_is_not_ready_is_told_with_its_exception() {
    let text = "
name: not-ready
functions: {api: {memory: 512MB, init: 2s, restore: 300ms, duration: 100ms, snapstart: true, created: 0s}}
traffic: [{to: api, burst: 1, at: 1m}]
";
    compare_request("snapshot-not-ready", text, 1);
    let told = explain::request(&scenario(text), 1, &Options::default()).unwrap();
    assert!(told.contains("409 SnapStartNotReadyException") && told.contains("S108"), "{told}");
}
