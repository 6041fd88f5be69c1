//! Schedules as the report has them: what EventBridge invokes by the clock.

use indexmap::IndexMap;

use crate::scenario::model::{Arrivals, Mode, Scenario};
use crate::units::SimDuration;

use super::build::Observed;
use super::model::ScheduleReport;

/// Those that invoke functions, by the name of their traffic, in the order of the file.
pub(super) fn all(scenario: &Scenario, observed: &Observed) -> IndexMap<String, ScheduleReport> {
    let of_cells = observed.cells.iter().flat_map(|cell| cell.cell.traffic.iter().zip(&cell.remains.arrived));
    let mut sources: Vec<(usize, u64)> = of_cells.map(|(index, fired)| (*index, *fired)).collect();
    sources.sort_unstable();
    let schedules = sources.into_iter().filter_map(|(index, fired)| {
        let traffic = &scenario.traffic[index];
        let schedule = match &traffic.arrivals {
            Arrivals::Every(interval) => rate(*interval),
            Arrivals::Cron(schedule) => format!("cron({})", schedule.expression),
            _ => return None,
        };
        let function = &scenario.functions[traffic.function()?.0 as usize];
        let report = ScheduleReport {
            function: function.called(traffic.qualifier),
            schedule,
            mode: match traffic.mode {
                Mode::Sync => "sync",
                Mode::Async => "async",
                Mode::DryRun => "dry_run",
            },
            fired,
        };
        Some((traffic.name.clone(), report))
    });
    schedules.collect()
}

/// As EventBridge writes it: `rate(5 minutes)`.
fn rate(interval: SimDuration) -> String {
    const UNITS: [(u64, &str); 3] = [(86_400, "day"), (3_600, "hour"), (60, "minute")];
    let seconds = interval.nanos() / 1_000_000_000;
    let fits = UNITS.iter().find(|(size, _)| seconds.is_multiple_of(*size));
    let (size, unit) = fits.copied().unwrap_or((60, "minute"));
    let count = seconds / size;
    format!("rate({count} {unit}{})", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_written_in_the_largest_unit_that_divides_it() {
        let of = |seconds: u64| rate(SimDuration::from_secs(seconds));
        assert_eq!(of(60), "rate(1 minute)");
        assert_eq!(of(5_400), "rate(90 minutes)");
        assert_eq!(of(7_200), "rate(2 hours)");
        assert_eq!(of(86_400), "rate(1 day)");
    }
}
