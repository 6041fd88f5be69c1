//! Target tracking of provisioned concurrency: one point of utilisation a minute, two alarms, one rule (S65).

use crate::scenario::model::{AutoScaling, Statistic};
use crate::units::SimTime;

/// Points above the target before capacity is added.
const POINTS_ABOVE: u32 = 3;
/// Points below nine tenths of the target before capacity is taken away.
const POINTS_BELOW: u32 = 15;
const MILLION: u128 = 1_000_000;

/// A utilisation as an exact fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Point {
    busy: u128,
    capacity: u128,
}

/// Watches the utilisation of one qualifier.
#[derive(Clone, Debug)]
pub struct TargetTracking {
    min: u32,
    max: u32,
    target: Option<u32>,
    statistic: Statistic,
    above: u32,
    below: u32,
    since: SimTime,
    busy: u32,
    capacity: u32,
    /// Sums over the present minute, in environments times nanoseconds.
    minute: Point,
    greatest: Option<Point>,
}

impl TargetTracking {
    /// `capacity` is idle since `now`.
    pub fn new(rule: &AutoScaling, now: SimTime, capacity: u32) -> Self {
        Self {
            min: rule.min,
            max: rule.max,
            target: rule.target,
            statistic: rule.statistic,
            above: 0,
            below: 0,
            since: now,
            busy: 0,
            capacity,
            minute: Point { busy: 0, capacity: 0 },
            greatest: None,
        }
    }

    /// From `now` on so many of `capacity` are busy.
    pub fn meter(&mut self, now: SimTime, busy: u32, capacity: u32) {
        let nanos = u128::from(now.since(self.since).nanos());
        self.minute.busy += u128::from(self.busy) * nanos;
        self.minute.capacity += u128::from(self.capacity) * nanos;
        if nanos > 0 {
            self.see_level();
        }
        (self.since, self.busy, self.capacity) = (now, busy, capacity);
    }

    /// The level has lasted: it may be the greatest of the minute. Without traffic there is none, and no point either.
    fn see_level(&mut self) {
        if self.busy == 0 || self.capacity == 0 {
            return;
        }
        let level =
            Point { busy: u128::from(self.busy.min(self.capacity)), capacity: u128::from(self.capacity) };
        let is_greater = |known: &Point| level.busy * known.capacity > known.busy * level.capacity;
        if self.greatest.as_ref().is_none_or(is_greater) {
            self.greatest = Some(level);
        }
    }

    /// A minute is over: the capacity that there should be instead of `requested`, if any. While an allocation is in
    /// progress, nothing is asked for.
    pub fn minute_ends(&mut self, now: SimTime, requested: u32, is_allocating: bool) -> Option<u32> {
        self.meter(now, self.busy, self.capacity);
        let target = u128::from(self.target?);
        let had_traffic = self.greatest.take();
        let sums = std::mem::replace(&mut self.minute, Point { busy: 0, capacity: 0 });
        let Some(greatest) = had_traffic else {
            // INSUFFICIENT_DATA: neither alarm goes off.
            (self.above, self.below) = (0, 0);
            return None;
        };
        let point = match self.statistic {
            Statistic::Average if sums.capacity > 0 => sums,
            Statistic::Average | Statistic::Maximum => greatest,
        };
        let utilisation = point.busy * MILLION;
        let is_above = utilisation > target * point.capacity;
        let is_below = utilisation * 10 < target * 9 * point.capacity;
        self.above = if is_above { self.above + 1 } else { 0 };
        self.below = if is_below { self.below + 1 } else { 0 };
        if is_allocating || (self.above < POINTS_ABOVE && self.below < POINTS_BELOW) {
            return None;
        }
        let wanted = (u128::from(requested) * utilisation).div_ceil(point.capacity * target);
        let wanted = self.within_bounds(u32::try_from(wanted).unwrap_or(u32::MAX));
        (wanted != requested).then_some(wanted)
    }

    /// A scheduled action sets the bounds; returns the capacity that there should be instead of `requested`, if any.
    pub fn bound(&mut self, min: Option<u32>, max: Option<u32>, requested: u32) -> Option<u32> {
        self.min = min.unwrap_or(self.min);
        self.max = max.unwrap_or(self.max).max(self.min);
        let wanted = self.within_bounds(requested);
        (wanted != requested).then_some(wanted)
    }

    fn within_bounds(&self, capacity: u32) -> u32 {
        capacity.clamp(self.min, self.max.max(self.min))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::SimDuration;

    fn tracking(capacity: u32) -> TargetTracking {
        let rule = AutoScaling {
            min: 5,
            max: 1_000,
            target: Some(700_000),
            statistic: Statistic::Average,
            schedule: Vec::new(),
        };
        TargetTracking::new(&rule, SimTime::ZERO, capacity)
    }

    fn minute(number: u64) -> SimTime {
        SimTime::ZERO + SimDuration::from_secs(60 * number)
    }

    /// Q15: 20 -> 29 -> 42 -> 60 -> 86 -> 123, where 42 / 0.7 is exactly 60.
    #[test]
    fn a_full_capacity_grows_by_the_inverse_of_the_target() {
        let mut tracking = tracking(20);
        tracking.meter(SimTime::ZERO, 20, 20);
        assert_eq!(tracking.minute_ends(minute(1), 20, false), None);
        assert_eq!(tracking.minute_ends(minute(2), 20, false), None);
        let mut capacity = 20;
        for (number, wanted) in (3..).zip([29, 42, 60, 86, 123]) {
            assert_eq!(tracking.minute_ends(minute(number), capacity, false), Some(wanted));
            capacity = wanted;
            tracking.meter(minute(number), capacity, capacity);
        }
    }

    #[test]
    fn nothing_is_asked_for_while_an_allocation_is_in_progress() {
        let mut tracking = tracking(20);
        tracking.meter(SimTime::ZERO, 20, 20);
        for number in 1..=5 {
            assert_eq!(tracking.minute_ends(minute(number), 29, true), None);
        }
        assert_eq!(tracking.minute_ends(minute(6), 29, false), Some(42));
    }

    #[test]
    fn fifteen_points_below_nine_tenths_take_capacity_away_and_missing_points_begin_anew() {
        let mut tracking = tracking(20);
        tracking.meter(SimTime::ZERO, 7, 20);
        for number in 1..=14 {
            assert_eq!(tracking.minute_ends(minute(number), 20, false), None);
        }
        assert_eq!(tracking.clone().minute_ends(minute(15), 20, false), Some(10), "20 x 0.35 / 0.7");
        tracking.meter(minute(14), 0, 20);
        assert_eq!(tracking.minute_ends(minute(15), 20, false), None, "no traffic, no point");
        tracking.meter(minute(15), 7, 20);
        assert_eq!(tracking.minute_ends(minute(16), 20, false), None);
    }

    #[test]
    fn schedules_move_the_bounds_and_what_lies_outside() {
        let mut tracking = tracking(20);
        assert_eq!(tracking.bound(Some(50), None, 20), Some(50));
        assert_eq!(tracking.bound(Some(5), Some(30), 50), Some(30));
        assert_eq!(tracking.bound(None, None, 30), None);
    }
}
