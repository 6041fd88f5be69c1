//! Keys of gateways.

use crate::scenario::tree::Node;

use super::{Fallback, Key, Shape};

/// Keys of a gateway.
pub(super) const GATEWAY: &[Key] = &[
    Key::new(
        "type",
        Shape::Choice(&["rest-api", "http-api", "alb", "function-url"]),
        Fallback::Required,
        "API Gateway's REST or HTTP API, an Application Load Balancer, or a function URL (S59).",
    ),
    Key::new(
        "timeout",
        Shape::Either(&[Shape::Duration, Shape::Choice(&["none"])]),
        Fallback::Derived(
            timeout,
            "29 s for `rest-api`, 30 s for `http-api`, else none: as long as the function",
        ),
        "How long it waits for the function; then the caller gets 504 and the function runs on. AWS: from 50 ms; 29 s for REST APIs unless \
         the quota was raised, 30 s for HTTP APIs.",
    ),
    Key::new(
        "rate",
        Shape::Either(&[Shape::Rate, Shape::Choice(&["unlimited"])]),
        Fallback::Derived(
            rate,
            "10,000/s for `rest-api` and `http-api`, the account's quota; else unlimited",
        ),
        "Requests per second that it lets through; others get 429 from it, and no function sees them.",
    ),
    Key::new(
        "burst",
        Shape::Count(1, 1_000_000_000),
        Fallback::Derived(burst, "5000 with the default rate; else what a second brings"),
        "Requests at once: the size of its token bucket.",
    ),
    Key::new(
        "latency",
        Shape::Distribution,
        Fallback::Text("0s"),
        "Time in the gateway, there and back; half each way (S13b).",
    ),
];

fn is_api(gateway: &Node) -> bool {
    matches!(gateway.find("type").and_then(Node::text), Some("rest-api" | "http-api"))
}

#[expect(clippy::unnecessary_wraps, reason = "the table's signature")]
fn timeout(gateway: &Node) -> Option<&'static str> {
    Some(match gateway.find("type").and_then(Node::text) {
        Some("rest-api") => "29s",
        Some("http-api") => "30s",
        _ => "none",
    })
}

#[expect(clippy::unnecessary_wraps, reason = "the table's signature")]
fn rate(gateway: &Node) -> Option<&'static str> {
    Some(if is_api(gateway) { "10000/s" } else { "unlimited" })
}

fn burst(gateway: &Node) -> Option<&'static str> {
    let own_rate = gateway.find("rate").is_some_and(|node| !node.is_null() && node.text() != Some("10000/s"));
    (is_api(gateway) && !own_rate).then_some("5000")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::Profile;
    use crate::scenario::tree::{Source, parse};

    /// The defaults are words of the language; their values have sources.
    #[test]
    fn defaults_are_the_quotas_of_the_platform() {
        let gateway = |kind: &str| parse(&format!("type: {kind}"), Source::File).unwrap();
        let today = Profile::current();
        let (rest, http) = (gateway("rest-api"), gateway("http-api"));
        assert_eq!(timeout(&rest), Some(today.rest_api_timeout.to_string()).as_deref());
        assert_eq!(timeout(&http), Some(today.http_api_timeout.to_string()).as_deref());
        assert_eq!(rate(&rest), Some(format!("{}/s", today.api_rate)).as_deref());
        assert_eq!(burst(&rest), Some(today.api_burst.to_string()).as_deref());
    }
}
