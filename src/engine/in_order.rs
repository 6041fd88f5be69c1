//! Work on many threads, results in the order of the items.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

/// Calls `work` for the items 0, 1, … `count` − 1 on `jobs` threads and hands each result to `take` in the order of the
/// items, on the calling thread. What `take` hears does not depend on `jobs`.
///
/// Results that are ready before an earlier one wait, so they should be small.
///
/// # Errors
/// The first error of `take`; items that nobody has begun are then left alone.
pub fn in_order<R: Send, E>(
    jobs: usize,
    count: usize,
    work: impl Fn(usize) -> R + Sync,
    mut take: impl FnMut(usize, R) -> Result<(), E>,
) -> Result<(), E> {
    if jobs.min(count) <= 1 {
        return (0..count).try_for_each(|item| take(item, work(item)));
    }
    let next = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..jobs.min(count) {
            let sender = sender.clone();
            let (next, work) = (&next, &work);
            scope.spawn(move || {
                loop {
                    let item = next.fetch_add(1, Ordering::Relaxed);
                    // Nobody listens any more after an error.
                    if item >= count || sender.send((item, work(item))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let mut waiting = BTreeMap::new();
        let mut expected = 0;
        while let Ok((item, result)) = receiver.recv() {
            waiting.insert(item, result);
            while let Some(result) = waiting.remove(&expected) {
                if let Err(error) = take(expected, result) {
                    next.store(count, Ordering::Relaxed);
                    return Err(error);
                }
                expected += 1;
            }
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(jobs: usize) -> Vec<(usize, u64)> {
        let mut heard = Vec::new();
        let uneven =
            |item: usize| (0..(item * 7_919) % 5_000).fold(item as u64, |sum, n| sum ^ (n as u64) << 3);
        in_order(jobs, 200, uneven, |item, result| -> Result<(), ()> {
            heard.push((item, result));
            Ok(())
        })
        .unwrap();
        heard
    }

    #[test]
    fn results_come_in_the_order_of_the_items_on_any_number_of_threads() {
        let alone = heard(1);
        assert!(alone.iter().map(|(item, _)| *item).eq(0..200));
        assert_eq!(alone, heard(2));
        assert_eq!(alone, heard(7));
    }

    #[test]
    fn the_first_error_ends_the_work() {
        for jobs in [1, 3] {
            let begun = AtomicUsize::new(0);
            let work = |item| {
                begun.fetch_add(1, Ordering::Relaxed);
                item
            };
            let ended = in_order(jobs, 1_000_000, work, |item, _| if item < 10 { Ok(()) } else { Err(item) });
            assert_eq!(ended, Err(10));
            assert!(begun.into_inner() < 1_000_000);
        }
    }
}
