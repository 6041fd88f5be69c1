//! Instructions per invocation, counted by valgrind: the same on a noisy machine.
//!
//! A run of one size and one of twice that size are counted; the difference leaves out what happens once. The profile
//! tells where the instructions are, by the file they were written in; what the compiler has inlined from the standard
//! library is counted under its own name.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::scenarios::Workload;

const FEWER: u64 = 400_000;

/// What the files are about, first match first.
const PARTS: [(&str, &str); 8] = [
    ("src/traffic/", "arrivals"),
    ("src/random/", "draws"),
    ("rand_chacha", "draws"),
    ("rand_core", "draws"),
    ("src/engine/", "agenda"),
    ("src/lambda/fleet.rs", "pool"),
    ("src/lambda/", "rules and order of steps"),
    ("src/observe/", "statistics and audit"),
];
const INLINED: &str = "standard library, inlined";
const OTHER: &str = "the rest";

/// Counts and prints.
pub fn count(workload: &Workload) {
    let counted = |invocations| Profile::of(workload.name, invocations);
    let (Some(fewer), Some(more)) = (counted(FEWER), counted(2 * FEWER)) else {
        println!("{:<4} valgrind is not installed, or has failed", workload.name);
        return;
    };
    let invocations = (more.invocations - fewer.invocations) as f64;
    let each = |part: &str| {
        let of = |profile: &Profile| profile.by_part.get(part).copied().unwrap_or(0) as f64;
        (of(&more) - of(&fewer)) / invocations
    };
    let total: f64 = more.by_part.keys().map(|part| each(part)).sum();
    println!("{:<4} {total:>7.0} instructions an invocation", workload.name);
    for part in more.by_part.keys() {
        println!("     {:>7.0} {part}", each(part));
    }
}

/// Instructions of one run by part of the program.
struct Profile {
    by_part: BTreeMap<&'static str, u64>,
    invocations: u64,
}

impl Profile {
    fn of(name: &str, invocations: u64) -> Option<Self> {
        let file: PathBuf =
            std::env::temp_dir().join(format!("coldstart-{}-{name}.callgrind", std::process::id()));
        let output = Command::new("valgrind")
            .args(["--tool=callgrind", &format!("--callgrind-out-file={}", file.display())])
            .arg(std::env::current_exe().ok()?)
            .args([name, &invocations.to_string(), "cells"])
            .output()
            .ok()?;
        let profile = Self::read(&file);
        std::fs::remove_file(&file).ok()?;
        let printed = String::from_utf8_lossy(&output.stdout);
        let words: Vec<&str> = printed.split_whitespace().collect();
        let invocations =
            words.windows(2).filter(|pair| pair[1] == "invocations").find_map(|pair| pair[0].parse().ok())?;
        Some(Self { by_part: profile?, invocations })
    }

    /// Own costs of all lines in callgrind's format: a line of costs belongs to the file named last, and the one after a
    /// `calls=` line is the cost of the callee.
    fn read(path: &Path) -> Option<BTreeMap<&'static str, u64>> {
        let text = std::fs::read_to_string(path).ok()?;
        let (mut names, mut by_part) = (BTreeMap::new(), BTreeMap::new());
        let (mut part, mut callee) = (OTHER, false);
        for line in text.lines() {
            if let Some(name) = ["fl=", "fi=", "fe="].iter().find_map(|prefix| line.strip_prefix(prefix)) {
                part = part_of(name_of(&mut names, name));
            } else if let Some(name) = ["cfi=", "cfl="].iter().find_map(|prefix| line.strip_prefix(prefix)) {
                name_of(&mut names, name);
            } else if line.starts_with("calls=") {
                callee = true;
            } else if line.starts_with(|first: char| first.is_ascii_digit() || "+-*".contains(first)) {
                let cost: u64 =
                    line.split_whitespace().nth(1).and_then(|cost| cost.parse().ok()).unwrap_or(0);
                if !std::mem::take(&mut callee) {
                    *by_part.entry(part).or_insert(0) += cost;
                }
            }
        }
        Some(by_part)
    }
}

/// Resolves `(7) name` and `(7)`, which stands for the name that was given with it before.
fn name_of<'a>(names: &'a mut BTreeMap<String, String>, written: &str) -> &'a str {
    let (number, name) = written.split_once(' ').unwrap_or((written, ""));
    if name.is_empty() {
        return names.get(number).map_or("", String::as_str);
    }
    let entry = names.entry(number.to_owned()).or_default();
    name.clone_into(entry);
    entry
}

fn part_of(file: &str) -> &'static str {
    if file.contains("/library/") {
        return INLINED;
    }
    PARTS.iter().find(|(piece, _)| file.contains(piece)).map_or(OTHER, |(_, part)| part)
}
