//! Gateways between callers and functions (S59).

use coldstart::report::model::GatewayReport;

use crate::simulated::{UNBOUND, problems_of, report};

fn door(text: &str) -> GatewayReport {
    let report = report(text);
    assert!(report.ledger.balanced);
    report.gateways["g"].clone()
}

fn answers(gateway: &GatewayReport) -> Vec<(&str, u64)> {
    gateway.by_status.iter().map(|(status, count)| (status.as_str(), *count)).collect()
}

/// 100 requests at 0, 10 ms … 990 ms: by then 5 + 0.99 · 10 tokens, so 14 pass.
#[test]
fn a_gateway_lets_its_burst_through_and_then_its_rate() {
    let text = format!(
        "{UNBOUND}
functions: {{f: {{duration: 100ms}}}}
gateways: {{g: {{type: http-api, rate: 10/s, burst: 5}}}}
traffic: [{{to: f, via: g, arrivals: even, rate: 100/s, for: 1s}}]"
    );
    let gateway = door(&text);
    assert_eq!((gateway.requests, gateway.succeeded, gateway.refused), (100, 14, 86));
    assert_eq!(answers(&gateway), [("200", 14), ("429", 86)]);
    let report = report(&text);
    let function = &report.functions["f"];
    assert_eq!((function.requests, function.attempts, function.throttles.total), (100, 14, 0));
    assert_eq!((report.ledger.throttled, report.ledger.succeeded), (86, 14));
}

#[test]
fn after_29_s_the_caller_gets_504_and_the_function_runs_on() {
    let text = |duration: &str| {
        format!(
            "{UNBOUND}
functions: {{f: {{duration: {duration}}}}}
gateways: {{g: {{type: rest-api}}}}
traffic: [{{to: f, via: g, burst: 1}}]"
        )
    };
    let late = report(&text("40s"));
    assert_eq!(answers(&late.gateways["g"]), [("504", 1)]);
    assert_eq!(late.gateways["g"].latency_ms.max, Some(29_000.0));
    assert_eq!((late.functions["f"].succeeded, late.functions["f"].billed_ms_total), (1, 40_000));
    assert_eq!((late.ledger.failed, late.ledger.failed_by_cause.gateway_timeout), (1, 1));
    assert_eq!(late.simulated_s, 40.0);
    // What ends at the very instant is in time (S2).
    assert_eq!(answers(&door(&text("29s"))), [("200", 1)]);
}

/// 10 ms there, 100 ms in the function, 10 ms back.
#[test]
fn the_time_in_a_gateway_is_there_and_back() {
    let report = report(&format!(
        "{UNBOUND}
functions: {{f: {{duration: 100ms}}}}
gateways: {{g: {{type: alb, latency: 20ms}}}}
traffic: [{{to: f, via: g, burst: 1, at: 1s}}]"
    ));
    assert_eq!(report.gateways["g"].latency_ms.max, Some(120.0));
    assert_eq!(report.functions["f"].client_latency_ms.max, Some(120.0));
    assert_eq!((report.functions["f"].latency_ms.max, report.simulated_s), (Some(100.0), 1.12));
}

#[test]
fn a_throttle_and_an_error_look_different_behind_each_gateway() {
    let statuses = |function: &str| {
        ["rest-api", "http-api", "alb", "function-url"].map(|kind| {
            let gateway = door(&format!(
                "{UNBOUND}
functions: {{f: {{duration: 100ms, {function}}}}}
gateways: {{g: {{type: {kind}}}}}
traffic: [{{to: f, via: g, burst: 1}}]"
            ));
            answers(&gateway)[0].0.to_owned()
        })
    };
    assert_eq!(statuses("reserved_concurrency: 0"), ["500", "503", "502", "429"]);
    assert_eq!(statuses("errors: 100%"), ["502", "500", "502", "502"]);
}

/// A function error is an answer of Lambda, but a 5xx of a gateway: then an SDK tries again.
#[test]
fn a_client_retries_what_a_gateway_makes_a_server_error() {
    let text = |via: &str| {
        format!(
            "{UNBOUND}
functions: {{f: {{duration: 100ms, errors: 100%}}}}
gateways: {{g: {{type: http-api}}}}
clients: {{c: {{attempts: 3, backoff: fixed(1s)}}}}
traffic: [{{to: f, {via} client: c, burst: 1}}]"
        )
    };
    let direct = report(&text(""));
    assert_eq!((direct.functions["f"].invocations, direct.clients["c"].attempts), (1, 1));
    let through = report(&text("via: g,"));
    assert_eq!((through.functions["f"].invocations, through.clients["c"].attempts), (3, 3));
    assert_eq!(answers(&through.gateways["g"]), [("500", 3)]);
    assert_eq!(through.clients["c"].client_latency_ms.max, Some(2_300.0));
    assert_eq!((through.ledger.failed, through.ledger.failed_by_cause.function_error), (1, 1));
}

/// The client gives up at 2 s and again at 4 s; both functions run to 5 s and 7 s, and the gateway answers nobody.
#[test]
fn a_client_may_give_up_before_its_gateway_does() {
    let report = report(&format!(
        "{UNBOUND}
functions: {{f: {{duration: 5s}}}}
gateways: {{g: {{type: rest-api}}}}
clients: {{c: {{timeout: 2s, attempts: 2, backoff: none}}}}
traffic: [{{to: f, via: g, client: c, burst: 1}}]"
    ));
    assert_eq!((report.clients["c"].abandoned, report.clients["c"].timed_out), (2, 1));
    assert_eq!(answers(&report.gateways["g"]), [("200", 2)]);
    assert_eq!((report.functions["f"].succeeded, report.simulated_s), (2, 7.0));
}

/// Three REST requests that pass and one that is refused: three are charged. An hour of a load balancer.
#[test]
fn requests_through_gateways_are_on_the_bill_where_it_includes_them() {
    let text = |gateway: &str, include: &str| {
        format!(
            "{UNBOUND}\nhorizon: 1h\npricing: {{include: [lambda, {include}]}}
functions: {{f: {{duration: 100ms}}}}
gateways: {{g: {gateway}}}
traffic: [{{to: f, via: g, burst: 4}}, {{to: f, burst: 1, at: 3599s}}]"
        )
    };
    let line = |gateway: &str, service: &str| {
        let report = report(&text(gateway, service));
        let line = report.cost.lines.iter().find(|line| line.service == service).unwrap().clone();
        (line.resource.unwrap(), line.quantity, line.amount.to_fixed(7))
    };
    let rest = line("{type: rest-api, rate: 1/s, burst: 3}", "api_gateway");
    assert_eq!(rest, ("g".to_owned(), 3.0, "0.0000105".to_owned()));
    let balancer = line("{type: alb}", "alb");
    assert!((balancer.1 - 3_599.1 / 3_600.0).abs() < 1e-6, "{balancer:?}");
}

#[test]
fn what_a_gateway_cannot_be_is_refused() {
    let text = problems_of(
        "functions: {f: {duration: 1s}}
gateways: {a: {type: http-api, timeout: 31s}, b: {type: alb, burst: 3}, c: {type: rest-api, timeout: none}, d: {timeout: 3s}}
traffic: [{to: f, via: e, burst: 1}, {to: f, via: a, mode: async, burst: 1}]",
    );
    for words in [
        "`timeout` must be from 50ms to 30s",
        "a `burst` needs a `rate`",
        "API Gateway does not wait for ever",
        "`type`",
        "there is no gateway `e`",
        "only synchronous requests come through a gateway",
    ] {
        assert!(text.contains(words), "{words} is not in\n{text}");
    }
}
