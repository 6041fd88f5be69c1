//! `theory`: closed forms beside what was simulated.

use super::flags::Flags;
use super::progress::Progress;
use super::scenario::{self, Source};
use super::simulate::simulate;
use super::status::{Failure, Status};
use super::terminal;
use coldstart::report::theory_text;

pub(super) fn theory(source: &Source, flags: &Flags) -> Result<Status, Failure> {
    let scenario = scenario::read(source, flags)?;
    let progress = Progress::new(flags.quiet);
    let report = simulate(&scenario, flags.jobs, &|share| progress.report(share), None);
    drop(progress);
    terminal::print(&theory_text::render(&scenario, &report))?;
    Ok(Status::Fine)
}
