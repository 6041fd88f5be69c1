//! Provisioned concurrency: what is ready, what spills over, what it takes from others, what scales it, what it costs.

use coldstart::lambda::outcome::ThrottleCause;

use crate::simulated::{PLAIN, UNBOUND, attempts, refusals, report};

#[test]
fn ten_of_fifteen_run_on_provisioned_concurrency_and_five_spill_over() {
    let report = report(&format!(
        "{PLAIN}\nfunctions: {{f: {{duration: 1s, init: 2s, provisioned_concurrency: 10}}}}\ntraffic: [{{to: f, burst: 15}}]"
    ));
    let function = &report.functions["f"];
    let provisioned = function.provisioned.as_ref().unwrap();
    assert_eq!((provisioned.invocations, provisioned.spillover, provisioned.allocated), (10, 5, 10));
    assert_eq!((function.cold_starts, function.environments.created), (5, 15));
    assert_eq!((function.latency_ms.min, function.latency_ms.max), (Some(1_000.0), Some(3_000.0)));
    assert_eq!((function.concurrency.peak, function.throttles.total), (15, 0));
}

#[test]
fn a_reservation_as_large_as_the_provisioned_concurrency_throttles_instead() {
    let (report, rows) = attempts(&format!(
        "{PLAIN}\nfunctions: {{f: {{duration: 1s, reserved_concurrency: 10, provisioned_concurrency: 10}}}}
traffic: [{{to: f, burst: 15}}]"
    ));
    assert_eq!(refusals(&rows), [(0.0, ThrottleCause::ReservedConcurrency); 5]);
    assert_eq!(report.functions["f"].provisioned.as_ref().unwrap().spillover, 0);
}

#[test]
fn what_a_reservation_leaves_beside_provisioned_concurrency_is_on_demand() {
    let (_, rows) = attempts(&format!(
        "{PLAIN}\nfunctions: {{f: {{duration: 1s, reserved_concurrency: 12, versions: {{v1: {{provisioned_concurrency: 10}}}}}}}}
traffic: [{{to: f, burst: 3}}, {{to: 'f:v1', burst: 10}}]"
    ));
    assert_eq!(
        refusals(&rows),
        [(0.0, ThrottleCause::ReservedConcurrency)],
        "two of three fit beside the ten"
    );
}

#[test]
fn idle_provisioned_concurrency_blocks_other_functions() {
    let (_, rows) = attempts(&format!(
        "{PLAIN}\naccount: {{concurrency: 200}}
functions: {{f: {{duration: 1s, provisioned_concurrency: 50}}, g: {{duration: 1s}}}}
traffic: [{{to: g, burst: 151}}]"
    ));
    assert_eq!(refusals(&rows), [(0.0, ThrottleCause::AccountConcurrency)]);
}

/// 90 s and then 100 a second: ten more are usable at 10 + 90 + 0.1 s, all at once.
#[test]
fn more_is_usable_when_all_of_it_is_ready() {
    let report = report(&format!(
        "{PLAIN}\nfunctions: {{f: {{duration: 1s, provisioned_concurrency: 10}}}}
traffic: [{{to: f, burst: 20, at: 100090ms}}, {{to: f, burst: 20, at: 102s}}, {{to: f, burst: 1, at: 10m}}]
events: [{{at: 10s, set: {{functions.f.provisioned_concurrency: 20}}}}]"
    ));
    let provisioned = report.functions["f"].provisioned.as_ref().unwrap();
    let changes: Vec<_> =
        provisioned.changes.iter().map(|step| (step.at_s, step.requested, step.allocated)).collect();
    assert_eq!(changes, [(0.0, 10, 10), (10.0, 20, 10), (100.1, 20, 20)]);
    assert_eq!((provisioned.invocations, provisioned.spillover), (10 + 20 + 1, 10));
}

#[test]
fn less_leaves_at_once_but_for_what_runs() {
    let report = report(&format!(
        "{PLAIN}\nfunctions: {{f: {{duration: 10s, provisioned_concurrency: 10}}}}
traffic: [{{to: f, burst: 8}}, {{to: f, burst: 8, at: 20s}}]
events: [{{at: 5s, set: {{functions.f.provisioned_concurrency: 3}}}}]"
    ));
    let function = &report.functions["f"];
    let provisioned = function.provisioned.as_ref().unwrap();
    assert_eq!((provisioned.invocations, provisioned.spillover), (8 + 3, 5));
    assert_eq!((function.environments.created, function.environments.retired), (15, 7));
}

#[test]
fn the_provisioned_concurrency_of_an_alias_is_for_calls_by_that_alias() {
    let report = report(&format!(
        "{PLAIN}\nfunctions: {{f: {{duration: 1s, versions: {{v1: {{}}}}, aliases: {{live: {{version: v1, provisioned_concurrency: 2}}}}}}}}
traffic: [{{to: 'f:live', burst: 2}}, {{to: 'f:v1', burst: 2}}]"
    ));
    let function = &report.functions["f"];
    let provisioned = function.provisioned.as_ref().unwrap();
    assert_eq!((provisioned.invocations, provisioned.spillover, function.cold_starts), (2, 0, 2));
    assert_eq!(function.versions["v1"].environments_created, Some(4));
    assert_eq!(provisioned.changes[0].qualifier.as_deref(), Some("live"));
}

