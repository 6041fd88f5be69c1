//! The bill: exact integers from billed milliseconds to dollars (S60 to S63).
//!
//! Usage is counted in MB·ms and requests, a rate is a decimal of the price list, and `quantity × rate` is exact in
//! [`Usd`]; only what is printed is rounded, half away from zero, by [`Usd::to_fixed`].
//!
//! ## Rounding comes before
//! An invocation is rounded up to the billing granularity where it ends, not here. Init and handler are billed
//! together as ⌈Init + Duration⌉; the part of Init is then ⌈Init + Duration⌉ − ⌈Duration⌉, so that both lines add up.
//!
//! ## Tiers
//! They count GB-seconds (Init included) of all functions of the region with one architecture in a calendar month. Functions
//! fill them in the order of the usage, so that which function pays the cheaper tier depends on that order; the sum
//! does not.
//!
//! ## Free tier
//! A credit in lines of its own at the rate of the first tier: GB-seconds of `x86_64` first, then of arm64. The cost of
//! one function is before that credit, which belongs to the account.

use std::collections::BTreeMap;

use indexmap::{IndexMap, IndexSet};

use crate::lambda::meter::Consumption;
use crate::platform::{Arch, FreeTier, LambdaPrices, Price};
use crate::units::{SimDuration, Usd};

use super::model::{CostLine, CostReport};

/// MB·ms in a GB-second: 1,024 MB for 1,000 ms.
const MB_MS_PER_GB_S: i128 = 1_024_000;

/// Length of the month of the projection (S63).
const MONTH: SimDuration = SimDuration::from_secs(30 * 86_400);

/// The steady part of a run, which took `span`, over a month; Inits of cold starts are left out (S63).
fn over_a_month(steady: Consumption, span: SimDuration) -> Consumption {
    let scale = |quantity: u128| {
        let (month, span) = (u128::from(MONTH.nanos()), u128::from(span.nanos()));
        quantity.saturating_mul(month).saturating_add(span / 2) / span
    };
    Consumption {
        requests: u64::try_from(scale(u128::from(steady.requests))).unwrap_or(u64::MAX),
        handler_mb_ms: scale(steady.handler_mb_ms),
        init_mb_ms: 0,
        storage_mb_ms: scale(steady.storage_mb_ms),
    }
}

/// The usage of one function on one architecture; a function that changed its architecture has two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionUsage {
    /// Name in the scenario.
    pub name: String,
    /// Instruction set, which decides rate and tier.
    pub arch: Arch,
    /// What it used.
    pub consumption: Consumption,
}

/// The part of a run that would go on like this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Steady {
    /// Usage of the requests that arrived after the warm-up, without Inits of cold starts; storage likewise.
    pub functions: Vec<FunctionUsage>,
    /// From the warm-up to the end of traffic.
    pub span: SimDuration,
}

/// What is to be billed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Usage {
    /// AWS region: it has the prices.
    pub region: String,
    /// Take the monthly free tier off.
    pub free_tier: bool,
    /// Usage by calendar month: tiers and free tier begin again with each.
    pub months: Vec<Vec<FunctionUsage>>,
    /// What the monthly projection scales; `None` when nothing is steady.
    pub steady: Option<Steady>,
}

/// A bill and its parts.
#[derive(Clone, Debug)]
pub struct Bill {
    /// Lines, total and projection.
    pub report: CostReport,
    /// Cost of each function, before any free tier; empty without prices.
    pub by_function: IndexMap<String, Usd>,
}

