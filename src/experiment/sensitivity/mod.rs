//! `compare --assumptions`: every assumption that a run depended on made differently, one at a time.
//!
//! If a decision hangs on something that nobody documents, whoever decides must see it: the differences between variants are
//! worked out again under each alternative, and thresholds are checked again.

mod alternatives;
mod document;

use indexmap::IndexMap;
use serde::Serialize;

use crate::scenario::metric::{Metric, OfFunction, Subject, Summary};
use crate::scenario::model::Scenario;
use crate::scenario::plan::Change;
use crate::scenario::{Problems, Template};

use super::cases::{Case, cases, judged_cost};
use super::compare::{ONE_RUN, differences};
use super::head::Head;
use super::paired::{Difference, difference};
use super::runner::Runner;
use super::tracked::tracked;

pub use alternatives::Alternative;
pub use document::document;

/// What was found.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract; docs/experiments.md describes them")]
pub struct Sensitivity {
    #[serde(flatten)]
    pub head: Head,
    /// The metrics by which assumptions are ranked.
    pub metrics: Vec<String>,
    /// The strongest first.
    pub alternatives: Vec<Effect>,
    /// Decisions between variants, by the first metric.
    pub decisions: Vec<Decision>,
    /// Assumptions that have no switch.
    pub not_varied: Vec<&'static str>,
    pub remarks: Vec<String>,
}

/// What one alternative does to the baseline.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract; docs/experiments.md describes them")]
pub struct Effect {
    pub assumption: &'static str,
    pub rule: &'static str,
    pub assumed: String,
    pub instead: String,
    /// The largest significant relative change of any of the metrics.
    pub strength: f64,
    pub differences: IndexMap<String, Difference>,
    /// Thresholds that held in every run and no longer do, or the other way round.
    pub thresholds_flipped: Vec<String>,
}

/// Whether a variant is still better than the baseline.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract; docs/experiments.md describes them")]
pub struct Decision {
    pub variant: String,
    pub metric: String,
    pub assumed: Difference,
    /// Alternatives under which the difference has another sign or is no longer significant.
    pub flips: Vec<Flip>,
    /// How many alternatives were tried.
    pub tried: usize,
}

/// An alternative that changes a decision.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract; docs/experiments.md describes them")]
pub struct Flip {
    pub assumption: &'static str,
    pub instead: String,
    pub difference: Difference,
}

const METHOD: &str = "one assumption at a time against the scenario as it is, paired runs with the same seeds, interval by Student's t";

/// The metrics that effects are measured by: those that the scenario names, else cost, cold starts and the latency of the
/// busiest function.
fn focus(scenario: &Scenario, metrics: &[Metric], base: &[Case], baseline: usize) -> Vec<usize> {
    let first = &base[baseline];
    let named = &scenario.experiment.metrics;
    if !named.is_empty() {
        return metrics
            .iter()
            .enumerate()
            .filter(|(_, one)| named.contains(one))
            .map(|(index, _)| index)
            .collect();
    }
    let busiest = first
        .first
        .functions
        .values()
        .enumerate()
        .max_by_key(|(index, one)| (one.requests, std::cmp::Reverse(*index)));
    let busiest = busiest.map_or(0, |(index, _)| index);
    let has_value = |index: usize| first.runs.iter().any(|run| run.values[index].is_some());
    let judged = judged_cost(base);
    let is_focus = |metric: &Metric| match metric.subject {
        // The projection of a month leaves out cold starts, which is what many assumptions are about.
        Subject::Cost(of) => of == judged,
        Subject::Function(id, of) => {
            id.0 as usize == busiest
                && matches!(
                    of,
                    OfFunction::Latency(Summary::P99) | OfFunction::ColdStartRate | OfFunction::ThrottleRate
                )
        }
        _ => false,
    };
    let mut chosen: Vec<usize> =
        (0..metrics.len()).filter(|index| is_focus(&metrics[*index]) && has_value(*index)).collect();
    // The bill decides first.
    chosen.sort_by_key(|index| !matches!(metrics[*index].subject, Subject::Cost(_)));
    chosen
}

