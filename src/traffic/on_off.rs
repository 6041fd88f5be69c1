//! On-off arrivals: Poisson while on, silent while off.

use crate::random::{Distribution, Purpose, Stream};
use crate::units::{Rate, SimDuration, SimTime};

/// Poisson arrivals in the time spent on, laid out over alternating on and off periods; it starts on.
///
/// Gaps and periods come from streams of their own, so another rate meets the same periods.
#[derive(Debug)]
pub(super) struct OnOff {
    gaps: Stream,
    phases: Stream,
    gap: Distribution,
    on: Distribution,
    off: Distribution,
    /// Instant of the last arrival, or where the current on period begins.
    position: SimTime,
    on_ends: SimTime,
}

impl OnOff {
    /// # Panics
    /// When both periods are always zero: time would stand still.
    pub(super) fn new(
        seed: u64,
        name: &str,
        rate: Rate,
        on: &Distribution,
        off: &Distribution,
        at: SimTime,
    ) -> Self {
        assert!(on.mean() > 0.0, "on periods of an on-off source need a length");
        let mut source = Self {
            gaps: Stream::new(seed, name, Purpose::Arrivals),
            phases: Stream::new(seed, name, Purpose::OnOffPhases),
            gap: Distribution::exponential(rate.per().nanos() as f64 / rate.count()),
            on: on.clone(),
            off: off.clone(),
            position: at,
            on_ends: at,
        };
        source.on_ends = later(at, source.on.sample(&mut source.phases));
        source
    }

    /// The next arrival before `stop`.
    pub(super) fn next(&mut self, stop: SimTime) -> Option<SimTime> {
        // Time that must still be spent on before the arrival, ns.
        let mut left = SimDuration::from_drawn(self.gap.sample(&mut self.gaps)).nanos();
        loop {
            let here = self.on_ends.since(self.position).nanos();
            if left < here {
                self.position = SimTime::from_nanos(self.position.nanos() + left);
                return (self.position < stop).then_some(self.position);
            }
            left -= here;
            self.position = later(self.on_ends, self.off.sample(&mut self.phases));
            self.on_ends = later(self.position, self.on.sample(&mut self.phases));
            if self.position >= stop {
                return None;
            }
        }
    }
}

/// The instant `drawn` nanoseconds after `from`.
#[inline(always)]
pub(super) fn later(from: SimTime, drawn: f64) -> SimTime {
    from + SimDuration::from_drawn(drawn)
}
