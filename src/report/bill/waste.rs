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
    let mut lines = IndexMap::new();
    for function in usage.months.iter().flat_map(|month| &month.functions) {
        let init = Consumption { init_mb_ms: function.consumption.init_mb_ms, ..Consumption::default() };
        add(&mut lines, usage, ("init", &function.name), function.arch, 0, init);
    }
    idle(&mut lines, usage);
    for why in Waste::ALL {
        for waste in usage.wasted.iter().filter(|waste| waste.why == why) {
            let wasted = waste.wasted;
            add(
                &mut lines,
                usage,
                (why.name(), &waste.name),
                waste.arch,
                wasted.invocations,
                wasted.consumption,
            );
        }
    }
    lines.into_values().collect()
}

/// Provisioned concurrency that was held and served nobody.
fn idle<'a>(lines: &mut Lines<'a>, usage: &'a Usage) {
    const CAUSE: &str = "idle provisioned concurrency";
    for month in &usage.months {
        for held in &month.others {
            let (Metered::ProvisionedHeld(arch), Owner::Function(name)) = (held.metered, &held.owner) else {
                continue;
            };
            let of_function = month.functions.iter().filter(|one| one.name == *name && one.arch == arch);
            let used: u128 = of_function.map(|one| one.consumption.provisioned_mb_ms).sum();
            let idle = held.quantity.saturating_sub(used);
            let price = usage.pricing.book.first_price(&usage.region, held.metered);
            let (Some(price), true) = (price, idle > 0) else { continue };
            let parts = held.metered.unit().parts;
            let line = lines.entry((CAUSE, name.as_str())).or_insert_with(|| WasteLine {
                cause: CAUSE,
                function: name.clone(),
                invocations: 0,
                gb_s: 0.0,
                amount: Usd::ZERO,
            });
            line.gb_s += idle as f64 / parts as f64;
            line.amount += price.per_unit.times(i128::try_from(idle).unwrap_or(i128::MAX), i128::from(parts));
        }
    }
}

type Lines<'a> = IndexMap<(&'static str, &'a str), WasteLine>;

fn add<'a>(
    lines: &mut Lines<'a>,
    usage: &Usage,
    (cause, function): (&'static str, &'a str),
    arch: Arch,
    invocations: u64,
    used: Consumption,
) {
    if used == Consumption::default() {
        return;
    }
    let amount = cost(usage, arch, used);
    let gb_s = (used.handler_mb_ms + used.init_mb_ms + used.provisioned_mb_ms) as f64
        / Metered::LambdaDuration(arch).unit().parts as f64;
    let line = lines.entry((cause, function)).or_insert_with(|| WasteLine {
        cause,
        function: function.to_owned(),
        invocations: 0,
        gb_s: 0.0,
        amount: Usd::ZERO,
    });
    line.invocations += invocations;
    line.gb_s += gb_s;
    line.amount += amount;
}

/// At the first tier.
fn cost(usage: &Usage, arch: Arch, used: Consumption) -> Usd {
    let at = |metered: Metered, quantity: u128| {
        if quantity == 0 {
            return Usd::ZERO;
        }
        let price = usage.pricing.book.first_price(&usage.region, metered);
        let quantity = i128::try_from(quantity).unwrap_or(i128::MAX);
        price.map_or(Usd::ZERO, |price| price.per_unit.times(quantity, i128::from(metered.unit().parts)))
    };
    at(Metered::LambdaRequests, u128::from(used.requests))
        + at(Metered::LambdaDuration(arch), used.handler_mb_ms + used.init_mb_ms)
        + at(Metered::ProvisionedDuration(arch), used.provisioned_mb_ms)
        + at(Metered::LambdaStorage, used.storage_mb_ms)
}
