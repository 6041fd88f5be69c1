//! `size`: the inverse of Erlang B, AWS's formula, and responses that are not monotone.

use coldstart::decision::size::{SizeRefusal, Sizing, VERB, Wish, document, size};
use coldstart::experiment::Runner;
use coldstart::report::document::text;
use coldstart::report::text::{Detail, TextOptions};
use coldstart::scenario::ExperimentFlag;
use coldstart::theory::erlang::erlang_b;

use super::simulated::tries;
use super::sweeps::template;

const OPTIONS: TextOptions = TextOptions { detail: Detail::Full, colour: false, columns: 100 };

fn sized(
    scenario: &str,
    path: &str,
    until: &[&str],
    within: Option<(u64, u64)>,
    replications: u32,
) -> Sizing {
    let flags = until.iter().map(|condition| ExperimentFlag::Until((*condition).to_owned())).collect();
    let wish = Wish { path: path.to_owned(), within, replications };
    size(&template(scenario, flags), &wish, &Runner { jobs: 2, progress: None }).unwrap()
}

/// The smallest number of servers that loses less than the target, and a target right between it and the one before.
fn inverse_of_erlang_b(load: f64) -> (u64, f64) {
    let mut servers = 1;
    while erlang_b(servers, load) >= 0.02 {
        servers += 1;
    }
    (u64::from(servers), (erlang_b(servers, load) * erlang_b(servers - 1, load)).sqrt())
}

#[test]
fn reserved_concurrency_of_a_loss_system_is_the_inverse_of_erlang_b_for_twenty_loads() {
    // So many calls that the estimate of the loss is far from the target on either side.
    let calls = tries(30_000, 300_000) as f64;
    let every = tries(5, 1) as usize;
    for number in (1..=20_u32).step_by(every) {
        let load = f64::from(number) * 0.75;
        let (expected, target) = inverse_of_erlang_b(load);
        let rate = load / 0.1;
        let scenario = format!(
            "account: {{concurrency: unlimited, requests_per_second: unlimited, scaling_rate: unlimited}}
functions: {{api: {{init: 0ms, duration: exp(mean=100ms), timeout: 1m, reserved_concurrency: 1, keep_alive: never, max_age: never}}}}
traffic: [{{to: api, rate: {rate}/s, for: {seconds:.3}s}}]
",
            seconds = calls / rate
        );
        let condition = format!("api.throttle_rate < {:.6}%", target * 100.0);
        let found = sized(&scenario, "functions.api.reserved_concurrency", &[&condition], Some((1, 64)), 2);
        assert_eq!(found.answer, Some(expected), "{load} erlangs, loss below {target}");
        assert!(found.monotone, "{load} erlangs");
    }
}

#[test]
fn two_functions_of_one_account_have_a_band_and_that_is_said() {
    // a needs 4 environments; b needs 103 of the 108 - r that are left to it, 102 of which lose less than 1 %: r = 4 to 6.
    let scenario = "account: {concurrency: 108, requests_per_second: unlimited, scaling_rate: unlimited}
defaults: {init: 0ms, duration: 1s, keep_alive: never, max_age: never, timeout: 10s}
functions: {a: {reserved_concurrency: 1}, b: {}}
traffic:
  - {to: a, arrivals: even, rate: 4/s, for: 20s}
  - {to: b, arrivals: even, rate: 103/s, for: 20s}
";
    let found = sized(
        scenario,
        "functions.a.reserved_concurrency",
        &["a.throttle_rate < 1%", "b.throttle_rate < 1%"],
        None,
        1,
    );
    assert_eq!(found.answer, Some(4));
    assert_eq!(found.within.1, 8, "AWS keeps 100 unreserved");
    assert!(!found.monotone);
    let shown = text(&document(&found), OPTIONS);
    assert!(shown.contains("More is not always better here"), "{shown}");
    assert!(shown.contains("= 4 is the smallest that meets a.throttle_rate < 1% and"), "{shown}");
}

/// AWS refuses to reserve less than is provisioned.
#[test]
fn a_limit_that_begins_far_above_one_is_found() {
    let scenario = "functions:
  api: {init: 0ms, duration: 1s, timeout: 10s, reserved_concurrency: 500, provisioned_concurrency: 57}
traffic: [{to: api, arrivals: even, rate: 60/s, for: 20s}]
";
    let found = sized(scenario, "functions.api.reserved_concurrency", &["api.throttles == 0"], None, 1);
    assert_eq!((found.within.0, found.answer), (57, Some(60)));
}

