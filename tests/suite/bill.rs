//! The bill against AWS's price list, published cost vectors and worked examples.

use coldstart::lambda::meter::Consumption;
use coldstart::observe::{Waste, Wasted};
use coldstart::platform::{Arch, Metered, PriceBook, Profile, Service};
use coldstart::report::model::{CostLine, CostReport};
use coldstart::report::{
    Bill, FunctionUsage, FunctionWaste, MeteredQuantity, MonthUsage, Owner, Steady, Usage, bill,
};
use coldstart::scenario::model::{ListedPlan, Pricing, SavingsPlan};
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

fn month(functions: Vec<FunctionUsage>) -> MonthUsage {
    MonthUsage { functions, others: Vec::new() }
}

fn usage(region: &str, functions: Vec<FunctionUsage>) -> Usage {
    Usage {
        region: region.to_owned(),
        pricing: Pricing::default(),
        months: vec![month(functions)],
        steady: None,
        wasted: Vec::new(),
        rounded_up: Vec::new(),
    }
}

fn with_free_tier() -> Pricing {
    Pricing { free_tier: true, ..Pricing::default() }
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

    let free = Usage {
        pricing: with_free_tier(),
        ..usage("us-east-1", vec![function("api", Arch::X86_64, consumption)])
    };
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
    let month = || month(vec![function("api", Arch::X86_64, gb_seconds(6_000_000_000))]);
    let twice =
        Usage { pricing: with_free_tier(), months: vec![month(), month()], ..usage("us-east-1", Vec::new()) };
    let report = bill(&twice).report;
    assert_eq!(line(&report, "duration").amount, usd("200000.4"));
    assert_eq!(line(&report, "free tier: duration, x86_64").quantity, -800_000.0);
    assert!(report.lines.iter().all(|line| !line.item.contains("tier 2")));
}

