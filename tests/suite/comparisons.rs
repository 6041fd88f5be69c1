//! `compare`: what differs, what may be chance, what pairing is worth, and which assumption turns a decision.

use coldstart::experiment::compare::{Comparison, Subject, compare, document};
use coldstart::experiment::sensitivity::{self, Sensitivity, sensitivity};
use coldstart::experiment::{Runner, shown, tracked};
use coldstart::report::document::{html, markdown, text};
use coldstart::report::text::{Detail, TextOptions};
use coldstart::scenario::{ExperimentFlag, Template};

use super::simulated::problems_of;
use super::sweeps::template;

const OPTIONS: TextOptions = TextOptions { detail: Detail::Full, colour: false, columns: 100 };

/// The variants of `template`.
pub fn subjects(template: &Template) -> Vec<Subject> {
    let variants = template.plan().variants.iter();
    variants
        .map(|variant| Subject {
            name: variant.name.clone(),
            scenario: template.with(&variant.changes).unwrap(),
        })
        .collect()
}

fn compared(template: &Template, replications: u32) -> (Comparison, String) {
    let plan = template.plan();
    let subjects = subjects(template);
    let names: Vec<String> = subjects.iter().map(|subject| subject.name.clone()).collect();
    let runner = Runner { jobs: 2, progress: None };
    let (comparison, cases) = compare(&subjects, plan.baseline, replications, Vec::new(), &runner);
    let document = document(&comparison, &shown(template.scenario()), &names, &cases);
    let page = html(&document);
    assert!(page.contains("<svg") && !page.contains("<script"), "overlaid pictures");
    assert!(markdown(&document).contains("| --- |"));
    let text = text(&document, OPTIONS);
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    (comparison, text)
}

fn loss(change: &str) -> Template {
    template(
        &format!(
            "account: {{concurrency: unlimited, requests_per_second: unlimited, scaling_rate: unlimited}}
functions: {{api: {{init: 0ms, duration: exp(mean=100ms), reserved_concurrency: 6, keep_alive: never, max_age: never}}}}
traffic: [{{to: api, name: callers, rate: 50/s, for: 60s}}]
experiment: {{variants: {{as it is: {{}}, changed: {{{change}}}}}}}
"
        ),
        Vec::new(),
    )
}

#[test]
fn more_capacity_is_told_with_its_interval_and_pairing_helps() {
    let (comparison, text) = compared(&loss("functions.api.reserved_concurrency: 7"), 10);
    let rate = comparison.variants["changed"]["api.throttle_rate"];
    assert!(rate.significant && rate.difference < 0.0);
    assert!(rate.variance_ratio.unwrap() > 2.0, "{rate:?}");
    assert!(text.contains("changed against as it is:"), "{text}");
    assert!(text.contains("points lower") && text.contains("throttle rate"), "{text}");
    // The difference of the means is the mean of the differences.
    assert!((rate.variant.mean - rate.baseline.mean - rate.difference).abs() < 1e-12);
}

#[test]
fn what_is_only_chance_is_said_in_words() {
    // Another name of the traffic draws other numbers of the same law.
    let (comparison, text) = compared(&loss("traffic.0.name: others"), 10);
    let latency = comparison.variants["changed"]["api.latency.mean"];
    assert!(!latency.significant, "{latency:?}");
    assert!(text.contains("May be chance (at 95 % confidence)"), "{text}");
    let gain = latency.variance_ratio.unwrap();
    assert!((0.2..5.0).contains(&gain), "independent runs gain nothing by pairing: {gain}");
}

#[test]
fn what_is_the_same_is_said_and_one_run_is_no_proof() {
    let (comparison, text) = compared(&loss("functions.api.timeout: 1m"), 3);
    assert!(text.contains("no significant difference") && text.contains("The same in every run:"), "{text}");
    assert!(comparison.variants["changed"].values().all(|one| one.difference == 0.0));
    let (_, text) = compared(&loss("functions.api.reserved_concurrency: 20"), 1);
    assert!(text.contains("One run of each") && text.contains("no significant difference"), "{text}");
}

