//! Synthetic fleets: what is written can be read, means what was published, and runs.

use coldstart::random::Distribution;
use coldstart::scenario::model::{Arrivals, Handler, Mode, PointLaw, RateProfile};
use coldstart::synthetic::azure_2019::{SCATTER, Trigger};
use coldstart::synthetic::{Order, Population, scenario_text};
use coldstart::units::SimDuration;
use sha2::{Digest, Sha256};

use crate::simulated::{report, scenario};

fn order(functions: u32) -> Order {
    Order { functions, length: SimDuration::from_secs(3_600), invocations: None, seed: 7 }
}

/// The bytes are part of the product: a figure that somebody published can be made again.
#[test]
fn the_text_of_a_fleet_is_frozen() {
    let hash = Sha256::digest(scenario_text(&order(500)).as_bytes());
    let found: String = hash[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(found, "07288fe00eb09d78");
}

#[test]
fn a_fleet_reads_as_the_population_that_was_drawn() {
    let order = order(500);
    let (population, scenario) = (Population::new(&order), scenario(&scenario_text(&order)));
    assert_eq!(scenario.functions.len(), 500);
    assert_eq!(scenario.traffic.len(), 500);
    for ((drawn, function), traffic) in
        population.functions.iter().zip(&scenario.functions).zip(&scenario.traffic)
    {
        assert_eq!((&function.name, &traffic.name), (&drawn.name, &drawn.name));
        let memory = f64::from(function.memory.mb());
        assert!((memory - drawn.memory_mb.max(128.0)).abs() <= 0.5, "{drawn:?}");
        let Handler::Duration(duration) = &function.handler else { panic!("{function:?}") };
        assert!(matches!(duration, Distribution::LogNormal { sigma, .. } if *sigma == SCATTER));
        assert!((duration.mean() / (drawn.mean_duration_s * 1e9) - 1.0).abs() < 0.006, "{drawn:?}");
        let Arrivals::Rate { law, profile: RateProfile::Constant(rate) } = &traffic.arrivals else {
            panic!("{traffic:?}")
        };
        assert!((rate.hertz() * 86_400.0 / drawn.per_day - 1.0).abs() < 0.001, "{drawn:?}");
        let trigger = drawn.trigger();
        assert_eq!(traffic.mode, trigger.mode);
        let timed = trigger.trigger == Trigger::Timer;
        assert_eq!(*law, if timed { PointLaw::Even } else { PointLaw::Poisson });
        assert!(timed || traffic.at.nanos() == 0);
    }
}

/// Poisson counts scatter by their root, timers by one each.
#[test]
fn a_fleet_makes_as_many_calls_as_it_says() {
    let order = Order { invocations: Some(50_000), ..order(400) };
    let report = report(&scenario_text(&order));
    assert!(report.ledger.balanced);
    let offered = report.ledger.offered as f64;
    assert!((offered - 50_000.0).abs() < 4.0 * 50_000_f64.sqrt() + 64.0, "{offered}");
    let events: u64 = report.functions.values().map(|function| function.asynchronous.received).sum();
    let share = events as f64 / offered;
    assert!((share - 0.28).abs() < 0.04, "events, timers and others are asynchronous: {share}");
    let modes = scenario(&scenario_text(&order)).traffic;
    assert!(modes.iter().any(|traffic| traffic.mode == Mode::Sync));
}
