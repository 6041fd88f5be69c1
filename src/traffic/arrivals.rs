//! One traffic source as a stream of instants.

use super::on_off::{OnOff, later};
use super::rate_integral::RateIntegral;
use super::trace::TraceReader;
use crate::random::{Distribution, Purpose, Stream};
use crate::scenario::model::{Arrivals, CronSchedule, FunctionId, PointLaw, RateProfile, Traffic};
use crate::units::{Bytes, Rate, SimDuration, SimTime};

const NANOS_PER_SECOND: i128 = 1_000_000_000;

/// What a row of a trace says about its request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TraceRow {
    /// The function that is called; `None` where the row is a message.
    pub function: Option<FunctionId>,
    /// Handler duration, in place of the function's.
    pub duration: Option<SimDuration>,
    /// Init duration, used only if the request is cold.
    pub init: Option<SimDuration>,
    /// Request payload.
    pub payload: Option<Bytes>,
}

/// Arrivals of one source, in order of time, reproducible from (seed, name of the source).
///
/// An arrival depends on nothing that comes after it: another horizon changes no earlier instant.
// In this order in memory: what every invocation touches shares lines of the cache (measured on W6: docs/performance.md).
#[repr(C)]
pub struct ArrivalStream {
    /// Each arrival is one request that nothing more is known of.
    is_plain: bool,
    /// Arrivals at or after this instant do not happen.
    stop: SimTime,
    source: Source,
    end: End,
    multiplicity: u64,
    row: Option<TraceRow>,
}

/// Where a source's traffic ends.
#[derive(Clone, Copy)]
enum End {
    /// Known in advance.
    At(SimTime),
    /// At the last arrival.
    LastArrival(SimTime),
}

enum Source {
    Exhausted,
    /// Evenly spaced in the integral of the rate.
    Even {
        start: SimTime,
        next_ordinal: u64,
        rate: RateIntegral,
    },
    /// Independent gaps; the first arrival comes after one gap.
    Gaps {
        last: SimTime,
        gap: Distribution,
        draws: Stream,
    },
    /// Gaps of mean 1 in the integral of the rate.
    Scattered {
        start: SimTime,
        integral: f64,
        gap: Distribution,
        rate: RateIntegral,
        draws: Box<Stream>,
    },
    OnOff(Box<OnOff>),
    Once(SimTime),
    Every {
        start: SimTime,
        next_ordinal: u64,
        period: SimDuration,
    },
    Cron {
        schedule: CronSchedule,
        start_unix_s: i64,
        next_unix_s: i64,
    },
    Trace(Box<TraceReader>),
}

