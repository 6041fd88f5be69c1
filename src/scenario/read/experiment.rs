//! `experiment:` — replications and batches, and whether the scenario suits them.

use crate::scenario::experiment::{Experiment, unsteady};
use crate::scenario::metric::{Metric, Owners};
use crate::scenario::model::Scenario;
use crate::scenario::problem::Problem;
use crate::scenario::tree::Node;

use super::cursor::{Context, Cursor};

/// The settings, and what is wrong with them. `complete` is the scenario after defaults; whether it can be cut into batches
/// is asked only if it is sound.
pub(super) fn read(
    complete: &Node,
    sound: Option<&Scenario>,
    context: Context,
) -> (Option<Experiment>, Vec<Problem>) {
    let top = Cursor { node: complete, path: String::new(), context: &context };
    let settings = top.find("experiment").and_then(|block| {
        if let Some(key) = block.find("batches") {
            check_batches(&key, sound);
        }
        whole(&block, sound)
    });
    let (problems, _) = context.into_parts();
    (settings.filter(|_| problems.is_empty()), problems)
}

fn whole(block: &Cursor<'_>, sound: Option<&Scenario>) -> Option<Experiment> {
    let replications = block.find("replications").map(|key| key.count(1, 1_000_000));
    let batches = block.find("batches").map(|key| key.count(10, 10_000));
    if let (Some(Some(2..)), Some(key)) = (replications, block.find("batches")) {
        let problem = key.problem("`batches` cuts one run into parts; there are several replications");
        key.report(problem.hint("leave out one of them"));
    }
    let confidence = block.find("confidence").and_then(|key| within(&key, 0.5, 0.9999));
    let precision = block.find("precision").and_then(|key| within(&key, 0.0001, 1.0));
    Some(Experiment {
        replications: replications.map_or(Some(None), |read| read.map(|count| Some(count as u32)))?,
        batches: batches.map_or(Some(None), |read| read.map(|count| Some(count as u32)))?,
        confidence: confidence?,
        precision: precision?,
        metrics: metrics(block, sound)?,
    })
}

/// The metrics that are named; whether they exist is asked only of a sound scenario.
fn metrics(block: &Cursor<'_>, sound: Option<&Scenario>) -> Option<Vec<Metric>> {
    let (Some(key), Some(scenario)) = (block.find("metrics"), sound) else { return Some(Vec::new()) };
    let owners = Owners::of(scenario);
    let mut complete = Some(Vec::new());
    for item in key.items() {
        match Metric::find(item.text()?, &owners) {
            Ok(metric) => complete.iter_mut().for_each(|found| found.push(metric.clone())),
            Err((message, hint)) => {
                item.report(item.problem(message).hint(hint));
                complete = None;
            }
        }
    }
    complete
}

fn check_batches(key: &Cursor<'_>, scenario: Option<&Scenario>) {
    if let Some(why) = scenario.and_then(unsteady) {
        let problem = key.problem("parts of one run can be compared only while its traffic stays the same");
        key.report(problem.hint(why).hint("use replications instead, e.g. replications: 20"));
    }
}

fn within(key: &Cursor<'_>, least: f64, most: f64) -> Option<f64> {
    let share = key.share()?;
    if (least..=most).contains(&share) {
        return Some(share);
    }
    let percent = |share: f64| format!("{}%", share * 100.0);
    let message = format!(
        "`{}` must be from {} to {}; found {}",
        key.name(),
        percent(least),
        percent(most),
        key.node.described()
    );
    key.report(key.problem(message));
    None
}
