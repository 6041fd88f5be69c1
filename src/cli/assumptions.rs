//! `assumptions`: every rule with its provenance, and what another platform does differently.

use clap::Args;

use super::flags::Flags;
use super::status::{Failure, Status};

#[derive(Args, Debug)]
pub(super) struct AssumptionsArguments {
    /// Show what this platform does differently, e.g. aws-lambda/2019
    #[arg(long, value_name = "PROFILE")]
    diff: Option<String>,
}

pub(super) fn assumptions(arguments: &AssumptionsArguments, flags: &Flags) -> Result<Status, Failure> {
    let _ = (&arguments.diff, flags);
    Err(Failure::not_built("coldstart assumptions"))
}
