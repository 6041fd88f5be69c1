//! As `answers.rs`: committed scenarios about what stands around a function.

use coldstart::scenario::{self, Overrides};

use super::answers::{Question, billed, folder, near, only, question, text};

#[test]
fn traffic_that_is_moved_to_a_snapshot_too_early_fails() {
    let not_ready = |question: Question| {
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

/// What is said against a committed scenario with this change.
fn refusal(name: &str, change: &str) -> String {
    let overrides = Overrides { set: vec![change.to_owned()], ..Overrides::default() };
    scenario::read(&text(name), name, &folder(), &overrides).unwrap_err().render(false)
}

#[test]
fn five_layers_are_accepted_and_what_does_not_fit_is_fetched_at_init() {
    let report = question("layers").report();
    assert_eq!((only(&report).succeeded, only(&report).cold_starts), (10, 1));
    near(only(&report).latency_ms.max.unwrap(), 450.0, 1e-9);
    let told = refusal("layers", "functions.api.layers.4.unzipped=61MB");
    assert!(told.contains("AWS says: Unzipped size must be smaller than 262144000 bytes"), "{told}");
    let sixth: Vec<String> = (0..6).map(|index| format!("{{name: l{index}}}")).collect();
    let told = refusal("layers", &format!("functions.api.layers=[{}]", sixth.join(", ")));
    assert!(told.contains("AWS says: Cannot reference more than 5 layers."), "{told}");
    let fetched = question("layers").set("functions.api.tmp={download: 300MB, write: 0B}").report();
    assert_eq!(only(&fetched).cold_starts, 5);
    // 300 MB x 8 / 625 Mbps, besides 400 ms of Init and 50 ms of handler.
    near(only(&fetched).latency_ms.max.unwrap(), 450.0 + 300.0 * 1_048_576.0 * 8.0 / 625e3, 0.001);
}

#[test]
fn the_cost_vectors_hold_to_the_cent() {
    let report = question("cost-vectors").report();
    let amount = |function: &str, item: &str| {
        let lines = report.cost.lines.iter();
        let mut of = lines.filter(|line| line.function.as_deref() == Some(function) && line.item == item);
        of.next().unwrap().amount.to_fixed(2)
    };
    let expected =
        [("half-x86", "0.29"), ("half-arm", "0.23"), ("eighth-x86", "0.07"), ("eighth-arm", "0.06")];
    // 0.058 and 0.073 are rounded half up.
    for (function, duration) in expected {
        assert_eq!(
            (amount(function, "duration"), amount(function, "requests")),
            (duration.into(), "0.02".into())
        );
    }
}

/// Duration by tier of so many invocations of 8,000 GB-seconds, evenly over `hours`.
fn tiers(arch: &str, per_hour: u32, hours: u32) -> Vec<String> {
    let traffic = format!("traffic=[{{to: huge, arrivals: even, rate: {per_hour}/h, for: {hours}h}}]");
    let report = question("cost-vectors").set(&format!("functions.huge.arch={arch}")).set(&traffic).report();
    let lines = report.cost.lines.iter();
    lines.filter(|line| line.item.starts_with("duration")).map(|line| line.amount.to_fixed(2)).collect()
}

#[test]
fn a_month_of_billions_of_gb_seconds_is_billed_by_tiers() {
    assert_eq!(tiers("x86_64", 1_600, 240), ["51200.10"]);
    assert_eq!(tiers("arm64", 2_000, 240), ["51200.26"]);
    assert_eq!(tiers("x86_64", 4_800, 240), ["100000.20", "48240.00"]);
    assert_eq!(tiers("arm64", 6_000, 240), ["100000.50", "48240.40"]);
}

#[test]
#[cfg_attr(debug_assertions, ignore = "17 million invocations")]
fn a_month_of_tens_of_billions_of_gb_seconds_reaches_the_third_tier() {
    assert_eq!(tiers("x86_64", 32_000, 240), ["100000.20", "135000.00", "619203.10"]);
    assert_eq!(tiers("arm64", 32_000, 292), ["100000.50", "135001.13", "597356.53"]);
}

/// Q3: what is held for a month, and 60 % as the quotient of prices on the bill.
#[test]
fn q3_held_provisioned_concurrency_costs_by_the_month_and_pays_above_sixty_percent() {
    let held = |count: u32, memory: &str, days: u32| {
        let report = question("provisioned-bill")
            .set(&format!("functions.api.provisioned_concurrency={count}"))
            .set(&format!("functions.api.memory={memory}"))
            .set("traffic.0.rate=1/h")
            .set(&format!("traffic.0.for={days}d"))
            .report();
        billed(&report, &["provisioned concurrency"])
    };
    near(held(200, "512MB", 31), 1_116.01, 0.005);
    near(held(50, "1024MB", 30), 540.00, 0.005);
    let report = question("provisioned-bill").report();
    let on_demand = question("provisioned-bill").set("functions.api.provisioned_concurrency=null").report();
    let rate = |report: &coldstart::report::model::Report, item: &str| {
        let line = report.cost.lines.iter().find(|line| line.item.starts_with(item)).unwrap();
        line.amount.dollars() / line.quantity
    };
    let (kept, used) = (rate(&report, "provisioned concurrency"), rate(&report, "provisioned duration"));
    near(kept / (rate(&on_demand, "duration") - used), 0.6, 0.000_05);
}

#[test]
fn q11_users_who_come_with_the_pings_wait_all_of_them() {
    let report = question("warm-up-pings").set("traffic.5.at=55m").report();
    assert_eq!(only(&report).cold_starts, 5 + 20);
}

#[test]
fn q16_a_new_account_can_reserve_nothing() {
    for limit in [50, 100] {
        let changes =
            [format!("account.concurrency={limit}"), "functions.payments.reserved_concurrency=1".to_owned()];
        let overrides = Overrides { set: changes.to_vec(), ..Overrides::default() };
        let told = scenario::read(&text("reserve-the-most"), "app.yaml", &folder(), &overrides).unwrap_err();
        assert!(told.render(false).contains("below its minimum value of [100]"), "{limit}");
    }
}

#[test]
fn q24_a_weighted_alias_takes_no_provisioned_concurrency() {
    let told = refusal("canary-errors", "functions.api.aliases.live.provisioned_concurrency=10");
    assert!(told.contains("Alias with weights can not be used with Provisioned Concurrency"), "{told}");
    let report = question("canary-errors").report();
    // 2,400 in ten minutes, four standard deviations of 43.8 (and of the draw of the version).
    near(only(&report).versions["v2"].errors as f64, 2_400.0, 4.0 * 49.0);
}
