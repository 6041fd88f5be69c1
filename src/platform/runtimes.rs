//! Runtimes: which exist, when they end, and what AWS says to a function that asks for one that has ended.

use std::sync::OnceLock;

const TABLE: &str = include_str!("data/runtimes.csv");

/// Nearest names are offered up to this Jaro-Winkler distance from what was written.
const NEAR: f64 = 0.75;

/// Where a runtime stands on a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuntimeStatus {
    /// There is no such runtime.
    Unknown {
        /// The most similar name, if one is similar.
        nearest: Option<&'static str>,
    },
    /// Patched by AWS (or a preview of what will be).
    Supported,
    /// No more patches; functions can be made and go on running.
    Deprecated {
        /// The date, `2026-10-31`.
        since: &'static str,
    },
    /// No new function may use it.
    CreateBlocked {
        /// The date, `2024-02-08`.
        since: &'static str,
    },
    /// No function may be changed to it or while using it either.
    UpdateBlocked {
        /// The date, `2022-05-30`.
        since: &'static str,
    },
}

struct Runtime {
    name: String,
    deprecated: String,
    create_block: String,
    update_block: String,
    successor: String,
}

/// Names of all runtimes that AWS has had, in alphabetical order.
pub fn runtime_names() -> impl Iterator<Item = &'static str> {
    runtimes().iter().map(|runtime| runtime.name.as_str())
}

/// Where the runtime `name` stands at `unix_seconds` since 1970-01-01T00:00:00Z. A date counts from its first second.
pub fn runtime_status(name: &str, unix_seconds: i64) -> RuntimeStatus {
    let Some(runtime) = find(name) else {
        return RuntimeStatus::Unknown { nearest: nearest(name) };
    };
    let today = civil_date(unix_seconds.div_euclid(86_400));
    let passed = |date: &str| !date.is_empty() && *date <= *today;
    if passed(&runtime.update_block) {
        RuntimeStatus::UpdateBlocked { since: &runtime.update_block }
    } else if passed(&runtime.create_block) {
        RuntimeStatus::CreateBlocked { since: &runtime.create_block }
    } else if passed(&runtime.deprecated) {
        RuntimeStatus::Deprecated { since: &runtime.deprecated }
    } else {
        RuntimeStatus::Supported
    }
}

/// The runtime that AWS recommends in place of `name`, if it has named one.
pub fn successor(name: &str) -> Option<&'static str> {
    find(name).map(|runtime| runtime.successor.as_str()).filter(|successor| !successor.is_empty())
}

/// AWS manages the language runtime: every runtime but `provided`, `provided.*` and `custom`.
///
/// Only such functions, packaged as zip, had a free Init before 2025-08 (S60).
pub fn is_managed(name: &str) -> bool {
    find(name).is_some() && !matches!(name, "provided" | "provided.al2" | "provided.al2023" | "custom")
}

/// What AWS answers (`InvalidParameterValueException`) to a function with a runtime that may not be used any more.
pub fn blocked_message(name: &str) -> String {
    format!(
        "The runtime parameter of {name} is no longer supported for creating or updating AWS Lambda functions. \
         We recommend you use a supported runtime while creating or updating functions."
    )
}

/// What AWS answers (`InvalidParameterValueException`) to a runtime it does not know; the list of names is left out.
pub fn unknown_message(name: &str) -> String {
    format!(
        "Value {name} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set or be a valid ARN"
    )
}

/// The language of a runtime and its version as numbers that can be compared: `nodejs24.x` is Node.js 24.
///
/// `dotnetcore` and `dotnet` are one family. `None` for names that do not end in a version.
pub(super) fn family_and_version(name: &str) -> Option<(&str, (u32, u32))> {
    let digits = name.find(|letter: char| letter.is_ascii_digit())?;
    let (family, version) = name.split_at(digits);
    let family = if family == "dotnetcore" { "dotnet" } else { family };
    if !["nodejs", "python", "java", "dotnet", "ruby"].contains(&family) {
        return None;
    }
    // `dotnet8-aot` is compiled ahead of time for provided.al2023 and no relative of `dotnet8`.
    if version.contains('-') {
        return None;
    }
    let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0));
    Some((family, (parts.next()?, parts.next().unwrap_or(0))))
}

