//! Randomness that belongs to names, not to the order in which things happen (S3).
//!
//! A [`Stream`] is addressed by (seed, name of the entity, purpose); draw *n* of it is a function of *n*.
//! Each quantity of a request takes exactly one draw, by inversion of a [`Distribution`], so that the same
//! request can be followed through scenarios that differ in a limit or a parameter.

mod ahead;
mod distribution;
mod exp;
mod gamma;
mod ln;
pub mod math;
mod moments;
mod normal;
mod stream;
mod student;

pub use distribution::{Distribution, QuantilePoint};
pub use gamma::{gamma_lower, gamma_quantile, gamma_upper};
pub use normal::{normal_cdf, normal_density, normal_quantile};
pub use stream::{Entity, Purpose, Stream};
pub use student::{student_cdf, student_quantile};
