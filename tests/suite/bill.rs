//! The bill against AWS's price list, published cost vectors and worked examples.

use coldstart::lambda::meter::Consumption;
use coldstart::platform::{Arch, LambdaPrices, Profile, priced_regions};
use coldstart::report::model::{CostLine, CostReport};
use coldstart::report::{Bill, FunctionUsage, Steady, Usage, bill};
use coldstart::units::{Memory, SimDuration, Usd};

const MB_MS_PER_GB_S: u128 = 1_024_000;

/// `requests` of so many milliseconds each, and Inits of so many milliseconds in all.
fn invocations(requests: u64, handler_ms: u64, init_ms: u64, memory_mb: u32) -> Consumption {
    let memory = Memory::from_mb(memory_mb);
    let storage = Memory::from_mb(512);
    Consumption::new(requests, [requests * handler_ms, init_ms], memory, storage, &Profile::current())
}

fn gb_seconds(gb_s: u128) -> Consumption {
    Consumption { handler_mb_ms: gb_s * MB_MS_PER_GB_S, ..Consumption::default() }
}

fn function(name: &str, arch: Arch, consumption: Consumption) -> FunctionUsage {
    FunctionUsage { name: name.to_owned(), arch, consumption }
}

fn usage(region: &str, functions: Vec<FunctionUsage>) -> Usage {
    Usage { region: region.to_owned(), free_tier: false, months: vec![functions], steady: None }
}

fn virginia(arch: Arch, consumption: Consumption) -> CostReport {
    bill(&usage("us-east-1", vec![function("api", arch, consumption)])).report
}

fn usd(text: &str) -> Usd {
    Usd::from_decimal(text).unwrap()
}

fn amounts(report: &CostReport, item: &str) -> Vec<String> {
    let lines = report.lines.iter().filter(|line| line.item.starts_with(item));
    lines.map(|line| line.amount.to_fixed(2)).collect()
}

fn line<'a>(report: &'a CostReport, item: &str) -> &'a CostLine {
    report.lines.iter().find(|line| line.item == item).unwrap_or_else(|| panic!("no line {item}: {report:?}"))
}

fn oracles(prefix: &str) -> Vec<serde_json::Value> {
    let all: Vec<serde_json::Value> = serde_json::from_str(include_str!("../data/oracles.json")).unwrap();
    let chosen: Vec<_> =
        all.into_iter().filter(|row| row["id"].as_str().unwrap().starts_with(prefix)).collect();
    assert!(!chosen.is_empty());
    chosen
}

#[test]
fn duration_follows_the_tiers_of_the_price_list() {
    for oracle in oracles("TIER-") {
        let gb_s = gb_seconds(oracle["inputs"]["gb_s"].as_f64().unwrap() as u128);
        for (arch, key) in [(Arch::X86_64, "x86_usd"), (Arch::Arm64, "arm_usd")] {
            let expected = oracle["expected"][key].as_f64().unwrap();
            let found = virginia(arch, gb_s).total.dollars();
            assert!((found - expected).abs() < 1e-6, "{} {arch}: {found} is not {expected}", oracle["id"]);
        }
    }
}

#[test]
fn ten_million_requests_cost_twelve_dollars_and_five_with_the_free_tier() {
    let oracle = &oracles("COST-512")[0];
    let consumption = invocations(10_000_000, 120, 0, 512);
    let report = virginia(Arch::X86_64, consumption);
    let expected = |key: &str| usd(&oracle["expected"][key].to_string());
    assert_eq!(line(&report, "duration").quantity, oracle["expected"]["gb_s"].as_f64().unwrap());
    assert_eq!(line(&report, "duration").amount, expected("duration_usd"));
    assert_eq!(line(&report, "requests").amount, usd("2"));
    assert_eq!(report.total, expected("total_usd"));

    let free =
        Usage { free_tier: true, ..usage("us-east-1", vec![function("api", Arch::X86_64, consumption)]) };
    let Bill { report, by_function } = bill(&free);
    assert_eq!(report.total, expected("with_free_tier_usd"));
    assert_eq!(line(&report, "free tier: requests").quantity, -1_000_000.0);
    assert_eq!(line(&report, "free tier: duration, x86_64").quantity, -400_000.0);
    // The credit belongs to the account, not to a function.
    assert_eq!(by_function["api"], expected("total_usd"));
}

