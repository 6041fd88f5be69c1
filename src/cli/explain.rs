//! `explain`: the life of one request, or of the peak.

use clap::Args;

use super::flags::Flags;
use super::scenario::{self, Source};
use super::status::{Failure, Status};

#[derive(Args, Debug)]
pub(super) struct ExplainArguments {
    #[command(flatten)]
    source: Source,
    /// The request, by its number from 1 in the order of arrival (`event_id` in --events)
    #[arg(long, value_name = "N", conflicts_with = "peak", required_unless_present = "peak")]
    request: Option<u64>,
    /// The moment of the greatest concurrency
    #[arg(long)]
    peak: bool,
}

pub(super) fn explain(arguments: &ExplainArguments, flags: &Flags) -> Result<Status, Failure> {
    scenario::read(&arguments.source, flags)?;
    let what = arguments
        .request
        .map_or("coldstart explain --peak".to_owned(), |_| "coldstart explain --request".to_owned());
    Err(Failure::not_built(&what))
}
