//! A population as a scenario in YAML: a line for each function, a line for its traffic.

use std::fmt::Write as _;

use super::Order;
use super::azure_2019::{PER_SECOND, SCATTER, Trigger};
use super::population::{Population, SyntheticFunction};
use crate::scenario::model::Mode;
use crate::units::SimDuration;

/// AWS takes no function with less memory.
const LEAST_MEMORY_MB: f64 = 128.0;
/// AWS takes no function with more memory.
const MOST_MEMORY_MB: f64 = 10_240.0;

/// The scenario of the population that `order` asks for.
pub fn scenario_text(order: &Order) -> String {
    let population = Population::new(order);
    let mut text = heading(order, &population);
    text.push_str("\nfunctions:\n");
    for function in &population.functions {
        write_function(&mut text, function);
    }
    text.push_str("\ntraffic:\n");
    for function in &population.functions {
        write_traffic(&mut text, function, order.length);
    }
    text
}

fn heading(order: &Order, population: &Population) -> String {
    let calls = population.per_day() * order.length.seconds() / PER_SECOND;
    format!(
        "\
# What would a cloud's whole fleet of functions do? {functions} functions with the rates, durations, memory and
# triggers that were published of Azure in July 2019 (Shahrad et al., Serverless in the Wild, USENIX ATC 2020), and about
# {millions} million calls in {length}. Rates, durations and memory go together by chance: only each by itself was published.
# Written by: coldstart init fleet --functions {functions} --for {length}{scale} --seed {seed}
version: 1
name: fleet
seed: {seed}
horizon: {length}

# They belong to many customers: no limit of one account holds for all.
account: {{concurrency: unlimited, requests_per_second: unlimited}}

defaults:
  runtime: python3.13
  timeout: 15m
",
        functions = order.functions,
        millions = significant(calls / 1e6, 3),
        length = order.length,
        scale =
            order.invocations.map_or_else(String::new, |wanted| format!(" --invocations {wanted}")),
        seed = order.seed,
    )
}

fn write_function(text: &mut String, function: &SyntheticFunction) {
    let memory = function.memory_mb.round().clamp(LEAST_MEMORY_MB, MOST_MEMORY_MB);
    let mean = span(function.mean_duration_s);
    // Writing into a string cannot fail.
    let _ = writeln!(
        text,
        "  {}: {{memory: {memory}MB, duration: \"lognormal(mean={mean}, sigma={SCATTER})\"}}",
        function.name
    );
}

fn write_traffic(text: &mut String, function: &SyntheticFunction, length: SimDuration) {
    let _ = write!(text, "  - {{to: {}, rate: {}", function.name, rate(function.per_day));
    let trigger = function.trigger();
    match trigger.mode {
        Mode::Async => text.push_str(", mode: async"),
        Mode::Sync | Mode::DryRun => {}
    }
    if trigger.trigger == Trigger::Timer {
        let first_s = function.phase * PER_SECOND / function.per_day;
        // A timer whose turn does not come within the run still has its line.
        let first_s = first_s.min(length.seconds());
        let _ = write!(text, ", arrivals: even, at: {}", span(first_s));
    }
    text.push_str("}\n");
}

/// A rate in the unit in which it is a handy number.
fn rate(per_day: f64) -> String {
    let units = [(PER_SECOND, "s"), (1_440.0, "min"), (24.0, "h")];
    let (size, unit) = units.into_iter().find(|(size, _)| per_day >= *size).unwrap_or((1.0, "d"));
    format!("{}/{unit}", significant(per_day / size, 4))
}

/// A span of time in seconds or, if it is short, in microseconds or milliseconds.
fn span(seconds: f64) -> String {
    match seconds {
        short if short < 1e-3 => format!("{}us", significant((short * 1e6).max(1.0), 3)),
        short if short < 1.0 => format!("{}ms", significant(short * 1e3, 3)),
        long => format!("{}s", significant(long, 4)),
    }
}

/// `value` with so many significant digits, or all digits before the point, without trailing zeros or an exponent.
fn significant(value: f64, digits: u8) -> String {
    let scientific = format!("{value:.*e}", usize::from(digits) - 1);
    let exponent = scientific.split_once('e').and_then(|(_, exponent)| exponent.parse::<i32>().ok());
    let places = (i32::from(digits) - 1 - exponent.unwrap_or(0)).clamp(0, 9) as usize;
    let text = format!("{value:.places$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_have_no_exponent() {
        assert_eq!(significant(1_656.7, 4), "1657");
        assert_eq!(significant(0.000_123_45, 3), "0.000123");
        assert_eq!(significant(2.0, 4), "2");
        assert_eq!(significant(902.336, 3), "902");
    }

    #[test]
    fn quantities_have_handy_units() {
        assert_eq!(rate(1.0), "1/d");
        assert_eq!(rate(36.0), "1.5/h");
        assert_eq!(rate(86_400.0 * 12.345_6), "12.35/s");
        assert_eq!([span(0.000_04), span(0.139), span(165.72)], ["40us", "139ms", "165.7s"]);
    }
}