#[test]
fn the_cost_vectors_of_infracost_hold_to_the_cent() {
    let tiers = |arch, gb_s| amounts(&virginia(arch, gb_seconds(gb_s)), "duration");
    assert_eq!(tiers(Arch::X86_64, 61_440_000_000), ["100000.20", "135000.00", "619203.10"]);
    assert_eq!(tiers(Arch::X86_64, 9_216_000_000), ["100000.20", "48240.00"]);
    assert_eq!(tiers(Arch::X86_64, 3_072_000_000), ["51200.10"]);
    assert_eq!(tiers(Arch::Arm64, 74_752_000_000), ["100000.50", "135001.13", "597356.53"]);
    assert_eq!(tiers(Arch::Arm64, 11_520_000_000), ["100000.50", "48240.40"]);
    assert_eq!(tiers(Arch::Arm64, 3_840_000_000), ["51200.26"]);
    let calls = |arch, memory| virginia(arch, invocations(100_000, 350, 0, memory));
    assert_eq!(line(&calls(Arch::X86_64, 512), "duration").quantity, 17_500.0);
    assert_eq!(amounts(&calls(Arch::X86_64, 512), ""), ["0.02", "0.29"]);
    assert_eq!(amounts(&calls(Arch::Arm64, 512), ""), ["0.02", "0.23"]);
    assert_eq!(amounts(&calls(Arch::X86_64, 128), "duration"), ["0.07"]);
    assert_eq!(amounts(&calls(Arch::Arm64, 128), "duration"), ["0.06"]);
}

#[test]
fn a_tier_is_shared_by_all_functions_of_an_architecture_and_by_no_other() {
    let both = bill(&usage(
        "us-east-1",
        vec![
            function("first", Arch::X86_64, gb_seconds(4_000_000_000)),
            function("second", Arch::X86_64, gb_seconds(5_000_000_000)),
            function("third", Arch::Arm64, gb_seconds(1_000_000_000)),
        ],
    ));
    let alone = virginia(Arch::X86_64, gb_seconds(9_000_000_000));
    let arm = virginia(Arch::Arm64, gb_seconds(1_000_000_000));
    assert_eq!(both.report.total, alone.total + arm.total);
    let split: Vec<_> = both.report.lines.iter().map(|line| (line.item.as_str(), line.quantity)).collect();
    assert_eq!(split, [("duration", 4e9), ("duration", 2e9), ("duration, tier 2", 3e9), ("duration", 1e9)]);
    let sum: Usd = both.by_function.values().copied().sum();
    assert_eq!(sum, both.report.total);
}

#[test]
fn tiers_and_free_tier_begin_again_each_calendar_month() {
    let month = || vec![function("api", Arch::X86_64, gb_seconds(6_000_000_000))];
    let twice = Usage { free_tier: true, months: vec![month(), month()], ..usage("us-east-1", Vec::new()) };
    let report = bill(&twice).report;
    assert_eq!(line(&report, "duration").amount, usd("200000.4"));
    assert_eq!(line(&report, "free tier: duration, x86_64").quantity, -800_000.0);
    assert!(report.lines.iter().all(|line| !line.item.contains("tier 2")));
}

#[test]
fn the_first_minutes_of_hello_world_cost_what_its_report_says() {
    let steady = Steady {
        functions: vec![function("hello", Arch::X86_64, invocations(6_000, 120, 0, 512))],
        span: SimDuration::from_secs(300),
    };
    let hello = function("hello", Arch::X86_64, invocations(6_000, 120, 11 * 400, 512));
    let report = bill(&Usage { steady: Some(steady), ..usage("us-east-1", vec![hello]) }).report;
    assert_eq!(line(&report, "duration").quantity, 360.0);
    assert_eq!(line(&report, "init duration").quantity, 2.2);
    let duration = line(&report, "duration").amount + line(&report, "init duration").amount;
    assert_eq!(
        (duration.to_fixed(6).as_str(), line(&report, "requests").amount),
        ("0.006037", usd("0.0012"))
    );
    assert_eq!(report.total.to_fixed(7), "0.0072367");

    let monthly: Vec<_> = report
        .monthly_lines
        .iter()
        .map(|line| (line.item.as_str(), line.quantity, line.amount.to_fixed(2)))
        .collect();
    assert_eq!(
        monthly,
        [("requests", 51_840_000.0, "10.37".to_owned()), ("duration", 3_110_400.0, "51.84".to_owned())]
    );
    assert_eq!(report.monthly.unwrap().to_fixed(2), "62.21");
    assert!(report.monthly_method.contains("5m of traffic"), "{}", report.monthly_method);
}

#[test]
fn the_projection_leaves_cold_starts_out_even_when_the_caller_forgets_to() {
    let with_inits = Steady {
        functions: vec![function("hello", Arch::X86_64, invocations(6_000, 120, 4_400, 512))],
        span: SimDuration::from_secs(300),
    };
    let report = bill(&Usage { steady: Some(with_inits), ..usage("us-east-1", Vec::new()) }).report;
    assert_eq!(report.monthly.unwrap().to_fixed(2), "62.21");
}

