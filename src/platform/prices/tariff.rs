//! Tiers: what a unit costs from which monthly usage on.

use super::book::{Price, PriceBook, PriceRow, price_of};
use super::metered::Metered;

/// The price up to an edge of monthly usage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tier {
    /// Counted parts of a calendar month at which the tier ends; `None` is the last tier.
    pub up_to: Option<u128>,
    /// Per priced unit.
    pub price: Price,
}

impl PriceBook {
    /// The tiers of `metered` in `region`, each from the end of the one before; `None` when nothing is known there.
    ///
    /// Where only the lower tiers are known, the last of them still has its edge: what lies above has no price.
    pub fn tariff(&self, region: &str, metered: Metered) -> Option<Vec<Tier>> {
        let described = metered.description();
        // What is free to Lambda is so everywhere.
        let region = if metered == Metered::DynamodbStreamReads { "us-east-1" } else { region };
        let arch = described.arch.map_or_else(|| "any".to_owned(), |arch| arch.to_string());
        let mut tiers: Vec<Tier> = Vec::new();
        for name in described.rows {
            let from = tiers.last().map_or(Some(0), |tier| tier.up_to);
            let Some((row, from)) = self.find(region, &arch, name).zip(from) else { break };
            let up_to = upper_edge(row, from, u128::from(described.unit.parts));
            tiers.push(Tier { up_to, price: price_of(row)? });
        }
        (!tiers.is_empty()).then_some(tiers)
    }

    /// The first tier's price of `metered` in `region`.
    pub fn first_price(&self, region: &str, metered: Metered) -> Option<Price> {
        self.tariff(region, metered)?.into_iter().next().map(|tier| tier.price)
    }

    /// What a Compute Savings Plan of this name (`no upfront`, `all upfront`) asks for `metered` in place of its first
    /// tier; `None` where the plan's rate is not known.
    pub fn savings_plan(&self, region: &str, plan: &str, metered: Metered) -> Option<Price> {
        let described = metered.description();
        let name = format!("compute savings plan {plan} {}", described.plan?);
        self.price(region, &described.arch?.to_string(), &name)
    }
}

impl Metered {
    /// Whether Compute Savings Plans cover it.
    pub fn is_in_savings_plans(self) -> bool {
        self.description().plan.is_some()
    }
}

/// Where the tier of `row`, which begins at `from`, ends, in counted parts.
///
/// `(0-6e9 GB-s/month)`, `(333M)`, `first 10 TB` name the end; `(next 667M)`, `next 40 TB` the length; everything else is
/// the last tier.
fn upper_edge(row: &PriceRow, from: u128, parts: u128) -> Option<u128> {
    let range = match row.item.split_once(" (") {
        Some((_, remark)) => remark.trim_end_matches(')'),
        None => row.item.rsplit_once(", ")?.1,
    };
    let (words, is_length) = match range.split_once(' ') {
        Some(("next", rest)) => (rest, true),
        Some(("first", rest)) => (rest, false),
        _ => (range, false),
    };
    let amount = words.split_once(" GB-s").map_or(words, |(range, _)| range);
    let amount = amount.split_once('-').map_or(amount, |(_, end)| end);
    let units = number(amount)?;
    Some(if is_length { from + units * parts } else { units * parts })
}

