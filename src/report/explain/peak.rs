//! How a peak of concurrency came about.

use std::collections::BTreeSet;

use crate::lambda::outcome::ThrottleCause;
use crate::observe::narrator::{Holder, PeakFinder, PeakSubject, PeakWindow, Totals};
use crate::report::figures::{counted, decimal, short, thousands};
use crate::report::text::layout;
use crate::scenario::model::Scenario;
use crate::units::{SimDuration, SimTime};

use super::paper::{self, point};
use super::timeline;
use super::words::{self, clock, environment, span};

/// Holders that are listed one by one.
const LISTED: usize = 12;

/// Tells when concurrency was greatest, who held it and why, what Little's law says and which limits were near.
pub fn peak(scenario: &Scenario, subject: PeakSubject, finder: &PeakFinder, window: &PeakWindow) -> String {
    let tale = Tale { scenario, subject, finder, window, mentioned: BTreeSet::new() };
    if finder.summit().in_flight == 0 {
        return "Nothing ran in this scenario, so there is no peak to explain.\n".to_owned();
    }
    tale.tell()
}

struct Tale<'a> {
    scenario: &'a Scenario,
    subject: PeakSubject,
    finder: &'a PeakFinder,
    window: &'a PeakWindow,
    mentioned: BTreeSet<&'static str>,
}

