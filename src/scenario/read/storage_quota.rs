//! The zip files of a region together (F 1.1).

use crate::units::Bytes;

use super::cursor::Cursor;

/// Reports the function or version whose zip file does not fit beside those before it.
pub(super) fn check(top: &Cursor<'_>) {
    let quota = top.find("account").and_then(|account| account.find("code_storage"));
    let Some(limit) = quota.and_then(|key| key.bytes()) else { return };
    let by_default = top.find("defaults").and_then(|defaults| zip(&defaults));
    let mut stored = 0_u64;
    for (name, function) in top.find("functions").iter().flat_map(Cursor::entries) {
        let own = zip(&function).or_else(|| by_default.clone());
        let versions = function.find("versions");
        let versions = versions.iter().flat_map(Cursor::entries).map(|(_, version)| version);
        // `$LATEST` is stored, and each version beside it.
        let all =
            std::iter::once(own.clone()).chain(versions.map(|version| zip(&version).or_else(|| own.clone())));
        for (size, key) in all.flatten() {
            stored = stored.saturating_add(size);
            if stored > limit.count() {
                let message =
                    format!("with `{name}` {} are stored; the region has {limit}", Bytes::new(stored));
                key.report(key.problem(message).aws_rejects("CodeStorageExceededException, 400"));
                return;
            }
        }
    }
}

/// The zip file that a block gives the size of, and where. An image is stored in ECR.
fn zip<'a>(block: &Cursor<'a>) -> Option<(u64, Cursor<'a>)> {
    let package = block.find("package")?;
    let is_image = package.find("type").is_some_and(|key| key.text() == Some("image"));
    let key = package.find("size").filter(|_| !is_image)?;
    // What is no size has been reported where it is read.
    let size = crate::units::parse_bytes(key.text()?).ok()?;
    Some((size.count(), key))
}
