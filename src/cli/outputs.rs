//! Targets of the outputs, checked before the simulation: they can be written, no two are the same, and none is
//! a file that the run reads.

use std::path::{Path, PathBuf};

use super::flags::Flags;
use super::staged::parent;
use super::status::Failure;
use coldstart::report::csv;
use coldstart::scenario::model::{Arrivals, Scenario};

/// Standard output instead of a file.
pub(super) fn is_stdout(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Flags whose target is a folder.
const FOLDERS: [&str; 2] = ["--csv", "--plot"];
/// Flags that may write to standard output.
const TEXTS: [&str; 4] = ["--json", "--html", "--md", "--junit"];

/// Finds what would go wrong with the targets before anything is simulated.
pub(super) fn check(flags: &Flags, scenario: &Path) -> Result<(), Failure> {
    let mut seen: Vec<(&str, PathBuf, bool)> = Vec::new();
    for (flag, path) in flags.outputs() {
        for file in files(flag, path) {
            let (place, is_folder) =
                (place(&file), FOLDERS.contains(&flag) && file.as_path() == path.as_path());
            // Tables and pictures may share a folder.
            let collides =
                |(_, taken, shared): &&(&str, PathBuf, bool)| *taken == place && !(*shared && is_folder);
            if let Some((other, ..)) = seen.iter().find(collides) {
                return Err(Failure::usage(format!(
                    "error: {other} and {flag} would both write {}",
                    file.display()
                )));
            }
            seen.push((flag, place, is_folder));
        }
        if is_stdout(path) {
            if !TEXTS.contains(&flag) {
                return Err(Failure::usage(format!(
                    "error: {flag} cannot write to standard output; name a file"
                )));
            }
            continue;
        }
        if FOLDERS.contains(&flag) { check_folder(flag, path)? } else { check_file(flag, path)? }
    }
    check_input(flags, scenario, "the scenario")
}

/// Finds targets that are files which the scenario reads while it runs.
pub(super) fn check_inputs(flags: &Flags, scenario: &Scenario) -> Result<(), Failure> {
    for traffic in &scenario.traffic {
        if let Arrivals::Trace(trace) = &traffic.arrivals {
            check_input(flags, &trace.path, &format!("the trace of the traffic `{}`", traffic.name))?;
        }
    }
    match &scenario.pricing.own_prices {
        Some(prices) => check_input(flags, prices, "the file of `pricing.prices`"),
        None => Ok(()),
    }
}

/// Finds targets that lie in a folder of results, whose files are not to be overwritten.
pub(super) fn check_results(flags: &Flags, results: &Path) -> Result<(), Failure> {
    for (flag, path) in flags.outputs() {
        let lies_there = files(flag, path).iter().any(|file| folder(parent(file)) == folder(results));
        if lies_there || folder(path) == folder(results) {
            return Err(Failure::usage(format!(
                "error: {flag} {} lies in {}, the folder of results",
                path.display(),
                results.display()
            )));
        }
    }
    Ok(())
}

/// No output may take the place of `input`.
fn check_input(flags: &Flags, input: &Path, what: &str) -> Result<(), Failure> {
    let Ok(source) = input.canonicalize() else { return Ok(()) };
    let named = place(input);
    for (flag, path) in flags.outputs() {
        let overwrites =
            |file: &PathBuf| place(file) == named || file.canonicalize().is_ok_and(|target| target == source);
        let in_pictures = flag == "--plot"
            && [&named, &source].iter().any(|file| is_picture(file) && parent(file) == folder(path));
        if in_pictures || files(flag, path).iter().any(overwrites) {
            return Err(Failure::usage(format!("error: {flag} {} would overwrite {what}", path.display())));
        }
    }
    Ok(())
}

/// The files that an output writes, as far as they are known before the run. Of `--plot` only the folder is.
fn files(flag: &str, path: &Path) -> Vec<PathBuf> {
    if flag == "--csv" {
        // The folder itself as well: no file may take its name.
        let tables = csv::NAMES.iter().chain([&csv::SWEEP]).map(|name| path.join(name));
        tables.chain([path.to_owned()]).collect()
    } else {
        vec![path.to_owned()]
    }
}

/// Whether `--plot` might give a picture this name.
fn is_picture(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "svg" || ending == "png")
}

/// The same for every spelling of a path, whether it exists or not.
fn place(path: &Path) -> PathBuf {
    match path.file_name() {
        Some(name) if !is_stdout(path) => folder(parent(path)).join(name),
        _ => path.to_owned(),
    }
}

/// The folder without links and detours; as written where it does not exist yet.
fn folder(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| match (path.file_name(), parent(path).canonicalize()) {
        (Some(name), Ok(above)) => above.join(name),
        _ => path.to_owned(),
    })
}

fn check_folder(flag: &str, path: &Path) -> Result<(), Failure> {
    if path.is_dir() {
        return check_writable(flag, path);
    }
    if path.exists() {
        return Err(Failure::usage(format!("error: {flag} {}: is a file, not a folder", path.display())));
    }
    check_writable(flag, parent(path))
}

fn check_file(flag: &str, path: &Path) -> Result<(), Failure> {
    if path.is_dir() {
        return Err(Failure::usage(format!("error: {flag} {}: is a folder, not a file", path.display())));
    }
    if path.exists() && !path.is_file() {
        return Err(Failure::usage(format!("error: {flag} {}: is no regular file", path.display())));
    }
    check_writable(flag, parent(path))
}

fn check_writable(flag: &str, folder: &Path) -> Result<(), Failure> {
    if !folder.is_dir() {
        return Err(Failure::usage(format!("error: {flag}: the folder {} does not exist", folder.display())));
    }
    tempfile::tempfile_in(folder).map(drop).map_err(|error| {
        Failure::usage(format!("error: {flag}: cannot write into {}: {error}", folder.display()))
    })
}
