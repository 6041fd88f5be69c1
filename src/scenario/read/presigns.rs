//! `presigns:` of a function.

use crate::scenario::model::Presigns;
use crate::units::SimDuration;

use super::cursor::Cursor;

/// The longest that a signature of version 4 may be valid (F 9).
const LONGEST: SimDuration = SimDuration::from_secs(7 * 86_400);

pub(super) fn read(block: &Cursor<'_>) -> Option<Presigns> {
    let expires_in = block.find("expires_in").and_then(|key| expires_in(&key));
    let session = block.find("session").and_then(|key| key.duration());
    let used_after = block.find("used_after").and_then(|key| key.distribution());
    Some(Presigns { expires_in: expires_in?, session: session?, used_after: used_after? })
}

fn expires_in(key: &Cursor<'_>) -> Option<SimDuration> {
    let span = key.duration()?;
    if span < SimDuration::from_secs(1) || span > LONGEST {
        let message = format!("`expires_in` must be from 1s to 7d; found {}", key.node.described());
        key.report(
            key.problem(message).aws_rejects("a signature of version 4 is valid for at most 604,800 s"),
        );
        return None;
    }
    Some(span)
}
