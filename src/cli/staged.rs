//! Output files: written whole or not at all.
//!
//! Each file is written beside its target under a temporary name, and only when all of them are written they are
//! renamed.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, TempPath};

use super::interrupt::remove_on_interrupt;
use super::status::Failure;

/// How temporary names begin.
const PREFIX: &str = ".coldstart-";

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

    /// Gives every file its name. When one cannot have it, every target is again as it was before.
    ///
    /// What a target held waits under a temporary name until the last file has its name; an interruption in
    /// between leaves it there.
    pub(super) fn commit(mut self) -> Result<(), Failure> {
        let mut replaced: Vec<Replaced> = Vec::new();
        for (file, target) in std::mem::take(&mut self.files) {
            if let Err(error) = replace(file, &target, &mut replaced) {
                replaced.into_iter().rev().for_each(Replaced::undo);
                return Err(cannot_write(&target, &error));
            }
        }
        self.folders.clear();
        Ok(())
    }
}

/// A target that has, or is about to have, a new file. What it held is deleted when this is dropped.
struct Replaced {
    target: PathBuf,
    former: Option<TempPath>,
}

impl Replaced {
    /// Moves aside what `target` holds.
    fn make_room(target: &Path) -> std::io::Result<Self> {
        let former = if target.symlink_metadata().is_ok() {
            // Not removed on interruption: until the end it is the only copy.
            let aside = tempfile::Builder::new().prefix(PREFIX).tempfile_in(parent(target))?.into_temp_path();
            fs::rename(target, &aside)?;
            Some(aside)
        } else {
            None
        };
        Ok(Self { target: target.to_owned(), former })
    }

    fn undo(self) {
        match self.former {
            // What cannot go back stays under its temporary name rather than being lost.
            Some(former) => {
                if let Err(error) = former.persist(&self.target) {
                    let _ = error.path.keep();
                }
            }
            None => {
                let _ = fs::remove_file(&self.target);
            }
        }
    }
}

fn replace(file: NamedTempFile, target: &Path, replaced: &mut Vec<Replaced>) -> std::io::Result<()> {
    make_readable(&file)?;
    replaced.push(Replaced::make_room(target)?);
    file.persist(target).map(drop).map_err(|error| error.error)
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
        .prefix(PREFIX)
        .tempfile_in(parent(target))
        .map_err(|error| cannot_write(target, &error))?;
    remove_on_interrupt(file.path());
    Ok(file)
}

/// Temporary files are private to their owner; reports are ordinary files.
pub(super) fn make_readable(file: &NamedTempFile) -> std::io::Result<()> {
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

/// The folder of `path`; a bare name lies in the current one.
pub(super) fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_that_cannot_be_replaced_leaves_all_others_as_they_were() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("old"), "before").unwrap();
        fs::create_dir(path("taken")).unwrap();
        let mut staged = Staged::default();
        for name in ["old", "new", "taken"] {
            staged.add(&path(name), b"after").unwrap();
        }
        assert!(staged.commit().is_err());
        assert_eq!(fs::read_to_string(path("old")).unwrap(), "before");
        let names = fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(names, 2, "neither the new file nor a temporary one stays");
    }

    #[test]
    fn a_replaced_target_holds_the_new_file_and_nothing_else_stays() {
        let folder = tempfile::tempdir().unwrap();
        let old = folder.path().join("old");
        fs::write(&old, "before").unwrap();
        let mut staged = Staged::default();
        staged.add(&old, b"after").unwrap();
        assert!(staged.commit().is_ok());
        assert_eq!(fs::read_to_string(&old).unwrap(), "after");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
