//! A generic discrete-event engine: an agenda in virtual time, an arena, a token bucket; and work on threads.
//!
//! It knows no word of Lambda, and nothing here reads a wall clock.

mod agenda;
mod arena;
mod compact;
mod heap;
mod in_order;
mod occupied;
mod stretches;
mod token_bucket;
mod wheel;

pub use agenda::{Agenda, Rank};
pub use arena::Arena;
pub use compact::Compact;
pub(crate) use compact::compact;
pub use in_order::in_order;
pub use token_bucket::TokenBucket;
