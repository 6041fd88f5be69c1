//! Reads of the shards of a Kinesis stream: what they bring, and how many a second a shard takes (S102).

use std::collections::BTreeMap;

use crate::engine::TokenBucket;
use crate::units::{SimDuration, SimTime};

/// Stream and shard.
type Shard = (u32, u32);

/// What readers that share the shards of Kinesis streams have read.
#[derive(Debug)]
pub struct ShardReads {
    /// Reads of a shard in a second, as a bucket one second deep.
    per_second: u32,
    left: BTreeMap<Shard, TokenBucket>,
    /// By mapping and shard: what came until then has been read.
    read_until: BTreeMap<(u32, u32), SimTime>,
}

impl ShardReads {
    /// Nothing has been read yet.
    pub fn new(per_second: u32) -> Self {
        Self { per_second, left: BTreeMap::new(), read_until: BTreeMap::new() }
    }

    /// Whether a mapping has read what came to a shard at `arrived`.
    pub fn has_read(&self, mapping: u32, shard: u32, arrived: SimTime) -> bool {
        self.read_until.get(&(mapping, shard)).is_some_and(|until| arrived <= *until)
    }

    /// When the next read of a shard is possible, seen from `now`.
    pub fn next_read(&mut self, shard: Shard, now: SimTime) -> SimTime {
        self.bucket(shard).next_token(now)
    }

    /// A mapping reads everything that has come to a shard.
    ///
    /// # Panics
    /// When [`Self::next_read`] is later.
    pub fn read(&mut self, mapping: u32, shard: Shard, now: SimTime) {
        self.bucket(shard).take(now);
        self.read_until.insert((mapping, shard.1), now);
    }

    fn bucket(&mut self, shard: Shard) -> &mut TokenBucket {
        let count = u64::from(self.per_second);
        let full = || TokenBucket::continuous(count, count, SimDuration::from_secs(1));
        self.left.entry(shard).or_insert_with(full)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_mappings_share_five_reads_of_a_shard_and_another_shard_has_its_own() {
        let mut reads = ShardReads::new(5);
        let at = |millis: u64| SimTime::ZERO + SimDuration::from_millis(millis);
        for mapping in [0, 1, 0, 1, 0] {
            assert_eq!(reads.next_read((0, 0), at(0)), at(0));
            reads.read(mapping, (0, 0), at(0));
        }
        assert_eq!(reads.next_read((0, 0), at(0)), at(200));
        assert_eq!(reads.next_read((0, 1), at(0)), at(0));
        assert!(reads.has_read(0, 0, at(0)) && !reads.has_read(0, 0, at(1)) && !reads.has_read(0, 1, at(0)));
        reads.read(0, (0, 0), at(200));
        assert!(reads.has_read(0, 0, at(150)) && !reads.has_read(1, 0, at(150)));
    }
}
