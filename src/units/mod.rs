//! Quantities with their units: simulated time, sizes, rates, shares and money.
//!
//! Time, usage and money are integers, so adding them in another order gives the same bytes.
//! Nothing here knows what Lambda is.

mod memory;
mod money;
mod parse;
mod rate;
mod time;

pub use memory::{Bytes, Memory};
pub use money::Usd;
pub use parse::{
    ParseQuantityError, parse_bytes, parse_duration, parse_memory, parse_rate, parse_share, parse_usd,
};
pub use rate::Rate;
pub use time::{SimDuration, SimTime};
