//! Randomness that belongs to names, not to the order in which things happen (S3).
//!
//! A [`Stream`] is addressed by (seed, name of the entity, purpose); draw *n* of it is a function of *n*.
//! Each quantity of a request takes exactly one draw, by inversion of a [`Distribution`], so that the same
//! request can be followed through scenarios that differ in a limit or a parameter.

mod distribution;
pub mod math;
mod stream;

pub use distribution::{Distribution, QuantilePoint};
pub use stream::{Purpose, Stream};
