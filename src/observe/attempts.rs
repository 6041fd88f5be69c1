//! The attempt log: one row per attempt, for `--events`.

use crate::lambda::cell::Cell;
use crate::lambda::facts::{Ended, Fact, Observer, RequestTag};
use crate::lambda::fault::Fault;
use crate::lambda::outcome::{Fate, ThrottleCause};
use crate::lambda::parts::{Parts, Served};
use crate::scenario::model::Scenario;
use crate::units::SimTime;

/// One attempt of a request, told when it ended or was refused.
#[derive(Clone, Debug, PartialEq)]
pub struct AttemptRow {
    /// Number of the request in order of arrival, from 1.
    pub event_id: u64,
    /// Earlier attempts of the same request.
    pub attempt: u32,
    /// The function that was called.
    pub function: String,
    /// The version that was asked.
    pub version: String,
    /// When the request arrived first.
    pub t_arrival: SimTime,
    /// When this attempt was admitted or refused.
    pub t_start: SimTime,
    /// When it ended.
    pub t_done: SimTime,
    /// How it ran; `None` if it was refused.
    pub ran: Option<Ended>,
    /// Why it was refused.
    pub throttle: Option<ThrottleCause>,
    /// Which error of the service it met.
    pub fault: Option<Fault>,
    /// Where the request ended, if it ended with this attempt.
    pub fate: Option<Fate>,
}

/// Hands rows to a writer as they become known, in the order of their ends.
pub struct AttemptLog<'w> {
    names: Vec<String>,
    /// Names of versions, by index behind the functions.
    versions: Vec<String>,
    pending: Option<AttemptRow>,
    write: &'w mut dyn FnMut(&AttemptRow),
}

impl<'w> AttemptLog<'w> {
    /// A log that hands its rows to `write`.
    pub fn new(scenario: &Scenario, cell: &Cell, write: &'w mut dyn FnMut(&AttemptRow)) -> Self {
        let names = cell.functions.iter().map(|id| scenario.functions[id.0 as usize].name.clone()).collect();
        let parts = Parts::of(scenario, cell);
        let versions = parts.all().map(|(_, part)| parts.name(part, scenario, cell).to_owned()).collect();
        Self { names, versions, pending: None, write }
    }

    /// The run is over: hands on the last row.
    pub fn finish(&mut self) {
        if let Some(row) = self.pending.take() {
            (self.write)(&row);
        }
    }

    fn begin_row(
        &mut self,
        now: SimTime,
        request: RequestTag,
        attempt: u32,
        served: Served,
    ) -> &mut AttemptRow {
        self.finish();
        let version = served.version.map(|place| &self.versions[place as usize - self.names.len()]);
        self.pending.insert(AttemptRow {
            event_id: request.number,
            attempt,
            function: self.names[request.function as usize].clone(),
            version: version.map_or_else(|| "$LATEST".to_owned(), String::clone),
            t_arrival: request.born,
            t_start: now,
            t_done: now,
            ran: None,
            throttle: None,
            fault: None,
            fate: None,
        })
    }
}

impl Observer for AttemptLog<'_> {
    fn observe(&mut self, now: SimTime, fact: &Fact) {
        match fact {
            Fact::Refused { request, attempt, cause, served, .. } => {
                self.begin_row(now, *request, *attempt, *served).throttle = Some(*cause);
            }
            Fact::Faulted(fact) => {
                self.begin_row(now, fact.request, fact.attempt, fact.served).fault = Some(fact.fault);
            }
            Fact::Ended(ended) => {
                let row = self.begin_row(now, ended.request, ended.attempt, ended.served);
                row.t_start = ended.admitted;
                row.ran = Some(*ended);
            }
            Fact::Closed { request, fate, .. } => {
                if let Some(row) = &mut self.pending
                    && row.event_id == request.number
                    && row.t_done == now
                {
                    row.fate = Some(*fate);
                }
            }
            _ => {}
        }
    }
}
