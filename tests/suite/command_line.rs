//! Exit statuses, streams and files of the command.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use tempfile::TempDir;

/// The command in an empty folder that holds `scenario.yaml`.
struct Desk {
    folder: TempDir,
}

impl Desk {
    fn new() -> Self {
        let desk = Self { folder: TempDir::new().unwrap() };
        let hello = desk.command(&["init", "hello"]).assert().success();
        fs::write(desk.path("scenario.yaml"), &hello.get_output().stdout).unwrap();
        desk
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::cargo_bin("coldstart").unwrap();
        command
            .current_dir(self.folder.path())
            .env_remove("NO_COLOR")
            .env_remove("CLICOLOR_FORCE")
            .args(arguments);
        command
    }

    /// Files and folders beside the scenario.
    fn others(&self) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(self.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name != "scenario.yaml")
            .collect();
        names.sort();
        names
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn bad_usage_and_missing_scenarios_exit_with_2_and_leave_stdout_empty() {
    let desk = Desk::new();
    for arguments in [
        &["run"][..],
        &["run", "absent.yaml"],
        &["run", "."],
        &["fly", "scenario.yaml"],
        &["run", "scenario.yaml", "--sed", "1"],
        &["explain", "scenario.yaml", "--request", "1", "--peak"],
        &["init", "no-such-template"],
        &["examples", "no-such-example"],
    ] {
        let run = desk.command(arguments).assert().code(2);
        assert_eq!(text(&run.get_output().stdout), "", "{arguments:?}");
        assert_ne!(text(&run.get_output().stderr), "", "{arguments:?}");
    }
    assert_eq!(desk.others(), [""; 0]);
}

#[test]
fn verbs_and_flags_that_are_not_built_say_so_with_status_2() {
    let desk = Desk::new();
    for arguments in [&["import", "sam", "t.yaml"][..], &["replay", "x"], &["fit", "a.log"]] {
        let run = desk.command(arguments).assert().code(2);
        assert!(text(&run.get_output().stderr).contains("not built yet"), "{arguments:?}");
    }
    desk.command(&["run", "scenario.yaml", "--summary", "none", "--replications", "0"]).assert().code(2);
}

#[test]
fn cost_answers_with_the_bill_and_a_break_even_and_refuses_what_is_no_sum() {
    let desk = Desk::new();
    let run = desk.command(&["cost", "scenario.yaml", "--breakeven", "$30/month"]).assert().success();
    let answer = text(&run.get_output().stdout);
    assert!(answer.contains("COST") && answer.contains("BREAK-EVEN  $30.00 a month buys"), "{answer}");
    for wrong in ["30/week", "-3", "0", "nothing", "30 dollars"] {
        desk.command(&["cost", "scenario.yaml", &format!("--breakeven={wrong}")]).assert().code(2);
    }
    desk.command(&["cost", "scenario.yaml", "--junit", "r.xml"]).assert().code(2);
    desk.command(&["cost", "scenario.yaml", "--plot", "plots"]).assert().code(2);
    assert_eq!(desk.others(), [""; 0]);
}

#[test]
fn cost_writes_a_page_markdown_json_and_the_lines_of_the_bill() {
    let desk = Desk::new();
    let files = ["--html", "r.html", "--md", "r.md", "--json", "r.json", "--csv", "bill"];
    desk.command(&[&["cost", "scenario.yaml", "--breakeven", "30/month"][..], &files[..]].concat())
        .assert()
        .success();
    let page = fs::read_to_string(desk.path("r.html")).unwrap();
    assert!(page.contains("<!DOCTYPE html>") && page.contains("$30.00 a month buys"), "{page}");
    assert!(fs::read_to_string(desk.path("r.md")).unwrap().contains("$30.00 a month buys"));
    assert!(fs::read_to_string(desk.path("r.json")).unwrap().contains("\"kind\": \"cost\""));
    assert!(fs::read_to_string(desk.path("bill/cost.csv")).unwrap().lines().count() > 1);
}

#[test]
fn a_target_that_cannot_be_written_is_found_before_the_run_and_nothing_is_written() {
    let desk = Desk::new();
    for (arguments, reason) in [
        (&["--json", "missing/report.json"][..], "does not exist"),
        (&["--plot", "missing/deep"], "does not exist"),
        (&["--json", "."], "is a folder"),
        (&["--csv", "scenario.yaml"], "is a file"),
        (&["--json", "scenario.yaml"], "overwrite the scenario"),
        (&["--json", "same", "--html", "same"], "both write"),
        (&["--json", "same", "--html", "./same"], "both write"),
        (&["--csv", ".", "--html", "cost.csv"], "both write"),
        (&["--csv", "same", "--json", "same"], "both write"),
        (&["--csv", "-"], "standard output"),
    ] {
        let mut all = vec!["run", "scenario.yaml", "--md", "fine.md"];
        all.extend(arguments);
        let run = desk.command(&all).assert().code(2);
        assert!(
            text(&run.get_output().stderr).contains(reason),
            "{arguments:?}: {}",
            text(&run.get_output().stderr)
        );
        assert_eq!(text(&run.get_output().stdout), "", "{arguments:?}");
    }
    assert_eq!(desk.others(), [""; 0]);
}

#[test]
fn no_output_takes_the_place_of_the_trace_that_the_scenario_reads() {
    let desk = Desk::new();
    let scenario = "functions:\n  api: {memory: 128MB, duration: 10ms}\ntraffic:\n  - {to: api, arrivals: trace(TRACE)}\n";
    for (trace, arguments) in [
        ("one.csv", &["--json", "one.csv"][..]),
        ("one.csv", &["--events", "./one.csv"]),
        ("cost.csv", &["--csv", "."]),
        ("latency.svg", &["--plot", "."]),
    ] {
        fs::write(desk.path("traced.yaml"), scenario.replace("TRACE", trace)).unwrap();
        fs::write(desk.path(trace), "t\n0.5\n").unwrap();
        let mut all = vec!["run", "traced.yaml"];
        all.extend(arguments);
        let run = desk.command(&all).assert().code(2);
        let complaint = text(&run.get_output().stderr);
        assert!(complaint.contains("would overwrite the trace"), "{arguments:?}: {complaint}");
        assert_eq!(fs::read_to_string(desk.path(trace)).unwrap(), "t\n0.5\n", "{arguments:?}");
    }
}

#[test]
fn the_table_of_errors_refuses_what_it_cannot_write() {
    let desk = Desk::new();
    for flag in ["--csv", "--plot"] {
        let run = desk.command(&["explain", "--errors", flag, "out"]).assert().code(2);
        assert!(text(&run.get_output().stderr).contains("use --json, --html or --md"), "{flag}");
    }
}

#[test]
fn the_tables_of_a_sweep_and_its_results_overwrite_nothing() {
    let desk = Desk::new();
    let scenario = "functions:\n  api: {memory: 128MB, duration: 10ms}\ntraffic:\n  - {to: api, arrivals: trace(sweep.csv)}\n";
    fs::write(desk.path("traced.yaml"), scenario).unwrap();
    fs::write(desk.path("sweep.csv"), "t\n0.5\n").unwrap();
    fs::create_dir(desk.path("kept")).unwrap();
    let over = ["--over", "functions.api.memory=128MB, 256MB"];
    for (arguments, reason) in [
        (&["sweep", "traced.yaml", "--csv", "."][..], "would overwrite the trace"),
        (
            &["sweep", "scenario.yaml", "--results", "kept", "--json", "kept/sweep.json"],
            "the folder of results",
        ),
        (&["sweep", "scenario.yaml", "--results", "kept", "--csv", "kept"], "the folder of results"),
    ] {
        let run = desk.command(&[arguments, &over].concat()).assert().code(2);
        let complaint = text(&run.get_output().stderr);
        assert!(complaint.contains(reason), "{arguments:?}: {complaint}");
    }
    let run =
        desk.command(&["compare", "scenario.yaml", "traced.yaml", "--json", "sweep.csv"]).assert().code(2);
    assert!(text(&run.get_output().stderr).contains("would overwrite the trace"));
    assert_eq!(fs::read_to_string(desk.path("sweep.csv")).unwrap(), "t\n0.5\n");
}

#[test]
fn a_verb_without_a_report_refuses_output_flags() {
    let desk = Desk::new();
    let run = desk.command(&["validate", "scenario.yaml", "--html", "x.html"]).assert().code(2);
    assert!(text(&run.get_output().stderr).contains("makes no report"));
}

#[test]
fn only_verbs_that_make_a_report_show_the_flags_for_outputs() {
    let desk = Desk::new();
    for (verb, shown) in
        [("run", true), ("report", true), ("plot", true), ("validate", false), ("init", false)]
    {
        let help = desk.command(&[verb, "--help"]).assert().success();
        let help = text(&help.get_output().stdout);
        for flag in
            ["--json", "--csv", "--events", "--html", "--md", "--junit", "--plot", "--summary", "--quiet"]
        {
            assert_eq!(help.contains(flag), shown, "{verb} {flag}");
        }
    }
}

#[test]
fn every_output_is_written_and_a_second_run_writes_the_same_bytes() {
    let desk = Desk::new();
    let outputs = [
        ("--json", "report.json"),
        ("--csv", "tables"),
        ("--events", "attempts.ndjson"),
        ("--html", "page.html"),
        ("--md", "comment.md"),
        ("--junit", "junit.xml"),
        ("--plot", "pictures"),
    ];
    let mut arguments = vec!["run", "scenario.yaml", "--summary", "none"];
    arguments.extend(outputs.iter().flat_map(|(flag, name)| [*flag, *name]));
    let run = desk.command(&arguments).assert();
    assert_eq!(text(&run.get_output().stdout), "");
    let mut names: Vec<_> = outputs.iter().map(|(_, name)| (*name).to_owned()).collect();
    names.sort();
    assert_eq!(desk.others(), names);
    let contents = |desk: &Desk| -> Vec<Vec<u8>> {
        ["report.json", "tables/summary.csv", "tables/timeseries.csv", "tables/cost.csv", "attempts.ndjson"]
            .iter()
            .chain(&[
                "page.html",
                "comment.md",
                "junit.xml",
                "pictures/concurrency.svg",
                "pictures/latency-cdf.svg",
            ])
            .map(|name| fs::read(desk.path(name)).unwrap())
            .collect()
    };
    let first = contents(&desk);
    assert!(first.iter().all(|content| !content.is_empty()));
    let _ = desk.command(&arguments).assert();
    assert_eq!(first, contents(&desk));
}

#[test]
fn json_to_stdout_stands_alone_there() {
    let desk = Desk::new();
    let run = desk.command(&["run", "scenario.yaml", "--json", "-"]).assert();
    let report: serde_json::Value = serde_json::from_slice(&run.get_output().stdout).unwrap();
    assert_eq!(report["schema_version"], 1);
}

#[test]
fn without_a_terminal_there_are_no_colours_and_no_progress_bar() {
    let desk = Desk::new();
    let run = desk.command(&["run", "scenario.yaml"]).assert();
    assert!(!text(&run.get_output().stdout).contains('\u{1b}'));
    assert!(!text(&run.get_output().stderr).contains('\u{1b}'));
}

#[test]
fn colours_can_be_forced_and_no_color_wins() {
    let desk = Desk::new();
    let forced = desk.command(&["run", "scenario.yaml"]).env("CLICOLOR_FORCE", "1").assert();
    assert!(text(&forced.get_output().stdout).contains('\u{1b}'));
    let plain = desk.command(&["run", "scenario.yaml", "--no-color"]).env("CLICOLOR_FORCE", "1").assert();
    assert!(!text(&plain.get_output().stdout).contains('\u{1b}'));
}

#[test]
fn quiet_prints_the_lines_of_the_thresholds_only() {
    let desk = Desk::new();
    let run = desk.command(&["run", "scenario.yaml", "--quiet"]).assert();
    let lines = text(&run.get_output().stdout);
    assert!(!lines.is_empty());
    assert!(
        lines.lines().all(|line| ["✓", "✗", "!"].iter().any(|mark| line.trim_start().starts_with(mark))),
        "{lines}"
    );
}

#[test]
fn a_scenario_may_come_from_standard_input() {
    let desk = Desk::new();
    let scenario = fs::read(desk.path("scenario.yaml")).unwrap();
    desk.command(&["validate", "-"]).write_stdin(scenario).assert().success();
    desk.command(&["validate", "-"]).write_stdin(vec![0xff, 0xfe]).assert().code(2);
}

#[test]
fn init_leaves_an_existing_file_alone() {
    let desk = Desk::new();
    desk.command(&["init", "spike", "new.yaml"]).assert().success();
    let written = fs::read(desk.path("new.yaml")).unwrap();
    desk.command(&["init", "hello", "new.yaml"]).assert().code(2);
    assert_eq!(fs::read(desk.path("new.yaml")).unwrap(), written);
}

#[test]
fn flags_of_a_fleet_are_refused_for_other_templates_and_checked() {
    let desk = Desk::new();
    for (arguments, says) in [
        (&["init", "hello", "--functions", "3"][..], "--functions belongs to `coldstart init fleet`"),
        (&["init", "fleet", "--functions", "0"], "0 is not in 1..="),
        (&["init", "fleet", "--for", "0s"], "traffic needs a length"),
        (&["init", "fleet", "--for", "1 day"], "unknown unit"),
        (&["init", "fleet", "--invocations", "0"], "0 is not in 1..="),
    ] {
        let refused = desk.command(arguments).assert().code(2);
        let message = text(&refused.get_output().stderr);
        assert!(message.contains(says), "{message}");
    }
}

#[test]
fn every_template_is_a_valid_scenario() {
    let desk = Desk::new();
    fs::write(desk.path("requests.csv"), "t,duration_ms\n0,100\n1.5,80\n").unwrap();
    let listed = desk.command(&["init"]).assert().success();
    let names: Vec<_> = text(&listed.get_output().stdout)
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next().map(str::to_owned))
        .collect();
    assert_eq!(names.len(), 7);
    for name in names {
        // All 40,000 functions take a while in a build for tests.
        let smaller: &[&str] = if name == "fleet" { &["--functions", "300"] } else { &[] };
        let template = desk
            .command(&[&["init", &name], smaller].concat())
            .assert()
            .success()
            .get_output()
            .stdout
            .clone();
        desk.command(&["validate", "-"]).write_stdin(template).assert().success();
    }
}