/// Tries every alternative, on every variant that takes it.
///
/// # Errors
/// What is wrong with a variant.
pub fn sensitivity(
    template: &Template,
    replications: u32,
    runner: &Runner<'_>,
) -> Result<Sensitivity, Problems> {
    let scenario = template.scenario();
    let plan = template.plan();
    let metrics = tracked(scenario);
    let variants: Vec<(String, Vec<Change>)> = if plan.variants.is_empty() {
        vec![("as it is".to_owned(), Vec::new())]
    } else {
        plan.variants.iter().map(|variant| (variant.name.clone(), variant.changes.clone())).collect()
    };
    let scenarios: Vec<Scenario> =
        variants.iter().map(|(_, changes)| template.with(changes)).collect::<Result<_, _>>()?;
    let quiet = Runner { progress: None, ..*runner };
    let base = cases(scenarios.len(), |index| scenarios[index].clone(), &metrics, replications, &quiet);
    let mut used = Vec::new();
    for one in base.iter().flat_map(|case| &case.first.assumptions) {
        if used.iter().all(|known: &crate::report::model::AssumptionUsed| known.name != one.name) {
            used.push(one.clone());
        }
    }
    // What a variant sets is no assumption there, so it wins.
    let with = |alternative: &Alternative, (_, changes): &(String, Vec<Change>)| {
        template.with(&alternative.changes.iter().chain(changes).cloned().collect::<Vec<_>>()).ok()
    };
    // What the language refuses together with the rest of the scenario cannot be tried.
    let is_accepted =
        |alternative: &Alternative| variants.iter().any(|variant| with(alternative, variant).is_some());
    let (alternatives, not_varied) = alternatives::alternatives(template, &used, &is_accepted);
    let (mut places, mut accepted) = (Vec::new(), Vec::new());
    for read in alternatives.iter().flat_map(|one| variants.iter().map(|variant| with(one, variant))) {
        places.push(read.as_ref().map(|_| accepted.len()));
        accepted.extend(read);
    }
    let mut found = cases(accepted.len(), |index| accepted[index].clone(), &metrics, replications, runner)
        .into_iter()
        .map(Some)
        .collect::<Vec<_>>();
    let tried: Vec<Option<Case>> =
        places.into_iter().map(|place| place.and_then(|place| found[place].take())).collect();
    let focus = focus(scenario, &metrics, &base, plan.baseline);
    let study = Study {
        scenario,
        metrics: &metrics,
        focus: &focus,
        base: &base,
        tried: &tried,
        baseline: plan.baseline,
    };
    let mut effects: Vec<Effect> =
        alternatives.iter().enumerate().filter_map(|(index, one)| study.effect(one, index)).collect();
    effects.sort_by(|one, other| other.strength.total_cmp(&one.strength));
    let decisions = variants
        .iter()
        .enumerate()
        .filter(|(index, _)| *index != plan.baseline)
        .filter_map(|(index, (name, _))| study.decision(name, index, &alternatives))
        .collect();
    Ok(Sensitivity {
        head: Head::of(scenario, "compare --assumptions", replications, METHOD),
        metrics: focus.iter().map(|index| metrics[*index].name.clone()).collect(),
        alternatives: effects,
        decisions,
        not_varied,
        remarks: (replications < 2).then(|| ONE_RUN.to_owned()).into_iter().collect(),
    })
}

struct Study<'s> {
    scenario: &'s Scenario,
    metrics: &'s [Metric],
    focus: &'s [usize],
    /// Variant by variant.
    base: &'s [Case],
    /// Alternative by alternative, in each variant by variant; `None` where the variant does not take it.
    tried: &'s [Option<Case>],
    baseline: usize,
}

impl Study<'_> {
    fn tried(&self, alternative: usize, variant: usize) -> Option<&Case> {
        self.tried[alternative * self.base.len() + variant].as_ref()
    }

    fn effect(&self, one: &Alternative, index: usize) -> Option<Effect> {
        let (base, tried) = (&self.base[self.baseline], self.tried(index, self.baseline)?);
        let all = differences(self.scenario, self.metrics, base, tried);
        let of_focus: IndexMap<String, Difference> = self
            .focus
            .iter()
            .filter_map(|index| {
                let name = &self.metrics[*index].name;
                Some((name.clone(), *all.get(name)?))
            })
            .collect();
        let strength = of_focus.values().filter(|one| one.significant).map(relative).fold(0.0, f64::max);
        let runs = base.runs.len() as u32;
        let thresholds_flipped = self
            .scenario
            .thresholds
            .iter()
            .enumerate()
            .filter(|(index, _)| (base.held(*index) == runs) != (tried.held(*index) == runs))
            .map(|(_, threshold)| format!("{} {}", threshold.metric, threshold.expression))
            .collect();
        Some(Effect {
            assumption: one.assumption,
            rule: one.rule,
            assumed: one.assumed.clone(),
            instead: one.instead.clone(),
            strength,
            differences: of_focus,
            thresholds_flipped,
        })
    }

    fn decision(&self, name: &str, variant: usize, alternatives: &[Alternative]) -> Option<Decision> {
        let metric = *self.focus.first()?;
        let settings = &self.scenario.experiment;
        let between = |baseline: &Case, variant: &Case| {
            let pairs = baseline.values(metric).zip(variant.values(metric));
            difference(self.metrics[metric].unit(), pairs, settings.confidence, settings.precision)
        };
        let assumed = between(&self.base[self.baseline], &self.base[variant])?;
        let both = |index: usize| self.tried(index, self.baseline).zip(self.tried(index, variant));
        let flips = alternatives
            .iter()
            .enumerate()
            .filter_map(|(index, one)| {
                let (baseline, variant) = both(index)?;
                let now = between(baseline, variant)?;
                (verdict(&now) != verdict(&assumed)).then(|| Flip {
                    assumption: one.assumption,
                    instead: one.instead.clone(),
                    difference: now,
                })
            })
            .collect();
        Some(Decision {
            variant: name.to_owned(),
            metric: self.metrics[metric].name.clone(),
            assumed,
            flips,
            tried: (0..alternatives.len()).filter(|index| both(*index).is_some()).count(),
        })
    }
}

/// Less, more, or not to be told apart.
fn verdict(difference: &Difference) -> std::cmp::Ordering {
    if difference.significant { difference.difference.total_cmp(&0.0) } else { std::cmp::Ordering::Equal }
}

/// The change relative to what it changes; from nothing to something counts as once.
fn relative(difference: &Difference) -> f64 {
    let base = difference.baseline.mean.abs();
    if base > 0.0 {
        difference.difference.abs() / base
    } else {
        f64::from(u8::from(difference.difference != 0.0))
    }
}
