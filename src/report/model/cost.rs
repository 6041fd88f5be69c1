//! The bill.

use std::sync::Arc;

use indexmap::IndexMap;
use serde::Serialize;

use crate::units::Usd;

use super::super::bill::Usage;

/// The bill.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract")]
pub struct CostReport {
    pub currency: &'static str,
    /// Whether prices are known for the region; if not, there are no lines.
    pub priced: bool,
    pub lines: Vec<CostLine>,
    pub total: Usd,
    /// The total with what is paid for time counted by that time in the run; absent where nothing is rounded up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prorated: Option<Usd>,
    /// Likewise the cost of each function, where it differs.
    #[serde(skip)]
    pub prorated_by_function: IndexMap<String, Usd>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub monthly: Option<Usd>,
    /// The projection's own lines.
    pub monthly_lines: Vec<CostLine>,
    pub monthly_method: String,
    pub price_source: String,
    /// Parts of the bill that paid for nothing new.
    pub waste: Vec<WasteLine>,
    /// What was used and has no price, in words.
    pub not_priced: Vec<String>,
    /// What the bill was made of, for questions about other traffic; absent without prices.
    #[serde(skip)]
    pub usage: Option<Arc<Usage>>,
}

impl CostReport {
    /// What of the run was paid for nothing new, by cause; nothing where only Inits were.
    pub fn wasted_by_cause(&self) -> Vec<(&'static str, Usd)> {
        let mut causes: IndexMap<&'static str, Usd> = IndexMap::new();
        for line in &self.waste {
            *causes.entry(line.cause).or_insert(Usd::ZERO) += line.amount;
        }
        if causes.keys().all(|cause| *cause == "init") { Vec::new() } else { causes.into_iter().collect() }
    }
}

/// A part of the bill that paid for nothing new, at the price list's first tier.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract")]
pub struct WasteLine {
    /// `init`, `idle provisioned concurrency`, `retries`, `timeouts` or `errors`.
    pub cause: &'static str,
    pub function: String,
    /// Invocations; 0 for `init`, which is a part of invocations, and for what nobody used.
    pub invocations: u64,
    pub gb_s: f64,
    pub amount: Usd,
}

/// One line of the bill: quantity × rate = amount.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract")]
pub struct CostLine {
    pub service: &'static str,
    pub item: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub function: Option<String>,
    /// Another resource of the scenario, such as a queue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    pub quantity: f64,
    pub unit: &'static str,
    /// As in the price list.
    pub rate: String,
    pub amount: Usd,
    /// Where the rate stands; begins with `INFERRED:` when it only follows from a pattern.
    pub source: String,
}
