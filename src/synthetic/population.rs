//! Functions that have, together, what was published about all.
//!
//! Each of n functions takes its own n-th part of a distribution, in an order that the seed shuffles. So a hundred
//! functions have the quantiles of a million, and another seed only changes who has what.

use super::Order;
use super::azure_2019::{self, TRIGGERS, TriggerShare};
use crate::random::{Purpose, Stream};

/// Functions of a synthetic scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Population {
    /// In the order of the scenario.
    pub functions: Vec<SyntheticFunction>,
}

/// One function of a population.
#[derive(Clone, Debug, PartialEq)]
pub struct SyntheticFunction {
    /// Its trigger and number, `http-00017`.
    pub name: String,
    /// Which of [`TRIGGERS`] calls it.
    pub trigger: usize,
    /// Calls a day.
    pub per_day: f64,
    /// Mean execution time, s.
    pub mean_duration_s: f64,
    /// Allocated memory, MB.
    pub memory_mb: f64,
    /// Where a timer stands at the beginning, as a share of its period.
    pub phase: f64,
}

impl SyntheticFunction {
    /// What calls it.
    pub fn trigger(&self) -> &'static TriggerShare {
        &TRIGGERS[self.trigger]
    }
}

impl Population {
    /// The functions that `order` asks for.
    ///
    /// # Panics
    /// When it asks for none, or for no time at all.
    pub fn new(order: &Order) -> Self {
        assert!(order.functions > 0 && order.length.nanos() > 0, "an empty population");
        let strata = |what| shuffled_strata(order, what);
        let mut rates: Vec<f64> = strata("rate").into_iter().map(azure_2019::rate_per_day).collect();
        scale(&mut rates, order);
        let triggers = deal_triggers(&rates);
        let (durations, memories, phases) = (strata("duration"), strata("memory"), strata("phase"));
        let width = order.functions.to_string().len();
        let functions = (0..rates.len())
            .map(|index| SyntheticFunction {
                name: format!("{}-{:0width$}", TRIGGERS[triggers[index]].prefix, index + 1),
                trigger: triggers[index],
                per_day: rates[index],
                mean_duration_s: azure_2019::mean_duration_s(durations[index]),
                memory_mb: azure_2019::memory_mb(memories[index]),
                phase: phases[index],
            })
            .collect();
        Self { functions }
    }

    /// Calls a day to be expected of all functions together.
    pub fn per_day(&self) -> f64 {
        self.functions.iter().map(|function| function.per_day).sum()
    }
}

/// The middles of n equal parts of 0..1, one for each function, in an order of their own for each quantity.
fn shuffled_strata(order: &Order, what: &str) -> Vec<f64> {
    let count = order.functions as usize;
    let mut strata: Vec<f64> = (0..count).map(|part| (part as f64 + 0.5) / count as f64).collect();
    let mut draws = Stream::new(order.seed, what, Purpose::Population);
    for last in (1..count).rev() {
        strata.swap(last, (draws.uniform() * (last + 1) as f64) as usize);
    }
    strata
}

/// Multiplies all rates so that the wanted number of calls is to be expected.
fn scale(rates: &mut [f64], order: &Order) {
    let Some(wanted) = order.invocations else { return };
    let days = order.length.seconds() / azure_2019::PER_SECOND;
    let factor = wanted as f64 / (rates.iter().sum::<f64>() * days);
    for rate in rates {
        *rate *= factor;
    }
}

