//! What lies in a window that slides by whole seconds, and the worst that any window showed.

use std::collections::{BTreeMap, VecDeque};

use crate::scenario::model::{Aggregate, Comparison};
use crate::units::{SimDuration, SimTime};

const SECOND: u64 = 1_000_000_000;
/// Windows that are kept one by one.
const MOST_KEPT: usize = 10_000;

/// What is made of the seconds of a window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Measure {
    /// Hits among cases; nothing where there is no case.
    Share,
    /// Hits.
    Count,
    /// An aggregate of values in nanoseconds, told in `unit` nanoseconds; nothing where there is no value.
    Values(Aggregate, f64),
    /// An aggregate of a level over time.
    Level(Aggregate),
}

/// What happened in a second, or in all seconds of a window.
#[derive(Clone, Debug, Default)]
struct Second {
    /// Cases; of a level: nanoseconds.
    cases: u64,
    hits: u64,
    /// Sum of values; of a level: level × nanoseconds.
    sum: u128,
    /// Values; of a level: the least and the greatest of the second.
    values: Vec<u64>,
}

/// The seconds of a window and what they have in all.
#[derive(Clone, Debug)]
pub(super) struct Seconds {
    measure: Measure,
    window: u64,
    from: SimTime,
    to: SimTime,
    comparison: Comparison,
    limit: f64,
    /// The second that is open, and what has happened in it.
    open: u64,
    present: Second,
    /// Closed seconds of the window in which anything happened.
    closed: VecDeque<(u64, Second)>,
    cases: u64,
    hits: u64,
    sum: u128,
    values: BTreeMap<u64, u32>,
    /// The present level, and since when.
    level: u64,
    since: SimTime,
    worst: Option<(f64, u64)>,
    /// What each window showed of those that follow one another without a gap.
    each: Vec<Option<f64>>,
}

impl Seconds {
    /// Nothing has happened; windows lie in `from..to`.
    pub(super) fn new(
        measure: Measure,
        window: SimDuration,
        (from, to): (SimTime, SimTime),
        (comparison, limit): (Comparison, f64),
    ) -> Self {
        Self {
            measure,
            window: window.nanos() / SECOND,
            from,
            to,
            comparison,
            limit,
            open: 0,
            present: Second::default(),
            closed: VecDeque::new(),
            cases: 0,
            hits: 0,
            sum: 0,
            values: BTreeMap::new(),
            level: 0,
            since: from,
            worst: None,
            each: Vec::new(),
        }
    }

    /// Whether what happens at `now` is seen; the seconds before it are closed.
    fn reach(&mut self, now: SimTime) -> bool {
        if now < self.from || now >= self.to {
            return false;
        }
        self.close_until(now.since(self.from).nanos() / SECOND);
        true
    }

    /// A case, and whether it is one of those that are counted.
    pub(super) fn case(&mut self, now: SimTime, is_hit: bool) {
        if self.reach(now) {
            self.present.cases += 1;
            self.present.hits += u64::from(is_hit);
        }
    }

    /// A value in nanoseconds.
    pub(super) fn value(&mut self, now: SimTime, nanos: u64) {
        if self.reach(now) {
            self.present.cases += 1;
            self.present.sum += u128::from(nanos);
            if !matches!(self.measure, Measure::Values(Aggregate::Mean, _)) {
                self.present.values.push(nanos);
            }
        }
    }

    /// The level is another from `now` on.
    pub(super) fn change(&mut self, now: SimTime, level: u64) {
        if now < self.from {
            self.level = level;
        } else if self.reach(now) {
            self.spend(now);
            self.level = level;
        }
    }

    /// A value that grows with time and was zero at `since`: looked at at the end of every second until `now`.
    pub(super) fn grow(&mut self, now: SimTime, since: SimTime) {
        let until = now.min(self.to);
        if until <= self.from {
            return;
        }
        let second = until.since(self.from).nanos() / SECOND;
        while self.open < second {
            let nanos = self.instant(self.open + 1).saturating_since(since).nanos();
            self.present.cases += 1;
            self.present.sum += u128::from(nanos);
            self.present.values.push(nanos);
            self.close_until(self.open + 1);
        }
    }

    /// The level that is left.
    pub(super) fn level(&self) -> u64 {
        self.level
    }

    /// The level has been what it is until `now`, which lies in the open second or ends it.
    fn spend(&mut self, now: SimTime) {
        let nanos = now.saturating_since(self.since).nanos();
        self.present.cases += nanos;
        self.present.sum += u128::from(self.level) * u128::from(nanos);
        if nanos > 0 {
            match self.present.values.as_mut_slice() {
                [least, greatest] => {
                    *least = self.level.min(*least);
                    *greatest = self.level.max(*greatest);
                }
                _ => self.present.values = vec![self.level; 2],
            }
        }
        self.since = now;
    }

    /// The instant at which a second begins.
    fn instant(&self, second: u64) -> SimTime {
        self.from + SimDuration::from_secs(second)
    }

