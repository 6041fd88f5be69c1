//! The age of the oldest message of a queue over time.

use std::collections::VecDeque;

use crate::units::{SimDuration, SimTime};

/// Ages at the ends of intervals. The step doubles whenever there are too many.
#[derive(Clone, Debug)]
pub struct OldestAge {
    step: SimDuration,
    limit: usize,
    /// Age in nanoseconds at the end of each interval that is over; zero where the queue was empty.
    ages: Vec<u64>,
    next_end: SimTime,
    /// When messages that are in the queue were sent, ascending, and how many then.
    sent: VecDeque<(SimTime, u64)>,
    /// Entries of `sent` of which nothing is left, behind the oldest.
    gaps: usize,
}

impl OldestAge {
    /// An empty queue.
    pub fn new(step: SimDuration, limit: usize) -> Self {
        Self { step, limit, ages: Vec::new(), next_end: SimTime::ZERO + step, sent: VecDeque::new(), gaps: 0 }
    }

    /// `count` messages that were sent at `sent` come in at `now`.
    #[inline]
    pub fn enter(&mut self, now: SimTime, sent: SimTime, count: u64) {
        self.reach(now);
        match self.sent.back_mut() {
            Some(last) if last.0 == sent => {
                self.gaps -= usize::from(last.1 == 0);
                last.1 += count;
            }
            Some(last) if last.0 > sent => {
                let place = self.sent.partition_point(|(known, _)| *known < sent);
                if self.sent[place].0 == sent {
                    self.gaps -= usize::from(self.sent[place].1 == 0);
                    self.sent[place].1 += count;
                } else {
                    self.sent.insert(place, (sent, count));
                }
            }
            _ => self.sent.push_back((sent, count)),
        }
    }

    /// `count` messages that were sent at `sent` leave at `now`.
    #[inline]
    pub fn leave(&mut self, now: SimTime, sent: SimTime, count: u64) {
        self.reach(now);
        let place = match self.sent.front() {
            Some(first) if first.0 == sent => 0,
            _ => self.sent.partition_point(|(known, _)| *known < sent),
        };
        let left = &mut self.sent[place].1;
        *left -= count;
        if *left > 0 {
            return;
        }
        self.gaps += 1;
        while self.sent.front().is_some_and(|(_, count)| *count == 0) {
            self.sent.pop_front();
            self.gaps -= 1;
        }
        // Behind a message that stays for long there may be many.
        if self.gaps > 64 + self.sent.len() / 2 {
            self.sent.retain(|(_, count)| *count > 0);
            self.gaps = 0;
        }
    }

    /// The clock is at `now`.
    #[inline]
    pub fn reach(&mut self, now: SimTime) {
        if now >= self.next_end {
            self.intervals_are_over(now);
        }
    }

    #[cold]
    fn intervals_are_over(&mut self, now: SimTime) {
        while now >= self.next_end {
            if self.ages.len() == self.limit {
                self.double();
                continue;
            }
            let oldest = self.sent.front().map(|(sent, _)| self.next_end.saturating_since(*sent).nanos());
            self.ages.push(oldest.unwrap_or(0));
            self.next_end += self.step;
        }
    }

    /// Neighbours are joined; an interval's age is that at its end.
    fn double(&mut self) {
        self.step = self.step.saturating_mul(2);
        self.ages = self.ages.chunks_exact(2).map(|pair| pair[1]).collect();
        self.next_end = SimTime::ZERO + self.step.saturating_mul(self.ages.len() as u64 + 1);
    }

    /// Ages at the ends of `points` intervals of `step`, which is a multiple of the own one, in seconds.
    pub fn seconds(&self, step: SimDuration, points: usize) -> Vec<f64> {
        let times = (step.nanos() / self.step.nanos()).max(1) as usize;
        let age = |point: usize| {
            // What has begun and not ended has the last age that is known.
            let index = ((point + 1) * times - 1).min(self.ages.len().checked_sub(1)?);
            Some(self.ages[index] as f64 / 1e9)
        };
        (0..points).map(|point| age(point).unwrap_or(0.0)).collect()
    }

    /// The length of an interval.
    pub fn step(&self) -> SimDuration {
        self.step
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> SimTime {
        SimTime::ZERO + SimDuration::from_secs(seconds)
    }

    #[test]
    fn the_age_grows_until_the_oldest_leaves() {
        let mut oldest = OldestAge::new(SimDuration::from_secs(1), 100);
        oldest.enter(at(0), at(0), 2);
        oldest.enter(at(2), at(2), 1);
        oldest.leave(at(3), at(0), 1);
        oldest.leave(at(4), at(0), 1);
        oldest.leave(at(6), at(2), 1);
        oldest.reach(at(8));
        assert_eq!(oldest.seconds(SimDuration::from_secs(1), 8), [1.0, 2.0, 3.0, 4.0, 3.0, 4.0, 0.0, 0.0]);
        assert_eq!(oldest.seconds(SimDuration::from_secs(2), 4), [2.0, 4.0, 4.0, 0.0]);
    }

    #[test]
    fn a_full_grid_doubles() {
        let mut oldest = OldestAge::new(SimDuration::from_secs(1), 4);
        oldest.enter(at(0), at(0), 1);
        oldest.reach(at(8));
        assert_eq!((oldest.step(), oldest.ages.len()), (SimDuration::from_secs(2), 4));
        assert_eq!(oldest.seconds(SimDuration::from_secs(2), 4), [2.0, 4.0, 6.0, 8.0]);
    }
}
