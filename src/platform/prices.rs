//! The price book: what Lambda and the services around it cost, as exact decimals with date and source.
//!
//! ```text
//! data/pricing.csv ──┐
//! pricing.prices ────┴─▶ PriceBook ─tariff(region, Metered)─▶ tiers ─▶ the bill
//! ```
//!
//! A price is never taken from another region and never guessed; what was inferred from a pattern says so in its source.

mod book;
mod file;
mod free;
mod metered;
mod tariff;

pub use book::{Price, PriceBook, PriceRow};
pub use free::FreePool;
pub use metered::{Metered, Service, Unit};
pub use tariff::Tier;
