//! Measured Init durations by runtime, architecture and package type (S14), and what comes before Init.
//!
//! ## Hello world, not your code
//! The tables were measured with empty functions; `init_extra:` adds what your own code loads.
//!
//! ## What belongs to the first invoke and what to the handler
//! The mean Duration of the first invoke was fitted over four memory sizes as `base + cpu × max(1, 1769 / memory)`
//! with both parts at or above zero. `base` is what a hello-world handler takes anyway, at every size (1 to 3 ms, 7 at most,
//! with its runtime's loop): it belongs to the handler, whose duration the scenario gives, and is not added
//! again. `cpu` is the part that memory stretches (just-in-time compilation, lazy loading): it is the work of
//! [`InitTable::first_invoke_cpu`], stretched in proportion because it was fitted so. Where the fit put everything
//! into `cpu` (JIT runtimes), up to about 1 ms of the floor at full speed is in it too.

use std::sync::{Arc, OnceLock};

use crate::random::{Distribution, QuantilePoint, math};
use crate::units::{Bytes, SimDuration};

use super::runtimes::family_and_version;
use super::{Arch, PackageType};

const FIRST_INVOKES: &str = include_str!("data/default_init_params.csv");
const INIT_QUANTILES: &str = include_str!("data/lambda_perf_init_stats_90d.csv");

/// The shares at which a row of the quantiles has its twelve values, from the minimum to the maximum.
const SHARES: [f64; 12] = [0.0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1.0];

const NANOS_PER_MS: f64 = 1e6;

/// Median of placement and code fetch: end-to-end cold starts less Init and warm calls, 93 to 144 ms in three sets of
/// measurements (2020 to 2024).
const PLACEMENT_MEDIAN_MS: f64 = 100.0;
/// Scatter of its logarithm, from the same sets (standard deviation 17 to 23 ms).
const PLACEMENT_SIGMA: f64 = 0.20;
/// Code fetch of large zip packages: `STeLLAR` 2021, 10 to 100 MB.
const FETCH_MS_PER_MB: f64 = 10.0;
/// Zip size that the median already covers.
const FETCH_INCLUDED_MB: f64 = 10.0;

/// What was measured of one runtime on one architecture with one package type.
#[derive(Clone, Debug, PartialEq)]
pub struct InitTable {
    /// The table's own name: `python3.13`, `go`, `dotnet8-aot`.
    pub name: &'static str,
    /// The table stands in for a runtime that was not measured: an assumption to be named in the report.
    pub stands_in: bool,
    /// Init in nanoseconds; the same at every memory size.
    pub init: Distribution,
    /// CPU work of the first invoke at one vCPU, on top of the handler.
    pub first_invoke_cpu: SimDuration,
    /// Memory that the hello-world function used, MB.
    pub memory_used_mb: f64,
}

struct Measured {
    arch: String,
    package: String,
    table: InitTable,
}

/// The table called `runtime_or_table`, or else the one that stands for the runtime of that name.
///
/// `provided.al2023` takes the Go table and `provided.al2` the Go table of Amazon Linux 2, because they do not say what
/// runs on them; a runtime without measurements takes the one it is a variant of (`java17.al2023`: `java17`), or the
/// newest of its family. Each such case is marked [`InitTable::stands_in`]. `None` when there is no such runtime
/// family, or it was not measured on this architecture with this package type.
pub fn init_table(runtime_or_table: &str, arch: Arch, package: PackageType) -> Option<InitTable> {
    let exact = find(runtime_or_table, arch, package);
    exact.or_else(|| {
        let stand_in = stand_in_for(runtime_or_table)?;
        find(stand_in, arch, package).map(|table| InitTable { stands_in: true, ..table })
    })
}

/// The names of all tables, in alphabetical order.
pub fn init_table_names() -> Vec<&'static str> {
    let mut names: Vec<_> = measured().iter().map(|row| row.table.name).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Placement and code fetch, in nanoseconds: the caller waits, nothing is billed, memory does not matter (S14).
pub fn placement(package: PackageType, zip_size: Bytes) -> Distribution {
    let median = PLACEMENT_MEDIAN_MS * NANOS_PER_MS;
    let base = Distribution::LogNormal { mu: math::ln(median), sigma: PLACEMENT_SIGMA };
    let beyond_mb = match package {
        PackageType::Zip => (zip_size.mb_f64() - FETCH_INCLUDED_MB).max(0.0),
        PackageType::Image => 0.0,
    };
    if beyond_mb > 0.0 {
        Distribution::Shifted(Arc::new(base), beyond_mb * FETCH_MS_PER_MB * NANOS_PER_MS)
    } else {
        base
    }
}

fn find(name: &str, arch: Arch, package: PackageType) -> Option<InitTable> {
    let (arch, package) = (arch.to_string(), package.to_string());
    let row =
        measured().iter().find(|row| row.table.name == name && row.arch == arch && row.package == package)?;
    Some(row.table.clone())
}

fn stand_in_for(runtime: &str) -> Option<&'static str> {
    match runtime {
        "provided.al2023" | "custom" => return Some("go"),
        "provided.al2" | "provided" | "go1.x" => return Some("go-al2"),
        _ => {}
    }
    let names = init_table_names();
    let plain = runtime.strip_suffix(".al2023");
    if let Some(variant) = names.iter().find(|name| plain == Some(**name)) {
        return Some(variant);
    }
    let (family, _) = family_and_version(runtime)?;
    let relatives = names.into_iter().filter_map(|name| {
        let (other, version) = family_and_version(name)?;
        (other == family).then_some((version, name))
    });
    relatives.max().map(|(_, name)| name)
}