/// The bill of `usage`. A region whose prices are not known gets none, and says so.
pub fn bill(usage: &Usage) -> Bill {
    let Some(prices) = LambdaPrices::of_region(&usage.region) else {
        return unpriced(&usage.region);
    };
    let lines = lines_of(&prices, &usage.months, usage.free_tier);
    let mut by_function = IndexMap::new();
    for line in &lines {
        if let Some(function) = &line.function {
            *by_function.entry(function.clone()).or_insert(Usd::ZERO) += line.amount();
        }
    }
    let steady = usage.steady.as_ref().filter(|steady| {
        steady.span > SimDuration::ZERO
            && steady.functions.iter().any(|function| function.consumption.requests > 0)
    });
    let monthly_lines = steady.map(|steady| lines_of(&prices, &[projected(steady)], usage.free_tier));
    let report = CostReport {
        currency: "USD",
        priced: true,
        total: total(&lines),
        monthly: monthly_lines.as_deref().map(total),
        monthly_method: method(steady, usage.free_tier),
        price_source: sources(lines.iter().chain(monthly_lines.iter().flatten())),
        lines: lines.into_iter().map(Line::into_report).collect(),
        monthly_lines: monthly_lines.into_iter().flatten().map(Line::into_report).collect(),
    };
    Bill { report, by_function }
}

fn unpriced(region: &str) -> Bill {
    let reason = format!("Lambda's prices in {region} are not known; nothing is guessed from another region");
    let report = CostReport {
        currency: "USD",
        priced: false,
        lines: Vec::new(),
        total: Usd::ZERO,
        monthly: None,
        monthly_lines: Vec::new(),
        monthly_method: format!("none: {reason}"),
        price_source: format!("none: {reason}"),
    };
    Bill { report, by_function: IndexMap::new() }
}

fn projected(steady: &Steady) -> Vec<FunctionUsage> {
    let over_a_month = |function: &FunctionUsage| FunctionUsage {
        consumption: over_a_month(function.consumption, steady.span),
        ..function.clone()
    };
    steady.functions.iter().map(over_a_month).collect()
}

fn method(steady: Option<&Steady>, free_tier: bool) -> String {
    let Some(steady) = steady else {
        return "none: no request arrived between the warm-up and the end of traffic".to_owned();
    };
    let free = if free_tier { "less the free tier" } else { "without the free tier" };
    format!(
        "the steady part ({} of traffic after the warm-up, without the Inits of cold starts) scaled to 30 days; \
         tiers count from zero; {free}",
        steady.span
    )
}

/// Quantity in the unit that is priced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Unit {
    Request,
    GbSecond,
}

/// One line with its exact quantity: requests, or MB·ms.
#[derive(Clone, Debug)]
struct Line {
    function: Option<String>,
    item: &'static str,
    tier: usize,
    unit: Unit,
    quantity: i128,
    price: Price,
}

impl Line {
    fn amount(&self) -> Usd {
        match self.unit {
            Unit::Request => self.price.per_unit * self.quantity,
            // Exact: a rate has at most 13 decimals, and 10¹³ is a multiple of 1,024,000.
            Unit::GbSecond => Usd::from_units(self.price.per_unit.units() / MB_MS_PER_GB_S) * self.quantity,
        }
    }

    fn into_report(self) -> CostLine {
        let amount = self.amount();
        let (quantity, unit) = match self.unit {
            Unit::Request => (self.quantity as f64, "request"),
            Unit::GbSecond => (self.quantity as f64 / MB_MS_PER_GB_S as f64, "GB-s"),
        };
        let item = match self.tier {
            0 => self.item.to_owned(),
            tier => format!("{}, tier {}", self.item, tier + 1),
        };
        let rate = self.price.text.to_owned();
        let source = self.price.source.to_owned();
        CostLine { service: "lambda", item, function: self.function, quantity, unit, rate, amount, source }
    }
}

fn total(lines: &[Line]) -> Usd {
    lines.iter().map(Line::amount).sum()
}

fn sources<'a>(lines: impl Iterator<Item = &'a Line>) -> String {
    let distinct: IndexSet<&str> = lines.map(|line| line.price.source).collect();
    distinct.into_iter().collect::<Vec<_>>().join("; ")
}

