//! From "what happens" to "what should I set": questions that take the bill further, or several runs.

pub mod break_even;
pub mod cost_answers;
pub mod cost_document;
pub mod cost_range;
pub mod cost_text;
pub mod size;
pub mod tune;