/// For each rate the index of its trigger, so that every trigger has its shares of the functions and of the calls.
///
/// From the busiest function down, each goes to the trigger that lags most behind its share of the calls so far, as
/// long as that may have more functions.
fn deal_triggers(rates: &[f64]) -> Vec<usize> {
    let mut left = numbers_of_functions(rates.len());
    let mut calls = [0.0; TRIGGERS.len()];
    let mut busiest_first: Vec<usize> = (0..rates.len()).collect();
    busiest_first.sort_by(|one, other| rates[*other].total_cmp(&rates[*one]));
    let mut dealt = vec![0; rates.len()];
    let mut so_far = 0.0;
    for function in busiest_first {
        let rate = rates[function];
        so_far += rate;
        let lag = |trigger: usize| f64::from(TRIGGERS[trigger].calls) / 100.0 * so_far - calls[trigger];
        let open = |trigger: &usize| left[*trigger] > 0;
        let able = |trigger: &usize| TRIGGERS[*trigger].trigger.can_make(rate);
        let chosen = (0..TRIGGERS.len())
            .filter(open)
            .filter(able)
            .max_by(|one, other| lag(*one).total_cmp(&lag(*other)))
            .or_else(|| (0..TRIGGERS.len()).find(open))
            .expect("there are as many places as functions");
        left[chosen] -= 1;
        calls[chosen] += rate;
        dealt[function] = chosen;
    }
    dealt
}

/// How many functions each trigger has: its share, rounded so that the sum is right.
fn numbers_of_functions(count: usize) -> [usize; TRIGGERS.len()] {
    let mut percent = 0;
    let mut dealt = 0;
    TRIGGERS.map(|share| {
        percent += share.functions as usize;
        let number = (count * percent + 50) / 100 - dealt;
        dealt += number;
        number
    })
}

#[cfg(test)]
mod tests {
    use super::super::azure_2019::{PER_SECOND, SCATTER, Trigger};
    use super::*;
    use crate::random::{math, normal_quantile};
    use crate::units::SimDuration;

    const DAY: SimDuration = SimDuration::from_secs(86_400);

    fn order(functions: u32) -> Order {
        Order { functions, length: DAY, invocations: None, seed: 42 }
    }

    fn fleet() -> Population {
        Population::new(&order(40_000))
    }

    /// Share of the functions that fulfil `test`.
    fn share(fleet: &Population, test: impl Fn(&SyntheticFunction) -> bool) -> f64 {
        fleet.functions.iter().filter(|function| test(function)).count() as f64 / fleet.functions.len() as f64
    }

    fn near(found: f64, published: f64, tolerance: f64) {
        assert!((found - published).abs() <= tolerance, "{found}, published {published} ± {tolerance}");
    }

    fn quantile(fleet: &Population, of: impl Fn(&SyntheticFunction) -> f64, share: f64) -> f64 {
        let mut values: Vec<f64> = fleet.functions.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values[(share * values.len() as f64) as usize]
    }

    #[test]
    fn rates_have_the_published_shares() {
        let fleet = fleet();
        near(share(&fleet, |function| function.per_day <= 24.0), 0.45, 0.001);
        near(share(&fleet, |function| function.per_day <= 1_440.0), 0.81, 0.001);
        near(share(&fleet, |function| function.per_day > PER_SECOND), 0.03, 0.001);
        let frequent = |function: &&SyntheticFunction| function.per_day > 1_440.0;
        let calls: f64 = fleet.functions.iter().filter(frequent).map(|function| function.per_day).sum();
        near(calls / fleet.per_day(), 0.995, 0.002);
        near(fleet.per_day(), 900e6, 20e6);
        let (least, most) = (quantile(&fleet, |f| f.per_day, 0.0), quantile(&fleet, |f| f.per_day, 0.999_99));
        assert!(most / least > 1e8 && most / least < 1e9, "eight orders of magnitude: {least} to {most}");
    }

    #[test]
    fn mean_durations_have_the_published_quantiles() {
        let fleet = fleet();
        for (at, seconds) in
            [(0.1, 0.033), (0.25, 0.139), (0.5, 0.684), (0.75, 3.36), (0.9, 14.1), (0.99, 165.7)]
        {
            near(quantile(&fleet, |function| function.mean_duration_s, at), seconds, 0.02 * seconds);
        }
        // As text: about 20 %, about half, and 4 % (which the lognormal law misses by a little).
        near(share(&fleet, |function| function.mean_duration_s < 0.1), 0.20, 0.02);
        near(share(&fleet, |function| function.mean_duration_s < 1.0), 0.50, 0.07);
        near(share(&fleet, |function| function.mean_duration_s > 60.0), 0.04, 0.015);
    }

