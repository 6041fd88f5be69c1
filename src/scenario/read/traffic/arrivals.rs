//! When requests come: the forms of traffic, exactly one per source.

use crate::random::Distribution;
use crate::scenario::call::{self, Expression, TextError};
use crate::scenario::language::TRAFFIC;
use crate::scenario::model::{Arrivals, CronSchedule, PointLaw, RateProfile};
use crate::scenario::problem::suggestion;
use crate::units::{Rate, SimDuration};

use super::super::cursor::Cursor;
use super::super::distribution::{self, positive_number};
use super::super::{Names, Setting, outside};

/// Arrivals, and how long they last by themselves.
pub(super) struct Read {
    pub arrivals: Arrivals,
    pub own_length: Option<SimDuration>,
}

/// The keys that say how many requests come; each source has one of them.
const FORMS: [&str; 6] = ["rate", "stages", "diurnal", "burst", "users", "schedule"];

/// What `arrivals:` says.
enum Law {
    Point(PointLaw),
    OnOff { on: Distribution, off: Distribution },
    Whole(Arrivals),
}

pub(super) fn read(source: &Cursor<'_>, names: &Names, setting: &Setting) -> Option<Read> {
    let given: Vec<Cursor<'_>> = FORMS.iter().filter_map(|form| source.find(form)).collect();
    if let [first, second, ..] = given.as_slice() {
        let problem = second.problem(format!("`{}` cannot stand beside `{}`", second.name(), first.name()));
        source.report(
            problem
                .hint("one source has one form of traffic; write a second source")
                .other(first.node.place, "the other form"),
        );
        return None;
    }
    strays(source);
    let law_key = source.find("arrivals");
    let law = law_key.as_ref().map(|key| law(key, names, setting));
    match (given.first(), law) {
        (_, Some(None)) => None,
        (None, Some(Some(Law::Whole(arrivals)))) => Some(Read { arrivals, own_length: None }),
        (None, _) => {
            // A key that nobody knows is told already, and is likely the one that says it.
            if source.entries().any(|(key, _)| TRAFFIC.iter().all(|known| known.name != key)) {
                return None;
            }
            let message = "this traffic says neither how many requests come nor when";
            let hint =
                "e.g. rate: 100/s; or stages, diurnal, burst, users, schedule, or arrivals: trace(file.csv)";
            source.report(source.problem(message).hint(hint));
            None
        }
        (Some(form), Some(Some(Law::Whole(_)))) => {
            let other = law_key?;
            let message =
                format!("`{}` cannot stand beside `arrivals: {}`", form.name(), other.text().unwrap_or(""));
            other.report(
                form.problem(message)
                    .hint("a trace or a renewal process takes no rate")
                    .other(other.node.place, "this says when requests come"),
            );
            None
        }
        (Some(form), law) => of_form(source, form, law.flatten(), law_key.as_ref()),
    }
}

/// Keys that belong to a form which is not there.
fn strays(source: &Cursor<'_>) {
    for (key, form) in [("start_rate", "stages"), ("think_time", "users")] {
        if let (Some(key), None) = (source.find(key), source.find(form)) {
            key.report(key.problem(format!("`{}` belongs to `{form}`, which is not there", key.name())));
        }
    }
    for form in ["stages", "burst"] {
        if let (Some(length), Some(_)) = (source.find("for"), source.find(form)) {
            length
                .report(length.problem(format!("`for` cannot stand beside `{form}`, which ends by itself")));
        }
    }
}

fn of_form(
    source: &Cursor<'_>,
    form: &Cursor<'_>,
    law: Option<Law>,
    law_key: Option<&Cursor<'_>>,
) -> Option<Read> {
    let timed = matches!(form.name(), "rate" | "stages" | "diurnal");
    if let Some(key) = law_key.filter(|_| !timed) {
        let problem = key.problem(format!("`arrivals` cannot stand beside `{}`", form.name()));
        key.report(problem.hint(format!("`{}` says itself when requests come", form.name())));
        return None;
    }
    let endless = |arrivals| Some(Read { arrivals, own_length: None });
    match form.name() {
        "burst" => endless(Arrivals::Burst(form.count(1, 1_000_000_000)?)),
        "users" => {
            let count = form.count(1, 10_000_000)? as u32;
            endless(Arrivals::Users { count, think_time: source.find("think_time")?.distribution()? })
        }
        "schedule" => endless(schedule(form)?),
        _ => {
            let (profile, own_length) = match form.name() {
                "stages" => stages(source, form)?,
                "diurnal" => (diurnal(form)?, None),
                _ => (RateProfile::Constant(form.rate()?), None),
            };
            let arrivals = match (law?, profile) {
                (Law::Point(law), profile) => Arrivals::Rate { law, profile },
                (Law::OnOff { on, off }, RateProfile::Constant(rate)) => Arrivals::OnOff { rate, on, off },
                (Law::OnOff { .. }, _) => {
                    let key = law_key?;
                    key.report(key.problem(format!("`onoff` takes a plain `rate`, not `{}`", form.name())));
                    return None;
                }
                (Law::Whole(_), _) => return None,
            };
            Some(Read { arrivals, own_length })
        }
    }
}

fn law(key: &Cursor<'_>, names: &Names, setting: &Setting) -> Option<Law> {
    let text = key.text()?;
    let expression = call::parse(text).map_err(|error| key.report_text(error)).ok()?;
    if expression.word == "trace" {
        return trace(key, &expression, names, setting);
    }
    law_of(&expression, key).map_err(|error| key.report_text(error)).ok()
}

