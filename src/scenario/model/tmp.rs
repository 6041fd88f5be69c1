//! What a function keeps in `/tmp`.

use crate::units::{Bytes, SimDuration};

/// Use of `/tmp` (S18a).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TmpFiles {
    /// What a run of the handler writes.
    pub write: Bytes,
    /// Whether a run that ends by itself removes what it wrote.
    pub cleanup: bool,
    /// What every Init fetches into it.
    pub download: Bytes,
    /// How long that takes.
    pub download_time: SimDuration,
}
