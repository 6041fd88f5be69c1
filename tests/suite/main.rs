//! Tests through the public interface.

mod command_line;
mod report_documentation;
mod report_goldens;
