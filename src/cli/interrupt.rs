//! Ctrl-C: no half-written file stays behind, and the exit status says what happened.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::status::Status;

/// Temporary files of outputs that are not finished.
static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Removes unfinished outputs when the user interrupts.
pub(super) fn install() {
    // Without the handler an interruption still ends the command, only less tidily.
    let _ = ctrlc::set_handler(|| {
        for path in UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            let _ = std::fs::remove_file(path);
        }
        std::process::exit(Status::Interrupted.code().into());
    });
}

/// `path` must not outlive an interruption.
pub(super) fn remove_on_interrupt(path: &Path) {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner).push(path.to_owned());
}
