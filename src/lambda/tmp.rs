//! What execution environments keep in `/tmp` from one invocation to the next (S18a).
//!
//! ## Sizes, not files
//! Every run of the handler writes the same number of bytes, under names of its own. What does not fit is error 28 at the end
//! of the run; the part that was written before is not kept.

use crate::scenario::model::Function;
use crate::units::Bytes;

use super::outcome::Outcome;

/// `/tmp` of all environments of a function.
#[derive(Debug, Default)]
pub struct Storage {
    /// By environment.
    disks: Vec<Disk>,
}

/// `/tmp` of one environment.
#[derive(Clone, Copy, Debug, Default)]
struct Disk {
    /// Order of creation of the environment that it belongs to: another one in the same place begins anew.
    owner: Option<u64>,
    /// Bytes that invocations have left.
    left: u64,
}

/// What a run of the handler will find.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// What it writes fits.
    Enough,
    /// It does not: `OSError: [Errno 28] No space left on device`.
    Full,
}

impl Storage {
    /// An invocation begins in `environment`, the one that was created as number `serial`.
    pub fn begin(&mut self, (environment, serial): (u32, u64), function: &Function) -> Room {
        let Some(files) = function.tmp else { return Room::Enough };
        let index = environment as usize;
        if index >= self.disks.len() {
            self.disks.resize(index + 1, Disk::default());
        }
        let disk = &mut self.disks[index];
        if disk.owner != Some(serial) {
            *disk = Disk { owner: Some(serial), left: 0 };
        }
        let needed = files.download.count() + disk.left + files.write.count();
        if needed <= Bytes::from_mb(function.ephemeral_storage.mb().into()).count() {
            Room::Enough
        } else {
            Room::Full
        }
    }

    /// The invocation in `environment` has ended; returns the bytes that it found of earlier ones.
    pub fn end(&mut self, environment: u32, outcome: Outcome, function: &Function) -> u64 {
        let (Some(files), Some(disk)) = (function.tmp, self.disks.get_mut(environment as usize)) else {
            return 0;
        };
        let found = disk.left;
        disk.left += match outcome {
            Outcome::Succeeded | Outcome::HandlerError | Outcome::ResponseTooLarge if files.cleanup => 0,
            Outcome::StorageFull | Outcome::InitFailed => 0,
            // What was killed did not come to its clean-up, and a reset keeps /tmp (S18).
            Outcome::Succeeded
            | Outcome::HandlerError
            | Outcome::ResponseTooLarge
            | Outcome::TimedOut
            | Outcome::RuntimeExit
            | Outcome::OutOfMemory => files.write.count(),
        };
        found
    }
}