/// The lines of all months; what differs only in its month is one line.
fn lines_of(prices: &LambdaPrices, months: &[Vec<FunctionUsage>], free_tier: bool) -> Vec<Line> {
    let mut merged: IndexMap<(Option<String>, &'static str, &'static str), Line> = IndexMap::new();
    for functions in months {
        for line in MonthBill::new(prices).lines(functions, free_tier) {
            let key = (line.function.clone(), line.item, line.price.text);
            let quantity = line.quantity;
            merged.entry(key).and_modify(|earlier| earlier.quantity += quantity).or_insert(line);
        }
    }
    merged.into_values().collect()
}

/// One calendar month: how far each architecture is into its tiers.
struct MonthBill<'a> {
    prices: &'a LambdaPrices,
    used_mb_ms: BTreeMap<Arch, u128>,
    requests: u64,
    lines: Vec<Line>,
}

impl<'a> MonthBill<'a> {
    fn new(prices: &'a LambdaPrices) -> Self {
        Self { prices, used_mb_ms: BTreeMap::new(), requests: 0, lines: Vec::new() }
    }

    fn lines(mut self, functions: &[FunctionUsage], free_tier: bool) -> Vec<Line> {
        for function in functions {
            let used = function.consumption;
            self.requests += used.requests;
            let request = self.prices.request.clone();
            self.line(Some(&function.name), "requests", Unit::Request, i128::from(used.requests), request);
            self.duration(function, "duration", used.handler_mb_ms);
            self.duration(function, "init duration", used.init_mb_ms);
            let storage = self.prices.ephemeral_storage.clone();
            let mb_ms = signed(used.storage_mb_ms);
            self.line(Some(&function.name), "ephemeral storage", Unit::GbSecond, mb_ms, storage);
        }
        if free_tier {
            self.credit(FreeTier::current());
        }
        self.lines
    }

    fn line(&mut self, function: Option<&str>, item: &'static str, unit: Unit, quantity: i128, price: Price) {
        if quantity != 0 {
            let function = function.map(str::to_owned);
            self.lines.push(Line { function, item, tier: 0, unit, quantity, price });
        }
    }

    /// GB-seconds from where the tiers of the architecture stand, a line for each tier that is touched.
    fn duration(&mut self, function: &FunctionUsage, item: &'static str, mut mb_ms: u128) {
        let used = self.used_mb_ms.entry(function.arch).or_default();
        for (tier, step) in self.prices.duration(function.arch).iter().enumerate() {
            let edge =
                step.up_to_gb_s.map_or(u128::MAX, |gb_s| u128::from(gb_s) * MB_MS_PER_GB_S.unsigned_abs());
            let here = mb_ms.min(edge.saturating_sub(*used));
            if here > 0 {
                *used += here;
                mb_ms -= here;
                let (function, price) = (Some(function.name.clone()), step.price.clone());
                self.lines.push(Line {
                    function,
                    item,
                    tier,
                    unit: Unit::GbSecond,
                    quantity: signed(here),
                    price,
                });
            }
        }
    }

    fn credit(&mut self, free: FreeTier) {
        let requests = i128::from(self.requests.min(free.requests));
        let request = Price { source: free.source, ..self.prices.request.clone() };
        self.line(None, "free tier: requests", Unit::Request, -requests, request);
        let mut left = u128::from(free.gb_s) * MB_MS_PER_GB_S.unsigned_abs();
        for (arch, item) in
            [(Arch::X86_64, "free tier: duration, x86_64"), (Arch::Arm64, "free tier: duration, arm64")]
        {
            let covered = left.min(self.used_mb_ms.get(&arch).copied().unwrap_or(0));
            left -= covered;
            if let Some(first) = self.prices.duration(arch).first() {
                let price = Price { source: free.source, ..first.price.clone() };
                self.line(None, item, Unit::GbSecond, -signed(covered), price);
            }
        }
    }
}

/// Usage beyond 10³² GB-seconds stays there.
fn signed(quantity: u128) -> i128 {
    i128::try_from(quantity).unwrap_or(i128::MAX)
}