/// 480 requests of 0.1 s and 1 GB in a minute, one after the other: 48 GB-s at $0.0000166667 on demand. Provisioned they cost 60 GB-s of
/// holding at $0.0000041667 and 48 of use at $0.0000097222, which is less; but a run of one minute is billed for five.
#[test]
fn what_is_paid_in_blocks_of_five_minutes_is_compared_by_its_time() {
    let template = template(
        "functions: {api: {memory: 1024MB, init: 0ms, duration: 100ms, max_age: never}}
traffic: [{to: api, arrivals: even, rate: 8/s, for: 1m}]
experiment: {variants: {on demand: {}, provisioned: {functions.api.provisioned_concurrency: 1}}}
",
        Vec::new(),
    );
    let (comparison, text) = compared(&template, 2);
    let of = |metric: &str| {
        let one = comparison.variants["provisioned"][metric];
        (one.baseline.mean, one.variant.mean)
    };
    let near = |(base, variant): (f64, f64), expected: (f64, f64)| {
        assert!(
            (base - expected.0).abs() < 1e-12 && (variant - expected.1).abs() < 1e-12,
            "{base} {variant} {expected:?}"
        );
    };
    let requests = 480.0 * 0.000_000_2;
    let on_demand = 48.0 * 0.000_016_666_7 + requests;
    let used = 48.0 * 0.000_009_722_2 + requests;
    near(of("cost.total"), (on_demand, 300.0 * 0.000_004_166_7 + used));
    near(of("cost.prorated"), (on_demand, 60.0 * 0.000_004_166_7 + used));
    near(
        of("api.cost_per_million"),
        (on_demand / 480.0 * 1e6, (60.0 * 0.000_004_166_7 + used) / 480.0 * 1e6),
    );
    assert!(text.contains("provisioned against on demand: 1.1 times cheaper"), "{text}");
    assert!(text.contains("by cost prorated"), "{text}");
}

/// Each has a threshold of its own, and they stand in another order in the second.
#[test]
fn thresholds_are_told_for_those_that_have_them() {
    let of = |thresholds: &str| {
        let scenario = format!(
            "functions: {{x: {{init: 0ms, duration: 120ms}}}}
traffic: [{{to: x, arrivals: even, rate: 10/s, for: 10s}}]
thresholds: {thresholds}
"
        );
        template(&scenario, Vec::new()).scenario().clone()
    };
    let subjects = [
        Subject { name: "one".to_owned(), scenario: of("{x.latency: [p50 < 200ms, p99 < 100ms]}") },
        Subject { name: "other".to_owned(), scenario: of("{cost.total: [< $1], x.latency: [p50 < 200ms]}") },
    ];
    let (comparison, _) = compare(&subjects, 0, 2, Vec::new(), &Runner { jobs: 2, progress: None });
    let held: Vec<(&str, Option<u32>, Option<u32>)> = comparison
        .thresholds
        .iter()
        .map(|one| (one.expression.as_str(), one.held.get("one").copied(), one.held.get("other").copied()))
        .collect();
    let expected =
        [("p50 < 200ms", Some(2), Some(2)), ("p99 < 100ms", Some(0), None), ("< $1", None, Some(2))];
    assert_eq!(held, expected);
}

/// Called every 10 min, so cold each time when idle environments live 5 min; one variant removes the second function and another
/// says how long they live.
#[test]
fn an_alternative_changes_neither_what_a_variant_sets_nor_what_it_takes_away() {
    let template = template(
        "functions:
  api: {init: 400ms, duration: 120ms, max_age: never}
  old: {init: 400ms, duration: 120ms, max_age: never}
traffic:
  - {to: api, arrivals: even, rate: 6/h, for: 10h}
  - {name: second, to: old, arrivals: even, rate: 6/h, for: 10h}
experiment: {variants: {as it is: {}, without: {functions.old: null, traffic.1: null}, kept: {functions.api.keep_alive: never, functions.old.keep_alive: never}}}
",
        Vec::new(),
    );
    let found = sensitivity(&template, 2, &Runner { jobs: 2, progress: None }).unwrap();
    let [without, kept] = &found.decisions[..] else { panic!("two decisions") };
    // Half of the calls are half of the bill, whatever is assumed.
    assert!(without.assumed.difference < 0.0 && without.flips.is_empty(), "{without:?}");
    assert!(kept.assumed.difference < 0.0, "{kept:?}");
    // Where idle environments live an hour anyway there is nothing to win; they still live for ever in the variant.
    assert!(kept.flips.iter().any(|flip| flip.instead == "60m"), "{kept:?}");
    assert!(kept.flips.iter().all(|flip| flip.instead != "5m"), "{kept:?}");
}

