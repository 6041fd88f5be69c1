//! Statistics of queues and of the event source mappings that read them.

use crate::lambda::facts::{BatchChange, BatchFact, Entry, MessageChange, MessageSent, QueueFact};
use crate::lambda::flow::QueueRemains;
use crate::lambda::outcome::Fate;
use crate::units::SimTime;

use super::counts::FateCounts;
use super::digest::Digest;
use super::oldest::OldestAge;
use super::sample::Sample;
use super::series::Series;
use super::statistics::Window;

/// Messages that are kept word for word.
const MESSAGES_KEPT: usize = 10;

/// One queue.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names of the report")]
pub struct QueueStatistics {
    window: Window,
    pub sent: u64,
    pub received: u64,
    pub returned: u64,
    pub deleted: u64,
    pub dead_lettered: u64,
    pub expired: u64,
    pub redriven: u64,
    /// Deleted because they did not match a filter.
    pub filtered: u64,
    /// Accepted and not delivered, as their deduplication ids were known.
    pub deduplicated: u64,
    pub depth: u64,
    pub depth_max: u64,
    pub oldest_age_max_nanos: u64,
    pub oldest_age_at_end_nanos: u64,
    /// Of messages that stand in the ledger: where they have ended.
    pub fates: FateCounts,
    /// From entering to the first receive.
    pub wait: Sample,
    /// What came (`created`) and what went (`retired`) per interval.
    pub series: Series,
    pub oldest: OldestAge,
    /// When the queue was empty first after it had held something.
    pub drained: Option<SimTime>,
    pub first_messages: Vec<(SimTime, MessageSent)>,
    /// Of everything that pollers and traffic did to it.
    pub digest: Digest,
}

impl QueueStatistics {
    /// Nothing has come yet.
    pub fn new(window: Window) -> Self {
        Self {
            window,
            sent: 0,
            received: 0,
            returned: 0,
            deleted: 0,
            dead_lettered: 0,
            expired: 0,
            redriven: 0,
            filtered: 0,
            deduplicated: 0,
            depth: 0,
            depth_max: 0,
            oldest_age_max_nanos: 0,
            oldest_age_at_end_nanos: 0,
            fates: FateCounts::default(),
            wait: Sample::default(),
            series: Series::new(window.step, window.intervals),
            oldest: OldestAge::new(window.step, window.intervals),
            drained: None,
            first_messages: Vec::new(),
            digest: Digest::default(),
        }
    }

    /// A dead letter or destination record came.
    pub(super) fn keep(&mut self, now: SimTime, message: MessageSent) {
        if self.first_messages.len() < MESSAGES_KEPT {
            self.first_messages.push((now, message));
        }
    }

    #[inline]
    pub(super) fn observe(&mut self, now: SimTime, fact: &QueueFact) {
        let messages = &fact.messages;
        let count = u64::from(messages.count);
        match fact.change {
            MessageChange::Entered(entry) => {
                self.sent += count;
                self.depth += count;
                self.depth_max = self.depth_max.max(self.depth);
                self.series.at(now).created += messages.count;
                self.oldest.enter(now, messages.sent, count);
                self.fates.offered += count * u64::from(messages.is_offered);
                match entry {
                    Entry::Backlog
                    | Entry::Traffic
                    | Entry::Emitted
                    | Entry::Published
                    | Entry::DeadLetter
                    | Entry::Redrive => {
                        self.digest(now, fact, 1);
                    }
                    // In the digest of the function that it is from.
                    Entry::Record => {}
                }
            }
            MessageChange::Received => {
                self.received += count;
                if messages.receives == 1 && self.window.counts(messages.sent) {
                    let wait = now.since(messages.sent);
                    (0..messages.count).for_each(|_| self.wait.record(wait));
                }
                self.digest(now, fact, 2);
            }
            MessageChange::Returned => {
                self.returned += count;
                self.digest(now, fact, 3);
            }
            MessageChange::Deleted => {
                self.deleted += count;
                self.left(now, fact, Fate::Succeeded);
                self.digest(now, fact, 4);
            }
            MessageChange::Filtered => {
                self.filtered += count;
                self.left(now, fact, Fate::Succeeded);
                self.digest(now, fact, 7);
            }
            MessageChange::DeadLettered => {
                self.dead_lettered += count;
                self.left(now, fact, Fate::DeadLettered);
                self.digest(now, fact, 5);
            }
            MessageChange::Redriven => {
                self.redriven += count;
                self.left(now, fact, Fate::DeadLettered);
                self.digest(now, fact, 6);
            }
            MessageChange::Expired { at } => {
                self.expired += count;
                self.left(at, fact, Fate::Expired);
            }
        }
    }