fn find(name: &str) -> Option<&'static Runtime> {
    runtimes().iter().find(|runtime| runtime.name == name)
}

fn nearest(name: &str) -> Option<&'static str> {
    let distance = |known: &str| strsim::jaro_winkler(name, known);
    let best = runtime_names().max_by(|one, other| distance(one).total_cmp(&distance(other)))?;
    (distance(best) >= NEAR).then_some(best)
}

fn runtimes() -> &'static [Runtime] {
    static ROWS: OnceLock<Vec<Runtime>> = OnceLock::new();
    ROWS.get_or_init(|| {
        super::table::rows(TABLE)
            .map(|[name, deprecated, create_block, update_block, successor, _source]| Runtime {
                name,
                deprecated,
                create_block,
                update_block,
                successor,
            })
            .collect()
    })
}

/// `2026-11-23` for a number of days since 1970-01-01 in the Gregorian calendar (years 0 to 9999).
fn civil_date(days: i64) -> String {
    // Years begin in March, so that the leap day is the last one; an era is 400 years of 146,097 days.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-23T00:00:00Z.
    const TODAY: i64 = 1_795_392_000;
    const DAY: i64 = 86_400;

    #[test]
    fn days_become_dates_across_leap_years_and_centuries() {
        assert_eq!(civil_date(0), "1970-01-01");
        assert_eq!(civil_date(11_016), "2000-02-29");
        assert_eq!(civil_date(TODAY / 86_400), "2026-11-23");
        assert_eq!(civil_date(-1), "1969-12-31");
    }

    #[test]
    fn a_runtime_goes_from_supported_to_deprecated_to_blocked() {
        let python = |date| runtime_status("python3.10", date);
        assert_eq!(python(TODAY - 24 * DAY), RuntimeStatus::Supported);
        assert_eq!(python(TODAY - 23 * DAY), RuntimeStatus::Deprecated { since: "2026-10-31" });
        assert_eq!(python(TODAY), RuntimeStatus::Deprecated { since: "2026-10-31" });
        assert_eq!(python(TODAY + 70 * DAY), RuntimeStatus::CreateBlocked { since: "2027-02-01" });
        assert_eq!(python(TODAY + 100 * DAY), RuntimeStatus::UpdateBlocked { since: "2027-03-03" });
        assert_eq!(runtime_status("go1.x", TODAY), RuntimeStatus::CreateBlocked { since: "2024-02-08" });
        assert_eq!(runtime_status("python2.7", TODAY), RuntimeStatus::UpdateBlocked { since: "2022-05-30" });
    }

    #[test]
    fn what_aws_supports_today_is_supported_here() {
        for name in [
            "nodejs22.x",
            "nodejs24.x",
            "nodejs26.x",
            "python3.11",
            "python3.12",
            "python3.13",
            "python3.14",
            "python3.15",
            "java8.al2",
            "java11",
            "java17",
            "java8.al2023",
            "java11.al2023",
            "java17.al2023",
            "java21",
            "java25",
            "dotnet10",
            "ruby3.3",
            "ruby3.4",
            "ruby4.0",
            "provided.al2023",
            "custom",
        ] {
            assert_eq!(runtime_status(name, TODAY), RuntimeStatus::Supported, "{name}");
        }
    }

    #[test]
    fn a_misspelt_runtime_has_a_nearest_name_and_nonsense_has_none() {
        let nearest = |name| match runtime_status(name, TODAY) {
            RuntimeStatus::Unknown { nearest } => nearest,
            other => panic!("{name} is known: {other:?}"),
        };
        assert_eq!(nearest("pyhton3.13"), Some("python3.13"));
        assert_eq!(nearest("nodejs24"), Some("nodejs24.x"));
        assert_eq!(nearest("zzz"), None);
    }

    #[test]
    fn custom_runtimes_are_not_managed() {
        assert!(is_managed("python3.13") && is_managed("dotnet10") && is_managed("go1.x"));
        assert!(!is_managed("provided.al2023") && !is_managed("provided") && !is_managed("custom"));
    }
}
