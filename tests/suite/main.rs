//! Tests through the public interface.
#![allow(clippy::unwrap_used, reason = "a test ends where something unexpected happens")]

mod command_line;
mod report_documentation;
mod report_goldens;
