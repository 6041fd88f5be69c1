//! Which runtimes have SnapStart, what it costs there, and how long a restore takes (S26).

use crate::random::{Distribution, math};
use crate::units::Memory;

use super::runtimes::family_and_version;
use super::table;

const RESTORES: &str = include_str!("data/lambda_perf_snapstart_restore_2025.csv");

const NANOS_PER_MS: f64 = 1e6;

/// A restore where nothing was measured: Python and .NET.
const UNMEASURED_MS: f64 = 300.0;

/// First version of each family that has SnapStart (docs.aws.amazon.com/lambda/latest/dg/snapstart.html, read 2026-11).
const SUPPORTED: [(&str, (u32, u32)); 3] = [("java", (11, 0)), ("python", (3, 12)), ("dotnet", (8, 0))];

/// `SnapStart` in a runtime.
#[derive(Clone, Debug, PartialEq)]
pub struct SnapStartRuntime {
    /// Whether cache and restores have a price: not in Java.
    pub is_paid: bool,
    /// A restore from a warm cache, in nanoseconds.
    pub restore: Distribution,
    /// Whose measurements these are: `java21, 512MB`; `None` is our guess.
    pub measured: Option<String>,
}

/// `SnapStart` of a function with this runtime and memory; `None` where the runtime does not have it.
///
/// The measurements are of `x86_64` and stand in for arm64. A memory size takes the row that is nearest in its logarithm,
/// a version of Java without measurements the newest before it.
pub fn snapstart_runtime(runtime: &str, memory: Memory) -> Option<SnapStartRuntime> {
    let (family, version) = family_and_version(runtime.strip_suffix(".al2023").unwrap_or(runtime))?;
    let (_, least) = SUPPORTED.iter().find(|(known, _)| *known == family)?;
    if version < *least {
        return None;
    }
    if family != "java" {
        let restore = Distribution::Constant(UNMEASURED_MS * NANOS_PER_MS);
        return Some(SnapStartRuntime { is_paid: true, restore, measured: None });
    }
    let row = nearest(version.0, memory)?;
    let measured = Some(format!("java{}, {}MB", row.version, row.memory_mb));
    let mu = row.mu + math::ln(NANOS_PER_MS);
    Some(SnapStartRuntime {
        is_paid: false,
        restore: Distribution::LogNormal { mu, sigma: row.sigma },
        measured,
    })
}

/// The families that have it, in words.
pub const SNAPSTART_RUNTIMES: &str = "Java 11, Python 3.12, .NET 8 and newer ones of each";

struct Row {
    version: u32,
    memory_mb: u32,
    /// Of the logarithm of milliseconds.
    mu: f64,
    sigma: f64,
}

fn nearest(version: u32, memory: Memory) -> Option<Row> {
    let rows: Vec<Row> = rows().collect();
    let newest = rows.iter().map(|row| row.version).filter(|known| *known <= version).max()?;
    let distance = |row: &Row| (math::ln(f64::from(row.memory_mb)) - math::ln(f64::from(memory.mb()))).abs();
    rows.into_iter()
        .filter(|row| row.version == newest)
        .min_by(|one, other| distance(one).total_cmp(&distance(other)))
}

fn rows() -> impl Iterator<Item = Row> {
    table::rows(RESTORES).map(
        |[
            runtime,
            _arch,
            memory,
            _n,
            _mean,
            _sd,
            _p5,
            _p25,
            _p50,
            _p75,
            _p95,
            _p99,
            mu,
            sigma,
            _first,
            _used,
        ]: [String; 16]| {
            let version =
                runtime.trim_start_matches("java").split(' ').next().and_then(|text| text.parse().ok());
            let number = |text: &str| text.parse().unwrap_or_else(|_| panic!("{text} is no number"));
            Row {
                version: version.unwrap_or_else(|| panic!("{runtime} has no version")),
                memory_mb: number(&memory) as u32,
                mu: number(&mu),
                sigma: number(&sigma),
            }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(runtime: &str, mb: u32) -> Option<SnapStartRuntime> {
        snapstart_runtime(runtime, Memory::from_mb(mb))
    }

    #[test]
    fn java_takes_its_own_table_and_costs_nothing() {
        let java = of("java21", 512).unwrap();
        assert!(!java.is_paid);
        assert_eq!(java.measured.as_deref(), Some("java21, 512MB"));
        let Distribution::LogNormal { mu, sigma } = java.restore else { panic!("{:?}", java.restore) };
        // e^6.484 ms.
        assert!((math::exp(mu) / 1e6 - 654.6).abs() < 0.1 && sigma == 0.138, "{mu} {sigma}");
        assert_eq!(of("java25", 3_008).unwrap().measured.as_deref(), Some("java21, 1024MB"));
        assert_eq!(of("java17.al2023", 200).unwrap().measured.as_deref(), Some("java17, 256MB"));
    }

    #[test]
    fn python_and_dotnet_pay_and_were_not_measured() {
        for runtime in ["python3.12", "python3.14", "dotnet8"] {
            let found = of(runtime, 1_024).unwrap();
            assert!(found.is_paid && found.measured.is_none(), "{runtime}");
            assert_eq!(found.restore, Distribution::Constant(300e6));
        }
    }

    #[test]
    fn older_and_other_runtimes_have_no_snapstart() {
        for runtime in
            ["java8.al2", "python3.11", "dotnet6", "nodejs22.x", "ruby3.4", "provided.al2023", "custom"]
        {
            assert_eq!(of(runtime, 512), None, "{runtime}");
        }
    }
}