impl ArrivalStream {
    /// The arrivals of `traffic` before `horizon` (and before its own end).
    ///
    /// `start_unix_s` is the calendar time of t = 0, for schedules and dates. A closed model (`users`) has no
    /// arrivals: its calls depend on the answers.
    ///
    /// # Panics
    /// When a trace file cannot be opened any more, validation has read it to its end; when gaps are always zero.
    pub fn new(traffic: &Traffic, seed: u64, start_unix_s: i64, horizon: Option<SimTime>) -> Self {
        let horizon = horizon.unwrap_or(SimTime::MAX);
        let until = traffic.until.unwrap_or(SimTime::MAX).min(horizon);
        let mut stop = until;
        let (source, end) = match &traffic.arrivals {
            Arrivals::Rate { law, profile } => {
                let rate = RateIntegral::new(profile);
                // Stages end by themselves; a longer `for` is then a silence at their end.
                stop = until.min(rate.length().map_or(SimTime::MAX, |length| traffic.at + length));
                let end = if traffic.until.is_some() { until } else { stop };
                (rate_source(traffic, seed, *law, profile, rate), End::At(end))
            }
            Arrivals::OnOff { rate, .. } if rate.is_zero() => (Source::Exhausted, End::At(until)),
            Arrivals::OnOff { rate, on, off } => {
                let source = OnOff::new(seed, &traffic.name, *rate, on, off, traffic.at);
                (Source::OnOff(Box::new(source)), End::At(until))
            }
            Arrivals::Renewal(gap) => (gaps(traffic, seed, gap.clone()), End::At(until)),
            Arrivals::Burst(0) | Arrivals::Users { .. } => (Source::Exhausted, End::At(until)),
            Arrivals::Burst(_) => (Source::Once(traffic.at), End::At(until.min(traffic.at))),
            Arrivals::Every(period) => {
                assert!(*period > SimDuration::ZERO, "a rate() schedule needs a period");
                (Source::Every { start: traffic.at, next_ordinal: 1, period: *period }, End::At(until))
            }
            Arrivals::Cron(schedule) => (cron(traffic, schedule, start_unix_s), End::At(until)),
            Arrivals::Trace(trace) => {
                let reader = TraceReader::open(trace, traffic.function(), traffic.at, start_unix_s);
                let end = if traffic.until.is_some() { End::At(until) } else { End::LastArrival(traffic.at) };
                (Source::Trace(Box::new(reader)), end)
            }
        };
        let multiplicity = if let Arrivals::Burst(count) = traffic.arrivals { count } else { 1 };
        let is_plain = multiplicity == 1 && !matches!(source, Source::Trace(_));
        Self { is_plain, stop, source, end, multiplicity, row: None }
    }

    /// The next instant, or `None` when the source is exhausted.
    #[inline(always)]
    pub fn next_arrival(&mut self) -> Option<SimTime> {
        if let Source::Gaps { last, gap, draws } = &mut self.source {
            *last = later(*last, gap.sample(draws));
            if *last < self.stop {
                return Some(*last);
            }
        }
        self.next_of_any()
    }

    #[inline(never)]
    fn next_of_any(&mut self) -> Option<SimTime> {
        let instant = match &mut self.source {
            // Beyond the end.
            Source::Gaps { .. } => None,
            other => other.next(self.stop, &mut self.row),
        };
        let Some(instant) = instant.filter(|instant| *instant < self.stop) else {
            self.finish();
            return None;
        };
        if let End::LastArrival(last) = &mut self.end {
            *last = instant;
        }
        Some(instant)
    }

    /// Whether each arrival is one request that nothing more is known of.
    #[inline]
    pub fn is_plain(&self) -> bool {
        self.is_plain
    }

    /// The trace row of the arrival that [`Self::next_arrival`] returned last; `None` if the source is no trace.
    pub fn row(&self) -> Option<TraceRow> {
        self.row
    }

    /// How many requests come at each instant: the size of a burst, else 1.
    pub fn multiplicity(&self) -> u64 {
        self.multiplicity
    }

    /// The end of this source's traffic, once it is exhausted: the end of its `for`, the end of its stages, the
    /// instant of its burst, or its last row; at most the horizon. [`SimTime::MAX`] if nothing ends it.
    pub fn end(&self) -> SimTime {
        match self.end {
            End::At(instant) | End::LastArrival(instant) => instant,
        }
    }

    fn finish(&mut self) {
        // A trace that goes on beyond the horizon ends there.
        if let (Source::Trace(reader), End::LastArrival(last)) = (&self.source, &mut self.end)
            && !reader.at_end()
        {
            *last = self.stop;
        }
        self.row = None;
        self.source = Source::Exhausted;
    }
}

