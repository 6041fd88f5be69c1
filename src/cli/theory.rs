//! `theory`: closed forms beside what was simulated.

use super::flags::Flags;
use super::scenario::{self, Source};
use super::status::{Failure, Status};

pub(super) fn theory(source: &Source, flags: &Flags) -> Result<Status, Failure> {
    scenario::read(source, flags)?;
    Err(Failure::not_built("coldstart theory"))
}
