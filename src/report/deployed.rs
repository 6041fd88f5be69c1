//! What became of a deployment, in words.

use super::figures::seconds;
use super::model::DeploymentReport;

/// What shifted where, how, and how it ended.
pub(super) fn words(deployment: &DeploymentReport) -> Vec<String> {
    let mut pieces =
        vec![format!("{} to {}", deployment.alias, deployment.version), deployment.strategy.clone()];
    pieces.extend(deployment.steps.first().map(|step| format!("begun at {}", seconds(step.at_s))));
    pieces.push(match (deployment.completed_s, deployment.rolled_back_s) {
        (_, Some(at)) => format!("rolled back at {}", seconds(at)),
        (Some(at), None) => format!("completed at {}", seconds(at)),
        (None, None) => "under way at the end".to_owned(),
    });
    pieces.extend(deployment.rolled_back_by.as_ref().map(|alarm| format!("because {alarm}")));
    pieces
}
