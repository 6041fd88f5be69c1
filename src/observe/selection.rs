//! Exact order statistics of many numbers, without sorting them.
//!
//! The numbers are counted by magnitude (eight classes to a doubling), which tells the classes that hold the ranks asked
//! for; only the numbers of those are put in order (measured on W1 with 1,600 numbers an interval: NNN instructions a
//! number less than selecting twice from all).

use super::tally::bucket;

/// Numbers below this have a class each; above, each doubling has half as many.
const FINE: u64 = 16;
const CLASSES: usize = 512;
/// With fewer numbers than this, counting classes costs more than it saves.
const FEW: usize = 128;

/// The numbers of the two ranks (from 0, the lower one first) in the order of `numbers`, which are left in no particular
/// order.
///
/// # Panics
/// When there are not so many numbers.
pub(super) fn order_statistics(numbers: &mut [u64], ranks: [usize; 2]) -> [u64; 2] {
    if numbers.len() < FEW {
        return by_partition(numbers, ranks);
    }
    let mut counts = [0_u32; CLASSES];
    for &number in &*numbers {
        counts[bucket::<FINE>(number) % CLASSES] += 1;
    }
    let [low, high] = ranks.map(|rank| class_of_rank(&counts, rank));
    let mut members = [Vec::with_capacity(low.size), Vec::with_capacity(high.size)];
    for &number in &*numbers {
        let class = bucket::<FINE>(number);
        if class == low.class {
            members[0].push(number);
        } else if class == high.class {
            members[1].push(number);
        }
    }
    if low.class == high.class {
        return by_partition(&mut members[0], [low.rank, high.rank]);
    }
    [low.rank, high.rank].map({
        let mut members = members.iter_mut();
        move |rank| {
            let numbers = members.next().expect("two classes have two lists of members");
            *numbers.select_nth_unstable(rank).1
        }
    })
}

fn by_partition(numbers: &mut [u64], [low, high]: [usize; 2]) -> [u64; 2] {
    let upper = *numbers.select_nth_unstable(high).1;
    let lower = if low < high { *numbers[..high].select_nth_unstable(low).1 } else { upper };
    [lower, upper]
}

/// A class, how many numbers are in it, and the rank within it.
struct Place {
    class: usize,
    size: usize,
    rank: usize,
}

fn class_of_rank(counts: &[u32; CLASSES], rank: usize) -> Place {
    let mut below = 0;
    for (class, &count) in counts.iter().enumerate() {
        let size = count as usize;
        if rank < below + size {
            return Place { class, size, rank: rank - below };
        }
        below += size;
    }
    panic!("there are fewer numbers than the rank {rank}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_what_sorting_gives() {
        let mut state = 1_u64;
        for count in [1, 2, 127, 128, 129, 5_000] {
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
                    assert_eq!(order_statistics(&mut numbers, ranks), ranks.map(|rank| sorted[rank]));
                }
            }
        }
    }
}
