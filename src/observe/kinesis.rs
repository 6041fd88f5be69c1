//! What Kinesis charges for a stream: its shards by the hour, and what is put into it (S64).

use crate::lambda::cell::Cell;
use crate::scenario::model::{Metered, Scenario, Service, StreamId, StreamKind};
use crate::units::SimTime;

use super::metering::MeteredUsage;
use super::statistics::Window;

/// Bytes of a PUT payload unit.
const UNIT: u64 = 25 * 1_024;

/// What one stream is billed for.
#[derive(Clone, Debug)]
pub struct KinesisCharges {
    usage: MeteredUsage,
    window: Window,
    shards: u32,
    /// PUT payload units of a record.
    units: u64,
    /// Every mapping that reads the stream tells of each record: only the first one counts.
    first: Option<u32>,
}

impl KinesisCharges {
    /// Of a stream of Kinesis that is on the bill. A record is as large as the largest request of a function that reads it.
    pub(super) fn of(scenario: &Scenario, cell: &Cell, id: StreamId, window: Window) -> Option<Self> {
        let stream = &scenario.streams[id.0 as usize];
        if stream.kind != StreamKind::Kinesis || !scenario.pricing.includes(Service::Kinesis) {
            return None;
        }
        let functions = cell.functions.iter().map(|function| &scenario.functions[function.0 as usize]);
        let readers =
            functions.filter(|function| function.stream_sources.iter().any(|source| source.stream == id));
        let bytes = readers.map(|function| function.payload.request.count()).max().unwrap_or(0);
        Some(Self {
            usage: MeteredUsage::new(scenario.start_unix_s),
            window,
            shards: stream.shards,
            units: bytes.div_ceil(UNIT).max(1),
            first: None,
        })
    }

    /// A record came, and `consumer` will see it.
    pub(super) fn entered(&mut self, now: SimTime, consumer: u32) {
        if *self.first.get_or_insert(consumer) == consumer {
            let counts = self.window.counts(now);
            self.usage.add(now, Metered::KinesisPutUnits, u128::from(self.units), counts);
        }
    }

    /// The shards were there until `until`.
    pub(super) fn finish(&mut self, until: SimTime) {
        let span = (SimTime::ZERO, until);
        self.usage.add_held(span, Metered::KinesisShardTime, u128::from(self.shards), self.window);
    }

    /// Quantities by month.
    pub fn usage(&self) -> &MeteredUsage {
        &self.usage
    }
}