#[test]
fn every_committed_scenario_is_an_example_with_a_question() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut committed: Vec<_> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            entry.unwrap().file_name().into_string().unwrap().strip_suffix(".yaml").map(str::to_owned)
        })
        .collect();
    committed.sort();
    let desk = Desk::new();
    let listed = text(&desk.command(&["examples"]).assert().success().get_output().stdout);
    let lines: Vec<_> = listed.lines().filter_map(|line| line.strip_prefix("  ")).collect();
    let names: Vec<_> = lines.iter().map(|line| line.split_whitespace().next().unwrap()).collect();
    assert_eq!(names, committed);
    assert!(lines.iter().all(|line| line.ends_with('?')), "{listed}");
}

#[test]
fn completions_know_the_verbs() {
    let desk = Desk::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let run = desk.command(&["completions", shell]).assert().success();
        assert!(text(&run.get_output().stdout).contains("assumptions"), "{shell}");
    }
}

#[cfg(unix)]
#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    use std::io::Read;
    use std::process::{Command, Stdio};

    let desk = Desk::new();
    let mut run = Command::new(assert_cmd::cargo::cargo_bin("coldstart"))
        .args(["run", "scenario.yaml", "--json", "-"])
        .current_dir(desk.folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0];
    run.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let ended = run.wait_with_output().unwrap();
    assert!(matches!(ended.status.code(), Some(0 | 99)), "{ended:?}");
    assert!(ended.stderr.is_empty(), "{}", text(&ended.stderr));
}

