//! Conditions on the report.

use crate::scenario::metric::{Metric, MetricUnit, Owners};
use crate::scenario::model::{Aggregate, Comparison, FunctionPart, QueueId, Threshold, ThresholdSubject};
use crate::scenario::problem::{Problem, listed, suggestion};
use crate::scenario::tree::{Value, abridged};
use crate::units::{SimDuration, Usd, parse_duration, parse_share, parse_usd};

use super::cursor::Cursor;
use super::{Names, version};

/// What a metric is made of, and so how it may be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A distribution of durations: an aggregate is needed; milliseconds.
    Latencies,
    /// A number over time: an aggregate, or the value at the end.
    Gauge,
    /// Seconds over time.
    GaugeOfSeconds,
    /// Milliseconds, one number.
    Span,
    /// Seconds since the start.
    Instant,
    /// A plain count.
    Count,
    /// A probability.
    Share,
    /// Dollars.
    Money,
}

type OfFunction = fn(FunctionPart) -> ThresholdSubject;

const OF_FUNCTIONS: [(&str, OfFunction, Kind); 8] = [
    ("latency", ThresholdSubject::Latency, Kind::Latencies),
    ("client_latency", ThresholdSubject::ClientLatency, Kind::Latencies),
    ("duration", ThresholdSubject::Duration, Kind::Latencies),
    ("throttles", ThresholdSubject::Throttles, Kind::Count),
    ("throttle_rate", ThresholdSubject::ThrottleRate, Kind::Share),
    ("error_rate", ThresholdSubject::ErrorRate, Kind::Share),
    ("cold_start_rate", ThresholdSubject::ColdStartRate, Kind::Share),
    ("concurrency", ThresholdSubject::Concurrency, Kind::Gauge),
];

const OF_QUEUES: [&str; 3] = ["depth", "drained_at", "oldest_message_age"];

const COMPARISONS: [(&str, Comparison); 6] = [
    ("<=", Comparison::LessOrEqual),
    (">=", Comparison::GreaterOrEqual),
    ("==", Comparison::Equal),
    ("!=", Comparison::NotEqual),
    ("<", Comparison::Less),
    (">", Comparison::Greater),
];

pub(super) fn read_all(top: &Cursor<'_>, names: &Names) -> Option<Vec<Threshold>> {
    let mut thresholds = Vec::new();
    let mut complete = true;
    let Some(section) = top.find("thresholds") else { return Some(thresholds) };
    for (entry, (metric, conditions)) in section.node.entries().iter().zip(section.entries()) {
        let subject = subject(metric, names).or_else(|refusal| any(metric, names, refusal));
        let subject = subject.map_err(|(message, hint)| {
            let problem = Problem::new(conditions.path.clone(), entry.key_place, message);
            conditions.report(problem.hint(hint));
        });
        let listed: Vec<Cursor<'_>> = match conditions.node.value {
            Value::List(_) => conditions.items().collect(),
            _ => vec![conditions],
        };
        for condition in listed {
            match subject.ok().and_then(|(subject, kind)| read(metric, subject, kind, &condition)) {
                Some(threshold) => thresholds.push(threshold),
                None => complete = false,
            }
        }
    }
    complete.then_some(thresholds)
}

/// What is wrong with a metric's name, and a hint.
type Refusal = (String, String);

