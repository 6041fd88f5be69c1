//! Erlang B: reserved concurrency is a loss system, whatever the law of the durations (EB).

use super::{Oracle, oracle};
use crate::simulated::{UNBOUND, report, tries};

/// Laws of handler durations with mean 1 s, and their squared coefficients of variation.
const LAWS: [(&str, f64); 3] =
    [("exp(mean=1s)", 1.0), ("1s", 0.0), ("lognormal(mean=1s, sigma=1)", 1.718_281_828)];

struct Lost {
    share: f64,
    requests: f64,
    mean_busy: f64,
}

/// `offered` erlangs of Poisson requests on `cap` environments, after twenty mean durations to settle.
fn lost(cap: f64, offered: f64, law: &str, requests: u64) -> Lost {
    const WARM_UP_S: f64 = 20.0;
    let report = report(&format!(
        "{UNBOUND}
warmup: {WARM_UP_S}s
functions: {{f: {{duration: '{law}', reserved_concurrency: {cap}}}}}
traffic: [{{to: f, rate: {offered}/s, for: {}s}}]",
        (requests as f64 / offered + WARM_UP_S).ceil()
    ));
    let function = &report.functions["f"];
    assert_eq!(function.throttles.total, function.throttles.by_cause.reserved_concurrency);
    Lost {
        share: function.throttle_rate.unwrap(),
        requests: function.requests as f64,
        mean_busy: function.concurrency.mean.unwrap(),
    }
}

/// Four sigma with the row's sigma = sqrt(k p (1 - p) / n); the mean of busy environments varies no more than without
/// a cap: 4 a sqrt((1 + cv²) / n).
fn check(row: &Oracle, requests: u64) {
    let (cap, offered) = (row.input("cap"), row.input("offered_erlangs"));
    for (law, cv2) in LAWS {
        let found = lost(cap, offered, law, requests);
        let p = row.expected("throttle_fraction");
        let sigma = (row.variance_inflation() * p * (1.0 - p) / found.requests).sqrt();
        row.agrees("throttle_fraction", found.share, 4.0 * sigma);
        row.agrees("mean_busy", found.mean_busy, 4.0 * offered * ((1.0 + cv2) / found.requests).sqrt());
    }
}

#[test]
fn small_reservations_lose_what_erlang_b_says_for_any_law_of_durations() {
    for id in ["EB-5-3", "EB-10-8", "EB-3-0.5"] {
        check(&oracle(id), tries(60_000, 1_000_000));
    }
}

#[test]
fn a_reservation_of_a_hundred_loses_what_erlang_b_says_for_any_law_of_durations() {
    for id in ["EB-100-90", "EB-100-110"] {
        check(&oracle(id), tries(100_000, 1_000_000));
    }
}

#[test]
fn a_reservation_of_a_thousand_loses_what_erlang_b_says_for_any_law_of_durations() {
    for id in ["EB-1000-950", "EB-1000-1000"] {
        check(&oracle(id), tries(150_000, 1_000_000));
    }
}

#[test]
fn one_shared_pool_loses_less_than_the_same_capacity_in_parts() {
    let row = oracle("EB-part");
    let requests = tries(200_000, 1_000_000);
    // The row's tolerance is that of EB: the inflation of the nearest size.
    let inflation = oracle("EB-100-90").variance_inflation();
    let agrees = |name: &str, found: &Lost, p: f64| {
        super::agree(name, found.share, p, 4.0 * (inflation * p * (1.0 - p) / found.requests).sqrt());
    };
    let shared = lost(80.0, 70.0, "exp(mean=1s)", requests);
    agrees("shared", &shared, row.expected("shared"));
    let parts = [(50.0, 40.0), (30.0, 30.0)].map(|(c, a)| lost(c, a, "exp(mean=1s)", requests));
    for (place, part) in parts.iter().enumerate() {
        agrees("part", part, row.value("split")[place].as_f64().unwrap());
    }
    let apart = (parts[0].share * 40.0 + parts[1].share * 30.0) / 70.0;
    assert!(shared.share < apart, "{} in one pool, {apart} in parts", shared.share);
}