/// Hours of traffic: longer than the test waits.
const ENDLESS: &str = "
functions: {api: {init: 100ms, duration: 50ms}}
traffic: [{to: api, rate: 5000/s, for: 200h}]
";

#[cfg(unix)]
#[test]
fn an_interrupted_run_exits_with_130_and_leaves_no_file() {
    use std::process::{Command, Stdio};
    use std::thread::sleep;
    use std::time::Duration;

    let desk = Desk::new();
    fs::write(desk.path("scenario.yaml"), ENDLESS).unwrap();
    let mut run = Command::new(assert_cmd::cargo::cargo_bin("coldstart"))
        .args(["run", "scenario.yaml", "--events", "attempts.csv"])
        .current_dir(desk.folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    for _ in 0..500 {
        if !desk.others().is_empty() {
            break;
        }
        sleep(Duration::from_millis(20));
    }
    assert_eq!(desk.others().len(), 1, "rows go to a temporary file while the simulation runs");
    assert!(Command::new("kill").args(["-INT", &run.id().to_string()]).status().unwrap().success());
    assert_eq!(run.wait().unwrap().code(), Some(130));
    assert_eq!(desk.others(), [""; 0]);
}

#[test]
fn a_strict_threshold_that_fails_exits_with_99_and_a_lenient_one_with_0() {
    let desk = Desk::new();
    let with = |thresholds: &str| {
        format!(
            "functions: {{api: {{init: 100ms, duration: 50ms}}}}\ntraffic: [{{to: api, rate: 10/s, for: 10s, arrivals: \
             even}}]\nthresholds: {{\"api.latency\": {thresholds}}}\n"
        )
    };
    for (thresholds, status, mark) in [
        ("[\"p99 < 200ms\"]", 0, '✓'),
        ("[\"p99 < 1ms\"]", 99, '✗'),
        ("[{expect: \"p99 < 1ms\", strict: false}]", 0, '!'),
    ] {
        let run = desk.command(&["run", "-", "--quiet"]).write_stdin(with(thresholds)).assert().code(status);
        assert!(text(&run.get_output().stdout).trim_start().starts_with(mark), "{thresholds}");
    }
}

#[test]
fn assumptions_lists_the_rules_and_what_a_platform_does_differently() {
    let desk = Desk::new();
    let all = desk.command(&["assumptions"]).assert().success();
    assert!(text(&all.get_output().stdout).contains("S16"));
    let difference = desk.command(&["assumptions", "--diff", "aws-lambda/2019"]).assert().success();
    assert!(text(&difference.get_output().stdout).contains("aws-lambda/2019"));
    desk.command(&["assumptions", "--diff", "aws-lambda/1999"]).assert().code(2);
}

#[test]
fn theory_stands_beside_the_simulation() {
    let desk = Desk::new();
    let run = desk.command(&["theory", "scenario.yaml"]).assert().success();
    assert!(text(&run.get_output().stdout).contains("Little"));
}
