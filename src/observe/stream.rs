//! Statistics of streams and of the mappings that read them, and their audit.

use crate::lambda::facts::{BatchChange, BatchFact, StreamChange, StreamFact};
use crate::lambda::outcome::Fate;
use crate::units::{SimDuration, SimTime};

use super::counts::FateCounts;
use super::digest::Digest;
use super::gauge::Gauge;
use super::queue::MappingStatistics;
use super::sample::Sample;
use super::statistics::Window;
use super::stream_charges::StreamCharges;

/// One stream; a record counts once for each mapping that reads it.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names of the report")]
pub struct StreamStatistics {
    pub fates: FateCounts,
    /// Those of the expired that lie before the position where their mapping begins.
    pub skipped: u64,
    /// Reads of the shards of a Kinesis stream, without enhanced fan-out.
    pub reads: u64,
    /// Reads that came too soon.
    pub read_throttles: u64,
    /// Age of the last record of each batch when it is sent; also of repetitions.
    pub iterator_age: Sample,
    pub iterator_age_last: SimDuration,
    /// Records that are not done with.
    pub waiting: Gauge,
    /// Iterator age of the last batch while records wait, ns.
    pub age: Gauge,
    pub digest: Digest,
    /// Shards or partitions that it has.
    pub shards: u32,
    /// What is charged for it, where it is on the bill.
    pub charges: Option<StreamCharges>,
}

impl StreamStatistics {
    /// Nothing has come yet.
    pub fn new(window: Window, shards: u32, charges: Option<StreamCharges>) -> Self {
        Self {
            fates: FateCounts::default(),
            skipped: 0,
            reads: 0,
            read_throttles: 0,
            iterator_age: Sample::default(),
            iterator_age_last: SimDuration::ZERO,
            waiting: Gauge::new(window),
            age: Gauge::new(window),
            digest: Digest::default(),
            shards,
            charges,
        }
    }

    pub(super) fn observe(&mut self, now: SimTime, fact: &StreamFact) {
        let word = match fact.change {
            StreamChange::Entered => {
                self.fates.offered += 1;
                if let Some(charges) = &mut self.charges {
                    charges.entered(now, fact.consumer);
                }
                self.waiting.set(now, self.fates.offered - self.fates.closed());
                return;
            }
            StreamChange::Pollers { .. } => return,
            StreamChange::Read => {
                self.reads += 1;
                return;
            }
            StreamChange::ReadThrottled => {
                self.read_throttles += 1;
                return;
            }
            StreamChange::Sent { iterator_age } => {
                if let Some(age) = iterator_age {
                    self.iterator_age.record(age);
                    self.iterator_age_last = age;
                    self.age.set(now, age.nanos());
                }
                1
            }
            StreamChange::Processed { count } => {
                self.fates.close_many(Fate::Succeeded, u64::from(count));
                2 | u64::from(count) << 8
            }
            StreamChange::GivenUp { count, is_kept } => {
                let fate = if is_kept { Fate::DeadLettered } else { Fate::Dropped };
                self.fates.close_many(fate, u64::from(count));
                3 | u64::from(count) << 8
            }
            StreamChange::Expired { count } => {
                self.fates.close_many(Fate::Expired, u64::from(count));
                4 | u64::from(count) << 8
            }
            StreamChange::Skipped => {
                self.skipped += 1;
                self.fates.close(Fate::Expired);
                9
            }
            StreamChange::Batched { size, .. } => 5 | u64::from(size) << 8,
            StreamChange::Taken { consumers } => 8 | u64::from(consumers) << 8,
            StreamChange::Throttled | StreamChange::Faulted => 6,
            StreamChange::Failed | StreamChange::Ended => 7,
        };
        let waiting = self.fates.offered - self.fates.closed();
        self.waiting.set(now, waiting);
        if waiting == 0 {
            self.age.set(now, 0);
        }
        self.digest.word(now.nanos());
        self.digest.word(word);
    }

    pub(super) fn finish(&mut self, end: SimTime, until: SimTime) {
        if let Some(charges) = &mut self.charges {
            charges.finish(until);
        }
        self.iterator_age.close();
        let waiting = self.fates.offered - self.fates.closed();
        self.waiting.set(end, waiting);
        self.age.set(end, if waiting > 0 { self.iterator_age_last.nanos() } else { 0 });
    }
}

