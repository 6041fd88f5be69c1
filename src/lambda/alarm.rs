//! An alarm on a metric over a sliding window, as a deployment watches it.

use std::collections::VecDeque;

use crate::scenario::model::{Alarm, AlarmQuantity};
use crate::units::{SimDuration, SimTime};

/// Something that an alarm may count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// An attempt was admitted or throttled.
    Attempt {
        /// Throttled.
        throttled: bool,
    },
    /// An invocation began.
    Start {
        /// With an environment of its own.
        cold: bool,
    },
    /// An invocation ended.
    End {
        /// In a function error, a timeout or out of memory.
        failed: bool,
    },
}

/// Cases, and those among them that the alarm is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Count {
    cases: u64,
    hits: u64,
}

/// Counts of the last seconds, counted from the beginning of the deployment.
#[derive(Clone, Debug)]
pub struct SlidingCount {
    since: SimTime,
    window: u64,
    /// Seconds in which anything happened.
    seconds: VecDeque<(u64, Count)>,
    sum: Count,
}

impl SlidingCount {
    /// Nothing has been counted; the first second begins at `since`.
    pub fn new(since: SimTime, window: SimDuration) -> Self {
        let window = window.nanos() / 1_000_000_000;
        Self { since, window, seconds: VecDeque::new(), sum: Count::default() }
    }

    /// Counts `sign`, if an alarm on `quantity` cares.
    pub fn count(&mut self, now: SimTime, quantity: AlarmQuantity, sign: Sign) {
        use AlarmQuantity::{ColdStartRate, ErrorRate, Errors, ThrottleRate, Throttles};
        let hit = match (quantity, sign) {
            (ErrorRate | Errors, Sign::End { failed }) => failed,
            (ThrottleRate | Throttles, Sign::Attempt { throttled }) => throttled,
            (ColdStartRate, Sign::Start { cold }) => cold,
            _ => return,
        };
        let second = now.since(self.since).nanos() / 1_000_000_000;
        let one = Count { cases: 1, hits: u64::from(hit) };
        match self.seconds.back_mut() {
            Some((last, count)) if *last == second => add(count, one),
            _ => self.seconds.push_back((second, one)),
        }
        add(&mut self.sum, one);
    }

    /// Whether the window that ends at `now` fits into the time since the beginning and breaches `alarm`. A share of
    /// nothing breaches nothing.
    pub fn is_breached(&mut self, now: SimTime, alarm: &Alarm) -> bool {
        let second = now.since(self.since).nanos() / 1_000_000_000;
        while let Some((earlier, count)) = self.seconds.front().copied()
            && earlier + self.window < second
        {
            self.sum.cases -= count.cases;
            self.sum.hits -= count.hits;
            self.seconds.pop_front();
        }
        if second < self.window {
            return false;
        }
        // What happens at this very instant is in a second that has just begun.
        let present =
            self.seconds.back().filter(|(last, _)| *last == second).map_or(Count::default(), |last| last.1);
        let (cases, hits) = (self.sum.cases - present.cases, self.sum.hits - present.hits);
        let value = match alarm.quantity {
            AlarmQuantity::Errors | AlarmQuantity::Throttles => hits as f64,
            AlarmQuantity::ErrorRate | AlarmQuantity::ThrottleRate | AlarmQuantity::ColdStartRate => {
                if cases == 0 {
                    return false;
                }
                hits as f64 / cases as f64
            }
        };
        alarm.comparison.holds(value, alarm.limit)
    }
}

fn add(sum: &mut Count, more: Count) {
    sum.cases += more.cases;
    sum.hits += more.hits;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::model::{Comparison, FunctionId};

    fn alarm(quantity: AlarmQuantity, limit: f64) -> Alarm {
        Alarm {
            text: String::new(),
            function: FunctionId(0),
            qualifier: None,
            quantity,
            comparison: Comparison::Greater,
            limit,
            window: SimDuration::from_secs(10),
        }
    }

    fn at(millis: u64) -> SimTime {
        SimTime::ZERO + SimDuration::from_millis(millis)
    }

    #[test]
    fn a_window_is_judged_when_it_fits_and_forgets_what_is_older() {
        let alarm = alarm(AlarmQuantity::ErrorRate, 0.5);
        let mut count = SlidingCount::new(at(100_000), alarm.window);
        count.count(at(100_500), alarm.quantity, Sign::End { failed: true });
        assert!(!count.is_breached(at(109_000), &alarm), "nine seconds of ten");
        assert!(count.is_breached(at(110_000), &alarm), "one of one");
        assert!(!count.is_breached(at(111_000), &alarm), "the error is older than ten seconds");
    }

    #[test]
    fn signs_of_another_kind_are_not_counted() {
        let alarm = alarm(AlarmQuantity::Throttles, 0.0);
        let mut count = SlidingCount::new(at(0), alarm.window);
        count.count(at(1), alarm.quantity, Sign::End { failed: true });
        count.count(at(2), alarm.quantity, Sign::Attempt { throttled: false });
        assert!(!count.is_breached(at(10_000), &alarm));
        count.count(at(10_000), alarm.quantity, Sign::Attempt { throttled: true });
        assert!(!count.is_breached(at(10_000), &alarm), "its second has just begun");
        assert!(count.is_breached(at(11_000), &alarm));
    }
}
