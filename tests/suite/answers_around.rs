//! As `answers.rs`: committed scenarios about what stands around a function.

use super::answers::{near, only, question};

#[test]
fn traffic_that_is_moved_to_a_snapshot_too_early_fails() {
    let not_ready = |question: super::answers::Question| {
        let report = question.report();
        let api = only(&report);
        let errors = api.service_errors.as_ref();
        let count = errors.map_or(0, |errors| errors.by_exception["SnapStartNotReadyException"]);
        assert_eq!((api.requests, api.succeeded + count), (6_000, 6_000));
        (count, report.functions[0].versions["v2"].invocations)
    };
    assert_eq!(not_ready(question("snapshot-not-ready")), (1_800, 3_600));
    assert_eq!(not_ready(question("snapshot-not-ready").set("events.0.at=4m")), (0, 3_600));
    let canary = question("snapshot-not-ready").set("events.0.deploy.strategy=Canary10Percent5Minutes");
    // 1,800 draws of a tenth: four standard deviations of 12.7.
    near(not_ready(canary).0 as f64, 180.0, 51.0);
}
