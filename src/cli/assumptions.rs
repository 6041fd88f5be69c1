//! `assumptions`: every rule with its provenance, and what another platform does differently.

use clap::Args;

use super::flags::Flags;
use super::status::{Failure, Status};
use super::terminal;
use coldstart::platform::Profile;
use coldstart::report::rules_text;

#[derive(Args, Debug)]
pub(super) struct AssumptionsArguments {
    /// Show only what this platform does differently from --platform, e.g. aws-lambda/2019
    #[arg(long, value_name = "PROFILE")]
    diff: Option<String>,
}

pub(super) fn assumptions(arguments: &AssumptionsArguments, flags: &Flags) -> Result<Status, Failure> {
    let profile = flags.platform.as_deref().map_or_else(|| Ok(Profile::current()), named)?;
    let text = match &arguments.diff {
        None => rules_text::all(&profile),
        Some(other) => rules_text::difference(&profile, &named(other)?),
    };
    terminal::print(&text)?;
    Ok(Status::Fine)
}

fn named(name: &str) -> Result<Profile, Failure> {
    Profile::by_name(name).ok_or_else(|| {
        let known = Profile::NAMES.join(", ");
        Failure::usage(format!("error: there is no platform `{name}`; there are {known}"))
    })
}
