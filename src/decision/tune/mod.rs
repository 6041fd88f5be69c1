//! `tune`: memory (and architecture) against time and cost, with the strategies of aws-lambda-power-tuning.
//!
//! Its words mean the same here: `cost` is the cheapest, of equal ones the faster; `speed` the fastest, of equal ones the
//! cheaper; `balanced` the least weight · cost / greatest cost + (1 − weight) · time / greatest time. The difference is what time
//! and cost are made of: cold starts are in both, and a size at which invocations time out or run out of memory is never chosen.

mod document;
mod versions;

use serde::Serialize;

use crate::experiment::sweep::{Sweep, SweepRefusal};
use crate::experiment::{Head, Runner, Tally, estimate};
use crate::report::estimate::Estimate;
use crate::scenario::Template;
use crate::scenario::metric::{Metric, Owners};

pub use document::document;

/// What is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the words of power tuning")]
pub enum Strategy {
    Cost,
    Speed,
    Balanced,
}

/// What is asked.
#[derive(Clone, Debug)]
pub struct Wish {
    /// The function.
    pub function: String,
    /// What is wanted.
    pub strategy: Strategy,
    /// Of [`Strategy::Balanced`]: 0 is as `speed`, 1 as `cost`.
    pub weight: f64,
    /// What counts as time: a summary of the latency, such as `mean` or `p99`.
    pub by: String,
    /// Runs of each size.
    pub replications: u32,
}

/// What `tune` answers.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract; docs/experiments.md describes them")]
pub struct Tuning {
    #[serde(flatten)]
    pub head: Head,
    pub function: String,
    pub strategy: Strategy,
    pub balanced_weight: f64,
    /// The metric that counts as time.
    pub time_metric: String,
    pub sizes: Vec<Size>,
    /// Index into `sizes` of the choice of each strategy; absent where no size is valid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub choice: Option<Choice>,
    pub remarks: Vec<String>,
}

/// Which size each strategy takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the words of power tuning")]
pub struct Choice {
    pub cost: usize,
    pub speed: usize,
    pub balanced: usize,
}

/// One size.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract; docs/experiments.md describes them")]
pub struct Size {
    pub memory_mb: u32,
    pub arch: String,
    /// In ms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<Estimate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p99: Option<Estimate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cold_start_rate: Option<Estimate>,
    /// Of a million requests like these, $.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost_per_million: Option<Estimate>,
    /// Why it is never chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invalid: Option<String>,
    /// Whether the scenario has this size.
    pub current: bool,
}

impl Size {
    /// Time and cost, of a size that may be chosen.
    fn eligible(&self) -> Option<(f64, f64)> {
        if self.invalid.is_some() {
            return None;
        }
        Some((self.time?.mean, self.cost_per_million?.mean))
    }
}

const METHOD: &str = "mean of the runs of a size, interval by Student's t; every size has the same seeds";

/// The metrics that `tune` looks at, by their names behind that of the function.
fn metrics(template: &Template, wish: &Wish) -> Result<Vec<Metric>, String> {
    let owners = Owners::of(template.scenario());
    let names = [
        format!("latency.{}", wish.by),
        "latency.p99".to_owned(),
        "cold_start_rate".to_owned(),
        "cost_per_million".to_owned(),
        "timeouts".to_owned(),
        "out_of_memory".to_owned(),
        "throttle_rate".to_owned(),
    ];
    let find = |name: &String| {
        Metric::find(&format!("{}.{name}", wish.function), &owners)
            .map_err(|(message, hint)| format!("{message}; {hint}"))
    };
    names.iter().map(find).collect()
}

