//! The bill: exact integers from billed milliseconds to dollars (S60 to S64).
//!
//! Everything billed is a quantity of [`Metered`], counted in whole parts; a rate is a decimal of the price book, and
//! `quantity × rate` is exact in [`Usd`] (a rate per GB is rounded at the 26th decimal). Only what is printed is
//! rounded, half away from zero, by [`Usd::to_fixed`].
//!
//! ## Rounding comes before
//! An invocation is rounded up to the billing granularity where it ends, not here. Init and handler are billed
//! together as ⌈Init + Duration⌉; the part of Init is then ⌈Init + Duration⌉ − ⌈Duration⌉, so that both lines add up.
//!
//! ## Tiers
//! They count what the whole account uses of one thing in a calendar month (Init belongs to the duration of its
//! architecture). Functions fill them in the order of the usage, so that which function pays the cheaper tier depends on
//! that order; the sum does not. What lies above the tiers whose prices are known is named as not priced.
//!
//! ## Savings plan
//! A credit on durations, in a line for each that it touches. The plans of the price list have rates for the first tier,
//! so they save there; a share saves in every tier.
//!
//! ## Free tier
//! A credit in lines of its own at what the first tier costs after a savings plan: GB-seconds of `x86_64` first, then of
//! arm64. The cost of one function is before that credit, which belongs to the account.

mod month;
mod waste;

use std::sync::Arc;

use indexmap::{IndexMap, IndexSet};

use crate::lambda::meter::Consumption;
use crate::observe::{Waste, Wasted};
use crate::platform::{Arch, Metered, Service};
use crate::scenario::model::Pricing;
use crate::units::{SimDuration, Usd};

use super::figures::seconds;
use super::model::{CostLine, CostReport};
use month::{Line, MonthBill};

/// Length of the month of the projection (S63).
pub(super) const MONTH: SimDuration = SimDuration::from_secs(30 * 86_400);

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

/// A quantity of something metered other than requests, duration and storage of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeteredQuantity {
    /// Whose it is.
    pub owner: Owner,
    /// What.
    pub metered: Metered,
    /// How much, in the parts of its unit.
    pub quantity: u128,
}

/// Whose a line of the bill is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Owner {
    /// A function's.
    Function(String),
    /// That of another resource of the scenario: a queue, a stream, a gateway.
    Resource(String),
    /// The account's.
    Account,
}

/// What was used in a calendar month.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MonthUsage {
    /// Functions.
    pub functions: Vec<FunctionUsage>,
    /// Everything else.
    pub others: Vec<MeteredQuantity>,
}

/// The part of a run that would go on like this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Steady {
    /// Usage of the requests that arrived after the warm-up, without Inits of cold starts; storage likewise.
    pub usage: MonthUsage,
    /// From the warm-up to the end of traffic.
    pub span: SimDuration,
}

impl Steady {
    /// Request charges of all functions.
    pub fn requests(&self) -> u64 {
        self.usage.functions.iter().map(|function| function.consumption.requests).sum()
    }
}

/// What a function paid for nothing new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionWaste {
    /// Name in the scenario.
    pub name: String,
    /// Instruction set.
    pub arch: Arch,
    /// Why.
    pub why: Waste,
    /// How much.
    pub wasted: Wasted,
}

/// What is to be billed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Usage {
    /// AWS region.
    pub region: String,
    /// Prices, services, free tier, savings plan.
    pub pricing: Pricing,
    /// Usage by calendar month: tiers and free units begin again with each.
    pub months: Vec<MonthUsage>,
    /// What the monthly projection scales; `None` when nothing is steady.
    pub steady: Option<Steady>,
    /// Parts of `months` that paid for nothing new.
    pub wasted: Vec<FunctionWaste>,
    /// What in `months` is paid for more time than the run has: 5 minutes begun, 3 hours at least.
    pub rounded_up: Vec<MeteredQuantity>,
}

/// A bill and its parts.
#[derive(Clone, Debug)]
pub struct Bill {
    /// Lines, total and projection.
    pub report: CostReport,
    /// Cost of each function, before any free tier; empty without prices.
    pub by_function: IndexMap<String, Usd>,
}

