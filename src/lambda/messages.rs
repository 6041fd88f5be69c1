//! Messages of a queue, many in a few words: those that follow each other and have the same history are kept as one.

use crate::units::SimTime;

use super::lineage::Lineage;

/// Messages with consecutive ordinals and the same history.
///
/// A message is identified by the queue that it entered first and its ordinal there, wherever it is moved later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Messages {
    /// When they entered; retention counts from here.
    pub sent: SimTime,
    /// Ordinal of the first one in the queue that it entered first, from 0.
    pub first: u64,
    /// Index of that queue within the cell.
    pub origin: u32,
    /// How many they are.
    pub count: u32,
    /// How often they were received.
    pub receives: u32,
    /// How often they were moved from one queue to another: in a queue that they come back to they are others.
    pub moves: u16,
    /// The chain that they belong to.
    pub lineage: Lineage,
    /// Their group in a FIFO queue; 0 in another.
    pub group: u32,
    /// They stand in the ledger: they entered by traffic, as backlog or were passed on. What lies in a queue that nobody
    /// reads, as the record of something that has ended, does not.
    pub is_offered: bool,
    /// The function that has received them fails on each of them (S58).
    pub is_poison: bool,
}

impl Messages {
    /// Ordinals of all.
    pub fn ordinals(&self) -> std::ops::Range<u64> {
        self.first..self.first + u64::from(self.count)
    }

    /// Takes the first `count` away; the others remain here.
    #[must_use]
    #[inline]
    pub fn split_off_front(&mut self, count: u32) -> Self {
        assert!(count < self.count, "something remains");
        let front = Self { count, ..*self };
        self.first += u64::from(count);
        self.count -= count;
        front
    }

    /// Each message by itself.
    pub fn each(self) -> impl Iterator<Item = Self> {
        self.ordinals().map(move |first| Self { first, count: 1, ..self })
    }

    /// Adds `next` if it goes on where this ends.
    #[must_use]
    #[inline]
    pub fn joins(&mut self, next: &Self) -> bool {
        let goes_on = Self { first: self.first + u64::from(self.count), count: next.count, ..*self } == *next
            && self.count.checked_add(next.count).is_some();
        if goes_on {
            self.count += next.count;
        }
        goes_on
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(first: u64, count: u32) -> Messages {
        Messages {
            sent: SimTime::ZERO,
            first,
            origin: 0,
            count,
            receives: 0,
            moves: 0,
            lineage: Lineage::NEW,
            group: 0,
            is_offered: true,
            is_poison: false,
        }
    }

    #[test]
    fn what_is_split_can_be_joined_again() {
        let whole = messages(7, 5);
        let mut rest = whole;
        let mut front = rest.split_off_front(2);
        assert_eq!((front, rest), (messages(7, 2), messages(9, 3)));
        assert!(front.joins(&rest));
        assert_eq!(front, whole);
    }

    #[test]
    fn other_histories_and_gaps_are_not_joined() {
        let mut front = messages(0, 2);
        assert!(!front.joins(&messages(3, 1)));
        assert!(!front.joins(&Messages { receives: 1, ..messages(2, 1) }));
        assert_eq!(front, messages(0, 2));
    }

    #[test]
    fn ten_million_of_them_are_a_few_words() {
        assert!(size_of::<Messages>() <= 40);
    }
}
