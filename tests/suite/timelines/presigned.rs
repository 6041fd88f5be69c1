//! Presigned URLs that invocations make (S47).

use crate::simulated::{PLAIN, report};

/// Made, served, expired, session ended.
fn urls(presigns: &str, settings: &str) -> [u64; 4] {
    let report = report(&format!(
        "{PLAIN}\nfunctions: {{f: {{duration: 1s, presigns: {{{presigns}}}{settings}}}}}
traffic: [{{to: f, burst: 3}}]"
    ));
    let urls = report.functions["f"].presigned_urls.expect("it makes URLs");
    [urls.made, urls.served, urls.refused.expired, urls.refused.session_ended]
}

/// F 12 item 16.
#[test]
fn a_url_of_3_600_s_is_served_at_3_600_s_and_refused_at_3_601_s() {
    assert_eq!(urls("used_after: 3600s", ""), [3, 3, 0, 0]);
    assert_eq!(urls("used_after: 3601s", ""), [3, 0, 3, 0]);
}

#[test]
fn a_url_ends_with_the_session_that_signed_it() {
    assert_eq!(urls("expires_in: 7d, session: 1h, used_after: 61m", ""), [3, 0, 0, 3]);
}

#[test]
fn an_invocation_that_fails_makes_no_url() {
    assert_eq!(urls("used_after: 1s", ", poison: [1]"), [2, 2, 0, 0]);
    assert_eq!(urls("used_after: 1s", ", errors: 100%"), [0; 4]);
}