    /// The median of the longest of a day's executions, from the scatter and the number of calls.
    fn slowest_s(function: &SyntheticFunction) -> f64 {
        let typical = math::ln(function.mean_duration_s) - 0.5 * SCATTER * SCATTER;
        let share = math::pow(0.5, 1.0 / function.per_day.max(1.0));
        math::exp(typical + SCATTER * normal_quantile(share))
    }

    #[test]
    fn the_slowest_executions_are_as_slow_as_published() {
        let fleet = fleet();
        near(share(&fleet, |function| slowest_s(function) < 3.0), 0.50, 0.03);
        near(share(&fleet, |function| slowest_s(function) > 60.0), 0.10, 0.02);
    }

    #[test]
    fn memory_has_the_published_quantiles() {
        let fleet = fleet();
        for (at, megabytes) in
            [(0.1, 103.0), (0.25, 117.0), (0.5, 140.0), (0.75, 183.0), (0.9, 262.0), (0.99, 640.0)]
        {
            near(quantile(&fleet, |function| function.memory_mb, at), megabytes, 0.01 * megabytes);
        }
    }

    #[test]
    fn triggers_have_their_shares_of_functions_and_of_calls() {
        for functions in [1_000, 40_000] {
            let fleet = Population::new(&order(functions));
            for (index, published) in TRIGGERS.iter().enumerate() {
                let found = share(&fleet, |function| function.trigger == index);
                near(found, f64::from(published.functions) / 100.0, 0.001);
                let own = fleet.functions.iter().filter(|function| function.trigger == index);
                let calls: f64 = own.map(|function| function.per_day).sum();
                eprintln!("{} {functions} {}", published.prefix, calls / fleet.per_day());
                near(calls / fleet.per_day(), f64::from(published.calls) / 100.0, 0.025);
            }
            let timers = |function: &&SyntheticFunction| function.trigger().trigger == Trigger::Timer;
            assert!(fleet.functions.iter().filter(timers).all(|timer| timer.per_day <= PER_SECOND));
        }
    }

    #[test]
    fn any_number_of_functions_is_dealt_out() {
        for functions in [1, 2, 3, 7, 99, 101] {
            let fleet = Population::new(&order(functions));
            assert_eq!(fleet.functions.len(), functions as usize);
            assert_eq!(numbers_of_functions(functions as usize).iter().sum::<usize>(), functions as usize);
        }
    }

    #[test]
    fn the_wanted_number_of_calls_scales_every_rate_alike() {
        let half_a_day = SimDuration::from_secs(43_200);
        let wanted = Order { length: half_a_day, invocations: Some(1_000_000), ..order(500) };
        let (scaled, plain) = (Population::new(&wanted), Population::new(&order(500)));
        near(scaled.per_day() / 2.0, 1e6, 1e-3);
        let factor = scaled.functions[0].per_day / plain.functions[0].per_day;
        for (one, other) in scaled.functions.iter().zip(&plain.functions) {
            near(one.per_day / other.per_day, factor, 1e-9);
        }
    }

    #[test]
    fn a_seed_decides_who_has_what_and_nothing_else() {
        let sorted = |seed| {
            let fleet = Population::new(&Order { seed, ..order(500) });
            let mut rates: Vec<f64> = fleet.functions.iter().map(|function| function.per_day).collect();
            rates.sort_by(f64::total_cmp);
            (fleet, rates)
        };
        let (one, again, other) = (sorted(1), sorted(1), sorted(2));
        assert_eq!(one.0, again.0);
        assert_ne!(one.0, other.0);
        assert_eq!(one.1, other.1);
    }
}
