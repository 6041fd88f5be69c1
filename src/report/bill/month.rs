//! The bill of one calendar month: how far the account is into each tariff.

use std::collections::BTreeMap;

use indexmap::IndexSet;

use super::{CostLine, FunctionUsage, MonthUsage, Owner, Usage};
use crate::platform::{Metered, Price, Service, Tier};
use crate::scenario::model::SavingsPlan;
use crate::units::Usd;

/// Millionths of a share.
const ONE: i128 = 1_000_000;

/// One line with its exact quantity, in the parts of its unit.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub owner: Owner,
    pub metered: Metered,
    pub item: String,
    pub quantity: i128,
    pub price: Price,
}

impl Line {
    pub fn amount(&self) -> Usd {
        self.price.per_unit.times(self.quantity, i128::from(self.metered.unit().parts))
    }

    pub fn into_report(self) -> CostLine {
        let unit = self.metered.unit();
        let (function, resource) = match &self.owner {
            Owner::Function(name) => (Some(name.clone()), None),
            Owner::Resource(name) => (None, Some(name.clone())),
            Owner::Account => (None, None),
        };
        CostLine {
            service: self.metered.service().name(),
            function,
            resource,
            quantity: self.quantity as f64 / unit.parts as f64,
            unit: unit.name,
            rate: self.price.text.clone(),
            amount: self.amount(),
            source: self.price.source.to_string(),
            item: self.item,
        }
    }
}

/// How far one tariff is used up.
struct Account {
    tiers: Vec<Tier>,
    used: u128,
}

/// One calendar month.
pub(super) struct MonthBill<'a> {
    usage: &'a Usage,
    accounts: BTreeMap<Metered, Account>,
    pub lines: Vec<Line>,
    /// What has no price, in words.
    pub not_priced: IndexSet<String>,
}

impl<'a> MonthBill<'a> {
    pub fn of(usage: &'a Usage, month: &MonthUsage) -> Self {
        let mut bill =
            Self { usage, accounts: BTreeMap::new(), lines: Vec::new(), not_priced: IndexSet::new() };
        for function in &month.functions {
            bill.function(function);
        }
        for other in &month.others {
            bill.charge(&other.owner, other.metered, other.metered.item(), other.quantity);
        }
        if usage.pricing.free_tier {
            bill.credit_free_tier();
        }
        bill
    }

    fn function(&mut self, function: &FunctionUsage) {
        let owner = Owner::Function(function.name.clone());
        let used = function.consumption;
        let duration = Metered::LambdaDuration(function.arch);
        let requests = u128::from(used.requests);
        self.charge(&owner, Metered::LambdaRequests, Metered::LambdaRequests.item(), requests);
        self.charge(&owner, duration, duration.item(), used.handler_mb_ms);
        self.charge(&owner, duration, "init duration", used.init_mb_ms);
        let provisioned = Metered::ProvisionedDuration(function.arch);
        self.charge(&owner, provisioned, provisioned.item(), used.provisioned_mb_ms);
        self.charge(&owner, Metered::LambdaStorage, Metered::LambdaStorage.item(), used.storage_mb_ms);
    }

    /// A quantity from where its tariff stands, a line for each tier that is touched.
    fn charge(&mut self, owner: &Owner, metered: Metered, item: &str, mut quantity: u128) {
        if quantity == 0 || !self.usage.pricing.includes(metered.service()) {
            return;
        }
        let account = self.accounts.entry(metered).or_insert_with(|| Account {
            tiers: self.usage.pricing.book.tariff(&self.usage.region, metered).unwrap_or_default(),
            used: 0,
        });
        let mut touched = Vec::new();
        for (tier, step) in account.tiers.iter().enumerate() {
            let here = quantity.min(step.up_to.unwrap_or(u128::MAX).saturating_sub(account.used));
            if here > 0 {
                account.used += here;
                quantity -= here;
                touched.push((tier, here, step.price.clone()));
            }
        }
        for (tier, here, price) in touched {
            let item = if tier == 0 { item.to_owned() } else { format!("{item}, tier {}", tier + 1) };
            let saved = self.saved(metered, tier, &price);
            self.line(owner, metered, item.clone(), signed(here), price);
            if let Some(saved) = saved {
                self.line(owner, metered, format!("savings plan: {item}"), signed(here), saved);
            }
        }
        if quantity > 0 {
            let unit = metered.unit();
            self.not_priced.insert(format!(
                "no price is known for {} {} of {} ({item}) in {}",
                super::super::figures::decimal(quantity as f64 / unit.parts as f64, 3),
                unit.name,
                metered.service().name(),
                self.usage.region
            ));
        }
    }

    fn line(&mut self, owner: &Owner, metered: Metered, item: String, quantity: i128, price: Price) {
        self.lines.push(Line { owner: owner.clone(), metered, item, quantity, price });
    }

    /// What a savings plan takes off a unit in this tier, as a negative price.
    fn saved(&self, metered: Metered, tier: usize, list: &Price) -> Option<Price> {
        let plan = match self.usage.pricing.savings_plan {
            _ if !metered.is_in_savings_plans() => return None,
            SavingsPlan::Share(millionths) => {
                let rate = Usd::from_units(list.per_unit.units() / ONE * i128::from(millionths));
                Price { text: (-rate).to_string(), per_unit: -rate, source: list.source.clone() }
            }
            SavingsPlan::Listed(plan) if tier == 0 => {
                let rate = self.usage.pricing.book.savings_plan(&self.usage.region, plan.name(), metered)?;
                let saved = rate.per_unit - list.per_unit;
                Price { text: saved.to_string(), per_unit: saved, source: rate.source }
            }
            SavingsPlan::Nothing | SavingsPlan::Listed(_) => return None,
        };
        (plan.per_unit != Usd::ZERO).then_some(plan)
    }

    fn credit_free_tier(&mut self) {
        for pool in self.usage.pricing.book.free_tier() {
            let mut left = pool.parts;
            for &metered in pool.covers {
                let Some(account) = self.accounts.get(&metered) else { continue };
                let covered = left.min(account.used);
                left -= covered;
                let Some(first) = account.tiers.first().map(|tier| tier.price.clone()) else { continue };
                let saved = self.saved(metered, 0, &first).map_or(Usd::ZERO, |saved| saved.per_unit);
                let paid = Price {
                    text: if saved == Usd::ZERO { first.text } else { (first.per_unit + saved).to_string() },
                    per_unit: first.per_unit + saved,
                    source: pool.source.clone(),
                };
                if covered > 0 {
                    self.line(&Owner::Account, metered, free_item(metered), -signed(covered), paid);
                }
            }
        }
    }
}

fn free_item(metered: Metered) -> String {
    match metered {
        Metered::LambdaDuration(arch) => format!("free tier: duration, {arch}"),
        _ if metered.service() == Service::Lambda => format!("free tier: {}", metered.item()),
        _ => format!("free tier: {} {}", metered.service().name(), metered.item()),
    }
}

/// Usage beyond 10³² GB-seconds stays there.
fn signed(quantity: u128) -> i128 {
    i128::try_from(quantity).unwrap_or(i128::MAX)
}