fn subject(metric: &str, names: &Names) -> Result<(ThresholdSubject, Kind), Refusal> {
    let Some((owner, quantity)) = metric.rsplit_once('.') else {
        let hint = "e.g. \"api.latency\", \"jobs-dlq.depth\" or \"cost.monthly\"";
        return Err((format!("there is no metric `{}`", abridged(metric)), hint.to_owned()));
    };
    if owner == "cost" && !names.functions.contains_key("cost") {
        return of_cost(metric, quantity);
    }
    let part = match version::part(owner, names) {
        Some((function, qualifier)) => {
            Some(FunctionPart { function: names.functions[function], qualifier: qualifier? })
        }
        None => names.functions.get(owner).copied().map(FunctionPart::from),
    };
    if let Some(part) = part {
        if part.qualifier.is_some() && quantity == "client_latency" {
            return Err((
                "what clients see is measured for a function as a whole".to_owned(),
                format!(
                    "`{}.client_latency`, or `{owner}.latency`",
                    owner.split(':').next().unwrap_or(owner)
                ),
            ));
        }
        let found = OF_FUNCTIONS.iter().find(|(name, ..)| *name == quantity);
        let known = OF_FUNCTIONS.iter().map(|(name, ..)| *name);
        return found.map(|(_, subject, kind)| (subject(part), *kind)).ok_or_else(|| {
            (format!("a function has no metric `{}`", abridged(quantity)), suggestion(quantity, known))
        });
    }
    if let Some(id) = names.queues.get(owner) {
        return of_queue(*id, quantity);
    }
    if let Some(id) = names.downstreams.get(owner) {
        if quantity == "connection_errors" {
            return Ok((ThresholdSubject::ConnectionErrors(*id), Kind::Count));
        }
        let message = format!("a downstream has no metric `{}`", abridged(quantity));
        return Err((message, suggestion(quantity, ["connection_errors"])));
    }
    if let Some(id) = names.streams.get(owner) {
        if quantity == "iterator_age" {
            return Ok((ThresholdSubject::IteratorAge(*id), Kind::GaugeOfSeconds));
        }
        let message = format!("a stream has no metric `{}`", abridged(quantity));
        return Err((message, suggestion(quantity, ["iterator_age"])));
    }
    let owners = names.functions.keys().chain(names.queues.keys()).chain(names.streams.keys());
    let owners = owners.chain(names.downstreams.keys());
    let owners = owners.map(String::as_str).chain(["cost"]);
    Err((format!("there is no function or queue `{}`", abridged(owner)), suggestion(owner, owners)))
}

/// Names in the order of their ids.
fn in_order<'n>(ids: impl Iterator<Item = (&'n str, u32)>) -> Vec<&'n str> {
    let mut ids: Vec<(&str, u32)> = ids.collect();
    ids.sort_by_key(|(_, id)| *id);
    ids.into_iter().map(|(name, _)| name).collect()
}

/// Any other metric of the report, by its whole name: `api.latency.p99`, `ledger.dropped`, `sdk.success_rate`.
fn any(metric: &str, names: &Names, refusal: Refusal) -> Result<(ThresholdSubject, Kind), Refusal> {
    let owners = Owners {
        functions: in_order(names.functions.iter().map(|(name, id)| (name.as_str(), id.0))),
        queues: in_order(names.queues.iter().map(|(name, id)| (name.as_str(), id.0))),
        clients: in_order(names.clients.iter().map(|(name, id)| (name.as_str(), id.0))),
    };
    let elsewhere =
        metric.starts_with("ledger.") || owners.clients.iter().any(|client| metric.starts_with(*client));
    let found = Metric::find(metric, &owners).map_err(|other| if elsewhere { other } else { refusal })?;
    let kind = match found.unit() {
        MetricUnit::Millis => Kind::Span,
        MetricUnit::Seconds => Kind::Instant,
        MetricUnit::Share => Kind::Share,
        MetricUnit::Count => Kind::Count,
        MetricUnit::Dollars => Kind::Money,
    };
    Ok((ThresholdSubject::Metric(found.subject), kind))
}

fn of_cost(metric: &str, quantity: &str) -> Result<(ThresholdSubject, Kind), Refusal> {
    match quantity {
        "total" => Ok((ThresholdSubject::CostTotal, Kind::Money)),
        "monthly" => Ok((ThresholdSubject::CostMonthly, Kind::Money)),
        _ => Err((
            format!("there is no metric `{}`", abridged(metric)),
            "accepted: `cost.total`, `cost.monthly`".to_owned(),
        )),
    }
}

fn of_queue(id: QueueId, quantity: &str) -> Result<(ThresholdSubject, Kind), Refusal> {
    match quantity {
        "depth" => Ok((ThresholdSubject::QueueDepth(id), Kind::Gauge)),
        "oldest_message_age" => Ok((ThresholdSubject::OldestMessageAge(id), Kind::GaugeOfSeconds)),
        "drained_at" => Ok((ThresholdSubject::DrainedAt(id), Kind::Instant)),
        _ => {
            Err((format!("a queue has no metric `{}`", abridged(quantity)), suggestion(quantity, OF_QUEUES)))
        }
    }
}

