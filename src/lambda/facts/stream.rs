//! Facts about records of streams and the batches that are made of them.

use crate::units::SimDuration;

use super::RequestTag;

/// Something happened to records that an event source mapping reads.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StreamFact {
    /// Index of the stream within the cell.
    pub stream: u32,
    /// Index of the mapping among those that read streams.
    pub consumer: u32,
    /// The request that the batch is, or the last one was.
    pub request: RequestTag,
    /// What happened.
    pub change: StreamChange,
}

/// What happened to records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamChange {
    /// One came.
    Entered,
    /// The one that came lies before the position where the mapping begins, and is not read.
    Skipped,
    /// A consumer of a Kafka topic begins a batch.
    Taken {
        /// Consumers that there are.
        consumers: u32,
    },
    /// Provisioned pollers of a Kafka topic, from now on.
    Pollers {
        /// How many there are.
        pollers: u32,
    },
    /// A batch was made of the oldest.
    Batched {
        /// Records in it.
        size: u32,
        /// It had no room for more.
        is_full: bool,
        /// It ends a tumbling window, and has no records.
        is_final: bool,
    },
    /// A shard of Kinesis was read, with everything that had come.
    Read,
    /// A shard of Kinesis cannot be read so soon again; the reader tries once more.
    ReadThrottled,
    /// A batch is sent to the function.
    Sent {
        /// Age of its last record; the end of a window has none.
        iterator_age: Option<SimDuration>,
    },
    /// The function was throttled.
    Throttled,
    /// Lambda itself failed to run it.
    Faulted,
    /// The function failed, or reported that some failed.
    Failed,
    /// The batch ends: done, given up or split.
    Ended,
    /// Records were processed.
    Processed {
        /// How many.
        count: u32,
    },
    /// Records are given up: retries used up, or too old for the mapping.
    GivenUp {
        /// How many.
        count: u32,
        /// Their description went to a queue.
        is_kept: bool,
    },
    /// The retention of the stream has ended.
    Expired {
        /// How many.
        count: u32,
    },
}

/// What happened to one record, for detailed observers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordStep {
    /// It came.
    Entered,
    /// It lies before the position where the mapping begins.
    Skipped,
    /// It is sent to the function with its batch.
    Carried,
    /// It was processed.
    Processed,
    /// It is given up.
    GivenUp {
        /// It was too old for the mapping, not tried too often.
        too_old: bool,
        /// Its description went to a queue.
        is_kept: bool,
    },
    /// The retention of the stream has ended.
    Expired,
}
