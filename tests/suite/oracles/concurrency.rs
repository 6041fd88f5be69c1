//! Busy environments without a cap: M/G/∞ in the long run and from empty, under a sine and under bursts.

use coldstart::lambda::facts::{Fact, Observer};
use coldstart::random::math;
use coldstart::units::SimTime;
use coldstart::{Options, simulate_observed};

use super::{agree, four_sigma, oracle};
use crate::simulated::{UNBOUND, report, scenario, tries};

/// Counts busy environments for itself, independently of the statistics.
struct Busy {
    level: u32,
    since: SimTime,
    from: SimTime,
    to: SimTime,
    idle_s: f64,
    /// Level at given instants, in order; `next` is the first that is still ahead.
    looks: Vec<SimTime>,
    seen: Vec<u32>,
}

impl Busy {
    fn watching(from_s: f64, to_s: f64) -> Self {
        let at = |s: f64| SimTime::from_nanos((s * 1e9) as u64);
        let (from, to) = (at(from_s), at(to_s));
        Self { level: 0, since: SimTime::ZERO, from, to, idle_s: 0.0, looks: Vec::new(), seen: Vec::new() }
    }

    fn looking_at(instants: &[f64]) -> Self {
        let looks = instants.iter().map(|&s| SimTime::from_nanos((s * 1e9) as u64)).collect();
        Self { looks, ..Self::watching(0.0, 0.0) }
    }

    fn advance(&mut self, now: SimTime) {
        while self.seen.len() < self.looks.len() && self.looks[self.seen.len()] < now {
            self.seen.push(self.level);
        }
        if self.level == 0 {
            let (begin, end) = (self.since.max(self.from), now.min(self.to));
            self.idle_s += end.saturating_since(begin).seconds();
        }
        self.since = now;
    }
}

impl Observer for Busy {
    fn observe(&mut self, now: SimTime, fact: &Fact) {
        let level = match fact {
            Fact::Started(started) => started.in_flight,
            Fact::Ended(_) => self.level - 1,
            _ => return,
        };
        self.advance(now);
        self.level = level;
    }
}

#[test]
fn busy_environments_without_a_cap_are_poisson_for_any_law_of_durations() {
    for id in ["MGI-1.5", "MGI-4", "MGI-20", "MGI-250"] {
        let row = oracle(id);
        let rho = row.input("rho");
        for (law, cv2) in [("exp(mean=1s)", 1.0), ("1s", 0.0), ("lognormal(mean=1s, sigma=1)", 1.718_28)] {
            let requests = tries(60_000, 1_000_000) as f64;
            let (from, to) = (50.0, (requests / rho).ceil() + 50.0);
            let scenario = scenario(&format!(
                "{UNBOUND}\nwarmup: {from}s\nfunctions: {{f: {{duration: '{law}'}}}}
traffic: [{{to: f, rate: {rho}/s, for: {to}s}}]"
            ));
            let (report, busy) = simulate_observed(&scenario, &Options::default(), Busy::watching(from, to));
            let concurrency = &report.functions["f"].concurrency;
            let n = report.functions["f"].requests as f64;
            let error = 4.0 * rho * ((1.0 + cv2) / n).sqrt();
            row.agrees("mean", concurrency.mean.unwrap(), error);
            // Level and square of the level forget within about one duration: (ρ + 2ρ²) over n/ρ/(1 + cv²) looks.
            let spread = ((rho + 2.0 * rho * rho) * rho * (1.0 + cv2) / n).sqrt();
            row.agrees("variance", concurrency.variance.unwrap(), 4.0 * spread);
            let quantiles = [
                ("q50", concurrency.p50),
                ("q90", concurrency.p90),
                ("q99", concurrency.p99),
                ("q99_9", concurrency.p99_9),
            ];
            for (name, found) in quantiles {
                // ± 1 at a length without end; the level as a whole is off by the error of the mean.
                row.agrees(name, f64::from(found.unwrap()), 1.0 + error);
            }
            let looks = n / rho / (1.0 + cv2);
            row.agrees(
                "p_zero",
                busy.idle_s / (to - from),
                four_sigma(row.expected("p_zero"), looks).max(1e-9),
            );
        }
    }
}

/// Mean ± 4 sqrt(m/R); variance ± 20 % at R = 2000, wider by sqrt(2000/R) for fewer.
#[test]
fn concurrency_after_the_start_from_empty_is_poisson_around_its_transient_mean() {
    let row = oracle("MGI-t-100");
    let replications = tries(400, 2_000);
    let instants = [0.1, 0.2, 0.5, 1.0, 5.0];
    let mut scenario = scenario(&format!(
        "{UNBOUND}\nfunctions: {{f: {{duration: 'lognormal(median=200ms, sigma=0.5)'}}}}
traffic: [{{to: f, rate: 100/s, for: 5.5s}}]"
    ));
    let mut samples: [Vec<f64>; 5] = Default::default();
    for seed in 0..replications {
        scenario.seed = seed;
        let (_, busy) = simulate_observed(&scenario, &Options::default(), Busy::looking_at(&instants));
        for (sample, level) in samples.iter_mut().zip(&busy.seen) {
            sample.push(f64::from(*level));
        }
    }
    let r = replications as f64;
    for (sample, t) in samples.iter().zip(["m(0.1)", "m(0.2)", "m(0.5)", "m(1)", "m(5)"]) {
        let m = row.expected(t);
        let mean = sample.iter().sum::<f64>() / r;
        let variance = sample.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (r - 1.0);
        row.agrees(t, mean, 4.0 * (m / r).sqrt());
        agree(&format!("variance at {t}"), variance, m, 0.2 * m * (2_000.0 / r).sqrt());
    }
}