    #[inline]
    fn digest(&mut self, now: SimTime, fact: &QueueFact, change: u64) {
        self.digest.word(now.nanos() << 3 | change);
        self.digest.word(fact.messages.first);
        self.digest.word(u64::from(fact.messages.count) << 32 | u64::from(fact.messages.receives));
    }

    #[inline]
    fn left(&mut self, at: SimTime, fact: &QueueFact, fate: Fate) {
        let count = u64::from(fact.messages.count);
        self.depth -= count;
        self.series.at(at).retired += fact.messages.count;
        self.oldest.leave(at, fact.messages.sent, count);
        self.oldest_age_max_nanos = self.oldest_age_max_nanos.max(at.since(fact.messages.sent).nanos());
        if fact.messages.is_offered {
            self.fates.close_many(fate, count);
        }
        if self.depth == 0 {
            self.drained = self.drained.or(Some(at));
        }
    }

    /// The run ended at `end`, with this left.
    pub(super) fn finish(&mut self, end: SimTime, remains: &QueueRemains) {
        assert_eq!(self.depth, remains.depth, "messages were lost");
        self.series.settle();
        self.oldest.reach(end);
        if let Some(sent) = remains.oldest {
            self.oldest_age_at_end_nanos = end.since(sent).nanos();
            self.oldest_age_max_nanos = self.oldest_age_max_nanos.max(end.since(sent).nanos());
        }
    }
}

/// One event source mapping.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names of the report")]
pub struct MappingStatistics {
    pub batches: u64,
    pub messages: u64,
    pub full: u64,
    /// Invocations that ended a tumbling window; they are no batches.
    pub window_ends: u64,
    /// Attempts that were throttled.
    pub throttled: u64,
    /// Attempts that the service failed to serve.
    pub service_errors: u64,
    /// Invocations after which something was left undeleted.
    pub failed: u64,
    /// Messages that were processed although another batch had deleted them.
    pub duplicates: u64,
    /// Batches in process now, and most at once.
    pub in_process: u64,
    pub in_process_max: u64,
    /// Most pollers of a queue at once, or consumers of a Kafka topic.
    pub pollers_max: Option<u32>,
}

impl MappingStatistics {
    /// Something is in process.
    pub(super) fn begin(&mut self) {
        self.in_process += 1;
        self.in_process_max = self.in_process_max.max(self.in_process);
    }

    #[inline]
    pub(super) fn observe(&mut self, fact: &BatchFact) {
        match fact.change {
            BatchChange::Left { size, is_full } => {
                self.batches += 1;
                self.messages += u64::from(size);
                self.full += u64::from(is_full);
                self.begin();
            }
            BatchChange::Throttled { retries } => {
                self.throttled += 1;
                self.in_process -= u64::from(!retries);
            }
            BatchChange::Faulted { retries } => {
                self.service_errors += 1;
                self.in_process -= u64::from(!retries);
            }
            BatchChange::Ended { duplicates, failed, .. } => {
                self.failed += u64::from(failed > 0);
                self.duplicates += u64::from(duplicates);
                self.in_process -= 1;
            }
        }
    }

    /// Messages of a batch, on average.
    pub fn mean_size(&self) -> Option<f64> {
        (self.batches > 0).then(|| self.messages as f64 / self.batches as f64)
    }
}
