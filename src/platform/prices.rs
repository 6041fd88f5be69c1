//! The price book: what Lambda costs, by region and architecture, as exact decimals with their sources.

use std::sync::OnceLock;

use crate::units::Usd;

use super::Arch;

const TABLE: &str = include_str!("data/pricing.csv");

/// A price as it stands in a price list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Price {
    /// The decimal as printed there: `0.0000166667`.
    pub text: &'static str,
    /// The same, as money per unit.
    pub per_unit: Usd,
    /// Where it stands; begins with `INFERRED:` when it was not found but follows from a pattern.
    pub source: &'static str,
}

impl Price {
    /// Nobody has confirmed this price; the pattern it follows is in the source.
    pub fn is_inferred(&self) -> bool {
        self.source.starts_with("INFERRED:")
    }
}

/// The price of GB-seconds up to an edge of monthly usage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DurationTier {
    /// GB-seconds of a calendar month at which the tier ends; `None` is the last tier.
    pub up_to_gb_s: Option<u64>,
    /// Per GB-second.
    pub price: Price,
}

/// What Lambda costs on demand in one region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LambdaPrices {
    /// Per request.
    pub request: Price,
    /// Per GB-second of `/tmp` above what is included.
    pub ephemeral_storage: Price,
    x86_64: Vec<DurationTier>,
    arm64: Vec<DurationTier>,
}

/// What an account need not pay for in a calendar month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FreeTier {
    /// Requests.
    pub requests: u64,
    /// GB-seconds of on-demand duration.
    pub gb_s: u64,
    /// Where it stands.
    pub source: &'static str,
}

impl LambdaPrices {
    /// The prices of `region`; `None` when one of them is not known. A price is never guessed from another region.
    pub fn of_region(region: &str) -> Option<Self> {
        Some(Self {
            request: price(region, "any", "lambda request")?,
            ephemeral_storage: price(region, "any", "lambda ephemeral storage above 512 MB")?,
            x86_64: duration_tiers(region, Arch::X86_64)?,
            arm64: duration_tiers(region, Arch::Arm64)?,
        })
    }

    /// The tiers of GB-seconds, each from the end of the one before; they count by region and architecture.
    pub fn duration(&self, arch: Arch) -> &[DurationTier] {
        match arch {
            Arch::X86_64 => &self.x86_64,
            Arch::Arm64 => &self.arm64,
        }
    }
}

impl FreeTier {
    /// The free tier, which is the same everywhere; the price list has it in us-east-1.
    pub fn current() -> Self {
        let row =
            |item| find("us-east-1", "any", item).unwrap_or_else(|| panic!("no price row of the {item}"));
        let (requests, duration) = (row("lambda free tier requests"), row("lambda free tier duration"));
        Self { requests: first_units(requests), gb_s: first_units(duration), source: &requests.source }
    }
}

/// Every region that the price book mentions, in alphabetical order; not all of them have Lambda prices.
pub fn priced_regions() -> Vec<&'static str> {
    let mut regions: Vec<_> = rows().iter().map(|row| row.region.as_str()).collect();
    regions.sort_unstable();
    regions.dedup();
    regions
}

struct Row {
    region: String,
    arch: String,
    item: String,
    price: String,
    source: String,
}

fn rows() -> &'static [Row] {
    static ROWS: OnceLock<Vec<Row>> = OnceLock::new();
    ROWS.get_or_init(|| {
        super::table::rows(TABLE)
            .map(|[region, arch, item, _unit, price, source]| Row { region, arch, item, price, source })
            .collect()
    })
}

/// The row whose item is `item`, apart from a remark in parentheses.
fn find(region: &str, arch: &str, item: &str) -> Option<&'static Row> {
    rows().iter().find(|row| {
        let name = row.item.split(" (").next().unwrap_or(&row.item);
        row.region == region && row.arch == arch && name == item
    })
}

fn price(region: &str, arch: &str, item: &str) -> Option<Price> {
    find(region, arch, item).and_then(price_of)
}

fn price_of(row: &'static Row) -> Option<Price> {
    Some(Price { text: &row.price, per_unit: Usd::from_decimal(&row.price)?, source: &row.source })
}

