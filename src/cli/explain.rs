//! `explain`: the life of one request, or of the peak.

use clap::Args;

use super::flags::Flags;
use super::scenario::{self, Source};
use super::status::{Failure, Status};
use super::terminal;
use coldstart::scenario::model::{FunctionId, Scenario};
use coldstart::{Options, explain as telling};

#[derive(Args, Debug)]
pub(super) struct ExplainArguments {
    #[command(flatten)]
    source: Source,
    /// The request, by its number from 1 in the order of arrival (the `event_id` of --events) [default: the slowest
    /// and the first that was throttled]
    #[arg(long, value_name = "N", conflicts_with = "peak")]
    request: Option<u64>,
    /// The moment of the greatest concurrency
    #[arg(long)]
    peak: bool,
    /// The peak of this function alone
    #[arg(long, value_name = "NAME", requires = "peak")]
    function: Option<String>,
}

pub(super) fn explain(arguments: &ExplainArguments, flags: &Flags) -> Result<Status, Failure> {
    let scenario = scenario::read(&arguments.source, flags)?;
    let options = Options::default();
    let text = match arguments.request {
        Some(number) => telling::request(&scenario, number, &options)
            .map_err(|missing| Failure::usage(format!("error: {missing}")))?,
        None if arguments.peak => {
            let function = arguments.function.as_deref().map(|name| function(&scenario, name)).transpose()?;
            telling::peak(&scenario, function, &options)
        }
        None => telling::most_instructive(&scenario, &options),
    };
    terminal::print(&text)?;
    Ok(Status::Fine)
}

pub(super) fn function(scenario: &Scenario, name: &str) -> Result<FunctionId, Failure> {
    let found = scenario.functions.iter().position(|function| function.name == name);
    found.map(|index| FunctionId(index as u32)).ok_or_else(|| {
        let names: Vec<_> = scenario.functions.iter().map(|function| function.name.as_str()).collect();
        Failure::usage(format!("error: there is no function {name:?}; there are: {}", names.join(", ")))
    })
}
