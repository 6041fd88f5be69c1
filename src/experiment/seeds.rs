//! The seeds of replications.

use sha2::{Digest, Sha256};

/// Seeds stay below 2⁵³, so that a reader of the JSON report keeps every digit.
const BITS: u32 = 53;

/// The seed of replication `replication` of a scenario with `seed`: the scenario's own for replication 0, else the hash
/// of both, so that no two scenarios with neighbouring seeds share a replication.
pub fn replication_seed(seed: u64, replication: u32) -> u64 {
    if replication == 0 {
        return seed;
    }
    let digest = Sha256::digest(format!("coldstart replication {replication} of {seed}"));
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    u64::from_le_bytes(first) >> (u64::BITS - BITS)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn replication_0_is_the_scenario_itself() {
        assert_eq!(replication_seed(42, 0), 42);
        assert_eq!(replication_seed(u64::MAX, 0), u64::MAX);
    }

    #[test]
    fn neighbouring_seeds_share_no_replication() {
        let seeds: BTreeSet<u64> =
            (40..50).flat_map(|seed| (0..1_000).map(move |r| replication_seed(seed, r))).collect();
        assert_eq!(seeds.len(), 10_000);
        assert!(seeds.iter().all(|seed| *seed < 1 << BITS));
    }

    /// Part of the product: every published interval depends on them.
    #[test]
    fn the_seeds_are_frozen() {
        assert_eq!(replication_seed(42, 1), SECOND_RUN_OF_42);
    }

    const SECOND_RUN_OF_42: u64 = 1_909_419_699_097_598;
}
