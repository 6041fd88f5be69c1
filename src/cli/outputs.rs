//! Output files: written whole or not at all.
//!
//! Every target is checked before the simulation. At the end each file is written beside its target under a
//! temporary name, and only when all of them are written they are renamed.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::flags::Flags;
use super::interrupt::remove_on_interrupt;
use super::status::Failure;

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
    let mut seen: Vec<(&str, &Path)> = Vec::new();
    for (flag, path) in flags.outputs() {
        if let Some((other, _)) = seen.iter().find(|(_, taken)| *taken == path) {
            return Err(Failure::usage(format!(
                "error: {other} and {flag} would both write {}",
                path.display()
            )));
        }
        seen.push((flag, path));
        if is_stdout(path) {
            if !TEXTS.contains(&flag) {
                return Err(Failure::usage(format!(
                    "error: {flag} cannot write to standard output; name a file"
                )));
            }
            continue;
        }
        if FOLDERS.contains(&flag) { check_folder(flag, path)? } else { check_file(flag, path, scenario)? }
    }
    Ok(())
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

fn check_file(flag: &str, path: &Path, scenario: &Path) -> Result<(), Failure> {
    if path.is_dir() {
        return Err(Failure::usage(format!("error: {flag} {}: is a folder, not a file", path.display())));
    }
    if let (Ok(target), Ok(source)) = (path.canonicalize(), scenario.canonicalize())
        && target == source
    {
        return Err(Failure::usage(format!("error: {flag} {} would overwrite the scenario", path.display())));
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

/// The folder of `path`; a bare name lies in the current one.
fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Files under temporary names, and the folders made for them. Dropped before [`Self::commit`] nothing stays.
#[derive(Default)]
pub(super) struct Staged {
    files: Vec<(NamedTempFile, PathBuf)>,
    folders: Vec<PathBuf>,
}

impl Staged {
    /// Writes a whole file.
    pub(super) fn add(&mut self, target: &Path, content: &[u8]) -> Result<(), Failure> {
        let mut file = begin(target)?;
        file.write_all(content).map_err(|error| cannot_write(target, &error))?;
        self.files.push((file, target.to_owned()));
        Ok(())
    }

    /// Takes over a file that was written while the simulation ran.
    pub(super) fn add_finished(&mut self, target: &Path, file: NamedTempFile) {
        self.files.push((file, target.to_owned()));
    }

    /// Makes sure that `folder` is there.
    pub(super) fn add_folder(&mut self, folder: &Path) -> Result<(), Failure> {
        if !folder.is_dir() {
            fs::create_dir(folder).map_err(|error| cannot_write(folder, &error))?;
            self.folders.push(folder.to_owned());
        }
        Ok(())
    }

    /// Gives every file its name; when one cannot have it, takes the others back.
    pub(super) fn commit(mut self) -> Result<(), Failure> {
        let mut done: Vec<PathBuf> = Vec::new();
        for (file, target) in std::mem::take(&mut self.files) {
            if let Err(error) =
                make_readable(&file).and_then(|()| file.persist(&target).map_err(|error| error.error))
            {
                for path in done {
                    let _ = fs::remove_file(path);
                }
                return Err(cannot_write(&target, &error));
            }
            done.push(target);
        }
        self.folders.clear();
        Ok(())
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        self.files.clear();
        for folder in &self.folders {
            let _ = fs::remove_dir(folder);
        }
    }
}

/// A temporary file in the folder of `target`, so that renaming it later is one step.
pub(super) fn begin(target: &Path) -> Result<NamedTempFile, Failure> {
    let file = tempfile::Builder::new()
        .prefix(".coldstart-")
        .tempfile_in(parent(target))
        .map_err(|error| cannot_write(target, &error))?;
    remove_on_interrupt(file.path());
    Ok(file)
}

/// Temporary files are private to their owner; reports are ordinary files.
fn make_readable(file: &NamedTempFile) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.as_file().set_permissions(fs::Permissions::from_mode(0o644))?;
    }
    Ok(())
}

pub(super) fn cannot_write(target: &Path, error: &std::io::Error) -> Failure {
    Failure::internal(format!("error: cannot write {}: {error}", target.display()))
}
