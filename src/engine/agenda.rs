//! The agenda: what will happen, in order of time, rank and scheduling.

use std::marker::PhantomData;

use crate::units::SimTime;

use super::compact::Compact;
use super::heap::Heap;
use super::wheel::Wheel;

/// The class of an event, which decides the order at one instant (S2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// Changes of configuration and limits.
    Control = 0,
    /// Completions and releases.
    Completion = 1,
    /// Timers that are due.
    Timer = 2,
    /// Arrivals.
    Arrival = 3,
    /// Receives by pollers.
    Receive = 4,
}

/// A place in the order of events: one 128-bit integer of (time, rank, sequence), compared in one step. No two events have
/// the same. The kind of the event rides along in the low bits, where it decides nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key {
    nanos: u64,
    order: u64,
}

const RANK_SHIFT: u32 = 60;
const SEQUENCE_SHIFT: u32 = 8;

/// Arrivals in the heap, at most (measured with 200 sources: 8 % of W6 less than with all of them there).
const FEW_ARRIVALS: usize = 8;

impl Key {
    /// Later than any event.
    pub(super) const LAST: Self = Self { nanos: u64::MAX, order: u64::MAX };

    #[inline]
    fn new(at: SimTime, rank: Rank, sequence: u64, kind: u8) -> Self {
        debug_assert!(
            sequence < 1 << (RANK_SHIFT - SEQUENCE_SHIFT),
            "2^52 events are more than anybody waits for"
        );
        let order = ((rank as u64) << RANK_SHIFT) | (sequence << SEQUENCE_SHIFT) | u64::from(kind);
        Self { nanos: at.nanos(), order }
    }

    /// A key of this time, for tests.
    #[cfg(test)]
    pub(super) fn at_nanos(nanos: u64) -> Self {
        Self::new(SimTime::from_nanos(nanos), Rank::Timer, 0, 0)
    }

    /// The kind of the event.
    #[inline]
    fn kind(self) -> u8 {
        self.order as u8
    }

    /// The time, ns.
    #[inline]
    pub(super) fn nanos(self) -> u64 {
        self.nanos
    }

    #[inline]
    fn whole(self) -> u128 {
        (u128::from(self.nanos) << 64) | u128::from(self.order)
    }
}

impl Ord for Key {
    #[inline]
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.whole().cmp(&other.whole())
    }
}

impl PartialOrd for Key {
    #[inline]
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// What is kept of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) key: Key,
    pub(super) numbers: u64,
}

impl Entry {
    /// In place of an entry: later than any.
    pub(super) const NOTHING: Self = Self { key: Key::LAST, numbers: 0 };
}

/// A priority queue of events. Ties in time go by rank, ties in rank first in, first out.
///
/// A few arrivals have a heap of their own: a source has one arrival pending at a time and schedules the next one when it is
/// taken out, so with few sources all are there, and cost next to nothing. Everything else is in a calendar queue.
#[derive(Debug)]
pub struct Agenda<E> {
    arrivals: Heap,
    others: Wheel,
    sequence: u64,
    now: SimTime,
    events: PhantomData<E>,
}

impl<E> Default for Agenda<E> {
    fn default() -> Self {
        let (arrivals, others) = (Heap::default(), Wheel::default());
        Self { arrivals, others, sequence: 0, now: SimTime::ZERO, events: PhantomData }
    }
}

impl<E: Compact> Agenda<E> {
    /// The instant of the event that was popped last.
    pub fn now(&self) -> SimTime {
        self.now
    }

    /// The instant of the next event.
    pub fn next_at(&mut self) -> Option<SimTime> {
        let key = self.arrivals.least().min(self.others.least());
        (key != Key::LAST).then_some(SimTime::from_nanos(key.nanos))
    }

    /// How many events are still to come.
    pub fn pending(&self) -> usize {
        self.arrivals.len() + self.others.len()
    }

    /// How many events were ever scheduled.
    pub fn scheduled(&self) -> u64 {
        self.sequence
    }

    /// Schedules `event`.
    ///
    /// # Panics
    /// When `at` is in the past.
    #[inline(always)]
    pub fn push(&mut self, at: SimTime, rank: Rank, event: E) {
        assert!(at >= self.now, "scheduled at {at}, but it is {} already", self.now);
        let (kind, numbers) = event.packed();
        let key = Key::new(at, rank, self.sequence, kind);
        self.sequence += 1;
        if rank == Rank::Arrival && self.arrivals.len() < FEW_ARRIVALS {
            self.arrivals.push(Entry { key, numbers });
        } else {
            self.others.push(Entry { key, numbers });
        }
    }