/// Simulates every size of the template's sweep over memory and architecture.
///
/// # Errors
/// When combinations of values are wrong, or the time is no summary of a latency.
pub fn tune(template: &Template, wish: &Wish, runner: &Runner<'_>) -> Result<Tuning, SweepRefusal> {
    let metrics = metrics(template, wish).map_err(SweepRefusal::Words)?;
    let scenario = template.scenario();
    let sweep = Sweep::of(template, metrics.clone(), wish.replications)?;
    let points: Vec<usize> = (0..sweep.points()).collect();
    let index = scenario.functions.iter().position(|function| function.name == wish.function).unwrap_or(0);
    let now = &scenario.functions[index];
    let own_memory = versions::with_sizes_of_their_own(&sweep, index).map_err(SweepRefusal::Words)?;
    let mut sizes = Vec::new();
    let mut throttled = false;
    let Ok(()) = sweep.simulate(&points, runner, |point, tally| {
        let configured = &sweep.scenario(point).functions[index];
        let current = (configured.memory, configured.arch) == (now.memory, now.arch);
        let of = |metric: usize| {
            let settings = &scenario.experiment;
            tally.spread(metric).map(|spread| {
                estimate(metrics[metric].unit(), spread, settings.confidence, settings.precision)
            })
        };
        throttled |= of(6).is_some_and(|rate| rate.max > 0.0);
        sizes.push(Size {
            memory_mb: configured.memory.mb(),
            arch: configured.arch.to_string(),
            time: of(0),
            p99: of(1),
            cold_start_rate: of(2),
            cost_per_million: of(3),
            invalid: invalid(&tally),
            current,
        });
        Ok::<(), std::convert::Infallible>(())
    });
    let mut remarks =
        template.remarks(std::iter::once(format!("functions.{}.memory", wish.function).as_str()));
    remarks.extend(own_memory);
    if throttled {
        remarks.push(format!(
            "{}: some requests were throttled; they are in neither time nor cost.",
            wish.function
        ));
    }
    if wish.replications < 2 {
        remarks.push("One run of each size: how far another seed would scatter is not shown; --replications 10 gives intervals.".to_owned());
    }
    let mut tuning = Tuning {
        head: Head::of(scenario, "tune", wish.replications, METHOD),
        function: wish.function.clone(),
        strategy: wish.strategy,
        balanced_weight: wish.weight,
        time_metric: metrics[0].name.clone(),
        choice: choose(&sizes, wish.weight),
        sizes,
        remarks,
    };
    tuning.remarks.extend(close_call(&tuning));
    Ok(tuning)
}

/// Why a size must not be chosen: in any run an invocation timed out or ran out of memory.
fn invalid(tally: &Tally) -> Option<String> {
    let most = |metric: usize| tally.spread(metric).map_or(0.0, crate::experiment::Spread::max);
    match (most(4) > 0.0, most(5) > 0.0) {
        (true, true) => Some("timeouts, out of memory".to_owned()),
        (true, false) => Some("timeouts".to_owned()),
        (false, true) => Some("out of memory".to_owned()),
        (false, false) => tally.spread(0).is_none().then(|| "nothing completed".to_owned()),
    }
}

/// By what sizes are ordered, and then equal ones, from (index, time, cost).
type Rank<'r> = dyn Fn(&(usize, f64, f64)) -> (f64, f64) + 'r;

/// The choice of each strategy among the valid sizes.
fn choose(sizes: &[Size], weight: f64) -> Option<Choice> {
    let eligible: Vec<(usize, f64, f64)> = sizes
        .iter()
        .enumerate()
        .filter_map(|(index, size)| size.eligible().map(|(time, cost)| (index, time, cost)))
        .collect();
    let most = |of: fn(&(usize, f64, f64)) -> f64| eligible.iter().map(of).fold(0.0, f64::max);
    let (slowest, dearest) = (most(|one| one.1), most(|one| one.2));
    let share = |value: f64, greatest: f64| if greatest > 0.0 { value / greatest } else { 0.0 };
    let first = |rank: &Rank<'_>| {
        let better = |one: &&(usize, f64, f64), other: &&(usize, f64, f64)| {
            let (one, other) = (rank(one), rank(other));
            one.0.total_cmp(&other.0).then(one.1.total_cmp(&other.1))
        };
        eligible.iter().min_by(better).map(|one| one.0)
    };
    Some(Choice {
        cost: first(&|one| (one.2, one.1))?,
        speed: first(&|one| (one.1, one.2))?,
        balanced: first(&|one| {
            (weight * share(one.2, dearest) + (1.0 - weight) * share(one.1, slowest), one.1)
        })?,
    })
}