impl MappingStatistics {
    /// Counts what a mapping of a stream does, as batches of a queue are counted.
    pub(super) fn observe_stream(&mut self, fact: &StreamFact) {
        let of_batch = |change| BatchFact { mapping: fact.consumer, request: fact.request, change };
        match fact.change {
            StreamChange::Batched { size, is_full, is_final } => {
                if is_final {
                    self.window_ends += 1;
                    self.begin();
                } else {
                    self.observe(&of_batch(BatchChange::Left { size, is_full }));
                }
            }
            StreamChange::Throttled => self.observe(&of_batch(BatchChange::Throttled { retries: true })),
            StreamChange::Faulted => self.observe(&of_batch(BatchChange::Faulted { retries: true })),
            StreamChange::Failed => self.failed += 1,
            StreamChange::Taken { consumers } => self.pollers_max = self.pollers_max.max(Some(consumers)),
            StreamChange::Ended => {
                self.observe(&of_batch(BatchChange::Ended { deleted: 0, duplicates: 0, failed: 0 }));
            }
            StreamChange::Entered
            | StreamChange::Skipped
            | StreamChange::Pollers { .. }
            | StreamChange::Read
            | StreamChange::ReadThrottled
            | StreamChange::Sent { .. }
            | StreamChange::Processed { .. }
            | StreamChange::GivenUp { .. }
            | StreamChange::Expired { .. } => {}
        }
    }
}

/// Books of one stream.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct StreamBooks {
    entered: u64,
    left: u64,
    batches: u64,
    ended: u64,
    sent: u64,
    /// Reads of its shards, and the last of them; so many a second are possible (S102).
    reads: u64,
    last_read: SimTime,
    reads_per_second: u32,
    /// Most consumers that a mapping of a topic had.
    consumers: u32,
}

impl StreamBooks {
    /// Empty books of a stream each of whose shards takes so many reads.
    pub fn new(reads_per_second: u32) -> Self {
        Self { reads_per_second, ..Self::default() }
    }

    pub fn observe(&mut self, now: SimTime, fact: &StreamFact) {
        match fact.change {
            StreamChange::Entered => self.entered += 1,
            StreamChange::Skipped => self.left += 1,
            StreamChange::Batched { size, is_final, .. } => {
                assert_eq!(size == 0, is_final, "no batch is empty but the end of a window");
                self.batches += 1;
            }
            StreamChange::Sent { .. } => self.sent += 1,
            StreamChange::Read => {
                self.reads += 1;
                self.last_read = now;
            }
            StreamChange::Ended => self.ended += 1,
            StreamChange::Processed { count }
            | StreamChange::GivenUp { count, .. }
            | StreamChange::Expired { count } => self.left += u64::from(count),
            StreamChange::Taken { consumers } => self.consumers = self.consumers.max(consumers),
            StreamChange::Throttled
            | StreamChange::Faulted
            | StreamChange::ReadThrottled
            | StreamChange::Pollers { .. }
            | StreamChange::Failed => {}
        }
    }

    /// Compares them with what is left and with the statistics; returns the records that are still open.
    pub fn verify(&self, index: usize, left: u64, statistics: &StreamStatistics) -> u64 {
        assert!(self.consumers <= statistics.shards, "consumers, stream {index}");
        let open = self.entered.checked_sub(self.left).expect("no record ends twice");
        assert_eq!(open, left, "records, stream {index}");
        assert_eq!(self.entered, statistics.fates.offered, "offered, stream {index}");
        assert_eq!(self.left, statistics.fates.closed(), "closed, stream {index}");
        assert!(self.ended <= self.batches && self.batches <= self.sent, "batches, stream {index}");
        // Only a batch reads, and not more of them than the shards take.
        assert!(self.reads <= self.batches, "reads, stream {index}");
        let seconds = self.last_read.nanos() / 1_000_000_000 + 2;
        let most = u64::from(self.reads_per_second) * u64::from(statistics.shards) * seconds;
        assert!(self.reads <= most, "reads of a shard, stream {index}");
        open
    }
}
