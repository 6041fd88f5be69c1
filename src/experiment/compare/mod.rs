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

/// In how many runs of each variant a threshold held.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract; docs/experiments.md describes them")]
pub struct ThresholdsHeld {
    pub metric: String,
    pub expression: String,
    pub strict: bool,
    pub held: IndexMap<String, u32>,
}

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
    let thresholds = base
        .thresholds
        .iter()
        .enumerate()
        .filter(|(_, _)| {
            subjects.iter().all(|subject| subject.scenario.thresholds.len() == base.thresholds.len())
        })
        .map(|(index, threshold)| ThresholdsHeld {
            metric: threshold.metric.clone(),
            expression: threshold.expression.clone(),
            strict: threshold.strict,
            held: subjects
                .iter()
                .zip(&found)
                .map(|(one, case)| (one.name.clone(), case.held(index)))
                .collect(),
        })
        .collect();
    let mut comparison = Comparison {
        head: Head::of(base, "compare", replications, METHOD),
        baseline: subjects[baseline].name.clone(),
        variants,
        thresholds,
        remarks,
    };
    if replications < 2 {
        comparison.remarks.push(
            "One run of each: whether a difference is chance cannot be told; --replications 10 gives intervals.".to_owned(),
        );
    }
    (comparison, found)
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