fn duration_tiers(region: &str, arch: Arch) -> Option<Vec<DurationTier>> {
    (1..=3)
        .map(|tier| {
            let row = find(region, &arch.to_string(), &format!("lambda duration tier{tier}"))?;
            Some(DurationTier { up_to_gb_s: upper_edge(&row.item), price: price_of(row)? })
        })
        .collect()
}

/// The end of the range in `… (7.5e9-18.75e9 GB-s/month)`; none in `… (>18.75e9 GB-s/month)`.
fn upper_edge(item: &str) -> Option<u64> {
    let (_, range) = item.split_once('(')?;
    let (_, edge) = range.split_once(" GB-s")?.0.split_once('-')?;
    let (mantissa, exponent) = edge.split_once('e')?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent = exponent.parse::<u32>().ok()?.checked_sub(u32::try_from(fraction.len()).ok()?)?;
    Some(format!("{whole}{fraction}").parse::<u64>().ok()? * 10_u64.pow(exponent))
}

/// The number in `0 (first 1000000)`.
fn first_units(row: &Row) -> u64 {
    let digits = row.price.split_once("(first ").and_then(|(_, rest)| rest.strip_suffix(')'));
    digits
        .and_then(|digits| digits.parse().ok())
        .unwrap_or_else(|| panic!("no number of free units: {}", row.price))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn virginia_and_tokyo_have_confirmed_tiers_and_ireland_inferred_ones() {
        let tiers = |region, arch| LambdaPrices::of_region(region).unwrap().duration(arch).to_vec();
        let virginia = tiers("us-east-1", Arch::Arm64);
        assert_eq!(
            virginia.iter().map(|tier| tier.up_to_gb_s).collect::<Vec<_>>(),
            [Some(7_500_000_000), Some(18_750_000_000), None]
        );
        assert_eq!(
            virginia.iter().map(|tier| tier.price.text).collect::<Vec<_>>(),
            ["0.0000133334", "0.0000120001", "0.0000106667"]
        );
        assert!(!virginia.iter().any(|tier| tier.price.is_inferred()));
        assert!(!tiers("ap-northeast-1", Arch::X86_64).iter().any(|tier| tier.price.is_inferred()));
        let ireland = tiers("eu-west-1", Arch::X86_64);
        let inferred: Vec<bool> = ireland.iter().map(|tier| tier.price.is_inferred()).collect();
        assert_eq!(inferred, [false, true, true]);
    }

    #[test]
    fn twenty_four_regions_are_priced_and_the_others_are_not_guessed() {
        let regions = priced_regions();
        let priced = regions.iter().filter(|region| LambdaPrices::of_region(region).is_some()).count();
        assert_eq!((regions.len(), priced), (33, 24));
        // Its requests are not known, only its GB-seconds.
        assert_eq!(LambdaPrices::of_region("me-central-1"), None);
        assert_eq!(LambdaPrices::of_region("mars-north-1"), None);
    }

    #[test]
    fn prices_of_cape_town_are_not_those_of_virginia() {
        let cape_town = LambdaPrices::of_region("af-south-1").unwrap();
        assert_eq!(cape_town.request.text, "0.00000027");
        assert_eq!(cape_town.ephemeral_storage.text, "0.0000000404");
        assert_eq!(cape_town.duration(Arch::X86_64)[0].price.text, "0.0000221000");
    }

    #[test]
    fn every_tier_costs_less_than_the_one_before_and_no_price_lacks_a_source() {
        for region in priced_regions() {
            let Some(prices) = LambdaPrices::of_region(region) else { continue };
            for arch in [Arch::X86_64, Arch::Arm64] {
                let tiers = prices.duration(arch);
                assert!(
                    tiers.windows(2).all(|pair| pair[0].price.per_unit > pair[1].price.per_unit),
                    "{region}"
                );
                assert!(tiers.iter().all(|tier| tier.price.source.len() > 20), "{region}");
            }
        }
    }

    #[test]
    fn a_million_requests_and_400_000_gb_seconds_are_free() {
        let free = FreeTier::current();
        assert_eq!((free.requests, free.gb_s), (1_000_000, 400_000));
    }
}
