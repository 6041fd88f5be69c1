//! Arrival processes against what is known of them in closed form.

use coldstart::random::Distribution;
use coldstart::scenario::model::{
    Arrivals, FunctionId, Mode, Overrides, PointLaw, RateProfile, Target, Traffic,
};
use coldstart::traffic::ArrivalStream;
use coldstart::units::{Rate, SimDuration, SimTime};

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

/// Arrivals in each window of `width` seconds.
fn counts(traffic: &Traffic, seed: u64, windows: usize, width: u64) -> Vec<f64> {
    let width = SimDuration::from_secs(width).nanos();
    let horizon = SimTime::from_nanos(width * windows as u64);
    let mut stream = ArrivalStream::new(traffic, seed, 0, Some(horizon));
    let mut counts = vec![0.0; windows];
    while let Some(instant) = stream.next_arrival() {
        counts[(instant.nanos() / width) as usize] += 1.0;
    }
    counts
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn variance(values: &[f64]) -> f64 {
    let mean = mean(values);
    values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / (values.len() as f64 - 1.0)
}

fn at_rate(law: PointLaw, per_second: f64) -> Traffic {
    source(Arrivals::Rate { law, profile: RateProfile::Constant(Rate::per_second(per_second)) })
}

/// measurements-and-oracles, section 5: index of dispersion in 100 windows, 1 ± 4 √(2/99).
#[test]
fn poisson_counts_have_dispersion_one() {
    for seed in 1..=3 {
        let counts = counts(&at_rate(PointLaw::Poisson, 50.0), seed, 100, 20);
        let dispersion = variance(&counts) / mean(&counts);
        assert!((dispersion - 1.0).abs() < 4.0 * (2.0_f64 / 99.0).sqrt(), "seed {seed}: {dispersion}");
        assert!((mean(&counts) - 1_000.0).abs() < 4.0 * (1_000.0_f64 / 100.0).sqrt(), "seed {seed}");
    }
}

/// Counts of a renewal process over long windows have dispersion cv².
#[test]
fn gamma_gaps_have_their_coefficient_of_variation() {
    for cv in [0.5, 2.0] {
        let counts = counts(&at_rate(PointLaw::Gamma { cv }, 10.0), 7, 400, 100);
        let dispersion = variance(&counts) / mean(&counts);
        assert!((dispersion / (cv * cv) - 1.0).abs() < 4.0 * (2.0_f64 / 399.0).sqrt(), "{cv}: {dispersion}");
    }
}

/// NHPP-10-3600: λ(t) = 10 (1 + 0.8 sin 2πt/3600), here as expected counts of minutes at the phases.
#[test]
fn sinusoidal_poisson_arrivals_follow_their_phase() {
    let profile = RateProfile::Diurnal {
        peak: Rate::per_second(18.0),
        trough: Rate::per_second(2.0),
        period: SimDuration::from_secs(3_600),
    };
    let traffic = source(Arrivals::Rate { law: PointLaw::Poisson, profile });
    let cycles = 20;
    let counts = counts(&traffic, 11, 60 * cycles, 60);
    for (minute, middle_of_sine) in [(14, 0.998_630), (29, 0.052_312), (44, -0.998_630), (59, -0.052_312)] {
        let at_phase: Vec<f64> = (0..cycles).map(|cycle| counts[cycle * 60 + minute]).collect();
        let expected = 60.0 * 10.0 * (1.0 + 0.8 * middle_of_sine);
        let four_sigma = 4.0 * (expected / cycles as f64).sqrt();
        assert!(
            (mean(&at_phase) - expected).abs() < four_sigma + 0.5,
            "minute {minute}: {}",
            mean(&at_phase)
        );
    }
}

/// IPP-20: on 10 s, off 30 s on average, 20/s while on. For windows of length t the variance of the count is
/// λt + 2 v (t/r − (1 − e^(−rt))/r²) with r = 1/10 + 1/30 and v = 20² · ¼ · ¾.
#[test]
fn on_off_counts_have_the_mean_and_variance_of_an_interrupted_poisson_process() {
    let traffic = source(Arrivals::OnOff {
        rate: Rate::per_second(20.0),
        on: Distribution::exponential(10e9),
        off: Distribution::exponential(30e9),
    });
    let (windows, width) = (40_000, 10.0);
    let counts = counts(&traffic, 5, windows, 10);
    let rate = 1.0 / 10.0 + 1.0 / 30.0;
    let correlation = width / rate - (1.0 - coldstart::random::math::exp(-rate * width)) / (rate * rate);
    let expected = 5.0 * width + 2.0 * 75.0 * correlation;
    assert!((mean(&counts) / 50.0 - 1.0).abs() < 0.03, "{}", mean(&counts));
    assert!((variance(&counts) / expected - 1.0).abs() < 0.05, "{} is not {expected}", variance(&counts));
}

#[test]
fn poisson_gaps_are_exponential() {
    let mut stream = ArrivalStream::new(&at_rate(PointLaw::Poisson, 4.0), 3, 0, None);
    let mut before = SimTime::ZERO;
    let mut gaps: Vec<f64> = (0..20_000)
        .map(|_| {
            let now = stream.next_arrival().unwrap();
            let gap = now.since(before).seconds();
            before = now;
            gap
        })
        .collect();
    gaps.sort_by(f64::total_cmp);
    let law = Distribution::exponential(0.25);
    let count = gaps.len() as f64;
    let distance = gaps
        .iter()
        .enumerate()
        .map(|(rank, gap)| (law.cdf(*gap) - (rank as f64 + 0.5) / count).abs())
        .fold(0.0, f64::max);
    // Kolmogorov–Smirnov at 0.1 %.
    assert!(distance < 1.95 / count.sqrt(), "{distance}");
}

#[test]
fn two_sources_with_one_seed_do_not_share_their_arrivals() {
    let first = at_rate(PointLaw::Poisson, 10.0);
    let second = Traffic { name: "other".to_owned(), ..first.clone() };
    let arrivals = |traffic: &Traffic| ArrivalStream::new(traffic, 9, 0, None).next_arrival();
    assert_ne!(arrivals(&first), arrivals(&second));
    assert_eq!(arrivals(&first), arrivals(&first.clone()));
}
