//! What the documents claim against what is there. `UPDATE_GOLDENS=1 cargo test` writes outputs and pictures anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use coldstart::platform::rules;
use tempfile::TempDir;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn updating() -> bool {
    std::env::var_os("UPDATE_GOLDENS").is_some()
}

/// Files with this ending in `folder` and, if `deep`, below it.
fn files(folder: &Path, ending: &str, deep: bool) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && deep {
            found.extend(files(&path, ending, deep));
        } else if path.extension().is_some_and(|extension| extension == ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn documents() -> Vec<PathBuf> {
    let mut documents = files(root(), "md", false);
    documents.extend(files(&root().join("docs"), "md", true));
    documents
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The text without fenced blocks.
fn prose(text: &str) -> String {
    let mut fenced = false;
    text.lines()
        .filter(|line| {
            let fence = line.trim_start().starts_with("```");
            fenced ^= fence;
            !fenced && !fence
        })
        .collect::<Vec<_>>()
        .join("\n")
}

/// The anchor that code hosts give to a heading.
fn anchor(heading: &str) -> String {
    heading
        .trim_start_matches('#')
        .trim()
        .to_lowercase()
        .chars()
        .filter_map(|letter| match letter {
            ' ' => Some('-'),
            letter if letter.is_alphanumeric() || letter == '-' || letter == '_' => Some(letter),
            _ => None,
        })
        .collect()
}

fn anchors(text: &str) -> BTreeSet<String> {
    prose(text).lines().filter(|line| line.starts_with('#')).map(anchor).collect()
}

#[test]
fn every_link_between_the_documents_leads_somewhere() {
    let mut broken = Vec::new();
    for document in documents() {
        let text = read(&document);
        for piece in prose(&text).split("](").skip(1) {
            let target = piece.split(')').next().unwrap();
            if target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            let (file, heading) = target.split_once('#').unwrap_or((target, ""));
            let path = if file.is_empty() { document.clone() } else { document.parent().unwrap().join(file) };
            let leads = path.exists() && (heading.is_empty() || anchors(&read(&path)).contains(heading));
            if !leads {
                broken.push(format!("{}: {target}", document.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

/// A folder with a copy of the scenarios, so that commands may write where they stand.
fn desk() -> TempDir {
    let desk = TempDir::new().unwrap();
    for file in files(&root().join("scenarios"), "yaml", true).into_iter().chain(files(
        &root().join("scenarios"),
        "csv",
        true,
    )) {
        let target = desk.path().join(file.strip_prefix(root()).unwrap());
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(&file, target).unwrap();
    }
    desk
}

fn coldstart(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::cargo_bin("coldstart").unwrap();
    command.current_dir(folder).env_remove("CLICOLOR_FORCE").env_remove("COLUMNS").args(arguments);
    command
}

/// Lines of the `sh` blocks of a document, without comments and prompts.
fn commands(text: &str) -> Vec<String> {
    let mut inside = false;
    let mut commands = Vec::new();
    for line in text.lines() {
        if line.starts_with("```") {
            inside = line == "```sh";
        } else if inside {
            let command = line.split(" # ").next().unwrap().trim();
            if !command.is_empty() && !command.starts_with('#') {
                commands.push(command.to_owned());
            }
        }
    }
    commands
}

/// The arguments of a command line, with double and single quotes.
fn arguments(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for letter in line.chars() {
        match (quote, letter) {
            (None, '"' | '\'') => quote = Some(letter),
            (Some(open), letter) if letter == open => quote = None,
            (None, ' ') => words.push(String::new()),
            (_, letter) => words.last_mut().unwrap().push(letter),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn the_commands_of_the_readme_run() {
    let desk = desk();
    let mut ran = 0;
    for line in commands(&read(&root().join("README.md"))) {
        let Some(rest) =
            line.strip_prefix("coldstart ").or_else(|| line.strip_prefix("cargo run --release -- "))
        else {
            let known = ["cargo test", "cargo bench", "cargo install", "git clone", "cd "];
            assert!(known.iter().any(|command| line.starts_with(command)), "unknown command: {line}");
            continue;
        };
        // `> FILE` at the end: what is printed goes there.
        let (words, target) = match rest.split_once(" > ") {
            Some((words, file)) => (words, Some(file)),
            None => (rest, None),
        };
        let words = arguments(words);
        let output =
            coldstart(desk.path(), &words.iter().map(String::as_str).collect::<Vec<_>>()).output().unwrap();
        let status = output.status.code();
        // The scenario about thresholds is there to fail.
        let expected =
            if line.contains("scenarios/thresholds.yaml") && !line.contains("--set") { 99 } else { 0 };
        assert_eq!(status, Some(expected), "{line}\n{}", String::from_utf8_lossy(&output.stderr));
        if let Some(target) = target {
            fs::write(desk.path().join(target), &output.stdout).unwrap();
        }
        ran += 1;
    }
    assert!(ran >= 8, "{ran} commands");
}

/// The words between backticks in a cell of a table.
fn quoted(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

/// Whether a value of a report says that something happened.
fn says_something(value: &serde_json::Value) -> bool {
    use serde_json::Value;
    match value {
        Value::Null => false,
        Value::Bool(is_so) => *is_so,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => items.iter().any(says_something),
        Value::Object(entries) => entries.values().any(says_something),
    }
}

/// The names in a report behind which something stands.
fn collect_names(value: &serde_json::Value, names: &mut BTreeSet<String>) {
    match value {
        serde_json::Value::Array(items) => items.iter().for_each(|item| collect_names(item, names)),
        serde_json::Value::Object(entries) => {
            for (name, value) in entries {
                if says_something(value) {
                    names.insert(name.clone());
                }
                collect_names(value, names);
            }
        }
        _ => {}
    }
}

fn names_in_report(scenario: &str, set: &[&str]) -> BTreeSet<String> {
    let folder = root().join("scenarios");
    let set = set.iter().map(|assignment| (*assignment).to_owned()).collect();
    let overrides = coldstart::scenario::Overrides { set, ..Default::default() };
    let text = read(&folder.join(format!("{scenario}.yaml")));
    let scenario = coldstart::scenario::read(&text, scenario, &folder, &overrides)
        .unwrap_or_else(|problems| panic!("{}", problems.render(false)));
    let report = coldstart::simulate(&scenario, &coldstart::Options::default());
    let mut names = BTreeSet::new();
    collect_names(&serde_json::to_value(&report).unwrap(), &mut names);
    names
}

/// The lines of the map, each with its cells: feature, scenarios, names.
fn rows_of_the_map(map: &str) -> Vec<[&str; 3]> {
    let rows = map.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| feature"));
    rows.map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").collect();
        let [feature, scenarios, names] = cells[..] else { panic!("three cells: {line}") };
        [feature, scenarios, names]
    })
    .collect()
}

/// Every row has a scenario, and in its report stand the names where the effect is seen, with something behind them.
#[test]
fn the_feature_map_names_scenarios_in_whose_reports_the_effect_is_seen() {
    let map = read(&root().join("docs/feature-map.md"));
    let documented = read(&root().join("docs/report.md"));
    let rows = rows_of_the_map(&map);
    assert!(rows.len() >= 50, "{} rows", rows.len());
    let missing = |[feature, scenarios, keys]: &[&str; 3]| -> Vec<String> {
        let (scenarios, set) = scenarios.split_once(" with ").unwrap_or((scenarios, ""));
        let (scenarios, keys) = (quoted(scenarios), quoted(keys));
        assert!(!scenarios.is_empty() && !keys.is_empty(), "{feature} is seen nowhere");
        let found: BTreeSet<String> =
            scenarios.iter().flat_map(|name| names_in_report(name, &quoted(set))).collect();
        let lacks = |key: &&&str| !found.contains(**key) || !documented.contains(&format!("`{key}`"));
        keys.iter().filter(lacks).map(|key| format!("{feature}: {key}")).collect()
    };
    let (first, second) = rows.split_at(rows.len() / 2);
    let missing: Vec<String> = std::thread::scope(|scope| {
        let halves =
            [first, second].map(|half| scope.spawn(|| half.iter().flat_map(missing).collect::<Vec<_>>()));
        halves.into_iter().flat_map(|half| half.join().expect("a row of the map cannot be shown")).collect()
    });
    assert_eq!(missing, Vec::<String>::new());
}

/// What the study notes have headings for, in their order.
#[test]
fn the_feature_map_has_every_heading_of_the_study_notes() {
    let map = read(&root().join("docs/feature-map.md"));
    for feature in [
        "costs",
        "function and runtime",
        "handler",
        "container image",
        "dependencies",
        "memory",
        "timeout",
        "role",
        "storage",
        "network",
        "concurrency",
        "environment variables",
        "encryption",
        "life cycle",
        "provisioned concurrency",
        "versions",
        "aliases",
        "layers",
        "temporary files",
        "presigned URLs",
        "dead-letter",
        "synchronous calls",
        "asynchronous calls",
        "event source mapping",
        "dry run",
        "notification of failed",
    ] {
        let is_there = |[own, ..]: &[&str; 3]| own.contains(feature);
        assert!(rows_of_the_map(&map).iter().any(is_there), "no row for {feature}");
    }
}

#[test]
fn the_readme_counts_the_scenarios_right() {
    let count = files(&root().join("scenarios"), "yaml", false).len();
    assert!(read(&root().join("README.md")).contains(&format!("# {count} questions")), "{count}");
}

/// Replaces or compares the block that follows `<!-- output: COMMAND -->`.
fn outputs(document: &str) {
    let path = root().join(document);
    let text = read(&path);
    let desk = desk();
    let mut rest = text.as_str();
    let mut renewed = String::new();
    while let Some((before, after)) = rest.split_once("<!-- output: ") {
        let (command, after) = after.split_once(" -->\n```text\n").expect("a text block follows the mark");
        let (shown, after) = after.split_once("```\n").expect("the block ends");
        let words = arguments(command.strip_prefix("coldstart ").expect("a command of ours"));
        let output =
            coldstart(desk.path(), &words.iter().map(String::as_str).collect::<Vec<_>>()).output().unwrap();
        let printed: String = String::from_utf8(output.stdout)
            .unwrap()
            .lines()
            .map(|line| format!("{}\n", line.trim_end()))
            .collect();
        if !updating() {
            assert_eq!(shown, printed, "{document} shows another output of {command}");
        }
        renewed.push_str(&format!("{before}<!-- output: {command} -->\n```text\n{printed}```\n"));
        rest = after;
    }
    assert!(!renewed.is_empty(), "{document} shows no output");
    renewed.push_str(rest);
    if updating() {
        fs::write(path, renewed).unwrap();
    }
}

#[test]
fn the_readme_shows_what_the_program_prints() {
    outputs("README.md");
}

#[test]
fn the_page_on_experiments_shows_what_the_program_prints() {
    outputs("docs/experiments.md");
    outputs("docs/ci.md");
}

#[test]
fn the_pictures_are_what_the_program_draws() {
    let desk = desk();
    for (scenario, pictures) in [("step-load", ["concurrency", "requests"])] {
        let file = format!("scenarios/{scenario}.yaml");
        coldstart(desk.path(), &["plot", &file, "--plot", "drawn", "--summary", "none"]).assert().success();
        for picture in pictures {
            let drawn = read(&desk.path().join(format!("drawn/{picture}.svg")));
            let kept = root().join(format!("docs/img/{scenario}-{picture}.svg"));
            assert!(drawn.len() < 60_000);
            if updating() {
                fs::create_dir_all(kept.parent().unwrap()).unwrap();
                fs::write(&kept, drawn).unwrap();
            } else {
                assert!(read(&kept) == drawn, "{} is another picture", kept.display());
            }
        }
    }
}

/// Names of all functions marked as tests.
fn tests() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for folder in ["src", "tests/suite"] {
        for file in files(&root().join(folder), "rs", true) {
            let mut marked = false;
            for line in read(&file).lines().map(str::trim) {
                if line == "#[test]" {
                    marked = true;
                } else if marked && let Some(rest) = line.strip_prefix("fn ") {
                    names.insert(rest.split('(').next().unwrap().to_owned());
                    marked = false;
                }
            }
        }
    }
    names
}

/// Rows of the fidelity table: the rule, and the cells behind it.
fn fidelity_rows() -> BTreeMap<String, Vec<String>> {
    let text = read(&root().join("docs/fidelity.md"));
    let mut rows = BTreeMap::new();
    for line in text.lines().filter(|line| line.starts_with("| S")) {
        let cells: Vec<String> =
            line.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect();
        let rule = cells[0].split_whitespace().next().unwrap().to_owned();
        assert_eq!(cells.len(), 5, "{line}");
        assert!(rows.insert(rule, cells).is_none(), "twice: {line}");
    }
    rows
}

#[test]
fn the_fidelity_table_has_a_row_for_each_rule_and_its_tests_exist() {
    let rows = fidelity_rows();
    let tests = tests();
    let mut missing = Vec::new();
    for rule in rules() {
        let Some(cells) = rows.get(rule.number) else {
            missing.push(format!("no row for {}", rule.number));
            continue;
        };
        let named: Vec<_> = cells[4].split('`').skip(1).step_by(2).collect();
        if rule.built && named.is_empty() {
            missing.push(format!("{} names no test", rule.number));
        }
        assert_eq!(rule.built, cells[4] != "not built yet", "{}", rule.number);
        missing.extend(
            named
                .iter()
                .filter(|name| !tests.contains(**name))
                .map(|name| format!("{}: {name}", rule.number)),
        );
        for provenance in rule.provenance {
            if !cells[3].contains(&provenance.to_string()) {
                missing.push(format!("{} is {provenance}", rule.number));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn the_change_log_speaks_of_this_version() {
    assert!(read(&root().join("CHANGELOG.md")).contains(&format!("## {}", env!("CARGO_PKG_VERSION"))));
}
