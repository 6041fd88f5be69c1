//! `tmp:` of a function.

use crate::platform::Profile;
use crate::scenario::model::TmpFiles;
use crate::units::{Bytes, Memory, SimDuration};

use super::cursor::Cursor;

/// What the function does with `/tmp`: `Some(None)` is nothing, `None` that something is wrong.
pub(super) fn read(
    function: &Cursor<'_>,
    storage: Option<Memory>,
    profile: &Profile,
) -> Option<Option<TmpFiles>> {
    let block = function.find("tmp")?;
    let size = |name: &str| block.find(name).and_then(|key| key.bytes());
    let (write, download) = (size("write")?, size("download")?);
    let cleanup = block.find("cleanup")?.boolean()?;
    let storage = storage?;
    if download > Bytes::from_mb(storage.mb().into()) {
        let key = block.find("download")?;
        let message = format!("{download} do not fit into `ephemeral_storage`, which is {storage}");
        key.report(key.problem(message).hint("every Init would end with error 28, No space left on device"));
        return None;
    }
    let used = write.count() > 0 || download.count() > 0;
    Some(used.then(|| TmpFiles { write, cleanup, download, download_time: time_of(download, profile) }))
}

/// Bytes · 8 / bandwidth (F 2.4).
fn time_of(download: Bytes, profile: &Profile) -> SimDuration {
    const BITS: u128 = 8;
    const NANOS_PER_MICROSECOND: u128 = 1_000;
    let bits_per_microsecond = u128::from(profile.network_bandwidth_mbps);
    let nanos = u128::from(download.count()) * BITS * NANOS_PER_MICROSECOND / bits_per_microsecond;
    SimDuration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}
