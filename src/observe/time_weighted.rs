//! A level that changes in steps: its mean, variance and quantiles over time.

use crate::units::SimTime;

/// Time spent at each level within a window. The peak is that of the whole run after the window's beginning.
#[derive(Clone, Debug)]
pub struct TimeWeighted {
    from: SimTime,
    to: SimTime,
    level: u32,
    since: SimTime,
    /// Nanoseconds at each level.
    nanos_at: Vec<u64>,
    peak: u32,
    peak_at: SimTime,
}

impl TimeWeighted {
    /// Level 0 at t = 0, watched from `from` to `to`.
    pub fn new(from: SimTime, to: SimTime) -> Self {
        Self { from, to, level: 0, since: SimTime::ZERO, nanos_at: vec![0], peak: 0, peak_at: from }
    }

    /// The level is `level` from `now` on.
    #[inline]
    pub fn change(&mut self, now: SimTime, level: u32) {
        self.account_until(now);
        self.level = level;
        if level as usize >= self.nanos_at.len() {
            self.nanos_at.resize(level as usize + 1, 0);
        }
        if level > self.peak && now >= self.from {
            (self.peak, self.peak_at) = (level, now);
        }
    }

    /// The level until `now` counts.
    #[inline]
    fn account_until(&mut self, now: SimTime) {
        let (begin, end) = (self.since.max(self.from), now.min(self.to));
        if end > begin {
            self.nanos_at[self.level as usize] += end.since(begin).nanos();
            if self.level > self.peak {
                (self.peak, self.peak_at) = (self.level, begin);
            }
        }
        self.since = now;
    }

    /// The run ends at `end`.
    pub fn finish(&mut self, end: SimTime) {
        self.account_until(end);
    }

    /// The level now.
    pub fn level(&self) -> u32 {
        self.level
    }

    /// Greatest level and when it was first reached.
    pub fn peak(&self) -> (u32, SimTime) {
        (self.peak, self.peak_at)
    }

    /// Mean and variance over time; `None` when the window is empty.
    pub fn moments(&self) -> Option<(f64, f64)> {
        let total = self.total()? as f64;
        let (mut first, mut second) = (0_u128, 0_u128);
        for (level, &nanos) in self.nanos_at.iter().enumerate() {
            first += level as u128 * u128::from(nanos);
            second += level as u128 * level as u128 * u128::from(nanos);
        }
        let mean = first as f64 / total;
        Some((mean, (second as f64 / total - mean * mean).max(0.0)))
    }

    /// The lowest level at or below which the value was for at least `share` of the time.
    pub fn quantile(&self, share: f64) -> Option<u32> {
        let total = self.total()?;
        let wanted = share * total as f64;
        let mut seen = 0_u128;
        for (level, &nanos) in self.nanos_at.iter().enumerate() {
            seen += u128::from(nanos);
            if seen as f64 >= wanted {
                return Some(level as u32);
            }
        }
        Some(self.nanos_at.len() as u32 - 1)
    }

    fn total(&self) -> Option<u128> {
        let total: u128 = self.nanos_at.iter().map(|&nanos| u128::from(nanos)).sum();
        (total > 0).then_some(total)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_counts_within_the_window_and_peaks_after_its_beginning() {
        let at = SimTime::from_nanos;
        let mut level = TimeWeighted::new(at(10), at(30));
        level.change(at(0), 5);
        level.change(at(20), 1);
        level.change(at(25), 3);
        level.change(at(40), 7);
        level.finish(at(50));
        // 10 ns at 5, 5 ns at 1, 5 ns at 3.
        let (mean, variance) = level.moments().expect("the window is not empty");
        assert_eq!(mean, 3.5);
        assert_eq!(variance, (250.0 + 5.0 + 45.0) / 20.0 - 3.5 * 3.5);
        assert_eq!(
            (level.quantile(0.25), level.quantile(0.5), level.quantile(0.99)),
            (Some(1), Some(3), Some(5))
        );
        assert_eq!(level.peak(), (7, at(40)));
    }

    #[test]
    fn an_empty_window_has_no_mean() {
        let at = SimTime::from_nanos;
        let mut level = TimeWeighted::new(at(5), at(5));
        level.change(at(5), 2);
        level.finish(at(9));
        assert_eq!((level.moments(), level.peak()), (None, (2, at(5))));
    }
}