fn read(metric: &str, subject: ThresholdSubject, kind: Kind, condition: &Cursor<'_>) -> Option<Threshold> {
    let (key, strict) = match condition.node.value {
        Value::Map(_) => {
            let strict = condition.find("strict").and_then(|key| key.boolean());
            (condition.find("expect")?, strict?)
        }
        _ => (condition.clone(), true),
    };
    let expression = key.text()?.trim();
    match parse(expression, subject, kind) {
        Ok(Condition { aggregate, comparison, limit, window }) => Some(Threshold {
            metric: metric.to_owned(),
            expression: expression.to_owned(),
            subject,
            aggregate,
            comparison,
            limit,
            window,
            strict,
        }),
        Err((message, hint)) => {
            key.report(key.problem(message).hint(hint));
            None
        }
    }
}

struct Condition {
    aggregate: Option<Aggregate>,
    comparison: Comparison,
    limit: f64,
    window: Option<SimDuration>,
}

fn parse(expression: &str, subject: ThresholdSubject, kind: Kind) -> Result<Condition, (String, String)> {
    let example = kind.example();
    let Some(at) = expression.find(['<', '>', '=', '!']) else {
        return Err((
            format!("a condition compares with <, <=, >, >=, == or !=; found `{}`", abridged(expression)),
            format!("write it in quotes, e.g. \"{example}\""),
        ));
    };
    let (left, rest) = expression.split_at(at);
    let Some((sign, comparison)) = COMPARISONS.iter().find(|(sign, _)| rest.starts_with(sign)) else {
        return Err((format!("`{}` is no comparison", abridged(rest)), format!("e.g. \"{example}\"")));
    };
    let right = rest[sign.len()..].trim();
    let (right, span) = match right.split_once(" for ") {
        Some((limit, span)) => (limit.trim(), Some(span.trim())),
        None => (right, None),
    };
    let aggregate = aggregate(left.trim(), kind)?;
    let limit = kind.limit(right).map_err(|reason| (reason, format!("e.g. \"{example}\"")))?;
    let window = span.map(|span| sliding(span, subject, aggregate, example)).transpose()?;
    if window.is_none() {
        of_whole_run(subject, aggregate)?;
    }
    Ok(Condition { aggregate, comparison: *comparison, limit, window })
}

/// Not every aggregate of a level is measured over the whole run.
fn of_whole_run(subject: ThresholdSubject, aggregate: Option<Aggregate>) -> Result<(), Refusal> {
    let accepted = match (subject, aggregate) {
        (ThresholdSubject::Concurrency(_), Some(Aggregate::Min)) => "`mean`, `max` or a percentile",
        (
            ThresholdSubject::QueueDepth(_) | ThresholdSubject::OldestMessageAge(_),
            Some(Aggregate::Min | Aggregate::Mean | Aggregate::Percentile(_)),
        ) => "`max`",
        _ => return Ok(()),
    };
    Err((
        "this is not measured over the whole run".to_owned(),
        format!("accepted: {accepted}; nothing is the value at the end; a window (`for 2m`) has more"),
    ))
}

/// The window of a condition that has to hold in every one.
fn sliding(
    span: &str,
    subject: ThresholdSubject,
    aggregate: Option<Aggregate>,
    example: &str,
) -> Result<SimDuration, (String, String)> {
    let window = whole_seconds(span, "a threshold")
        .map_err(|message| (message, format!("e.g. \"{example} for 2m\"")))?;
    match subject {
        ThresholdSubject::Metric(_) => Err((
            "a metric by its whole name is one number of the run and has no windows".to_owned(),
            "with a window, write e.g. \"api.latency\": [\"p99 < 500ms for 2m\"]".to_owned(),
        )),
        ThresholdSubject::DrainedAt(_) | ThresholdSubject::CostTotal | ThresholdSubject::CostMonthly => {
            Err((
                "this metric is one number of the run and has no windows".to_owned(),
                format!("e.g. \"{example}\""),
            ))
        }
        ThresholdSubject::Concurrency(_) | ThresholdSubject::QueueDepth(_)
            if matches!(aggregate, Some(Aggregate::Percentile(_))) =>
        {
            Err((
                "in a window a level has no percentiles".to_owned(),
                "one of `min`, `mean`, `max`; without one, the mean over the window".to_owned(),
            ))
        }
        _ => Ok(window),
    }
}