fn measured() -> &'static [Measured] {
    static ROWS: OnceLock<Vec<Measured>> = OnceLock::new();
    ROWS.get_or_init(|| {
        let quantiles = QuantileSums::read();
        super::table::rows(FIRST_INVOKES)
            .map(|[name, runtime, arch, package, _base_ms, cpu_ms, memory_used_mb]| Measured {
                table: InitTable {
                    name: String::leak(name),
                    stands_in: false,
                    init: Distribution::QuantileTable(quantiles.points(&runtime, &arch, &package).into()),
                    first_invoke_cpu: SimDuration::from_secs_f64(decimal(&cpu_ms) / 1e3),
                    memory_used_mb: decimal(&memory_used_mb),
                },
                arch,
                package,
            })
            .collect()
    })
}

/// Quantiles of the four memory sizes, weighted by their number of cold starts.
struct QuantileSums {
    rows: Vec<([String; 3], f64, [f64; 12])>,
}

impl QuantileSums {
    fn read() -> Self {
        let mut rows: Vec<([String; 3], f64, [f64; 12])> = Vec::new();
        for row in super::table::rows::<17>(INIT_QUANTILES) {
            let [runtime, package, arch, _memory_mb, count, values @ ..] = row;
            let values: [String; 12] = values;
            let (cell, count) = ([runtime, arch, package], decimal(&count));
            let sums = match rows.last_mut() {
                Some(last) if last.0 == cell => last,
                _ => {
                    rows.push((cell, 0.0, [0.0; 12]));
                    rows.last_mut().unwrap_or_else(|| unreachable!("just pushed"))
                }
            };
            sums.1 += count;
            for (sum, value) in sums.2.iter_mut().zip(values) {
                *sum += count * decimal(&value);
            }
        }
        Self { rows }
    }

    fn points(&self, runtime: &str, arch: &str, package: &str) -> Vec<QuantilePoint> {
        let (_, count, sums) = self
            .rows
            .iter()
            .find(|(cell, ..)| *cell == [runtime, arch, package])
            .unwrap_or_else(|| panic!("no quantiles of {runtime} {arch} {package}"));
        let point = |(sum, probability): (&f64, f64)| QuantilePoint {
            probability,
            value: (sum / count * NANOS_PER_MS).round(),
        };
        sums.iter().zip(SHARES).map(point).collect()
    }
}

fn decimal(text: &str) -> f64 {
    text.parse()
        .unwrap_or_else(|_| panic!("a data file of the program has no number where one is due: {text}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zip_x86(name: &str) -> InitTable {
        init_table(name, Arch::X86_64, PackageType::Zip).unwrap()
    }

    fn points(table: &InitTable) -> &[QuantilePoint] {
        let Distribution::QuantileTable(points) = &table.init else { panic!("no quantiles") };
        points
    }

    #[test]
    fn every_table_rises_from_a_positive_minimum_to_its_maximum() {
        assert_eq!(measured().len(), 155);
        for row in measured() {
            let points = points(&row.table);
            assert!(points[0].value > 0.0, "{}", row.table.name);
            assert!(points.windows(2).all(|pair| pair[0].value <= pair[1].value), "{}", row.table.name);
            assert!((points[0].probability, points[11].probability) == (0.0, 1.0));
        }
    }

    #[test]
    fn the_median_of_python_is_the_mean_of_the_four_memory_sizes() {
        let median = points(&zip_x86("python3.13"))[5];
        assert_eq!(median.probability, 0.5);
        // Pooled median of the same cold starts: 92.9 ms.
        assert!((median.value / 1e6 - 92.9).abs() < 0.5, "{}", median.value);
    }

    #[test]
    fn a_runtime_without_measurements_says_which_table_it_takes() {
        let stand_in = |runtime| {
            let table = zip_x86(runtime);
            (table.name, table.stands_in)
        };
        assert_eq!(stand_in("python3.13"), ("python3.13", false));
        assert_eq!(stand_in("rust"), ("rust", false));
        assert_eq!(stand_in("provided.al2023"), ("go", true));
        assert_eq!(stand_in("provided.al2"), ("go-al2", true));
        assert_eq!(stand_in("python3.8"), ("python3.14", true));
        assert_eq!(stand_in("nodejs26.x"), ("nodejs24.x", true));
        assert_eq!(stand_in("java17.al2023"), ("java17", true));
        assert_eq!(stand_in("java8"), ("java25", true));
        assert_eq!(stand_in("dotnet9"), ("dotnet10", true));
        assert_eq!(stand_in("dotnetcore3.1"), ("dotnet10", true));
        assert_eq!(stand_in("ruby4.0"), ("ruby3.4", true));
        assert_eq!(init_table("cobol", Arch::X86_64, PackageType::Zip), None);
    }

    #[test]
    fn what_a_hello_world_handler_takes_anyway_is_a_few_milliseconds() {
        for row in crate::platform::table::rows::<7>(FIRST_INVOKES) {
            assert!((0.0..7.0).contains(&decimal(&row[4])), "{row:?}");
        }
    }

    #[test]
    fn the_first_invoke_of_dotnet_costs_cpu_and_that_of_rust_does_not() {
        assert_eq!(zip_x86("dotnet8").first_invoke_cpu, SimDuration::from_micros(48_260));
        assert_eq!(zip_x86("rust").first_invoke_cpu, SimDuration::ZERO);
    }

    #[test]
    fn each_mb_of_zip_above_ten_takes_ten_milliseconds_and_images_none() {
        let small = placement(PackageType::Zip, Bytes::from_mb(10));
        assert!(matches!(small, Distribution::LogNormal { .. }));
        let Distribution::Shifted(_, extra) = placement(PackageType::Zip, Bytes::from_mb(35)) else {
            panic!("not shifted")
        };
        assert_eq!(extra, 250e6);
        assert_eq!(placement(PackageType::Image, Bytes::from_mb(800)), small);
    }
}
