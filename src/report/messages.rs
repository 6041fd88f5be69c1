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
            // Of the source and not of the whole run, so that unrelated functions do not change it (S3).
            let request = format!("{}/{}", cell.source_name(scenario, message.source), message.ordinal);
            let (kind, attributes) = match message.kind {
                MessageKind::DeadLetter => ("dead_letter", dead_letter_attributes(request, message)),
                MessageKind::DestinationRecord => ("destination_record", record_attributes(request, message)),
            };
            let from = scenario.functions[function.0 as usize].name.clone();
            MessageReport { sent_s: sent.seconds(), from, kind, attributes }
        })
        .collect()
}

/// The three attributes of a dead letter: the body is the event itself.
fn dead_letter_attributes(request: String, message: &MessageSent) -> IndexMap<&'static str, String> {
    // A function that ran answered 200 with an error inside; one that never ran was throttled.
    let code = if message.runs > 0 { "200" } else { "429" };
    let error = message.error.unwrap_or("Rate Exceeded.");
    IndexMap::from([
        ("RequestID", request),
        ("ErrorCode", code.to_owned()),
        ("ErrorMessage", error.to_owned()),
    ])
}

/// The fields of a destination record that tell how the event ended.
fn record_attributes(request: String, message: &MessageSent) -> IndexMap<&'static str, String> {
    let condition = message.end.map_or("Success", crate::lambda::retry::EventEnd::condition);
    let mut attributes = IndexMap::from([
        ("requestId", request),
        ("condition", condition.to_owned()),
        ("approximateInvokeCount", message.runs.to_string()),
    ]);
    if message.error.is_some() {
        attributes.insert("functionError", "Unhandled".to_owned());
    }
    attributes
}
