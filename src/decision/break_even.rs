//! How much traffic a fixed sum of money a month buys (`cost --breakeven`).

use serde::Serialize;

use crate::report::{Usage, cost_of_month, month_with};
use crate::scenario::model::{Arch, Metered};
use crate::units::Usd;

/// Invocations a month beyond which nothing is searched.
pub(super) const MOST: u64 = 1_000_000_000_000;

/// Where Lambda costs as much as something for a fixed sum a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct BreakEven {
    /// What the other costs a month.
    pub budget: Usd,
    /// The most invocations a month that cost no more; `None` beyond a million million. None at all are 0, also where what
    /// is paid by the hour costs more by itself.
    pub invocations: Option<u64>,
    /// What these cost.
    pub cost: Usd,
}

/// The share of its time that provisioned concurrency has to be busy so that it costs no more than environments on demand:
/// held / (on demand − used), at the first tier of the price list; `None` where a price is not known.
pub fn break_even_utilisation(usage: &Usage, arch: Arch) -> Option<f64> {
    let price = |metered| Some(usage.pricing.book.first_price(&usage.region, metered)?.per_unit.dollars());
    let held = price(Metered::ProvisionedHeld(arch))?;
    let saved = price(Metered::LambdaDuration(arch))? - price(Metered::ProvisionedDuration(arch))?;
    (saved > 0.0).then(|| held / saved)
}

/// The most traffic of the kind that `usage` has in its steady part that costs at most `budget` a month, with its tiers,
/// free tier and savings plan; `None` where there is no steady part or no price.
///
/// The cost of a month never falls when everything in it grows, so bisection finds the one place.
pub fn break_even(usage: &Usage, budget: Usd) -> Option<BreakEven> {
    let steady = usage.steady.as_ref().filter(|steady| steady.requests() > 0)?;
    let cost = |invocations: u64| cost_of_month(usage, &month_with(steady, invocations));
    let most = cost(MOST)?;
    if most <= budget {
        return Some(BreakEven { budget, invocations: None, cost: most });
    }
    let (mut bought, mut too_many) = (0, MOST);
    while too_many - bought > 1 {
        let middle = bought + (too_many - bought) / 2;
        if cost(middle)? <= budget {
            bought = middle;
        } else {
            too_many = middle;
        }
    }
    Some(BreakEven { budget, invocations: Some(bought), cost: cost(bought)? })
}
