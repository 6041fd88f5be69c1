//! What stands around a function, as relations between runs (metamorphic).

use super::Workload;

/// With environments that stay: the peak of what spills over can only fall.
#[test]
fn more_provisioned_concurrency_never_adds_cold_starts() {
    for workload in Workload::all() {
        let cold = |provisioned: u32| {
            workload
                .run(&format!("keep_alive: never, provisioned_concurrency: {provisioned}"), "")
                .cold()
                .len()
        };
        let counts = [0, 1, 2, 4, 8, 16, 64].map(cold);
        assert!(counts.is_sorted_by(|fewer, more| fewer >= more), "{counts:?}");
    }
}
