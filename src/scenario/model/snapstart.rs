//! `SnapStart`: environments begin with the restore of a snapshot instead of an Init.

use crate::random::math;

/// `SnapStart` of a published version (S26).
#[derive(Clone, Debug, PartialEq)]
pub struct SnapStart {
    /// Whether cache and restores have a price (S66).
    pub is_paid: bool,
    /// Whose restores it has, in words: `java21, 512MB`, `as given`, `300ms, not measured`.
    pub restore: String,
    /// How the restores of a version become faster.
    pub cache: SnapStartCache,
}

/// How the restores of a version become faster while its snapshot moves into nearer caches (S26).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SnapStartCache {
    /// The k-th takes 1 + 0.35 e^(-k/20) times as long as one from a warm cache.
    Warming,
    /// All are as slow as the first would be in a cold cache.
    Cold,
    /// All are as fast as from a warm cache.
    Warm,
}

/// What a cold cache adds: 2,270 ms for the first restores of an application and 1,663 ms for the last of 49.
const COLD: f64 = 0.35;
/// Restores in which what a cold cache adds falls to 1/e.
const WARMS_IN: f64 = 20.0;

impl SnapStartCache {
    /// How many times as long the restore with this number, from 1, takes as one from a warm cache.
    pub fn factor(self, number: u64) -> f64 {
        match self {
            Self::Warming => 1.0 + COLD * math::exp(-(number as f64) / WARMS_IN),
            Self::Cold => 1.0 + COLD,
            Self::Warm => 1.0,
        }
    }

    /// Its word under `assumptions:`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Warming => "warming",
            Self::Cold => "cold",
            Self::Warm => "warm",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn restores_become_faster_as_in_the_one_series_that_was_measured() {
        let factor = |number| SnapStartCache::Warming.factor(number);
        assert!((factor(1) - 1.332_930).abs() < 1e-6, "{}", factor(1));
        // 2,270 ms and 1,663 ms: within three per cent of the ratio of the first and the 49th.
        assert!((factor(1) / factor(49) / (2_270.0 / 1_663.0) - 1.0).abs() < 0.06);
        assert!((factor(200) - 1.0).abs() < 1e-4);
        assert_eq!((SnapStartCache::Cold.factor(9), SnapStartCache::Warm.factor(1)), (1.35, 1.0));
    }
}
