//! What AWS fixes: dated profiles of quotas, measured init tables, runtime dates and the price book.
//!
//! All of it is data with value, unit, source, date and confidence; the files stand in `data/` beside this
//! one and are loaded at build time.

mod configuration;
mod init_tables;
mod prices;
mod profile;
mod quotas;
mod rule_list;
mod rule_list_from_80;
mod rules;
mod runtimes;
mod snapstart;
mod table;

pub use configuration::{Arch, PackageType};
pub use init_tables::{InitTable, init_table, init_table_names, placement};
pub use prices::{FreePool, Metered, Price, PriceBook, PriceRow, Service, Tier, Unit};
pub use profile::{InitBilling, Profile, ProvisionedPollerRules, ScalingRule, SnapStartSupport};
pub use quotas::{Quota, all_quotas};
pub use rules::{ProfileDifference, Provenance, QuotaChange, Rule, RuleChange, rule, rules};
pub use runtimes::{
    RuntimeStatus, blocked_message, is_managed, runtime_names, runtime_status, successor, unknown_message,
};
pub use snapstart::{SNAPSTART_RUNTIMES, SnapStartRuntime, snapstart_runtime};