impl Tale<'_> {
    fn tell(mut self) -> String {
        let mut text = self.headline();
        for (title, body) in [
            ("Who held environments then, and why", self.holders()),
            ("What Little's law says", self.little()),
            ("Which limits were near", self.limits()),
            ("Before and after", timeline::render(self.finder.summit(), self.window)),
        ] {
            text += &format!("\n{title}\n{body}");
        }
        text.push('\n');
        text += &paper::legend(&self.mentioned);
        text.push('\n');
        let last = self.window.holders().last().map_or(1, |holder| holder.request.number);
        text += &paper::paragraph(&format!(
            "The request that made the peak, step by step: `coldstart explain SCENARIO.yaml --request {last}`."
        ));
        text
    }

    fn of_whom(&self) -> String {
        match self.subject {
            PeakSubject::Function(index) => {
                format!("of {}", self.scenario.functions[index as usize].name)
            }
            PeakSubject::Everything => {
                format!("of all {} functions", thousands(self.scenario.functions.len() as u64))
            }
        }
    }

    fn headline(&self) -> String {
        let summit = self.finder.summit();
        let again = match summit.times {
            1 => "It is reached once.".to_owned(),
            times => format!(
                "It is reached {} times, first then and last at {}.",
                thousands(times),
                clock(summit.last)
            ),
        };
        paper::paragraph(&format!(
            "The peak of concurrency {}: {} in flight at {}. {again}",
            self.of_whom(),
            counted(summit.in_flight, "invocation", "invocations"),
            clock(summit.first)
        ))
    }

    fn holders(&mut self) -> String {
        let holders = self.window.holders();
        let cold = holders.iter().filter(|holder| holder.cold).count();
        let mut text = match (cold, holders.len()) {
            (0, all) => point(&format!(
                "All {all} are warm: their environments existed before, and the requests simply overlap."
            )),
            (cold, all) if cold == all => point(&format!(
                "All {all} are cold starts. Each holds its environment through placement, Init and handler, so the \
                 next request finds none idle and starts another environment.",
            )),
            (cold, all) => point(&format!(
                "{cold} of {all} are cold starts, which hold their environments through placement, Init and handler; the \
                 others are warm.",
            )),
        };
        self.mentioned.extend(["S10", "S13"]);
        if cold > 0 && self.scenario.assumptions.own_cold_start {
            self.mentioned.insert("S11");
        }
        if let PeakSubject::Everything = self.subject {
            text += &self.by_function();
        }
        text += &self.longest();
        text.push('\n');
        text += &self.table();
        text
    }

    fn by_function(&self) -> String {
        let mut running = vec![0_u64; self.scenario.functions.len()];
        for holder in self.window.holders() {
            running[holder.request.function as usize] += 1;
        }
        let mut order: Vec<usize> = (0..running.len()).filter(|&index| running[index] > 0).collect();
        order.sort_by_key(|&index| (std::cmp::Reverse(running[index]), index));
        let parts: Vec<String> = order
            .iter()
            .take(8)
            .map(|&index| format!("{} {}", thousands(running[index]), self.scenario.functions[index].name))
            .collect();
        let others = if order.len() > 8 { ", …" } else { "" };
        point(&format!("By function: {}{others}.", parts.join(", ")))
    }

    /// How long the holders keep their environments.
    fn longest(&self) -> String {
        let holders = self.window.holders();
        let (Some(first), Some(last)) = (holders.first(), holders.last()) else { return String::new() };
        if first.since == last.since {
            return point(&format!(
                "They were all admitted at one instant, {}: a burst.",
                clock(first.since)
            ));
        }
        point(&format!(
            "The first of them was admitted at {}, the last at {}: {} arrivals in {}, and none of them had ended yet.",
            clock(first.since),
            clock(last.since),
            thousands(holders.len() as u64),
            span(last.since.since(first.since))
        ))
    }

    fn table(&self) -> String {
        let holders = self.window.holders();
        let head = ["request", "since", "start", "environment", "placement", "Init", "Duration", "until"];
        let names = matches!(self.subject, PeakSubject::Everything);
        let mut rows: Vec<Vec<String>> = vec![head.iter().map(|&word| word.to_owned()).collect()];
        if names {
            rows[0].push("function".to_owned());
        }
        let gap = holders.len() > LISTED;
        for (place, holder) in holders.iter().enumerate() {
            if gap && place == LISTED / 2 {
                rows.push(vec![format!("… {} more", thousands((holders.len() - LISTED) as u64))]);
            }
            if gap && place >= LISTED / 2 && place < holders.len() - LISTED / 2 {
                continue;
            }
            let mut row = row(holder);
            if names {
                row.push(self.scenario.functions[holder.request.function as usize].name.clone());
            }
            rows.push(row);
        }
        aligned(&rows, if names { Some(head.len()) } else { None })
    }

    fn little(&mut self) -> String {
        let totals = self.finder.totals();
        let seconds = self.scenario.traffic_end().seconds();
        if totals.ended == 0 || seconds <= 0.0 {
            return point(
                "All requests came at one instant, so there is no rate: concurrency is the size of the burst.",
            );
        }
        let held = (totals.cold_nanos + totals.warm_nanos) as f64 / 1e9;
        let rate = totals.ended as f64 / seconds;
        let mean = held / totals.ended as f64;
        let mut text = point(&format!(
            "Over the whole run: {} invocations/s × {} each = {} in flight on average.",
            short(rate),
            span(SimDuration::from_secs_f64(mean)),
            short(rate * mean)
        ));
        text += &self.little_now(&totals);
        let warm = totals.ended - totals.cold;
        if warm > 0 && totals.cold > 0 {
            let warm_mean = totals.warm_nanos as f64 / 1e9 / warm as f64;
            let load = rate * warm_mean;
            text += &point(&format!(
                "Warm invocations alone: {} invocations/s × {} = {}: once warm, {} would do if the \
                 calls came evenly.",
                short(rate),
                span(SimDuration::from_secs_f64(warm_mean)),
                short(load),
                counted(load.ceil() as u64, "environment", "environments")
            ));
        }
        text
    }

    /// The law applied to the climb: the rate then, times what the holders take.
    fn little_now(&self, totals: &Totals) -> String {
        let holders = self.window.holders();
        let ended: Vec<f64> =
            holders.iter().filter_map(|holder| Some(holder.end?.0.since(holder.since).seconds())).collect();
        let (Some(first), Some(last)) = (holders.first(), holders.last()) else { return String::new() };
        let climb = last.since.since(first.since).seconds();
        if climb <= 0.0 || ended.is_empty() || totals.ended < 2 {
            return point(
                "At the peak: the requests came at one instant, so the average says nothing about it.",
            );
        }
        let arrivals =
            self.window.before().filter(|(at, change)| *at > first.since && change.is_start()).count();
        let rate = arrivals as f64 / climb;
        let mean = ended.iter().sum::<f64>() / ended.len() as f64;
        if rate * mean > 2.0 * holders.len() as f64 {
            return point(&format!(
                "At the peak: {} invocations came within {}, much less than the {} that each takes, so none could end: a \
                 burst adds up, and an average says nothing about it.",
                thousands(holders.len() as u64),
                span(SimDuration::from_secs_f64(climb)),
                span(SimDuration::from_secs_f64(mean))
            ));
        }
        let kind = if holders.iter().all(|holder| holder.cold) { ", cold start included" } else { "" };
        point(&format!(
            "On the way to the peak: {} invocations/s for {} × {} each{kind} = {}, and {} were in flight.",
            short(rate),
            span(SimDuration::from_secs_f64(climb)),
            span(SimDuration::from_secs_f64(mean)),
            decimal(rate * mean, 1),
            thousands(holders.len() as u64)
        ))
    }

    fn limits(&mut self) -> String {
        self.mentioned.extend(["S31", "S32"]);
        let mut text = String::new();
        if let Some(found) = self.window.found() {
            let at = self.finder.summit().first;
            if let Some(reserved) = found.reserved {
                text +=
                    &nearness("reserved concurrency", u64::from(found.in_flight) + 1, u64::from(reserved));
            } else if let Some(limit) = found.unreserved_limit {
                let carved = words::reserved(self.scenario, at);
                let name =
                    if carved == 0 { "account concurrency" } else { "concurrency that is not reserved" };
                text += &nearness(name, u64::from(found.unreserved_in_flight) + 1, u64::from(limit));
            } else {
                text += &point("No limit of concurrency applies.");
            }
            if let Some(left) = found.scaling_tokens.or(found.regional_tokens) {
                let met = if left == 0 { ": used up" } else { "" };
                text += &point(&format!(
                    "Scaling rate: {} left for new environments when the last of them asked{met}.",
                    counted(left, "token", "tokens")
                ));
            }
        }
        let totals = self.finder.totals();
        let refused: u64 = totals.throttles.iter().sum();
        if refused == 0 {
            text +=
                &point("No attempt was throttled in the whole run: the peak is what the traffic asked for.");
            return text;
        }
        self.mentioned.insert("S34");
        let causes: Vec<String> = ThrottleCause::ALL
            .iter()
            .zip(totals.throttles)
            .filter(|(_, count)| *count > 0)
            .map(|(cause, count)| format!("{} {}", thousands(count), cause.name()))
            .collect();
        text += &point(&format!(
            "{} in the whole run ({}): the peak is what the limits allowed, not what the traffic asked for.",
            counted(refused, "attempt was throttled", "attempts were throttled"),
            causes.join(", ")
        ));
        if let Some((at, request, cause)) = self.window.first_throttle_after() {
            text += &point(&format!(
                "The first at the peak or after it: request {} at {}, by {}.",
                thousands(request.number),
                clock(at),
                cause.name()
            ));
        }
        text
    }
}

