//! What stood around a function, in words: one list for the terminal, HTML and Markdown.

use super::figures::{counted, millis, percent, short, thousands};
use super::model::{FunctionReport, PresignedUrls, ProvisionedReport, SnapStartReport, TmpReport};

/// A remark about a function.
pub(super) struct Row {
    /// What it is about.
    pub what: &'static str,
    /// The figures, the foremost first.
    pub pieces: Vec<String>,
    /// The first figure is nothing good.
    pub is_bad: bool,
}

impl Row {
    fn new(what: &'static str, pieces: Vec<String>) -> Self {
        Self { what, pieces, is_bad: false }
    }

    fn bad(what: &'static str, pieces: Vec<String>) -> Self {
        Self { what, pieces, is_bad: true }
    }
}

/// Errors of the service, calls that could not succeed, its network: what is not zero.
pub(super) fn outside(function: &FunctionReport) -> Vec<Row> {
    let mut rows = Vec::new();
    if let Some(errors) = &function.service_errors {
        let named = errors.by_exception.iter().filter(|(_, count)| **count > 0);
        let named = named.map(|(exception, count)| format!("{exception} {}", thousands(*count)));
        rows.push(Row::bad(
            "service errors",
            std::iter::once(thousands(errors.total)).chain(named).collect(),
        ));
    }
    if let Some(blocked) = function.blocked_calls {
        let parts = [
            ("no way out of the VPC", blocked.no_route),
            ("AccessDenied", blocked.access_denied),
            ("key not usable", blocked.key),
        ];
        let total = parts.iter().map(|(_, count)| count).sum();
        let named = parts.iter().filter(|(_, count)| *count > 0);
        let named = named.map(|(why, count)| format!("{why} {}", thousands(*count)));
        rows.push(Row::bad("blocked calls", std::iter::once(thousands(total)).chain(named).collect()));
    }
    if function.recursions_stopped > 0 {
        let stopped = function.recursions_stopped;
        rows.push(Row::bad(
            "recursion",
            vec![thousands(stopped), "stopped by the recursive-loop detection".into()],
        ));
    }
    if let Some(logs) = function.log_subscription {
        let mut pieces = vec![format!("{} passed on", thousands(logs.delivered))];
        if let Some([first, second]) = logs.by_filter.map(|counts| counts.map(thousands)) {
            pieces.push(format!("{first} by the first filter, {second} by the second"));
        }
        rows.push(Row::new("log subscription", pieces));
    }
    if let Some(network) = function.network {
        let parts = [("NAT gateway", network.nat_mb), ("interface endpoints", network.endpoint_mb)];
        let used = parts.iter().filter(|(_, mb)| *mb > 0.0);
        rows.push(Row::new("network", used.map(|(way, mb)| format!("{way} {} MB", short(*mb))).collect()));
    }
    rows
}

/// All that is not zero, for a rendering without rows of its own for it.
pub(super) fn all(function: &FunctionReport) -> Vec<Row> {
    let mut rows = outside(function);
    rows.extend(function.snapstart.as_ref().map(|snapstart| Row::new("restores", restores(snapstart))));
    rows.extend(function.provisioned.as_ref().map(|held| Row::new("provisioned", provisioned(held))));
    let tmp = function.tmp.filter(|tmp| tmp.starts_with_leftovers > 0);
    rows.extend(tmp.map(|tmp| Row::new("/tmp", leftovers(tmp))));
    let urls = function.presigned_urls.filter(|urls| urls.made > 0);
    rows.extend(urls.map(|urls| Row::new("presigned URLs", presigned_urls(urls))));
    rows
}

/// Restores of snapshots.
fn restores(snapstart: &SnapStartReport) -> Vec<String> {
    let mut pieces = vec![thousands(snapstart.restores)];
    let spans = [("p50", snapstart.restore_ms.p50), ("max", snapstart.restore_ms.max)];
    pieces.extend(spans.iter().filter_map(|(name, value)| Some(format!("{name}={}", millis((*value)?)))));
    pieces
}

/// What was provisioned, and who ran on it.
pub(super) fn provisioned(provisioned: &ProvisionedReport) -> Vec<String> {
    let mut pieces = vec![format!("{} allocated", thousands(provisioned.allocated.into()))];
    if provisioned.requested != provisioned.allocated {
        pieces.push(format!("{} requested", thousands(provisioned.requested.into())));
    }
    if provisioned.failed > 0 {
        pieces.push("FAILED: FUNCTION_ERROR_INIT_FAILURE".to_owned());
    }
    pieces.push(format!("{} on it", counted(provisioned.invocations, "invocation", "invocations")));
    pieces.push(format!("spill-over {}", thousands(provisioned.spillover)));
    pieces.extend(provisioned.utilization.map(|share| format!("utilisation {}", percent(share))));
    if let Some(most) = provisioned.refused_max {
        let times = counted(provisioned.refused, "time", "times");
        pieces.push(format!("refused more {times}, up to {}", thousands(most.into())));
    }
    pieces
}

/// Files in `/tmp` of earlier invocations.
pub(super) fn leftovers(tmp: TmpReport) -> Vec<String> {
    let found = counted(tmp.starts_with_leftovers, "invocation", "invocations");
    vec![format!("{found} found files of earlier ones, up to {} MB", short(tmp.leftovers_max_mb))]
}

fn presigned_urls(urls: PresignedUrls) -> Vec<String> {
    let causes =
        [("Request has expired", urls.refused.expired), ("ExpiredToken", urls.refused.session_ended)];
    let named = causes.iter().filter(|(_, count)| *count > 0);
    let mut pieces = vec![thousands(urls.made), format!("served {}", thousands(urls.served))];
    pieces.extend(named.map(|(cause, count)| format!("{cause} {}", thousands(*count))));
    pieces
}
