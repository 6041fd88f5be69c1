//! A level that changes in steps: its mean, variance and quantiles over time.

use crate::units::SimTime;

/// Time spent at each level while somebody watches. The peak is that of everything since the watching began.
#[derive(Clone, Debug)]
pub struct TimeWeighted {
    level: u32,
    /// Nanoseconds at each level.
    nanos_at: Vec<u64>,
    peak: u32,
    peak_at: SimTime,
}

impl TimeWeighted {
    /// Level 0, to be watched from `from` on.
    pub fn new(from: SimTime) -> Self {
        Self { level: 0, nanos_at: vec![0], peak: 0, peak_at: from }
    }

    /// The level is `level` from now on.
    #[inline]
    pub fn change(&mut self, level: u32) {
        self.level = level;
        if level as usize >= self.nanos_at.len() {
            self.nanos_at.resize(level as usize + 1, 0);
        }
    }

    /// The level has been what it is for so long.
    #[inline]
    pub fn spend(&mut self, nanos: u64) {
        self.nanos_at[self.level as usize] += nanos;
    }

    /// The level, which was reached at `at`, may be the greatest so far.
    #[inline]
    pub fn watch_peak(&mut self, at: SimTime) {
        if self.level > self.peak {
            (self.peak, self.peak_at) = (self.level, at);
        }
    }

    /// Nothing more will come: gives back what memory was taken in advance.
    pub fn close(&mut self) {
        self.nanos_at.shrink_to_fit();
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
    fn each_level_has_its_time() {
        let at = SimTime::from_nanos;
        let mut level = TimeWeighted::new(at(10));
        for (height, nanos) in [(5, 10), (1, 5), (3, 5)] {
            level.change(height);
            level.watch_peak(at(10));
            level.spend(nanos);
        }
        level.change(7);
        level.watch_peak(at(40));
        let (mean, variance) = level.moments().expect("time has passed");
        assert_eq!(mean, 3.5);
        assert_eq!(variance, (250.0 + 5.0 + 45.0) / 20.0 - 3.5 * 3.5);
        assert_eq!(
            (level.quantile(0.25), level.quantile(0.5), level.quantile(0.99)),
            (Some(1), Some(3), Some(5))
        );
        assert_eq!(level.peak(), (7, at(40)));
    }

    #[test]
    fn without_time_there_is_no_mean() {
        let at = SimTime::from_nanos;
        let mut level = TimeWeighted::new(at(5));
        level.change(2);
        level.watch_peak(at(5));
        assert_eq!((level.moments(), level.peak()), (None, (2, at(5))));
    }
}
