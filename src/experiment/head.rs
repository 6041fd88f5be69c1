//! What every answer of an experiment begins with.

use serde::Serialize;

use crate::report::model::{ScenarioIdentity, Tool};
use crate::scenario::model::Scenario;

/// Version of the JSON of experiments.
const SCHEMA_VERSION: u32 = 1;

/// Which program answered what about which scenario.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract; docs/experiments.md describes them")]
pub struct Head {
    pub schema_version: u32,
    /// The verb.
    pub kind: &'static str,
    pub tool: Tool,
    pub scenario: ScenarioIdentity,
    pub platform: &'static str,
    pub region: String,
    pub seed: u64,
    /// Runs of each point.
    pub replications: u32,
    pub confidence: f64,
    /// How values and intervals are made.
    pub method: &'static str,
}

impl Head {
    /// Of `scenario`.
    pub fn of(scenario: &Scenario, kind: &'static str, replications: u32, method: &'static str) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            kind,
            tool: Tool { name: "coldstart", version: env!("CARGO_PKG_VERSION") },
            scenario: ScenarioIdentity { name: scenario.name.clone(), sha256: scenario.sha256.clone() },
            platform: scenario.platform.name,
            region: scenario.region.clone(),
            seed: scenario.seed,
            replications,
            confidence: scenario.experiment.confidence,
            method,
        }
    }
}