/// Ten a second for each: 19 of the 20 requests of the first second, as with every bucket one second deep.
#[test]
fn beyond_ten_requests_a_second_for_each_it_spills_over() {
    let report = report(&format!(
        "{PLAIN}\nfunctions: {{f: {{duration: 10ms, provisioned_concurrency: 1}}}}
traffic: [{{to: f, arrivals: even, rate: 20/s, for: 1s}}]"
    ));
    let provisioned = report.functions["f"].provisioned.as_ref().unwrap();
    assert_eq!((provisioned.invocations, provisioned.spillover), (19, 1));
}

/// The alias leads to v2 from 60 s on: what was provisioned was v1, so 90.02 s pass without.
#[test]
fn an_alias_that_moves_has_its_provisioned_concurrency_allocated_anew() {
    let report = report(&format!(
        "{UNBOUND}\nfunctions: {{f: {{duration: 1s, versions: {{v1: {{}}, v2: {{}}}}, aliases: {{live: {{version: v1, provisioned_concurrency: 2}}}}}}}}
traffic: [{{to: 'f:live', arrivals: even, rate: 1/s, for: 5m}}]
events: [{{at: 1m, deploy: {{function: f, alias: live, version: v2}}}}]"
    ));
    let function = &report.functions["f"];
    let provisioned = function.provisioned.as_ref().unwrap();
    // Arrivals at 60, 61, ... 150 s find none.
    assert_eq!((provisioned.spillover, provisioned.invocations), (91, 300 - 91));
    assert_eq!((function.versions["v1"].invocations, function.versions["v2"].cold_starts), (60, 1));
}

#[test]
fn environments_of_provisioned_concurrency_are_replaced_when_they_are_old() {
    let report = report(&format!(
        "{UNBOUND}\nfunctions: {{f: {{duration: 1s, init: 3s, max_age: 100s, provisioned_concurrency: 1}}}}
traffic: [{{to: f, arrivals: even, rate: 0.1/s, for: 250s}}]"
    ));
    let function = &report.functions["f"];
    assert_eq!((function.cold_starts, function.environments.replacements), (0, 2));
    assert_eq!(function.provisioned.as_ref().unwrap().spillover, 0);
}

#[test]
fn held_time_is_rounded_up_to_five_minutes_from_enabled_to_disabled() {
    let held = |events: &str| {
        let report = report(&format!(
            "{UNBOUND}\nfunctions: {{f: {{memory: 1024MB, duration: 1ms, provisioned_concurrency: 10}}}}
traffic: [{{to: f, arrivals: even, rate: 1/min, for: 20m}}]\nevents: [{events}]"
        ));
        report.functions["f"].gb_s.provisioned
    };
    assert_eq!(held(""), 10.0 * 1_200.0);
    assert_eq!(held("{at: 7m, set: {functions.f.provisioned_concurrency: null}}"), 10.0 * 600.0);
    // Four more for 61 s: five minutes each.
    let more = "{at: 1m, set: {functions.f.provisioned_concurrency: 14}}, {at: 121s, set: {functions.f.provisioned_concurrency: 10}}";
    assert_eq!(held(more), 10.0 * 1_200.0 + 4.0 * 300.0);
}

