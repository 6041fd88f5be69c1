//! Which environments there are, and who gets which (invariants 1-4 and 7-9).

use std::collections::BTreeSet;

use coldstart::lambda::facts::Fact;
use coldstart::lambda::lapse::Lapse;

use super::{Path, Workload};

const NANOS_PER_SECOND: u64 = 1_000_000_000;

/// 1: who is busy when depends on neither choice nor keep-alive nor age.
#[test]
fn busy_time_is_the_same_under_every_choice_keep_alive_and_age_limit() {
    for workload in Workload::all() {
        let reference = workload.run("keep_alive: never", "").spans();
        for choice in ["mru", "lru", "newest", "random"] {
            for settings in [
                "keep_alive: 5s",
                "keep_alive: 'uniform(1s, 60s)'",
                "keep_alive: never, max_age: 20s",
                "keep_alive: 1s, early_end: 50%",
            ] {
                let spans = workload.run(settings, &format!("environment_choice: {choice}")).spans();
                assert_eq!(spans, reference, "{choice}, {settings}");
            }
        }
    }
}

/// 2: whoever is cold with a longer keep-alive is cold with a shorter one.
#[test]
fn a_longer_keep_alive_only_takes_cold_starts_away() {
    for workload in Workload::all() {
        let cold = |keep_alive: &str| -> BTreeSet<u64> {
            workload.run(&format!("keep_alive: {keep_alive}"), "").cold().into_iter().collect()
        };
        let sets = ["0s", "500ms", "3s", "20s", "100s", "never"].map(cold);
        for pair in sets.windows(2) {
            assert!(pair[1].is_subset(&pair[0]), "{:?} is not within {:?}", pair[1], pair[0]);
        }
    }
}

/// Starts and ends in order of time, ends first (S2): (instant, the number that starts).
fn steps(path: &Path) -> Vec<(u64, Option<u64>)> {
    let spans = path.spans();
    let starts = spans.iter().map(|&(number, start, _)| (start, Some(number)));
    let mut steps: Vec<_> = starts.chain(spans.iter().map(|&(_, _, end)| (end, None))).collect();
    steps.sort();
    steps
}

/// 3: without expiry, cold starts up to any instant are the greatest number ever busy; with an Init that occupies
/// concurrency at least as many.
#[test]
fn without_expiry_cold_starts_are_the_greatest_number_ever_busy() {
    for workload in Workload::all() {
        for init in ["0ms", "700ms"] {
            let path = workload.run(&format!("keep_alive: never, init: {init}"), "");
            let cold: BTreeSet<u64> = path.cold().into_iter().collect();
            let (mut busy, mut most, mut created) = (0_u64, 0, 0);
            for (_, start) in steps(&path) {
                match start {
                    Some(number) => {
                        busy += 1;
                        created += u64::from(cold.contains(&number));
                    }
                    None => busy -= 1,
                }
                most = most.max(busy);
                assert!(created == most, "{created} created, at most {most} were busy, init {init}");
            }
        }
    }
}

/// 4: an idle period of no length is over before any arrival at its instant (S2), so nothing is ever warm.
#[test]
fn without_keep_alive_every_start_is_cold() {
    for workload in Workload::all() {
        let path = workload.run("keep_alive: 0s", "");
        assert_eq!(path.cold().len(), path.ran().len());
    }
}

