//! A calendar queue that adapts to what it is given.
//!
//! The near future is divided into buckets, each a list of the entries that fall into it. Taking the next entry is a
//! look at a bitmap and the emptying of a bucket, which mostly holds one. The buckets are a ring of two halves: the
//! stretch of time that is being worked off, and the one after it. What lies in a later stretch waits in a list of that
//! stretch, and gets its bucket when the stretch before it begins. What lies beyond the last stretch, or before the bucket that
//! is being emptied, is in a heap; the next entry is the lesser of the two fronts, so the order is exact whatever the
//! buckets are.
//!
//! ## A queue that adapts, not one that is tuned
//! Every so many pops the width of a bucket is compared with the time between entries, and the number of buckets with
//! the number of entries; when they have drifted apart, all entries are put in place anew. The work for that is spread over at least as
//! many pops as there are entries, so a pop and a push cost the same whether a hundred or a million are pending, but for
//! the processor's cache (`docs/performance.md` has the curve).

use super::agenda::{Entry, Key};
use super::heap::Heap;
use super::occupied::Occupied;
use super::stretches::Stretches;

const NOBODY: u32 = u32::MAX;
const FEWEST_BUCKETS: usize = 1 << 10;
/// Buckets for each entry: with exponential delays nine in ten get theirs at once.
const BUCKETS_PER_ENTRY: usize = 32;
/// Buckets when all entries fit into a processor's second-level cache, at most.
const MOST_BUCKETS: usize = 1 << 16;
/// So many entries do.
const CACHED_ENTRIES: usize = 16_384;
/// Buckets when they do not: those of two stretches still do, and all others wait in lists.
const MOST_BUCKETS_OF_MANY: usize = 1 << 13;
/// Buckets for the time between two entries, at most (before their width is rounded down to a power of two): then nine in ten that are not empty hold one entry, and the processor
/// guesses right (measured on W1: 4 % of the time less than with two).
const MOST_IN_A_GAP: usize = 8;
/// The same where the ring would not reach far enough, at least.
const FEWEST_IN_A_GAP: usize = 2;
/// How far that is, in times that an entry waits on average.
const REACH_IN_WAITS: usize = 4;
/// A bucket is never narrower than about a microsecond, nor wider than about 13 days.
const SHIFTS: std::ops::RangeInclusive<u32> = 10..=50;
/// Pops between two looks at the shape, at least.
const FEWEST_POPS: usize = 2_048;
/// Pops before the first look: until then there are no buckets, and many a function of a fleet has few requests.
const POPS_BEFORE_FIRST_LOOK: usize = 64;

/// A priority queue of entries with unique keys.
#[derive(Debug)]
pub(super) struct Wheel {
    /// The next entry, which is nowhere else, or [`Entry::NOTHING`]: mostly the only one of its bucket, and it never goes through
    /// `front`.
    next: Entry,
    /// What else the bucket holds that is being emptied, the next one last. All of it comes before what is linked.
    front: Vec<Entry>,
    /// Number of that bucket, counted from t = 0.
    current: u64,
    /// A bucket is 2^shift ns wide.
    shift: u32,
    /// A stretch is `2^stretch_shift` buckets.
    stretch_shift: u32,
    /// The first bucket after the next stretch; always later than the current one.
    ends: u64,
    /// First node of each bucket that lies ahead; as many as a power of two, twice a stretch.
    heads: Vec<u32>,
    /// Buckets that are not empty.
    occupied: Occupied,
    nodes: Vec<Node>,
    first_free: u32,
    linked: usize,
    /// What lies in a stretch from `ends` on.
    later: Stretches,
    /// What is too far ahead for a bucket, or too near.
    others: Heap,
    pops_left: usize,
    /// When the shape was looked at last, ns.
    looked_at: u64,
    pops_between_looks: usize,
}

#[derive(Clone, Copy, Debug)]
struct Node {
    entry: Entry,
    next: u32,
}

impl Default for Wheel {
    fn default() -> Self {
        Self {
            next: Entry::NOTHING,
            front: Vec::new(),
            current: 0,
            shift: 20,
            stretch_shift: 0,
            ends: 1,
            heads: Vec::new(),
            occupied: Occupied::default(),
            nodes: Vec::new(),
            first_free: NOBODY,
            linked: 0,
            later: Stretches::default(),
            others: Heap::default(),
            pops_left: POPS_BEFORE_FIRST_LOOK,
            looked_at: 0,
            pops_between_looks: POPS_BEFORE_FIRST_LOOK,
        }
    }
}

