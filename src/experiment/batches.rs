//! The parts of one long run: what happened to the requests that arrived in each.

use crate::lambda::facts::{Ended, Fact, Observer, RequestTag};
use crate::lambda::outcome::Outcome;
use crate::observe::Sample;
use crate::scenario::model::Scenario;
use crate::units::SimTime;

/// Functions whose latencies are kept part by part; with more, only their rates are.
const LATENCIES_OF: usize = 20;

/// What happened to the requests of one function that arrived in one part.
#[derive(Clone, Debug, Default)]
pub(super) struct Batch {
    pub attempts: u64,
    pub throttles: u64,
    pub invocations: u64,
    pub failures: u64,
    pub cold_starts: u64,
    pub completed: u64,
    pub latency_nanos: u128,
    /// Latencies, where they are kept.
    pub latencies: Option<Sample>,
    /// Concurrency integrated over the part, ns.
    pub busy_nanos: u128,
}

/// Watches a run in parts. Requests belong to the part in which they arrived, as they belong to the statistics.
pub(super) struct Batches {
    from: u64,
    length: u64,
    functions: Vec<Parts>,
}

struct Parts {
    level: u32,
    accounted: SimTime,
    batches: Vec<Batch>,
}

impl Batches {
    /// `count` equal parts from the end of the warm-up to the end of traffic.
    pub fn new(scenario: &Scenario, count: u32) -> Self {
        let from = scenario.warmup.nanos();
        let window = scenario.traffic_end().nanos().saturating_sub(from);
        let with_latencies = scenario.functions.len() <= LATENCIES_OF;
        let batch = Batch { latencies: with_latencies.then(Sample::default), ..Batch::default() };
        let batches = vec![batch; count as usize];
        let parts = || Parts { level: 0, accounted: SimTime::ZERO, batches: batches.clone() };
        Self {
            from,
            length: (window / u64::from(count)).max(1),
            functions: scenario.functions.iter().map(|_| parts()).collect(),
        }
    }

    /// Length of a part, s.
    pub fn length_s(&self) -> f64 {
        self.length as f64 / 1e9
    }

    /// The parts of each function, in the order of the file.
    pub fn into_functions(self) -> impl Iterator<Item = Vec<Batch>> {
        self.functions.into_iter().map(|parts| parts.batches)
    }

    /// The part of a request that arrived at `born`; none before the first and after the last.
    fn of(&mut self, request: RequestTag) -> Option<&mut Batch> {
        let since = request.born.nanos().checked_sub(self.from)?;
        self.functions[request.function as usize].batches.get_mut((since / self.length) as usize)
    }

    fn ended(&mut self, now: SimTime, ended: &Ended) {
        let Some(batch) = self.of(ended.request) else { return };
        let outcome = ended.course.outcome;
        batch.failures += u64::from(outcome != Outcome::Succeeded);
        if outcome.completed() {
            let latency = now.since(ended.admitted);
            batch.completed += 1;
            batch.latency_nanos += u128::from(latency.nanos());
            if let Some(latencies) = &mut batch.latencies {
                latencies.record(latency);
            }
        }
    }

    /// Concurrency of `function` changes by `change` at `now`.
    fn change(&mut self, now: SimTime, function: u32, change: i32) {
        let (from, length) = (self.from, self.length);
        let parts = &mut self.functions[function as usize];
        let mut since = parts.accounted.nanos().max(from);
        while since < now.nanos() {
            let index = (since - from) / length;
            let Some(batch) = parts.batches.get_mut(index as usize) else { break };
            let until = now.nanos().min(from + (index + 1) * length);
            batch.busy_nanos += u128::from(until - since) * u128::from(parts.level);
            since = until;
        }
        parts.accounted = now;
        parts.level = parts.level.checked_add_signed(change).expect("concurrency is never negative");
    }
}

impl Observer for Batches {
    fn observe(&mut self, now: SimTime, fact: &Fact) {
        match fact {
            Fact::Refused { request, .. } => {
                if let Some(batch) = self.of(*request) {
                    batch.attempts += 1;
                    batch.throttles += 1;
                }
            }
            Fact::Faulted(fact) => {
                if let Some(batch) = self.of(fact.request) {
                    batch.attempts += 1;
                }
            }
            Fact::Started(started) => {
                self.change(now, started.request.function, 1);
                if let Some(batch) = self.of(started.request) {
                    batch.attempts += 1;
                    batch.invocations += 1;
                    batch.cold_starts += u64::from(started.cold);
                }
            }
            Fact::Ended(ended) => {
                self.change(now, ended.request.function, -1);
                self.ended(now, ended);
            }
            Fact::Held { function } => self.change(now, *function, 1),
            Fact::LetGo { function, .. } => self.change(now, *function, -1),
            _ => {}
        }
    }
}