    /// Closes the seconds before `second`, and judges each window that ends with one of them.
    fn close_until(&mut self, second: u64) {
        while self.open < second {
            let end = self.instant(self.open + 1);
            if matches!(self.measure, Measure::Level(_)) {
                self.spend(end);
            }
            let closed = std::mem::take(&mut self.present);
            self.enter(self.open, closed);
            self.open += 1;
            self.leave();
            if self.open >= self.window && end <= self.to {
                self.judge();
                self.keep();
            }
            if self.goes_on_alike() && second - self.open > 1 {
                self.skip(second - 1);
            }
        }
    }

    fn enter(&mut self, second: u64, closed: Second) {
        if closed.cases == 0 {
            return;
        }
        self.cases += closed.cases;
        self.hits += closed.hits;
        self.sum += closed.sum;
        for value in &closed.values {
            *self.values.entry(*value).or_default() += 1;
        }
        self.closed.push_back((second, closed));
    }

    /// What is older than the window is no longer in it.
    fn leave(&mut self) {
        while let Some((second, _)) = self.closed.front()
            && second + self.window < self.open
            && let Some((_, old)) = self.closed.pop_front()
        {
            self.cases -= old.cases;
            self.hits -= old.hits;
            self.sum -= old.sum;
            for value in old.values {
                if let Some(count) = self.values.get_mut(&value) {
                    *count -= 1;
                    if *count == 0 {
                        self.values.remove(&value);
                    }
                }
            }
        }
    }

    /// Whether every further second is like the last, until something happens: an empty window, or a level that has not
    /// changed in all of it.
    fn goes_on_alike(&self) -> bool {
        match self.measure {
            Measure::Share | Measure::Count | Measure::Values(..) => self.closed.is_empty(),
            Measure::Level(_) => self.open >= self.window && self.values.len() == 1,
        }
    }

    /// Goes on to `second` without looking at what lies between, which is all alike.
    fn skip(&mut self, second: u64) {
        // The first whole window ends in between, and is the first that looks like this.
        if self.open < self.window && self.window < second {
            self.skip_to(self.window);
        }
        self.skip_to(second);
    }

    fn skip_to(&mut self, second: u64) {
        let skipped = second - self.open;
        for (known, _) in &mut self.closed {
            *known += skipped;
        }
        self.open = second;
        self.since = self.since.max(self.instant(second));
        if self.open >= self.window && self.instant(self.open) <= self.to {
            self.judge();
            self.keep();
        }
    }

    /// What the window shows; `None` where nothing was measured in it.
    fn shown(&self) -> Option<f64> {
        let some = (self.cases > 0).then_some(self.cases as f64);
        match self.measure {
            Measure::Count => Some(self.hits as f64),
            Measure::Share => some.map(|cases| self.hits as f64 / cases),
            Measure::Values(Aggregate::Mean, unit) => some.map(|cases| self.sum as f64 / cases / unit),
            Measure::Values(aggregate, unit) => self.ranked(aggregate).map(|value| value as f64 / unit),
            Measure::Level(Aggregate::Mean) => some.map(|nanos| self.sum as f64 / nanos),
            Measure::Level(aggregate) => self.ranked(aggregate).map(|level| level as f64),
        }
    }

    /// Nearest rank (S70).
    fn ranked(&self, aggregate: Aggregate) -> Option<u64> {
        let percentile = match aggregate {
            Aggregate::Min => return self.values.keys().next().copied(),
            Aggregate::Max | Aggregate::Mean => return self.values.keys().next_back().copied(),
            Aggregate::Percentile(percentile) => percentile,
        };
        let count = self.cases as f64;
        let rank = libm::ceil(percentile / 100.0 * count).clamp(1.0, count.max(1.0)) as u64;
        // From the nearer end.
        if rank > self.cases / 2 {
            let mut above = self.cases;
            for (value, count) in self.values.iter().rev() {
                above -= u64::from(*count);
                if above < rank {
                    return Some(*value);
                }
            }
        } else {
            let mut below = 0;
            for (value, count) in &self.values {
                below += u64::from(*count);
                if below >= rank {
                    return Some(*value);
                }
            }
        }
        None
    }

    /// The window that ends with the last closed second.
    fn judge(&mut self) {
        let Some(value) = self.shown() else { return };
        let distance = |value: f64| (value - self.limit).abs();
        let is_worse = |worst: f64| match self.comparison {
            Comparison::Less | Comparison::LessOrEqual => value > worst,
            Comparison::Greater | Comparison::GreaterOrEqual => value < worst,
            Comparison::Equal => distance(value) > distance(worst),
            Comparison::NotEqual => distance(value) < distance(worst),
        };
        if self.worst.is_none_or(|(worst, _)| is_worse(worst)) {
            self.worst = Some((value, self.open - self.window));
        }
    }