    /// The next event, which is then no longer on the agenda, if it is due before `end`.
    ///
    /// # Panics
    /// When time would run backwards, which no sequence of pushes can bring about.
    #[inline(always)]
    pub fn pop_before(&mut self, end: SimTime) -> Option<(SimTime, E)> {
        let (arrival, other) = (self.arrivals.least(), self.others.least());
        let is_arrival = arrival < other;
        let key = if is_arrival { arrival } else { other };
        let at = SimTime::from_nanos(key.nanos);
        // With nothing left the key is later than any end.
        if at >= end {
            return None;
        }
        assert!(at >= self.now, "time ran backwards from {} to {at}", self.now);
        self.now = at;
        let numbers = if is_arrival { self.arrivals.pop() } else { self.others.pop() };
        Some((at, E::unpacked(key.kind(), numbers)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::SimDuration;

    impl Compact for u64 {
        const KINDS: u8 = 1;

        fn packed(self) -> (u8, u64) {
            (0, self)
        }

        fn unpacked(_kind: u8, numbers: u64) -> Self {
            numbers
        }
    }

    fn drain(agenda: &mut Agenda<u64>) -> Vec<u64> {
        std::iter::from_fn(|| agenda.pop_before(SimTime::MAX)).map(|(_, event)| event).collect()
    }

    #[test]
    fn events_come_in_order_of_time_then_rank_then_scheduling() {
        let mut agenda = Agenda::default();
        let at = SimTime::from_nanos;
        agenda.push(at(5), Rank::Arrival, 1);
        agenda.push(at(5), Rank::Completion, 2);
        agenda.push(at(4), Rank::Receive, 3);
        agenda.push(at(5), Rank::Control, 4);
        agenda.push(at(5), Rank::Arrival, 5);
        agenda.push(at(5), Rank::Timer, 6);
        assert_eq!(drain(&mut agenda), [3, 4, 2, 6, 1, 5]);
    }

    #[test]
    fn what_was_next_and_lies_ahead_does_not_overtake_what_is_pushed_before_it() {
        let mut agenda = Agenda::default();
        // Enough pops for the queue to have buckets.
        for number in 0..10_000 {
            agenda.push(agenda.now() + SimDuration::from_millis(1), Rank::Timer, number);
            assert!(agenda.pop_before(SimTime::MAX).is_some());
        }
        let now = agenda.now();
        for (milliseconds, event) in [(100, 3), (50, 1), (80, 2)] {
            agenda.push(now + SimDuration::from_millis(milliseconds), Rank::Timer, event);
        }
        assert_eq!(drain(&mut agenda), [1, 2, 3]);
    }

    /// Numbers that look random, the same ones every time.
    fn scatter(state: &mut u64) -> u64 {
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        *state >> 16
    }

    /// Pops and pushes against a sorted map, with delays as `delay` draws them. Up to `pending` events wait: in the first
    /// half always so many, then any number down to none.
    fn agrees_with_a_sorted_map(pending: u64, steps: u64, mut delay: impl FnMut(&mut u64) -> u64) {
        let (mut agenda, mut sorted) = (Agenda::default(), std::collections::BTreeMap::new());
        let mut state = 1;
        let mut number = 0_u64;
        for step in 0..steps {
            let wanted = if step < steps / 2 { pending } else { scatter(&mut state) % (pending + 1) };
            while sorted.len() < wanted as usize {
                let at = agenda.now().nanos() + delay(&mut state);
                let rank = if number.is_multiple_of(5) { Rank::Arrival } else { Rank::Timer };
                agenda.push(SimTime::from_nanos(at), rank, number);
                sorted.insert((at, rank, number), number);
                number += 1;
            }
            assert_eq!(agenda.pending(), sorted.len());
            let next = sorted.pop_first().map(|((at, _, _), number)| (SimTime::from_nanos(at), number));
            assert_eq!(agenda.pop_before(SimTime::MAX), next);
        }
    }

    #[test]
    fn the_order_is_exact_whatever_the_delays_are() {
        let exponential = |state: &mut u64| 1_000_000_000_u64 >> (scatter(state) % 30);
        agrees_with_a_sorted_map(100, 20_000, exponential);
        // So many that there are fewer buckets for each, and many more.
        agrees_with_a_sorted_map(4_000, 20_000, exponential);
        agrees_with_a_sorted_map(20_000, 60_000, |state| scatter(state) % 1_000_000_000);
        // So few that it runs empty again and again.
        agrees_with_a_sorted_map(1, 20_000, exponential);
        agrees_with_a_sorted_map(4, 60_000, |state| scatter(state) % 1_000_000_000);
        // All at once, and days apart.
        agrees_with_a_sorted_map(3_000, 10_000, |_| 0);
        agrees_with_a_sorted_map(
            3_000,
            10_000,
            |state| if scatter(state).is_multiple_of(2) { 7 } else { 1 << 48 },
        );
        // Microseconds for a while, then hours, then microseconds: the shape has to follow.
        let mut calls = 0_u64;
        agrees_with_a_sorted_map(500, 40_000, |state| {
            calls += 1;
            scatter(state) % if (calls / 10_000).is_multiple_of(2) { 50_000 } else { 10_000_000_000_000 }
        });
    }

    #[test]
    fn what_is_pushed_when_only_the_far_future_is_left_comes_first() {
        let mut agenda = Agenda::default();
        let minute = 60_000_000_000;
        // Enough pops for the buckets to exist, then one entry beyond all of them.
        for step in 0..10_000 {
            agenda.push(SimTime::from_nanos(step * 1_000), Rank::Timer, 0);
            assert!(agenda.pop_before(SimTime::MAX).is_some());
        }
        agenda.push(SimTime::from_nanos(minute), Rank::Timer, 2);
        agenda.push(agenda.now() + SimDuration::from_nanos(50_000), Rank::Timer, 1);
        assert_eq!(drain(&mut agenda), [1, 2]);
    }

    #[test]
    fn nothing_at_or_after_the_end_is_popped() {
        let mut agenda = Agenda::default();
        agenda.push(SimTime::from_nanos(10), Rank::Timer, 1_u64);
        assert_eq!(agenda.pop_before(SimTime::from_nanos(10)), None);
        assert!(agenda.pop_before(SimTime::from_nanos(11)).is_some());
    }

    #[test]
    #[should_panic(expected = "already")]
    fn nothing_can_be_scheduled_in_the_past() {
        let mut agenda = Agenda::default();
        agenda.push(SimTime::from_nanos(10), Rank::Timer, 1_u64);
        let _ = agenda.pop_before(SimTime::MAX);
        agenda.push(SimTime::from_nanos(9), Rank::Timer, 2);
    }
}
