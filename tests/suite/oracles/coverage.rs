//! Every oracle is run.

use std::collections::BTreeSet;

use super::rows;

/// The tests of this folder, which name each oracle as a string of its own.
const TESTS: [&str; 14] = [
    include_str!("provisioned.rs"),
    include_str!("aliases.rs"),
    include_str!("asynchronous.rs"),
    include_str!("bill.rs"),
    include_str!("concurrency.rs"),
    include_str!("cpu.rs"),
    include_str!("durations.rs"),
    include_str!("keep_alive.rs"),
    include_str!("loss.rs"),
    include_str!("pool.rs"),
    include_str!("queues.rs"),
    include_str!("scaling.rs"),
    include_str!("stairs.rs"),
    include_str!("streams.rs"),
];

#[test]
fn every_oracle_is_covered() {
    let quoted: BTreeSet<&str> = TESTS.iter().flat_map(|text| text.split('"')).collect();
    let ids: Vec<String> =
        rows().iter().map(|row| row["id"].as_str().expect("an id is text").to_owned()).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "an id stands twice");
    for id in &ids {
        assert!(quoted.contains(id.as_str()), "{id} is not covered");
    }
}
