//! What an account need not pay for in a calendar month.

use std::sync::Arc;

use super::super::Arch;
use super::book::PriceBook;
use super::file::free_units;
use super::metered::Metered;

/// Units that are free each month, shared by the things that they may be used for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FreePool {
    /// What they cover, in the order in which they are used up.
    pub covers: &'static [Metered],
    /// Counted parts.
    pub parts: u128,
    /// Where it stands.
    pub source: Arc<str>,
}

/// Each pool by its item in the price book.
const POOLS: [(&str, &[Metered]); 5] = [
    ("lambda free tier requests", &[Metered::LambdaRequests]),
    // Not for provisioned concurrency.
    (
        "lambda free tier duration",
        &[Metered::LambdaDuration(Arch::X86_64), Metered::LambdaDuration(Arch::Arm64)],
    ),
    ("sqs free tier requests", &[Metered::SqsRequests, Metered::SqsFifoRequests]),
    ("sns free tier publishes", &[Metered::SnsPublishes]),
    ("data transfer free tier out to internet", &[Metered::InternetOut]),
];

impl PriceBook {
    /// The free tier, which is the same everywhere; the price list has it in us-east-1.
    pub fn free_tier(&self) -> Vec<FreePool> {
        POOLS
            .iter()
            .filter_map(|(name, covers)| {
                let row = self.find("us-east-1", "any", name)?;
                let unit = covers.first()?.unit();
                let parts = u128::from(free_units(&row.price)?) * u128::from(unit.parts);
                Some(FreePool { covers, parts, source: row.source.as_str().into() })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_million_requests_400_000_gb_seconds_and_100_gb_out_are_free() {
        let pools = PriceBook::current().free_tier();
        assert_eq!(pools.len(), POOLS.len());
        let units: Vec<u128> =
            pools.iter().map(|pool| pool.parts / u128::from(pool.covers[0].unit().parts)).collect();
        assert_eq!(units, [1_000_000, 400_000, 1_000_000, 1_000_000, 100]);
    }
}