/// First harmonic of the levels seen over whole periods: mean, amplitude and lag behind a sine, in seconds.
fn harmonic(levels: &[u32], step_s: f64, period_s: f64) -> (f64, f64, f64) {
    let n = levels.len() as f64;
    let omega = std::f64::consts::TAU / period_s;
    let phase = |i: usize| omega * step_s * i as f64;
    let level = |i: usize| f64::from(levels[i]);
    let sine = (0..levels.len()).map(|i| level(i) * math::sin(phase(i))).sum::<f64>() * 2.0 / n;
    let cosine = (0..levels.len()).map(|i| level(i) * math::cos(phase(i))).sum::<f64>() * 2.0 / n;
    let mean = levels.iter().map(|&x| f64::from(x)).sum::<f64>() / n;
    (mean, sine.hypot(cosine), math::atan2(-cosine, sine) / omega)
}

/// Over R periods, with service S and mean level m, the noise of a Fourier coefficient has variance 4 m S / (R period).
fn follows_the_sine(id: &str, periods: u64, law: &str) {
    let row = oracle(id);
    let (period, service) = (row.input("period_s"), row.input("mean_service_s"));
    let (lam0, a) = (row.input("lam0"), row.input("A"));
    let looks = 720 * periods;
    let step = period / 720.0;
    // The first period is left out.
    let instants: Vec<f64> = (0..looks).map(|look| period + step * look as f64).collect();
    let scenario = scenario(&format!(
        "{UNBOUND}\nfunctions: {{f: {{duration: '{law}'}}}}
traffic: [{{to: f, diurnal: {{peak: {}/s, trough: {}/s, period: {period}s}}, for: {}s}}]",
        lam0 * (1.0 + a),
        lam0 * (1.0 - a),
        period * (periods + 1) as f64 + 10.0
    ));
    let (_, busy) = simulate_observed(&scenario, &Options::default(), Busy::looking_at(&instants));
    assert_eq!(busy.seen.len() as u64, looks);
    let (mean, amplitude, lag) = harmonic(&busy.seen, step, period);
    let expected_mean = row.expected("mean");
    // Looks are further apart than a service where the service is short: then they are independent.
    let apart = (2.0 * service).max(step);
    let noise = (2.0 * expected_mean * apart / (period * periods as f64)).sqrt();
    row.agrees("mean", mean, 4.0 * noise);
    row.agrees("peak", mean + amplitude, 4.0 * noise * 2.0);
    row.agrees("trough", mean - amplitude, 4.0 * noise * 2.0);
    row.agrees("lag_s", lag, 4.0 * noise / amplitude * period / std::f64::consts::TAU);
}

#[test]
fn concurrency_follows_an_hourly_sine_with_its_lag() {
    follows_the_sine("NHPP-10-3600", tries(6, 100), "exp(mean=2m)");
}

#[test]
fn concurrency_follows_a_daily_sine() {
    follows_the_sine("NHPP-10-86400", tries(1, 10), "exp(mean=500ms)");
}

/// Mean ± 2 % and variance ± 5 % at 4e5 s, wider by sqrt(4e5/T) for a shorter run. The rate itself switches with a
/// correlation time of 7.5 s, so 2 % is two standard errors: the tolerance here is twice that.
#[test]
fn bursts_of_an_on_off_source_make_concurrency_fourteen_times_as_variable_as_poisson() {
    let row = oracle("IPP-20");
    let length = tries(100_000, 800_000) as f64;
    let report = report(&format!(
        "{UNBOUND}\nwarmup: 200s\nfunctions: {{f: {{duration: 'exp(mean=1s)'}}}}
traffic: [{{to: f, arrivals: 'onoff(on=exp(mean=10s), off=exp(mean=30s))', rate: 20/s, for: {length}s}}]"
    ));
    let concurrency = &report.functions["f"].concurrency;
    let wider = 2.0 * (4e5 / length).sqrt();
    let (mean, variance) = (concurrency.mean.unwrap(), concurrency.variance.unwrap());
    row.agrees("mean", mean, 0.02 * wider * row.expected("mean"));
    row.agrees("variance", variance, 0.05 * wider * row.expected("variance"));
    row.agrees("peakedness", variance / mean, 0.05 * wider * row.expected("peakedness"));
}