fn law_of(expression: &Expression<'_>, key: &Cursor<'_>) -> Result<Law, TextError> {
    let interval = |value: &Expression<'_>| {
        let read = distribution::read(value, distribution::Unit::Time, key.context)?;
        if is_zero(&read) {
            Err(TextError::new(value.range.clone(), "this must be above zero"))
        } else {
            Ok(read)
        }
    };
    match (expression.word, expression.arguments.is_some()) {
        ("even", false) => Ok(Law::Point(PointLaw::Even)),
        ("poisson", false) => Ok(Law::Point(PointLaw::Poisson)),
        ("gamma", true) => {
            let (_, values) = expression.named(&[&["cv"]])?;
            Ok(Law::Point(PointLaw::Gamma { cv: positive_number(values[0])? }))
        }
        ("onoff", true) => {
            let (_, values) = expression.named(&[&["on", "off"]])?;
            Ok(Law::OnOff { on: interval(values[0])?, off: interval(values[1])? })
        }
        ("renewal", true) => {
            let gap = expression.positional(1, "renewal(exp(mean=1s))")?[0];
            Ok(Law::Whole(Arrivals::Renewal(interval(gap)?)))
        }
        _ => {
            let names = ["even", "poisson", "gamma", "renewal", "onoff", "trace"];
            let error = TextError::new(
                expression.range.clone(),
                format!("`{}` is no arrival process", expression.word),
            );
            Err(error.hint(format!(
                "{}; e.g. gamma(cv=2), renewal(exp(mean=1s)), trace(file.csv)",
                suggestion(expression.word, names)
            )))
        }
    }
}

/// Nothing but zero can be drawn, so time would never go on; or so short that it hardly would.
fn is_zero(distribution: &Distribution) -> bool {
    const SHORTEST_NANOS: f64 = 1_000.0;
    distribution.mean() < SHORTEST_NANOS
}

fn trace(key: &Cursor<'_>, expression: &Expression<'_>, names: &Names, setting: &Setting) -> Option<Law> {
    let file = expression.positional(1, "trace(file.csv)").map_err(|error| key.report_text(error)).ok()?[0];
    let path = key.context.resolve(file.word);
    let place = key.node.part(file.range.start, file.range.end);
    match outside::trace(&path, names, setting.start_unix_s) {
        Ok(trace) => Some(Law::Whole(Arrivals::Trace(trace))),
        Err(messages) => {
            for message in messages {
                key.report(crate::scenario::problem::Problem::new(key.path.clone(), place, message));
            }
            None
        }
    }
}

fn stages(source: &Cursor<'_>, form: &Cursor<'_>) -> Option<(RateProfile, Option<SimDuration>)> {
    let start = source.find("start_rate").map_or_else(|| Some(Rate::per_second(0.0)), |key| key.rate());
    let mut stages = Vec::new();
    let mut length = SimDuration::ZERO;
    for stage in form.items() {
        let duration = stage.find("duration").and_then(|key| key.duration());
        let target = stage.find("target").and_then(|key| key.rate());
        length += duration?;
        stages.push((duration?, target?));
    }
    if stages.is_empty() {
        form.report(form.problem("`stages` is empty").hint("e.g. stages: [{duration: 5m, target: 100/s}]"));
        return None;
    }
    Some((RateProfile::Stages { start: start?, stages }, Some(length)))
}

fn diurnal(form: &Cursor<'_>) -> Option<RateProfile> {
    let peak = form.find("peak").and_then(|key| key.rate());
    let trough = form.find("trough").and_then(|key| key.rate());
    let period = form.find("period").and_then(|key| key.duration());
    let (peak, trough, period) = (peak?, trough?, period?);
    if trough.hertz() > peak.hertz() {
        form.report(form.problem(format!("the trough {trough} is above the peak {peak}")));
    }
    if period == SimDuration::ZERO {
        form.report(form.problem("`period` must be above zero"));
    }
    Some(RateProfile::Diurnal { peak, trough, period })
}

/// `rate(...)` or `cron(...)`.
pub(in crate::scenario::read) fn schedule(form: &Cursor<'_>) -> Option<Arrivals> {
    let text = form.text()?;
    let inside = |name: &str| text.strip_prefix(name)?.strip_prefix('(')?.strip_suffix(')');
    if let Some(expression) = inside("cron") {
        return match CronSchedule::parse(expression) {
            Ok(schedule) => Some(Arrivals::Cron(schedule)),
            Err(message) => {
                let problem = form.problem(format!("`schedule`: {message}"));
                form.report(
                    problem
                        .hint("e.g. cron(0 9 ? * MON-FRI *)")
                        .hint("AWS says: Parameter ScheduleExpression is not valid."),
                );
                None
            }
        };
    }
    let every = inside("rate").and_then(interval);
    if every.is_none() {
        let problem = form.problem(format!(
            "`schedule` must be rate(value unit) or cron(...); found {}",
            form.node.described()
        ));
        form.report(
            problem
                .hint("one is singular, more are plural: rate(1 minute), rate(5 minutes), rate(2 hours), rate(1 day)")
                .hint("AWS says: Parameter ScheduleExpression is not valid."),
        );
    }
    every.map(Arrivals::Every)
}

fn interval(text: &str) -> Option<SimDuration> {
    let (count, unit) = text.trim().split_once(' ')?;
    let count: u64 = count.parse().ok().filter(|count| *count > 0 && *count < 100_000)?;
    let seconds = match (unit.trim(), count) {
        ("minute", 1) | ("minutes", 2..) => 60,
        ("hour", 1) | ("hours", 2..) => 3_600,
        ("day", 1) | ("days", 2..) => 86_400,
        _ => return None,
    };
    Some(SimDuration::from_secs(count * seconds))
}
