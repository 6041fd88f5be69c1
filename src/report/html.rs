//! html
use super::model::Report;
/// page
pub fn render(_: &Report) -> String {
    String::new()
}
