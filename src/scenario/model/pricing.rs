//! How the bill is computed.

use std::path::PathBuf;
use std::sync::Arc;

use crate::platform::{PriceBook, Service};

/// How the bill is computed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pricing {
    /// Take the monthly free tier off.
    pub free_tier: bool,
    /// What a Compute Savings Plan saves.
    pub savings_plan: SavingsPlan,
    /// Services on the bill.
    pub include: Vec<Service>,
    /// The prices.
    pub book: Arc<PriceBook>,
    /// The user's own prices, which are in [`Self::book`] already.
    pub own_prices: Option<PathBuf>,
}

impl Default for Pricing {
    /// Lambda alone, at the prices that come with the program.
    fn default() -> Self {
        Self {
            free_tier: false,
            savings_plan: SavingsPlan::Nothing,
            include: vec![Service::Lambda],
            book: PriceBook::current(),
            own_prices: None,
        }
    }
}

impl Pricing {
    /// Whether this service is on the bill.
    pub fn includes(&self, service: Service) -> bool {
        self.include.contains(&service)
    }
}

/// What a Compute Savings Plan saves on durations; requests and storage are never part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SavingsPlan {
    /// There is none.
    Nothing,
    /// So many millionths of the list price.
    Share(u32),
    /// The plan of the price list with this name.
    Listed(ListedPlan),
}

/// The plans whose rates the price list has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "AWS's names")]
pub enum ListedPlan {
    NoUpfront,
    AllUpfront,
}

impl ListedPlan {
    /// Its name in the price book.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoUpfront => "no upfront",
            Self::AllUpfront => "all upfront",
        }
    }
}
