//! Time of pollers, integrated: what idle ones cost in empty receives (S80), and what provisioned ones are paid for (S82).
//!
//! Arithmetic between two facts, not an event for each empty receive: idle pollers make one for each long poll.

use crate::lambda::facts::{BatchChange, BatchFact, PollersFact};
use crate::scenario::model::Metered;
use crate::units::{SimDuration, SimTime};

use super::metering::MeteredUsage;
use super::statistics::Window;
use super::usage::end_of_month;

/// Nanoseconds times a number, by calendar month since the start, and those of the steady part.
#[derive(Clone, Debug)]
pub struct SpanSum {
    start_unix_s: i64,
    month_ends: SimTime,
    months: Vec<u128>,
    steady: u128,
}

impl SpanSum {
    fn new(start_unix_s: i64) -> Self {
        let month_ends = end_of_month(start_unix_s, SimTime::ZERO);
        Self { start_unix_s, month_ends, months: vec![0], steady: 0 }
    }

    #[inline]
    fn add(&mut self, from: SimTime, until: SimTime, times: u32, window: Window) {
        if times == 0 || until <= from {
            return;
        }
        self.steady += u128::from(window.overlap(from, until).nanos()) * u128::from(times);
        let mut since = from;
        while until > self.month_ends {
            let upto = self.month_ends.max(since);
            *self.month() += u128::from(upto.since(since).nanos()) * u128::from(times);
            since = upto;
            self.month_ends = end_of_month(self.start_unix_s, self.month_ends);
            self.months.push(0);
        }
        *self.month() += u128::from(until.since(since).nanos()) * u128::from(times);
    }

    fn month(&mut self) -> &mut u128 {
        self.months.last_mut().expect("there is a month from the start on")
    }

    /// Whole spans of `length`, by month and in the steady part; what is left of one belongs to the next month.
    pub fn whole(&self, length: SimDuration) -> (Vec<u128>, u128) {
        let length = u128::from(length.nanos());
        let mut so_far = 0;
        let months = self.months.iter().map(|month| {
            let before = so_far / length;
            so_far += month;
            so_far / length - before
        });
        (months.collect(), self.steady / length)
    }
}

/// The pollers of one mapping over time.
#[derive(Clone, Debug)]
pub struct Polling {
    window: Window,
    /// Batches of a poller at once.
    each: u32,
    since: SimTime,
    pollers: u32,
    /// Batches in process.
    busy: u32,
    /// Most pollers at once.
    pub most: u32,
    idle: SpanSum,
    all: SpanSum,
    /// What provisioned ones are paid as, and how many of them as one.
    charge: (Metered, u32),
    /// Time of provisioned pollers, when the run is over.
    pub billed: Option<MeteredUsage>,
}

impl Polling {
    /// No poller yet; each will have so many batches at once.
    pub fn new(window: Window, start_unix_s: i64, each: u32) -> Self {
        let sum = SpanSum::new(start_unix_s);
        let since = SimTime::ZERO;
        let charge = (Metered::SqsPollerTime, 1);
        let (pollers, busy, most, idle) = (0, 0, 0, sum.clone());
        Self { window, each, since, pollers, busy, most, idle, all: sum, charge, billed: None }
    }

    /// The provisioned pollers of a Kafka topic (S104): so many are one event poller unit.
    pub fn of_kafka(window: Window, start_unix_s: i64, each: u32, in_unit: u32) -> Self {
        Self { charge: (Metered::KafkaPollerTime, in_unit), ..Self::new(window, start_unix_s, each) }
    }

    #[inline]
    pub(super) fn pollers(&mut self, fact: &PollersFact) {
        self.reach(fact.at);
        self.pollers = fact.pollers;
        self.most = self.most.max(fact.pollers);
    }

    #[inline]
    pub(super) fn batch(&mut self, now: SimTime, fact: &BatchFact) {
        match fact.change {
            BatchChange::Left { .. } => {
                self.reach(now);
                self.busy += 1;
            }
            BatchChange::Throttled { retries: true } | BatchChange::Faulted { retries: true } => {}
            BatchChange::Throttled { retries: false }
            | BatchChange::Faulted { retries: false }
            | BatchChange::Ended { .. } => {
                self.reach(now);
                self.busy -= 1;
            }
        }
    }

    #[inline]
    fn reach(&mut self, at: SimTime) {
        let idle = self.pollers.saturating_sub(self.busy.div_ceil(self.each));
        self.idle.add(self.since, at, idle, self.window);
        if self.each > 1 {
            self.all.add(self.since, at, self.pollers, self.window);
        }
        self.since = self.since.max(at);
    }

    pub(super) fn finish(&mut self, end: SimTime) {
        self.reach(end);
        if self.each > 1 {
            let mut billed = MeteredUsage::new(self.all.start_unix_s);
            let (charge, in_unit) = self.charge;
            let (months, steady) = self.all.whole(SimDuration::from_millis(u64::from(in_unit)));
            billed.add_months(charge, &months);
            billed.add_steady(charge, steady);
            self.billed = Some(billed);
        }
    }

    /// Time of idle pollers.
    pub fn idle(&self) -> &SpanSum {
        &self.idle
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> SimTime {
        SimTime::ZERO + SimDuration::from_secs(seconds)
    }

    fn window() -> Window {
        let step = SimDuration::from_secs(1);
        Window { from: at(0), to: at(86_400 * 3), step, intervals: 10, curve_points: 2 }
    }

    /// F 5.2: 5 pollers make 15 empty receives a minute.
    #[test]
    fn five_idle_pollers_make_fifteen_receives_a_minute() {
        let mut polling = Polling::new(window(), 1_795_996_800, 1);
        polling.pollers(&PollersFact { mapping: 0, at: at(0), pollers: 5 });
        polling.finish(at(60));
        assert_eq!(polling.idle().whole(SimDuration::from_secs(20)), (vec![15], 15));
    }

    /// The run begins a day before the end of November.
    #[test]
    fn a_span_is_divided_where_its_month_ends() {
        let mut polling = Polling::new(window(), 1_795_996_800, 10);
        polling.pollers(&PollersFact { mapping: 0, at: at(0), pollers: 2 });
        polling.finish(at(86_400 * 2));
        let hours = polling.all.whole(SimDuration::from_secs(3_600));
        assert_eq!(hours, (vec![48, 48], 96));
    }
}