#[test]
fn nothing_steady_gives_no_projection_and_says_why() {
    let report = virginia(Arch::X86_64, invocations(1, 100, 0, 128));
    assert_eq!(report.monthly, None);
    assert!(report.monthly_method.starts_with("none:"), "{}", report.monthly_method);
}

/// AWS prints 0.024628, 0.028035, 0.026830 and 0.024638 with unrounded durations and a rounded rate: 0.1 %.
#[test]
fn the_prime_number_function_costs_least_at_both_ends_of_the_memory_range() {
    let rows = [
        (128, 11_722, "0.024621", 0.024_628),
        (256, 6_678, "0.028025", 0.028_035),
        (512, 3_194, "0.026817", 0.026_830),
        (1_024, 1_465, "0.024617", 0.024_638),
    ];
    for (memory, millis, printed, aws) in rows {
        let report = virginia(Arch::X86_64, invocations(1_000, millis, 0, memory));
        assert_eq!(report.total.to_fixed(6), printed, "{memory} MB");
        assert!((report.total.dollars() / aws - 1.0).abs() < 1e-3, "{memory} MB");
    }
}

#[test]
fn billing_init_adds_fifteen_percent_where_one_request_in_a_hundred_is_cold() {
    let before = virginia(Arch::X86_64, invocations(1_000_000, 100, 0, 512));
    let after = virginia(Arch::X86_64, invocations(1_000_000, 100, 10_000 * 1_500, 512));
    let requests = usd("0.2");
    assert_eq!((before.total - requests).to_fixed(4), "0.8333");
    assert_eq!((after.total - requests).to_fixed(4), "0.9583");
    assert_eq!(line(&after, "requests").amount, requests);
}

#[test]
fn ten_million_calls_of_200_ms_cost_eighteen_dollars_and_fifty_million_ninety_three() {
    let calls = |millions: u64| virginia(Arch::X86_64, invocations(millions * 1_000_000, 200, 0, 512));
    assert_eq!(calls(1).total.to_fixed(5), "1.86667");
    assert_eq!(calls(10).total.to_fixed(2), "18.67");
    assert_eq!(calls(50).total.to_fixed(2), "93.33");
}

#[test]
fn storage_is_charged_above_512_mb_and_for_init_time_too() {
    let (memory, profile) = (Memory::from_mb(128), Profile::current());
    let tmp = |size| Consumption::new(1, [9_000, 1_000], memory, Memory::from_mb(size), &profile);
    let report = virginia(Arch::X86_64, tmp(1_536));
    assert_eq!(line(&report, "ephemeral storage").quantity, 10.0);
    assert_eq!(line(&report, "ephemeral storage").amount, usd("0.000000309"));
    assert!(virginia(Arch::X86_64, tmp(512)).lines.iter().all(|line| line.item != "ephemeral storage"));
}

#[test]
fn every_region_of_the_price_book_gives_an_exact_bill_or_says_that_it_has_no_price() {
    for region in priced_regions() {
        let odd = Consumption { requests: 7, handler_mb_ms: 7_001, init_mb_ms: 13, storage_mb_ms: 3 };
        for arch in [Arch::X86_64, Arch::Arm64] {
            let Bill { report, by_function } = bill(&usage(region, vec![function("api", arch, odd)]));
            let Some(prices) = LambdaPrices::of_region(region) else {
                assert!(!report.priced && report.lines.is_empty() && by_function.is_empty(), "{region}");
                assert!(report.price_source.contains(region), "{}", report.price_source);
                continue;
            };
            assert!(report.priced, "{region}");
            let rate = prices.duration(arch)[0].price.per_unit;
            // The same number the long way round: multiply first, divide last, and nothing may be left over.
            let product = rate.units() * 7_001;
            assert_eq!(product % 1_024_000, 0, "{region}: not exact");
            assert_eq!(line(&report, "duration").amount, Usd::from_units(product / 1_024_000), "{region}");
            assert_eq!(report.total, report.lines.iter().map(|line| line.amount).sum(), "{region}");
        }
    }
}

#[test]
fn an_inferred_price_shows_as_inferred_on_its_line() {
    let big =
        bill(&usage("eu-west-1", vec![function("api", Arch::X86_64, gb_seconds(7_000_000_000))])).report;
    let inferred: Vec<bool> = big.lines.iter().map(|line| line.source.starts_with("INFERRED:")).collect();
    assert_eq!(inferred, [false, true]);
    assert!(big.price_source.contains("INFERRED:"), "{}", big.price_source);
}

#[test]
fn a_line_of_the_json_carries_every_digit_of_its_amount() {
    let report = virginia(Arch::X86_64, invocations(1, 1, 0, 129));
    let json = serde_json::to_string(line(&report, "duration")).unwrap();
    // 129 MB·ms ÷ 1,024,000 × 0.0000166667.
    assert!(json.contains(r#""amount":0.0000000020996135742"#), "{json}");
}