/// A window in whole seconds, of `whom`.
pub(super) fn whole_seconds(text: &str, whom: &str) -> Result<SimDuration, String> {
    let window = parse_duration(text.trim()).map_err(|error| format!("the window {}", error.reason))?;
    let seconds = window.nanos() / 1_000_000_000;
    if seconds == 0 || !window.nanos().is_multiple_of(1_000_000_000) || seconds > 86_400 {
        return Err(format!("the window of {whom} is in whole seconds, from 1s to 1d"));
    }
    Ok(window)
}

/// What stands before a comparison, the comparison, and what stands behind it.
pub(super) fn compared(text: &str) -> Option<(&str, Comparison, &str)> {
    let (left, rest) = text.split_at(text.find(['<', '>', '=', '!'])?);
    let (sign, comparison) = COMPARISONS.iter().find(|(sign, _)| rest.starts_with(sign))?;
    Some((left.trim(), *comparison, rest[sign.len()..].trim()))
}

fn aggregate(text: &str, kind: Kind) -> Result<Option<Aggregate>, (String, String)> {
    const NAMES: [&str; 9] = ["min", "mean", "max", "p50", "p90", "p95", "p99", "p99.9", "p75"];
    let example = kind.example();
    let may_have = matches!(kind, Kind::Latencies | Kind::Gauge | Kind::GaugeOfSeconds);
    match text {
        "" if kind == Kind::Latencies => Err((
            "a condition on a distribution needs an aggregate".to_owned(),
            format!("which of {}? e.g. \"{example}\"", listed(NAMES)),
        )),
        "" => Ok(None),
        _ if !may_have => Err((
            format!("this metric is one number and takes no `{}`", abridged(text)),
            format!("e.g. \"{example}\""),
        )),
        "min" => Ok(Some(Aggregate::Min)),
        "mean" => Ok(Some(Aggregate::Mean)),
        "max" => Ok(Some(Aggregate::Max)),
        _ => {
            let percentile = text.strip_prefix('p').and_then(|digits| digits.parse::<f64>().ok());
            match percentile.filter(|percentile| (0.0..=100.0).contains(percentile)) {
                Some(percentile) => Ok(Some(Aggregate::Percentile(percentile))),
                None => Err((format!("there is no aggregate `{}`", abridged(text)), suggestion(text, NAMES))),
            }
        }
    }
}

impl Kind {
    fn example(self) -> &'static str {
        match self {
            Self::Latencies => "p99 < 500ms",
            Self::Span => "< 500ms",
            Self::Gauge => "max <= 100",
            Self::GaugeOfSeconds => "max < 40m",
            Self::Instant => "< 40m",
            Self::Count => "== 0",
            Self::Share => "< 0.1%",
            Self::Money => "< $250",
        }
    }

    /// The limit in the metric's unit.
    pub(super) fn limit(self, text: &str) -> Result<f64, String> {
        match self {
            Self::Latencies | Self::Span => {
                parse_duration(text).map(SimDuration::millis_f64).map_err(|error| error.to_string())
            }
            Self::GaugeOfSeconds | Self::Instant => {
                parse_duration(text).map(SimDuration::seconds).map_err(|error| error.to_string())
            }
            Self::Share => parse_share(text).map_err(|error| error.to_string()),
            Self::Money => parse_usd(text).map(Usd::dollars).map_err(|error| error.to_string()),
            Self::Gauge | Self::Count => {
                let plain =
                    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
                text.parse()
                    .ok()
                    .filter(|_| plain)
                    .ok_or_else(|| format!("`{}` is not a number", abridged(text)))
            }
        }
    }
}
