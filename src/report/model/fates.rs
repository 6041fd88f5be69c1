//! Where everything ended, by who kept its books.

use serde::Serialize;

/// What entered with a function, queue or stream, and where it ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract; docs/report.md describes them")]
pub struct OwnerFates {
    /// Name; `others` are those that are not named one by one.
    pub owner: String,
    pub kind: &'static str,
    pub offered: u64,
    pub succeeded: u64,
    pub throttled: u64,
    pub failed: u64,
    pub dead_lettered: u64,
    pub dropped: u64,
    pub expired: u64,
    pub unfinished: u64,
}

impl OwnerFates {
    /// The fates with their words, in the order of the ledger.
    pub fn parts(&self) -> [(&'static str, u64); 7] {
        [
            ("succeeded", self.succeeded),
            ("throttled", self.throttled),
            ("failed", self.failed),
            ("dead-lettered", self.dead_lettered),
            ("dropped", self.dropped),
            ("expired", self.expired),
            ("unfinished", self.unfinished),
        ]
    }

    /// Adds what entered with somebody else.
    pub fn absorb(&mut self, other: &Self) {
        self.offered += other.offered;
        self.succeeded += other.succeeded;
        self.throttled += other.throttled;
        self.failed += other.failed;
        self.dead_lettered += other.dead_lettered;
        self.dropped += other.dropped;
        self.expired += other.expired;
        self.unfinished += other.unfinished;
    }
}
