//! `compare`: variants with the same random numbers, and what they differ in.

mod document;
mod sentences;

use indexmap::IndexMap;
use serde::Serialize;

use crate::scenario::metric::Metric;
use crate::scenario::model::Scenario;

use super::cases::{Case, cases};
use super::head::Head;
use super::paired::{Difference, difference};
use super::runner::Runner;
use super::tracked::tracked;

pub use document::document;
pub(crate) use document::tone;
pub(crate) use document::verdict;
pub(crate) use sentences::{Words, apart, times};

/// A variant: its name and its scenario.
pub struct Subject {
    /// As it is shown.
    pub name: String,
    /// What is simulated.
    pub scenario: Scenario,
}

/// What a comparison answers.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract; docs/experiments.md describes them")]
pub struct Comparison {
    #[serde(flatten)]
    pub head: Head,
    pub baseline: String,
    /// By the name of the variant, then by the name of the metric.
    pub variants: IndexMap<String, IndexMap<String, Difference>>,
    pub thresholds: Vec<ThresholdsHeld>,
    pub remarks: Vec<String>,
}

/// In how many runs of each variant a threshold held; a variant that does not have it is absent.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract; docs/experiments.md describes them")]
pub struct ThresholdsHeld {
    pub metric: String,
    pub expression: String,
    pub strict: bool,
    pub held: IndexMap<String, u32>,
}

/// Said where there is nothing to take an interval from.
pub(super) const ONE_RUN: &str =
    "One run of each: whether a difference is chance cannot be told; --replications 10 gives intervals.";

const METHOD: &str =
    "paired differences of runs with the same seeds, interval by Student's t; ratios by the delta method";

/// Compares all `subjects` with the one at `baseline`; also answers the first run of each, for pictures.
pub fn compare(
    subjects: &[Subject],
    baseline: usize,
    replications: u32,
    remarks: Vec<String>,
    runner: &Runner<'_>,
) -> (Comparison, Vec<Case>) {
    let base = &subjects[baseline].scenario;
    let metrics = tracked(base);
    let found =
        cases(subjects.len(), |index| subjects[index].scenario.clone(), &metrics, replications, runner);
    let others = (0..subjects.len()).filter(|index| *index != baseline);
    let variants = others
        .map(|index| {
            (subjects[index].name.clone(), differences(base, &metrics, &found[baseline], &found[index]))
        })
        .collect();
    let mut comparison = Comparison {
        head: Head::of(base, "compare", replications, METHOD),
        baseline: subjects[baseline].name.clone(),
        variants,
        thresholds: thresholds_held(subjects, &found),
        remarks,
    };
    if replications < 2 {
        comparison.remarks.push(ONE_RUN.to_owned());
    }
    (comparison, found)
}

/// The thresholds of all subjects, each with those that have it.
fn thresholds_held(subjects: &[Subject], found: &[Case]) -> Vec<ThresholdsHeld> {
    let mut thresholds: Vec<ThresholdsHeld> = Vec::new();
    for (subject, case) in subjects.iter().zip(found) {
        for (index, threshold) in subject.scenario.thresholds.iter().enumerate() {
            let is_same = |one: &&mut ThresholdsHeld| {
                (&one.metric, &one.expression) == (&threshold.metric, &threshold.expression)
            };
            let held = (subject.name.clone(), case.held(index));
            match thresholds.iter_mut().find(is_same) {
                Some(known) => drop(known.held.insert(held.0, held.1)),
                None => thresholds.push(ThresholdsHeld {
                    metric: threshold.metric.clone(),
                    expression: threshold.expression.clone(),
                    strict: threshold.strict,
                    held: IndexMap::from([held]),
                }),
            }
        }
    }
    thresholds
}

/// The differences of all metrics that both have.
pub(super) fn differences(
    base: &Scenario,
    metrics: &[Metric],
    baseline: &Case,
    variant: &Case,
) -> IndexMap<String, Difference> {
    let settings = &base.experiment;
    metrics
        .iter()
        .enumerate()
        .filter_map(|(index, metric)| {
            let pairs = baseline.values(index).zip(variant.values(index));
            Some((
                metric.name.clone(),
                difference(metric.unit(), pairs, settings.confidence, settings.precision)?,
            ))
        })
        .collect()
}
