//! The shape of the source, as `docs/ARCHITECTURE.md` promises it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every Rust file below `src`, by its path from there.
fn sources() -> BTreeMap<String, String> {
    fn collect(folder: &Path, base: &Path, found: &mut BTreeMap<String, String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, base, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(base).unwrap().to_str().unwrap().replace('\\', "/");
                found.insert(name, read(&path));
            }
        }
    }
    let base = root().join("src");
    let mut found = BTreeMap::new();
    collect(&base, &base, &mut found);
    found
}

/// The table of rooms: what each may import. `None` is everything.
fn allowed() -> BTreeMap<String, Option<BTreeSet<String>>> {
    let text = read(&root().join("docs/ARCHITECTURE.md"));
    let table = text.lines().skip_while(|line| !line.starts_with("| folder ")).skip(2);
    let rooms: BTreeMap<_, _> = table
        .take_while(|line| line.starts_with('|'))
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            let [room, _, imports] = cells[..] else {
                panic!("the table of rooms has three columns: {line}")
            };
            let imports = match imports {
                "everything" => None,
                "nothing" => Some(BTreeSet::new()),
                list => Some(list.split(", ").map(str::to_owned).collect()),
            };
            (room.trim_matches('`').to_owned(), imports)
        })
        .collect();
    assert!(rooms.len() >= 10, "the table of rooms in docs/ARCHITECTURE.md cannot be found");
    rooms
}

/// The room that a file lies in; `simulation.rs`, `lib.rs` and `main.rs` lie above all rooms.
fn room(path: &str) -> Option<&str> {
    path.split_once('/').map(|(room, _)| room)
}

/// The rooms that a line names as `crate::ROOM` or `coldstart::ROOM`.
fn named(line: &str) -> Vec<&str> {
    let code = line.split("//").next().unwrap_or("");
    let mut rooms = Vec::new();
    for prefix in ["crate::", "coldstart::"] {
        for (place, _) in code.match_indices(prefix) {
            let rest = &code[place + prefix.len()..];
            let end = rest.find(|c: char| !c.is_ascii_lowercase() && c != '_').unwrap_or(rest.len());
            rooms.push(&rest[..end]);
        }
    }
    rooms
}

#[test]
fn imports_point_the_way_of_the_table_of_rooms() {
    let allowed = allowed();
    let sources = sources();
    let rooms: BTreeSet<&str> = sources.keys().filter_map(|path| room(path)).collect();
    let known: BTreeSet<&str> = allowed.keys().map(String::as_str).collect();
    assert_eq!(rooms, known, "the rooms of src and those of docs/ARCHITECTURE.md");
    let mut wrong = Vec::new();
    for (path, text) in &sources {
        let Some(from) = room(path) else { continue };
        let Some(may) = &allowed[from] else { continue };
        for (number, line) in text.lines().enumerate() {
            for to in named(line) {
                if known.contains(to) && to != from && !may.contains(to) {
                    wrong.push(format!("src/{path}:{}: {from} imports {to}", number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "arrows that docs/ARCHITECTURE.md does not allow:\n{}", wrong.join("\n"));
}

#[test]
fn no_circle_is_allowed_by_the_table_of_rooms() {
    let allowed = allowed();
    let mut below: BTreeSet<&str> = BTreeSet::new();
    while below.len() < allowed.len() {
        let next = allowed.iter().find(|(room, imports)| {
            !below.contains(room.as_str())
                && imports.as_ref().is_none_or(|imports| imports.iter().all(|to| below.contains(to.as_str())))
                && (imports.is_some() || below.len() + 1 == allowed.len())
        });
        let Some((room, _)) = next else { panic!("a circle: only {below:?} can be put in order") };
        below.insert(room);
    }
}

#[test]
fn no_result_can_depend_on_hash_order_or_on_a_clock() {
    for (path, text) in sources() {
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or("");
            for banned in ["HashMap", "HashSet", "SystemTime", "thread_rng", "std::env::var"] {
                let terminal = room(&path) == Some("cli") && banned == "std::env::var";
                assert!(!code.contains(banned) || terminal, "src/{path}:{}: {banned}", number + 1);
            }
            let clock = code.contains("Instant::now") || code.contains("time::Instant");
            assert!(!clock || room(&path) == Some("cli"), "src/{path}:{}: a wall clock", number + 1);
        }
    }
}

#[test]
fn the_model_computes_no_statistic() {
    for (path, text) in sources().into_iter().filter(|(path, _)| path.starts_with("lambda/")) {
        for word in ["percentile", "quantile", "histogram", "hdrhistogram"] {
            let used = text.lines().any(|line| line.split("//").next().unwrap_or("").contains(word));
            assert!(!used, "src/{path} speaks of a {word}: statistics belong to observers");
        }
    }
}

#[test]
fn no_file_has_grown_out_of_hand() {
    for (path, text) in sources() {
        let lines = text.lines().count();
        assert!(lines <= 700, "src/{path} has {lines} lines: split it");
    }
}
