//! What a bill may be when inputs are known only as ranges (`cost --uncertain`), and which of them matters.

use indexmap::IndexMap;
use serde::Serialize;

use crate::experiment::sweep::{Sweep, SweepRefusal};
use crate::experiment::{Runner, Tally};
use crate::report::estimate_text::value;
use crate::scenario::Template;
use crate::scenario::metric::{Metric, MetricUnit, OfCost, Subject};

/// The least and the greatest bill over all combinations of the values.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract; docs/experiments.md describes them")]
pub struct CostRange {
    pub combinations: usize,
    /// Of the run, USD.
    pub total: Bounds,
    /// Of a month, USD; absent where no month can be projected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub monthly: Option<Bounds>,
    /// The inputs, the one that moves the bill most first.
    pub inputs: Vec<Influence>,
}

/// Two ends, and the values that lead there.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract; docs/experiments.md describes them")]
pub struct Bounds {
    pub least: f64,
    pub least_with: IndexMap<String, String>,
    pub most: f64,
    pub most_with: IndexMap<String, String>,
}

/// What one input does to the bill, on average over the values of the others.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract; docs/experiments.md describes them")]
pub struct Influence {
    pub path: String,
    pub least: f64,
    pub most: f64,
}

/// The range over the template's sweep.
///
/// # Errors
/// When combinations of values are wrong.
pub fn cost_range(
    template: &Template,
    replications: u32,
    runner: &Runner<'_>,
) -> Result<CostRange, SweepRefusal> {
    let metrics = [("cost.total", OfCost::Total), ("cost.monthly", OfCost::Monthly)]
        .map(|(name, of)| Metric { name: name.to_owned(), subject: Subject::Cost(of) });
    let sweep = Sweep::of(template, metrics.to_vec(), replications)?;
    let points: Vec<usize> = (0..sweep.points()).collect();
    let mut tallies: Vec<Tally> = Vec::new();
    let Ok(()) = sweep.simulate(&points, runner, |_, tally| {
        tallies.push(tally);
        Ok::<(), std::convert::Infallible>(())
    });
    let means = |metric: usize| -> Option<Vec<f64>> {
        tallies.iter().map(|tally| tally.spread(metric).map(crate::experiment::Spread::mean)).collect()
    };
    let Some(total) = means(0) else {
        return Err(SweepRefusal::Words(
            "no complete prices are known for this region: there is no bill".to_owned(),
        ));
    };
    let monthly = means(1);
    let decisive = monthly.as_ref().unwrap_or(&total);
    let mut inputs: Vec<Influence> =
        (0..sweep.grid().axes().len()).map(|axis| influence(&sweep, decisive, axis)).collect();
    inputs.sort_by(|one, other| (other.most - other.least).total_cmp(&(one.most - one.least)));
    Ok(CostRange {
        combinations: sweep.points(),
        monthly: monthly.as_ref().map(|monthly| bounds(&sweep, monthly)),
        total: bounds(&sweep, &total),
        inputs,
    })
}

fn bounds(sweep: &Sweep<'_>, bills: &[f64]) -> Bounds {
    let extreme = |better: fn(f64, f64) -> bool| {
        let mut found = 0;
        for (point, bill) in bills.iter().enumerate() {
            if better(*bill, bills[found]) {
                found = point;
            }
        }
        found
    };
    let (least, most) = (extreme(|one, other| one < other), extreme(|one, other| one > other));
    let with = |point: usize| {
        let paths = sweep.grid().axes().iter().map(|axis| axis.path.clone());
        paths.zip(sweep.grid().labels(point)).collect()
    };
    Bounds { least: bills[least], least_with: with(least), most: bills[most], most_with: with(most) }
}

fn influence(sweep: &Sweep<'_>, bills: &[f64], axis: usize) -> Influence {
    let count = sweep.grid().axes()[axis].values.len();
    let mut sums = vec![(0.0, 0.0); count];
    for (point, bill) in bills.iter().enumerate() {
        let (sum, number) = &mut sums[sweep.grid().places(point)[axis]];
        *sum += bill;
        *number += 1.0;
    }
    let means = || sums.iter().map(|(sum, number)| sum / number);
    Influence {
        path: sweep.grid().axes()[axis].path.clone(),
        least: means().fold(f64::INFINITY, f64::min),
        most: means().fold(f64::NEG_INFINITY, f64::max),
    }
}

impl CostRange {
    /// The bounds that matter, and of what span they are.
    pub(super) fn bounds(&self) -> (&Bounds, &'static str) {
        self.monthly.as_ref().map_or((&self.total, "for this run"), |monthly| (monthly, "a month"))
    }

    /// Where the bounds are, and what moves the bill most.
    pub(super) fn details(&self) -> Vec<String> {
        let (bounds, _) = self.bounds();
        let with = |values: &IndexMap<String, String>| {
            values.iter().map(|(path, value)| format!("{path} = {value}")).collect::<Vec<_>>().join(", ")
        };
        let mut told = vec![
            format!("least with {}", with(&bounds.least_with)),
            format!("most with {}", with(&bounds.most_with)),
        ];
        if self.inputs.len() > 1 {
            let moved = |one: &Influence| format!("{} by {}", one.path, money(one.most - one.least));
            let moved: Vec<String> = self.inputs.iter().map(moved).collect();
            told.push(format!("moved most by the first: {}", moved.join(", ")));
        }
        told
    }
}

/// Dollars as they are told.
pub(super) fn money(amount: f64) -> String {
    value(MetricUnit::Dollars, amount)
}
