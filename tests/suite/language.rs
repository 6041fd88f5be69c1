//! The scenario language as its users meet it.

use std::path::Path;

use coldstart::scenario::{self, Overrides, Problems, Scenario};

fn read(text: &str) -> Result<Scenario, Problems> {
    scenario::read(text, "app.yaml", Path::new("."), &Overrides::default())
}

const HELLO: &str = "\
name: hello
functions:
  hello:
    memory: 512MB
    init: 400ms
    duration: 120ms
traffic:
  - to: hello
    rate: 20/s
    for: 5m
";

#[test]
fn the_ten_lines_of_hello_are_a_scenario() {
    let hello = read(HELLO).unwrap();
    assert_eq!(hello.functions[0].memory.mb(), 512);
    assert_eq!(hello.traffic[0].name, "hello");
    assert_eq!(hello.seed, 42);
    assert_eq!(hello.account.requests_per_second, Some(10_000.0));
}
