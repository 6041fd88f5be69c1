//! Exact order statistics of many numbers, without sorting them.
//!
//! The numbers are counted by magnitude (eight classes to a doubling), which tells the classes that hold the ranks asked
//! for; only the numbers of those are put in order. That is half the work of selecting twice from all.

use super::tally::{bucket, lowest_of};

/// Numbers below this have a class each; above, each doubling has half as many.
const FINE: u64 = 16;
const CLASSES: usize = 512;
/// As [`FINE`] and [`CLASSES`] where many ranks are asked for: each class that holds one has few numbers.
const MANY_FINE: u64 = 64;
const MANY_CLASSES: usize = 1 << 11;
/// No rank lies in the class.
const UNWANTED: u32 = u32::MAX;
/// With fewer numbers than this, counting classes costs more than it saves (measured on W1, where an interval has a
/// hundred: 40 instructions an invocation less than selecting twice).
const FEW: usize = 32;

/// The numbers of the two ranks (from 0, the lower one first) in the order of `numbers`, which are left in no particular
/// order, as is `scratch`.
///
/// # Panics
/// When there are not so many numbers.
pub(super) fn order_statistics(numbers: &mut [u64], ranks: [usize; 2], scratch: &mut Vec<u64>) -> [u64; 2] {
    if numbers.len() < FEW {
        return by_partition(numbers, ranks);
    }
    let (mut counts, mut lowest) = ([0_u32; CLASSES], CLASSES);
    for &number in &*numbers {
        let class = bucket::<FINE>(number) % CLASSES;
        counts[class] += 1;
        lowest = lowest.min(class);
    }
    let [low, high] = places(&counts, lowest, ranks);
    // Members of the lower class, then those of the upper one.
    scratch.clear();
    scratch.resize(low.size + high.size, 0);
    let (mut lower, mut upper) = (0, low.size);
    for &number in &*numbers {
        if number.wrapping_sub(low.from) < low.width {
            scratch[lower] = number;
            lower += 1;
        } else if number.wrapping_sub(high.from) < high.width {
            scratch[upper] = number;
            upper += 1;
        }
    }
    let (lower, upper) = scratch.split_at_mut(low.size);
    if low.from == high.from {
        return by_partition(lower, [low.rank, high.rank]);
    }
    [*lower.select_nth_unstable(low.rank).1, *upper.select_nth_unstable(high.rank).1]
}

/// The numbers of the ascending `ranks` (from 0) in the order of all `parts` together, which stay as they are.
///
/// # Panics
/// When there are not so many numbers.
pub(super) fn ascending_order_statistics(
    parts: [&[u64]; 2],
    ranks: impl Iterator<Item = usize>,
) -> impl Iterator<Item = u64> {
    let numbers = || parts.into_iter().flatten().copied();
    let mut classes = [0_u32; MANY_CLASSES];
    for number in numbers() {
        classes[bucket::<MANY_FINE>(number) % MANY_CLASSES] += 1;
    }
    // Only the numbers of classes that hold a rank are put in order. A class's count gives way to where the next of its
    // numbers goes.
    let (mut class, mut below, mut kept) = (0, 0, 0);
    let (mut places, mut ends) = (Vec::new(), Vec::new());
    let mut size = std::mem::replace(&mut classes[0], UNWANTED);
    for rank in ranks {
        while below + size as usize <= rank {
            below += size as usize;
            class += 1;
            size = std::mem::replace(&mut classes[class], UNWANTED);
        }
        if classes[class] == UNWANTED {
            classes[class] = kept;
            kept += size;
            ends.push(kept as usize);
        }
        places.push(classes[class] as usize + rank - below);
    }
    classes[class + 1..].fill(UNWANTED);
    let mut ordered = vec![0; kept as usize];
    for number in numbers() {
        let next = &mut classes[bucket::<MANY_FINE>(number) % MANY_CLASSES];
        if *next != UNWANTED {
            ordered[*next as usize] = number;
            *next += 1;
        }
    }
    let mut start = 0;
    for end in ends {
        ordered[start..end].sort_unstable();
        start = end;
    }
    places.into_iter().map(move |place| ordered[place])
}

fn by_partition(numbers: &mut [u64], [low, high]: [usize; 2]) -> [u64; 2] {
    let upper = *numbers.select_nth_unstable(high).1;
    let lower = if low < high { *numbers[..high].select_nth_unstable(low).1 } else { upper };
    [lower, upper]
}

/// A class: the numbers it may hold, how many it does hold, and a rank within it.
struct Place {
    from: u64,
    width: u64,
    size: usize,
    rank: usize,
}

/// The classes of two ranks, the lower one first; all below class `lowest` are empty.
fn places(counts: &[u32; CLASSES], lowest: usize, ranks: [usize; 2]) -> [Place; 2] {
    let (mut class, mut below) = (lowest, 0);
    ranks.map(|rank| {
        while below + counts[class] as usize <= rank {
            below += counts[class] as usize;
            class += 1;
        }
        let from = lowest_of::<FINE>(class);
        let width = lowest_of::<FINE>(class + 1).wrapping_sub(from);
        Place { from, width, size: counts[class] as usize, rank: rank - below }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_of_them_are_what_sorting_gives() {
        for count in [1_u64, 7, 1_000, 10_000] {
            for spread in [1, 50, 1 << 34, u64::MAX] {
                let numbers: Vec<u64> =
                    (0..count).map(|number| number.wrapping_mul(0x9e37_79b9_7f4a_7c15) % spread).collect();
                let mut sorted = numbers.clone();
                sorted.sort_unstable();
                let (few, others) = numbers.split_at(count as usize / 10);
                // Up to the greatest number, and not.
                for parts in [25, 26] {
                    let ranks = (1..=25).map(|part| (count as usize * part).div_ceil(parts) - 1);
                    let found: Vec<u64> = ascending_order_statistics([few, others], ranks.clone()).collect();
                    let wanted: Vec<u64> = ranks.map(|rank| sorted[rank]).collect();
                    assert_eq!(found, wanted, "{count} {spread}");
                }
            }
        }
    }

    #[test]
    fn they_are_what_sorting_gives() {
        let (mut state, mut scratch) = (1_u64, Vec::new());
        for count in [1, 2, 31, 32, 33, 100, 5_000] {
            for spread in [1, 10, 1_000, 1 << 40, u64::MAX] {
                let mut numbers: Vec<u64> = (0..count)
                    .map(|_| {
                        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                        (state >> 3) % spread
                    })
                    .collect();
                let mut sorted = numbers.clone();
                sorted.sort_unstable();
                for ranks in [[0, 0], [0, count - 1], [count / 2, count / 2], [count / 2, count * 99 / 100]] {
                    let found = order_statistics(&mut numbers, ranks, &mut scratch);
                    assert_eq!(found, ranks.map(|rank| sorted[rank]));
                }
            }
        }
    }
}