/// Twenty requests a second of 990 ms each, and no environment is left 10 ms later: whatever is not provisioned is cold. A new
/// request finds 19 in flight, so of 19 provisioned all are busy for one in twenty, the one after the spill-over has ended.
#[test]
fn provisioned_concurrency_is_sized_by_the_share_of_cold_starts() {
    let scenario = "functions:
  api: {init: 0ms, duration: 990ms, timeout: 10s, keep_alive: 1ms, max_age: never}
traffic: [{to: api, arrivals: even, rate: 20/s, for: 100s}]
";
    let path = "functions.api.provisioned_concurrency";
    assert_eq!(sized(scenario, path, &["api.cold_start_rate == 0"], None, 1).answer, Some(20));
    assert_eq!(sized(scenario, path, &["api.cold_start_rate < 5.1%"], None, 1).answer, Some(19));
}

/// One call a second, each of 10 ms: one environment is enough, and is kept without anything provisioned.
#[test]
fn none_at_all_is_tried_first_and_the_least_of_a_range_is_not_called_the_smallest() {
    let scenario = "functions: {api: {init: 100ms, duration: 10ms, max_age: never}}
traffic: [{to: api, arrivals: even, rate: 1/s, for: 200s}]
";
    let of = |within| {
        sized(scenario, "functions.api.provisioned_concurrency", &["api.cold_start_rate < 1%"], within, 1)
    };
    assert_eq!(of(None).answer, Some(0));
    assert_eq!(of(Some((0, 10))).answer, Some(0));
    let cut = of(Some((3, 8)));
    assert_eq!(cut.answer, Some(3));
    assert!(text(&document(&cut), OPTIONS).contains("the smallest that was looked at"));
    assert!(text(&document(&of(None)), OPTIONS).contains("the smallest that can be set"));
}

#[test]
fn where_nothing_is_enough_that_is_said() {
    let scenario =
        "functions: {api: {init: 0ms, duration: 1s, timeout: 10s, reserved_concurrency: 1, errors: 50%}}
traffic: [{to: api, arrivals: even, rate: 5/s, for: 20s}]
";
    let found =
        sized(scenario, "functions.api.reserved_concurrency", &["api.error_rate < 1%"], Some((1, 20)), 2);
    assert_eq!(found.answer, None);
    assert!(text(&document(&found), OPTIONS).contains("No value from 1 to 20 that was tried meets"));
}

#[test]
fn the_account_and_pollers_have_their_sizes_too() {
    let busy = "account: {concurrency: 10, requests_per_second: unlimited}
functions: {api: {init: 0ms, duration: 1s, timeout: 10s}}
traffic: [{to: api, arrivals: even, rate: 25/s, for: 20s}]
";
    assert_eq!(sized(busy, "account.concurrency", &["api.throttles == 0"], None, 1).answer, Some(25));
    // 1,000 messages, ten a batch of 1 s: two pollers take 50 s, three 34 s.
    let queue = "functions:
  worker:
    init: 0ms
    duration: 1s
    timeout: 10s
    event_sources: [{queue: jobs, batch_size: 10, max_concurrency: 2}]
queues: {jobs: {backlog: 1000, visibility_timeout: 60s}}
";
    let path = "functions.worker.event_sources.0.max_concurrency";
    let found = sized(queue, path, &["jobs.drained_at <= 34s"], Some((2, 100)), 1);
    assert_eq!(found.answer, Some(3), "{found:?}");
}

#[test]
fn what_cannot_be_sized_is_refused() {
    let scenario = "functions: {api: {init: 0ms, duration: 1s}}\ntraffic: [{to: api, rate: 1/s, for: 5s}]\n";
    let refused = |path: &str, until: &str| {
        let flags = vec![ExperimentFlag::Until(until.to_owned())];
        let wish = Wish { path: path.to_owned(), within: None, replications: 1 };
        match size(&template(scenario, flags), &wish, &Runner::default()).unwrap_err() {
            SizeRefusal::Problems(problems) => problems.render(false),
            SizeRefusal::Words(words) => words,
        }
    };
    assert!(
        refused("functions.api.reserved_concurency", "api.throttles == 0")
            .contains("did you mean `reserved_concurrency`?")
    );
    assert!(refused("functions.api.timeout", "api.throttles == 0").contains("unit"));
}

#[test]
fn a_mistake_in_the_path_is_shown_where_it_is_typed() {
    let scenario = "functions: {api: {init: 0ms, duration: 1s}}\ntraffic: [{to: api, rate: 1/s, for: 5s}]\n";
    let path = "functions.api.reserved_concurency";
    let flags = vec![
        ExperimentFlag::Until("api.throttles == 0".to_owned()),
        ExperimentFlag::Subject(VERB, path.to_owned()),
    ];
    let wish = Wish { path: path.to_owned(), within: None, replications: 1 };
    let refused = size(&template(scenario, flags), &wish, &Runner::default()).unwrap_err();
    let SizeRefusal::Problems(problems) = refused else { panic!("{refused:?}") };
    let told = problems.render(false);
    assert!(
        told.contains("size functions.api.reserved_concurency\n  |                    ^^^^^^^^^^^^^^^^^^^"),
        "{told}"
    );
    assert!(told.contains("command line:1:20"), "{told}");
}