/// The bill of `usage`. A region in which Lambda's prices are not known gets none, and says so.
pub fn bill(usage: &Usage) -> Bill {
    if !is_priced(usage) {
        return unpriced(&usage.region);
    }
    let (lines, mut missing) = lines_of(usage, &usage.months);
    let by_function = by_function(&lines);
    let prorated = prorated(usage);
    let steady =
        usage.steady.as_ref().filter(|steady| steady.span > SimDuration::ZERO && steady.requests() > 0);
    let monthly_lines = steady.map(|steady| {
        let (lines, above) = lines_of(usage, &[projected(steady)]);
        missing.extend(above);
        lines
    });
    let report = CostReport {
        currency: "USD",
        priced: true,
        total: total(&lines),
        prorated: prorated.as_ref().map(|(total, _)| *total),
        prorated_by_function: prorated.map(|(_, by_function)| by_function).unwrap_or_default(),
        monthly: monthly_lines.as_deref().map(total),
        monthly_method: method(steady, usage.pricing.free_tier),
        price_source: sources(lines.iter().chain(monthly_lines.iter().flatten())),
        waste: waste::lines(usage),
        not_priced: missing.into_iter().collect(),
        usage: Some(Arc::new(usage.clone())),
        lines: lines.into_iter().map(Line::into_report).collect(),
        monthly_lines: monthly_lines.into_iter().flatten().map(Line::into_report).collect(),
    };
    Bill { report, by_function }
}

fn by_function(lines: &[Line]) -> IndexMap<String, Usd> {
    let mut by_function = IndexMap::new();
    for line in lines {
        if let Owner::Function(function) = &line.owner {
            *by_function.entry(function.clone()).or_insert(Usd::ZERO) += line.amount();
        }
    }
    by_function
}

/// The bill without what is paid for more time than the run has, in all and by function; `None` where nothing is.
fn prorated(usage: &Usage) -> Option<(Usd, IndexMap<String, Usd>)> {
    let is_billed = |rounded: &&MeteredQuantity| usage.pricing.includes(rounded.metered.service());
    if !usage.rounded_up.iter().any(|rounded| is_billed(&rounded)) {
        return None;
    }
    let mut months = usage.months.clone();
    for rounded in &usage.rounded_up {
        let mut left = rounded.quantity;
        // What is rounded up lies behind the rest.
        for billed in months.iter_mut().rev().flat_map(|month| &mut month.others) {
            if billed.owner == rounded.owner && billed.metered == rounded.metered {
                let here = left.min(billed.quantity);
                billed.quantity -= here;
                left -= here;
            }
        }
    }
    let (lines, _) = lines_of(usage, &months);
    Some((total(&lines), by_function(&lines)))
}

/// What a calendar month with this usage costs, with free tier and savings plan; `None` where Lambda is not priced.
pub fn cost_of_month(usage: &Usage, month: &MonthUsage) -> Option<Usd> {
    is_priced(usage).then(|| total(&lines_of(usage, std::slice::from_ref(month)).0))
}

/// Whether every price of Lambda is known in the region.
fn is_priced(usage: &Usage) -> bool {
    let known = |metered: &Metered| usage.pricing.book.first_price(&usage.region, *metered).is_some();
    Service::Lambda.counted().iter().all(known)
}

fn unpriced(region: &str) -> Bill {
    let reason = format!("Lambda's prices in {region} are not known; nothing is guessed from another region");
    let report = CostReport {
        currency: "USD",
        priced: false,
        lines: Vec::new(),
        total: Usd::ZERO,
        prorated: None,
        prorated_by_function: IndexMap::new(),
        monthly: None,
        monthly_lines: Vec::new(),
        monthly_method: format!("none: {reason}"),
        price_source: format!("none: {reason}"),
        waste: Vec::new(),
        not_priced: Vec::new(),
        usage: None,
    };
    Bill { report, by_function: IndexMap::new() }
}

/// The steady part of a run over a month; Inits of cold starts are left out (S63).
fn projected(steady: &Steady) -> MonthUsage {
    let time = time_factor(steady);
    scaled(&steady.usage, time, time)
}

