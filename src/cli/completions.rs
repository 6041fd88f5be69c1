//! `completions`: for the shells that clap knows.

use clap::Args;
use clap_complete::Shell;

use super::arguments::Arguments;
use super::status::{Failure, Status};
use super::terminal;

#[derive(Args, Debug)]
pub(super) struct CompletionsArguments {
    /// The shell
    shell: Shell,
}

pub(super) fn completions(arguments: &CompletionsArguments) -> Result<Status, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::described(), "coldstart", &mut script);
    terminal::print(&String::from_utf8_lossy(&script))?;
    Ok(Status::Fine)
}
