//! Messages as a reader of the queue would see them (S45, F 4.3).

use indexmap::IndexMap;

use crate::lambda::facts::{MessageKind, MessageSent};
use crate::observe::QueueStatistics;
use crate::scenario::model::Scenario;

use super::build::ObservedCell;
use super::model::MessageReport;

/// The first messages of a queue, with their attributes.
pub(super) fn describe(
    scenario: &Scenario,
    statistics: &QueueStatistics,
    cell: &ObservedCell,
) -> Vec<MessageReport> {
    statistics
        .first_messages
        .iter()
        .map(|(sent, message)| {
            let function = cell.cell.functions[message.request.function as usize];
            let request_id =
                format!("{}#{}", cell.remains.sources[message.source as usize], message.ordinal + 1);
            let (kind, attributes) = match message.kind {
                MessageKind::DeadLetter => ("dead_letter", dead_letter_attributes(message, request_id)),
                MessageKind::DestinationRecord => {
                    ("destination_record", record_attributes(message, request_id))
                }
            };
            let from = scenario.functions[function.0 as usize].name.clone();
            MessageReport { sent_s: sent.seconds(), from, kind, attributes }
        })
        .collect()
}

/// How a request is called in messages: numbered within its source from 1, the same however a scenario is divided.
pub(super) fn request_id(source: &str, ordinal: u64) -> String {
    format!("{source}#{}", ordinal + 1)
}

/// The three attributes of a dead letter: the body is the event itself.
pub(super) fn dead_letter_attributes(
    message: &MessageSent,
    request_id: String,
) -> IndexMap<&'static str, String> {
    // A function that ran answered 200 with an error inside; one that never ran was throttled.
    let code = if message.runs > 0 { "200" } else { "429" };
    let error = message.error.unwrap_or("Rate Exceeded.");
    IndexMap::from([
        ("RequestID", request_id),
        ("ErrorCode", code.to_owned()),
        ("ErrorMessage", error.to_owned()),
    ])
}

/// The fields of a destination record that tell how the event ended.
pub(super) fn record_attributes(message: &MessageSent, request_id: String) -> IndexMap<&'static str, String> {
    let condition = message.end.map_or("Success", crate::lambda::retry::EventEnd::condition);
    let mut attributes = IndexMap::from([
        ("requestId", request_id),
        ("condition", condition.to_owned()),
        ("approximateInvokeCount", message.runs.to_string()),
    ]);
    if message.error.is_some() {
        attributes.insert("functionError", "Unhandled".to_owned());
    }
    attributes
}