    /// Takes down what the windows showed that have ended by now and follow one another; between looks all are alike.
    fn keep(&mut self) {
        let ended = ((self.open / self.window) as usize).min(MOST_KEPT);
        if self.each.len() < ended {
            let shown = self.shown();
            self.each.resize(ended, shown);
        }
    }

    /// What the windows showed that follow one another from the beginning on.
    pub(super) fn each(&self) -> &[Option<f64>] {
        &self.each
    }

    /// Nothing happens after `end`.
    pub(super) fn finish(&mut self, end: SimTime) {
        let until = self.to.min(end);
        if until > self.from {
            self.close_until(until.since(self.from).nanos() / SECOND);
        }
    }

    /// The worst value of a window, and when that window began.
    pub(super) fn worst(&self) -> Option<(f64, SimTime)> {
        self.worst.map(|(value, second)| (value, self.instant(second)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> SimTime {
        SimTime::ZERO + SimDuration::from_millis(millis)
    }

    fn seconds(measure: Measure, window: u64, to: u64) -> Seconds {
        let window = SimDuration::from_secs(window);
        Seconds::new(measure, window, (SimTime::ZERO, at(to)), (Comparison::Less, 0.0))
    }

    #[test]
    fn a_share_is_that_of_the_worst_window_and_a_window_without_cases_shows_nothing() {
        let mut share = seconds(Measure::Share, 2, 100_000);
        for (millis, hit) in [(500, false), (1_200, true), (2_100, true), (2_900, false), (50_000, false)] {
            share.case(at(millis), hit);
        }
        share.finish(at(100_000));
        // 0-2 s: 1 of 2; 1-3 s: 2 of 3; 2-4 s: 1 of 2.
        assert_eq!(share.worst(), Some((2.0 / 3.0, at(1_000))));
        let mut nothing = seconds(Measure::Share, 2, 100_000);
        nothing.finish(at(100_000));
        assert_eq!(nothing.worst(), None);
    }

    #[test]
    fn windows_that_follow_one_another_are_kept_one_by_one() {
        let mut count = seconds(Measure::Count, 10, 65_000);
        for millis in [1_000, 12_000, 13_000, 59_999] {
            count.case(at(millis), true);
        }
        count.finish(at(65_000));
        assert_eq!(count.each(), [1.0, 2.0, 0.0, 0.0, 0.0, 1.0].map(Some));
    }

    #[test]
    fn only_windows_that_fit_are_looked_at() {
        let mut count = seconds(Measure::Count, 10, 9_999);
        count.case(at(100), true);
        count.finish(at(9_999));
        assert_eq!(count.worst(), None, "nine whole seconds are no window of ten");
        let mut count = seconds(Measure::Count, 10, 10_000);
        count.case(at(100), true);
        count.case(at(10_000), true);
        count.finish(at(60_000));
        assert_eq!(count.worst(), Some((1.0, at(0))), "what happens at the end is in no window");
    }

    #[test]
    fn percentiles_of_a_window_are_nearest_rank_from_either_end() {
        for (percentile, expected) in [(10.0, 1.0), (50.0, 5.0), (60.0, 6.0), (99.0, 10.0)] {
            let measure = Measure::Values(Aggregate::Percentile(percentile), 1.0);
            let mut values = seconds(measure, 5, 5_000);
            for value in [3, 1, 2, 10, 9, 8, 7, 6, 5, 4] {
                values.value(at(value * 400), value);
            }
            values.finish(at(5_000));
            assert_eq!(values.worst(), Some((expected, at(0))), "p{percentile}");
        }
    }

    #[test]
    fn a_level_is_weighed_by_time_and_stays_what_it_is_until_it_changes() {
        let mut mean = seconds(Measure::Level(Aggregate::Mean), 2, 1_000_000);
        let mut greatest = seconds(Measure::Level(Aggregate::Max), 2, 1_000_000);
        for level in [&mut mean, &mut greatest] {
            for (millis, height) in [(500, 4), (1_000, 0), (500_000, 1), (700_500, 0)] {
                level.change(at(millis), height);
            }
            level.finish(at(1_000_000));
        }
        assert_eq!(mean.worst(), Some((1.0, at(0))), "4 for half a second of two");
        assert_eq!(greatest.worst(), Some((4.0, at(0))));
        let mut least =
            Seconds { comparison: Comparison::Greater, ..seconds(Measure::Level(Aggregate::Mean), 2, 9_000) };
        least.change(at(0), 3);
        least.change(at(8_500), 0);
        least.finish(at(9_000));
        assert_eq!(least.worst(), Some((2.25, at(7_000))), "3 for 1.5 s of two");
    }

    #[test]
    fn long_rests_are_skipped_and_what_follows_stands_in_its_own_second() {
        let mut count = seconds(Measure::Count, 3, 4_000_000_000);
        count.case(at(1_500), true);
        for millis in [3_000_000_100, 3_000_000_200] {
            count.case(at(millis), true);
        }
        count.finish(at(4_000_000_000));
        assert_eq!(count.worst(), Some((2.0, at(2_999_998_000))));
    }
}
