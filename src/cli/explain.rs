//! `explain`: the life of one request or message, of the peak, or of errors in general.

use std::path::PathBuf;

use clap::Args;

use super::deliver::{self, Answer};
use super::flags::Flags;
use super::scenario::{self, Source};
use super::status::{Failure, Status};
use super::terminal;
use coldstart::observe::narrator::MessageName;
use coldstart::scenario::model::{FunctionId, Scenario, Target};
use coldstart::{Options, error_table, explain as telling};

#[derive(Args, Debug)]
pub(super) struct ExplainArguments {
    /// The scenario, a YAML file (- is standard input)
    #[arg(value_name = "SCENARIO.yaml", required_unless_present = "errors")]
    path: Option<PathBuf>,
    /// The request, by its number from 1 in the order of arrival (the `event_id` of --events) [default: the slowest
    /// and the first that was throttled]
    #[arg(long, value_name = "N", conflicts_with_all = ["peak", "message"])]
    request: Option<u64>,
    /// The message of a queue or topic, the record of a stream, the object of a bucket or the event of a bus, by its number from 1 in the order in which they
    /// came in
    #[arg(long, value_name = "N", conflicts_with = "peak")]
    message: Option<u64>,
    /// The queue, stream, topic, bucket or event bus of --message [default: the only one that something is sent to]
    #[arg(long = "in", value_name = "NAME", requires = "message")]
    place: Option<String>,
    /// The moment of the greatest concurrency
    #[arg(long)]
    peak: bool,
    /// The peak of this function alone
    #[arg(long, value_name = "NAME", requires = "peak")]
    function: Option<String>,
    /// No scenario, but the table of errors: who sees what, what is tried again, where it ends, what is billed
    #[arg(long, conflicts_with_all = ["path", "request", "message", "peak"])]
    pub(super) errors: bool,
}

pub(super) fn explain(arguments: &ExplainArguments, flags: &Flags) -> Result<Status, Failure> {
    let Some(path) = &arguments.path else { return errors(flags) };
    let scenario = scenario::read(&Source { path: path.clone() }, flags)?;
    let options = Options::default();
    let text = match (arguments.request, arguments.message) {
        (Some(number), _) => telling::request(&scenario, number, &options)
            .map_err(|missing| Failure::usage(format!("error: {missing}")))?,
        (None, Some(number)) => message(&scenario, number, arguments.place.as_deref(), &options)?,
        (None, None) if arguments.peak => {
            let function = arguments.function.as_deref().map(|name| function(&scenario, name)).transpose()?;
            telling::peak(&scenario, function, &options)
        }
        (None, None) => telling::most_instructive(&scenario, &options),
    };
    terminal::print(&text)?;
    Ok(Status::Fine)
}

fn errors(flags: &Flags) -> Result<Status, Failure> {
    deliver::refuse(flags, "explain --errors")?;
    if flags.csv.is_some() || flags.plot.is_some() {
        let words = "error: `coldstart explain --errors` writes a table; use --json, --html or --md";
        return Err(Failure::usage(words));
    }
    let cases = error_table::error_cases();
    let document = error_table::document(&cases);
    deliver::deliver(&Answer { data: &cases, document: &document, csv: Vec::new() }, flags)?;
    Ok(Status::Fine)
}

fn message(
    scenario: &Scenario,
    number: u64,
    place: Option<&str>,
    options: &Options<'_>,
) -> Result<String, Failure> {
    let (place, target) = match place {
        Some(name) => (name.to_owned(), named(scenario, name)?),
        None => only(scenario)?,
    };
    let Some(ordinal) = number.checked_sub(1) else {
        return Err(Failure::usage("error: messages are numbered from 1"));
    };
    let name = match target {
        Target::Queue(id) => MessageName::InQueue { queue: id.0, ordinal },
        Target::Stream(id) => MessageName::InStream { stream: id.0, ordinal },
        Target::Push(id) => MessageName::InPush { source: id.0, ordinal },
        Target::Function(_) => unreachable!("no function was looked for"),
    };
    telling::message(scenario, name, options).map_err(|there_are| {
        let why = if there_are == 0 {
            "nothing comes in there, or nobody reads it"
        } else {
            "they are numbered from 1"
        };
        Failure::usage(format!("error: there is no message {number} in {place}: it gets {there_are}, {why}"))
    })
}

/// Queues, streams and push sources by name.
fn places(scenario: &Scenario) -> impl Iterator<Item = (&str, Target)> {
    let queues = scenario.queues.iter().zip(0..);
    let queues = queues
        .map(|(queue, id)| (queue.name.as_str(), Target::Queue(coldstart::scenario::model::QueueId(id))));
    let streams = scenario.streams.iter().zip(0..);
    let streams = streams
        .map(|(stream, id)| (stream.name.as_str(), Target::Stream(coldstart::scenario::model::StreamId(id))));
    let pushes = scenario.push_sources.iter().zip(0..);
    let pushes = pushes
        .map(|(source, id)| (source.name.as_str(), Target::Push(coldstart::scenario::model::PushId(id))));
    queues.chain(streams).chain(pushes)
}

fn named(scenario: &Scenario, name: &str) -> Result<Target, Failure> {
    places(scenario).find(|(known, _)| *known == name).map(|(_, target)| target).ok_or_else(|| {
        let known: Vec<_> = places(scenario).map(|(name, _)| name).collect();
        Failure::usage(format!(
            "error: there is no queue, stream, topic, bucket or event bus {name:?}; there are: {}",
            known.join(", ")
        ))
    })
}

/// The only place that traffic or a backlog fills.
fn only(scenario: &Scenario) -> Result<(String, Target), Failure> {
    let is_filled = |target: &Target| {
        let by_traffic = scenario.traffic.iter().any(|traffic| traffic.to == *target);
        let backlog = match target {
            Target::Queue(id) => scenario.queues[id.0 as usize].backlog > 0,
            Target::Function(_) | Target::Stream(_) | Target::Push(_) => false,
        };
        by_traffic || backlog
    };
    let filled: Vec<_> = places(scenario).filter(|(_, target)| is_filled(target)).collect();
    match filled.as_slice() {
        [(name, target)] => Ok(((*name).to_owned(), *target)),
        [] => Err(Failure::usage(
            "error: nothing is sent to a queue, stream, topic, bucket or event bus; name one with --in",
        )),
        several => {
            let names: Vec<_> = several.iter().map(|(name, _)| *name).collect();
            Err(Failure::usage(format!("error: say which with --in: {}", names.join(", "))))
        }
    }
}

pub(super) fn function(scenario: &Scenario, name: &str) -> Result<FunctionId, Failure> {
    let found = scenario.functions.iter().position(|function| function.name == name);
    found.map(|index| FunctionId(index as u32)).ok_or_else(|| {
        let names: Vec<_> = scenario.functions.iter().map(|function| function.name.as_str()).collect();
        Failure::usage(format!("error: there is no function {name:?}; there are: {}", names.join(", ")))
    })
}
