//! A corpus of wrong scenarios, each with the message its author would read.
//!
//! `UPDATE_GOLDENS=1 cargo test wrong` writes the messages again: read the difference before committing it.

use std::path::{Path, PathBuf};

use coldstart::scenario::{self, Overrides, Problems};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/wrong");

fn scenarios() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(FOLDER).unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|end| end == "yaml")).collect();
    found.sort();
    found
}

fn problems(text: &str, overrides: &Overrides) -> Problems {
    scenario::read(text, "app.yaml", Path::new(""), overrides).unwrap_err()
}

#[test]
fn every_wrong_scenario_is_told_what_is_wrong() {
    let update = std::env::var_os("UPDATE_GOLDENS").is_some();
    let files = scenarios();
    assert!(files.len() >= 60, "{} wrong scenarios", files.len());
    let mut differences = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let told = match scenario::read(&text, &name, Path::new(""), &Overrides::default()) {
            Ok(_) => panic!("{name} was accepted"),
            Err(problems) => problems.render(false),
        };
        let golden = file.with_extension("txt");
        if update {
            std::fs::write(&golden, &told).unwrap();
        } else if std::fs::read_to_string(&golden).unwrap_or_default().replace("\r\n", "\n") != told {
            differences.push(format!("{name} now says:\n{told}"));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn what_is_no_text_is_refused_in_one_line() {
    let told = |bytes: &[u8]| scenario::text_of(bytes, "app.yaml").unwrap_err().render(false);
    assert!(told(&[0xff, 0xfe, 0x00]).contains("binary"));
    assert!(told(&vec![b'x'; 50 * 1024 * 1024]).contains("52428800 bytes"));
    assert!(problems("", &Overrides::default()).render(false).contains("the file is empty"));
    assert!(problems("a: \u{0}", &Overrides::default()).render(false).contains("binary"));
}

#[test]
fn hostile_files_end_in_one_problem() {
    let deep_flow = "[".repeat(200_000);
    let deep_block: Vec<String> = (0..5_000).map(|level| format!("{}a:", " ".repeat(level))).collect();
    let level = |n: u32| format!("a{n}: &a{n} [*a{m}, *a{m}, *a{m}]", m = n - 1);
    let bomb: Vec<String> = std::iter::once("a0: &a0 [x]".to_owned()).chain((1..40).map(level)).collect();
    let nested = format!("functions: {{a: {{init: 0s, duration: '{}'}}}}", "mix(100%: ".repeat(50_000));
    for text in [deep_flow, deep_block.join("\n"), bomb.join("\n"), nested] {
        let problems = problems(&text, &Overrides::default());
        let rendered = problems.render(true);
        assert!(rendered.len() < 20_000, "{} bytes of message", rendered.len());
    }
}

#[test]
fn a_hundred_thousand_problems_are_counted_and_a_hundred_shown() {
    let many: Vec<String> = (0..100_000).map(|n| format!("k{n}: 1")).collect();
    let rendered = problems(&many.join("\n"), &Overrides::default()).render(false);
    assert!(rendered.contains("100001 problems"), "{}", &rendered[rendered.len() - 200..]);
    assert!(rendered.len() < 100_000);
}

#[test]
fn a_problem_of_a_flag_shows_the_flag() {
    let hello = "functions: {api: {init: 0s, duration: 1s}}\n";
    let with = |assignment: &str| {
        let overrides = Overrides { set: vec![assignment.to_owned()], ..Overrides::default() };
        problems(hello, &overrides).render(false)
    };
    let told = with("functions.api.timeout=30");
    assert!(told.contains("command line:1:29"), "{told}");
    assert!(told.contains("--set functions.api.timeout=30"), "{told}");
    assert!(told.contains("`timeout` needs a unit, e.g. 30s or 15m"), "{told}");
    assert!(with("functions.apj.timeout=30s").contains("did you mean `api`?"));
    assert!(with("functions.api.tiemout=30s").contains("did you mean `timeout`?"));
    assert!(with("functions.api.timeout").contains("PATH=VALUE"));
    assert!(with("traffic.0.rate=5/s").contains("has no items"));
    let seed = Overrides { platform: Some("aws-lambda/2024".to_owned()), ..Overrides::default() };
    assert!(problems(hello, &seed).render(false).contains("--platform aws-lambda/2024"));
}

#[test]
fn problems_come_in_the_order_of_the_file() {
    let text = std::fs::read_to_string(Path::new(FOLDER).join("not-built-yet.yaml")).unwrap();
    let problems = problems(&text, &Overrides::default());
    let lines: Vec<usize> = problems
        .items()
        .iter()
        .filter_map(|problem| problems.line_and_column(problem))
        .map(|(line, _)| line)
        .collect();
    assert!(lines.len() > 3 && lines.is_sorted(), "{lines:?}");
}
