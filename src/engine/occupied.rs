//! Which places of a ring hold something.

/// A bit for each place of a ring.
#[derive(Clone, Debug, Default)]
pub(super) struct Occupied {
    words: Vec<u64>,
}

impl Occupied {
    /// Makes a ring of `places`, a multiple of 64, of which none holds anything.
    pub(super) fn reset(&mut self, places: usize) {
        self.words.clear();
        self.words.resize(places / 64, 0);
    }

    #[inline(always)]
    pub(super) fn set(&mut self, place: usize) {
        self.words[place / 64] |= 1 << (place % 64);
    }

    #[inline(always)]
    pub(super) fn clear(&mut self, place: usize) {
        self.words[place / 64] &= !(1 << (place % 64));
    }

    /// The first place that holds something from `start` on, around the ring. There is one.
    #[inline(always)]
    pub(super) fn next_from(&self, start: usize) -> usize {
        let first = self.words[start / 64] & (u64::MAX << (start % 64));
        if first != 0 {
            return start / 64 * 64 + first.trailing_zeros() as usize;
        }
        let mut word = start / 64;
        loop {
            word = if word + 1 == self.words.len() { 0 } else { word + 1 };
            let bits = self.words[word];
            if bits != 0 {
                return word * 64 + bits.trailing_zeros() as usize;
            }
        }
    }
}