/// 7: Σ busy = Σ durations, and Σ life = Σ busy + Σ idle, to the nanosecond.
#[test]
fn environments_live_as_long_as_they_are_busy_and_idle() {
    for workload in Workload::all() {
        for settings in [
            "keep_alive: 10s",
            "keep_alive: 'uniform(1s, 30s)', max_age: 40s",
            "keep_alive: never",
            "keep_alive: aws-2020-pool",
            "keep_alive: aws-2020-logs",
        ] {
            let (report, witness) = workload.witnessed(settings);
            let end = (report.simulated_s * 1e9).round() as u64;
            let (mut busy, mut idle, mut life) = (0, 0, 0);
            let (mut born, mut alive) = (0, 0);
            for (now, fact) in &witness.0 {
                match fact {
                    Fact::Ended(ended) => {
                        busy += now.since(ended.admitted).nanos();
                        if ended.cold {
                            born += ended.admitted.nanos();
                            alive += 1;
                        }
                    }
                    Fact::Started(started) => {
                        idle += started.idle_since.map_or(0, |since| now.since(since).nanos());
                    }
                    Fact::Lapse { lapse: Lapse::IdlePeriodEnded { since, until }, .. } => {
                        idle += until.since(*since).nanos();
                    }
                    Fact::Lapse { lapse: Lapse::Retired { created, at, .. }, .. } => {
                        life += at.since(*created).nanos();
                        born -= created.nanos();
                        alive -= 1;
                    }
                    _ => {}
                }
            }
            life += alive * end - born;
            assert_eq!(life, busy + idle, "{settings}");
            let durations: u64 = workload.rows.iter().map(|(_, run)| run * 1_000_000).sum();
            assert_eq!(busy, durations, "{settings}");
        }
    }
}

/// 8: each environment on demand is one cold start, and none is made twice.
#[test]
fn as_many_environments_are_created_as_requests_start_cold() {
    for workload in Workload::all() {
        for settings in [
            "keep_alive: 7s",
            "keep_alive: 7s, init_errors: 30%, init: 1s",
            "keep_alive: never, max_age: 15s",
        ] {
            let path = workload.run(settings, "");
            let function = &path.report.functions["f"];
            let environments = &function.environments;
            assert_eq!(environments.created, function.cold_starts, "{settings}");
            assert_eq!(environments.created, environments.retired + environments.alive, "{settings}");
            let mut serials: Vec<u64> =
                path.ran().iter().filter(|ended| ended.cold).map(|ended| ended.environment).collect();
            serials.sort_unstable();
            assert!(serials.iter().copied().eq(0..environments.created), "{settings}: {serials:?}");
        }
    }
}

/// 9: a warm start takes the environment that was released last, and within the keep-alive.
#[test]
fn a_warm_start_takes_the_environment_released_last_and_in_time() {
    const KEEP_ALIVE: u64 = 10 * NANOS_PER_SECOND;
    for workload in Workload::all() {
        let path = workload.run("keep_alive: 10s", "");
        // (end, environment) of what has ended and was not taken since.
        let mut idle: Vec<(u64, u64)> = Vec::new();
        let mut running: Vec<(u64, u64)> = Vec::new();
        for ended in path.ran() {
            let now = ended.admitted.nanos();
            running.retain(|&(end, environment)| {
                if end <= now {
                    idle.push((end, environment));
                }
                end > now
            });
            idle.retain(|&(end, _)| now - end < KEEP_ALIVE);
            let latest = idle.iter().map(|&(end, _)| end).max();
            if ended.cold {
                assert_eq!(latest, None, "a cold start although an environment was idle");
            } else {
                let place = idle.iter().position(|&(_, environment)| environment == ended.environment);
                let (end, _) = idle.remove(place.expect("a warm start finds its environment idle"));
                assert_eq!(Some(end), latest);
            }
            running.push((now + ended.course.duration.nanos(), ended.environment));
        }
    }
}

/// The trace-level oracle: a stack of release times. Cold when it is empty or its top is too old, and then all below
/// is gone too.
#[test]
fn cold_starts_are_those_of_a_stack_of_release_times() {
    for workload in Workload::all() {
        for seconds in [1, 4, 25] {
            let path = workload.run(&format!("keep_alive: {seconds}s"), "");
            let mut stack: Vec<u64> = Vec::new();
            let mut cold = Vec::new();
            for (now, start) in steps(&path) {
                match start {
                    None => stack.push(now),
                    Some(number) => {
                        let warm =
                            stack.pop().is_some_and(|released| now - released < seconds * NANOS_PER_SECOND);
                        if !warm {
                            stack.clear();
                            cold.push(number);
                        }
                    }
                }
            }
            assert_eq!(path.cold(), cold, "keep-alive {seconds} s");
        }
    }
}
