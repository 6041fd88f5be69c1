//! The report as plain data, and its renderings: text, JSON, CSV, Markdown, JUnit, HTML and pictures.

pub mod model;
pub mod theory_text;
