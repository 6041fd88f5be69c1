//! The report as plain data, and its renderings: text, JSON, CSV, Markdown, JUnit, HTML and pictures.

mod accumulated_cost;
mod around;
mod assumptions_around;
mod assumptions_used;
mod bill;
mod build;
mod caveats;
mod deployed;
pub mod estimate;
pub mod estimate_text;
mod measure;
mod messages;
pub mod model;
mod outside;
pub mod prices_text;
mod replicated;
pub mod rules_text;
mod standing;
mod time_series;
mod usage;

pub use bill::{
    Bill, FunctionUsage, FunctionWaste, MeteredQuantity, MonthUsage, Owner, Steady, Usage, bill,
    cost_of_month, month_with,
};
pub use build::{Observed, ObservedCell, build};
pub use measure::measure;
pub mod attempts;
pub mod csv;
pub mod document;
mod downstreams;
pub mod explain;
mod fates;
pub mod figures;
mod foremost;
mod gateways;
pub mod html;
pub mod json;
pub mod junit;
pub mod log_lines;
pub mod markdown;
mod markup;
mod parts;
pub mod plots;
#[cfg(feature = "png")]
pub mod png;
mod push_sources;
mod queues;
#[doc(hidden)]
pub mod sample;
mod schedules;
mod streams;
pub mod text;
pub mod theory_text;
pub mod thresholds;
mod verdict;

pub use verdict::a_strict_threshold_failed;
