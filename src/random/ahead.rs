//! Draws made a block ahead of their use.
//!
//! Most streams are read in order and with one distribution. The logarithm of a draw takes some twenty dependent steps, and the
//! event that it is for cannot be put into the agenda before the last one; made thirty-two at a time, the steps of
//! different draws overlap. Each value is the same, bit by bit, as if it had been drawn alone.

use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::normal::normal_quantiles;
use super::{exp::exp, ln::ln_of_normal};

/// Draws in a block: as many as the generator makes at once.
const LENGTH: usize = 32;

/// The sequential part of a stream.
// In this order in memory: what every invocation touches shares lines of the cache (measured on W6: docs/performance.md).
#[derive(Clone, Debug)]
#[repr(C)]
pub(super) struct Ahead {
    next: usize,
    law: Law,
    /// What the law makes of them.
    values: [f64; LENGTH],
    uniforms: [f64; LENGTH],
    generator: ChaCha8Rng,
}

/// A distribution that is worth drawing from in blocks: often used, and small enough to be compared at each draw.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Law {
    /// None so far; draws are uniform numbers.
    Uniform,
    Exponential {
        mean: f64,
    },
    LogNormal {
        mu: f64,
        sigma: f64,
    },
}

impl Ahead {
    /// The draws of `generator`, from the first one on.
    pub(super) fn new(generator: ChaCha8Rng) -> Self {
        let nothing = [0.0; LENGTH];
        Self { generator, next: LENGTH, uniforms: nothing, values: nothing, law: Law::Uniform }
    }

    /// The generator, wherever it stands.
    pub(super) fn generator(&self) -> &ChaCha8Rng {
        &self.generator
    }

    /// The next number in sequence, in the open interval (0, 1).
    #[inline(always)]
    pub(super) fn uniform(&mut self) -> f64 {
        if self.next == LENGTH {
            self.refill();
        }
        self.next += 1;
        self.uniforms[self.next - 1]
    }

    /// What `law` makes of the next number in sequence.
    #[inline(always)]
    pub(super) fn value(&mut self, law: Law) -> f64 {
        if self.next == LENGTH || self.law != law {
            self.prepare(law);
        }
        self.next += 1;
        self.values[(self.next - 1) % LENGTH]
    }

    #[inline(never)]
    fn refill(&mut self) {
        let mut bytes = [0; LENGTH * size_of::<u64>()];
        // In one piece: a call for each number would take as long as the number.
        self.generator.fill_bytes(&mut bytes);
        for (uniform, bits) in self.uniforms.iter_mut().zip(bytes.as_chunks().0) {
            *uniform = open_unit(u64::from_le_bytes(*bits));
        }
        self.next = 0;
        // The values are of the block before.
        self.law = Law::Uniform;
    }

    #[inline(never)]
    fn prepare(&mut self, law: Law) {
        if self.next == LENGTH {
            self.refill();
        }
        self.law = law;
        match law {
            Law::Uniform => self.values = self.uniforms,
            Law::Exponential { mean } => {
                for (value, u) in self.values.iter_mut().zip(self.uniforms) {
                    *value = exponential_quantile(mean, u);
                }
            }
            Law::LogNormal { mu, sigma } => {
                normal_quantiles(&self.uniforms, &mut self.values);
                for value in &mut self.values {
                    *value = lognormal(mu, sigma, *value);
                }
            }
        }
    }
}

/// The value below which an exponential variable falls with probability `u`, 0 < u < 1.
#[inline(always)]
pub(super) fn exponential_quantile(mean: f64, u: f64) -> f64 {
    mean * -ln_of_normal(1.0 - u)
}

/// The value of a lognormal variable where the standard normal one that it is made of is `z`.
#[inline(always)]
pub(super) fn lognormal(mu: f64, sigma: f64, z: f64) -> f64 {
    exp(mu + sigma * z)
}

/// The 52 high bits, centred between their neighbours, so neither 0 nor 1 can come out.
///
/// With one bit more the centre of the last cell would need 54 bits and be rounded to 1.
#[inline]
pub(super) fn open_unit(bits: u64) -> f64 {
    ((bits >> 12) as f64 + 0.5) * (1.0 / (1_u64 << 52) as f64)
}

#[cfg(test)]
mod tests {
    use super::super::Distribution;
    use super::*;
    use rand::SeedableRng;

    fn ahead() -> Ahead {
        Ahead::new(ChaCha8Rng::seed_from_u64(1))
    }

    #[test]
    fn a_value_is_what_the_distribution_makes_of_the_number_of_its_turn() {
        let laws = [
            Distribution::exponential(3.0),
            Distribution::LogNormal { mu: 0.5, sigma: 2.0 },
            Distribution::exponential(7.0),
        ];
        let (mut values, mut uniforms) = (ahead(), ahead());
        let law_of = |distribution: &Distribution| match *distribution {
            Distribution::Exponential { mean } => Law::Exponential { mean },
            Distribution::LogNormal { mu, sigma } => Law::LogNormal { mu, sigma },
            _ => unreachable!("there is no law for it"),
        };
        for draw in 0..500_usize {
            let uniform = uniforms.uniform();
            // The law changes within blocks and at their ends; now and then the number itself is read.
            if draw % 11 == 0 {
                assert_eq!(values.uniform(), uniform, "draw {draw}");
                continue;
            }
            let distribution = &laws[draw / 24 % 3];
            assert_eq!(values.value(law_of(distribution)), distribution.quantile(uniform), "draw {draw}");
        }
    }

    #[test]
    fn neither_zero_nor_one_is_drawn() {
        assert!(open_unit(0) > 0.0);
        assert!(open_unit(u64::MAX) < 1.0);
        assert_eq!(open_unit(0), 1.0 - open_unit(u64::MAX));
    }
}
