//! Addressed streams of uniform numbers.

use std::sync::Arc;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sha2::{Digest, Sha256};

use super::Distribution;
use super::ahead::{Ahead, Law, open_unit};

/// What a draw is for. Each purpose of each entity has a stream of its own.
///
/// The names enter the stream's address: renaming one changes every result, so a golden test freezes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum Purpose {
    Arrivals,
    OnOffPhases,
    Duration,
    CpuWork,
    IoWait,
    HandlerError,
    Crash,
    Poison,
    MemoryUsed,
    Placement,
    Init,
    InitExtra,
    InitError,
    FirstInvoke,
    ColdResponse,
    KeepAlive,
    EarlyEnd,
    MaximumAge,
    ProactiveReplacement,
    EnvironmentChoice,
    ClientBackoff,
    Network,
    ThinkTime,
    QueueLatency,
    DeliveryDelay,
    DeliveryError,
    AsyncJitter,
    RecordCpu,
    RecordIo,
    Population,
    PresignedUse,
    Routing,
    GatewayLatency,
    Partition,
    CallLatency,
    Emission,
    Filter,
    MessageGroup,
    Handover,
    Decryption,
    LogDelivery,
    Deduplication,
}

/// What has streams: a function, a traffic source.
#[derive(Clone, Debug)]
pub struct Entity {
    seed: u64,
    name: Arc<str>,
}

impl Entity {
    /// The entity called `name` in a run with `seed`.
    pub fn new(seed: u64, name: &str) -> Self {
        Self { seed, name: name.into() }
    }

    /// Its stream of `purpose`.
    pub fn stream(&self, purpose: Purpose) -> Stream {
        Stream { entity: self.clone(), purpose, sequential: None }
    }
}

/// A reproducible sequence of uniform numbers with random access.
///
/// A function has some 25 of them and draws from two or three, so one that nobody has drawn from is only an address: no
/// hash, no seed, no block (measured on W3, where a function has 500 requests: 180 instructions a request less).
#[derive(Clone, Debug)]
pub struct Stream {
    entity: Entity,
    purpose: Purpose,
    sequential: Option<Box<Ahead>>,
}

impl Stream {
    /// The stream of `purpose` of the entity called `entity`.
    pub fn new(seed: u64, entity: &str, purpose: Purpose) -> Self {
        Entity::new(seed, entity).stream(purpose)
    }

    /// The next number in sequence, in the open interval (0, 1).
    #[inline(always)]
    pub fn uniform(&mut self) -> f64 {
        self.sequential().uniform()
    }

    /// What `distribution` makes of the next number in sequence; a constant takes none.
    #[inline(always)]
    pub fn draw(&mut self, distribution: &Distribution) -> f64 {
        match *distribution {
            Distribution::Constant(value) => value,
            Distribution::Exponential { mean } => self.sequential().value(Law::Exponential { mean }),
            Distribution::LogNormal { mu, sigma } => self.sequential().value(Law::LogNormal { mu, sigma }),
            ref other => other.quantile(self.uniform()),
        }
    }

    /// Number `ordinal` of attempt `attempt`, in (0, 1), whatever has been read before.
    ///
    /// Retries of a request use this: they are rare, and their draws belong to (request, attempt) and not to
    /// the order in which retries happen to come.
    pub fn uniform_at(&mut self, ordinal: u64, attempt: u32) -> f64 {
        let mut elsewhere = self.sequential().generator().clone();
        // Two 32-bit words per ordinal. Attempts count from 1, so this is far from the sequential part.
        elsewhere.set_word_pos((u128::from(attempt) << 48) | (u128::from(ordinal) << 1));
        open_unit(elsewhere.next_u64())
    }

    #[inline(always)]
    fn sequential(&mut self) -> &mut Ahead {
        let Self { entity, purpose, sequential } = self;
        sequential.get_or_insert_with(|| Box::new(Ahead::new(generator(entity, *purpose))))
    }
}

#[cold]
#[inline(never)]
fn generator(entity: &Entity, purpose: Purpose) -> ChaCha8Rng {
    let mut generator = ChaCha8Rng::seed_from_u64(entity.seed);
    generator.set_stream(address(&entity.name, purpose));
    generator
}

fn address(entity: &str, purpose: Purpose) -> u64 {
    let mut hash = Sha256::new();
    hash.update(entity.as_bytes());
    hash.update([0]);
    hash.update(format!("{purpose:?}").as_bytes());
    let digest = hash.finalize();
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    u64::from_le_bytes(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draw_depends_on_name_purpose_and_ordinal_only() {
        let mut first = Stream::new(42, "api", Purpose::Duration);
        let mut again = Stream::new(42, "api", Purpose::Duration);
        let ahead = first.uniform_at(9, 1);
        let drawn: Vec<f64> = (0..5).map(|_| first.uniform()).collect();
        assert_eq!(drawn, (0..5).map(|_| again.uniform()).collect::<Vec<_>>());
        assert_eq!(again.uniform_at(9, 1), ahead);
        assert_ne!(Stream::new(42, "api", Purpose::Init).uniform(), drawn[0]);
        assert_ne!(Stream::new(42, "apj", Purpose::Duration).uniform(), drawn[0]);
        assert_ne!(Stream::new(43, "api", Purpose::Duration).uniform(), drawn[0]);
    }

    /// These numbers are part of the product: every published digest depends on them.
    #[test]
    fn the_addresses_are_frozen() {
        assert_eq!(Stream::new(42, "hello", Purpose::Arrivals).uniform(), FIRST_ARRIVAL_OF_HELLO);
        assert_eq!(Stream::new(42, "hello", Purpose::Duration).uniform_at(7, 2), SECOND_RETRY_OF_REQUEST_7);
    }

    /// Ten thousand functions have several streams each.
    #[test]
    fn a_stream_stays_small() {
        assert!(size_of::<Stream>() <= 48, "{}", size_of::<Stream>());
    }

    const FIRST_ARRIVAL_OF_HELLO: f64 = 0.692_157_090_590_063_9;
    const SECOND_RETRY_OF_REQUEST_7: f64 = 0.316_914_052_716_308;
}
