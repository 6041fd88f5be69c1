//! Cost since the start of a run, interval by interval.

use std::borrow::Cow;

use indexmap::IndexMap;

use crate::observe::Series;
use crate::platform::Metered;
use crate::units::Usd;

use super::model::{CostLine, CostReport, FunctionReport};

/// Each item's total in proportion to what it is paid for: durations and requests as they came, provisioned concurrency as it
/// was held, what is paid for being there with time.
pub(super) fn build(
    series: &[(String, Cow<'_, Series>)],
    points: usize,
    step_s: f64,
    cost: &CostReport,
    functions: &IndexMap<String, FunctionReport>,
) -> Vec<f64> {
    let [mut durations, mut requests, mut time] = [Usd::ZERO; 3];
    let mut held: IndexMap<&str, Usd> = IndexMap::new();
    for line in &cost.lines {
        let amount = line.amount;
        match (standing(line), &line.function) {
            (Some(Metered::ProvisionedHeld(_)), Some(function)) => {
                *held.entry(function).or_insert(Usd::ZERO) += amount;
            }
            (Some(_), _) => time += amount,
            (None, _) if line.unit == "GB-s" => durations += amount,
            (None, _) => requests += amount,
        }
    }
    let (mb_ms, charges) = used(series, points);
    let mut total = vec![0.0; points];
    add_shares(&mut total, durations, mb_ms);
    add_shares(&mut total, requests, charges);
    add_shares(&mut total, time, (0..points).map(|_| 1.0));
    for (function, amount) in held {
        let Some(function) = functions.get(function) else { continue };
        add_shares(&mut total, amount, provisioned(function, points, step_s).into_iter());
    }
    let mut so_far = 0.0;
    for amount in &mut total {
        so_far += *amount;
        *amount = so_far;
    }
    total
}

fn standing(line: &CostLine) -> Option<Metered> {
    Metered::ALL.into_iter().find(|metered| metered.is_standing() && metered.item() == line.item)
}

/// Adds `amount`, divided in proportion to `weights`.
fn add_shares(total: &mut [f64], amount: Usd, weights: impl Iterator<Item = f64> + Clone) {
    let all: f64 = weights.clone().sum();
    if amount == Usd::ZERO || all == 0.0 {
        return;
    }
    let amount = amount.dollars();
    for (interval, weight) in total.iter_mut().zip(weights) {
        *interval += amount * (weight / all);
    }
}

/// MB-milliseconds and request charges of all functions in each interval.
fn used(
    series: &[(String, Cow<'_, Series>)],
    points: usize,
) -> (impl Iterator<Item = f64> + Clone, impl Iterator<Item = f64> + Clone) {
    let mut used = vec![(0_u128, 0_u128); points];
    // Function by function, as they lie in memory.
    for (_, series) in series {
        for (interval, (mb_ms, charges)) in series.intervals().iter().zip(&mut used) {
            *mb_ms += u128::from(interval.mb_ms);
            *charges += u128::from(interval.charges);
        }
    }
    let charges: Vec<f64> = used.iter().map(|(_, charges)| *charges as f64).collect();
    (used.into_iter().map(|(mb_ms, _)| mb_ms as f64), charges.into_iter())
}

/// Environment-seconds of provisioned concurrency in each interval, of all qualifiers.
fn provisioned(function: &FunctionReport, points: usize, step_s: f64) -> Vec<f64> {
    let mut held = vec![0.0; points];
    let Some(provisioned) = &function.provisioned else { return held };
    let mut level: IndexMap<Option<&str>, u32> = IndexMap::new();
    let mut changes = provisioned.changes.iter().peekable();
    for (point, held) in held.iter_mut().enumerate() {
        let (mut since, end) = (point as f64 * step_s, (point + 1) as f64 * step_s);
        while let Some(change) = changes.next_if(|change| change.at_s < end) {
            *held += (change.at_s - since) * f64::from(level.values().sum::<u32>());
            level.insert(change.qualifier.as_deref(), change.requested);
            since = change.at_s;
        }
        *held += (end - since) * f64::from(level.values().sum::<u32>());
    }
    held
}
