//! `logs`: what Lambda writes to the logs of the functions.

use clap::Args;

use super::explain;
use super::flags::Flags;
use super::scenario::{self, Source};
use super::status::{Failure, Status};
use super::terminal;
use coldstart::observe::LogLines;
use coldstart::report::log_lines;
use coldstart::{Options, simulate_observed};

#[derive(Args, Debug)]
pub(super) struct LogsArguments {
    #[command(flatten)]
    source: Source,
    /// How many invocations, from the first that ends
    #[arg(long, value_name = "N", default_value_t = 10)]
    first: usize,
    /// Only the log of this function
    #[arg(long, value_name = "NAME")]
    function: Option<String>,
}

pub(super) fn logs(arguments: &LogsArguments, flags: &Flags) -> Result<Status, Failure> {
    let scenario = scenario::read(&arguments.source, flags)?;
    let only = arguments.function.as_deref().map(|name| explain::function(&scenario, name)).transpose()?;
    let observer = LogLines::new(&scenario, only, arguments.first);
    let (_, observer) = simulate_observed(&scenario, &Options::default(), observer);
    let mut text = String::new();
    for invocation in observer.kept() {
        text.push_str(&log_lines::lines(scenario.seed, &invocation));
    }
    terminal::print(&text)?;
    Ok(Status::Fine)
}
