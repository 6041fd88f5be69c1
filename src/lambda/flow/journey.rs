//! What only detailed observers are told: where each message and record is.

use super::super::facts::{Detail, ErrandStep, Fact, Observer, ParcelStep, RecordStep};
use super::super::lane::Record;
use super::World;

impl<O: Observer> World<'_, O> {
    /// A batch leaves with these messages.
    #[cold]
    pub(super) fn tell_carried(&mut self, batch: u32) {
        let place = self.batches.at(batch);
        let (request, mapping) = (place.request, place.mapping);
        let all: Vec<_> =
            place.held.iter().map(|held| held.messages).chain(place.overdue.iter().copied()).collect();
        for messages in all {
            self.tell(Fact::Detail(Detail::Carries { request, mapping, messages }));
        }
    }

    /// Something happens to a call of an errand's invocation.
    pub(super) fn tell_errand(&mut self, errand: u32, step: ErrandStep) {
        if O::DETAILED {
            let place = self.errands.at(errand);
            let run = self.functions[place.place as usize].fleet.run(place.environment);
            let request = run.invocation.request;
            self.tell(Fact::Detail(Detail::Errand { request, step }));
        }
    }

    /// Something happens to one message of a push source.
    pub(super) fn tell_parcel(&mut self, (source, ordinal): (u32, u64), step: ParcelStep) {
        if O::DETAILED {
            self.tell(Fact::Detail(Detail::Parcel { source, ordinal, step }));
        }
    }

    /// Something happens to the records of a lane from place `from` up to `to`.
    #[cold]
    pub(super) fn tell_records(&mut self, lane: u32, (from, to): (u32, u32), step: RecordStep) {
        let records = &self.lanes[lane as usize].lane.records;
        let told: Vec<Record> = records.range(from as usize..to as usize).copied().collect();
        for record in told {
            self.tell_record(lane, record, step);
        }
    }

    /// The same for one record.
    #[cold]
    pub(super) fn tell_record(&mut self, lane: u32, record: Record, step: RecordStep) {
        let (request, consumer, place) = self.lane_in_words(lane);
        let Record { ordinal, is_poison, .. } = record;
        let detail = Detail::Record { request, consumer, lane: place, ordinal, is_poison, step };
        self.tell(Fact::Detail(detail));
    }
}
