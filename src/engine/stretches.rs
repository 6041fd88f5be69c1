//! Entries that lie some way ahead, in no order but by stretches of time.

use super::agenda::Entry;
use super::occupied::Occupied;

/// Stretches that are kept apart.
const STRETCHES: usize = 1_024;

/// A list for each of the next [`STRETCHES`] stretches of time. An entry is written to the end of a list and read once, in
/// the order in which it was written, so what waits here needs no place in the processor's cache.
#[derive(Debug, Default)]
pub(super) struct Stretches {
    /// A ring; empty until it is first needed.
    lists: Vec<Vec<Entry>>,
    occupied: Occupied,
    entries: usize,
}

impl Stretches {
    /// How many entries.
    #[inline(always)]
    pub(super) fn len(&self) -> usize {
        self.entries
    }

    /// Makes the lists.
    pub(super) fn open(&mut self) {
        if self.lists.is_empty() {
            self.lists.resize_with(STRETCHES, Vec::new);
            self.occupied.reset(STRETCHES);
        }
    }

    /// Whether stretch number `stretch` has a list when `first` is the first that has one.
    #[inline(always)]
    pub(super) fn reach(&self, first: u64, stretch: u64) -> bool {
        stretch.wrapping_sub(first) < self.lists.len() as u64
    }

    /// Adds an entry of a stretch that has a list.
    #[inline(always)]
    pub(super) fn push(&mut self, stretch: u64, entry: Entry) {
        let place = place(stretch);
        self.lists[place].push(entry);
        self.occupied.set(place);
        self.entries += 1;
    }

    /// Takes all entries of a stretch; [`Self::give_back`] takes the list again.
    pub(super) fn take(&mut self, stretch: u64) -> Vec<Entry> {
        let place = place(stretch);
        let Some(list) = self.lists.get_mut(place).filter(|list| !list.is_empty()) else { return Vec::new() };
        self.occupied.clear(place);
        self.entries -= list.len();
        std::mem::take(list)
    }

    /// A list that was taken and emptied, whose memory serves again.
    pub(super) fn give_back(&mut self, stretch: u64, list: Vec<Entry>) {
        if let Some(place) = self.lists.get_mut(place(stretch)) {
            *place = list;
        }
    }

    /// The first stretch with entries from `first` on, which is the first that has a list. There is one.
    pub(super) fn next_from(&self, first: u64) -> u64 {
        let start = place(first);
        first + (place(self.occupied.next_from(start).wrapping_sub(start) as u64)) as u64
    }

    /// Takes all entries out.
    pub(super) fn drain(&mut self) -> impl Iterator<Item = Entry> {
        self.entries = 0;
        self.occupied.reset(self.lists.len());
        self.lists.iter_mut().flat_map(|list| list.drain(..))
    }
}

fn place(stretch: u64) -> usize {
    stretch as usize & (STRETCHES - 1)
}
