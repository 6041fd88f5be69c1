//! The workloads, as scenario texts.

use std::fmt::Write as _;

/// A workload: its scenario for about so many invocations.
pub struct Workload {
    pub name: &'static str,
    pub about: &'static str,
    pub invocations: u64,
    pub text: fn(u64) -> String,
}

pub const WORKLOADS: [Workload; 7] = [
    Workload {
        name: "W1",
        about: "1 function, Poisson 100/s, exp 1 s, cold +0.5 s, keep-alive 600 s",
        invocations: 20_000_000,
        text: |invocations| one_function("exp(mean=1s)", 100, invocations),
    },
    Workload {
        name: "W1L",
        about: "as W1 with lognormal mean 1 s, sigma 1",
        invocations: 20_000_000,
        text: |invocations| one_function("lognormal(mean=1s, sigma=1)", 100, invocations),
    },
    Workload {
        name: "W3",
        about: "10,000 functions, 100,000/s in all, otherwise as W1",
        invocations: 40_000_000,
        text: |invocations| many_functions(10_000, 100_000, invocations),
    },
    Workload {
        name: "W4",
        about: "as W1 at 1,000/s",
        invocations: 20_000_000,
        text: |invocations| one_function("exp(mean=1s)", 1_000, invocations),
    },
    Workload {
        name: "W5",
        about: "as W1 at 10,000/s",
        invocations: 20_000_000,
        text: |invocations| one_function("exp(mean=1s)", 10_000, invocations),
    },
    Workload {
        name: "W6",
        about: "200 functions, half asynchronous, 2 % errors, reserved and account caps that bind, dead letters",
        invocations: 10_000_000,
        text: busy_mix,
    },
    Workload {
        name: "drain",
        about: "a backlog in an SQS queue, batches of 10, exp 1 s, all pollers of the ramp",
        invocations: 1_000_000,
        text: |invocations| drain(10 * invocations),
    },
];

const UNLIMITED: &str =
    "account: {concurrency: unlimited, requests_per_second: unlimited, scaling_rate: unlimited}\n";

/// One function with `rate` requests a second.
pub fn one_function(duration: &str, rate: u64, invocations: u64) -> String {
    let seconds = (invocations / rate).max(1);
    format!(
        "name: workload\n{UNLIMITED}functions:\n  f: {{timeout: 15m, init: 500ms, duration: \"{duration}\", keep_alive: 600s, max_age: never}}\n\
         traffic:\n  - {{to: f, rate: {rate}/s, for: {seconds}s}}\n"
    )
}

/// So many functions that share `rate` requests a second.
pub fn many_functions(functions: u64, rate: u64, invocations: u64) -> String {
    let (each, seconds) = (rate as f64 / functions as f64, (invocations / rate).max(1));
    let mut text = format!(
        "name: workload\n{UNLIMITED}defaults: {{timeout: 15m, init: 500ms, duration: \"exp(mean=1s)\", keep_alive: 600s, max_age: never}}\n\
         functions:\n"
    );
    for index in 0..functions {
        let _ = writeln!(text, "  f{index}: {{}}");
    }
    text.push_str("traffic:\n");
    for index in 0..functions {
        let _ = writeln!(text, "  - {{to: f{index}, rate: {each}/s, for: {seconds}s}}");
    }
    text
}

/// So many events at once for a function that runs a hundredth of them at a time.
pub fn backlog(events: u64) -> String {
    format!(
        "name: workload\n{UNLIMITED}functions:\n  f: {{timeout: 15m, init: 500ms, duration: \"exp(mean=1s)\", keep_alive: 600s, max_age: never, \
         reserved_concurrency: {}}}\ntraffic:\n  - {{to: f, mode: async, burst: {events}, at: 0s}}\n",
        (events / 100).max(1)
    )
}

/// So many messages in a queue, in batches of ten.
fn drain(messages: u64) -> String {
    format!(
        "name: workload\n{UNLIMITED}functions:\n  f: {{timeout: 30s, init: 500ms, duration: \"exp(mean=1s)\", keep_alive: 600s, max_age: never, \
         event_sources: [{{queue: jobs, batch_size: 10}}]}}\nqueues:\n  jobs: {{backlog: {messages}, visibility_timeout: 3m, retention: 14d}}\n"
    )
}

/// About 1,000 in flight: 200 functions at 25/s with 200 ms each. 40 of them have 6 reserved and need 5 on average, and the
/// account leaves the others 830, of which they need 800: both bind again and again, and what they hold up is made up for.
fn busy_mix(invocations: u64) -> String {
    let (functions, rate) = (200, 25);
    let seconds = (invocations / (functions * rate)).max(1);
    let mut text = String::from(
        "name: workload\naccount: {concurrency: 1070, scaling_rate: unlimited}\nqueues:\n  lost: {}\nfunctions:\n",
    );
    for index in 0..functions {
        let reserved = if index % 5 == 0 { "reserved_concurrency: 6, " } else { "" };
        let _ = writeln!(
            text,
            "  f{index}: {{timeout: 15m, init: 500ms, duration: \"exp(mean=200ms)\", keep_alive: 600s, errors: 2%, {reserved}\
             async: {{dead_letter: lost}}}}"
        );
    }
    text.push_str("traffic:\n");
    for index in 0..functions {
        let mode = if index % 2 == 0 { "sync" } else { "async" };
        let _ = writeln!(text, "  - {{to: f{index}, mode: {mode}, rate: {rate}/s, for: {seconds}s}}");
    }
    text
}
