//! Gateways, by the rules of F 4.4.

use crate::scenario::model::{Gateway, GatewayKind, GatewayLimit};
use crate::units::SimDuration;

use super::Setting;
use super::cursor::Cursor;
use super::function::optional;

pub(super) fn read_all(top: &Cursor<'_>, setting: &Setting) -> Option<Vec<Gateway>> {
    let mut gateways = Vec::new();
    let mut complete = true;
    for (name, gateway) in top.find("gateways").iter().flat_map(Cursor::entries) {
        match read(name, &gateway, setting) {
            Some(gateway) => gateways.push(gateway),
            None => complete = false,
        }
    }
    complete.then_some(gateways)
}

fn read(name: &str, gateway: &Cursor<'_>, setting: &Setting) -> Option<Gateway> {
    let kind = gateway.find("type").and_then(|key| key.choice(&GatewayKind::NAMED));
    let timeout = gateway.find("timeout").and_then(|key| patience(&key, kind, setting));
    let limit = limit(gateway);
    let latency = gateway.find("latency").and_then(|key| key.distribution());
    Some(Gateway { name: name.to_owned(), kind: kind?, timeout: timeout?, limit: limit?, latency: latency? })
}

/// The timeout in the bounds that AWS sets.
fn patience(key: &Cursor<'_>, kind: Option<GatewayKind>, setting: &Setting) -> Option<Option<SimDuration>> {
    if key.text()? == "none" {
        if matches!(kind, Some(GatewayKind::RestApi | GatewayKind::HttpApi)) {
            let problem = key.problem("API Gateway does not wait for ever");
            key.report(
                problem
                    .aws_rejects("Timeout should be between 50 ms and 29000 ms, or 30000 ms for HTTP APIs"),
            );
        }
        return Some(None);
    }
    let timeout = key.duration()?;
    let platform = &setting.profile;
    let [least, most] = match kind {
        Some(GatewayKind::HttpApi) => [platform.api_timeout_minimum, platform.http_api_timeout],
        // Beyond 29 s the quota has been raised, which is possible for regional and private REST APIs.
        Some(GatewayKind::RestApi) => [platform.api_timeout_minimum, platform.timeout_maximum],
        Some(GatewayKind::Alb | GatewayKind::FunctionUrl) | None => {
            [SimDuration::from_nanos(1), platform.timeout_maximum]
        }
    };
    if timeout < least || timeout > most {
        let problem =
            key.problem(format!("`timeout` must be from {least} to {most}; found {}", key.node.described()));
        key.report(problem.aws_rejects(&format!("Timeout should be between {least} and {most}")));
        return None;
    }
    Some(Some(timeout))
}

fn limit(gateway: &Cursor<'_>) -> Option<Option<GatewayLimit>> {
    let burst = optional(gateway.find("burst"), |key| key.count(1, 1_000_000_000));
    let rate = gateway.find("rate")?;
    if rate.text()? == "unlimited" {
        if let Some(key) = gateway.find("burst") {
            key.report(key.problem("a `burst` needs a `rate`"));
        }
        return Some(None);
    }
    let rate = rate.rate()?;
    let burst = burst?.unwrap_or_else(|| rate.hertz().ceil().max(1.0) as u64);
    Some(Some(GatewayLimit { rate, burst }))
}
