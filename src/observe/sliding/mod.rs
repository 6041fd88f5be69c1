//! Thresholds with a window (`for 2m`): what each metric was in every window of that length that fits between the warm-up
//! and the end of traffic. Windows slide by whole seconds. Nothing is kept unless a threshold asks.
//!
//! What is counted belongs to the instant at which it happened. A window in which nothing was measured is left out.

mod seconds;

use std::collections::BTreeMap;

use crate::lambda::cell::Cell;
use crate::lambda::facts::{
    DownstreamChange, Ended, Fact, GatewayChange, MessageChange, QueueFact, Started, StreamChange,
};
use crate::lambda::outcome::Outcome;
use crate::lambda::parts::{Parts, Served};
use crate::scenario::model::{Aggregate, FunctionPart, Scenario, Threshold, ThresholdSubject};
use crate::units::SimTime;

use super::statistics::Window;
use seconds::{Measure, Seconds};

/// Nanoseconds of the units in which thresholds compare.
const MILLISECOND: f64 = 1e6;
const SECOND: f64 = 1e9;

/// What a threshold with a window watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Watched {
    /// Something of a function, or of a part of one, by its index within the cell.
    Function(u32, OfFunction),
    QueueDepth(u32),
    OldestMessage(u32),
    ConnectionErrors(u32),
    IteratorAge(u32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum OfFunction {
    Latency,
    /// Latency as clients see it.
    ClientLatency,
    Duration,
    /// Throttled attempts, or their share.
    Throttles,
    Failures,
    ColdStarts,
    Concurrency,
}

/// One threshold.
#[derive(Clone, Debug)]
struct Watch {
    /// Index among the thresholds of the scenario.
    threshold: usize,
    watched: Watched,
    seconds: Seconds,
    /// Latencies of the function, which count where no client has a view of its own.
    without_clients: Option<Seconds>,
    has_clients: bool,
    /// Messages that a queue holds, by the instant at which they came.
    held: BTreeMap<SimTime, u64>,
}

/// All thresholds with a window of a cell.
#[derive(Clone, Debug)]
pub struct SlidingWindows {
    watches: Vec<Watch>,
}

impl SlidingWindows {
    /// Those that watch something of the cell; `None` where there are none.
    pub(super) fn of(scenario: &Scenario, cell: &Cell, window: Window) -> Option<Box<Self>> {
        let parts = Parts::of(scenario, cell);
        let watches: Vec<Watch> = scenario
            .thresholds
            .iter()
            .enumerate()
            .filter_map(|(index, threshold)| Watch::of(index, threshold, cell, &parts, window))
            .collect();
        (!watches.is_empty()).then(|| Box::new(Self { watches }))
    }

    fn of_function(&mut self, function: u32, served: Served, mut tell: impl FnMut(OfFunction, &mut Watch)) {
        for watch in &mut self.watches {
            if let Watched::Function(index, what) = watch.watched
                && (index == function || served.parts().any(|part| part == index))
            {
                tell(what, watch);
            }
        }
    }

    fn started(&mut self, now: SimTime, started: &Started) {
        self.of_function(started.request.function, started.served, |what, watch| match what {
            OfFunction::Throttles => watch.seconds.case(now, false),
            OfFunction::ColdStarts => watch.seconds.case(now, started.cold),
            OfFunction::Concurrency => watch.step(now, 1),
            _ => {}
        });
    }

    fn ended(&mut self, now: SimTime, ended: &Ended) {
        let latency = ended.course.outcome.completed().then(|| now.since(ended.admitted).nanos());
        self.of_function(ended.request.function, ended.served, |what, watch| match (what, latency) {
            (OfFunction::Latency, Some(latency)) => watch.seconds.value(now, latency),
            (OfFunction::ClientLatency, Some(latency)) => {
                if let Some(seconds) = &mut watch.without_clients {
                    seconds.value(now, latency);
                }
            }
            (OfFunction::Duration, _) => watch.seconds.value(now, ended.course.duration.nanos()),
            (OfFunction::Failures, _) => {
                watch.seconds.case(now, ended.course.outcome != Outcome::Succeeded);
            }
            (OfFunction::Concurrency, _) => watch.step(now, -1),
            _ => {}
        });
    }

    pub(super) fn observe(&mut self, now: SimTime, fact: &Fact) {
        match fact {
            Fact::Started(started) => self.started(now, started),
            Fact::Ended(ended) => self.ended(now, ended),
            Fact::Refused { request, served, .. } => {
                self.of_function(request.function, *served, |what, watch| {
                    if what == OfFunction::Throttles {
                        watch.seconds.case(now, true);
                    }
                });
            }
            Fact::Held { function } => self.held(now, *function, 1),
            Fact::LetGo { function, .. } => self.held(now, *function, -1),
            Fact::CallClosed { request, fate, .. } if !fate.is_refusal() => {
                self.answered(now, request.function, now.since(request.born).nanos());
            }
            Fact::Gateway(fact) => {
                if let GatewayChange::Answered { latency, reply, is_final: true, .. } = fact.change
                    && !reply.fate().is_refusal()
                {
                    self.answered(now, fact.request.function, latency.nanos());
                }
            }
            Fact::Queue(fact) => self.queue(now, fact),
            Fact::Stream(fact) => {
                if let StreamChange::Sent { iterator_age: Some(iterator_age) } = fact.change {
                    self.other(Watched::IteratorAge(fact.stream), |watch| {
                        watch.seconds.value(now, iterator_age.nanos());
                    });
                }
            }
            Fact::Downstream(fact) => {
                if let DownstreamChange::Refused(refusal) = fact.change
                    && refusal.is_of_connection()
                {
                    self.other(Watched::ConnectionErrors(fact.downstream), |watch| {
                        watch.seconds.case(now, true);
                    });
                }
            }
            _ => {}
        }
    }

    fn held(&mut self, now: SimTime, function: u32, step: i64) {
        self.other(Watched::Function(function, OfFunction::Concurrency), |watch| watch.step(now, step));
    }

    fn answered(&mut self, now: SimTime, function: u32, nanos: u64) {
        self.other(Watched::Function(function, OfFunction::ClientLatency), |watch| {
            watch.has_clients = true;
            watch.seconds.value(now, nanos);
        });
    }

    fn other(&mut self, watched: Watched, mut tell: impl FnMut(&mut Watch)) {
        self.watches.iter_mut().filter(|watch| watch.watched == watched).for_each(&mut tell);
    }

    fn queue(&mut self, now: SimTime, fact: &QueueFact) {
        let count = u64::from(fact.messages.count);
        let (step, comes) = match fact.change {
            MessageChange::Entered(_) => (count.cast_signed(), true),
            MessageChange::Received | MessageChange::Returned => return,
            MessageChange::Deleted
            | MessageChange::Filtered
            | MessageChange::DeadLettered
            | MessageChange::Redriven
            | MessageChange::Expired { .. } => (-count.cast_signed(), false),
        };
        self.other(Watched::QueueDepth(fact.queue), |watch| watch.step(now, step));
        let sent = fact.messages.sent;
        self.other(Watched::OldestMessage(fact.queue), |watch| {
            if comes {
                watch.grow(now);
                *watch.held.entry(sent).or_default() += count;
            } else {
                // Before it leaves, the oldest is as old as it becomes.
                watch.grow(now);
                watch.age(now);
                if let Some(held) = watch.held.get_mut(&sent) {
                    *held = held.saturating_sub(count);
                    if *held == 0 {
                        watch.held.remove(&sent);
                    }
                }
            }
            watch.age(now);
        });
    }

    /// The run ends.
    pub(super) fn finish(&mut self, end: SimTime) {
        for watch in &mut self.watches {
            watch.grow(end);
            watch.seconds.finish(end);
            if let Some(seconds) = &mut watch.without_clients {
                seconds.finish(end);
            }
        }
    }

    /// What the windows showed, one after the other from the warm-up on, for the threshold with this index.
    pub fn each(&self, threshold: usize) -> Option<&[Option<f64>]> {
        let watch = self.watches.iter().find(|watch| watch.threshold == threshold)?;
        Some(watch.decisive().each())
    }

    /// The worst value of a window for the threshold with this index, and when that window began.
    pub fn worst(&self, threshold: usize) -> Option<(f64, SimTime)> {
        let watch = self.watches.iter().find(|watch| watch.threshold == threshold)?;
        watch.decisive().worst()
    }
}

impl Watch {
    /// What the threshold is about.
    fn decisive(&self) -> &Seconds {
        match &self.without_clients {
            Some(seconds) if !self.has_clients => seconds,
            _ => &self.seconds,
        }
    }

    fn of(index: usize, threshold: &Threshold, cell: &Cell, parts: &Parts, window: Window) -> Option<Self> {
        let length = threshold.window?;
        let (watched, measure) = watched(threshold, cell, parts)?;
        let condition = (threshold.comparison, threshold.limit);
        let seconds = Seconds::new(measure, length, (window.from, window.to), condition);
        let of_clients = matches!(watched, Watched::Function(_, OfFunction::ClientLatency));
        Some(Self {
            threshold: index,
            watched,
            without_clients: of_clients.then(|| seconds.clone()),
            seconds,
            has_clients: false,
            held: BTreeMap::new(),
        })
    }

    /// A level goes up or down.
    fn step(&mut self, now: SimTime, step: i64) {
        let level = self.seconds.level().saturating_add_signed(step);
        self.seconds.change(now, level);
    }

    /// The age of the oldest message grows as time goes by: it is looked at every second.
    fn grow(&mut self, now: SimTime) {
        if let (Watched::OldestMessage(_), Some(since)) = (self.watched, self.held.keys().next().copied()) {
            self.seconds.grow(now, since);
        }
    }

    /// The age of the oldest message is another.
    fn age(&mut self, now: SimTime) {
        let age = self.held.keys().next().map_or(0, |since| now.saturating_since(*since).nanos());
        self.seconds.value(now, age);
    }
}

/// What is watched where this cell has it, and what is made of it.
fn watched(threshold: &Threshold, cell: &Cell, parts: &Parts) -> Option<(Watched, Measure)> {
    use OfFunction::{ClientLatency, ColdStarts, Concurrency, Duration, Failures, Latency, Throttles};
    let aggregate = threshold.aggregate.unwrap_or(Aggregate::Mean);
    let of = |part: FunctionPart, what, measure| {
        let function = cell.functions.binary_search(&part.function).ok()? as u32;
        let index = part.qualifier.map_or(function, |qualifier| parts.index(function, qualifier));
        Some((Watched::Function(index, what), measure))
    };
    let milliseconds = Measure::Values(aggregate, MILLISECOND);
    match threshold.subject {
        ThresholdSubject::Latency(part) => of(part, Latency, milliseconds),
        ThresholdSubject::Duration(part) => of(part, Duration, milliseconds),
        // Clients call functions; a part has the latency of its invocations.
        ThresholdSubject::ClientLatency(part) if part.qualifier.is_some() => of(part, Latency, milliseconds),
        ThresholdSubject::ClientLatency(part) => of(part, ClientLatency, milliseconds),
        ThresholdSubject::Throttles(part) => of(part, Throttles, Measure::Count),
        ThresholdSubject::ThrottleRate(part) => of(part, Throttles, Measure::Share),
        ThresholdSubject::ErrorRate(part) => of(part, Failures, Measure::Share),
        ThresholdSubject::ColdStartRate(part) => of(part, ColdStarts, Measure::Share),
        ThresholdSubject::Concurrency(part) => of(part, Concurrency, Measure::Level(aggregate)),
        ThresholdSubject::QueueDepth(id) => {
            let queue = cell.queues.binary_search(&id).ok()? as u32;
            Some((Watched::QueueDepth(queue), Measure::Level(aggregate)))
        }
        ThresholdSubject::OldestMessageAge(id) => {
            let queue = cell.queues.binary_search(&id).ok()? as u32;
            Some((Watched::OldestMessage(queue), Measure::Values(aggregate, SECOND)))
        }
        ThresholdSubject::ConnectionErrors(id) => {
            let downstream = cell.downstreams.binary_search(&id).ok()? as u32;
            Some((Watched::ConnectionErrors(downstream), Measure::Count))
        }
        ThresholdSubject::IteratorAge(id) => {
            let stream = cell.streams.binary_search(&id).ok()? as u32;
            Some((Watched::IteratorAge(stream), Measure::Values(aggregate, SECOND)))
        }
        ThresholdSubject::DrainedAt(_)
        | ThresholdSubject::CostTotal
        | ThresholdSubject::CostMonthly
        | ThresholdSubject::Metric(_) => None,
    }
}
