//! A cap on concurrency, and time in other units (invariants 5 and 6).

use super::Workload;

/// 5: who is throttled depends on neither keep-alive nor choice.
#[test]
fn a_cap_throttles_the_same_requests_under_every_choice_and_keep_alive() {
    let mut refused = 0;
    for workload in Workload::all() {
        for cap in [1, 2, 5] {
            let reference = workload.run_capped(cap, "keep_alive: never", "").throttled();
            refused += reference.len();
            for choice in ["mru", "lru", "newest", "random"] {
                for settings in ["keep_alive: 2s", "keep_alive: 30s, max_age: 50s", "keep_alive: 0s"] {
                    let path = workload.run_capped(cap, settings, &format!("environment_choice: {choice}"));
                    assert_eq!(path.throttled(), reference, "cap {cap}, {choice}, {settings}");
                }
            }
        }
    }
    assert!(refused > 100, "the workloads hardly meet the caps: {refused}");
}

/// A cap refuses exactly the requests that find so many at work, whoever they are.
#[test]
fn a_cap_refuses_exactly_those_who_find_it_used_up() {
    for workload in Workload::all() {
        for cap in [1_u32, 3] {
            let path = workload.run_capped(cap, "keep_alive: 3s", "");
            let mut ends: Vec<u64> = Vec::new();
            let mut refused = Vec::new();
            for (number, (at, run)) in (1..).zip(&workload.rows) {
                ends.retain(|end| end > at);
                if ends.len() < cap as usize {
                    ends.push(at + run);
                } else {
                    refused.push(number);
                }
            }
            assert_eq!(path.throttled(), refused, "cap {cap}");
        }
    }
}

/// 6: a second that is called three seconds changes nothing but the clock.
#[test]
fn stretching_all_times_changes_neither_cold_starts_nor_throttles() {
    for workload in Workload::all() {
        for factor in [2, 3, 10] {
            let stretched = workload.stretched(factor);
            let settings = |factor: u64| format!("keep_alive: {}s, max_age: {}s", 4 * factor, 60 * factor);
            let (short, long) =
                (workload.run_capped(3, &settings(1), ""), stretched.run_capped(3, &settings(factor), ""));
            assert_eq!(short.cold(), long.cold());
            assert_eq!(short.throttled(), long.throttled());
            let last = |path: &super::Path| path.spans().iter().map(|span| span.2).max();
            assert_eq!(last(&short).map(|end| end * factor), last(&long));
        }
    }
}