impl Wheel {
    /// How many entries.
    pub(super) fn len(&self) -> usize {
        usize::from(self.next != Entry::NOTHING)
            + self.front.len()
            + self.linked
            + self.later.len()
            + self.others.len()
    }

    /// Adds an entry.
    #[inline(always)]
    pub(super) fn push(&mut self, entry: Entry) {
        if entry.key < self.next.key {
            self.put_first(entry.key, entry.numbers);
        } else {
            self.place(entry);
        }
    }

    /// What was next comes before all that is at the front, and goes there, unless its bucket lies ahead.
    #[inline(never)]
    fn put_first(&mut self, key: Key, numbers: u64) {
        let second = std::mem::replace(&mut self.next, Entry { key, numbers });
        if second == Entry::NOTHING {
            return;
        }
        if second.key.nanos() >> self.shift <= self.current {
            self.front.push(second);
        } else {
            self.place(second);
        }
    }

    #[inline(always)]
    fn place(&mut self, entry: Entry) {
        let bucket = entry.key.nanos() >> self.shift;
        // Huge for the present bucket and earlier ones, so one comparison tells both ends.
        let ahead = bucket.wrapping_sub(self.current + 1);
        if ahead < self.ends - (self.current + 1) {
            self.link(bucket, entry);
        } else {
            self.place_elsewhere(bucket, entry);
        }
    }

    #[inline(always)]
    fn place_elsewhere(&mut self, bucket: u64, entry: Entry) {
        let stretch = bucket >> self.stretch_shift;
        if self.later.reach(self.first_later(), stretch) {
            self.later.push(stretch, entry);
        } else {
            self.others.push(entry);
        }
    }

    /// The first stretch whose entries have no buckets.
    #[inline(always)]
    fn first_later(&self) -> u64 {
        self.ends >> self.stretch_shift
    }

    /// The current bucket is number `bucket`, and there is nothing in any other.
    fn begin_at(&mut self, bucket: u64) {
        self.current = bucket;
        self.ends = ((bucket >> self.stretch_shift) + 2) << self.stretch_shift;
    }

    /// The current bucket has come to the second of the two stretches: the one after it gets the buckets of the first.
    #[cold]
    #[inline(never)]
    fn enter_stretch(&mut self) {
        let stretch = self.first_later();
        self.ends += 1 << self.stretch_shift;
        let mut entries = self.later.take(stretch);
        for entry in entries.drain(..) {
            self.link(entry.key.nanos() >> self.shift, entry);
        }
        self.later.give_back(stretch, entries);
    }

    /// All buckets are empty: goes to the end of what comes before the next stretch with entries.
    #[cold]
    #[inline(never)]
    fn skip_to_later(&mut self) {
        let stretch = self.later.next_from(self.first_later());
        self.ends = stretch << self.stretch_shift;
        self.current = self.ends - 1;
        self.enter_stretch();
    }

    /// The least key; [`Key::LAST`] when there is none.
    #[inline(always)]
    pub(super) fn least(&self) -> Key {
        self.next.key
    }

    /// Takes the entry with the least key out. There is one.
    #[inline(always)]
    pub(super) fn pop(&mut self) -> u64 {
        let Entry { key, numbers } = std::mem::replace(&mut self.next, Entry::NOTHING);
        debug_assert!(key != Key::LAST, "there is one");
        self.pops_left -= 1;
        if self.pops_left == 0 {
            self.look_at_shape(key.nanos());
        }
        if let Some(entry) = self.front.pop() {
            self.next = entry;
        } else if self.linked + self.later.len() > 0 {
            if self.linked == 0 {
                self.skip_to_later();
            }
            self.empty_next_bucket();
        }
        if self.others.least() < self.next.key {
            self.take_from_others();
        }
        numbers
    }

    #[inline(never)]
    fn take_from_others(&mut self) {
        let key = self.others.least();
        let numbers = self.others.pop();
        let nothing_else = self.next == Entry::NOTHING && self.linked + self.later.len() == 0;
        if nothing_else && !self.heads.is_empty() {
            // Else time would leave the buckets behind.
            self.begin_at(self.current.max(key.nanos() >> self.shift));
        }
        self.put_first(key, numbers);
    }

