//! The integral of a rate over time, and its inverse: at which instant have so many arrivals come?

use std::f64::consts::TAU;

use crate::random::math;
use crate::scenario::model::RateProfile;
use crate::units::{Rate, SimDuration};

/// The number of arrivals that a rate profile expects up to each instant, ready to be inverted.
#[derive(Clone, Debug)]
pub(super) enum RateIntegral {
    Constant(Rate),
    Stages(Vec<Stage>),
    Diurnal(Cycle),
}

/// A stretch of linearly changing rate.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stage {
    /// Offset of its start from the source's start, ns.
    start: u64,
    duration: u64,
    /// Arrivals of all earlier stages.
    before: f64,
    /// Arrivals that the stage would have, had it the rate of its start, or of its end, throughout.
    at_first_rate: f64,
    at_last_rate: f64,
}

/// mid + amplitude · sin(2πt/period).
#[derive(Clone, Copy, Debug)]
pub(super) struct Cycle {
    /// ns.
    period: u64,
    /// Arrivals per period.
    mid: f64,
    /// Amplitude of the rate, as arrivals per period.
    amplitude: f64,
}

impl RateIntegral {
    pub(super) fn new(profile: &RateProfile) -> Self {
        match profile {
            RateProfile::Constant(rate) => Self::Constant(*rate),
            RateProfile::Stages { start, stages } => Self::Stages(cumulate(*start, stages)),
            RateProfile::Diurnal { peak, trough, period } => {
                let (high, low) = (expected(*peak, period.nanos()), expected(*trough, period.nanos()));
                Self::Diurnal(Cycle {
                    period: period.nanos(),
                    mid: 0.5 * (high + low),
                    amplitude: 0.5 * (high - low),
                })
            }
        }
    }

    /// Offset in ns, from the source's start, of the instant at which the integral reaches `arrivals`; `None`
    /// when it never does.
    pub(super) fn nanos_at(&self, arrivals: f64) -> Option<u64> {
        match self {
            Self::Constant(rate) if rate.is_zero() => None,
            Self::Constant(rate) => Some(rate.nanos_for(arrivals) as u64),
            Self::Stages(stages) => {
                let index = stages.partition_point(|stage| stage.after() < arrivals);
                stages.get(index).map(|stage| stage.nanos_at(arrivals))
            }
            Self::Diurnal(cycle) => cycle.nanos_at(arrivals),
        }
    }

    /// As [`Self::nanos_at`] for a whole number, exact at a constant rate of so many per whole nanoseconds.
    pub(super) fn nanos_at_ordinal(&self, ordinal: u64) -> Option<u64> {
        match self {
            Self::Constant(rate) if rate.count() >= 1.0 && rate.count().fract() == 0.0 => {
                let count = u128::from(rate.count() as u64);
                let doubled = 2 * u128::from(ordinal) * u128::from(rate.per().nanos());
                u64::try_from((doubled + count) / (2 * count)).ok()
            }
            _ => self.nanos_at(ordinal as f64),
        }
    }

    /// Where the profile itself ends: stages do, other profiles go on.
    pub(super) fn length(&self) -> Option<SimDuration> {
        match self {
            Self::Stages(stages) => {
                Some(SimDuration::from_nanos(stages.last().map_or(0, |stage| stage.start + stage.duration)))
            }
            Self::Constant(_) | Self::Diurnal(_) => None,
        }
    }
}

/// Arrivals at `rate` in `nanos`.
fn expected(rate: Rate, nanos: u64) -> f64 {
    rate.count() * nanos as f64 / rate.per().nanos() as f64
}

fn cumulate(start: Rate, stages: &[(SimDuration, Rate)]) -> Vec<Stage> {
    let (mut begin, mut before, mut first) = (0, 0.0, start);
    let mut cumulated = Vec::with_capacity(stages.len());
    for (duration, last) in stages {
        let duration = duration.nanos();
        let stage = Stage {
            start: begin,
            duration,
            before,
            at_first_rate: expected(first, duration),
            at_last_rate: expected(*last, duration),
        };
        begin += duration;
        before = stage.after();
        first = *last;
        cumulated.push(stage);
    }
    cumulated
}

impl Stage {
    /// Arrivals up to the end of the stage.
    fn after(&self) -> f64 {
        self.before + 0.5 * (self.at_first_rate + self.at_last_rate)
    }

    /// Solves a·f + (b − a)·f²/2 = n for the share f of the stage, in the form that does not cancel.
    fn nanos_at(&self, arrivals: f64) -> u64 {
        let wanted = arrivals - self.before;
        if wanted <= 0.0 {
            return self.start;
        }
        let slope = self.at_last_rate - self.at_first_rate;
        let root = (self.at_first_rate * self.at_first_rate + 2.0 * slope * wanted).max(0.0).sqrt();
        let share = (2.0 * wanted / (self.at_first_rate + root)).min(1.0);
        self.start + (share * self.duration as f64).round() as u64
    }
}

