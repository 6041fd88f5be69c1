//! Random scenarios over everything that is built. The audit runs in each and panics when anything is lost; what must
//! hold of every report is checked on top.

mod dice;
pub mod generator;
mod invariants;
mod surrounded;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use coldstart::{Options, simulate};

use crate::simulated::scenario_in;

/// Seeds that once failed, each with what was wrong. They run first.
/// 1285, 1502: the end of a tumbling window was tried for ever. 1375: poison messages were moved back to their queue for ever.
const FAILED_ONCE: [u64; 3] = [1_285, 1_375, 1_502];

const SCENARIOS: u64 = if cfg!(debug_assertions) { 300 } else { 2_000 };

fn check(seed: u64) {
    let generate = match seed % 7 {
        0 => generator::crowded,
        1 => generator::queued,
        2 => generator::fronted,
        3 => generator::linked,
        4 => generator::streamed,
        5 => generator::divided,
        6 if seed.is_multiple_of(2) => generator::pushed,
        _ => generator::scenario,
    };
    check_text(seed, generate);
}

fn check_text(seed: u64, generate: fn(u64, &Path) -> String) {
    let folder = tempfile::tempdir().unwrap();
    let text = generate(seed, folder.path());
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let scenario = scenario_in(&text, folder.path());
        invariants::check(&scenario, &simulate(&scenario, &Options::default()));
    }));
    assert!(outcome.is_ok(), "seed {seed} fails: add it to FAILED_ONCE. Its scenario:\n{text}");
}

/// As [`FAILED_ONCE`], of the scenarios with much around their functions.
const SURROUNDED_FAILED_ONCE: [u64; 2] = [239, 624];

const SURROUNDED: u64 = if cfg!(debug_assertions) { 200 } else { 2_000 };

fn check_surrounded(seed: u64) {
    check_text(seed, surrounded::surrounded);
}

#[test]
fn seeds_that_failed_once_hold_now() {
    FAILED_ONCE.into_iter().for_each(check);
    SURROUNDED_FAILED_ONCE.into_iter().for_each(check_surrounded);
}

/// None of them is only there by name: what they are about happens in some.
#[test]
fn the_scenarios_with_keys_networks_and_states_have_them_all() {
    let folder = tempfile::tempdir().unwrap();
    let all: String = (0..60).map(|seed| surrounded::surrounded(seed, folder.path())).collect();
    for key in [
        "kms: {",
        "key_state: disabled",
        "decrypt: each_invocation",
        "role: {",
        "assumable: false",
        "vpc: {",
        "free_addresses",
        "created: ",
        "pending: ",
        "snapstart: true",
        "subscription: [",
        "subscription: {",
        "takes: ",
        "tmp: {",
        "versions: {",
        "provisioned_concurrency",
        "event_sources: [",
    ] {
        assert!(all.contains(key), "no scenario has {key}");
    }
}

#[test]
fn every_random_scenario_with_keys_networks_and_states_keeps_the_books() {
    std::thread::scope(|scope| {
        let halves = [0, 1].map(|half| {
            scope.spawn(move || (0..SURROUNDED / 2).for_each(|seed| check_surrounded(2 * seed + half)))
        });
        for half in halves {
            half.join().expect("a scenario of the swarm fails; its seed and text stand above");
        }
    });
}

#[test]
fn every_random_scenario_keeps_the_books() {
    // Two halves, so that both cores have something to do.
    std::thread::scope(|scope| {
        let halves = [0, 1]
            .map(|half| scope.spawn(move || (0..SCENARIOS / 2).for_each(|seed| check(2 * seed + half))));
        for half in halves {
            half.join().expect("a scenario of the swarm fails; its seed and text stand above");
        }
    });
}
