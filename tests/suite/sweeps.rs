//! `sweep`: each point is the run that it would be alone, parts merge exactly, what is wrong is shown where it stands.

use std::fs;
use std::path::Path;
use std::time::Duration;

use assert_cmd::Command;
use coldstart::experiment::sweep::{Sweep, SweepRefusal, csv, document};
use coldstart::experiment::{Runner, Shard, Tally, shown, tracked};
use coldstart::report::document::text;
use coldstart::report::json;
use coldstart::report::text::{Detail, TextOptions};
use coldstart::scenario::{ExperimentFlag, Overrides, Template};
use coldstart::{Options, simulate};

const API: &str = "
functions: {api: {memory: 512MB, init: 300ms, work: {cpu: 20ms, io: 30ms}, reserved_concurrency: 3}}
traffic: [{to: api, rate: 20/s, for: 30s}]
thresholds: {api.throttle_rate: [\"< 1%\"]}
experiment:
  replications: 3
  sweep:
    functions.api.memory: 512MB..1024MB step 512MB
    functions.api.reserved_concurrency: [2, 3, 5]
";

pub fn template(text: &str, flags: Vec<ExperimentFlag>) -> Template {
    let overrides = Overrides { experiment: flags, ..Overrides::default() };
    Template::read(text, "test.yaml", Path::new("."), &overrides)
        .unwrap_or_else(|problems| panic!("{problems}"))
}

fn refused(text: &str, flags: Vec<ExperimentFlag>) -> String {
    let overrides = Overrides { experiment: flags, ..Overrides::default() };
    match Template::read(text, "test.yaml", Path::new("."), &overrides) {
        Err(problems) => problems.render(false),
        Ok(template) => match Sweep::new(&template) {
            Err(SweepRefusal::Problems(problems)) => problems.render(false),
            Err(SweepRefusal::Words(words)) => words,
            Ok(_) => panic!("nothing is said against it"),
        },
    }
}

fn tallies(sweep: &Sweep<'_>, points: &[usize], jobs: usize) -> Vec<Tally> {
    let mut found = Vec::new();
    sweep
        .simulate(points, &Runner { jobs, progress: None }, |_, tally| {
            found.push(tally);
            Ok::<(), ()>(())
        })
        .unwrap();
    found
}

fn terminal(columns: usize) -> TextOptions {
    TextOptions { detail: Detail::Full, colour: false, columns }
}

#[test]
fn a_point_is_the_run_that_its_values_make_and_all_have_the_same_seeds() {
    let template = template(API, Vec::new());
    let sweep = Sweep::new(&template).unwrap();
    assert_eq!(sweep.points(), 6);
    let all = tallies(&sweep, &[0, 1, 2, 3, 4, 5], 2);
    assert_eq!(all, tallies(&sweep, &[0, 1, 2, 3, 4, 5], 1));
    let scenario = sweep.scenario(4);
    assert_eq!(
        (scenario.functions[0].memory.mb(), scenario.functions[0].reserved_concurrency),
        (1_024, Some(3))
    );
    assert_eq!(scenario.seed, 42);
    let metrics = tracked(template.scenario());
    let throttles = metrics.iter().position(|metric| metric.name == "api.throttles").unwrap();
    let requests = metrics.iter().position(|metric| metric.name == "api.requests").unwrap();
    let alone = simulate(&scenario, &Options::default());
    let spread = all[4].spread(throttles).unwrap();
    assert!(spread.min() <= alone.functions["api"].throttles.total as f64);
    assert!(spread.max() >= alone.functions["api"].throttles.total as f64);
    // The same arrivals at every point.
    assert!(all.iter().all(|tally| tally.spread(requests) == all[0].spread(requests)));
    assert!(all[0].spread(throttles).unwrap().mean() > all[2].spread(throttles).unwrap().mean());
}

#[test]
fn parts_give_the_same_answer_as_the_whole() {
    let template = template(API, Vec::new());
    let sweep = Sweep::new(&template).unwrap();
    let whole = json::render(&sweep.answer(&tallies(&sweep, &[0, 1, 2, 3, 4, 5], 2))).unwrap();
    let mut parts: Vec<Option<Tally>> = vec![None; 6];
    for number in 1..=4 {
        let shard = Shard { number, of: 4 };
        let points: Vec<usize> = (0..6).filter(|point| shard.has(*point)).collect();
        for (point, tally) in points.iter().zip(tallies(&sweep, &points, 1)) {
            // Through a file, as on another machine.
            let written = serde_json::to_string(&tally).unwrap();
            parts[*point] = Some(serde_json::from_str(&written).unwrap());
        }
    }
    let parts: Vec<Tally> = parts.into_iter().map(Option::unwrap).collect();
    assert!(json::render(&sweep.answer(&parts)).unwrap() == whole);
}

#[test]
fn the_answer_has_a_table_a_picture_and_a_row_for_each_point() {
    let template = template(API, Vec::new());
    let sweep = Sweep::new(&template).unwrap();
    let answer = sweep.answer(&tallies(&sweep, &[0, 1, 2, 3, 4, 5], 2));
    let document = document(&answer, &shown(template.scenario()));
    let shown = text(&document, terminal(100));
    for words in
        ["SWEEP  test  6 points × 3 runs", "1024MB", "Thresholds", "✗ held in 0 of 3", "api latency mean"]
    {
        assert!(shown.contains(words), "no {words} in\n{shown}");
    }
    assert!(shown.lines().all(|line| line.chars().count() <= 100), "{shown}");
    let pictures: Vec<_> = document.pictures().collect();
    assert!(
        !pictures.is_empty()
            && pictures.iter().all(|one| one.svg.contains("<rect") && !one.svg.contains("NaN"))
    );
    let rows = csv(&answer);
    assert_eq!(rows.lines().count(), 7);
    assert!(rows.starts_with("functions.api.memory,functions.api.reserved_concurrency,runs,"));
    assert!(rows.lines().nth(1).unwrap().starts_with("512MB,2,3,"));
}

#[test]
fn one_field_makes_curves_and_named_metrics_are_shown() {
    let flags = vec![
        ExperimentFlag::Over("functions.api.reserved_concurrency=1..4 step 1".to_owned()),
        ExperimentFlag::Metric("api.throttles".to_owned()),
    ];
    let template = template(API, flags);
    let sweep = Sweep::new(&template).unwrap();
    let answer = sweep.answer(&tallies(&sweep, &[0, 1, 2, 3], 1));
    let document = document(&answer, &shown(template.scenario()));
    let shown = text(&document, terminal(100));
    assert!(shown.contains("throttles") && !shown.contains("latency"), "{shown}");
    assert_eq!(
        document.pictures().map(|picture| picture.name.as_str()).collect::<Vec<_>>(),
        ["api-throttles"]
    );
}

#[test]
fn memory_that_is_swept_over_a_fixed_duration_is_remarked() {
    let remarked = |function: &str| {
        let text = format!(
            "functions: {{api: {{memory: 256MB, init: 0ms, {function}}}}}\ntraffic: [{{to: api, rate: 1/s, for: 5s}}]\n\
             experiment: {{sweep: {{functions.api.memory: [256MB, 512MB]}}}}\n"
        );
        let template = template(&text, Vec::new());
        let sweep = Sweep::new(&template).unwrap();
        sweep.answer(&tallies(&sweep, &[0, 1], 1)).remarks.iter().any(|remark| remark.contains("(S22)"))
    };
    assert!(remarked("duration: 1s"));
    assert!(!remarked("work: {cpu: 10ms}"));
    assert!(!remarked("duration: {256MB: 1s, 512MB: 500ms}"));
}

#[test]
fn wrong_flags_are_shown_with_their_place() {
    let told = refused(
        API,
        vec![
            ExperimentFlag::Over("functions.apj.memory=512MB, 1GB".to_owned()),
            ExperimentFlag::Over("functions.api.memory=512MB..1GB step 0MB".to_owned()),
            ExperimentFlag::Over("functions.api.timeout=16m".to_owned()),
            ExperimentFlag::Over("functions.api.memory".to_owned()),
            ExperimentFlag::Metric("api.latncy.p99".to_owned()),
        ],
    );
    // What cannot be written into the tree comes first.
    assert!(told.contains("`--over` needs PATH=VALUES"), "{told}");
    let told = refused(
        API,
        vec![
            ExperimentFlag::Over("functions.apj.memory=512MB, 1GB".to_owned()),
            ExperimentFlag::Over("functions.api.memory=512MB..1GB step 0MB".to_owned()),
            ExperimentFlag::Over("functions.api.timeout=1m, 16m".to_owned()),
        ],
    );
    for part in [
        "there is no `apj` in `functions`",
        "did you mean `api`?",
        "a step is above zero",
        "`timeout`",
        "^^^",
    ] {
        assert!(told.contains(part), "no {part} in\n{told}");
    }
    let told = refused(API, vec![ExperimentFlag::Metric("api.latncy.p99".to_owned())]);
    assert!(told.contains("did you mean `latency.p99`?"), "{told}");
}

#[test]
fn how_runs_are_made_is_nothing_that_they_differ_in() {
    for flag in [
        ExperimentFlag::Over("experiment.replications=1, 2".to_owned()),
        ExperimentFlag::Change("experiment.confidence=99%".to_owned()),
    ] {
        let told = refused(API, vec![flag]);
        assert!(told.contains("no run differs in `experiment."), "{told}");
        assert!(told.contains("^^^"), "{told}");
    }
}

#[test]
fn values_that_only_fail_together_are_told_together() {
    let told = refused(
        "functions: {a: {init: 0ms, duration: 1s, reserved_concurrency: 10}}\ntraffic: [{to: a, rate: 1/s, for: 5s}]\n\
         experiment: {sweep: {account.concurrency: [200, 1000], functions.a.reserved_concurrency: [50, 500]}}\n",
        Vec::new(),
    );
    assert!(told.contains("account.concurrency = 200"), "{told}");
    assert!(told.contains("functions.a.reserved_concurrency = 500"), "{told}");
}

fn coldstart(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::cargo_bin("coldstart").unwrap();
    command.current_dir(folder).args(arguments);
    command
}

#[test]
fn results_are_kept_point_by_point_and_parts_are_merged() {
    let desk = tempfile::tempdir().unwrap();
    fs::write(desk.path().join("api.yaml"), API).unwrap();
    let run = |arguments: &[&str]| {
        let mut all = vec!["sweep", "api.yaml", "--json", "-"];
        all.extend(arguments);
        coldstart(desk.path(), &all).output().unwrap()
    };
    let whole = run(&[]).stdout;
    assert!(run(&["--results", "kept"]).stdout == whole);
    // A sweep that stopped in between goes on; what is there is not simulated again.
    fs::remove_file(desk.path().join("kept/point-000002.json")).unwrap();
    fs::remove_file(desk.path().join("kept/point-000005.json")).unwrap();
    let resumed = run(&["--results", "kept"]);
    assert!(String::from_utf8_lossy(&resumed.stderr).contains("4 of 6 points are there; simulating 2"));
    assert!(resumed.stdout == whole);
    for number in ["1/3", "2/3"] {
        let part = run(&["--results", &format!("part-{}", &number[..1]), "--shard", number]);
        assert_eq!(part.status.code(), Some(0));
    }
    let missing = run(&["--merge", "part-1", "--merge", "part-2"]);
    assert_eq!(missing.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&missing.stderr).contains("2 of 6 points are missing: number 3, 6"));
    run(&["--results", "part-3", "--shard", "3/3"]);
    assert!(run(&["--merge", "part-1", "--merge", "part-2", "--merge", "part-3"]).stdout == whole);
    let other = run(&["--results", "kept", "--seed", "7"]);
    assert_eq!(other.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&other.stderr).contains("are of another sweep"));
}

#[test]
fn a_sweep_that_is_killed_goes_on_where_it_stopped() {
    let desk = tempfile::tempdir().unwrap();
    fs::write(desk.path().join("api.yaml"), API.replace("for: 30s", "for: 600s")).unwrap();
    let whole = coldstart(desk.path(), &["sweep", "api.yaml", "--json", "-"]).output().unwrap().stdout;
    let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin("coldstart"))
        .current_dir(desk.path())
        .args(["sweep", "api.yaml", "--jobs", "1", "--results", "kept"])
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let first = desk.path().join("kept/point-000000.json");
    for _ in 0..2_000 {
        if first.exists() {
            break;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let _ = child.kill();
    let _ = child.wait();
    assert!(first.exists(), "no point was kept");
    let resumed =
        coldstart(desk.path(), &["sweep", "api.yaml", "--results", "kept", "--json", "-"]).output().unwrap();
    assert!(resumed.stdout == whole);
}
