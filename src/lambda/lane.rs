//! A lane of a shard: its records in order, the batch in process, and what a failure leaves to be done (S56).
//!
//! ## A batch is a length, not a list
//! The records of a batch are the first of the lane. They leave the lane when their fate is known, so that order is
//! kept by itself, whatever is split and tried again.

use std::collections::VecDeque;

use crate::scenario::model::StreamSource;
use crate::units::{SimDuration, SimTime};

/// A record of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its ordinal in the stream, from 0.
    pub ordinal: u64,
    /// When it came.
    pub arrived: SimTime,
    /// The function fails on it (S58).
    pub is_poison: bool,
}

/// What a lane does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LaneState {
    /// Nothing.
    Idle,
    /// A batch is gathered until its window closes, or the next poll is waited for.
    Gathering,
    /// A batch runs.
    Running,
    /// A batch waits for its next attempt.
    BackingOff,
}

/// What becomes of a batch after a function error.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterFailure {
    /// The next attempt comes after this wait; of the records, so many succeeded before.
    Again {
        /// Records before the first that failed.
        done: u32,
        /// The wait.
        wait: SimDuration,
    },
    /// It is given up; before it so many records succeeded.
    GivenUp {
        /// Records before the first that failed.
        done: u32,
        /// Attempts that were made.
        attempts: u32,
    },
}

/// One lane: one batch at a time, in order.
#[derive(Debug)]
pub struct Lane {
    /// Not done yet, the oldest first.
    pub records: VecDeque<Record>,
    /// What it does.
    pub state: LaneState,
    /// Tells what is on the agenda for it from what was.
    pub receipt: u32,
    /// Records of the batch in process.
    pub size: u32,
    /// Pieces that a split has left, in order after the batch: to be sent as they are.
    pieces: VecDeque<u32>,
    /// Function errors of the batch in process, and throttles since its last attempt.
    errors: u32,
    throttles: u32,
}

impl Default for Lane {
    fn default() -> Self {
        Self {
            records: VecDeque::new(),
            state: LaneState::Idle,
            receipt: 0,
            size: 0,
            pieces: VecDeque::new(),
            errors: 0,
            throttles: 0,
        }
    }
}

impl Lane {
    /// The size of the next batch: a piece of an earlier one, or up to `most` records.
    pub fn next_size(&self, most: u32) -> u32 {
        let waiting = u32::try_from(self.records.len()).unwrap_or(u32::MAX);
        self.pieces.front().copied().unwrap_or_else(|| waiting.min(most))
    }

    /// Whether the next batch is a piece of one that was split.
    pub fn has_piece(&self) -> bool {
        !self.pieces.is_empty()
    }

    /// A batch of so many of the first records begins its first attempt.
    pub fn begin(&mut self, size: u32) {
        self.pieces.pop_front();
        (self.size, self.errors, self.throttles) = (size, 0, 0);
    }

    /// The records of the batch in process.
    pub fn batch(&self) -> impl Iterator<Item = &Record> {
        self.records.iter().take(self.size as usize)
    }

    /// Attempts of the batch in process that ran.
    pub fn errors(&self) -> u32 {
        self.errors
    }

    /// The first `count` records are done with; they leave.
    pub fn take(&mut self, count: u32) {
        self.size = self.size.saturating_sub(count);
        self.records.drain(..count as usize);
    }

    /// The oldest record leaves, whatever it belongs to.
    pub fn shed_oldest(&mut self) -> Option<Record> {
        if self.size > 0 {
            self.size -= 1;
        } else if let Some(piece) = self.pieces.front_mut() {
            *piece -= 1;
            if *piece == 0 {
                self.pieces.pop_front();
            }
        }
        self.records.pop_front()
    }

    /// The attempt was throttled: the wait before the next; it uses up no retry.
    pub fn throttled(&mut self) -> SimDuration {
        self.throttles += 1;
        backoff(self.throttles)
    }

    /// The function failed on the batch; `first_failed` is the place of the first record that it reports, if it does.
    pub fn failed(&mut self, settings: &StreamSource, first_failed: Option<u32>) -> AfterFailure {
        self.throttles = 0;
        self.errors += 1;
        let done = first_failed.unwrap_or(0);
        let left = self.size - done;
        if done > 0 {
            // Progress: what is left is another batch.
            self.errors = 0;
            return self.split_or_again(settings, done, left);
        }
        if settings.bisect && left > 1 {
            return self.split_or_again(settings, 0, left);
        }
        if settings.max_retry_attempts.is_some_and(|most| self.errors > most) {
            return AfterFailure::GivenUp { done, attempts: self.errors };
        }
        AfterFailure::Again { done, wait: backoff(self.errors) }
    }