impl Cycle {
    fn nanos_at(&self, arrivals: f64) -> Option<u64> {
        if self.mid <= 0.0 {
            return None;
        }
        let whole = (arrivals / self.mid).floor();
        let phase = self.phase_at(arrivals - whole * self.mid);
        let offset = whole * self.period as f64 + (phase / TAU * self.period as f64).round();
        (offset < u64::MAX as f64).then_some(offset as u64)
    }

    /// The phase in 0..=2π at which `wanted` arrivals of this period have come.
    ///
    /// Newton's method inside a bracket that is halved whenever a step would leave it; the function rises
    /// monotonically, so the bracket closes on the root.
    fn phase_at(&self, wanted: f64) -> f64 {
        let (mut low, mut high) = (0.0, TAU);
        let target = wanted * TAU;
        let mut phase = (target / self.mid).clamp(0.0, TAU);
        for _ in 0..80 {
            let excess = self.mid * phase + self.amplitude * (1.0 - math::cos(phase)) - target;
            if excess > 0.0 {
                high = phase;
            } else {
                low = phase;
            }
            let slope = self.mid + self.amplitude * math::sin(phase);
            let newton = phase - excess / slope;
            let next = if newton > low && newton < high { newton } else { 0.5 * (low + high) };
            let moved = (next - phase).abs();
            phase = next;
            if moved <= 1e-15 {
                break;
            }
        }
        phase
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn per_second(rate: f64) -> Rate {
        Rate::per_second(rate)
    }

    #[test]
    fn a_ramp_from_nothing_is_a_square_root() {
        let stages = vec![
            (SimDuration::from_secs(10), per_second(20.0)),
            (SimDuration::from_secs(5), per_second(20.0)),
        ];
        let ramp = RateIntegral::new(&RateProfile::Stages { start: per_second(0.0), stages });
        // The integral is t² for 10 s, then 100 + 20 (t − 10).
        for (arrivals, nanos) in
            [(0.0, 0), (25.0, 5_000_000_000), (100.0, 10_000_000_000), (150.0, 12_500_000_000)]
        {
            assert_eq!(ramp.nanos_at(arrivals), Some(nanos));
        }
        assert_eq!(ramp.nanos_at(200.0), Some(15_000_000_000));
        assert_eq!(ramp.nanos_at(200.1), None);
    }

    #[test]
    fn nothing_comes_during_a_pause_between_stages() {
        let stages = vec![
            (SimDuration::from_secs(10), per_second(0.0)),
            (SimDuration::from_secs(100), per_second(0.0)),
            (SimDuration::from_secs(10), per_second(10.0)),
        ];
        let pause = RateIntegral::new(&RateProfile::Stages { start: per_second(10.0), stages });
        assert_eq!(pause.nanos_at(50.0), Some(10_000_000_000));
        assert!(pause.nanos_at(50.1).unwrap() > 110_000_000_000);
    }

    #[test]
    fn a_cycle_is_inverted_to_the_nanosecond_even_where_the_rate_is_zero() {
        for (peak, trough) in [(18.0, 2.0), (20.0, 0.0), (7.0, 7.0)] {
            let profile = RateProfile::Diurnal {
                peak: per_second(peak),
                trough: per_second(trough),
                period: SimDuration::from_secs(3_600),
            };
            let cycle = RateIntegral::new(&profile);
            let (mid, amplitude) = (0.5 * (peak + trough), 0.5 * (peak - trough));
            let mut before = 0;
            for i in 0..100 {
                let arrivals = f64::from(i) * 731.25;
                let nanos = cycle.nanos_at(arrivals).unwrap();
                assert!(nanos >= before);
                before = nanos;
                let seconds = nanos as f64 / 1e9;
                let turn = TAU / 3_600.0;
                let integral = mid * seconds + amplitude / turn * (1.0 - math::cos(turn * seconds));
                assert!((integral - arrivals).abs() < 1e-6, "{arrivals}: {integral}");
            }
        }
    }

    #[test]
    fn ordinals_at_a_constant_rate_are_exact_after_years() {
        let rate = RateIntegral::new(&RateProfile::Constant(Rate::new(3.0, SimDuration::from_secs(1))));
        assert_eq!(rate.nanos_at_ordinal(1), Some(333_333_333));
        assert_eq!(rate.nanos_at_ordinal(2), Some(666_666_667));
        assert_eq!(rate.nanos_at_ordinal(3_000_000_001), Some(1_000_000_000_333_333_333));
    }
}
