//! What `explain` says: the life of a request and the way to a peak, step by step, with the rule behind each step.

mod admission;
mod errand;
mod event;
mod invocation;
mod message;
mod paper;
mod parcel;
mod peak;
mod request;
mod sending;
mod timeline;
mod words;

use std::collections::BTreeSet;

use crate::observe::narrator::{Scout, Story};
use crate::scenario::model::Scenario;

pub use message::message;
pub use peak::peak;
use request::Teller;

/// The life of one of `requests` requests.
pub fn request(scenario: &Scenario, story: &Story, requests: u64) -> String {
    let mut mentioned = BTreeSet::new();
    let mut text = life(scenario, story, requests, &mut mentioned);
    text.push('\n');
    text += &paper::legend(&mentioned);
    text
}

/// The lives of the requests that teach most, as `scout` found them.
pub fn most_instructive(scenario: &Scenario, stories: &[Story], scout: &Scout) -> String {
    let mut mentioned = BTreeSet::new();
    let mut text = String::new();
    for story in stories {
        let number = story.request.number;
        let mut why = Vec::new();
        if scout.slowest.is_some_and(|(slowest, _)| slowest == number) {
            why.push("the slowest request");
        }
        if scout.first_throttled == Some(number) {
            why.push("the first that was throttled");
        } else if scout.first_failed == Some(number) {
            why.push("the first that did not succeed");
        }
        if why.is_empty() {
            why.push("the first request");
        }
        text += &format!("{}\n", invocation::capital(&why.join(", and ")));
        text += &life(scenario, story, scout.requests, &mut mentioned);
        text.push('\n');
    }
    text += &paper::legend(&mentioned);
    text.push('\n');
    text += &paper::paragraph(&format!(
        "Any other: `coldstart explain SCENARIO.yaml --request N`, with N from 1 to {} in order of arrival (the \
         event_id of `run --events`). The peak of concurrency: `coldstart explain SCENARIO.yaml --peak`.",
        crate::report::figures::thousands(scout.requests)
    ));
    text
}

/// There is nothing to tell.
pub fn nothing_calls() -> String {
    "Nothing calls in this scenario, so there is no request to explain.\n".to_owned()
}

fn life(scenario: &Scenario, story: &Story, requests: u64, mentioned: &mut BTreeSet<&'static str>) -> String {
    let teller = Teller::new(scenario, story);
    let headline = paper::paragraph(&teller.headline(requests));
    format!("{headline}\n{}", teller.tell().render(mentioned))
}
