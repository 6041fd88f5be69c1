//! What an invocation leaves in `/tmp` of its environment (S18a).

use coldstart::lambda::outcome::Outcome;

use crate::simulated::{PLAIN, attempts, by_admission, outcomes};

fn outcomes_of(settings: &str, traffic: &str) -> Vec<Outcome> {
    let text = format!("{PLAIN}\nfunctions: {{f: {{init: 1s, {settings}}}}}\ntraffic: [{traffic}]");
    outcomes(&attempts(&text).1)
}

const EVERY_TEN_SECONDS: &str = "{to: f, arrivals: even, rate: 6/min, for: 80s}";

/// F 12 item 14: ⌊512/100⌋ + 1.
#[test]
fn the_sixth_run_that_leaves_100_mb_finds_no_room_and_so_do_all_after_it() {
    let found = outcomes_of("duration: 1s, tmp: {write: 100MB}", EVERY_TEN_SECONDS);
    let (fits, full) = (Outcome::Succeeded, Outcome::StorageFull);
    assert_eq!(found, [fits, fits, fits, fits, fits, full, full, full]);
}

#[test]
fn what_is_removed_at_the_end_of_a_run_is_in_nobodys_way() {
    let found = outcomes_of("duration: 1s, tmp: {write: 500MB, cleanup: true}", EVERY_TEN_SECONDS);
    assert_eq!(found, [Outcome::Succeeded; 8]);
    let found = outcomes_of("duration: 1s, tmp: {write: 513MB, cleanup: true}", EVERY_TEN_SECONDS);
    assert_eq!(found, [Outcome::StorageFull; 8]);
}

#[test]
fn environments_do_not_share_their_files_and_a_new_one_is_empty() {
    let two_at_a_time = "{to: f, burst: 2, at: 0s}, {to: f, burst: 2, at: 10s}, {to: f, burst: 2, at: 20s}";
    let found = outcomes_of("duration: 1s, tmp: {write: 200MB}", two_at_a_time);
    let (fits, full) = (Outcome::Succeeded, Outcome::StorageFull);
    assert_eq!(found, [fits, fits, fits, fits, full, full]);
    let found = outcomes_of("duration: 1s, keep_alive: fixed(5s), tmp: {write: 200MB}", EVERY_TEN_SECONDS);
    assert_eq!(found, [fits; 8]);
}

/// A killed run does not come to its clean-up, and a reset keeps /tmp (S18).
#[test]
fn files_of_killed_runs_stay() {
    let killed_twice = "{to: f, burst: 1, at: 0s, duration: 5s}, {to: f, burst: 1, at: 10s, duration: 5s}, \
                        {to: f, burst: 1, at: 20s}";
    let text = format!(
        "{PLAIN}\nfunctions: {{f: {{init: 1s, duration: 1s, timeout: 3s, tmp: {{write: 200MB, cleanup: true}}}}}}
traffic: [{killed_twice}]"
    );
    let (report, rows) = attempts(&text);
    assert_eq!(outcomes(&rows), [Outcome::TimedOut, Outcome::TimedOut, Outcome::StorageFull]);
    let function = &report.functions["f"];
    let tmp = function.tmp.expect("the function uses /tmp");
    assert_eq!((function.cold_starts, function.errors_by_cause.storage_full), (1, 1));
    assert_eq!((tmp.starts_with_leftovers, tmp.leftovers_max_mb), (2, 400.0));
}

/// 2^30 · 8 bits at 625 Mbit/s take 13.743895347 s: with the Init of 1 s more than the 10 s that there are, so all of it is
/// done again inside the invoke (S15).
#[test]
fn what_every_init_downloads_takes_time_and_room() {
    let settings = "init: 1s, duration: 1s, timeout: 30s, ephemeral_storage: 2048MB, tmp: {download: 1GB}";
    let text = format!("{PLAIN}\nfunctions: {{f: {{{settings}}}}}\ntraffic: [{{to: f, burst: 1}}]");
    let ended = by_admission(&attempts(&text).1)[0];
    assert_eq!(ended.course.init.seconds(), 10.0);
    assert_eq!(ended.course.duration.nanos(), 15_743_895_347);
    let found =
        outcomes_of("duration: 1s, timeout: 30s, tmp: {download: 400MB, write: 100MB}", EVERY_TEN_SECONDS);
    assert_eq!(found[..2], [Outcome::Succeeded, Outcome::StorageFull]);
}

/// Without the switch of S11 a request may end up in another environment than the one that was created for it.
#[test]
fn an_environment_that_serves_somebody_else_counts_its_own_files() {
    let text = format!(
        "{PLAIN}\nassumptions: {{own_cold_start: false}}
functions: {{f: {{init: 2s, duration: 1s, tmp: {{write: 300MB}}}}}}
traffic: [{{to: f, burst: 1, at: 0s}}, {{to: f, burst: 1, at: 2500ms}}, {{to: f, burst: 1, at: 20s}}, {{to: f, burst: 1, at: 20s}}]"
    );
    // The second request gets the environment that the first one leaves at 3 s, with 300 of 512 MB used; at 20 s that one is
    // full still, and the other one, which nobody has used, is not.
    let (_, rows) = attempts(&text);
    let full = outcomes(&rows).iter().filter(|end| **end == Outcome::StorageFull).count();
    assert_eq!(full, 2);
}