/// A month with so many invocations like those of the steady part: what follows traffic is more or less, what is paid by the
/// hour is as in the projection.
pub fn month_with(steady: &Steady, invocations: u64) -> MonthUsage {
    scaled(&steady.usage, (u128::from(invocations), u128::from(steady.requests())), time_factor(steady))
}

/// A month, in lengths of the steady part.
fn time_factor(steady: &Steady) -> (u128, u128) {
    (u128::from(MONTH.nanos()), u128::from(steady.span.nanos()))
}

/// `usage` times one fraction where it follows traffic, and times another where it is paid for time; each quantity rounded to
/// a whole part, without Inits.
fn scaled(usage: &MonthUsage, traffic: (u128, u128), time: (u128, u128)) -> MonthUsage {
    let scale_by = |quantity: u128, (numerator, denominator): (u128, u128)| {
        // In two steps, so that quantities of a month times nanoseconds of a month fit.
        let (whole, rest) = (quantity / denominator, quantity % denominator);
        let rest = rest.saturating_mul(numerator).saturating_add(denominator / 2) / denominator;
        whole.saturating_mul(numerator).saturating_add(rest)
    };
    let scale = |quantity: u128| scale_by(quantity, traffic);
    let function = |function: &FunctionUsage| {
        let used = function.consumption;
        let consumption = Consumption {
            requests: u64::try_from(scale(u128::from(used.requests))).unwrap_or(u64::MAX),
            handler_mb_ms: scale(used.handler_mb_ms),
            init_mb_ms: 0,
            provisioned_mb_ms: scale(used.provisioned_mb_ms),
            storage_mb_ms: scale(used.storage_mb_ms),
        };
        FunctionUsage { consumption, ..function.clone() }
    };
    let other = |other: &MeteredQuantity| {
        let factor = if other.metered.is_standing() { time } else { traffic };
        MeteredQuantity { quantity: scale_by(other.quantity, factor), ..other.clone() }
    };
    MonthUsage {
        functions: usage.functions.iter().map(function).collect(),
        others: usage.others.iter().map(other).collect(),
    }
}

fn method(steady: Option<&Steady>, free_tier: bool) -> String {
    let Some(steady) = steady else {
        return "none: no request arrived between the warm-up and the end of traffic".to_owned();
    };
    let free = if free_tier { "less the free tier" } else { "without the free tier" };
    format!(
        "the steady part ({} of traffic after the warm-up, without the Inits of cold starts) scaled to 30 days; \
         tiers count from zero; {free}",
        seconds(steady.span.seconds())
    )
}

fn total(lines: &[Line]) -> Usd {
    lines.iter().map(Line::amount).sum()
}

fn sources<'a>(lines: impl Iterator<Item = &'a Line>) -> String {
    // A handful among very many lines, nearly all of which share their text with one of them.
    let mut distinct: Vec<&Arc<str>> = Vec::new();
    for line in lines {
        let source = &line.price.source;
        let is_known = distinct.iter().any(|known| Arc::ptr_eq(known, source)) || distinct.contains(&source);
        if !is_known {
            distinct.push(source);
        }
    }
    distinct.into_iter().map(|source| &**source).collect::<Vec<_>>().join("; ")
}

/// The lines of all months, and what has no price; what differs only in its month is one line.
fn lines_of(usage: &Usage, months: &[MonthUsage]) -> (Vec<Line>, IndexSet<String>) {
    if let [month] = months {
        let bill = MonthBill::of(usage, month);
        return (bill.lines, bill.not_priced);
    }
    let mut merged: IndexMap<(Owner, Metered, String, String), Line> = IndexMap::new();
    let mut missing = IndexSet::new();
    for month in months {
        let bill = MonthBill::of(usage, month);
        for line in bill.lines {
            let key = (line.owner.clone(), line.metered, line.item.clone(), line.price.text.clone());
            let quantity = line.quantity;
            merged.entry(key).and_modify(|earlier| earlier.quantity += quantity).or_insert(line);
        }
        missing.extend(bill.not_priced);
    }
    (merged.into_values().collect(), missing)
}
