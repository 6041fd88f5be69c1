//! Messages as a reader of the queue would see them (S45, F 4.3).

use indexmap::IndexMap;

use crate::lambda::cell::Cell;
use crate::lambda::facts::{MessageKind, MessageSent};
use crate::observe::QueueStatistics;
use crate::scenario::model::Scenario;

use super::model::MessageReport;

/// The first messages of a queue, with their attributes.
pub(super) fn describe(scenario: &Scenario, statistics: &QueueStatistics, cell: &Cell) -> Vec<MessageReport> {
    statistics
        .first_messages
        .iter()
        .map(|(sent, message)| {
            let function = cell.functions[message.request.function as usize];
            let id = request_id(scenario, cell, message);
            let (kind, attributes) = match message.kind {
                MessageKind::DeadLetter => ("dead_letter", dead_letter_attributes(message, id)),
                MessageKind::DestinationRecord => ("destination_record", record_attributes(message, id)),
            };
            let from = scenario.functions[function.0 as usize].name.clone();
            MessageReport { sent_s: sent.seconds(), from, kind, attributes }
        })
        .collect()
}

/// How messages call a request: not by its number in order of arrival, which depends on what else is simulated in the
/// same cell.
pub(super) fn request_id(scenario: &Scenario, cell: &Cell, message: &MessageSent) -> String {
    format!("{}-{}", cell.source_name(scenario, message.source), message.ordinal)
}

/// The three attributes of a dead letter: the body is the event itself.
pub(super) fn dead_letter_attributes(message: &MessageSent, id: String) -> IndexMap<&'static str, String> {
    // A function that ran answered 200 with an error inside; one that never ran was throttled.
    let code = if message.runs > 0 { "200" } else { "429" };
    let error = message.error.unwrap_or("Rate Exceeded.");
    IndexMap::from([("RequestID", id), ("ErrorCode", code.to_owned()), ("ErrorMessage", error.to_owned())])
}

/// The fields of a destination record that tell how the event ended.
pub(super) fn record_attributes(message: &MessageSent, id: String) -> IndexMap<&'static str, String> {
    let condition = message.end.map_or("Success", crate::lambda::retry::EventEnd::condition);
    let mut attributes = IndexMap::from([
        ("requestId", id),
        ("condition", condition.to_owned()),
        ("approximateInvokeCount", message.runs.to_string()),
    ]);
    if message.error.is_some() {
        attributes.insert("functionError", "Unhandled".to_owned());
    }
    attributes
}