#[test]
fn schedules_set_the_least_capacity_by_the_calendar() {
    let report = report(&format!(
        "{UNBOUND}\nstart: 2026-11-23T08:58:00Z
functions: {{f: {{duration: 1s, provisioned_concurrency: {{min: 2, max: 100, schedule: [{{at: \"cron(0 9 * * ? *)\", min: 50}}, {{at: \"cron(10 9 * * ? *)\", min: 1, max: 5}}]}}}}}}
traffic: [{{to: f, arrivals: even, rate: 1/s, for: 20m}}]"
    ));
    let changes = &report.functions["f"].provisioned.as_ref().unwrap().changes;
    let told: Vec<_> = changes.iter().map(|step| (step.at_s, step.requested, step.allocated)).collect();
    assert_eq!(told, [(0.0, 2, 2), (120.0, 50, 2), (210.48, 50, 50), (720.0, 5, 5)]);
}

#[test]
fn more_provisioned_concurrency_never_adds_cold_starts() {
    let cold = |capacity: u32| {
        report(&format!(
            "{UNBOUND}\nseed: 11\nfunctions: {{f: {{duration: exp(mean=1s), keep_alive: 5s, provisioned_concurrency: {capacity}}}}}
traffic: [{{to: f, rate: 8/s, for: 200s}}]"
        ))
        .functions["f"]
            .cold_starts
    };
    let series: Vec<u64> = [0, 1, 4, 8, 16, 40].map(cold).to_vec();
    assert!(series.is_sorted_by(|more, fewer| more >= fewer), "{series:?}");
    assert_eq!(series.last(), Some(&0));
}

#[test]
fn the_price_list_examples_come_out_to_the_cent() {
    let total = |capacity: u32, memory: u32, days: u32| {
        report(&format!(
            "{PLAIN}\nfunctions: {{f: {{memory: {memory}MB, duration: 1ms, provisioned_concurrency: {capacity}}}}}
traffic: [{{to: f, schedule: rate(1 day), for: {days}d}}]"
        ))
        .cost
        .lines
        .iter()
        .filter(|line| line.item == "provisioned concurrency")
        .map(|line| line.amount)
        .sum::<coldstart::units::Usd>()
        .to_fixed(2)
    };
    assert_eq!(
        [total(200, 512, 31), total(50, 1_024, 30), total(10, 1_024, 30)],
        ["1116.01", "540.00", "108.00"]
    );
}

/// (s, requested) of each change.
fn requests(scaling: &str, events: &str) -> Vec<(f64, u32)> {
    let report = report(&format!(
        "{UNBOUND}\nfunctions: {{api: {{duration: 100ms, provisioned_concurrency: {scaling}}}}}
traffic: [{{to: api, arrivals: even, rate: 10/s, for: 15m}}]
events: [{events}]"
    ));
    let changes = &report.functions["api"].provisioned.as_ref().unwrap().changes;
    let mut told: Vec<_> = changes.iter().map(|step| (step.at_s, step.requested)).collect();
    told.dedup_by_key(|(_, requested)| *requested);
    told
}

/// One of four is busy, above a target of 20 %: three points after the minute in which the rule begins.
#[test]
fn scaling_that_is_switched_off_and_on_within_a_minute_goes_on() {
    let set =
        |at: u32, to: &str| format!("{{at: {at}s, set: {{functions.api.provisioned_concurrency: {to}}}}}");
    let block = |target: u32| format!("{{min: 4, max: 50, target: {target}%}}");
    let events = format!("{}, {}", set(65, "4"), set(70, &block(20)));
    let told = requests(&block(90), &events);
    assert_eq!(told[..2], [(0.0, 4), (240.0, 5)]);
}

#[test]
fn a_schedule_that_comes_with_a_change_is_followed_and_the_former_one_is_not() {
    let set =
        |at: u32, to: &str| format!("{{at: {at}s, set: {{functions.api.provisioned_concurrency: {to}}}}}");
    let at = |minute: u32, least: u32| {
        format!("{{min: 2, max: 50, schedule: [{{at: \"cron({minute} 0 * * ? *)\", min: {least}}}]}}")
    };
    assert_eq!(requests(&at(13, 30), &set(65, &at(5, 10))), [(0.0, 2), (300.0, 10)]);
    let events = format!("{}, {}", set(65, "2"), set(70, &at(10, 20)));
    assert_eq!(requests(&at(5, 10), &events), [(0.0, 2), (600.0, 20)]);
}

/// FAILED: nothing is ready, nothing is paid for, and requests spill over to environments whose Init fails, too.
#[test]
fn code_that_does_not_initialise_gets_no_provisioned_concurrency() {
    let report = report(&format!(
        "{PLAIN}\nfunctions: {{f: {{duration: 1s, init: 1s, handler_exists: false, provisioned_concurrency: 10}}}}
traffic: [{{to: f, burst: 3}}]"
    ));
    let function = &report.functions["f"];
    let provisioned = function.provisioned.as_ref().unwrap();
    assert_eq!((provisioned.allocated, provisioned.failed, provisioned.spillover), (0, 1, 3));
    assert_eq!((function.errors, provisioned.held_gb_s), (3, 0.0));
}

/// 130 s, or the function timeout where that is longer (S15).
#[test]
fn an_init_above_its_limit_fails_on_provisioned_concurrency_too() {
    let allocated = |init: &str, timeout: &str| {
        let report = report(&format!(
            "{PLAIN}\nfunctions: {{f: {{duration: 1s, init: {init}, timeout: {timeout}, provisioned_concurrency: 1}}}}
traffic: [{{to: f, burst: 1}}]"
        ));
        let provisioned = report.functions["f"].provisioned.clone().unwrap();
        (provisioned.allocated, provisioned.failed)
    };
    assert_eq!(allocated("130s", "3s"), (1, 0));
    assert_eq!(allocated("131s", "3s"), (0, 1));
    assert_eq!(allocated("200s", "250s"), (1, 0));
}

/// The account has 200, of which 100 stay unreserved: a minute of full use after another asks for more than that.
#[test]
fn what_auto_scaling_asks_for_in_vain_is_told() {
    let report = report(&format!(
        "{PLAIN}\naccount: {{concurrency: 200}}
functions: {{f: {{duration: 1s, provisioned_concurrency: {{min: 80, max: 500, target: 50%}}}}}}
traffic: [{{to: f, arrivals: even, rate: 79/s, for: 10m}}]"
    ));
    let provisioned = report.functions["f"].provisioned.clone().unwrap();
    assert_eq!((provisioned.requested, provisioned.refused_max), (80, Some(158)));
    assert!(provisioned.refused >= 1);
    let text = coldstart::report::markdown::render(&report);
    assert!(text.contains("refused more"), "{text}");
}
