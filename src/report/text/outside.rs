//! What stood in a function's way from outside: errors of the service, calls that could not succeed, its network.

use super::Page;
use crate::report::figures::{short, thousands};
use crate::report::model::FunctionReport;

pub(super) fn rows(page: Page, function: &FunctionReport) -> String {
    let mut text = String::new();
    if let Some(errors) = &function.service_errors {
        let mut pieces = vec![page.paint.bad(&thousands(errors.total))];
        let named = errors.by_exception.iter().filter(|(_, count)| **count > 0);
        pieces.extend(named.map(|(exception, count)| format!("{exception} {}", thousands(*count))));
        text.push_str(&page.row("service errors", &pieces));
    }
    if let Some(blocked) = function.blocked_calls {
        let parts = [
            ("no way out of the VPC", blocked.no_route),
            ("AccessDenied", blocked.access_denied),
            ("key not usable", blocked.key),
        ];
        let total = parts.iter().map(|(_, count)| count).sum();
        let mut pieces = vec![page.paint.bad(&thousands(total))];
        let named = parts.iter().filter(|(_, count)| *count > 0);
        pieces.extend(named.map(|(why, count)| format!("{why} {}", thousands(*count))));
        text.push_str(&page.row("blocked calls", &pieces));
    }
    if let Some(logs) = function.log_subscription {
        text.push_str(&page.row("log subscription", &[format!("{} passed on", thousands(logs.delivered))]));
    }
    if let Some(network) = function.network {
        let parts = [("NAT gateway", network.nat_mb), ("interface endpoints", network.endpoint_mb)];
        let used = parts.iter().filter(|(_, mb)| *mb > 0.0);
        let pieces: Vec<_> = used.map(|(way, mb)| format!("{way} {} MB", short(*mb))).collect();
        text.push_str(&page.row("network", &pieces));
    }
    text
}
