//! `schema`: the JSON Schema for editors.

use super::status::{Failure, Status};
use super::{scenario, terminal};

pub(super) fn schema() -> Result<Status, Failure> {
    terminal::print(&scenario::schema()?)?;
    Ok(Status::Fine)
}