impl Source {
    fn next(&mut self, stop: SimTime, row: &mut Option<TraceRow>) -> Option<SimTime> {
        match self {
            Self::Even { start, next_ordinal, rate } => {
                let offset = rate.nanos_at_ordinal(*next_ordinal)?;
                *next_ordinal += 1;
                Some(*start + SimDuration::from_nanos(offset))
            }
            Self::Exhausted | Self::Gaps { .. } => None,
            Self::Scattered { start, integral, gap, rate, draws } => {
                *integral += gap.sample(draws);
                Some(*start + SimDuration::from_nanos(rate.nanos_at(*integral)?))
            }
            Self::OnOff(source) => source.next(stop),
            Self::Once(at) => {
                let at = *at;
                *self = Self::Exhausted;
                Some(at)
            }
            Self::Every { start, next_ordinal, period } => {
                let offset = period.saturating_mul(*next_ordinal);
                *next_ordinal += 1;
                Some(*start + offset)
            }
            Self::Cron { schedule, start_unix_s, next_unix_s } => {
                let fires = schedule.next_at_or_after(*next_unix_s)?;
                *next_unix_s = fires + 1;
                let nanos = i128::from(fires - *start_unix_s) * NANOS_PER_SECOND;
                u64::try_from(nanos).ok().map(SimTime::from_nanos)
            }
            Self::Trace(reader) => {
                let (instant, found) = reader.next_row()?;
                *row = Some(found);
                Some(instant)
            }
        }
    }
}

fn rate_source(
    traffic: &Traffic,
    seed: u64,
    law: PointLaw,
    profile: &RateProfile,
    rate: RateIntegral,
) -> Source {
    if let RateProfile::Constant(rate) = profile
        && rate.is_zero()
    {
        return Source::Exhausted;
    }
    let start = traffic.at;
    let law_with_mean = |mean: f64| match law {
        PointLaw::Gamma { cv } => Distribution::gamma_mean_cv(mean, cv),
        PointLaw::Even | PointLaw::Poisson => Distribution::exponential(mean),
    };
    match (law, profile) {
        (PointLaw::Even, _) => Source::Even { start, next_ordinal: 0, rate },
        (_, RateProfile::Constant(constant)) => gaps(traffic, seed, law_with_mean(mean_gap(*constant))),
        _ => {
            let draws = Box::new(Stream::new(seed, &traffic.name, Purpose::Arrivals));
            Source::Scattered { start, integral: 0.0, gap: law_with_mean(1.0), rate, draws }
        }
    }
}

/// Mean time between arrivals, ns.
fn mean_gap(rate: Rate) -> f64 {
    rate.per().nanos() as f64 / rate.count()
}

fn gaps(traffic: &Traffic, seed: u64, gap: Distribution) -> Source {
    assert!(gap.mean() > 0.0, "the gaps of {} are always zero", traffic.name);
    let draws = Stream::new(seed, &traffic.name, Purpose::Arrivals);
    Source::Gaps { last: traffic.at, gap, draws }
}