impl Tuning {
    /// The size that the strategy takes.
    pub fn chosen(&self) -> Option<&Size> {
        let choice = self.choice?;
        Some(
            &self.sizes[match self.strategy {
                Strategy::Cost => choice.cost,
                Strategy::Speed => choice.speed,
                Strategy::Balanced => choice.balanced,
            }],
        )
    }
}

/// Sizes that this many runs cannot tell from the chosen one.
fn close_call(tuning: &Tuning) -> Option<String> {
    let chosen = tuning.chosen()?;
    let of = |size: &Size| match tuning.strategy {
        Strategy::Cost => size.cost_per_million,
        Strategy::Speed => size.time,
        Strategy::Balanced => None,
    };
    let best = of(chosen)?;
    let close: Vec<String> = tuning
        .sizes
        .iter()
        .filter(|size| size.eligible().is_some() && !std::ptr::eq(*size, chosen))
        .filter(|size| {
            of(size).is_some_and(|one| {
                let width = one.half_width.unwrap_or(0.0) + best.half_width.unwrap_or(0.0);
                one.mean - best.mean < width && width > 0.0
            })
        })
        .map(|size| format!("{}MB", size.memory_mb))
        .collect();
    (!close.is_empty()).then(|| {
        format!(
            "The intervals of {} overlap that of the choice: more --replications tell them apart.",
            close.join(", ")
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::metric::MetricUnit;

    fn size(time: f64, cost: f64, invalid: Option<&str>) -> Size {
        let estimate = |mean| {
            Some(Estimate {
                unit: MetricUnit::Millis,
                runs: 1,
                mean,
                half_width: None,
                min: mean,
                max: mean,
                more_runs: None,
            })
        };
        Size {
            memory_mb: 128,
            arch: "x86_64".to_owned(),
            time: estimate(time),
            p99: None,
            cold_start_rate: None,
            cost_per_million: estimate(cost),
            invalid: invalid.map(str::to_owned),
            current: false,
        }
    }

    #[test]
    fn of_equal_costs_the_faster_and_of_equal_times_the_cheaper() {
        let sizes =
            [size(30.0, 2.0, None), size(20.0, 2.0, None), size(10.0, 5.0, None), size(10.0, 4.0, None)];
        let choice = choose(&sizes, 0.5).unwrap();
        assert_eq!((choice.cost, choice.speed), (1, 3));
    }

    /// Shares of (1000 ms, $4): 1 and 0.25; 0.5 and 0.5; 0.4 and 1. Halves of the sums: 0.625, 0.5, 0.7.
    #[test]
    fn balanced_weighs_shares_of_the_greatest() {
        let sizes = [size(1_000.0, 1.0, None), size(500.0, 2.0, None), size(400.0, 4.0, None)];
        assert_eq!(choose(&sizes, 0.5).unwrap().balanced, 1);
        assert_eq!(choose(&sizes, 1.0).unwrap().balanced, 0);
        assert_eq!(choose(&sizes, 0.0).unwrap().balanced, 2);
    }

    #[test]
    fn an_invalid_size_is_never_chosen() {
        let sizes = [size(1.0, 1.0, Some("timeouts")), size(2.0, 2.0, None)];
        assert_eq!(choose(&sizes, 0.5), Some(Choice { cost: 1, speed: 1, balanced: 1 }));
        assert_eq!(choose(&sizes[..1], 0.5), None);
    }
}
