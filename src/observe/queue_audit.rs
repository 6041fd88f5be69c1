//! The audit of queues: what came in and what left, each counted once more by another way.

use crate::lambda::facts::{BatchChange, BatchFact, MessageChange, QueueFact};
use crate::lambda::flow::QueueRemains;

use super::queue::QueueStatistics;

/// Books of one queue.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct QueueBooks {
    /// Messages that came in, and those of them in the ledger.
    entered: u64,
    offered: u64,
    /// Messages that left for good, and those of them in the ledger.
    left: u64,
    closed: u64,
    received: u64,
    returned: u64,
    /// Messages that a batch deleted.
    deleted: u64,
}

impl QueueBooks {
    #[inline]
    pub fn observe(&mut self, fact: &QueueFact) {
        let count = u64::from(fact.messages.count);
        let in_ledger = if fact.messages.is_offered { count } else { 0 };
        match fact.change {
            MessageChange::Entered(_) => {
                self.entered += count;
                self.offered += in_ledger;
            }
            MessageChange::Received => {
                assert!(fact.messages.receives > 0, "a receive counts");
                self.received += count;
            }
            MessageChange::Returned => self.returned += count,
            MessageChange::Deleted => {
                self.deleted += count;
                self.leave(count, in_ledger);
            }
            MessageChange::DeadLettered | MessageChange::Redriven | MessageChange::Expired { .. } => {
                self.leave(count, in_ledger);
            }
        }
    }

    #[inline]
    fn leave(&mut self, count: u64, in_ledger: u64) {
        self.left += count;
        self.closed += in_ledger;
    }

    /// Compares the books of queue `index`; returns the messages of the ledger that are still open.
    pub fn verify(&self, index: usize, remains: &QueueRemains, statistics: &QueueStatistics) -> u64 {
        let open = self.offered.checked_sub(self.closed).expect("no message ends twice");
        assert_eq!(self.entered, self.left + remains.depth, "messages, queue {index}");
        assert_eq!(open, remains.open, "messages of the ledger, queue {index}");
        assert_eq!(self.offered, statistics.fates.offered, "offered, queue {index}");
        assert_eq!(self.closed, statistics.fates.closed(), "closed, queue {index}");
        assert_eq!(self.received, statistics.received, "received, queue {index}");
        let ends = statistics.deleted + statistics.dead_lettered + statistics.redriven + statistics.expired;
        assert_eq!(self.left, ends, "ends, queue {index}");
        assert!(self.deleted <= self.received, "what is deleted was received, queue {index}");
        assert!(self.returned <= self.received, "what is returned was received, queue {index}");
        open
    }
}

/// Books of one event source mapping.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct MappingBooks {
    /// Messages in batches that left, and in batches that ended.
    left: u64,
    deleted: u64,
    batches: u64,
    ended: u64,
}

impl MappingBooks {
    #[inline]
    pub fn observe(&mut self, fact: &BatchFact) {
        match fact.change {
            BatchChange::Left { size, .. } => {
                assert!(size > 0, "no batch is empty");
                self.batches += 1;
                self.left += u64::from(size);
            }
            BatchChange::Throttled { retries } => self.ended += u64::from(!retries),
            BatchChange::Ended { deleted, .. } => {
                self.ended += 1;
                self.deleted += u64::from(deleted);
            }
        }
    }

    /// Batches that have left and not ended; messages that were deleted.
    pub fn verify(&self, in_process: u64) -> u64 {
        assert_eq!(self.batches, self.ended + in_process, "batches");
        assert!(self.deleted <= self.left, "what is deleted was in a batch");
        self.deleted
    }
}