    #[inline(always)]
    fn link(&mut self, bucket: u64, entry: Entry) {
        let place = bucket as usize & (self.heads.len() - 1);
        let head = &mut self.heads[place];
        let node = Node { entry, next: *head };
        let free = self.first_free;
        if let Some(vacant) = self.nodes.get_mut(free as usize) {
            self.first_free = vacant.next;
            *vacant = node;
            *head = free;
        } else {
            *head = u32::try_from(self.nodes.len()).expect("fewer than 2^32 events are pending");
            self.nodes.push(node);
        }
        self.occupied.set(place);
        self.linked += 1;
    }

    /// The next bucket that is not empty gives the next entry, and its others to the front.
    #[inline(always)]
    fn empty_next_bucket(&mut self) {
        let mask = self.heads.len() - 1;
        let start = (self.current as usize + 1) & mask;
        let place = self.occupied.next_from(start);
        self.current += 1 + (place.wrapping_sub(start) & mask) as u64;
        self.occupied.clear(place);
        let first = std::mem::replace(&mut self.heads[place], NOBODY);
        let second = self.unlink(first);
        if second != NOBODY {
            self.sort_bucket(second);
        }
        if self.ends - self.current <= 1 << self.stretch_shift {
            self.enter_stretch();
        }
    }

    /// Makes a node's entry the next one, which there was none of, and gives the node that follows.
    #[inline(always)]
    fn unlink(&mut self, index: u32) -> u32 {
        let node = &mut self.nodes[index as usize];
        self.next = node.entry;
        let following = std::mem::replace(&mut node.next, self.first_free);
        self.first_free = index;
        self.linked -= 1;
        following
    }

    /// One entry of the bucket is the next one; the others begin with node `index`.
    #[inline(never)]
    fn sort_bucket(&mut self, index: u32) {
        let one = self.next;
        let mut index = self.unlink(index);
        if index == NOBODY {
            // Two in all, which is what most are that hold more than one.
            let later = if one.key < self.next.key { std::mem::replace(&mut self.next, one) } else { one };
            self.front.push(later);
            return;
        }
        self.front.push(one);
        while index != NOBODY {
            self.front.push(self.next);
            index = self.unlink(index);
        }
        self.front.push(self.next);
        self.front.sort_unstable_by_key(|entry| std::cmp::Reverse(entry.key));
        self.next = self.front.pop().expect("a bucket with two entries is not empty");
    }

    /// Compares the shape with what has been going on since the last look.
    #[cold]
    #[inline(never)]
    fn look_at_shape(&mut self, now: u64) {
        let pending = self.len();
        let gap = (now - self.looked_at) / self.pops_between_looks as u64;
        let most = if pending <= CACHED_ENTRIES { MOST_BUCKETS } else { MOST_BUCKETS_OF_MANY };
        let buckets = (BUCKETS_PER_ENTRY * pending).next_power_of_two().clamp(FEWEST_BUCKETS, most);
        // An entry waits for as many gaps as entries are pending.
        let parts = (buckets / (REACH_IN_WAITS * pending.max(1))).clamp(FEWEST_IN_A_GAP, MOST_IN_A_GAP);
        let shift = (gap / parts as u64).max(1).ilog2().clamp(*SHIFTS.start(), *SHIFTS.end());
        let fits = shift.abs_diff(self.shift) < 2 && (buckets / 2..=buckets * 4).contains(&self.heads.len());
        if !fits {
            self.rebuild(now, shift, buckets);
        }
        self.looked_at = now;
        self.pops_between_looks = pending.max(FEWEST_POPS);
        self.pops_left = self.pops_between_looks;
    }

    fn rebuild(&mut self, now: u64, shift: u32, buckets: usize) {
        let mut entries: Vec<Entry> = self.front.drain(..).collect();
        entries.extend(self.later.drain());
        entries.extend(self.others.drain());
        for head in &mut self.heads {
            let mut index = std::mem::replace(head, NOBODY);
            while let Some(node) = self.nodes.get(index as usize) {
                entries.push(node.entry);
                index = node.next;
            }
        }
        self.nodes.clear();
        self.first_free = NOBODY;
        self.linked = 0;
        self.heads.resize(buckets, NOBODY);
        self.heads.shrink_to_fit();
        self.occupied.reset(buckets);
        self.later.open();
        (self.shift, self.stretch_shift) = (shift, (buckets / 2).ilog2());
        self.begin_at(now >> shift);
        for entry in entries {
            self.place(entry);
        }
    }
}