#[test]
fn changes_of_the_command_line_are_variants() {
    let flags = vec![
        ExperimentFlag::Change("functions.api.memory=1GB".to_owned()),
        ExperimentFlag::Change("functions.api.reserved_concurrency=null".to_owned()),
    ];
    let text = "functions: {api: {init: 0ms, duration: 1s, reserved_concurrency: 1}}\ntraffic: [{to: api, rate: 1/s, for: 9s}]\n";
    let template = template(text, flags);
    let names: Vec<&str> = template.plan().variants.iter().map(|variant| variant.name.as_str()).collect();
    assert_eq!(names, ["as it is", "api.memory = 1GB", "api.reserved_concurrency = null"]);
    let last = template.with(&template.plan().variants[2].changes).unwrap();
    assert_eq!(last.functions[0].reserved_concurrency, None);
}

#[test]
fn wrong_variants_are_refused_before_anything_runs() {
    let told = problems_of(
        "functions: {api: {init: 0ms, duration: 1s}}
traffic: [{to: api, rate: 1/s, for: 9s}]
experiment:
  variants:
    one: {functions.api.memory: 64MB}
    two: {functions.apj.memory: 512MB, traffic.3.rate: 1/s}
  baseline: onee
",
    );
    for part in [
        "memory",
        "there is no `apj`",
        "`3` is no index",
        "there is no variant `onee`",
        "did you mean `one`?",
    ] {
        assert!(told.contains(part), "no {part} in\n{told}");
    }
}

/// Called every 400 s: cold each time after 296 to 348 s of idleness, never after 10 min. Cold, the larger size pays 2 s of Init
/// at three times the price; warm, it is cheaper: 0.4 s x 1,769 MB against 2 s x 512 MB.
fn on_the_edge() -> Sensitivity {
    let template = template(
        "functions: {api: {memory: 512MB, timeout: 10s, init: 2s, duration: {512MB: 2s, 1769MB: 400ms}, max_age: never}}
traffic: [{to: api, arrivals: even, rate: 9/h, for: 20h}]
thresholds: {api.cold_start_rate: [\"> 99%\"]}
experiment: {variants: {small: {}, large: {functions.api.memory: 1769MB}}}
",
        Vec::new(),
    );
    let found = sensitivity(&template, 2, &Runner { jobs: 2, progress: None }).unwrap();
    let document = sensitivity::document(&found, &tracked(template.scenario()));
    let shown = text(&document, OPTIONS);
    for words in [
        "As assumed, large is",
        "dearer",
        "It flips: with keep_alive 10m (also 60m, aws-2019, aws-2020) it is 1.41 times cheaper",
        "cheaper",
        "keep_alive (S16)",
    ] {
        assert!(shown.contains(words), "no {words} in\n{shown}");
    }
    assert!(shown.contains("the verdict on api.cold_start_rate > 99%"), "{shown}");
    assert!(
        document
            .pictures()
            .any(|picture| picture.name.starts_with("tornado-") && picture.svg.contains("keep_alive"))
    );
    found
}

#[test]
fn a_decision_that_hangs_on_the_keep_alive_is_shown_to_flip() {
    let found = on_the_edge();
    let decision = &found.decisions[0];
    assert!(decision.assumed.significant && decision.assumed.difference > 0.0);
    assert!(decision.flips.iter().any(|flip| flip.instead == "10m" && flip.difference.difference < 0.0));
    // Five minutes are as the measured 296 to 348 s: still cold every time.
    assert!(!decision.flips.iter().any(|flip| flip.instead == "5m"));
    assert_eq!(found.alternatives[0].assumption, "keep_alive");
    assert!(found.alternatives[0].strength > 0.1);
    assert!(found.not_varied.contains(&"invoke_path"));
    let choice = found.alternatives.iter().find(|one| one.assumption == "own_cold_start").unwrap();
    assert_eq!(choice.strength, 0.0, "requests never overlap");
}
