//! What was paid for nothing new: Inits, idle provisioned concurrency, second runs, timeouts and errors, each at its share of
//! the bill.

use indexmap::IndexMap;

use super::{Owner, Usage};
use crate::lambda::meter::Consumption;
use crate::observe::Waste;
use crate::platform::{Arch, Metered, Service};
use crate::report::model::WasteLine;
use crate::units::Usd;

/// A line for each cause and function, Inits first. Parts of the bill and not on top of it, at the price list's first tier.
pub(super) fn lines(usage: &Usage) -> Vec<WasteLine> {
    if !usage.pricing.includes(Service::Lambda) {
        return Vec::new();
    }
    let mut waste = WasteLines { usage, lines: IndexMap::new(), prices: IndexMap::new() };
    for function in usage.months.iter().flat_map(|month| &month.functions) {
        let init = Consumption { init_mb_ms: function.consumption.init_mb_ms, ..Consumption::default() };
        waste.add("init", &function.name, function.arch, 0, init);
    }
    waste.idle();
    for why in Waste::ALL {
        for one in usage.wasted.iter().filter(|one| one.why == why) {
            waste.add(why.name(), &one.name, one.arch, one.wasted.invocations, one.wasted.consumption);
        }
    }
    waste.lines.into_values().collect()
}

struct WasteLines<'u> {
    usage: &'u Usage,
    lines: IndexMap<(&'static str, &'u str), WasteLine>,
    /// Of the first tier: a fleet asks for the same few again and again.
    prices: IndexMap<Metered, Option<Usd>>,
}

impl<'u> WasteLines<'u> {
    /// Provisioned concurrency that was held and served nobody.
    fn idle(&mut self) {
        for month in &self.usage.months {
            for held in &month.others {
                let (Metered::ProvisionedHeld(arch), Owner::Function(name)) = (held.metered, &held.owner)
                else {
                    continue;
                };
                let of_function = month.functions.iter().filter(|one| one.name == *name && one.arch == arch);
                let used: u128 = of_function.map(|one| one.consumption.provisioned_mb_ms).sum();
                let idle = held.quantity.saturating_sub(used);
                let (Some(amount), true) = (self.cost(held.metered, idle), idle > 0) else { continue };
                let line = self.line("idle provisioned concurrency", name);
                line.gb_s += idle as f64 / held.metered.unit().parts as f64;
                line.amount += amount;
            }
        }
    }

    fn add(
        &mut self,
        cause: &'static str,
        function: &'u str,
        arch: Arch,
        invocations: u64,
        used: Consumption,
    ) {
        if used == Consumption::default() {
            return;
        }
        let quantities = [
            (Metered::LambdaRequests, u128::from(used.requests)),
            (Metered::LambdaDuration(arch), used.handler_mb_ms + used.init_mb_ms),
            (Metered::ProvisionedDuration(arch), used.provisioned_mb_ms),
            (Metered::LambdaStorage, used.storage_mb_ms),
        ];
        let amount: Usd =
            quantities.into_iter().filter_map(|(metered, quantity)| self.cost(metered, quantity)).sum();
        let gb_s = (used.handler_mb_ms + used.init_mb_ms + used.provisioned_mb_ms) as f64
            / Metered::LambdaDuration(arch).unit().parts as f64;
        let line = self.line(cause, function);
        line.invocations += invocations;
        line.gb_s += gb_s;
        line.amount += amount;
    }

    fn line(&mut self, cause: &'static str, function: &'u str) -> &mut WasteLine {
        self.lines.entry((cause, function)).or_insert_with(|| WasteLine {
            cause,
            function: function.to_owned(),
            invocations: 0,
            gb_s: 0.0,
            amount: Usd::ZERO,
        })
    }

    /// At the first tier; `None` where that has no price, or there is nothing to pay for.
    fn cost(&mut self, metered: Metered, quantity: u128) -> Option<Usd> {
        if quantity == 0 {
            return None;
        }
        let Usage { pricing, region, .. } = self.usage;
        let price = self
            .prices
            .entry(metered)
            .or_insert_with(|| pricing.book.first_price(region, metered).map(|price| price.per_unit));
        let quantity = i128::try_from(quantity).unwrap_or(i128::MAX);
        price.map(|per_unit| per_unit.times(quantity, i128::from(metered.unit().parts)))
    }
}