fn cron(traffic: &Traffic, schedule: &CronSchedule, start_unix_s: i64) -> Source {
    let first =
        start_unix_s.saturating_add(traffic.at.nanos().div_ceil(NANOS_PER_SECOND as u64).cast_signed());
    Source::Cron { schedule: schedule.clone(), start_unix_s, next_unix_s: first }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::model::{Mode, Overrides, Target};

    const START: i64 = 20_780 * 86_400;

    fn source(arrivals: Arrivals) -> Traffic {
        Traffic {
            name: "load".to_owned(),
            to: Target::Function(FunctionId(0)),
            qualifier: None,
            mode: Mode::Sync,
            client: None,
            via: None,
            arrivals,
            at: SimTime::ZERO,
            until: None,
            overrides: Overrides::default(),
        }
    }

    fn at_rate(law: PointLaw, per_second: f64) -> Traffic {
        source(Arrivals::Rate { law, profile: RateProfile::Constant(Rate::per_second(per_second)) })
    }

    fn seconds(count: u64) -> SimTime {
        SimTime::from_nanos(count * 1_000_000_000)
    }

    fn instants(traffic: &Traffic, horizon: SimTime) -> Vec<u64> {
        let mut stream = ArrivalStream::new(traffic, 42, START, Some(horizon));
        let mut found = Vec::new();
        while let Some(instant) = stream.next_arrival() {
            found.push(instant.nanos());
        }
        assert_eq!(stream.next_arrival(), None);
        found
    }

    fn milliseconds(traffic: &Traffic, horizon: SimTime) -> Vec<u64> {
        instants(traffic, horizon).into_iter().map(|nanos| nanos / 1_000_000).collect()
    }

    #[test]
    fn even_arrivals_at_twenty_a_second_come_every_fifty_milliseconds_and_the_end_is_exclusive() {
        let mut traffic = at_rate(PointLaw::Even, 20.0);
        traffic.at = seconds(3);
        traffic.until = Some(seconds(5));
        let found = instants(&traffic, SimTime::MAX);
        let wanted: Vec<u64> = (0..40).map(|i| 3_000_000_000 + i * 50_000_000).collect();
        assert_eq!(found, wanted);
    }

    #[test]
    fn even_arrivals_under_a_ramp_come_when_the_integral_is_whole() {
        let stages = vec![(SimDuration::from_secs(2), Rate::per_second(2.0))];
        let profile = RateProfile::Stages { start: Rate::per_second(0.0), stages };
        let traffic = source(Arrivals::Rate { law: PointLaw::Even, profile });
        // t²/2 reaches 0 and 1; it reaches 2 at the end, which is exclusive.
        assert_eq!(instants(&traffic, SimTime::MAX), [0, 1_414_213_562]);
        let mut stream = ArrivalStream::new(&traffic, 1, START, None);
        while stream.next_arrival().is_some() {}
        assert_eq!(stream.end(), seconds(2));
    }

    #[test]
    fn a_schedule_fires_first_after_one_period() {
        let mut traffic = source(Arrivals::Every(SimDuration::from_secs(60)));
        traffic.at = seconds(30);
        assert_eq!(milliseconds(&traffic, seconds(211)), [90_000, 150_000, 210_000]);
    }

    #[test]
    fn a_cron_schedule_follows_the_calendar_of_the_start() {
        let mut traffic = source(Arrivals::Cron(CronSchedule::parse("0/30 0 ? * MON *").unwrap()));
        assert_eq!(milliseconds(&traffic, seconds(86_400)), [0, 1_800_000]);
        traffic.at = SimTime::from_nanos(1);
        assert_eq!(milliseconds(&traffic, seconds(8 * 86_400)), [1_800_000, 604_800_000, 606_600_000]);
    }

    #[test]
    fn a_burst_is_one_instant_with_many_requests() {
        let mut traffic = source(Arrivals::Burst(10_000));
        traffic.at = seconds(5);
        let mut stream = ArrivalStream::new(&traffic, 42, START, None);
        assert_eq!((stream.next_arrival(), stream.multiplicity()), (Some(seconds(5)), 10_000));
        assert_eq!((stream.next_arrival(), stream.end()), (None, seconds(5)));
        assert!(instants(&traffic, seconds(5)).is_empty());
    }

    #[test]
    fn renewal_arrivals_start_after_one_gap() {
        let traffic = source(Arrivals::Renewal(Distribution::Constant(250e6)));
        assert_eq!(milliseconds(&traffic, seconds(1)), [250, 500, 750]);
    }

    #[test]
    fn a_rate_of_zero_and_a_closed_model_bring_nothing() {
        for law in [PointLaw::Even, PointLaw::Poisson, PointLaw::Gamma { cv: 2.0 }] {
            assert!(instants(&at_rate(law, 0.0), seconds(100)).is_empty());
        }
        let users = Arrivals::Users { count: 5, think_time: Distribution::Constant(1e9) };
        assert!(instants(&source(users), seconds(100)).is_empty());
    }

    fn every_random_source() -> Vec<(&'static str, Traffic)> {
        let cycle = RateProfile::Diurnal {
            peak: Rate::per_second(18.0),
            trough: Rate::per_second(2.0),
            period: SimDuration::from_secs(600),
        };
        let ramp = RateProfile::Stages {
            start: Rate::per_second(1.0),
            stages: vec![(SimDuration::from_secs(4_000), Rate::per_second(20.0))],
        };
        let on_off = Arrivals::OnOff {
            rate: Rate::per_second(20.0),
            on: Distribution::exponential(10e9),
            off: Distribution::exponential(30e9),
        };
        vec![
            ("poisson", at_rate(PointLaw::Poisson, 10.0)),
            ("gamma", at_rate(PointLaw::Gamma { cv: 2.0 }, 10.0)),
            ("diurnal", source(Arrivals::Rate { law: PointLaw::Poisson, profile: cycle })),
            ("stages", source(Arrivals::Rate { law: PointLaw::Gamma { cv: 0.5 }, profile: ramp })),
            ("on-off", source(on_off)),
            ("renewal", source(Arrivals::Renewal(Distribution::lognormal_median_sigma(50e6, 1.0)))),
        ]
    }

    #[test]
    fn a_later_horizon_changes_no_earlier_arrival() {
        for (name, traffic) in every_random_source() {
            let short = instants(&traffic, seconds(500));
            let long = instants(&traffic, seconds(2_000));
            assert!(short.len() > 100 && long.len() > short.len(), "{name}");
            assert_eq!(short, long[..short.len()], "{name}");
            assert!(long.is_sorted(), "{name}");
        }
    }

    /// These instants are part of the product.
    #[test]
    fn the_arrivals_of_a_seed_are_frozen() {
        let found: Vec<String> = every_random_source()
            .iter()
            .map(|(name, traffic)| {
                let all = instants(traffic, seconds(3_000));
                let mixed = all.iter().fold(0_u64, |hash, nanos| {
                    (hash ^ nanos).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23)
                });
                format!("{name} {} {mixed:016x}", all.len())
            })
            .collect();
        assert_eq!(found, GOLDEN);
    }

    const GOLDEN: [&str; 6] = [
        "poisson 29826 cb2ae0b624958869",
        "gamma 29658 d5b89110f4cc27b6",
        "diurnal 29826 f64b4f30013a56f5",
        "stages 24344 2e414769e27cbf79",
        "on-off 13740 46519c9b8953cd06",
        "renewal 36250 481fcd663a08a58a",
    ];

    #[test]
    fn a_trace_gives_its_rows_with_their_values() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("trace.csv");
        std::fs::write(&path, "duration_ms,t,function,init_ms,payload\n12.5,0.25,b,,2048\n,1,,300,\n")
            .unwrap();
        let functions = [("a".to_owned(), FunctionId(0)), ("b".to_owned(), FunctionId(1))].into();
        let mut traffic = source(Arrivals::Trace(crate::scenario::model::Trace {
            path,
            functions,
            last: SimDuration::ZERO,
        }));
        traffic.at = seconds(10);
        let mut stream = ArrivalStream::new(&traffic, 42, START, None);
        assert_eq!(stream.next_arrival(), Some(SimTime::from_nanos(10_250_000_000)));
        let first = TraceRow {
            function: Some(FunctionId(1)),
            duration: Some(SimDuration::from_micros(12_500)),
            init: None,
            payload: Some(Bytes::from_kb(2)),
        };
        assert_eq!(stream.row(), Some(first));
        assert_eq!(stream.next_arrival(), Some(seconds(11)));
        let row = stream.row().unwrap();
        assert_eq!((row.function, row.init), (Some(FunctionId(0)), Some(SimDuration::from_millis(300))));
        assert_eq!((stream.next_arrival(), stream.end()), (None, seconds(11)));
        let mut cut = ArrivalStream::new(&traffic, 42, START, Some(seconds(11)));
        while cut.next_arrival().is_some() {}
        assert_eq!(cut.end(), seconds(11));
    }
}