/// `7.5e9`, `333M`, `19B`, `10 TB` (of 1,024 GB).
fn number(text: &str) -> Option<u128> {
    if let Some(terabytes) = text.strip_suffix(" TB") {
        return terabytes.parse::<u128>().ok().map(|count| count * 1_024);
    }
    if let Some((mantissa, exponent)) = text.split_once('e') {
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let exponent = exponent.parse::<u32>().ok()?.checked_sub(u32::try_from(fraction.len()).ok()?)?;
        return format!("{whole}{fraction}")
            .parse::<u128>()
            .ok()
            .map(|digits| digits * 10_u128.pow(exponent));
    }
    let millions = |digits: &str, each: u128| digits.parse::<u128>().ok().map(|count| count * each);
    match text.strip_suffix('M') {
        Some(digits) => millions(digits, 1_000_000),
        None => millions(text.strip_suffix('B')?, 1_000_000_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::Arch;

    fn edges(region: &str, metered: Metered) -> Vec<Option<u128>> {
        let parts = u128::from(metered.unit().parts);
        let tiers = PriceBook::current().tariff(region, metered).unwrap();
        tiers.iter().map(|tier| tier.up_to.map(|edge| edge / parts)).collect()
    }

    #[test]
    fn edges_are_read_from_every_way_of_writing_them() {
        let arm = Metered::LambdaDuration(Arch::Arm64);
        assert_eq!(edges("us-east-1", arm), [Some(7_500_000_000), Some(18_750_000_000), None]);
        assert_eq!(
            edges("us-east-1", Metered::RestApiRequests),
            [Some(333_000_000), Some(1_000_000_000), Some(20_000_000_000), None]
        );
        assert_eq!(edges("us-east-1", Metered::HttpApiRequests), [Some(300_000_000), None]);
        assert_eq!(
            edges("eu-west-1", Metered::InternetOut),
            [Some(10_240), Some(51_200), Some(153_600), None]
        );
        assert_eq!(edges("us-east-1", Metered::LogsIngested), [None]);
        assert_eq!(edges("us-east-1", Metered::SqsRequests), [None]);
        assert_eq!(edges("us-east-1", Metered::SnapStartCache), [None]);
        assert_eq!(edges("us-east-1", Metered::KinesisPutUnits), [None]);
    }

    #[test]
    fn what_lies_above_the_known_tiers_has_no_price() {
        assert_eq!(edges("us-east-1", Metered::InternetOut), [Some(10_240), Some(51_200), Some(153_600)]);
        assert_eq!(PriceBook::current().tariff("eu-west-1", Metered::LogsIngested), None);
    }

    #[test]
    fn virginia_and_tokyo_have_confirmed_tiers_and_ireland_inferred_ones() {
        let tiers =
            |region, arch| PriceBook::current().tariff(region, Metered::LambdaDuration(arch)).unwrap();
        let virginia = tiers("us-east-1", Arch::Arm64);
        assert_eq!(
            virginia.iter().map(|tier| tier.price.text.as_str()).collect::<Vec<_>>(),
            ["0.0000133334", "0.0000120001", "0.0000106667"]
        );
        assert!(!virginia.iter().any(|tier| tier.price.is_inferred()));
        assert!(!tiers("ap-northeast-1", Arch::X86_64).iter().any(|tier| tier.price.is_inferred()));
        let inferred: Vec<bool> =
            tiers("eu-west-1", Arch::X86_64).iter().map(|tier| tier.price.is_inferred()).collect();
        assert_eq!(inferred, [false, true, true]);
    }

    #[test]
    fn every_tier_costs_less_than_the_one_before() {
        let book = PriceBook::current();
        for region in book.regions() {
            for metered in Metered::ALL {
                let tiers = book.tariff(region, metered).unwrap_or_default();
                assert!(
                    tiers.windows(2).all(|pair| pair[0].price.per_unit > pair[1].price.per_unit),
                    "{region} {metered:?}"
                );
            }
        }
    }

    #[test]
    fn the_savings_plans_of_virginia_save_twelve_and_seventeen_per_cent() {
        let book = PriceBook::current();
        let duration = Metered::LambdaDuration(Arch::X86_64);
        let saves = |plan| {
            let rate = book.savings_plan("us-east-1", plan, duration).unwrap().per_unit.dollars();
            1.0 - rate / book.first_price("us-east-1", duration).unwrap().per_unit.dollars()
        };
        // AWS publishes whole per cents.
        assert_eq!((saves("no upfront") * 100.0).round(), 12.0);
        assert_eq!((saves("all upfront") * 100.0).round(), 17.0);
        assert_eq!(book.savings_plan("eu-west-1", "no upfront", duration), None);
        assert_eq!(book.savings_plan("us-east-1", "no upfront", Metered::LambdaRequests), None);
    }
}
