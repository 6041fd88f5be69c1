//! Assumptions about keys, networks, states, images and logs of functions.

use crate::scenario::model::{Function, Obstacle, Scenario, Surroundings};

use super::model::AssumptionUsed;

/// Those that something in the scenario hangs on.
pub(super) fn list(scenario: &Scenario) -> Vec<AssumptionUsed> {
    let later = scenario.changes.iter().flat_map(|change| &change.functions);
    let functions: Vec<&Function> = scenario.functions.iter().chain(later).collect();
    let around = |test: &dyn Fn(&Surroundings) -> bool| {
        functions.iter().any(|function| {
            let versions = function.versions.iter().map(|version| &version.config.surroundings);
            std::iter::once(&function.surroundings).chain(versions).any(test)
        })
    };
    let has_key = around(&|around| around.key.is_some());
    let hangs = functions
        .iter()
        .any(|function| function.calls.iter().any(|call| call.obstacle == Some(Obstacle::NoRoute)));
    let denied = functions
        .iter()
        .any(|function| function.calls.iter().any(|call| call.obstacle == Some(Obstacle::AccessDenied)));
    let has_states = around(&|around| around.created.is_some() && around.snapshot.is_none());
    let is_published = around(&|around| {
        around.snapshot.is_some() && (around.created.is_some() || !scenario.changes.is_empty())
    });
    let is_cold = around(&|around| around.cold_image.is_some());
    let is_read = around(&|around| !around.log_subscriptions.is_empty());
    let assumptions = [
        (has_key, "decrypt_latency", "10ms, p99 50ms unless set; faults take no time", "S27"),
        (has_key, "decrypts", "one for every Init", "S107"),
        (hangs, "connect_timeout", "one try of 60s unless set", "S28"),
        (denied, "access_denied", "a handler error at once", "S29"),
        (has_states, "pending", "3s; 3m with a VPC, unless set", "S67"),
        (is_published, "snapshot", "3m after it is published, unless set", "S108"),
        (is_cold, "cold_image", "1s for each GB in the first 5 starts", "S68"),
        (is_read, "log_delivery", "each invocation by itself, after 1 to 5 s unless set", "S69"),
    ];
    let used = assumptions.into_iter().filter(|(applies, ..)| *applies);
    used.map(|(_, name, value, rule)| AssumptionUsed {
        name,
        value: value.to_owned(),
        provenance: "ours",
        rule,
    })
    .collect()
}
