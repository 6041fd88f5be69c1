//! What invocations leave behind: files in `/tmp`, presigned URLs.

use serde::Serialize;

/// What invocations found in `/tmp` of earlier ones.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract")]
pub struct TmpReport {
    pub starts_with_leftovers: u64,
    pub leftovers_max_mb: f64,
}

/// Presigned URLs that were made, by what becomes of them when they are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract")]
pub struct PresignedUrls {
    pub made: u64,
    pub served: u64,
    pub refused: RefusedUrls,
}

/// 403 by cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract")]
pub struct RefusedUrls {
    pub expired: u64,
    pub session_ended: u64,
}
