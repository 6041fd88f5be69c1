//! The lines of a log, in AWS's format (F 8.2).

use coldstart::observe::LogLines;
use coldstart::report::log_lines::lines;
use coldstart::{Options, simulate_observed};

use crate::simulated::{PLAIN, scenario};

/// The lines of the first `most` invocations, with `ID` in place of the identifiers.
fn logged(text: &str, most: usize) -> String {
    let scenario = scenario(text);
    let (_, observer) =
        simulate_observed(&scenario, &Options::default(), LogLines::new(&scenario, None, most));
    let mut all = String::new();
    for line in observer.kept().iter().flat_map(|invocation| {
        lines(scenario.seed, invocation).lines().map(str::to_owned).collect::<Vec<_>>()
    }) {
        let plain = match line.split_once("RequestId: ") {
            Some((before, after)) => format!("{before}RequestId: ID{}", &after[36..]),
            None => line,
        };
        all.push_str(&plain);
        all.push('\n');
    }
    all
}

/// The examples of AWS: a warm and a cold invocation; Init and duration are billed together: 86.9 ms are 87.
#[test]
fn report_lines_are_those_of_aws() {
    let told = logged(
        &format!(
            "{PLAIN}\nfunctions: {{f: {{memory: 128MB, init: 84ms, duration: 2900us, max_memory_used: 36MB}}}}
traffic: [{{to: f, arrivals: even, rate: 1/s, for: 5s}}]"
        ),
        2,
    );
    assert_eq!(
        told,
        "START RequestId: ID Version: $LATEST
END RequestId: ID
REPORT RequestId: ID\tDuration: 2.90 ms\tBilled Duration: 87 ms\tMemory Size: 128 MB\tMax Memory Used: 36 MB\tInit Duration: 84.00 ms\t
START RequestId: ID Version: $LATEST
END RequestId: ID
REPORT RequestId: ID\tDuration: 2.90 ms\tBilled Duration: 3 ms\tMemory Size: 128 MB\tMax Memory Used: 36 MB\t
"
    );
}

#[test]
fn timeouts_and_crashes_stand_at_the_end_of_the_line() {
    let last = |function: &str| {
        let told = logged(
            &format!("functions: {{f: {{init: 0ms, {function}}}}}\ntraffic: [{{to: f, burst: 1}}]"),
            1,
        );
        told.lines().last().unwrap().to_owned()
    };
    assert_eq!(
        last("duration: 5s"),
        "REPORT RequestId: ID\tDuration: 3000.00 ms\tBilled Duration: 3000 ms\tMemory Size: 128 MB\tStatus: timeout\t"
    );
    assert!(
        last("duration: 1s, crashes: 100%").ends_with("\tStatus: error\tError Type: Runtime.ExitError\t")
    );
    assert!(
        last("duration: 1s, max_memory_used: 200MB").contains("\tMax Memory Used: 128 MB\tStatus: error")
    );
    assert!(!last("duration: 1s, errors: 100%").contains("Status"));
}

/// The mark of an environment never falls, whatever its later invocations use.
#[test]
fn the_memory_of_an_environment_is_its_high_water_mark() {
    let told = logged(
        &format!(
            "{PLAIN}\nfunctions: {{f: {{duration: 10ms, max_memory_used: \"uniform(20MB, 100MB)\"}}}}
traffic: [{{to: f, arrivals: even, rate: 1/s, for: 20s}}]"
        ),
        20,
    );
    let marks: Vec<u32> = told
        .lines()
        .filter_map(|line| line.split_once("Max Memory Used: ")?.1.split_once(" MB")?.0.parse().ok())
        .collect();
    assert!(marks.len() == 20 && marks.is_sorted() && marks[0] < marks[19], "{marks:?}");
}
