//! How the bill is computed: services, prices of the user's own, savings plans.

use std::sync::Arc;

use crate::platform::{Arch, Metered, PriceBook, Service};
use crate::scenario::model::{ListedPlan, Pricing, SavingsPlan};
use crate::scenario::problem::suggestion;
use crate::units::parse_share;

use super::cursor::Cursor;

/// A savings plan is a whole number of these.
const MILLIONTHS: f64 = 1e6;

pub(super) fn read(block: &Cursor<'_>, region: &str) -> Option<Pricing> {
    let free_tier = block.find("free_tier").and_then(|key| key.boolean());
    let own = block.find("prices");
    let book = match &own {
        None => Some(PriceBook::current()),
        Some(file) => own_prices(file),
    };
    let savings_plan = block.find("savings_plan").and_then(|key| savings_plan(&key, region, book.as_deref()));
    let include = include(block, region, book.as_deref());
    let own_prices = own.and_then(|file| Some(file.context.resolve(file.text()?)));
    Some(Pricing {
        free_tier: free_tier?,
        savings_plan: savings_plan?,
        include: include?,
        book: book?,
        own_prices,
    })
}

/// The price book with the rows of a file.
fn own_prices(file: &Cursor<'_>) -> Option<Arc<PriceBook>> {
    let shown = file.text()?;
    let path = file.context.resolve(shown);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => {
            file.report(file.problem(format!("cannot read {}: {error}", path.display())));
            return None;
        }
    };
    match PriceBook::current().overridden_by(&text, shown) {
        Ok(book) => Some(Arc::new(book)),
        Err(problems) => {
            for problem in problems {
                file.report(file.problem(problem));
            }
            None
        }
    }
}

fn savings_plan(key: &Cursor<'_>, region: &str, book: Option<&PriceBook>) -> Option<SavingsPlan> {
    let listed = match key.text()? {
        "no_upfront" => ListedPlan::NoUpfront,
        "all_upfront" => ListedPlan::AllUpfront,
        text if text.starts_with(|c: char| c.is_ascii_alphabetic()) => {
            let problem = key.problem(format!("there is no savings plan {}", key.node.described()));
            key.report(
                problem.hint(suggestion(text, ["no_upfront", "all_upfront"])).hint("or a share such as 12%"),
            );
            return None;
        }
        text => return share(key, text),
    };
    let known = [Arch::X86_64, Arch::Arm64].into_iter().all(|arch| {
        let duration = Metered::LambdaDuration(arch);
        book.is_none_or(|book| book.savings_plan(region, listed.name(), duration).is_some())
    });
    if !known {
        let message = format!("the rates of this savings plan are not known in {region}");
        key.report(
            key.problem(message)
                .hint("give what it saves as a share, e.g. 12%, or its rates with `pricing.prices`"),
        );
        return None;
    }
    Some(SavingsPlan::Listed(listed))
}

fn share(key: &Cursor<'_>, text: &str) -> Option<SavingsPlan> {
    let share = key.share()?;
    let millionths = (share * MILLIONTHS).round();
    if parse_share(text).is_ok_and(|share| (share * MILLIONTHS - millionths).abs() > 1e-6) {
        key.report(key.problem("`savings_plan` has at most four decimals of a per cent"));
        return None;
    }
    Some(if millionths == 0.0 { SavingsPlan::Nothing } else { SavingsPlan::Share(millionths as u32) })
}

/// The services of the list; the prices of each must be known.
fn include(block: &Cursor<'_>, region: &str, book: Option<&PriceBook>) -> Option<Vec<Service>> {
    let Some(list) = block.find("include") else { return Some(vec![Service::Lambda]) };
    let mut included = Vec::new();
    let mut complete = true;
    for item in list.items() {
        for name in names(&item).into_iter().flatten() {
            match service(&item, name, region, book) {
                Some(service) if included.contains(&service) => {
                    item.report(item.problem(format!("`{}` stands here twice", service.name())));
                    complete = false;
                }
                Some(service) => included.push(service),
                None => complete = false,
            }
        }
    }
    complete.then_some(included)
}

/// The services that a word stands for.
fn names<'a>(item: &Cursor<'a>) -> Option<Vec<&'a str>> {
    Some(match item.text()? {
        // What the scenario calls gateways is on two bills.
        "gateway" => vec![Service::ApiGateway.name(), Service::Alb.name()],
        name => vec![name],
    })
}

fn service(item: &Cursor<'_>, name: &str, region: &str, book: Option<&PriceBook>) -> Option<Service> {
    let Some(service) = Service::ALL.into_iter().find(|service| service.name() == name) else {
        let problem = item.problem(format!("there is no service {} on a bill", item.node.described()));
        item.report(problem.hint(suggestion(name, Service::ALL.map(Service::name))));
        return None;
    };
    // Lambda without prices is a report that says so; another service was asked for by name.
    let unpriced = service.counted().iter().find(|metered| {
        service != Service::Lambda && book.is_some_and(|book| book.first_price(region, **metered).is_none())
    });
    if let Some(metered) = unpriced {
        let message = format!("no price is known of {name} ({}) in {region}", metered.item());
        item.report(item.problem(message).hint("give it with `pricing.prices`, or leave the service out"));
        return None;
    }
    Some(service)
}
