//! What stands around Lambda, to the cent: fan-out of streams, reads of tables' streams, capacity units, traffic between zones
//! (S89, S90, S91).

use coldstart::report::model::{CostLine, Report};

use crate::simulated::{PLAIN, report};

fn line<'r>(report: &'r Report, item: &str) -> &'r CostLine {
    report
        .cost
        .lines
        .iter()
        .find(|line| line.item == item)
        .unwrap_or_else(|| panic!("{:?}", report.cost.lines))
}

fn near(actual: f64, expected: f64) {
    assert!((actual - expected).abs() < 1e-6 * expected.abs().max(1.0), "{actual} is not {expected}");
}

/// Four shards for half an hour by one of two consumers: 2 consumer-shard-hours, $0.03. 18,000 records of 60 KB are 1.02997 GB at
/// $0.013.
#[test]
fn enhanced_fan_out_is_paid_by_the_consumer_shard_hour_and_by_the_byte() {
    let found = report(&format!(
        "{PLAIN}functions:
  one: {{duration: 10ms, payload: {{request: 60KB}}, event_sources: [{{stream: clicks, batch_size: 10}}]}}
  two: {{duration: 10ms, errors: 50%, event_sources: [{{stream: clicks, batch_size: 10, enhanced_fan_out: true}}]}}
streams: {{clicks: {{type: kinesis, shards: 4}}}}
horizon: 30m
traffic: [{{to: clicks, arrivals: even, rate: 10/s, for: 30m}}]
pricing: {{include: [lambda, kinesis]}}
"
    ));
    let hours = line(&found, "enhanced fan-out");
    near(hours.quantity, 2.0);
    near(hours.amount.dollars(), 0.03);
    let bytes = line(&found, "enhanced fan-out data");
    near(bytes.quantity, 18_000.0 * 60.0 / 1_048_576.0);
    near(bytes.amount.dollars(), 0.013 * 18_000.0 * 60.0 / 1_048_576.0);
    let monthly = found.cost.monthly_lines.iter().find(|line| line.item == "enhanced fan-out").unwrap();
    near(monthly.quantity, 4.0 * 720.0);
}

#[test]
fn without_fan_out_nobody_pays_for_it() {
    let found = report(&format!(
        "{PLAIN}functions: {{f: {{duration: 10ms, event_sources: [{{stream: clicks, batch_size: 10}}]}}}}
streams: {{clicks: {{type: kinesis, shards: 4}}}}
traffic: [{{to: clicks, arrivals: even, rate: 10/s, for: 30m}}]
pricing: {{include: [lambda, kinesis]}}
"
    ));
    assert!(!found.cost.lines.iter().any(|line| line.item.starts_with("enhanced")));
}

/// Two mappings read four shards four times a second for half an hour, the second one only for the last ten minutes.
#[test]
fn lambda_reads_the_stream_of_a_table_for_nothing_and_the_reads_are_shown() {
    let found = report(&format!(
        "{PLAIN}functions:
  one: {{duration: 10ms, event_sources: [{{stream: rows}}]}}
  two: {{duration: 10ms, event_sources: [{{stream: rows, enabled_at: 20m}}]}}
streams: {{rows: {{type: dynamodb, shards: 4}}}}
horizon: 30m
traffic: [{{to: rows, arrivals: even, rate: 1/s, for: 30m}}]
pricing: {{include: [lambda, dynamodb_streams]}}
"
    ));
    let reads = line(&found, "reads by Lambda");
    near(reads.quantity, 4.0 * 4.0 * (1_800.0 + 600.0));
    assert_eq!(
        (reads.service, reads.amount.dollars(), reads.resource.as_deref()),
        ("dynamodb_streams", 0.0, Some("rows"))
    );
    assert_eq!(found.cost.not_priced, [""; 0]);
}

/// 50 connections a second are 2 units in the first hour. In the second, 3,600 answers of 1 MB are 3,686,400 KB of 419,430 a
/// unit, 8.789 units, and the connections of that hour (0.04 units) are in them.
#[test]
fn a_load_balancer_pays_in_each_hour_for_the_dimension_that_it_used_most() {
    let found = report(&format!(
        "{PLAIN}functions: {{a: {{duration: 10ms}}, b: {{duration: 10ms, payload: {{response: 1MB}}}}}}
gateways: {{front: {{type: alb}}}}
traffic:
  - {{to: a, via: front, arrivals: even, rate: 50/s, for: 1h}}
  - {{to: b, via: front, arrivals: even, rate: 1/s, at: 1h, for: 1h}}
pricing: {{include: [lambda, alb]}}
"
    ));
    let units = line(&found, "capacity units");
    near(units.quantity, 2.0 + 3_600.0 * 1_024.0 / 419_430.0);
    assert_eq!((units.amount.to_fixed(4).as_str(), units.resource.as_deref()), ("0.0863", Some("front")));
    assert_eq!(line(&found, "load balancer").amount.to_fixed(3), "0.045");
}

/// 1 GB through one NAT gateway of two zones: half of it comes from the other zone and is paid for on leaving and on entering.
#[test]
fn what_goes_to_a_nat_gateway_in_another_zone_is_paid_twice() {
    let crossing = |vpc: &str| -> f64 {
        let found = report(&format!(
            "{PLAIN}functions: {{f: {{duration: 10ms, vpc: {vpc}, calls: [{{to: web, latency: 1ms, public_endpoint: true, data: 1MB}}]}}}}
downstreams: {{web: {{}}}}
traffic: [{{to: f, arrivals: even, rate: 1024/h, for: 1h}}]
pricing: {{include: [lambda, data_transfer]}}
"
        ));
        let lines = found.cost.lines.iter().filter(|line| line.item == "between zones");
        lines.map(|line| line.amount.dollars()).sum()
    };
    near(crossing("{nat: true}"), 0.01);
    near(crossing("{nat: true, availability_zones: 3}"), 2.0 * 0.01 * 2.0 / 3.0);
    near(crossing("{nat: true, nat_gateways: 2}"), 0.0);
}
