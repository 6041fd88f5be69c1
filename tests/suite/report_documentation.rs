//! `docs/report.md` describes every name in the JSON report.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use coldstart::experiment::{Runner, batch_means, replicate};
use coldstart::report::model::Report;
use coldstart::report::{attempts, json, sample};
use coldstart::{Options, simulate};
use serde_json::Value;

use super::simulated::scenario;

/// Objects whose keys are names from the scenario or from AWS.
const NAMED: [&str; 16] = [
    "topics",
    "buckets",
    "event_buses",
    "delivered",
    "streams",
    "downstreams",
    "functions",
    "queues",
    "gateways",
    "by_status",
    "clients",
    "metrics",
    "by_reason",
    "attributes",
    "versions",
    "aliases",
];

fn collect(value: &Value, keys: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (key, field) in fields {
                keys.insert(key.clone());
                match field {
                    Value::Object(named) if NAMED.contains(&key.as_str()) => {
                        named.values().for_each(|inner| collect(inner, keys));
                    }
                    _ => collect(field, keys),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, keys)),
        _ => {}
    }
}

const SHORT: &str = "
functions: {api: {init: 0ms, duration: exp(mean=100ms)}}
traffic: [{to: api, rate: 20/s, for: 1m}]
thresholds: {api.latency: [p99 < 1s]}
";

fn deployed() -> Report {
    simulate(
        &scenario(
            "functions: {api: {duration: 1s, provisioned_concurrency: 2, versions: {v1: {provisioned_concurrency: 1}, v2: {errors: 100%}}, aliases: {live: {version: v1}}}}
traffic: [{to: 'api:live', rate: 20/s, for: 1m}]
events: [{at: 1s, deploy: {function: api, alias: live, version: v2, strategy: Canary10Percent5Minutes, rollback_if: ['api:v2.errors > 0 for 1s']}}]",
        ),
        &Options::default(),
    )
}

fn replicated() -> Report {
    replicate(&scenario(SHORT), 3, &Runner::default(), None)
}

fn in_parts() -> Report {
    batch_means(&scenario(SHORT), 10, &Options::default())
}

#[test]
fn every_name_in_the_json_report_is_documented() {
    let mut keys = BTreeSet::new();
    for report in [sample::busy(), sample::hello(), replicated(), in_parts(), deployed()] {
        collect(&serde_json::from_str(&json::render(&report).unwrap()).unwrap(), &mut keys);
    }
    collect(&serde_json::to_value(attempts::AttemptRow::default()).unwrap(), &mut keys);
    assert!(keys.len() > 120, "the sample reports show {} names", keys.len());
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/report.md")).unwrap();
    let missing: Vec<_> = keys.iter().filter(|key| !page.contains(&format!("`{key}`"))).collect();
    assert!(missing.is_empty(), "docs/report.md does not mention {missing:?}");
}
