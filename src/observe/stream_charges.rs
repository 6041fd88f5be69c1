//! What is charged for a stream: shards by the hour, what is put in, enhanced fan-out (S64, S89), and the reads of the stream of
//! a `DynamoDB` table, which are free to Lambda and counted all the same.

use crate::lambda::cell::Cell;
use crate::scenario::model::{Metered, Scenario, Service, StreamId, StreamKind};
use crate::units::SimTime;

use super::metering::MeteredUsage;
use super::statistics::Window;

/// Bytes of a PUT payload unit.
const UNIT: u64 = 25 * 1_024;

/// What one stream is billed for.
#[derive(Clone, Debug)]
pub struct StreamCharges {
    usage: MeteredUsage,
    window: Window,
    kind: StreamKind,
    shards: u32,
    /// Of a record.
    bytes: u64,
    /// Every mapping that reads the stream tells of each record: only the first one counts.
    first: Option<u32>,
    readers: Vec<Reader>,
    /// Reads of an idle shard of a table's stream in a second, by each mapping.
    reads_per_second: u32,
}

/// A mapping that reads the stream, by its index among those of the cell.
#[derive(Clone, Copy, Debug)]
struct Reader {
    consumer: u32,
    enhanced_fan_out: bool,
    enabled_at: SimTime,
}

impl StreamCharges {
    /// Of a stream that is on the bill; those of Kafka, Amazon MQ and `DocumentDB` never are. A record is as large as the largest request of a function that reads it.
    pub(super) fn of(scenario: &Scenario, cell: &Cell, id: StreamId, window: Window) -> Option<Self> {
        let stream = &scenario.streams[id.0 as usize];
        let service = match stream.kind {
            StreamKind::Kinesis => Service::Kinesis,
            StreamKind::Dynamodb => Service::DynamodbStreams,
            _ => return None,
        };
        if !scenario.pricing.includes(service) {
            return None;
        }
        let (mut readers, mut bytes) = (Vec::new(), 0);
        for (consumer, mapping) in cell.consumers(scenario).into_iter().enumerate() {
            let function = &scenario.functions[cell.functions[mapping.function as usize].0 as usize];
            let source = &function.stream_sources[mapping.index];
            if source.stream == id {
                bytes = bytes.max(function.payload.request.count());
                readers.push(Reader {
                    consumer: consumer as u32,
                    enhanced_fan_out: source.enhanced_fan_out,
                    enabled_at: source.enabled_at,
                });
            }
        }
        Some(Self {
            usage: MeteredUsage::new(scenario.start_unix_s),
            window,
            kind: stream.kind,
            shards: stream.shards,
            bytes,
            first: None,
            readers,
            reads_per_second: scenario.platform.dynamodb_stream_reads,
        })
    }

    /// A record came, and `consumer` will see it.
    pub(super) fn entered(&mut self, now: SimTime, consumer: u32) {
        if self.kind != StreamKind::Kinesis {
            return;
        }
        let counts = self.window.counts(now);
        if *self.first.get_or_insert(consumer) == consumer {
            let units = self.bytes.div_ceil(UNIT).max(1);
            self.usage.add(now, Metered::KinesisPutUnits, u128::from(units), counts);
        }
        if self.readers.iter().any(|reader| reader.consumer == consumer && reader.enhanced_fan_out) {
            self.usage.add(now, Metered::KinesisFanOutData, u128::from(self.bytes), counts);
        }
    }

    /// The shards were there until `until`, and their readers from when they were enabled.
    pub(super) fn finish(&mut self, until: SimTime) {
        let shards = u128::from(self.shards);
        if self.kind == StreamKind::Kinesis {
            let span = (SimTime::ZERO, until);
            self.usage.add_held(span, Metered::KinesisShardTime, shards, self.window);
        }
        for reader in &self.readers {
            let span = (reader.enabled_at, until.max(reader.enabled_at));
            match self.kind {
                StreamKind::Kinesis if reader.enhanced_fan_out => {
                    self.usage.add_held(span, Metered::KinesisFanOutTime, shards, self.window);
                }
                StreamKind::Dynamodb => {
                    let reads = shards * u128::from(self.reads_per_second);
                    self.usage.add_held(span, Metered::DynamodbStreamReads, reads, self.window);
                }
                _ => {}
            }
        }
    }

    /// Quantities by month.
    pub fn usage(&self) -> &MeteredUsage {
        &self.usage
    }
}
