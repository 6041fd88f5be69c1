//! The audit of queues: what came in and what left, each counted once more by another way.

use crate::lambda::facts::{BatchChange, BatchFact, Entry, MessageChange, PollersFact, QueueFact};
use crate::lambda::flow::QueueRemains;
use crate::lambda::pollers::MESSAGES_OF_A_POLL;

use super::polling::Polling;
use super::queue::QueueStatistics;
use super::sqs_requests::SqsRequests;

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
    /// Messages that somebody sent with a request, and those that a filter left out.
    requested: u64,
    filtered: u64,
    /// Messages that were accepted and not delivered.
    pub deduplicated: u64,
}

impl QueueBooks {
    #[inline]
    pub fn observe(&mut self, fact: &QueueFact) {
        let count = u64::from(fact.messages.count);
        let in_ledger = if fact.messages.is_offered { count } else { 0 };
        match fact.change {
            MessageChange::Entered(entry) => {
                self.entered += count;
                self.offered += in_ledger;
                // A backlog was there; SQS itself moves dead letters.
                let by_itself = matches!(entry, Entry::Backlog | Entry::DeadLetter | Entry::Redrive);
                self.requested += if by_itself { 0 } else { count };
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
            MessageChange::Filtered => {
                self.filtered += count;
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
    pub fn verify(
        &self,
        index: usize,
        remains: &QueueRemains,
        statistics: &QueueStatistics,
        requests: &SqsRequests,
    ) -> u64 {
        let open = self.offered.checked_sub(self.closed).expect("no message ends twice");
        assert_eq!(self.entered, self.left + remains.depth, "messages, queue {index}");
        assert_eq!(open, remains.open, "messages of the ledger, queue {index}");
        assert_eq!(self.offered, statistics.fates.offered, "offered, queue {index}");
        assert_eq!(self.closed, statistics.fates.closed(), "closed, queue {index}");
        assert_eq!(self.received, statistics.received, "received, queue {index}");
        let ends = statistics.deleted
            + statistics.filtered
            + statistics.dead_lettered
            + statistics.redriven
            + statistics.expired;
        assert_eq!(self.filtered, statistics.filtered, "filtered, queue {index}");
        assert_eq!(self.requested + self.deduplicated, remains.sends, "sent, queue {index}");
        assert_eq!(self.deduplicated, statistics.deduplicated, "duplicates, queue {index}");
        // A request carries at least one message and at most ten.
        assert!(requests.sends >= self.requested + self.deduplicated, "sends, queue {index}");
        let gone = self.deleted + self.filtered;
        assert!(requests.deletes * u64::from(MESSAGES_OF_A_POLL) >= gone, "deletes, queue {index}");
        assert!(requests.receives * u64::from(MESSAGES_OF_A_POLL) >= gone, "receives, queue {index}");
        if let Some(metered) = &requests.metered {
            let billed: u128 = metered.months().iter().flat_map(|month| month.values()).sum();
            assert_eq!(billed, u128::from(requests.total()), "requests on the bill, queue {index}");
        }
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
    most_pollers: u32,
}

impl MappingBooks {
    pub fn pollers(&mut self, fact: &PollersFact) {
        self.most_pollers = self.most_pollers.max(fact.pollers);
    }

    #[inline]
    pub fn observe(&mut self, fact: &BatchFact) {
        match fact.change {
            BatchChange::Left { size, .. } => {
                assert!(size > 0, "no batch is empty");
                self.batches += 1;
                self.left += u64::from(size);
            }
            BatchChange::Throttled { retries } | BatchChange::Faulted { retries } => {
                self.ended += u64::from(!retries);
            }
            BatchChange::Ended { deleted, .. } => {
                self.ended += 1;
                self.deleted += u64::from(deleted);
            }
        }
    }

    /// Batches that have left and not ended; messages that were deleted.
    pub fn verify(&self, in_process: u64, polling: &Polling) -> u64 {
        assert_eq!(self.most_pollers, polling.most, "pollers");
        assert_eq!(self.batches, self.ended + in_process, "batches");
        assert!(self.deleted <= self.left, "what is deleted was in a batch");
        self.deleted
    }
}