#[test]
fn the_first_minutes_of_hello_world_cost_what_its_report_says() {
    let steady = Steady {
        usage: month(vec![function("hello", Arch::X86_64, invocations(6_000, 120, 0, 512))]),
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
    assert!(report.monthly_method.contains("5m00s of traffic"), "{}", report.monthly_method);
}

#[test]
fn the_projection_leaves_cold_starts_out_even_when_the_caller_forgets_to() {
    let with_inits = Steady {
        usage: month(vec![function("hello", Arch::X86_64, invocations(6_000, 120, 4_400, 512))]),
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
    let book = PriceBook::current();
    let mut priced = 0;
    for region in book.regions() {
        let odd = Consumption {
            requests: 7,
            handler_mb_ms: 7_001,
            init_mb_ms: 13,
            storage_mb_ms: 3,
            ..Consumption::default()
        };
        for arch in [Arch::X86_64, Arch::Arm64] {
            let Bill { report, by_function } = bill(&usage(region, vec![function("api", arch, odd)]));
            let known = Service::Lambda.counted().iter().all(|one| book.first_price(region, *one).is_some());
            assert_eq!(report.priced, known, "{region}");
            if !known {
                assert!(report.lines.is_empty() && by_function.is_empty(), "{region}");
                assert!(report.price_source.contains(region), "{}", report.price_source);
                continue;
            }
            priced += 1;
            let rate = book.first_price(region, Metered::LambdaDuration(arch)).unwrap().per_unit;
            // The same number the long way round: multiply first, divide last, and nothing may be left over.
            let product = rate.units() * 7_001;
            assert_eq!(product % 1_024_000, 0, "{region}: not exact");
            assert_eq!(line(&report, "duration").amount, Usd::from_units(product / 1_024_000), "{region}");
            assert_eq!(report.total, report.lines.iter().map(|line| line.amount).sum(), "{region}");
        }
    }
    assert_eq!((book.regions().len(), priced), (33, 2 * 24));
    let totals = |region: &str| bill(&usage(region, Vec::new())).report.priced;
    // Of the Emirates only the GB-seconds are known.
    assert!(!totals("me-central-1") && !totals("mars-north-1") && totals("af-south-1"));
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

fn metered(owner: Owner, metered: Metered, units: u128) -> MeteredQuantity {
    MeteredQuantity { owner, metered, quantity: units * u128::from(metered.unit().parts) }
}

/// A month of one function in Virginia and of what stands around it.
fn month_of(pricing: Pricing, consumption: Consumption, others: &[(Metered, u128)]) -> CostReport {
    let functions = vec![function("api", Arch::X86_64, consumption)];
    let owner = || Owner::Function("api".to_owned());
    let others = others.iter().map(|(what, units)| metered(owner(), *what, *units)).collect();
    let months = vec![MonthUsage { functions, others }];
    bill(&Usage { pricing, months, ..usage("us-east-1", Vec::new()) }).report
}

fn cents(report: &CostReport) -> String {
    report.total.to_fixed(2)
}

/// The examples of aws.amazon.com/lambda/pricing as of 2026-09, in its order; where AWS adds rounded lines, the sum of
/// exact ones is within a cent.
#[test]
fn the_examples_of_the_pricing_page_hold_to_the_cent() {
    let free = with_free_tier;
    // Mobile application backend: 3 M × 120 ms × 1,536 MB.
    let backend = month_of(free(), invocations(3_000_000, 120, 0, 1_536), &[]);
    assert_eq!(line(&backend, "duration").quantity, 540_000.0);
    assert_eq!(cents(&backend), "2.73");
    // Telemetry of 10,000 vehicles: 7.44 M × 2 s × 1 GB, without the free tier.
    let telemetry = month_of(Pricing::default(), invocations(7_440_000, 2_000, 0, 1_024), &[]);
    assert_eq!(amounts(&telemetry, ""), ["1.49", "248.00"]);
    assert_eq!(cents(&telemetry), "249.49");
    // Customer support: 6 M × 280 ms × 4,096 MB with 2,048 MB of /tmp.
    let (memory, tmp, profile) = (Memory::from_mb(4_096), Memory::from_mb(2_048), Profile::current());
    let support = Consumption::new(6_000_000, [6_000_000 * 280, 0], memory, tmp, &profile);
    let support = month_of(free(), support, &[]);
    assert_eq!(line(&support, "ephemeral storage").quantity, 2_520_000.0);
    assert_eq!(cents(&support), "106.41");
    // SnapStart for the vehicles: one version for 31 days, one request in a hundred restored.
    let snapshot = [(Metered::SnapStartCache, 2_678_400), (Metered::SnapStartRestores, 74_400)];
    let snapshot = month_of(Pricing::default(), invocations(7_440_000, 2_000, 0, 1_024), &snapshot);
    assert_eq!(amounts(&snapshot, "SnapStart"), ["4.03", "10.40"]);
    assert_eq!(cents(&snapshot), "263.92");
    // Streamed responses: 1 M of them are 1 MB above the first 6 MB.
    let web = month_of(free(), invocations(3_000_000, 500, 0, 1_536), &[]);
    let streamed = MeteredQuantity {
        owner: Owner::Account,
        metered: Metered::StreamedResponses,
        quantity: 1_000_000 << 20,
    };
    let months = vec![MonthUsage { functions: Vec::new(), others: vec![streamed] }];
    let streamed = bill(&Usage { months, ..usage("us-east-1", Vec::new()) }).report;
    assert_eq!((cents(&web), cents(&streamed)), ("31.23".to_owned(), "7.81".to_owned()));
    assert_eq!((web.total + streamed.total).to_fixed(2), "39.05", "AWS adds rounded lines: 39.04");
    // Pollers of Kafka and of SQS.
    let kafka = month_of(free(), gb_seconds(60_000_000), &[(Metered::KafkaPollerTime, 800)]);
    assert_eq!(amounts(&kafka, "Kafka"), ["148.00"]);
    assert_eq!((kafka.total + usd("12")).to_fixed(1), "1153.3");
    let sqs = [(Metered::SqsPollerTime, 8_000)];
    let sqs = month_of(Pricing::default(), invocations(30_000_000, 1_000, 0, 1_024), &sqs);
    assert_eq!(sqs.total.to_fixed(0), "580");
}

#[test]
fn provisioned_concurrency_costs_what_the_pricing_page_and_the_questions_say() {
    let held = |count: u128, mb: u128, seconds: u128| {
        let used = [(Metered::ProvisionedHeld(Arch::X86_64), count * mb * seconds / 1_024)];
        month_of(Pricing::default(), Consumption::default(), &used)
    };
    // Question 3.
    assert_eq!(cents(&held(200, 512, 31 * 86_400)), "1116.01");
    assert_eq!(cents(&held(50, 1_024, 30 * 86_400)), "540.00");
    assert_eq!(cents(&held(10, 1_024, 30 * 86_400)), "108.00");
    let used = [
        (Metered::ProvisionedHeld(Arch::X86_64), 1_000 * 7_200),
        (Metered::ProvisionedDuration(Arch::X86_64), 1_200_000),
    ];
    let requests = Consumption { requests: 1_200_000, ..Consumption::default() };
    let launch = month_of(Pricing::default(), requests, &used);
    assert_eq!(amounts(&launch, ""), ["0.24", "30.00", "11.67"]);
    assert_eq!(cents(&launch), "41.91");
    // The pricing page: 100 for eight hours of 1,536 MB, half a million requests of 100 ms there and 2.5 M of 120 ms.
    let used = [
        (Metered::ProvisionedHeld(Arch::X86_64), 4_320_000),
        (Metered::ProvisionedDuration(Arch::X86_64), 75_000),
    ];
    let on_demand = Consumption { requests: 3_000_000, ..gb_seconds(450_000) };
    assert_eq!(cents(&month_of(with_free_tier(), on_demand, &used)), "19.96");
    // And seven for a day of 4,096 MB.
    let used = [
        (Metered::ProvisionedHeld(Arch::X86_64), 2_419_200),
        (Metered::ProvisionedDuration(Arch::X86_64), 2_240_000),
    ];
    let requests = Consumption { requests: 2_000_000, ..Consumption::default() };
    assert_eq!(cents(&month_of(Pricing::default(), requests, &used)), "32.26");
}

/// Question 23: Python, 1 GB, one version, 30 days.
#[test]
fn q23_snapstart_costs_eighteen_dollars_or_five_hundred_and_sixty_three_by_its_restores() {
    let snapshot = |restores: u128| {
        let used = [(Metered::SnapStartCache, 30 * 86_400), (Metered::SnapStartRestores, restores)];
        month_of(Pricing::default(), Consumption::default(), &used)
    };
    assert_eq!(amounts(&snapshot(100_000), ""), ["3.90", "13.98"]);
    assert_eq!(cents(&snapshot(100_000)), "17.88");
    assert_eq!(cents(&snapshot(4_000_000)), "563.10");
}

/// A month of what stands around Lambda, by the prices of the data.
#[test]
fn surrounding_services_are_billed_by_their_own_tiers_and_free_units() {
    let include = vec![Service::Sqs, Service::ApiGateway, Service::DataTransfer, Service::Logs, Service::Nat];
    let pricing = Pricing { include, ..Pricing::default() };
    let others = vec![
        metered(Owner::Resource("jobs".to_owned()), Metered::SqsRequests, 3_000_000),
        metered(Owner::Resource("jobs.fifo".to_owned()), Metered::SqsFifoRequests, 2_000_000),
        metered(Owner::Resource("public".to_owned()), Metered::RestApiRequests, 1_333_000_000),
        metered(Owner::Function("api".to_owned()), Metered::LogsIngested, 10),
        metered(Owner::Account, Metered::NatTime, 720),
        metered(Owner::Account, Metered::InternetOut, 60_000),
    ];
    let months = vec![MonthUsage { functions: Vec::new(), others }];
    let used = Usage { pricing: pricing.clone(), months, ..usage("us-east-1", Vec::new()) };
    let report = bill(&used).report;
    let told: Vec<_> = report
        .lines
        .iter()
        .map(|line| format!("{} {} {}", line.service, line.item, line.amount.to_fixed(2)))
        .collect();
    assert_eq!(
        told,
        [
            "sqs requests 1.20",
            "sqs FIFO requests 1.00",
            "api_gateway REST requests 1165.50",
            "api_gateway REST requests, tier 2 1867.60",
            "api_gateway REST requests, tier 3 792.54",
            "logs ingested 5.00",
            "nat gateway 32.40",
            "data_transfer out to the internet 921.60",
            "data_transfer out to the internet, tier 2 3481.60",
            "data_transfer out to the internet, tier 3 616.00",
        ]
    );
    assert_eq!(report.lines[0].resource.as_deref(), Some("jobs"));

    let free = bill(&Usage { pricing: Pricing { free_tier: true, ..pricing }, ..used }).report;
    let credits: Vec<_> = free.lines[10..].iter().map(|line| (line.item.as_str(), line.quantity)).collect();
    assert_eq!(
        credits,
        [("free tier: sqs requests", -1_000_000.0), ("free tier: data_transfer out to the internet", -100.0)]
    );
    assert_eq!((report.total - free.total).to_fixed(2), "9.40");
}

#[test]
fn what_lies_above_the_known_tiers_is_named_and_not_billed() {
    let include = vec![Service::Lambda, Service::DataTransfer];
    let pricing = Pricing { include, ..Pricing::default() };
    let report = month_of(pricing, Consumption::default(), &[(Metered::InternetOut, 153_601)]);
    assert_eq!(
        report.not_priced,
        ["no price is known for 1 GB of data_transfer (out to the internet) in us-east-1"]
    );
    assert_eq!(report.lines.iter().map(|line| line.quantity).sum::<f64>(), 153_600.0);
}

#[test]
fn what_the_bill_does_not_include_is_not_on_it() {
    let pricing = Pricing { include: vec![Service::Logs], ..Pricing::default() };
    let report = month_of(pricing, invocations(1_000, 100, 0, 512), &[(Metered::LogsIngested, 2)]);
    assert_eq!(amounts(&report, ""), ["1.00"]);
}

#[test]
fn a_savings_plan_saves_on_durations_alone_and_before_the_free_tier() {
    let saving = |savings_plan| Pricing { savings_plan, ..Pricing::default() };
    let used = invocations(10_000_000, 120, 1_000_000, 512);
    let twelve = month_of(saving(SavingsPlan::Share(120_000)), used, &[]);
    let without = month_of(Pricing::default(), used, &[]);
    let duration = line(&without, "duration").amount + line(&without, "init duration").amount;
    assert_eq!(without.total - twelve.total, Usd::from_units(duration.units() / 100 * 12));
    assert_eq!(line(&twelve, "requests").amount, usd("2"));
    assert_eq!(line(&twelve, "savings plan: duration").rate, "-0.000002000004");

    let listed = month_of(saving(SavingsPlan::Listed(ListedPlan::NoUpfront)), gb_seconds(1_000_000), &[]);
    assert_eq!(listed.total, usd("14.7"));
    assert_eq!(line(&listed, "savings plan: duration").rate, "-0.0000019667");

    // 400,000 of the million are free; the others cost what the plan asks.
    let pricing = Pricing { free_tier: true, ..saving(SavingsPlan::Listed(ListedPlan::AllUpfront)) };
    let free = month_of(pricing, gb_seconds(1_000_000), &[]);
    assert_eq!(free.total, usd("0.0000138") * 600_000);
    assert_eq!(line(&free, "free tier: duration, x86_64").rate, "0.0000138");
}

#[test]
fn prices_of_the_users_own_take_the_place_of_the_list() {
    let own = "region,arch,item,price_usd\nus-east-1,any,lambda request,0.0000001\n";
    let book = PriceBook::current().overridden_by(own, "mine.csv").unwrap();
    let report = month_of(
        Pricing { book: book.into(), ..Pricing::default() },
        invocations(1_000_000, 1, 0, 1_024),
        &[],
    );
    assert_eq!(line(&report, "requests").amount, usd("0.1"));
    assert!(report.price_source.starts_with("mine.csv, line 2; "), "{}", report.price_source);
}

#[test]
fn what_was_wasted_is_a_part_of_the_bill_and_named_by_cause() {
    let consumption = invocations(1_000, 100, 4_000, 512);
    let wasted = |why, invocations: u64| FunctionWaste {
        name: "api".to_owned(),
        arch: Arch::X86_64,
        why,
        wasted: Wasted { invocations, consumption: self::invocations(invocations, 100, 0, 512) },
    };
    let report = bill(&Usage {
        wasted: vec![wasted(Waste::Timeouts, 10), wasted(Waste::Retries, 20)],
        ..usage("us-east-1", vec![function("api", Arch::X86_64, consumption)])
    })
    .report;
    let told: Vec<_> =
        report.waste.iter().map(|line| (line.cause, line.invocations, line.gb_s, line.amount)).collect();
    assert_eq!(
        told,
        [
            ("init", 0, 2.0, usd("0.0000333334")),
            ("retries", 20, 1.0, usd("0.0000206667")),
            ("timeouts", 10, 0.5, usd("0.00001033335")),
        ]
    );
    assert_eq!(report.waste[0].amount, line(&report, "init duration").amount);
    assert_eq!(report.total, report.lines.iter().map(|line| line.amount).sum());
}
