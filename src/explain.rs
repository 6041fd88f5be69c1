//! `explain`: runs a scenario as often as the story needs, and tells it.

use std::fmt;

use crate::lambda::cell::Cell;
use crate::observe::narrator::{
    MessageName, MessageNarrator, Narrator, PeakFinder, PeakSubject, PeakWindow, Scout,
};
use crate::report::explain;
use crate::scenario::model::{FunctionId, Scenario};
use crate::simulation::{Options, simulate_observed};

/// There is no request with the number that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoSuchRequest {
    /// The number that was asked for.
    pub asked: u64,
    /// Requests that there are.
    pub requests: u64,
}

impl fmt::Display for NoSuchRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { asked, requests } = self;
        match requests {
            0 => write!(formatter, "there is no request {asked}: nothing calls in this scenario"),
            _ => write!(
                formatter,
                "there is no request {asked}: this scenario has {0}, numbered from 1 in order of arrival",
                crate::report::figures::counted(*requests, "request", "requests")
            ),
        }
    }
}

impl std::error::Error for NoSuchRequest {}

/// Tells the life of request `number`, counted in order of arrival from 1.
///
/// # Errors
/// When there are fewer requests.
pub fn request(scenario: &Scenario, number: u64, options: &Options<'_>) -> Result<String, NoSuchRequest> {
    let (_, narrator) = simulate_observed(scenario, options, narrator(scenario, number));
    let requests = narrator.requests();
    let story = narrator.into_story().ok_or(NoSuchRequest { asked: number, requests })?;
    Ok(explain::request(scenario, &story, requests))
}

/// Tells the life of the requests that teach most: the slowest, and the first that was throttled or failed.
pub fn most_instructive(scenario: &Scenario, options: &Options<'_>) -> String {
    let (_, scout) = simulate_observed(scenario, options, Scout::default());
    let second = scout.first_throttled.or(scout.first_failed);
    let first = scout.slowest.map(|(number, _)| number).or(second).or((scout.requests > 0).then_some(1));
    let Some(first) = first else { return explain::nothing_calls() };
    let second = second.filter(|number| *number != first);
    let narrators = (narrator(scenario, first), second.map(|number| narrator(scenario, number)));
    let (_, (first, second)) = simulate_observed(scenario, options, narrators);
    let stories: Vec<_> =
        [Some(first), second].into_iter().flatten().filter_map(Narrator::into_story).collect();
    explain::most_instructive(scenario, &stories, &scout)
}

/// Tells how the greatest concurrency came about, of `function` or of all functions together.
pub fn peak(scenario: &Scenario, function: Option<FunctionId>, options: &Options<'_>) -> String {
    let subject = match function {
        Some(id) => PeakSubject::Function(id.0),
        None if scenario.functions.len() == 1 => PeakSubject::Function(0),
        None => PeakSubject::Everything,
    };
    let (_, finder) = simulate_observed(scenario, options, PeakFinder::new(subject));
    let window = PeakWindow::new(subject, finder.summit());
    let (_, window) = simulate_observed(scenario, options, window);
    explain::peak(scenario, subject, &finder, &window)
}

/// Tells the life of a message of a queue, a record of a stream, or what a topic, a bucket or an event bus was told.
///
/// # Errors
/// How many there are, when there are fewer.
pub fn message(scenario: &Scenario, name: MessageName, options: &Options<'_>) -> Result<String, u64> {
    let readers = Cell::whole(scenario).consumers(scenario).into_iter().zip(0..);
    let readers = readers.filter(
        |(consumer, _)| matches!(name, MessageName::InStream { stream, .. } if consumer.stream == stream),
    );
    let narrator = MessageNarrator::new(name, readers.map(|(_, index)| index));
    let (_, narrator) = simulate_observed(scenario, options, narrator);
    let story = narrator.into_story();
    let (MessageName::InQueue { ordinal, .. }
    | MessageName::InStream { ordinal, .. }
    | MessageName::InPush { ordinal, .. }) = name;
    if ordinal >= story.entered { Err(story.entered) } else { Ok(explain::message(scenario, &story)) }
}

fn narrator(scenario: &Scenario, number: u64) -> Narrator {
    let reserved = scenario.functions.iter().map(|function| function.reserved_concurrency.is_some());
    Narrator::new(number, reserved.collect())
}
