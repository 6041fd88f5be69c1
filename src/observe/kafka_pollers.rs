//! Provisioned pollers of Kafka topics over time, and what they are paid for (S104).

use crate::lambda::cell::Cell;
use crate::lambda::facts::{PollersFact, StreamChange, StreamFact};
use crate::scenario::model::Scenario;
use crate::units::SimTime;

use super::metering::MeteredUsage;
use super::polling::Polling;
use super::statistics::Window;

/// Those of a cell, by mapping that reads a stream.
#[derive(Clone, Debug, Default)]
pub struct KafkaPollers {
    /// With the index of the function; `None` where nothing is provisioned.
    mappings: Vec<Option<(u32, Polling)>>,
}

impl KafkaPollers {
    /// Nothing has happened yet.
    pub(super) fn new(scenario: &Scenario, cell: &Cell, window: Window) -> Self {
        let rules = scenario.platform.kafka_provisioned;
        let mappings = cell.consumers(scenario).into_iter().map(|consumer| {
            let function = &scenario.functions[cell.functions[consumer.function as usize].0 as usize];
            function.stream_sources[consumer.index].provisioned_pollers?;
            let (each, in_unit) = rules.map(|rules| (rules.batches, rules.in_unit))?;
            Some((consumer.function, Polling::of_kafka(window, scenario.start_unix_s, each, in_unit)))
        });
        Self { mappings: mappings.collect() }
    }

    pub(super) fn observe(&mut self, now: SimTime, fact: &StreamFact) {
        if let (StreamChange::Pollers { pollers }, Some((_, polling))) =
            (fact.change, &mut self.mappings[fact.consumer as usize])
        {
            polling.pollers(&PollersFact { mapping: fact.consumer, at: now, pollers });
        }
    }

    pub(super) fn finish(&mut self, end: SimTime) {
        self.mappings.iter_mut().flatten().for_each(|(_, polling)| polling.finish(end));
    }

    /// What those of a function cost, by its index within the cell.
    pub fn billed(&self, function: usize) -> impl Iterator<Item = &MeteredUsage> {
        let own = self.mappings.iter().flatten().filter(move |(of, _)| *of as usize == function);
        own.filter_map(|(_, polling)| polling.billed.as_ref())
    }
}
