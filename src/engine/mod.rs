//! A generic discrete-event engine: an agenda in virtual time, an arena and a token bucket.
//!
//! It knows no word of Lambda, and nothing here reads a wall clock.

mod agenda;
mod arena;
mod heap;
mod token_bucket;
mod wheel;

pub use agenda::{Agenda, Rank};
pub use arena::Arena;
pub use token_bucket::TokenBucket;
