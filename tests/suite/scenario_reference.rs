//! `docs/scenario.md` lists every key of the language, and no other.
//!
//! The tables between `<!-- keys: … -->` and `<!-- end -->` are written from the key table by
//! `UPDATE_GOLDENS=1 cargo test reference`; the prose around them is written by hand.

use std::fmt::Write as _;

use coldstart::scenario::language::{Fallback, Key, Shape, Status, all_keys};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/scenario.md");
const SECTIONS: [&str; 16] = [
    "account",
    "functions.NAME",
    "queues.NAME",
    "topics.NAME",
    "buckets.NAME",
    "event_buses.NAME",
    "streams.NAME",
    "gateways.NAME",
    "downstreams.NAME",
    "clients.NAME",
    "traffic.N",
    "events.N",
    "thresholds.NAME.N",
    "experiment",
    "pricing",
    "assumptions",
];

/// Keys of functions stand once; `defaults` takes the same.
fn documented() -> Vec<(String, &'static Key)> {
    all_keys().into_iter().filter(|(path, _)| !path.starts_with("defaults.")).collect()
}

fn belongs(path: &str, section: &str) -> bool {
    match section {
        "top" => !path.contains('.'),
        "planned" => false,
        _ => path.strip_prefix(section).is_some_and(|rest| rest.starts_with('.')),
    }
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn default(key: &Key) -> String {
    match key.fallback {
        Fallback::Required => "must be given".to_owned(),
        Fallback::Text(text) => format!("`{text}`"),
        Fallback::Nothing(prose) | Fallback::Platform(_, prose) | Fallback::Derived(_, prose) => {
            prose.to_owned()
        }
        Fallback::Inside => "those inside".to_owned(),
    }
}

fn shape(shape: &Shape) -> String {
    match shape {
        Shape::Block(_) => "a map".to_owned(),
        Shape::List(inner) => format!("a list of {}", self::shape(inner).trim_start_matches("a ")),
        Shape::Named(_) => "a map from names".to_owned(),
        Shape::Either(shapes) => shapes.iter().map(self::shape).collect::<Vec<_>>().join(", or "),
        other => other.described(),
    }
}

fn table(section: &str) -> String {
    let mut text = String::new();
    if section == "planned" {
        text.push_str("| key | comes with |\n|---|---|\n");
        for (path, key) in documented() {
            match key.status {
                Status::Built => {}
                Status::Planned(with) => writeln!(text, "| `{path}` | {with} |").unwrap(),
                Status::OutOfScope(_) => writeln!(text, "| `{path}` | out of scope |").unwrap(),
            }
        }
        return text;
    }
    text.push_str("| key | what stands there | default | meaning |\n|---|---|---|---|\n");
    for (path, key) in documented().iter().filter(|(path, key)| key.is_built() && belongs(path, section)) {
        writeln!(
            text,
            "| `{path}` | {} | {} | {} |",
            cell(&shape(&key.shape)),
            cell(&default(key)),
            cell(key.doc)
        )
        .unwrap();
    }
    text
}

/// The page with its tables written anew.
fn rewritten(page: &str) -> String {
    let mut output = String::new();
    let mut inside = false;
    for line in page.lines() {
        if line == "<!-- end -->" {
            inside = false;
        }
        if !inside {
            output.push_str(line);
            output.push('\n');
        }
        if let Some(section) = line.strip_prefix("<!-- keys: ").and_then(|rest| rest.strip_suffix(" -->")) {
            inside = true;
            output.push_str(&table(section));
        }
    }
    output
}

#[test]
fn the_scenario_reference_lists_every_key_and_no_other() {
    let page = std::fs::read_to_string(PAGE).unwrap();
    let fresh = rewritten(&page);
    if std::env::var_os("UPDATE_GOLDENS").is_some() {
        std::fs::write(PAGE, &fresh).unwrap();
    } else {
        assert!(
            page == fresh,
            "docs/scenario.md lags behind the key table: UPDATE_GOLDENS=1 cargo test reference"
        );
    }
    for section in ["top", "planned"].iter().chain(&SECTIONS) {
        assert!(fresh.contains(&format!("<!-- keys: {section} -->")), "no section {section}");
    }
    for (path, _) in documented() {
        let rows = fresh.lines().filter(|line| line.starts_with(&format!("| `{path}` |"))).count();
        assert_eq!(rows, 1, "{path}");
    }
}

#[test]
fn what_is_out_of_scope_is_refused_with_the_sentence_of_the_fidelity_page() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/fidelity.md")).unwrap();
    let foreign = documented().into_iter().filter_map(|(_, key)| match key.status {
        Status::OutOfScope(sentence) => Some((key.name, sentence)),
        _ => None,
    });
    let foreign: Vec<_> = foreign.collect();
    assert_eq!(foreign.len(), 5);
    for (name, sentence) in foreign {
        assert!(page.contains(&format!("| `{name}` | {sentence} |")), "{name}");
        let text = format!("functions: {{api: {{duration: 1s, {name}: {{}}}}}}");
        let told = crate::simulated::problems_of(&text);
        assert!(told.contains(sentence), "{told}");
    }
}

#[test]
fn every_built_key_is_explained() {
    for (path, key) in all_keys() {
        assert_eq!(key.is_built(), key.doc.len() > 10, "{path}");
    }
}

#[test]
fn defaults_that_are_values_can_be_written() {
    for (path, key) in all_keys() {
        if let Fallback::Nothing(prose) = key.fallback {
            assert!(!key.is_built() || !prose.is_empty(), "{path} does not say what its absence means");
        }
    }
}