    /// Two halves go on at once, one after the other; without bisection the same goes on after a wait.
    fn split_or_again(&mut self, settings: &StreamSource, done: u32, left: u32) -> AfterFailure {
        // None of it is in process any more.
        self.size = 0;
        if settings.bisect && left > 1 && done == 0 {
            let first = left / 2;
            self.pieces.push_front(left - first);
            self.pieces.push_front(first);
            self.errors = 0;
        } else {
            self.pieces.push_front(left);
        }
        AfterFailure::Again { done, wait: if done > 0 { backoff(1) } else { SimDuration::ZERO } }
    }

    /// Whether what goes on after a failure is a new batch and not the same one.
    pub fn begins_anew(&self) -> bool {
        self.errors == 0
    }
}

/// 1, 2, 4 … 60 s after the n-th failure, n from 1 (F 5.4, F 11 item 10).
fn backoff(failures: u32) -> SimDuration {
    SimDuration::from_secs((1_u64 << (failures - 1).min(6)).min(60))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::model::StreamId;

    fn settings(bisect: bool, retries: Option<u32>) -> StreamSource {
        StreamSource {
            stream: StreamId(0),
            batch_size: 100,
            batch_window: SimDuration::ZERO,
            parallelization_factor: 1,
            bisect,
            max_retry_attempts: retries,
            max_record_age: None,
            on_failure: None,
            reports_item_failures: false,
            poll_interval: SimDuration::ZERO,
            enabled_at: SimTime::ZERO,
            starting_position: crate::scenario::model::StartingPosition::TrimHorizon,
            tumbling_window: None,
            enhanced_fan_out: false,
            provisioned_pollers: None,
        }
    }

    fn lane(records: u64) -> Lane {
        let record = |ordinal| Record { ordinal, arrived: SimTime::ZERO, is_poison: false };
        Lane { records: (0..records).map(record).collect(), ..Lane::default() }
    }

    /// Q19: of 100 records number 37 fails, with two retries: 6 splits, 6 clean halves and 3 tries on the record alone.
    #[test]
    fn bisection_finds_one_poison_record_in_15_invocations() {
        let settings = settings(true, Some(2));
        let mut lane = lane(100);
        let (mut sizes, mut is_again) = (Vec::new(), false);
        while !lane.records.is_empty() {
            if !is_again {
                let size = lane.next_size(100);
                lane.begin(size);
            }
            sizes.push(lane.size);
            is_again = false;
            if lane.batch().any(|record| record.ordinal == 37) {
                match lane.failed(&settings, None) {
                    AfterFailure::GivenUp { attempts, .. } => {
                        assert_eq!((attempts, lane.size), (3, 1));
                        lane.take(1);
                    }
                    AfterFailure::Again { .. } => is_again = !lane.begins_anew(),
                }
            } else {
                let size = lane.size;
                lane.take(size);
            }
        }
        assert_eq!(sizes, [100, 50, 25, 25, 12, 13, 6, 3, 1, 1, 1, 2, 3, 7, 50]);
    }

    #[test]
    fn waits_double_up_to_a_minute() {
        let waits: Vec<u64> = (1..=8).map(|failure| backoff(failure).nanos() / 1_000_000_000).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60]);
    }

    #[test]
    fn a_reported_failure_goes_on_from_that_record() {
        let mut lane = lane(10);
        lane.begin(10);
        let after = lane.failed(&settings(false, Some(1)), Some(4));
        assert_eq!(after, AfterFailure::Again { done: 4, wait: SimDuration::from_secs(1) });
        assert!(lane.begins_anew());
        lane.take(4);
        assert_eq!(lane.next_size(100), 6);
    }

    #[test]
    fn a_throttle_uses_up_no_retry() {
        let mut lane = lane(1);
        lane.begin(1);
        assert_eq!(lane.throttled(), SimDuration::from_secs(1));
        assert_eq!(lane.throttled(), SimDuration::from_secs(2));
        let after = lane.failed(&settings(false, Some(0)), None);
        assert_eq!(after, AfterFailure::GivenUp { done: 0, attempts: 1 });
    }
}
