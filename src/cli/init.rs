//! `init`: a scenario to start from.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use super::status::{Failure, Status};
use super::{staged, terminal};

#[derive(Args, Debug)]
pub(super) struct InitArguments {
    /// The template; without it all are listed
    template: Option<String>,
    /// Write here instead of standard output; an existing file is left alone
    file: Option<PathBuf>,
}

/// Name, what it shows, and text of each template.
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

pub(super) fn init(arguments: &InitArguments) -> Result<Status, Failure> {
    let Some(name) = &arguments.template else {
        terminal::print(&list())?;
        return Ok(Status::Fine);
    };
    let Some((_, _, text)) = TEMPLATES.iter().find(|(known, _, _)| known == name) else {
        return Err(Failure::usage(format!("error: there is no template `{name}`\n\n{}", list())));
    };
    match &arguments.file {
        None => terminal::print(text)?,
        Some(file) => write_new(file, text)?,
    }
    Ok(Status::Fine)
}

fn list() -> String {
    let mut text = "Templates (coldstart init NAME > scenario.yaml):\n".to_owned();
    for (name, shows, _) in TEMPLATES {
        text.push_str(&format!("  {name:<16} {shows}\n"));
    }
    text
}

fn write_new(file: &Path, text: &str) -> Result<(), Failure> {
    let mut target =
        OpenOptions::new().write(true).create_new(true).open(file).map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => {
                Failure::usage(format!("error: {} exists already and is left alone", file.display()))
            }
            _ => Failure::usage(format!("error: cannot write {}: {error}", file.display())),
        })?;
    target.write_all(text.as_bytes()).map_err(|error| staged::cannot_write(file, &error))
}
