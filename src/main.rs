//! The `coldstart` command.

fn main() {}
