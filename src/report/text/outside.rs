//! What stood in a function's way from outside: errors of the service, calls that could not succeed, its network.

use super::Page;
use crate::report::around;
use crate::report::model::FunctionReport;

pub(super) fn rows(page: Page, function: &FunctionReport) -> String {
    let mut text = String::new();
    for mut row in around::outside(function) {
        if let Some(first) = row.pieces.first_mut().filter(|_| row.is_bad) {
            *first = page.paint.bad(first);
        }
        text.push_str(&page.row(row.what, &row.pieces));
    }
    text
}
