//! What `cost`, and later its neighbours, answer.

use coldstart::decision::break_even::{break_even, break_even_utilisation};
use coldstart::decision::cost_answers::{CostAnswers, Questions};
use coldstart::decision::cost_document::document;
use coldstart::decision::cost_text;
use coldstart::report::document::{html, markdown};
use coldstart::report::model::Report;
use coldstart::report::text::{Detail, TextOptions};
use coldstart::scenario::model::Arch;
use coldstart::units::Usd;

use crate::simulated::report;

const OPTIONS: TextOptions = TextOptions { detail: Detail::Full, colour: false, columns: 100 };

/// 512 MB and 200 ms at `rate` a second: $1.86667 a million.
fn lambda(rate: &str, more: &str) -> Report {
    report(&format!(
        "functions: {{api: {{memory: 512MB, init: 0ms, duration: 200ms, keep_alive: 10m, max_age: never}}}}
traffic: [{{to: api, arrivals: even, rate: {rate}, for: 2592s}}]
{more}"
    ))
}

fn usd(text: &str) -> Usd {
    Usd::from_decimal(text).unwrap()
}

fn bought(report: &Report, budget: &str) -> Option<u64> {
    break_even(report.cost.usage.as_ref()?, usd(budget))?.invocations
}

#[test]
fn q25_thirty_dollars_buy_16_07_million_invocations() {
    // 0.1 GB-s x 0.0000166667 + 0.0000002 = 0.00000186667: 30 / that = 16,071,399.0
    for rate in ["5/s", "20/s"] {
        assert_eq!(bought(&lambda(rate, ""), "30"), Some(16_071_399), "{rate}");
    }
}

/// What the terminal shows.
fn answered(report: &Report, questions: Questions) -> String {
    cost_text::render(report, &CostAnswers::of(report, questions), None, OPTIONS)
}

#[test]
fn the_free_tier_is_bought_for_nothing() {
    // Free: 1 M requests and 400,000 GB-s, which are 4 M of these; beyond, 0.0000002 from 1 M and the rest from 4 M on.
    // 30 = 0.0000002 (n - 1,000,000) + 0.00000166667 (n - 4,000,000): n = 36.86668 / 0.00000186667 = 19,750,000.0
    let n = bought(&lambda("5/s", "pricing: {free_tier: true}"), "30").unwrap();
    assert_eq!(n, (36.866_68_f64 / 0.000_001_866_67).floor() as u64);
}

#[test]
fn break_even_goes_through_the_tiers() {
    // 6e9 GB-s are 60e9 of these: 100,000.20 + 12,000 of requests; then 0.0000015 + 0.0000002 each.
    let beyond = bought(&lambda("5/s", ""), "129000.2").unwrap();
    assert_eq!(beyond, 60_000_000_000 + 10_000_000_000);
}

#[test]
fn what_is_not_reached_is_said() {
    let run = lambda("5/s", "");
    assert_eq!(bought(&run, "2000000"), None);
    let questions = Questions { budget: Some(usd("2000000")), ..Questions::default() };
    assert!(answered(&run, questions).contains("BREAK-EVEN  no break-even: 1,000,000,000,000 invocations"));
}

#[test]
fn the_answer_names_one_invocation_a_thousand_users_and_the_break_even() {
    let questions = Questions { budget: Some(usd("30")), per_user: Some(300) };
    let text = answered(&lambda("13888.88888888889/h", ""), questions);
    for part in [
        "$18.67 a month",
        "$1.87 a million, at 10,000,000 invocations a month",
        // 300,000 x 0.00000186667
        " USERS       $0.5600 a month for 1,000 users with 300 invocations each",
        "$30.00 a month buys 16,071,399 invocations a month, 6.2 a second on average",
        "this scenario, $18.67 a month, is cheaper than $30.00: 62.22% of the break-even",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
}

#[test]
fn a_region_without_prices_has_no_break_even() {
    let run = lambda("5/s", "region: il-central-1");
    let questions = Questions { budget: Some(usd("30")), ..Questions::default() };
    assert_eq!(bought(&run, "30"), None);
    let text = answered(&run, questions);
    assert!(text.contains("not priced") && !text.contains("BREAK-EVEN"), "{text}");
}

#[test]
fn provisioned_concurrency_pays_above_sixty_per_cent_utilisation() {
    // 4.1667 / (16.6667 - 9.7222) = 0.6000.
    let run = lambda("5/s", "");
    let least = break_even_utilisation(run.cost.usage.as_ref().unwrap(), Arch::X86_64).unwrap();
    assert!((least - 0.6).abs() < 1e-4, "{least}");
    let text = answered(&run, Questions::default());
    assert!(
        text.contains(" CAPACITY    provisioned concurrency pays above 60.00% utilisation (x86_64)"),
        "{text}"
    );
    // One of two environments is busy all the time: 50 %, and the other one is paid for nothing.
    let held = report(
        "functions: {api: {memory: 1024MB, init: 0ms, duration: 1s, max_age: never, provisioned_concurrency: 2}}
traffic: [{to: api, arrivals: even, rate: 1/s, for: 1h}]
",
    );
    let text = answered(&held, Questions::default());
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("api used 50.00% of it: it does not pay"), "{text}");
    let idle = held.cost.waste.iter().find(|line| line.cause == "idle provisioned concurrency").unwrap();
    assert_eq!((idle.gb_s, idle.invocations), (3_600.0, 0));
    assert_eq!(idle.amount.to_fixed(8), "0.01500012");
}

#[test]
fn the_page_of_costs_has_the_bill_the_answers_and_the_total() {
    let questions = Questions { budget: Some(usd("30")), per_user: Some(300) };
    let run = lambda("13888.88888888889/h", "");
    let document = document(&run, &CostAnswers::of(&run, questions), None);
    let (page, comment) = (html(&document), markdown(&document));
    for part in [
        "$18.67 a month",
        "$30.00 a month buys 16,071,399 invocations",
        "$0.5600 a month for 1,000 users",
        "total",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
        assert!(comment.contains(part), "{part}\n{comment}");
    }
    assert!(comment.contains("10,000,000"), "{comment}");
}
