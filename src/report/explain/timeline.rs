//! Concurrency before and after a peak, in even intervals.

use crate::lambda::outcome::ThrottleCause;
use crate::observe::narrator::{Change, PeakWindow, Summit};
use crate::report::figures::thousands;
use crate::report::text::layout;
use crate::units::{SimDuration, SimTime};

use super::peak::start_of;
use super::words::clock;

/// Intervals before the peak's own, and after it.
const BEFORE: u64 = 7;
const AFTER: u64 = 6;
/// Columns of the longest bar.
const BAR: u64 = 30;

#[derive(Clone, Copy, Debug, Default)]
struct Interval {
    cold: u64,
    warm: u64,
    ended: u64,
    throttled: u64,
    /// In flight at the end.
    level: u64,
    /// Greatest in flight.
    highest: u64,
}

/// One row per interval: what began, what ended, what was refused, and how many ran at most.
pub(super) fn render(summit: Summit, window: &PeakWindow) -> String {
    let width = interval(window);
    let peak = start_of(summit.first, width);
    let start = SimTime::from_nanos(peak.nanos().saturating_sub(width.nanos() * BEFORE));
    let rows = (peak.since(start).nanos() / width.nanos() + 1 + AFTER) as usize;
    let mut intervals = vec![Interval::default(); rows];
    let place = |at: SimTime| (at.nanos().checked_sub(start.nanos())? / width.nanos()).try_into().ok();
    let mut level = level_at_start(summit, window, start);
    let mut filled = 0;
    let changes = window.before().chain(window.after().iter().copied());
    for (at, change) in changes.filter(|(at, _)| *at >= start) {
        let Some(index) = place(at).filter(|index: &usize| *index < rows) else { break };
        for idle in filled..index {
            intervals[idle + 1].highest = level;
            intervals[idle + 1].level = level;
        }
        if filled == 0 && index == 0 && intervals[0].highest == 0 {
            intervals[0].highest = level;
        }
        filled = index;
        level = applied(level, change, &mut intervals[index]);
    }
    for idle in filled + 1..rows {
        (intervals[idle].highest, intervals[idle].level) = (level, level);
    }
    table(&intervals, start, width, peak)
}

fn applied(level: u64, change: Change, interval: &mut Interval) -> u64 {
    let level = match change {
        Change::Cold => {
            interval.cold += 1;
            level + 1
        }
        Change::Warm => {
            interval.warm += 1;
            level + 1
        }
        Change::End => {
            interval.ended += 1;
            level.saturating_sub(1)
        }
        Change::Throttle(
            ThrottleCause::ReservedConcurrency
            | ThrottleCause::AccountConcurrency
            | ThrottleCause::ScalingRate
            | ThrottleCause::AccountRequestRate
            | ThrottleCause::ReservedRequestRate,
        ) => {
            interval.throttled += 1;
            level
        }
    };
    interval.level = level;
    interval.highest = interval.highest.max(level);
    level
}

/// Works back from the peak, where the level is known.
fn level_at_start(summit: Summit, window: &PeakWindow, start: SimTime) -> u64 {
    let (mut begun, mut ended) = (0_u64, 0_u64);
    for (_, change) in window.before().filter(|(at, _)| *at >= start) {
        match change {
            Change::Cold | Change::Warm => begun += 1,
            Change::End => ended += 1,
            Change::Throttle(_) => {}
        }
    }
    (summit.in_flight + ended).saturating_sub(begun)
}

/// A round length, so that the climb of the holders takes some five intervals.
fn interval(window: &PeakWindow) -> SimDuration {
    let holders = window.holders();
    let longest = holders
        .iter()
        .filter_map(|holder| Some(holder.end?.0.since(holder.since)))
        .max()
        .unwrap_or(SimDuration::from_secs(1));
    let wanted = (window.climb().max(longest).nanos() / 5).max(1_000_000);
    let mut width = 1_000_000_u64;
    for factor in [2, 5, 10].iter().cycle() {
        if width >= wanted {
            break;
        }
        let decade = 10_u64.pow(width.ilog10());
        width = decade * factor;
    }
    SimDuration::from_nanos(width)
}

fn table(intervals: &[Interval], start: SimTime, width: SimDuration, peak: SimTime) -> String {
    let throttled = intervals.iter().any(|interval| interval.throttled > 0);
    let tallest = intervals.iter().map(|interval| interval.highest).max().unwrap_or(1).max(1);
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut head: Vec<String> = ["from", "cold", "warm", "ended"].map(str::to_owned).to_vec();
    if throttled {
        head.push("throttled".to_owned());
    }
    head.push("in flight, at most".to_owned());
    rows.push(head);
    for (index, interval) in (0_u64..).zip(intervals) {
        let at = start + width.saturating_mul(index);
        let mut row =
            vec![clock(at), thousands(interval.cold), thousands(interval.warm), thousands(interval.ended)];
        if throttled {
            row.push(thousands(interval.throttled));
        }
        let bar = "█".repeat((interval.highest * BAR).div_ceil(tallest) as usize);
        let mark = if at == peak { "  ← the peak" } else { "" };
        row.push(format!("{bar} {}{mark}", thousands(interval.highest)));
        rows.push(row);
    }
    let last = rows[0].len() - 1;
    let widths: Vec<usize> = (0..last)
        .map(|column| rows.iter().map(|row| layout::width(&row[column])).max().unwrap_or(0))
        .collect();
    let mut text = String::new();
    for row in &rows {
        let cells: Vec<String> =
            (0..last).map(|column| layout::right(&row[column], widths[column])).collect();
        text += format!("    {}  {}", cells.join("  "), row[last].trim_start()).trim_end();
        text.push('\n');
    }
    text
}
