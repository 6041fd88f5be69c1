//! The pollers of a queue: how many batches may be in process at once (S50, S51).

use crate::platform::Profile;
use crate::scenario::model::SqsRamp;
use crate::units::{SimDuration, SimTime};

/// How pollers are added and taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PollerRules {
    /// At the start and after a rest.
    pub start: u32,
    /// Never more.
    pub most: u32,
    /// Added at each step.
    pub added: u32,
    /// Time between steps.
    pub step: SimDuration,
    /// A rest of this length takes the added ones away.
    pub rest: SimDuration,
}

impl PollerRules {
    /// The rules of `profile`.
    pub fn of(profile: &Profile, ramp: SqsRamp) -> Self {
        let minute = SimDuration::from_secs(60);
        let per_minute = profile.sqs_pollers_added_per_minute;
        let (added, step) = match ramp {
            SqsRamp::Linear => (1, SimDuration::from_nanos(minute.nanos() / u64::from(per_minute))),
            SqsRamp::Step => (per_minute, minute),
        };
        let (start, most) = (profile.sqs_pollers_start, profile.sqs_pollers_maximum);
        Self { start, most, added, step, rest: profile.sqs_pollers_rest }
    }
}

/// The pollers of one mapping. Each is a slot: it holds one batch, from its first message to its end.
#[derive(Clone, Debug)]
pub struct Pollers {
    rules: PollerRules,
    slots: u32,
    busy: u32,
    /// A step is on the agenda.
    is_growing: bool,
    /// Since when nothing is visible and nothing in flight.
    quiet_since: Option<SimTime>,
}

impl Pollers {
    /// Pollers that have nothing to do.
    pub fn new(rules: PollerRules) -> Self {
        Self { rules, slots: rules.start, busy: 0, is_growing: false, quiet_since: Some(SimTime::ZERO) }
    }

    /// Whether a slot is free under a maximum concurrency.
    #[inline]
    pub fn has_free_slot(&self, max_concurrency: Option<u32>) -> bool {
        self.busy < self.slots.min(max_concurrency.unwrap_or(u32::MAX))
    }

    /// Batches in process.
    pub fn busy(&self) -> u32 {
        self.busy
    }

    /// Slots, busy and free.
    pub fn slots(&self) -> u32 {
        self.slots
    }

    /// A slot takes a batch.
    #[inline]
    pub fn occupy(&mut self) {
        self.busy += 1;
    }

    /// A slot's batch has ended.
    #[inline]
    pub fn release(&mut self) {
        self.busy = self.busy.checked_sub(1).expect("a batch ends after it began");
    }

    /// Somebody polls at `now`: after a rest there are only as many pollers as at the start.
    #[inline]
    pub fn wake(&mut self, now: SimTime) {
        if self.quiet_since.is_some_and(|since| now.since(since) >= self.rules.rest) {
            self.slots = self.slots.min(self.rules.start);
        }
    }

    /// A poll is over at `now`, and left nothing visible and nothing in flight, or something.
    #[inline]
    pub fn rest(&mut self, now: SimTime, is_quiet: bool) {
        self.quiet_since = if is_quiet { self.quiet_since.or(Some(now)) } else { None };
    }

    /// A poll has left visible messages: when to add pollers, unless that is planned or there are as many as can be.
    #[must_use]
    #[inline]
    pub fn plan_growth(&mut self, now: SimTime, max_concurrency: Option<u32>) -> Option<SimTime> {
        if self.is_growing || self.slots >= self.most(max_concurrency) {
            return None;
        }
        self.is_growing = true;
        Some(now + self.rules.step)
    }

    /// A step of the growth is due; it comes to nothing where nothing is left waiting.
    pub fn grow(&mut self, is_waiting: bool, max_concurrency: Option<u32>) {
        self.is_growing = false;
        if is_waiting {
            let most = self.most(max_concurrency);
            self.slots = self.slots.saturating_add(self.rules.added).min(most).max(self.slots);
        }
    }

    fn most(&self, max_concurrency: Option<u32>) -> u32 {
        self.rules.most.min(max_concurrency.unwrap_or(u32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> SimTime {
        SimTime::ZERO + SimDuration::from_millis(millis)
    }

    fn pollers(ramp: SqsRamp) -> Pollers {
        Pollers::new(PollerRules::of(&Profile::current(), ramp))
    }

    /// F 12 item 10.
    #[test]
    fn pollers_grow_by_300_a_minute_up_to_1250() {
        let mut pollers = pollers(SqsRamp::Linear);
        let mut now = at(0);
        while let Some(due) = pollers.plan_growth(now, None) {
            now = due;
            pollers.grow(true, None);
            if now == at(60_000) {
                assert_eq!(pollers.slots(), 305);
            }
        }
        assert_eq!((now, pollers.slots()), (at(249_000), 1_250));
    }

    #[test]
    fn in_steps_300_come_at_once() {
        let mut pollers = pollers(SqsRamp::Step);
        assert_eq!(pollers.plan_growth(at(0), None), Some(at(60_000)));
        pollers.grow(true, None);
        assert_eq!(pollers.slots(), 305);
    }

    #[test]
    fn a_maximum_concurrency_is_the_ceiling() {
        let mut pollers = pollers(SqsRamp::Linear);
        pollers.grow(true, Some(6));
        assert_eq!(pollers.slots(), 6);
        assert_eq!(pollers.plan_growth(at(0), Some(6)), None);
        assert!(pollers.has_free_slot(Some(2)));
        pollers.occupy();
        pollers.occupy();
        assert!(!pollers.has_free_slot(Some(2)) && pollers.has_free_slot(None));
    }

    #[test]
    fn a_minute_of_rest_takes_the_added_pollers_away() {
        let mut pollers = pollers(SqsRamp::Linear);
        pollers.grow(true, None);
        pollers.rest(at(0), false);
        pollers.rest(at(1_000), true);
        pollers.wake(at(60_999));
        assert_eq!(pollers.slots(), 6);
        pollers.rest(at(60_999), true);
        pollers.wake(at(61_000));
        assert_eq!(pollers.slots(), 5);
    }
}
