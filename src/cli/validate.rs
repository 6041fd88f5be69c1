//! `validate`: is the scenario right, and what does it mean?

use clap::Args;

use super::flags::Flags;
use super::scenario::{self, Source};
use super::status::{Failure, Status};
use super::terminal;

#[derive(Args, Debug)]
pub(super) struct ValidateArguments {
    #[command(flatten)]
    source: Source,
    /// Print the scenario with every value and where it comes from
    #[arg(long)]
    expand: bool,
}

/// Problems make the exit status 2; warnings do not.
pub(super) fn validate(arguments: &ValidateArguments, flags: &Flags) -> Result<Status, Failure> {
    let scenario = scenario::read(&arguments.source, flags)?;
    for warning in &scenario.warnings {
        terminal::complain(&format!("warning: {warning}"));
    }
    if arguments.expand {
        terminal::print(&scenario::expand(&arguments.source, flags)?)?;
    } else if !flags.quiet {
        terminal::print(&format!("{}: fine\n", arguments.source.shown()))?;
    }
    Ok(Status::Fine)
}