fn nearness(name: &str, used: u64, limit: u64) -> String {
    let verdict = match limit {
        _ if used >= limit => "met".to_owned(),
        _ => format!("{} free", thousands(limit - used)),
    };
    let name = super::invocation::capital(name);
    point(&format!("{name}: {} of {} in use at the peak, {verdict}.", thousands(used), thousands(limit)))
}

fn row(holder: &Holder) -> Vec<String> {
    let start = if holder.cold { "cold" } else { "warm" };
    let mut row = vec![
        thousands(holder.request.number),
        clock(holder.since),
        start.to_owned(),
        environment(holder.environment).replace("environment ", ""),
    ];
    match holder.end {
        Some((at, ended)) => {
            let course = ended.course;
            let phase = |length: SimDuration| {
                if length == SimDuration::ZERO { "–".to_owned() } else { span(length) }
            };
            row.extend([phase(course.placement), phase(course.init), phase(course.duration), clock(at)]);
        }
        None => row.extend(["", "", "", "after the run"].map(str::to_owned)),
    }
    row
}

/// Columns set right, but those in `left` (and text in a row of its own).
fn aligned(rows: &[Vec<String>], left: Option<usize>) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter()
            .filter(|row| row.len() > 1)
            .filter_map(|row| row.get(column))
            .map(|cell| layout::width(cell))
            .max()
    };
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
    let mut text = String::new();
    for row in rows {
        let cells: Vec<String> = row
            .iter()
            .enumerate()
            .map(|(column, cell)| match left {
                Some(at) if at == column => cell.clone(),
                _ if row.len() == 1 => cell.clone(),
                _ => layout::right(cell, widths[column]),
            })
            .collect();
        text += format!("    {}", cells.join("  ")).trim_end();
        text.push('\n');
    }
    text
}

/// Instants on the way, for the timeline.
pub(super) fn start_of(at: SimTime, width: SimDuration) -> SimTime {
    SimTime::from_nanos(at.nanos() / width.nanos() * width.nanos())
}
