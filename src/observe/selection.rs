//! Exact order statistics of many numbers, without sorting them.
//!
//! The numbers are counted by magnitude (eight classes to a doubling or more), which tells the classes that hold the ranks asked
//! for; only the numbers of those are put in order. That is half the work of selecting twice from all.

use std::ops::Range;

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

/// Answers for several samples that have most of their numbers in common: for each of `own`, the numbers of its ranks (from
/// 0) in the order of `shared` and its own together. `ranks` tells them for so many numbers, ascending. (Once for all of
/// them, closing a function of W3 takes 4 % of the time; one sample after the other, it took 9 %.)
///
/// # Panics
/// When there are not so many numbers.
pub(super) fn ascending_order_statistics<const N: usize, R: Iterator<Item = usize>>(
    shared: &[u64],
    mut own: [Vec<u64>; N],
    ranks: impl Fn(usize) -> R,
) -> [Vec<u64>; N] {
    let mut sizes = [0_u32; MANY_CLASSES];
    for &number in shared {
        sizes[class_of(number)] += 1;
    }
    let places = own.each_mut().map(|own| {
        own.sort_unstable();
        rank_places(&sizes, own, ranks(shared.len() + own.len()))
    });
    // Only the numbers of classes that hold a rank are put in order, once for all.
    let mut wanted: Vec<usize> = places.iter().flatten().map(|place| place.class).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let mut ends = [UNWANTED; MANY_CLASSES];
    let mut kept = 0;
    for &class in &wanted {
        ends[class] = kept;
        kept += sizes[class];
    }
    let mut ordered = vec![0; kept as usize];
    for &number in shared {
        let end = &mut ends[class_of(number)];
        if *end != UNWANTED {
            ordered[*end as usize] = number;
            *end += 1;
        }
    }
    let members = |class: usize| (ends[class] - sizes[class]) as usize..ends[class] as usize;
    for &class in &wanted {
        ordered[members(class)].sort_unstable();
    }
    std::array::from_fn(|sample| {
        let answer = |place: &RankPlace| {
            of_both(&ordered[members(place.class)], &own[sample][place.own.clone()], place.rank)
        };
        places[sample].iter().map(answer).collect()
    })
}

/// Where a rank is: a class, which of a sample's own numbers are in it, and the rank within the class.
struct RankPlace {
    class: usize,
    own: Range<usize>,
    rank: usize,
}

/// The places of ascending ranks among shared numbers, of which `sizes` tells how many are in each class, and `own` ones in
/// ascending order.
fn rank_places(
    sizes: &[u32; MANY_CLASSES],
    own: &[u64],
    ranks: impl Iterator<Item = usize>,
) -> Vec<RankPlace> {
    let own_in = |class: usize, start: usize| {
        let members = own[start..].iter().take_while(|number| class_of(**number) == class);
        start..start + members.count()
    };
    let (mut class, mut below) = (0, 0);
    let mut here = own_in(class, 0);
    let place = |rank: usize| {
        loop {
            let size = sizes[class] as usize + here.len();
            if rank < below + size {
                return RankPlace { class, own: here.clone(), rank: rank - below };
            }
            below += size;
            class += 1;
            here = own_in(class, here.end);
        }
    };
    ranks.map(place).collect()
}

/// The number of a rank (from 0) in the order of two ascending lists together; of equal numbers those of `one` come first.
fn of_both(one: &[u64], other: &[u64], rank: usize) -> u64 {
    // Where a number of the other list stands among both.
    let rank_of = |index: usize| index + one.partition_point(|number| *number <= other[index]);
    // How many of the other list come before the rank, by bisection.
    let (mut before, mut end) = (0, other.len());
    while before < end {
        let middle = before.midpoint(end);
        if rank_of(middle) < rank {
            before = middle + 1;
        } else {
            end = middle;
        }
    }
    if before < other.len() && rank_of(before) == rank { other[before] } else { one[rank - before] }
}

fn class_of(number: u64) -> usize {
    bucket::<MANY_FINE>(number) % MANY_CLASSES
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
                // Nothing, something and everything in common; the own numbers of one are half of the other's.
                for in_common in [0, count / 10, count - count / 5, count] {
                    let (shared, own) = numbers.split_at(in_common as usize);
                    let own = [own.to_vec(), own[..own.len() / 2].to_vec()];
                    // Up to the greatest number, and not.
                    for parts in [25, 26] {
                        let ranks = |count: usize| {
                            (1..=25).map(move |part| (count * part).div_ceil(parts).max(1) - 1)
                        };
                        let answers = own.clone().map(|own| {
                            let mut sorted = [shared, &own].concat();
                            sorted.sort_unstable();
                            let ranks = ranks(sorted.len());
                            ranks.filter_map(|rank| sorted.get(rank).copied()).collect::<Vec<_>>()
                        });
                        let found = ascending_order_statistics(shared, own.clone(), |count| {
                            ranks(count).take_while(move |rank| *rank < count)
                        });
                        assert_eq!(found, answers, "{count} {spread} {in_common} {parts}");
                    }
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
