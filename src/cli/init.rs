//! `init`: a scenario to start from.

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use super::flags::Flags;
use super::status::{Failure, Status};
use super::{staged, terminal};
use coldstart::synthetic::{self, Order};
use coldstart::units::{SimDuration, parse_duration};

#[derive(Args, Debug)]
pub(super) struct InitArguments {
    /// The template; without it all are listed
    template: Option<String>,
    /// Write here instead of standard output; an existing file is left alone
    file: Option<PathBuf>,
    /// Number of functions [default: 40000]
    #[arg(long, value_name = "N", help_heading = FLEET_ONLY, value_parser = clap::value_parser!(u32).range(1..=MOST_FUNCTIONS))]
    functions: Option<u32>,
    /// Length of the traffic [default: 1d]
    #[arg(long = "for", value_name = "DURATION", help_heading = FLEET_ONLY, value_parser = span)]
    length: Option<SimDuration>,
    /// Invocations to be expected in all: scales every rate [default: as published, about 22,500 per function and day]
    #[arg(long, value_name = "N", help_heading = FLEET_ONLY, value_parser = clap::value_parser!(u64).range(1..=MOST_INVOCATIONS))]
    invocations: Option<u64>,
}

/// Section of the help.
const FLEET_ONLY: &str = "Template fleet (--seed decides which function has which rate, duration and memory)";
const FLEET: &str = "fleet";
/// The scenario stays below the size of what is read again.
const MOST_FUNCTIONS: i64 = 200_000;
const MOST_INVOCATIONS: u64 = 1_000_000_000_000;
const DEFAULT_FUNCTIONS: u32 = 40_000;
const DAY: SimDuration = SimDuration::from_secs(86_400);
const DEFAULT_SEED: u64 = 42;

/// Name, what it shows, and text of each template that is written by hand.
const TEMPLATES: [(&str, &str, &str); 6] = [
    ("hello", "one function under steady traffic", include_str!("templates/hello.yaml")),
    (
        "async-dlq",
        "asynchronous events, retries and a dead-letter queue",
        include_str!("templates/async-dlq.yaml"),
    ),
    (
        "noisy-neighbour",
        "two functions that share the account's concurrency",
        include_str!("templates/noisy-neighbour.yaml"),
    ),
    ("spike", "traffic that jumps, against the scaling rate", include_str!("templates/spike.yaml")),
    ("schedule", "a job that runs by the clock", include_str!("templates/schedule.yaml")),
    ("trace", "requests replayed from a CSV file", include_str!("templates/trace.yaml")),
];

pub(super) fn init(arguments: &InitArguments, flags: &Flags) -> Result<Status, Failure> {
    let Some(name) = &arguments.template else {
        terminal::print(&list())?;
        return Ok(Status::Fine);
    };
    arguments.refuse_fleet_flags_for(name)?;
    let written_by_hand = TEMPLATES.iter().find(|(known, _, _)| known == name).map(|(_, _, text)| *text);
    let fleet = || synthetic::scenario_text(&arguments.order(flags));
    let text = match written_by_hand {
        Some(text) => text.to_owned(),
        None if name == FLEET => fleet(),
        None => return Err(Failure::usage(format!("error: there is no template `{name}`\n\n{}", list()))),
    };
    match &arguments.file {
        None => terminal::print(&text)?,
        Some(file) => write_new(file, &text)?,
    }
    Ok(Status::Fine)
}

impl InitArguments {
    /// What the flags say about a fleet.
    fn order(&self, flags: &Flags) -> Order {
        Order {
            functions: self.functions.unwrap_or(DEFAULT_FUNCTIONS),
            length: self.length.unwrap_or(DAY),
            invocations: self.invocations,
            seed: flags.seed.unwrap_or(DEFAULT_SEED),
        }
    }

    /// Other templates are as they are.
    fn refuse_fleet_flags_for(&self, template: &str) -> Result<(), Failure> {
        let given = [
            ("--functions", self.functions.is_some()),
            ("--for", self.length.is_some()),
            ("--invocations", self.invocations.is_some()),
        ];
        match given.iter().find(|(_, given)| *given && template != FLEET) {
            Some((flag, _)) => {
                Err(Failure::usage(format!("error: {flag} belongs to `coldstart init {FLEET}`")))
            }
            None => Ok(()),
        }
    }
}

/// A length of traffic, above zero.
fn span(text: &str) -> Result<SimDuration, String> {
    let span = parse_duration(text).map_err(|error| error.to_string())?;
    if span == SimDuration::ZERO { Err("traffic needs a length, e.g. 1h".to_owned()) } else { Ok(span) }
}

fn list() -> String {
    let mut text = "Templates (coldstart init NAME > scenario.yaml):\n".to_owned();
    let written_by_hand = TEMPLATES.iter().map(|(name, shows, _)| (*name, *shows));
    let fleet = (FLEET, "40,000 functions with the rates, durations and memory of a cloud's day");
    for (name, shows) in written_by_hand.chain([fleet]) {
        text.push_str(&format!("  {name:<16} {shows}\n"));
    }
    text
}

/// Writes a file that is not there yet, whole or not at all.
fn write_new(target: &Path, text: &str) -> Result<(), Failure> {
    let failed = |error: &std::io::Error| match error.kind() {
        ErrorKind::AlreadyExists => {
            Failure::usage(format!("error: {} exists already and is left alone", target.display()))
        }
        _ => staged::cannot_write(target, error),
    };
    if target.symlink_metadata().is_ok() {
        return Err(failed(&ErrorKind::AlreadyExists.into()));
    }
    let mut file = staged::begin(target).map_err(|failure| Failure::usage(failure.message))?;
    file.write_all(text.as_bytes()).map_err(|error| failed(&error))?;
    staged::make_readable(&file).map_err(|error| failed(&error))?;
    file.persist_noclobber(target).map(drop).map_err(|error| failed(&error.error))
}
