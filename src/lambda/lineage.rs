//! Chains of invocations: which functions an event has come through, and how often (F 3.5).

use std::collections::BTreeMap;

/// The functions that a chain has come through, by its number in [`Lineages`]; 0 is the beginning of a chain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lineage(u32);

impl Lineage {
    /// Nothing has come before.
    pub const NEW: Self = Self(0);

    /// Whether something was invoked before.
    pub fn is_new(self) -> bool {
        self == Self::NEW
    }
}

/// All chains of a cell. Those that have come through the same functions equally often are one.
#[derive(Debug)]
pub struct Lineages {
    /// Invocations by function, in ascending order.
    counts: Vec<Vec<(u32, u32)>>,
    known: BTreeMap<Vec<(u32, u32)>, u32>,
}

impl Default for Lineages {
    fn default() -> Self {
        Self { counts: vec![Vec::new()], known: BTreeMap::from([(Vec::new(), 0)]) }
    }
}

impl Lineages {
    /// `lineage` and then `function`.
    pub fn through(&mut self, lineage: Lineage, function: u32) -> Lineage {
        let mut counts = self.counts[lineage.0 as usize].clone();
        match counts.binary_search_by_key(&function, |(known, _)| *known) {
            Ok(place) => counts[place].1 += 1,
            Err(place) => counts.insert(place, (function, 1)),
        }
        if let Some(known) = self.known.get(&counts) {
            return Lineage(*known);
        }
        let number = self.counts.len() as u32;
        self.counts.push(counts.clone());
        self.known.insert(counts, number);
        Lineage(number)
    }

    /// How often `function` was invoked in this chain.
    pub fn invocations(&self, lineage: Lineage, function: u32) -> u32 {
        let counts = &self.counts[lineage.0 as usize];
        counts.iter().find(|(known, _)| *known == function).map_or(0, |(_, count)| *count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_counts_each_function_by_itself() {
        let mut lineages = Lineages::default();
        let there = lineages.through(Lineage::NEW, 4);
        let back = lineages.through(there, 2);
        let again = lineages.through(back, 4);
        assert_eq!((lineages.invocations(again, 4), lineages.invocations(again, 2)), (2, 1));
        assert_eq!(lineages.invocations(again, 3), 0);
    }

    #[test]
    fn the_order_of_functions_makes_no_difference() {
        let mut lineages = Lineages::default();
        let one = lineages.through(Lineage::NEW, 1);
        let other = lineages.through(Lineage::NEW, 2);
        assert_eq!(lineages.through(one, 2), lineages.through(other, 1));
        assert!(Lineage::NEW.is_new() && !one.is_new());
    }
}
